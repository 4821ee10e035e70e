"""A small concordance: the commonest words, each in lines of different councils (KWIC)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from nlp.coding.references import Coding
from nlp.reading.documents import Block, Document
from nlp.reporting.pages.evidence import pages_in_order
from nlp.reporting.pages.fragments import FragmentText
from nlp.reporting.pages.lexicon import frequent_words
from nlp.reporting.pages.places import archived_page

_WORDS = 12
_LINES = 6
_AROUND = 60  # characters on each side


@dataclass(frozen=True)
class Line:
    """A word where it stands; ``href`` leads to it in the page's archived copy."""

    left: str
    match: str
    right: str
    council: str
    href: str


@dataclass(frozen=True)
class Word:
    """A word with its number in the campaign and some of its lines, each of another council."""

    form: str
    number: int
    lines: tuple[Line, ...]


def concordance(coding: Coding) -> tuple[Word, ...]:
    """The commonest words of the running text that are found as written; copies left out."""
    forms = dict(frequent_words(coding, _WORDS))
    if not forms:
        return ()
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(forms)))})\b", re.IGNORECASE)
    found: dict[str, dict[str, Line]] = {form: {} for form in forms}
    wanted = {form.lower(): lines for form, lines in found.items()}
    for document in pages_in_order(coding):
        if document.duplicate_of or all(map(partial(_served, document.authority), wanted.values())):
            continue
        read = None  # most pages have no new line to give
        for block, match in _matches(document, pattern):
            lines = wanted.get(match[0].lower())
            if lines is not None and not _served(document.authority, lines):
                read = read or FragmentText(document.text)
                lines[document.authority] = _line(document, read, block, match)
    return tuple(
        Word(form, forms[form], tuple(lines.values())) for form, lines in found.items() if lines
    )


def _served(council: str, lines: Mapping[str, Line]) -> bool:
    """Whether a word needs no line of this council any more."""
    return len(lines) == _LINES or council in lines


def _matches(document: Document, pattern: re.Pattern[str]) -> Iterator[tuple[Block, re.Match[str]]]:
    for block in document.blocks:
        if not block.boilerplate and block.kind == "paragraph":
            for match in pattern.finditer(document.text, block.start, block.end):
                yield block, match


def _line(document: Document, read: FragmentText, block: Block, match: re.Match[str]) -> Line:
    text, (start, end) = document.text, match.span()
    left = text[max(block.start, start - _AROUND) : start]
    if start - _AROUND > block.start:
        left = left.partition(" ")[2]  # no half words
    right = text[end : min(block.end, end + _AROUND)]
    if end + _AROUND < block.end:
        right = right.rpartition(" ")[0]
    place = f"{archived_page(document.id)}#{read.directive(start, end)}"
    return Line(left, match[0], right, document.authority, place)
