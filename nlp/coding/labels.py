"""Labels: which words of a passage belong to which word list, found without spaCy.

A label is a name for a span: a word list of the codebook (``<seat>``), a kind of place (``own``) or a
measure (``percent``). Labels are cheap, so they also decide which passages are worth a closer look.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# One character for one character, so that offsets in folded text are offsets in the text.
_FOLDED = {
    code: folded
    for code in range(0x20, 0x250)
    if len(folded := unicodedata.normalize("NFD", chr(code))[0].lower()) == 1
} | {0x2019: "'", 0xA0: " ", 0x202F: " ", 0x2011: "-"}


def fold(text: str) -> str:
    """Lower-case ``text`` without accents, of the same length (``œ`` stays ``œ``)."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, order=True)
class Span:
    """A labelled run of a passage; ``value`` is a normalised reading (``P10D``, ``Mali``) or empty."""

    start: int
    end: int
    label: str
    value: str = ""


def term_pattern(term: str) -> str:
    """The regular expression, over folded text, of a term of a word list.

    A word also matches its plain plural and inclusive endings (``acteur·rice·s``); a final ``*``
    stands for any ending; words may be parted by space, hyphen or apostrophe.
    """
    words = []
    for word in re.split(r"[\s'-]+", fold(term.strip())):
        stem, star = (word[:-1], r"\w*") if word.endswith("*") else (word, r"(?:e?s|x)?")
        stem = re.escape(stem).replace("œ", "(?:œ|oe)")
        words.append(stem + star + r"(?:[·(.][a-z]{1,5}\b\)?)*")
    return r"[\s'\-]{1,3}".join(words)


def terms_regex(terms: Iterable[str]) -> re.Pattern[str]:
    """One expression for all terms of a list, longest first, at word boundaries."""
    ordered = sorted(set(terms), key=lambda term: (-len(term), term))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(term_pattern, ordered)) + r")(?!\w)")


class Lexicon:
    """Word lists by name, compiled once.

    A term written with a capital is found only where the text has one: "la Région" is the authority
    that speaks, "la région" any region, often the partner's.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._regexes = [
            (name, capital, terms_regex(terms))
            for name, listed in sorted(lists.items())
            for capital, terms in _by_capital(listed)
        ]

    def spans(self, folded: str, text: str = "") -> list[Span]:
        """The spans of every list in folded text; ``text`` is the same as written."""
        return [
            Span(match.start(), match.end(), name)
            for name, capital, regex in self._regexes
            for match in regex.finditer(folded)
            if not capital or any(map(str.isupper, text[match.start() : match.end()]))
        ]


def _by_capital(terms: Iterable[str]) -> list[tuple[bool, list[str]]]:
    sorts: dict[bool, list[str]] = {}
    for term in terms:
        sorts.setdefault(term != term.lower(), []).append(term)
    return sorted(sorts.items())
