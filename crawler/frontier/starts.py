"""Counting a pattern's matches in long texts: tried only where one could begin.

Python's ``re`` tries each of hundreds of alternatives at each letter: 45 ms for a page of 37 KB.
The words of all pages are mostly the same, so that where matches could begin in a word is found
once a word.
"""

import re
from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_WORDS, LONGEST_WORD = 100_000, 40
"""Words that are remembered, and their letters; a French site has some tens of thousands."""


class Matches:
    """Counts the matches of several patterns in texts of words with single spaces between them."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._patterns = patterns
        # without what stands around it, such as \b: more places are tried, and none is missed
        self._begins = [
            re.compile("(?={})".format("|".join(sorted(map(re.escape, beginnings(pattern))))))
            for pattern in patterns
        ]
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}

    def count(self, text: str) -> list[int]:
        """How often each pattern is found, as ``finditer`` would."""
        counts, ends = [0] * len(self._patterns), [0] * len(self._patterns)
        start = 0
        for word in text.split(" "):
            places = self._places.get(word)
            if places is None:
                places = self._learn(word)
            for number, offset in places:
                at = start + offset
                if at >= ends[number] and (found := self._patterns[number].match(text, at)):
                    counts[number] += 1
                    ends[number] = found.end()
            start += len(word) + 1
        return counts

    def _learn(self, word: str) -> tuple[tuple[int, int], ...]:
        places = tuple(
            (number, found.start())
            for number, begins in enumerate(self._begins)
            for found in begins.finditer(word)
            if found.start() < len(word)
        )
        if len(word) <= LONGEST_WORD:
            if len(self._places) >= MOST_WORDS:
                self._places.clear()
            self._places[word] = places
        return places


def beginnings(pattern: re.Pattern[str]) -> set[str]:
    """Letters of which one set stands at the beginning of every match; never a space.

    A pattern that could begin with anything else, or with nothing, is a ValueError.
    """
    found = set(_beginnings(_parser.parse(pattern.pattern, pattern.flags)))
    if "" in found:
        raise ValueError(f"{pattern.pattern!r}: a match must begin with letters that are known")
    return found


def _beginnings(items: Any) -> Iterator[str]:
    run = ""
    for kind, value in items:
        if kind is op.AT and not run:
            continue
        if kind is op.LITERAL and chr(value) != " ":
            run += chr(value)
        elif kind is op.SUBPATTERN and not run:
            yield from _beginnings(value[-1])
            return
        elif kind is op.BRANCH and not run:
            for branch in value[1]:
                yield from _beginnings(branch)
            return
        else:
            break
    yield run
