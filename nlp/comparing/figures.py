"""The study's figures in two campaigns, and on the matched panel alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.comparing.analysed import Analysed, Figure
from nlp.comparing.councils import CouncilPair
from nlp.comparing.panel import SpilloverChange

_OF_COUNCILS = "councils_"
"""How the names of figures begin that count councils; the others count calls."""
_OF_NATURE = {
    "councils_economic": "economic",
    "councils_sociocultural": "sociocultural",
    "councils_both_natures": "both",
}
"""Figures of which a merged council is not counted by its parts: one that announced the economic
alone and one the sociocultural alone became one council that announced both."""


@dataclass(frozen=True)
class FigureChange:
    """One figure of the study, then and now.

    ``panel_then`` and ``panel_now`` count the matched councils alone, those that merged as the one
    that they became, so that both are out of ``panel_of``; for a figure that counts calls they
    count the calls of matched councils, and ``panel_of`` is None.
    """

    then: Figure
    now: Figure
    panel_then: int
    panel_now: int
    panel_of: int | None


def figure_changes(
    before: Analysed,
    after: Analysed,
    pairs: Sequence[CouncilPair],
    spillovers: Sequence[SpilloverChange],
) -> tuple[FigureChange, ...]:
    """The figures that both campaigns have, in the order of the later one.

    ``spillovers`` are those of the ``pairs``.
    """
    old = {figure.id: figure for figure in before.figures}
    matched = [pair for pair in pairs if pair.panel == "matched"]
    became = {name: pair.now for pair in matched for name in pair.then}
    same = {pair.now: pair.now for pair in matched}
    return tuple(
        _of_nature(old[figure.id], figure, spillovers)
        if figure.id in _OF_NATURE
        else _change(old[figure.id], figure, before, after, became, same)
        for figure in after.figures
        if figure.id in old
    )


def _of_nature(then: Figure, now: Figure, spillovers: Sequence[SpilloverChange]) -> FigureChange:
    panel = [(one.then.nature, one.now.nature) for one in spillovers if one.then and one.now]
    nature = _OF_NATURE[now.id]
    return FigureChange(
        then,
        now,
        sum(old == nature for old, _ in panel),
        sum(new == nature for _, new in panel),
        len(panel),
    )


def _change(
    then: Figure,
    now: Figure,
    before: Analysed,
    after: Analysed,
    became: Mapping[str, str],
    same: Mapping[str, str],
) -> FigureChange:
    if not now.id.startswith(_OF_COUNCILS):
        calls = [
            sum(c.authority in councils for c in campaign.calls if c.call_id in set(told.call_ids))
            for campaign, told, councils in ((before, then, became), (after, now, same))
        ]
        return FigureChange(then, now, calls[0], calls[1], None)
    councils_then = {became[name] for name in then.authorities if name in became}
    councils_now = set(now.authorities) & same.keys()
    return FigureChange(then, now, len(councils_then), len(councils_now), len(same))
