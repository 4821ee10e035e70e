"""Many expressions over one text, each tried only at the words that it can begin with.

A regular expression of some hundred alternatives asks them all at every word; a page is labelled
with thousands. Found by its first word, an expression costs nothing where that word is absent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Expression:
    """A pattern, and the words (runs of letters and digits) that a match can begin with.

    ``words`` as they are, or any that begins with one of ``prefixes``; with neither a match may
    begin anywhere. ``endings`` are given where such a word is a whole match unless one of these
    characters follows it: most terms are one word, and then need no regular expression. ``then`` is
    what must stand soon after the first word, if anything is known of it: most terms of several
    words fail there, and need none either.
    """

    pattern: str
    words: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    endings: str = ""
    then: str = ""


class WordIndex:
    """Lists of expressions, ready to be found.

    Of each list the matches are those of one regular expression that holds the list's patterns as
    alternatives in their order: from left to right, without overlap. Lists do not hide each other.
    """

    def __init__(self, lists: Iterable[Iterable[Expression]]) -> None:
        self._lists = [tuple(listed) for listed in lists]
        self._anywhere: set[int] = set()
        self._whole: dict[str, list[tuple[int, int]]] = {}
        self._starting: dict[str, list[tuple[int, int]]] = {}
        for place, listed in enumerate(self._lists):
            if any(not one.words and not one.prefixes for one in listed):
                self._anywhere.add(place)
                continue
            for number, one in enumerate(listed):
                for word in one.words:
                    self._whole.setdefault(word, []).append((place, number))
                for prefix in one.prefixes:
                    self._starting.setdefault(prefix, []).append((place, number))
        self._lengths = sorted({len(prefix) for prefix in self._starting})
        self._candidates: dict[str, tuple[tuple[int, int], ...]] = {}

    def find(self, text: str) -> list[tuple[int, int, int, int]]:
        """Every match: the list's and the expression's number, start and end; by list, in order."""
        found = []
        ends: dict[int, int] = {}
        for word in _WORD.finditer(text):
            start, end = word.span()
            following = text[end : end + 1]
            for place, number in self._beginning_with(word[0]):
                if start < ends.get(place, 0):
                    continue
                one = self._lists[place][number]
                if one.then and one.then not in text[end : end + _SOON]:
                    continue
                if one.endings and (not following or following not in one.endings):
                    ends[place] = end
                elif match := _compiled(one.pattern).match(text, start):
                    ends[place] = match.end()
                else:
                    continue
                found.append((place, number, start, ends[place]))
        for place in self._anywhere:
            found += self._search(place, text)
        return sorted(found, key=lambda match: (match[0], match[2]))

    def _beginning_with(self, word: str) -> tuple[tuple[int, int], ...]:
        known = self._candidates.get(word)
        if known is None:
            starting = (self._starting.get(word[:n], ()) for n in self._lengths if n <= len(word))
            known = tuple(sorted({*self._whole.get(word, ()), *(c for s in starting for c in s)}))
            # Hostile pages hold no end of words; only those that begin something are worth keeping.
            if known or len(self._candidates) < _KEPT_WORDS:
                self._candidates[word] = known
        return known

    def _search(self, place: int, text: str) -> Iterable[tuple[int, int, int, int]]:
        groups = "|".join(f"({one.pattern})" for one in self._lists[place])
        for match in _compiled(groups).finditer(text):
            yield place, (match.lastindex or 1) - 1, match.start(), match.end()


_KEPT_WORDS = 100_000
# Between two words of a term stand three signs at most and endings ("·rice·s").
_SOON = 60
_compiled = cache(re.compile)
