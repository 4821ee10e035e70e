"""Where the labels of points go, so that none covers another."""

from collections.abc import Iterator, Sequence
from math import cos, radians, sin
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.reporting.pictures.drawing import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

Floats = NDArray[np.float64]

# Degrees from the right: the four sides, the four corners, then between them.
_DIRECTIONS = (0, 180, 90, 270, 45, 135, 315, 225, 22, 158, 202, 338, 68, 112, 248, 292)
_ACROSS: dict[int, Literal["left", "center", "right"]] = {1: "left", 0: "center", -1: "right"}
_ALONG: dict[int, Literal["bottom", "center", "top"]] = {1: "bottom", 0: "center", -1: "top"}
_LONGEST_NAME = 30
_BESIDE = 6  # points between a label and what it names; farther away, a line leads to it
_POINTS_AN_INCH = 72
_AIR = 1.5  # pixels around a label
_DOTTED = 3.0  # pixels between the dots that stand for a line


def named(text: str) -> str:
    """A name on one line, without control characters, cut where it is too long for a picture."""
    line = plain(text, max(len(text), 1))
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1].rstrip()}…"


class Label(NamedTuple):
    """A point in data coordinates, its text, how it looks, how many points away it may stand."""

    x: float
    y: float
    text: str
    colour: str
    size: float
    weight: str
    reach: int


class _Spot(NamedTuple):
    """Where a label stands: how many points away, and to which side of that (-1, 0, 1)."""

    across: float
    along: float
    right: int
    up: int


def place(axes: "Axes", labels: Sequence[Label], points: Sequence[tuple[float, float]]) -> int:
    """Write labels beside their points, the first ones first; how many found no room.

    Each goes to the nearest place around its point, in sixteen directions, that lies inside the
    axes and covers no label written before, no point, and no line that leads from one to the other;
    nor does its own line cross a label or another point.
    Limits and size of the figure must be final.
    """
    inside = np.array(axes.get_window_extent().extents)
    dots = axes.transData.transform(np.array(points)) if points else np.zeros((0, 2))
    points_at, taken = dots, np.zeros((0, 4))
    left_out = 0
    for label in labels:
        at = axes.transData.transform((label.x, label.y))
        note = axes.annotate(
            label.text,
            (label.x, label.y),
            xytext=(0, 0),
            textcoords="offset points",
            color=label.colour,
            fontsize=label.size,
            fontweight=label.weight,
            annotation_clip=False,
        )
        size = np.array(note.get_window_extent().size)
        for spot, box, line in _tried(at, size, label.reach, axes.figure.dpi / _POINTS_AN_INCH):
            room = _within(box, inside) and not _hits(box, taken) and not _covered(box, dots)
            if room and not _crosses(line, taken, points_at):
                taken, dots = np.vstack((taken, box)), np.vstack((dots, line))
                _settle(axes, label, note, spot, bool(line.size))
                break
        else:
            note.remove()
            left_out += 1
    return left_out


def _tried(
    at: Floats, size: Floats, reach: int, pixels: float
) -> Iterator[tuple[_Spot, Floats, Floats]]:
    """The places around a point, nearest first: each with its box, and dots of the line to it.

    All in pixels but the spots; ``size`` is the label's width and height, ``pixels`` those of a
    point.
    """
    step = float(_BESIDE)
    while step <= reach:
        for degrees in _DIRECTIONS:
            toward = np.array([cos(radians(degrees)), sin(radians(degrees))])
            side = np.sign(np.round(toward))  # of 22° and less the label is level with its point
            away = toward * step * pixels
            corner = at + away + size * (side - 1) / 2
            box = np.concatenate((corner - _AIR, corner + size + _AIR))
            count = int(np.hypot(*away) / _DOTTED) if step > _BESIDE else 0
            line = at + away * (np.arange(1, count + 1) / max(count, 1))[:, None]
            across, along = (toward * step).tolist()
            yield _Spot(across, along, int(side[0]), int(side[1])), box, line
        step *= 1.4


def _settle(axes: "Axes", label: Label, note: "Annotation", spot: _Spot, far: bool) -> None:
    offset = (spot.across, spot.along)
    note.set_position(offset)
    note.set_horizontalalignment(_ACROSS[spot.right])
    note.set_verticalalignment(_ALONG[spot.up])
    if far:
        line = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.5, "alpha": 0.7}
        axes.annotate(
            "",
            (label.x, label.y),
            xytext=offset,
            textcoords="offset points",
            arrowprops=line | {"shrinkA": 0, "shrinkB": 2},
        )


def _within(box: Floats, outer: Floats) -> bool:
    return bool(np.all(box[:2] >= outer[:2]) and np.all(box[2:] <= outer[2:]))


def _hits(box: Floats, others: Floats) -> bool:
    apart = (others[:, :2] >= box[2:]).any(axis=1) | (others[:, 2:] <= box[:2]).any(axis=1)
    return bool(np.any(~apart))


def _covered(box: Floats, dots: Floats) -> bool:
    return bool(np.any((dots > box[:2]).all(axis=1) & (dots < box[2:]).all(axis=1)))


def _crosses(line: Floats, boxes: Floats, points: Floats) -> bool:
    """Whether a line, but for its first dots, comes over a label or close to a point."""
    if any(_covered(box, line) for box in boxes):
        return True
    apart = np.hypot(*(line[2:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    return bool(np.any(apart < 2 * _DOTTED))
