"""Counting a pattern's matches in long texts: tried only where one could begin.

Python's ``re`` tries each of hundreds of alternatives at each letter: 45 ms for a page of 37 KB.
The words of all pages are mostly the same, so that where matches could begin in a word is found
once a word.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_WORDS, MOST_LETTERS = 100_000, 4_000_000
"""Words that are remembered, and their letters; a French site has some tens of thousands."""


class Matches:
    """Counts the matches of several patterns in texts of words with single spaces between them."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._patterns = patterns
        self._begins = [
            re.compile("(?={})".format("|".join(sorted(beginnings(pattern)))))
            for pattern in patterns
        ]
        self._known: set[str] = set()
        self._letters = 0
        self._places: dict[str, tuple[tuple[int, int], ...]] = {}

    def count(self, text: str) -> list[int]:
        """How often each pattern is found, as ``finditer`` would."""
        counts, ends = [0] * len(self._patterns), [0] * len(self._patterns)
        words = text.split(" ")
        self._learn(words)
        letters = [*accumulate(map(len, words), initial=0)]
        # without a step of Python for each word: most begin nothing
        begin = compress(range(len(words)), map(self._places.__contains__, words))
        for spaces in begin:
            for number, offset in self._places[words[spaces]]:
                at = letters[spaces] + spaces + offset
                if at >= ends[number] and (found := self._patterns[number].match(text, at)):
                    counts[number] += 1
                    ends[number] = found.end()
        return counts

    def _learn(self, words: Sequence[str]) -> None:
        if len(self._known) > MOST_WORDS or self._letters > MOST_LETTERS:
            self._known, self._places, self._letters = set(), {}, 0
        for word in set(words) - self._known:
            places = tuple(
                (number, found.start())
                for number, begins in enumerate(self._begins)
                for found in begins.finditer(f"{word} ")
                if found.start() < len(word)
            )
            self._known.add(word)
            self._letters += len(word)
            if places:
                self._places[word] = places


def beginnings(pattern: re.Pattern[str]) -> set[str]:
    """Patterns of which one stands at the beginning of every match: letters, up to a space.

    A pattern that could begin with anything else, or with nothing, is a ValueError.
    """
    found = set(_beginnings(_parser.parse(pattern.pattern, pattern.flags)))
    if not all(re.sub(r"\\[b ]", "", begin) for begin in found):
        raise ValueError(f"{pattern.pattern!r}: a match must begin with letters that are known")
    return found


def _beginnings(items: Any) -> Iterator[str]:
    run = edge = ""
    for kind, value in items:
        if kind is op.AT and not run:
            edge = r"\b" if value is op.AT_BOUNDARY else edge
        elif kind is op.LITERAL:
            run += chr(value)
            if run.endswith(" "):
                break
        elif kind is op.SUBPATTERN and not run:
            yield from (edge + begin for begin in _beginnings(value[-1]))
            return
        elif kind is op.BRANCH and not run:
            for branch in value[1]:
                yield from (edge + begin for begin in _beginnings(branch))
            return
        else:
            break
    yield edge + re.escape(run)
