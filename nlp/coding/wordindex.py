"""Many expressions over one text, each tried only at the words that it can begin with.

A regular expression of some hundred alternatives asks them all at every word; a page is labelled
with thousands. Found by its first two words, an expression costs nothing where they are absent.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_KEPT_WORDS = 100_000
JOINT = r"[\s'\-]{1,3}"
"""What parts two words of a term."""
INCLUSIVE = r"[·(.][a-z]{1,5}\b"
"""An inclusive ending of a word (``acteur·rice``, ``habitant(e)``), of which some have several."""
_JOINT, _INCLUSIVE = re.compile(JOINT), re.compile(INCLUSIVE)


class Word(NamedTuple):
    """A run of letters and digits: one of ``whole``, or one that begins with a prefix."""

    whole: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def holds(self, word: str) -> bool:
        """Whether it can be that word."""
        return word in self.whole or word.startswith(self.prefixes)


@dataclass(frozen=True)
class Expression:
    """A pattern, and the word that it begins with.

    Without one it begins with ``sign``, if that is known, or anywhere. Unless the first
    word has an inclusive ending, the next one begins with ``then``. A ``plain`` pattern matches
    just these words, with a joint between them, unless one has an inclusive ending: most are, and
    need no regular expression.
    """

    pattern: str
    first: Word
    following: tuple[Word, ...] = ()
    plain: bool = False
    then: str = ""
    sign: str = ""


_Candidates = tuple[tuple[int, int], ...]
"""Expressions, each by the number of its list and its own in the list, in this order."""


class _Opening(NamedTuple):
    """What can begin with a word: all of it, what asks nothing of the next word, the rest by it."""

    all: _Candidates
    alone: _Candidates
    followed: Mapping[str, _Candidates]
    lengths: tuple[int, ...]

    def before(self, following: str) -> Iterable[tuple[int, int]]:
        """What can begin if that is the next word."""
        starts = (following[:length] for length in self.lengths)
        longer = [one for start in starts for one in self.followed.get(start, ())]
        return sorted((*self.alone, *longer)) if longer else self.alone


class WordIndex:
    """Lists of expressions, ready to be found.

    Of each list the matches are those of one regular expression that holds the list's expressions
    as alternatives in their order: from left to right, without overlap. Lists do not hide each
    other.
    """

    def __init__(self, lists: Iterable[Iterable[Expression]]) -> None:
        self._lists = [tuple(listed) for listed in lists]
        self._anywhere: dict[int, set[str]] = {}
        self._whole: dict[str, list[tuple[int, int]]] = {}
        self._starting: dict[str, list[tuple[int, int]]] = {}
        for place, listed in enumerate(self._lists):
            if signs := {one.sign for one in listed if one.first == Word()}:
                self._anywhere[place] = signs
            for number, one in enumerate(listed):
                for word in one.first.whole:
                    self._whole.setdefault(word, []).append((place, number))
                for prefix in one.first.prefixes:
                    self._starting.setdefault(prefix, []).append((place, number))
        self._lengths = sorted({len(prefix) for prefix in self._starting})
        self._openings: dict[str, _Opening | None] = {}

    def find(self, text: str) -> list[tuple[int, int, int, int]]:
        """Every match: the list's and the expression's number, start and end; by list, in order."""
        found = []
        # "" is in every text
        anywhere = [p for p, signs in self._anywhere.items() if any(one in text for one in signs)]
        ends = dict.fromkeys(anywhere, len(text))
        words = list(_WORD.finditer(text))
        inclusive = {match.start() for match in _INCLUSIVE.finditer(text)}
        for index, word in enumerate(words):
            opening = self._opening(word[0])
            if opening is None:
                continue
            start, end = word.span()
            if end in inclusive:
                candidates: Iterable[tuple[int, int]] = opening.all
            else:
                candidates = opening.before(words[index + 1][0] if index + 1 < len(words) else "")
            for place, number in candidates:
                if start < ends.get(place, 0):
                    continue
                stop = _end(self._lists[place][number], text, words, index, inclusive)
                if stop is not None:
                    ends[place] = stop
                    found.append((place, number, start, stop))
        for place in anywhere:
            found += self._search(place, text)
        return sorted(found, key=lambda match: (match[0], match[2]))

    def _opening(self, word: str) -> _Opening | None:
        if word in self._openings:
            return self._openings[word]
        starting = (self._starting.get(word[:n], ()) for n in self._lengths if n <= len(word))
        candidates = tuple(sorted({*self._whole.get(word, ()), *chain.from_iterable(starting)}))
        opening = self._grouped(candidates) if candidates else None
        # Hostile pages hold no end of words; only those that begin something are worth keeping.
        if opening or len(self._openings) < _KEPT_WORDS:
            self._openings[word] = opening
        return opening

    def _grouped(self, candidates: _Candidates) -> _Opening:
        by_next: dict[str, list[tuple[int, int]]] = {"": []}
        for place, number in candidates:
            by_next.setdefault(self._lists[place][number].then, []).append((place, number))
        alone = tuple(by_next.pop(""))
        lengths = tuple(sorted(set(map(len, by_next))))
        return _Opening(
            candidates, alone, {then: tuple(found) for then, found in by_next.items()}, lengths
        )

    def _search(self, place: int, text: str) -> Iterator[tuple[int, int, int, int]]:
        groups = "|".join(f"({one.pattern})" for one in self._lists[place])
        for match in _compiled(groups).finditer(text):
            yield place, (match.lastindex or 1) - 1, match.start(), match.end()


def _end(
    one: Expression,
    text: str,
    words: Sequence[re.Match[str]],
    index: int,
    inclusive: Container[int],
) -> int | None:
    """Where an expression ends that can begin with the word of that index, if it matches there.

    ``inclusive`` is where inclusive endings begin: what belongs to it of them, its pattern knows.
    """
    start, end = words[index].span()
    if one.plain:
        for place, expected in enumerate(one.following, start=index + 1):
            if end in inclusive:
                break
            if place == len(words) or not expected.holds(words[place][0]):
                return None
            if not _JOINT.fullmatch(text, end, words[place].start()):
                return None
            end = words[place].end()
        if end not in inclusive:
            return end
    match = _compiled(one.pattern).match(text, start)
    return match.end() if match else None


_compiled = cache(re.compile)
