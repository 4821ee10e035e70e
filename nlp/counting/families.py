"""Lexical families: how often an authority's names, titles and running text carry their words."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from nlp.coding.codebook import Family
from nlp.coding.labels import fold, terms_regex
from nlp.coding.references import Coding
from nlp.reading.documents import Document

PLACES = ("name", "title", "body")

# On an organisation page a short line is a box of the chart; a longer one is prose about it.
_LONGEST_NAME = 15

_UNIT = "(?:Sous-)?(?:Direction|Service|Mission|Pôle|Délégation|Cellule|Bureau|Unité|Secteur|DGA)"
_GAP = "[ \u00a0]+"
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_CAPITALISED = rf"[A-ZÀÂÇÉÈÊËÎÏÔÙÛŒ]{_WORD}"
_ADJECTIVE = (
    r"(?i:[^\W\d_]+(?:ale?s?|aux|elle?s?|ée?s?|ien(?:ne)?s?|éen(?:ne)?s?|ique?s?|ive?s?|if|aires?"
    r"|jointe?s?)\b)"
)
_ARTICLE = rf"(?:(?:de|du|des|la|les|à|au|aux){_GAP}|[dl]['’])"
_LINK = rf"(?i:{_ARTICLE}+|(?:et|en|pour|&|/){_GAP}{_ARTICLE}*)"
UNIT_NAME = re.compile(
    rf"\b(?:{_UNIT}|{_UNIT.upper()})\b(?={_GAP}(?:{_LINK}|{_ADJECTIVE}|[A-ZÉ]|{_WORD}{_GAP}{_ADJECTIVE}))"
    rf"(?:{_GAP}{_ADJECTIVE})*"
    rf"(?:{_GAP}(?!{_LINK})(?:{_CAPITALISED}|{_WORD}(?={_GAP}{_ADJECTIVE})))?(?:{_GAP}{_ADJECTIVE})*"
    rf"(?:,?{_GAP}{_LINK}{_WORD}(?:,?{_GAP}{_ADJECTIVE})*|,{_GAP}{_ADJECTIVE})*"
)
"""The name of a unit inside a sentence: its grade, then nouns tied to it by articles, and their
adjectives ("Direction de l'Europe et des relations internationales"); it ends before the verb."""


@dataclass(frozen=True)
class FamilyCount:
    """One cell of authority × family × place; ``words`` is the size of the place, in words."""

    authority: str
    family: str
    place: str
    occurrences: int
    words: int
    documents: int

    @property
    def per_1000_words(self) -> float:
        """Occurrences per thousand words of the place; 0 where it holds no word."""
        return 1000 * self.occurrences / self.words if self.words else 0.0


@dataclass
class _Tally:
    words: int = 0
    occurrences: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    documents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def count_families(
    coding: Coding, families: Sequence[Family], authorities: Collection[str]
) -> tuple[FamilyCount, ...]:
    """Counts for every authority, family and place, zeros too, in that order.

    Each word stands in one place. ``name`` holds the names of the authority's units: headings and
    short lines of its organisation pages, and units named in running text; a name counts once
    however often it is repeated. ``title`` holds the titles and headings of its other pages,
    ``body`` the remaining text. Copies of a page and what repeats over a site are left out.
    """
    finders = {family.id: _finder(family) for family in families}
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    named: set[tuple[str, str]] = set()
    for document in coding.documents:
        if document.duplicate_of:
            continue
        for place, text in _pieces(document, coding.kinds[document.id].kind == "organisation"):
            tally = tallies[document.authority, place]
            folded = " ".join(fold(text).split())
            repeated = place == "name" and (document.authority, folded) in named
            if place == "name":
                named.add((document.authority, folded))
            tally.words += 0 if repeated else len(folded.split())
            for family, (terms, exclude) in finders.items():
                found = _occurrences(folded, terms, exclude)
                if found:
                    tally.occurrences[family] += 0 if repeated else found
                    tally.documents[family].add(document.id)
    return tuple(
        FamilyCount(
            authority, family.id, place,
            tally.occurrences[family.id], tally.words, len(tally.documents[family.id]),
        )
        for authority in sorted(authorities)
        for family in families
        for place in PLACES
        for tally in [tallies[authority, place]]
    )  # fmt: skip


def _finder(family: Family) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    return terms_regex(family.patterns), terms_regex(family.exclude) if family.exclude else None


def _occurrences(folded: str, terms: re.Pattern[str], exclude: re.Pattern[str] | None) -> int:
    excluded = [match.span() for match in exclude.finditer(folded)] if exclude else []
    return sum(
        not any(start <= match.start() < end for start, end in excluded)
        for match in terms.finditer(folded)
    )


def _pieces(document: Document, organisation: bool) -> Iterator[tuple[str, str]]:
    """The document's words as (place, text), each once."""
    yield "title", document.title
    title = fold(document.title)
    for place, start, end in placed(document, organisation):
        text = document.text[start:end]
        # The first heading mostly repeats the title, with or without the site's name after it.
        if place != "title" or not title.startswith(fold(text)):
            yield place, text


def placed(document: Document, organisation: bool) -> Iterator[tuple[str, int, int]]:
    """Place, start and end of each stretch of a document's text, in order; no boilerplate.

    ``organisation`` says whether the page is one that shows how an authority is organised.
    """
    for block in document.blocks:
        if block.boilerplate:
            continue
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            yield "name" if organisation else "title", block.start, block.end
        elif organisation and block.kind != "paragraph" and len(text.split()) <= _LONGEST_NAME:
            yield "name", block.start, block.end
        else:
            reached = 0
            for match in UNIT_NAME.finditer(text):
                if text[reached : match.start()].strip():
                    yield "body", block.start + reached, block.start + match.start()
                yield "name", block.start + match.start(), block.start + match.end()
                reached = match.end()
            yield "body", block.start + reached, block.end
