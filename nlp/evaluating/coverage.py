"""Accuracy against coverage: how right the program is where it is surest."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from nlp.evaluating.fields import FIELDS
from nlp.evaluating.scoring import Decision
from nlp.reporting.pictures.drawing import (
    BLUE,
    INK,
    PALE,
    QUIET,
    VERMILION,
    Drawing,
    frame,
    publish,
)

ALL = "all"
"""The decisions of all fields together."""

_THRESHOLDS = tuple(step / 20 for step in range(21))
_COLUMNS = 4


@dataclass(frozen=True)
class Covered:
    """Of a field's ``of`` decisions the ``n`` at least as sure as ``threshold``, ``right`` ones."""

    field: str
    threshold: float
    n: int
    of: int
    right: int

    @property
    def coverage(self) -> float:
        """Share of the decisions: n / of."""
        return self.n / self.of

    @property
    def accuracy(self) -> float | None:
        """Share of the n that is right; None where there is none."""
        return self.right / self.n if self.n else None


def coverage(decisions: Iterable[Decision]) -> tuple[Covered, ...]:
    """Coverage and accuracy at thresholds 0, 0.05 … 1, per field and for all fields together.

    Decisions without a confidence have no part in it.
    """
    sure: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for decision in decisions:
        if decision.confidence is not None:
            for name in (decision.field, ALL):
                sure[name].append((decision.confidence, decision.right))
    return tuple(
        Covered(name, threshold, len(kept), len(sure[name]), sum(kept))
        for name in (ALL, *FIELDS)
        if sure[name]
        for threshold in _THRESHOLDS
        for kept in [[right for confidence, right in sure[name] if confidence >= threshold]]
    )


def draw_coverage(rows: Sequence[Covered], campaign: str, folder: Path) -> tuple[Path, ...]:
    """Draw ``figures/coverage.png`` and ``.svg`` under ``folder``; none without a decision.

    One panel a field: accuracy of the decisions kept (upwards) against the share kept, from the
    surest alone (left) to all (right). Raises InputError where they cannot be written.
    """
    names = list(dict.fromkeys(row.field for row in rows))
    title = "Accuracy of the surest decisions"
    alt = f"Lines: accuracy against coverage of {len(names) - 1} fields and of all together."
    drawings: dict[str, Drawing] = {}
    if rows:
        drawings["coverage"] = Drawing(
            lambda: _draw(names, rows, title, campaign), title, alt, (rows, campaign)
        )
    pictures = publish(drawings, folder, ("coverage",))
    stems = [folder / "figures" / picture.file for picture in pictures]
    return tuple(path for stem in stems for path in (stem, stem.with_suffix(".svg")))


def _draw(names: Sequence[str], rows: Sequence[Covered], title: str, campaign: str) -> Figure:
    lines = math.ceil(len(names) / _COLUMNS)
    width, height = 10.0, 1.35 + 1.95 * lines
    figure = Figure(figsize=(width, height))
    grid = figure.subplots(lines, _COLUMNS, squeeze=False, sharex=True, sharey=True)
    figure.subplots_adjust(
        left=0.075,
        right=0.98,
        top=1 - 0.95 / height,
        bottom=0.85 / height,
        hspace=0.42,
        wspace=0.14,
    )
    curves = {name: [row for row in rows if row.field == name and row.n] for name in names}
    lowest = min(row.right / row.n for kept in curves.values() for row in kept)
    for index, axes in enumerate(grid.flat):
        if index >= len(names):
            axes.set_axis_off()
            continue
        name = names[index]
        kept = curves[name]
        if name != ALL:
            axes.plot(*_line(curves[ALL]), color=VERMILION, lw=1.3, ls=(0, (4, 2)))
        colour = VERMILION if name == ALL else BLUE
        axes.plot(*_line(kept), color=colour, lw=1.8, marker="o", ms=3.4, clip_on=False)
        axes.set_title(
            f"{'all fields' if name == ALL else name} (n = {kept[0].of})",
            fontsize=8.5, loc="left", color=INK,
        )  # fmt: skip
        axes.set_xlim(0, 1.02)
        axes.set_xticks((0, 0.5, 1))
        axes.set_ylim(max(0.0, math.floor(lowest * 10) / 10 - 0.05), 1.02)
        axes.grid(color=PALE)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=7.5, colors=QUIET, length=0)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        if index + _COLUMNS >= len(names):
            axes.tick_params(labelbottom=True)
    figure.text(
        0.2 / width, 1 - 0.5 / height,
        "Upwards: share of the decisions kept that is right. To the right: share kept, the surest "
        "first. Dashed: all fields together.",
        fontsize=8.5, color=QUIET, va="top",
    )  # fmt: skip
    frame(figure, title, f"Campaign {campaign}; each dot is a threshold of confidence.")
    return figure


def _line(kept: Sequence[Covered]) -> tuple[list[float], list[float]]:
    return [row.coverage for row in kept], [row.right / row.n for row in kept]
