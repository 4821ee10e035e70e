"""The codebook's compact notation for patterns, matched on labels alone, without spaCy.

``<seat>`` is a span of the word list seat (``<a|b>``: of either); ``~8`` lets at most eight words
stand between its neighbours, ``~8!neg`` eight words without a span of neg among them; ``word`` is a
word as written (case and accents aside; ``word*`` any ending); ``?`` makes an element optional.
Neighbours without a gap may be parted by punctuation only; a semicolon is never crossed.
``A & B`` asks for both, in any order.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from nlp.coding.labels import Span, terms_regex

_ELEMENT = re.compile(
    r"(?:<(?P<labels>[\w|]+)>|~(?P<gap>\d+)(?:!(?P<without>[\w|]+))?|(?P<word>[\w'-]+\*?))(?P<optional>\?)?"
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Labelled:
    """A folded passage with its spans, ready to be matched."""

    folded: str
    spans: tuple[Span, ...]

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label that occurs in the passage."""
        return frozenset(self.places)

    @cached_property
    def places(self) -> Mapping[str, list[tuple[int, int]]]:
        """Where the spans of each label start and end, in order."""
        places: dict[str, list[tuple[int, int]]] = {}
        for span in self.spans:
            places.setdefault(span.label, []).append((span.start, span.end))
        return places

    @cached_property
    def words(self) -> list[int]:
        """Where each word of the passage starts."""
        return [match.start() for match in _WORD.finditer(self.folded)]

    @cached_property
    def found(self) -> dict[object, list[tuple[int, int]]]:
        """Where the steps of patterns were found, by what they look for: many look for the same."""
        return {}


@dataclass(frozen=True)
class _Step:
    """One element: what it looks for, and what may stand between it and the element before."""

    labels: frozenset[str]
    word: re.Pattern[str] | None
    optional: bool
    gap: int
    without: frozenset[str]

    def places(self, passage: Labelled) -> list[tuple[int, int]]:
        key = self.word or self.labels
        if key not in passage.found:
            passage.found[key] = (
                [match.span() for match in self.word.finditer(passage.folded)]
                if self.word
                else sorted({p for label in self.labels for p in passage.places.get(label, ())})
            )
        return passage.found[key]


class Notation:
    """A compiled notation. Raises ValueError where it cannot be read."""

    def __init__(self, text: str) -> None:
        self._sequences = [_steps(part) for part in text.split(" & ")]
        self.needs = tuple(
            step.labels
            for steps in self._sequences
            for step in steps
            if step.labels and not step.optional
        )

    def find(self, passage: Labelled) -> Iterator[tuple[int, int]]:
        """The shortest spans (start, end) at which the notation matches, one per first element.

        Of ``A & B`` one, the shortest of all.
        """
        found = [list(_Sequence(steps, passage).matches()) for steps in self._sequences]
        if all(found):
            if len(found) == 1:
                yield from found[0]
            else:
                yield _tightest(found)


def _tightest(found: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, int]:
    """The shortest run of text that holds a span of each list; of equals the first."""
    spans = sorted((*span, number) for number, spans in enumerate(found) for span in spans)
    latest: dict[int, tuple[int, int]] = {}
    runs = []
    for start, end, number in spans:
        latest[number] = start, end
        if len(latest) == len(found):
            runs.append((min(latest.values())[0], max(stop for _, stop in latest.values())))
    return min(runs, key=lambda run: run[1] - run[0])


@cache
def _steps(text: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    gap, without = 0, frozenset[str]()
    for element in text.split():
        match = _ELEMENT.fullmatch(element)
        if match is None:
            raise ValueError(f"{element!r} is no element of a pattern")
        if match["gap"]:
            gap, without = int(match["gap"]), frozenset((match["without"] or "").split("|")) - {""}
            continue
        steps.append(
            _Step(
                frozenset((match["labels"] or "").split("|")) - {""},
                terms_regex([match["word"]]) if match["word"] else None,
                bool(match["optional"]),
                gap,
                without,
            )
        )
        gap, without = 0, frozenset()
    if not steps or all(step.optional for step in steps):
        raise ValueError(f"{text!r} would match everything")
    return tuple(steps)


class _Sequence:
    """One sequence of steps, sought in one passage."""

    def __init__(self, steps: Sequence[_Step], passage: Labelled) -> None:
        self._steps, self._passage = steps, passage
        # What was found from a place is kept: a page that repeats itself has each step's every
        # place tried from each place of the step before (25 × 60 ways a word).
        self._ends: dict[tuple[int, int, int], int | None] = {}

    def matches(self) -> Iterator[tuple[int, int]]:
        for first, step in enumerate(self._steps):
            for start, stop in step.places(self._passage):
                end = self._end_from(first + 1, stop, 0)
                if end is not None:
                    yield start, end
            if not step.optional:
                return

    def _end_from(self, index: int, end: int, slack: int) -> int | None:
        """Where the steps from ``index`` on can end if the step before ended at ``end``."""
        if index == len(self._steps):
            return end
        asked = (index, end, slack)
        if asked not in self._ends:
            step = self._steps[index]
            stops = self._stops(index, end, step.gap + slack)
            results = (self._end_from(index + 1, stop, 0) for stop in stops)
            found = next((result for result in results if result is not None), None)
            if found is None and step.optional:
                found = self._end_from(index + 1, end, slack + step.gap)
            self._ends[asked] = found
        return self._ends[asked]

    def _stops(self, index: int, end: int, gap: int) -> Iterator[int]:
        """The ends of the step's places that may follow ``end``, nearest first."""
        step, words = self._steps[index], self._passage.words
        places = step.places(self._passage)
        words_before = bisect_left(words, end)
        for start, stop in islice(places, bisect_left(places, (end,)), None):
            if bisect_left(words, start) - words_before > gap:
                return
            if ";" not in self._passage.folded[end:start] and not any(
                end <= other < start
                for label in step.without
                for other, _ in self._passage.places.get(label, ())
            ):
                yield stop
