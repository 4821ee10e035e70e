"""Where the words of a cloud stand: sizes are given, never shrunk to fit; the same every time."""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1000, 520
"""Of the cloud's field, in units that are pixels of the SVG."""

LEAST_SIZE = 14.0
"""The least font size: 2.2 mm in a picture printed 17 cm wide."""

MOST_SIZE = 120.0
MOST_WORDS = 100

_GUTTER = 40
_CELL = 3
_MARGIN = 3.0
_STEP = 0.94
_MEASURED_AT = 200
_WIDEST = 0.94


class Placed(NamedTuple):
    """A word in the field: pen at ``x`` on the baseline ``y``, font size, width of its line."""

    x: float
    y: float
    size: float
    width: float


class Item(NamedTuple):
    """A word to place: what is written, its weight (above 0), its side (0, or 1 on the right)."""

    text: str
    weight: float
    side: int


class _Metrics(NamedTuple):
    """Of a word at font size 1: advance, and its ink from the pen on the baseline."""

    advance: float
    left: float
    top: float
    right: float
    bottom: float


@cache
def font(size: float, bold: bool = False) -> "FreeTypeFont":
    """DejaVu Sans as Matplotlib brings it: the same on every machine, with all of Latin."""
    from matplotlib import get_data_path
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(get_data_path()) / "fonts" / "ttf" / name
    # The other engine lays out by libraries of the system, where there are any.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def advance(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text."""
    return float(font(_MEASURED_AT, bold).getlength(text)) * size / _MEASURED_AT


def fields(sides: int) -> list[tuple[float, float]]:
    """Left and right edges of each side's part of the field."""
    if sides == 1:
        return [(0.0, float(WIDTH))]
    middle = WIDTH / 2
    return [(0.0, middle - _GUTTER / 2), (middle + _GUTTER / 2, float(WIDTH))]


def lay_out(items: Sequence[Item], sides: int = 1) -> tuple[Placed | None, ...]:
    """A place for the heaviest words, on each side from its middle outwards; None for the others.

    Height of letters ∝ √weight, so that their area ∝ weight, on one scale for all: the largest at
    which all of the ``MOST_WORDS`` heaviest that reach ``LEAST_SIZE`` find room. Where even the
    smallest scale is too large, the heaviest that find room. Items come heaviest first; of those
    without a place none outweighs one that has a place on its side.
    """
    if not items:
        return ()
    chosen = _heaviest(items, sides)
    metrics = {place: _measured(items[place].text) for place in chosen}
    edges = fields(sides)
    roots = {place: math.sqrt(items[place].weight) for place in chosen}
    heaviest = max(roots.values())
    floor = LEAST_SIZE / heaviest
    area = sum(_area(metrics[place], root) for place, root in roots.items())
    scale = min(MOST_SIZE / heaviest, math.sqrt(WIDTH * HEIGHT / area))
    while True:
        scale = max(scale, floor)
        sizes = {
            place: root * scale
            for place, root in roots.items()
            # 14 times a root, divided by that root, may be a hair less than 14.
            if root * scale >= LEAST_SIZE * (1 - 1e-9)
        }
        placed = _packed(items, sizes, metrics, edges, whole=scale > floor)
        if placed is not None:
            return tuple(placed.get(place) for place in range(len(items)))
        scale *= _STEP


def _heaviest(items: Sequence[Item], sides: int) -> list[int]:
    left = dict.fromkeys(range(sides), MOST_WORDS // sides)
    chosen = []
    for place, item in enumerate(items):
        if left[item.side] and item.weight > 0:
            left[item.side] -= 1
            chosen.append(place)
    return chosen


@cache
def _measured(text: str) -> _Metrics:
    face = font(_MEASURED_AT)
    ink = face.getbbox(text, anchor="ls")
    return _Metrics(*(float(n) / _MEASURED_AT for n in (face.getlength(text), *ink)))


def _packed(
    items: Sequence[Item],
    sizes: dict[int, float],
    metrics: dict[int, _Metrics],
    edges: Sequence[tuple[float, float]],
    whole: bool,
) -> dict[int, Placed] | None:
    """Places at these sizes; None if they are to be ``whole`` and a word finds no room."""
    placed: dict[int, Placed] = {}
    for side, (left, right) in enumerate(edges):
        own = [place for place in sizes if items[place].side == side]
        area = sum(_area(metrics[place], sizes[place]) for place in own)
        if whole and area > (right - left) * HEIGHT:
            return None
        free = _Field(right - left, HEIGHT)
        for place in own:
            ink, size = metrics[place], sizes[place]
            wide, high = (ink.right - ink.left) * size, (ink.bottom - ink.top) * size
            corner = free.take(wide + 2 * _MARGIN, high + 2 * _MARGIN, (right - left) * _WIDEST)
            if corner is None:
                if whole:
                    return None
                break
            x = left + corner[0] + _MARGIN - ink.left * size
            y = corner[1] + _MARGIN - ink.top * size
            placed[place] = Placed(
                round(x, 2), round(y, 2), round(size, 2), round(ink.advance * size, 2)
            )
    return placed


def _area(ink: _Metrics, size: float) -> float:
    return (ink.right - ink.left) * (ink.bottom - ink.top) * size**2


class _Field:
    """A field of cells, of which words take rectangles, the nearest to the middle first."""

    def __init__(self, width: float, height: float) -> None:
        self._taken = np.zeros((int(height / _CELL), int(width / _CELL)), dtype=np.int32)
        rows, columns = self._taken.shape
        self._rows = np.arange(rows + 1)[:, None] / rows
        self._columns = np.arange(columns + 1)[None, :] / columns

    def take(self, width: float, height: float, widest: float) -> tuple[float, float] | None:
        """The left upper corner of a free rectangle, now taken; None where there is none."""
        rows, columns = math.ceil(height / _CELL), math.ceil(width / _CELL)
        if width > widest or rows > self._taken.shape[0] or columns > self._taken.shape[1]:
            return None
        held = _windows(self._taken, rows, columns)
        above, left = held.shape
        middle = (
            (self._rows[:above] + rows / 2 / self._taken.shape[0] - 0.5) ** 2
            + (self._columns[:, :left] + columns / 2 / self._taken.shape[1] - 0.5) ** 2
        )  # fmt: skip
        distance = np.where(held == 0, middle, np.inf)
        best = int(distance.argmin())
        row, column = divmod(best, left)
        if not math.isfinite(float(distance[row, column])):
            return None
        self._taken[row : row + rows, column : column + columns] = 1
        return column * float(_CELL), row * float(_CELL)


def _windows(taken: NDArray[np.int32], rows: int, columns: int) -> NDArray[np.int32]:
    """How many cells are taken in the window at each corner, by differences of running sums."""
    sums = np.zeros((taken.shape[0] + 1, taken.shape[1] + 1), dtype=np.int32)
    sums[1:, 1:] = taken.cumsum(axis=0).cumsum(axis=1)
    return (
        sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns]
        + sums[:-rows, :-columns]
    )  # fmt: skip
