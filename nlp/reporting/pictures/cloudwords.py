"""A word cloud as data: its words with their counts, and the place of those that are drawn."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nlp.counting.tables import Cell
from nlp.reporting.pictures.cloudlayout import Item, Placed, lay_out
from nlp.reporting.pictures.drawing import plain

MOST_ROWS = 500
"""The words that the table beside a cloud lists at most, of each side."""

_LONGEST = 30
_LEMMA = 300
_FORMS = 6
_PILE = re.compile(r"(?<=[\u0300-\u036f]{2})[\u0300-\u036f]+")


class CloudWord(NamedTuple):
    """A word of a cloud: its lemma, how it is shown, and what was counted in its part.

    ``times`` is how often it was met there, ``elsewhere`` outside; ``documents`` are those of the
    part that hold it; ``forms`` the written forms met there, the commonest first; ``score`` is
    what its size says.
    """

    lemma: str
    shown: str
    forms: Sequence[str]
    side: int
    times: int
    elsewhere: int
    documents: int
    score: float


class Cloud(NamedTuple):
    """``measure`` is what size says: count, specificity or g2; ``counts`` what was counted.

    The latter is lemma_content, form_content, lemma_all or form_all.
    ``parts`` are the names of its sides, one or two, ``documents`` how many each has; ``total``
    is how many words could be shown; ``words`` the heaviest of them, with their ``places``.
    """

    measure: str
    counts: str
    parts: Sequence[str]
    documents: Sequence[int]
    total: int
    words: Sequence[CloudWord]
    places: Sequence[Placed | None]

    @property
    def drawn(self) -> list[tuple[CloudWord, Placed]]:
        """The words that have a place."""
        pairs = zip(self.words, self.places, strict=True)
        return [(word, place) for word, place in pairs if place is not None]

    def table(self) -> list[list[Cell]]:
        """The words as rows below their heads; the size of one that is not drawn is empty."""
        rows: list[list[Cell]] = [
            ["word", "lemma", "forms", "part", "count", "elsewhere", "documents", "score", "size"]
        ]
        for word, place in zip(self.words, self.places, strict=True):
            rows.append(
                [
                    word.shown, plain(word.lemma, _LEMMA), forms_of(word), self.parts[word.side],
                    word.times, word.elsewhere, word.documents, word.score,
                    place.size if place else None,
                ]
            )  # fmt: skip
        return rows


def cloud_of(
    measure: str,
    counts: str,
    parts: Sequence[str],
    documents: Sequence[int],
    words: Iterable[CloudWord],
) -> Cloud:
    """A cloud of words, each with a score above 0, in any order; numbers and signs are left out."""
    every = [word for word in words if has_letters(word.lemma)]
    every.sort(key=lambda word: (-word.score, -word.times, word.lemma))
    sides = [[word for word in every if word.side == side] for side in range(len(parts))]
    kept = shown_apart([word for side in sides for word in side[:MOST_ROWS]])
    items = [Item(word.shown, word.score, word.side) for word in kept]
    return Cloud(measure, counts, parts, documents, len(every), kept, lay_out(items, len(parts)))


def cloud_from(row: Sequence[Any]) -> Cloud:
    """A cloud that was kept as JSON."""
    measure, counts, parts, documents, total, words, places = row
    return Cloud(
        measure, counts, parts, documents, total, [CloudWord(*word) for word in words],
        [Placed(*place) if place else None for place in places],
    )  # fmt: skip


def shown_apart(words: Iterable[CloudWord]) -> list[CloudWord]:
    """Words that a side would show alike, told apart by their lemma, or else by a number."""
    taken: set[tuple[int, str]] = set()
    apart = []
    for word in words:
        lemma, shown = written(word.lemma), written(word.shown)
        names = itertools.chain((shown, lemma), (f"{shown} ({n})" for n in itertools.count(2)))
        shown = next(name for name in names if (word.side, name) not in taken)
        taken.add((word.side, shown))
        apart.append(word._replace(shown=shown))
    return apart


def written(word: str) -> str:
    """A crawled word as a picture can hold it: no control characters, no piles of accents, short.

    An accent that can be one with its letter is.
    """
    # A mark on a mark on a mark is no writing: in a browser it covers the lines above.
    marked = _PILE.sub("", unicodedata.normalize("NFC", plain(word, len(word) + 1)))
    return marked if len(marked) <= _LONGEST else f"{marked[: _LONGEST - 1]}…"


def has_letters(word: str) -> bool:
    """Whether it is a word to show: numbers and signs alone are none."""
    return any(letter.isalpha() for letter in word)


def forms_of(word: CloudWord) -> str:
    """The commonest forms: ``projets, projet``."""
    said = [written(form) for form in word.forms[:_FORMS]]
    return ", ".join([*said, "…"] if len(word.forms) > _FORMS else said)


def commonest(forms: Mapping[str, int]) -> list[str]:
    """Forms, the commonest first."""
    return sorted(forms, key=lambda form: (-forms[form], form))
