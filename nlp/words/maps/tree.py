"""The tree of classes as a picture, each class with its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpora.campaign import InputError
from nlp.reporting.pictures.drawing import BLUE, INK, QUIET, Drawing, frame
from nlp.reporting.wording import Wording
from nlp.words.maps.classes import Classification
from nlp.words.maps.placing import named
from nlp.words.maps.profiles import ClassProfiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Dark enough to read as text, and told apart by colour-blind readers where they stand side by side.
_CLASS_COLOURS = (BLUE, "#B34700", "#00734F", "#8E3B6F", "#332288", "#6B5300")
_SMALLEST, _LARGEST = 7.0, 17.0
_POINTS_AN_INCH = 72


@dataclass(frozen=True)
class TreeCaptions:
    """What a tree of classes says, in the reader's language.

    ``number`` is a class's heading with ``{number}``, ``size`` its size with ``{segments}`` and
    ``{share}``, ``cut`` a node's with ``{chi2}``; ``empty`` stands where a class has no word of its
    own. ``language`` says how numbers are written.
    """

    language: str
    title: str
    number: str
    size: str
    cut: str
    empty: str
    note: str
    source: str
    alt: str


def class_tree(
    found: Classification,
    profile: ClassProfiles,
    words: Sequence[str],
    captions: TreeCaptions,
    most: int = 14,
) -> Drawing:
    """The tree of classes from top to bottom, below each its size and its words by χ².

    Nodes stand as high as they were cut early and say their χ²; a word's size tells its χ².
    ``words`` names the columns. Raises InputError where there is no class.
    """
    if not found.splits:
        raise InputError(
            "classes: the segments were not cut in classes (too few, too short or all alike); "
            "take more text or a smaller segment"
        )
    columns = [
        [(named(words[word.word]), round(word.chi2, 1)) for word in profile.words(number + 1, most)]
        for number in range(len(found.leaves))
    ]
    sizes = profile.sizes.tolist()
    shown = [columns, sizes, [(s.node, s.children, round(s.chi2)) for s in found.splits]]
    return Drawing(
        lambda: _tree(found, columns, sizes, captions, most),
        captions.title,
        captions.alt,
        [shown, repr(captions)],
    )


def _tree(
    found: Classification,
    columns: Sequence[Sequence[tuple[str, float]]],
    sizes: Sequence[int],
    captions: TreeCaptions,
    most: int,
) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = len(columns)
    rows = max(3, min(most, max(map(len, columns))))
    width, below, above = max(7.5, 1.75 * count + 0.4), 0.3 * rows + 0.8, 0.42 * count + 1.0
    height = below + above + 0.95
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)  # keeps one renderer; without, each measure of a text makes its own
    tree = figure.add_axes((0.01, (below + 0.55) / height, 0.98, above / height))
    lists = figure.add_axes((0.01, 0.55 / height, 0.98, below / height))
    for axes in (tree, lists):
        axes.set_axis_off()
        axes.set_xlim(-0.5, count - 0.5)
    _branches(tree, found, captions)
    lists.set_ylim(-below, 0)
    wording = Wording(captions.language)
    strongest = max((chi2 for column in columns for _, chi2 in column), default=1.0)
    room = width * 0.98 / count * _POINTS_AN_INCH * 0.94
    for at, (column, size) in enumerate(zip(columns, sizes, strict=True)):
        colour = _CLASS_COLOURS[at % len(_CLASS_COLOURS)]
        share = round(100 * size / max(1, sum(sizes)))
        heading = captions.number.format(number=at + 1)
        told = captions.size.format(segments=wording.number(size), share=wording.rate(share))
        _write(lists, at, -0.12, heading, 11, room, colour, "bold")
        _write(lists, at, -0.42, told, 8, room, QUIET)
        for row, (word, chi2) in enumerate(column or [(captions.empty, 0.0)]):
            size_of = _SMALLEST + (_LARGEST - _SMALLEST) * (chi2 / strongest) ** 0.5
            _write(lists, at, -0.92 - 0.3 * row, word, size_of, room, colour)
    frame(figure, captions.title, f"{captions.note} {captions.source}")
    return figure


def _branches(axes: "Axes", found: Classification, captions: TreeCaptions) -> None:
    wording = Wording(captions.language)
    at = {node: float(place) for place, node in enumerate(found.leaves)}
    heights = dict.fromkeys(found.leaves, 0.0)
    for rank, split in enumerate(reversed(found.splits), 1):
        left, right = split.children
        for child in split.children:
            axes.plot([at[child]] * 2, [heights[child], rank], color=INK, linewidth=1)
        axes.plot([at[left], at[right]], [rank, rank], color=INK, linewidth=1)
        at[split.node], heights[split.node] = (at[left] + at[right]) / 2, float(rank)
        axes.text(
            at[split.node],
            rank + 0.08,
            captions.cut.format(chi2=wording.number(round(split.chi2))),
            fontsize=7.5,
            color=QUIET,
            ha="center",
            va="bottom",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
    axes.set_ylim(0, len(found.splits) + 0.7)


def _write(
    axes: "Axes", x: float, y: float, text: str, size: float, room: float, colour: str,
    weight: str = "normal",
) -> None:  # fmt: skip
    """One line in its column, smaller where it would not fit ``room`` points."""
    line = axes.text(
        x, y, text, fontsize=size, color=colour, fontweight=weight, ha="center", va="center"
    )
    wide = line.get_window_extent().width * _POINTS_AN_INCH / axes.figure.dpi
    line.set_fontsize(size * min(1.0, room / max(wide, 1.0)))
