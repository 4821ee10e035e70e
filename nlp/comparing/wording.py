"""The wording of two editions side by side: sentences kept, removed, added or changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from rapidfuzz import fuzz, process

from nlp.coding.labels import fold
from nlp.comparing.wordings import Sentence

KINDS = ("kept", "removed", "added", "changed")
_ALIKE = 60
"""Least ratio (0-100) of two sentences that are one, changed."""
_TOKEN = re.compile(r"\w+|[^\w\s]")

Marks = tuple[tuple[int, int], ...]
"""Runs of characters (start, end) of a sentence that the other does not have."""


@dataclass(frozen=True)
class SentenceChange:
    """A sentence then and now; ``kind`` is one of KINDS; of a changed one the words that differ."""

    kind: str
    then: Sentence | None
    now: Sentence | None
    marks_then: Marks = ()
    marks_now: Marks = ()


def compare_wording(
    then: Sequence[Sentence], now: Sequence[Sentence]
) -> tuple[SentenceChange, ...]:
    """Every sentence of both, in the order of now, what was removed where it stood.

    A sentence that stands word for word elsewhere, or whose year alone is another, is kept.
    """
    partners = _partners(then, now)
    rows: list[SentenceChange] = []
    reached = 0
    paired = set(partners.values())
    for place, sentence in enumerate(now):
        old = partners.get(place)
        if old is None:
            rows.append(SentenceChange("added", None, sentence))
            continue
        rows += _removed(then, reached, old, paired)
        reached = max(reached, old + 1)
        rows.append(_pair(then[old], sentence))
    rows += _removed(then, reached, len(then), paired)
    return tuple(rows)


def _removed(
    then: Sequence[Sentence], start: int, end: int, paired: set[int]
) -> Iterator[SentenceChange]:
    return (
        SentenceChange("removed", then[place], None)
        for place in range(start, end)
        if place not in paired
    )


def _partners(then: Sequence[Sentence], now: Sequence[Sentence]) -> dict[int, int]:
    """For places in ``now`` the place in ``then`` of the same sentence, or the most like one."""
    places = {sentence.plain: place for place, sentence in enumerate(then)}
    partners = {
        place: places[sentence.plain]
        for place, sentence in enumerate(now)
        if sentence.plain in places
    }
    taken = set(partners.values())
    old = [place for place in range(len(then)) if place not in taken]
    new = [place for place in range(len(now)) if place not in partners]
    if old and new:
        ratios = process.cdist(
            [then[place].plain for place in old],
            [now[place].plain for place in new],
            scorer=fuzz.ratio,
            score_cutoff=_ALIKE,
            dtype=np.uint8,
        )
        alike = np.argwhere(ratios >= _ALIKE).tolist()
        for row, column in sorted(alike, key=lambda cell: (-int(ratios[cell[0], cell[1]]), cell)):
            if new[column] not in partners and old[row] not in taken:
                partners[new[column]] = old[row]
                taken.add(old[row])
    return partners


def _pair(then: Sentence, now: Sentence) -> SentenceChange:
    if then.plain == now.plain:
        return SentenceChange("kept", then, now)
    return SentenceChange("changed", then, now, *marks(then.text, now.text))


def marks(then: str, now: str) -> tuple[Marks, Marks]:
    """The words of each of two sentences that the other does not have, as runs of characters."""
    old, new = list(_TOKEN.finditer(then)), list(_TOKEN.finditer(now))
    matcher = SequenceMatcher(
        None, [fold(m.group()) for m in old], [fold(m.group()) for m in new], autojunk=False
    )
    marks_then: list[tuple[int, int]] = []
    marks_now: list[tuple[int, int]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            if a < b:
                marks_then.append((old[a].start(), old[b - 1].end()))
            if c < d:
                marks_now.append((new[c].start(), new[d - 1].end()))
    return tuple(marks_then), tuple(marks_now)
