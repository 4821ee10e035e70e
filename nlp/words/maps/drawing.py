"""The map of a vocabulary as a picture: parts and words on the first two axes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from corpora.campaign import InputError
from nlp.reporting.pictures.drawing import BLUE, INK, QUIET, VERMILION, Drawing, frame
from nlp.words.maps.correspondence import Correspondence
from nlp.words.maps.placing import Label, named, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import ScalarFormatter

_PART_INK = "#A34100"  # vermilion, dark enough for text


@dataclass(frozen=True)
class MapCaptions:
    """What a map says, in the reader's language.

    ``axes`` are the two axes' names with their shares of inertia, ``parts`` and ``words`` the
    entries of the legend; ``note`` says how to read the map, ``unnamed`` with ``{count}`` how many
    points are drawn without their name, ``source`` where the counts are from, ``language`` how
    numbers are written.
    """

    language: str
    title: str
    axes: tuple[str, str]
    parts: str
    words: str
    note: str
    unnamed: str
    source: str
    alt: str


def factor_map(
    analysed: Correspondence,
    parts: Sequence[str],
    words: Sequence[str],
    captions: MapCaptions,
    most: int = 45,
) -> Drawing:
    """The first two axes: all parts (rows), and the ``most`` words (columns) that make the plane.

    Words are chosen by their contribution to both axes together. What all parts' names begin with
    stands in the legend alone. A label for which there is no room is left out and told of, its
    point stays. Raises InputError where there are not two axes.
    """
    if analysed.eigenvalues.size < 2:
        raise InputError(
            f"map: {analysed.eigenvalues.size} axis in this table, a map has 2; "
            "take three parts or more that differ in their words"
        )
    plane = analysed.eigenvalues[:2]
    by_weight = [
        _by_weight(cloud.contributions[:, :2] @ plane, cloud.masses)
        for cloud in (analysed.rows, analysed.columns)
    ]
    chosen = (by_weight[0], by_weight[1][:most])
    shared = _shared(parts)
    parts = [name.removeprefix(shared) for name in parts]
    shown = [
        (_names(names, places), np.round(cloud.coordinates[places, :2], 6).tolist())
        for names, cloud, places in zip(
            (parts, words), (analysed.rows, analysed.columns), chosen, strict=True
        )
    ]
    if shared:
        captions = replace(captions, parts=f"{captions.parts} · {named(shared)} …")
    return Drawing(
        lambda: _map(shown, captions), captions.title, captions.alt, [shown, repr(captions)]
    )


def _shared(names: Sequence[str]) -> str:
    """The words that all names begin with ("Conseil régional "); each keeps its last at least."""
    if len(names) < 2:
        return ""
    begun = zip(*(name.split(" ")[:-1] for name in names), strict=False)
    same = takewhile(lambda words: len(set(words)) == 1, begun)
    return "".join(f"{words[0]} " for words in same)


def _by_weight(weights: np.ndarray, masses: np.ndarray) -> list[int]:
    """Places of what has a mass, those that weigh most first; of equals the first."""
    order = np.argsort(-np.round(weights, 12), kind="stable")
    return [int(index) for index in order if masses[index] > 0]


def _names(names: Sequence[str], places: Sequence[int]) -> list[str]:
    return [named(names[place]) for place in places]


def _map(
    shown: Sequence[tuple[Sequence[str], Sequence[Sequence[float]]]], captions: MapCaptions
) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    (parts, at_parts), (words, at_words) = shown
    points = np.array([*at_parts, *at_words])
    wide, high = np.ptp(points, axis=0)
    # As flat as the cloud of points is, within what a page can hold.
    tall = float(np.clip(9 * high / max(wide, 1e-9), 5, 8))
    figure = Figure(figsize=(10, tall + 1.8))
    FigureCanvasAgg(figure)  # keeps one renderer; without, each measure of a text makes its own
    axes = figure.add_axes((0.07, 1.0 / (tall + 1.8), 0.9, tall / (tall + 1.8)))
    _limits(axes, points)
    for line in (axes.axhline, axes.axvline):
        line(0, color="#C8C8C8", linewidth=0.8, zorder=0)
    for at, colour, marker, size, name in (
        (at_words, BLUE, "o", 9, captions.words),
        (at_parts, VERMILION, "s", 34, captions.parts),
    ):
        xs, ys = np.array(at).T
        axes.scatter(xs, ys, s=size, c=colour, marker=marker, label=name, linewidths=0, zorder=3)
    axes.set_xlabel(captions.axes[0])
    axes.set_ylabel(captions.axes[1])
    axes.tick_params(labelsize=8, colors=QUIET)
    if captions.language == "fr":
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_with_comma())
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=9, borderpad=0
    )
    labels = [
        Label(x, y, name, *look)
        for names, at, look in (
            (parts, at_parts, (_PART_INK, 8.5, "bold", 80)),
            (words, at_words, (INK, 8.5, "normal", 35)),
        )
        for name, (x, y) in zip(names, at, strict=True)
    ]
    unnamed = place(axes, labels, [(x, y) for x, y in points.tolist()])
    told = [captions.note, captions.unnamed.format(count=unnamed) if unnamed else ""]
    frame(figure, captions.title, " ".join([*filter(None, told), captions.source]))
    return figure


def _with_comma() -> "ScalarFormatter":
    from matplotlib.ticker import ScalarFormatter

    class WithComma(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return super().__call__(x, pos).replace(".", ",")

    return WithComma()


def _limits(axes: "Axes", points: np.ndarray) -> None:
    """One scale for both axes, so that distances are distances; some air for the labels."""
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = axes.bbox.width, axes.bbox.height
    scale = max((high[0] - low[0]) / width, (high[1] - low[1]) / height, 1e-9) * 1.16
    middle = (low + high) / 2
    axes.set_xlim(middle[0] - scale * width / 2, middle[0] + scale * width / 2)
    axes.set_ylim(middle[1] - scale * height / 2, middle[1] + scale * height / 2)
