"""Passages compared by their words, whatever the white space and signs between them."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


def letters(text: str) -> str:
    """Only the letters and digits of a text, without case: readers of pages change the rest.

    They join words that were hyphenated at a line's end, split glued ones, and turn no-break
    spaces, dashes and apostrophes into others.
    """
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold()
    return "".join(c for c in folded if c.isalnum())


@dataclass(frozen=True)
class Span:
    """A run of a text's words: the first one's number and that after the last one's."""

    first: int
    end: int

    def common(self, other: "Span") -> int:
        """How many words two spans of one text share."""
        return max(0, min(self.end, other.end) - max(self.first, other.first))

    def alike(self, other: "Span", *, strict: bool = False) -> bool:
        """Whether they share half of the words of the shorter (``strict``: of the longer)."""
        least = (max if strict else min)(self.end - self.first, other.end - other.first)
        return 0 < least <= 2 * self.common(other)


class Words:
    """The words of one text, to find passages in."""

    def __init__(self, text: str) -> None:
        self._starts = [match.start() for match in _WORD.finditer(text)]
        self._ends = [match.end() for match in _WORD.finditer(text)]
        plain = [_plain(character) for character in text]
        self._letters = "".join(plain)
        # Where in the text each letter of the comparable text stands.
        self._origin = [index for index, part in enumerate(plain) for _ in part]

    def span(self, start: int, end: int) -> Span:
        """The words that ``text[start:end]`` touches."""
        first, after = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return Span(first, max(first, after))

    def find(self, quote: str) -> tuple[Span, ...]:
        """Every place where a quote stands, its letters and digits alone compared."""
        wanted = letters(quote)
        return tuple(
            self.span(self._origin[at], self._origin[at + len(wanted) - 1] + 1)
            for at in _places(self._letters, wanted)
        )


def _places(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)
