"""Labels: which words of a passage belong to which word list, found without spaCy.

A label is a name for a span: a word list of the codebook (``<seat>``), a kind of place (``own``) or
a measure (``percent``). Labels are cheap, so they also decide which passages are worth a closer
look.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from nlp.coding.wordindex import INCLUSIVE, JOINT, Expression, Word, WordIndex

# One character for one character, so that offsets in folded text are offsets in the text.
_FOLDED = {
    code: folded
    for code in range(0x20, 0x250)
    if len(folded := unicodedata.normalize("NFD", chr(code))[0].lower()) == 1
} | {0x2019: "'", 0xA0: " ", 0x202F: " ", 0x2011: "-"}
_FIRST_WORD = re.compile(r"\w*")
_WORD_START = r"(?<!\w)"


def fold(text: str) -> str:
    """Lower-case ``text`` without accents, of the same length (``œ`` stays ``œ``)."""
    return text.translate(_FOLDED)


class Span(NamedTuple):
    """A labelled run of a passage.

    ``value`` is a normalised reading (``P10D``, ``Mali``) or empty.
    """

    start: int
    end: int
    label: str
    value: str = ""


def term_pattern(term: str) -> str:
    """The regular expression, over folded text, of a term of a word list.

    A word also matches its plain plural and inclusive endings (``acteur·rice·s``); a final ``*``
    stands for any ending; words may be parted by space, hyphen or apostrophe.
    """
    patterns = []
    for word in _words_of(term):
        stem, star = (word[:-1], r"\w*") if word.endswith("*") else (word, r"(?:e?s|x)?")
        stem = re.escape(stem).replace("œ", "(?:œ|oe)")
        patterns.append(stem + star + rf"(?:{INCLUSIVE}\)?)*")
    return JOINT.join(patterns)


def _words_of(term: str) -> list[str]:
    return re.split(r"[\s'-]+", fold(term.strip()))


@cache
def term_expression(term: str, before: str = _WORD_START) -> Expression:
    """A term for a ``WordIndex``, between ``before`` and the end of a word."""
    words = _words_of(term)
    first, *following = map(_word, words)
    then = word_at(words[1].partition("œ")[0]) if following and _is_word(words[0]) else ""
    return Expression(
        f"{before}{term_pattern(term)}(?!\\w)",
        first,
        tuple(following),
        # What else may not stand before the word, only the expression knows.
        before == _WORD_START and all(map(_is_word, words)),
        then,
        words[0].removesuffix("*")[:1],
    )


def _is_word(word: str) -> bool:
    bare = word.removesuffix("*")
    return bool(bare) and word_at(bare) == bare


@cache
def _word(word: str) -> Word:
    """A word of a term with its endings; of "n°", where a sign stands in it, what is before."""
    bare = word.removesuffix("*")
    stem = word_at(bare)
    if not stem:
        return Word()
    if stem != bare:
        return Word(_spellings(stem))
    if word != bare:
        return Word(prefixes=tuple(sorted(_spellings(stem))))
    return Word(frozenset(s + ending for s in _spellings(stem) for ending in ("", "s", "es", "x")))


def word_at(text: str) -> str:
    """The letters and digits that a text begins with."""
    return _FIRST_WORD.match(text)[0]  # type: ignore[index]


def _spellings(stem: str) -> frozenset[str]:
    parts = stem.split("œ")
    return frozenset(
        "".join(itertools.chain.from_iterable(zip(parts, (*joints, ""), strict=True)))
        for joints in itertools.product(("œ", "oe"), repeat=len(parts) - 1)
    )


def by_length(terms: Iterable[str]) -> list[str]:
    """Distinct terms, longest first: of two that begin alike the longer is tried first."""
    return sorted(set(terms), key=lambda term: (-len(term), term))


def terms_regex(terms: Iterable[str]) -> re.Pattern[str]:
    """One expression for all terms of a list, longest first, at word boundaries."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(term_pattern, by_length(terms))) + r")(?!\w)")


class Lexicon:
    """Word lists by name.

    A term written with a capital is found only where the text has one: "la Région" is the authority
    that speaks, "la région" any region, often the partner's.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        sorts = [
            (name, capital, terms)
            for name, listed in sorted(lists.items())
            for capital, terms in _by_capital(listed)
        ]
        self._lists = [(name, capital) for name, capital, _ in sorts]
        self._index = WordIndex(
            [term_expression(term) for term in by_length(terms)] for _, _, terms in sorts
        )

    def spans(self, folded: str, text: str = "") -> list[Span]:
        """The spans of every list in folded text; ``text`` is the same as written."""
        spans = []
        for place, _, start, end in self._index.find(folded):
            name, capital = self._lists[place]
            if not capital or any(map(str.isupper, text[start:end])):
                spans.append(Span(start, end, name))
        return spans


def _by_capital(terms: Iterable[str]) -> list[tuple[bool, list[str]]]:
    sorts: dict[bool, list[str]] = {}
    for term in terms:
        sorts.setdefault(term != term.lower(), []).append(term)
    return sorted(sorts.items())
