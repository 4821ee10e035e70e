"""What the first page of a comparison shows: what was compared, and what changed on the whole."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nlp.comparing.analysed import Analysed
from nlp.comparing.comparison import STATUSES, ComparedCall, Comparison
from nlp.comparing.criteria import FIELDS, TYPES, FieldChange
from nlp.comparing.figures import FigureChange
from nlp.reporting.comparing.labels import CompareWording, demands, figure_labels

FOLLOWED = ("kept", "moved", "merged")
"""Statuses of a call of then that has a call of now."""


@dataclass(frozen=True)
class Bar:
    """A line of a chart: its label's key, a number, and its share (0-100) of the longest."""

    key: str
    number: int
    share: float


@dataclass(frozen=True)
class CriterionBars:
    """How many matched calls have a criterion changed, by type, and shares (0-100) to draw.

    ``total`` are calls with any change of it.
    """

    field: str
    types: Mapping[str, int]
    softer: int
    harder: int
    other: int
    softer_share: float
    harder_share: float
    total: int


class Overview:
    """Counts what a comparison holds, for its first page."""

    def __init__(self, comparison: Comparison, wording: CompareWording) -> None:
        """Tell of ``comparison`` in the words of ``wording``."""
        self._comparison, self._wording = comparison, wording

    @cached_property
    def pairs(self) -> tuple[ComparedCall, ...]:
        """The calls of then that have one of now."""
        return tuple(call for call in self._comparison.calls if call.status in FOLLOWED)

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """Every criterion that changed."""
        return tuple(change for call in self.pairs for change in call.changes)

    @cached_property
    def by_status(self) -> Mapping[str, int]:
        """How many rows of each status there are."""
        counted = Counter(call.status for call in self._comparison.calls)
        return {status: counted[status] for status in STATUSES}

    def lede(self) -> tuple[str, ...]:
        """What was compared and what changed, in sentences."""
        wording, comparison = self._wording, self._comparison
        counted, told = self.by_status, demands(self.changes)
        names = {"before": comparison.before.name, "after": comparison.after.name}
        reworded = sum(change.type == "reworded" for change in self.changes)
        return (
            wording.told(
                "lede_councils",
                councils_then=wording.count(len(comparison.before.authorities), "council_count"),
                councils_now=wording.number(len(comparison.after.authorities)),
                matched=wording.number(sum(p.panel == "matched" for p in comparison.councils)),
                **names,
            ),
            wording.told(
                "lede_calls",
                calls_then=wording.count(len(comparison.before.calls), "edition_count"),
                followed=wording.count(len(self.pairs), "followed_count"),
                gone=wording.count(counted["gone"], "gone_count"),
                missed=wording.count(counted["not_captured"], "missed_count"),
                new=wording.count(counted["new"], "new_count"),
                **names,
            ),
            wording.told(
                "lede_changes",
                pairs=wording.count(len(self.pairs), "pair_count"),
                changes=wording.count(len(self.changes), "change_count"),
                harder=wording.count(told["harder"], "harder_count"),
                softer=wording.count(told["softer"], "softer_count"),
                reworded=wording.count(reworded, "reworded_count"),
                other=wording.number(told["other"] - reworded),
            ),
        )

    def compared(self) -> list[tuple[str, str, str]]:
        """What each campaign was: what, in the one, in the other."""
        comparison, wording = self._comparison, self._wording
        both = [self._read(one) for one in (comparison.before, comparison.after)]
        return [(wording.told(f"compared.{key}"), both[0][key], both[1][key]) for key in both[0]]

    def _read(self, campaign: Analysed) -> dict[str, str]:
        number = self._wording.number
        return {
            "councils": number(len(campaign.authorities)),
            "pages": number(sum(one.pages_read for one in campaign.authorities.values())),
            "calls": number(len(campaign.calls)),
            "solidarity": number(sum(one.calls for one in campaign.authorities.values())),
            "captured": self._captured(campaign),
        }

    def _captured(self, campaign: Analysed) -> str:
        wording = self._wording
        times = sorted(filter(None, (d.capture.captured_at for d in campaign.documents.values())))
        if not times:
            return wording.say("none_cell")
        first, last = wording.day(times[0]), wording.day(times[-1])
        return first if first == last else wording.told("compared.dates", first=first, last=last)

    def statuses(self) -> list[Bar]:
        """How many calls have each status, those that occur."""
        return _bars((status, number) for status, number in self.by_status.items() if number)

    def types(self) -> list[Bar]:
        """How many criteria changed in each way."""
        counted = Counter(change.type for change in self.changes)
        return _bars((type_, counted[type_]) for type_ in TYPES)

    def criteria(self) -> list[CriterionBars]:
        """Each criterion, by how many calls changed it and which way."""
        told = {field: [c for c in self.changes if c.field == field] for field in FIELDS}
        counted = {field: demands(changes) for field, changes in told.items()}
        most = max((max(c["softer"], c["harder"]) for c in counted.values()), default=0) or 1
        return [
            CriterionBars(
                field,
                Counter(change.type for change in told[field]),
                **number,
                softer_share=100 * number["softer"] / most,
                harder_share=100 * number["harder"] / most,
                total=len(told[field]),
            )
            for field, number in counted.items()
        ]

    def figures(self) -> list[dict[str, str]]:
        """The study's figures: published, then, now, and in the matched panel."""
        labels = figure_labels(self._wording.language)
        return [self._figure(one, labels) for one in self._comparison.figures]

    def _figure(self, one: FigureChange, labels: Mapping[str, str]) -> dict[str, str]:
        wording, then, now = self._wording, one.then, one.now
        panel = one.panel_now - one.panel_then
        return {
            "id": now.id,
            "label": labels.get(now.id, now.label),
            "published": wording.measure(now.gely_2014, now.gely_of),
            "then": wording.measure(then.value, then.of),
            "now": wording.measure(now.value, now.of),
            "panel_then": wording.measure(one.panel_then, one.panel_of),
            "panel_now": wording.measure(one.panel_now, one.panel_of),
            "change": wording.signed(panel),
            "coverage": wording.signed(now.value - then.value - panel),
        }


def _bars(counted: Iterable[tuple[str, int]]) -> list[Bar]:
    found = list(counted)
    most = max((number for _, number in found), default=0) or 1
    return [Bar(key, number, 100 * number / most) for key, number in found]
