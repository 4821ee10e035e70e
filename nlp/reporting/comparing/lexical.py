"""Spillovers, families and words of a comparison, as its pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.comparing.comparison import Comparison
from nlp.comparing.panel import Announced, FamilyChange, WordChange
from nlp.comparing.wordings import plain
from nlp.counting.families import FamilyCount
from nlp.reporting.comparing.labels import CompareWording
from nlp.reporting.comparing.pair import Pairs, Passage

_MOST_WORDS = 30
_MOST_PASSAGES = 1


@dataclass(frozen=True)
class SpilloverSide:
    """What a council announces in one campaign, in words, with its surest passage."""

    nature: str
    notes: tuple[str, ...]
    passages: tuple[Passage, ...]
    more: int


@dataclass(frozen=True)
class SpilloverRow:
    """A council's announced spillovers then and now; None outside the panel."""

    council: str
    councils_then: tuple[str, ...]
    change: str
    then: SpilloverSide | None
    now: SpilloverSide | None


@dataclass(frozen=True)
class FamilyRow:
    """A lexical family in a place, per thousand words of the panel, and what coverage adds."""

    family: str
    place: str
    then: float
    now: float
    change: float
    coverage: float
    occurrences: tuple[int, int]


@dataclass(frozen=True)
class WordRow:
    """A word that one campaign uses more, and its bar's length (0-100)."""

    word: str
    then: int
    now: int
    specificity: float
    share: float


def spillover_rows(
    comparison: Comparison, pairs: Pairs, wording: CompareWording
) -> tuple[SpilloverRow, ...]:
    """One row per council, those of which nothing is announced in either campaign last."""
    rows = [
        SpilloverRow(
            one.council.name,
            one.council.then if one.council.then != (one.council.name,) else (),
            one.change or "alone",
            _side(one.then, one.now, pairs, wording, late=False),
            _side(one.now, one.then, pairs, wording, late=True),
        )
        for one in comparison.spillovers
    ]
    return tuple(sorted(rows, key=lambda row: row.change == "none"))


def _side(
    announced: Announced | None,
    other: Announced | None,
    pairs: Pairs,
    wording: CompareWording,
    *,
    late: bool,
) -> SpilloverSide | None:
    if announced is None:
        return None
    # What both campaigns say word for word is what "as before" rests on: it is shown first.
    kept = {plain(one.quote) for one in other.passages} if other else set()
    surest = sorted(announced.passages, key=lambda r: (plain(r.quote) not in kept, -r.score, r.id))
    notes = []
    if announced.institution:
        notes.append(wording.told("spillover.institution"))
    if announced.precise:
        notes.append(wording.value("precise"))
    return SpilloverSide(
        wording.name("nature", announced.nature),
        tuple(notes),
        pairs.passages(surest[:_MOST_PASSAGES], late=late),
        max(0, len(surest) - _MOST_PASSAGES),
    )


def family_rows(comparison: Comparison) -> tuple[FamilyRow, ...]:
    """Each family and place: the panel's change, and what the sum of all pages adds to it."""
    sums: dict[tuple[str, str], dict[str, FamilyChange]] = {}
    for one in comparison.families:
        if one.council is None:
            sums.setdefault((one.family, one.place), {})[one.panel] = one
    rows = [
        _family(family, place, found["matched"], found["all"])
        for (family, place), found in sums.items()
        if len(found) > 1
    ]
    return tuple(row for row in rows if any(row.occurrences))


def _family(family: str, place: str, panel: FamilyChange, whole: FamilyChange) -> FamilyRow:
    then, now = _rate(panel.then), _rate(panel.now)
    change, whole_change = round(now - then, 2), _rate(whole.now) - _rate(whole.then)
    return FamilyRow(
        family,
        place,
        then,
        now,
        change,
        round(whole_change - change, 2),
        (panel.then.occurrences, panel.now.occurrences),
    )


def _rate(count: FamilyCount) -> float:
    return round(count.per_1000_words, 2)


def word_rows(words: Sequence[WordChange]) -> tuple[tuple[WordRow, ...], tuple[WordRow, ...]]:
    """The words used most more now, and those used most more then, the most specific first."""
    most = max((abs(one.specificity) for one in words), default=0.0) or 1.0
    rows = [
        WordRow(one.form or one.word, one.then, one.now, abs(one.specificity),
                100 * abs(one.specificity) / most)
        for one in words
    ]  # fmt: skip
    now = [row for row, one in zip(rows, words, strict=True) if one.specificity > 0]
    then = [row for row, one in zip(rows, words, strict=True) if one.specificity < 0]
    return tuple(now[:_MOST_WORDS]), tuple(then[::-1][:_MOST_WORDS])
