"""Picture of the lexical families: how often each council's names, titles and text carry them."""

import csv
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.coding.codebook import Codebook
from nlp.coding.labels import fold
from nlp.coding.references import Coding
from nlp.counting.families import PLACES, FamilyCount
from nlp.reporting.pages.front import Picture
from nlp.reporting.pictures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    QUIET,
    SKY,
    VERMILION,
    Drawing,
    codebook_line,
    frame,
    plain,
    publish,
    source_line,
)
from nlp.reporting.wording import Wording, short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A family has a column of its own: colour says nothing that its place does not.
_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY)
_COUNCILS_A_PICTURE = 40
# In inches: a row, a column, the gap between places, and the margins round the columns.
_ROW, _COLUMN, _GAP = 0.27, 1.02, 0.22
_LEFT, _RIGHT, _TOP, _BOTTOM = 2.0, 0.15, 0.9, 0.6
_LONGEST_BAR = 0.34  # of a column's width: its number stands after it

Counts = Mapping[tuple[str, str, str], FamilyCount]
"""Counts by council, family and place."""


def draw_families(
    coding: Coding,
    codebook: Codebook,
    campaign: str,
    outputs: Path,
    lang: str = "fr",
    *,
    twin: bool = False,
) -> tuple[Picture, ...]:
    """Draw ``figures/families`` as PNG and SVG under ``outputs``, its table beside it.

    The counts are those of ``tables/families.csv``, which is there by then: finding them again
    would take longer than drawing. A row a council, a column for each place and family. More
    councils than fit one picture go on in ``families-2`` and so on; where no family occurs there
    is none. ``lang`` is fr or en; ``twin`` whether it is the report's second language. Raises
    InputError where the files cannot be written.
    """
    wording = Wording(lang)
    counts = _read(outputs / "tables" / "families.csv")
    labels = {family.id: family.label[lang] for family in codebook.families}
    councils = sorted({key[0] for key in counts}, key=lambda name: (fold(short_name(name)), name))
    drawn = {}
    if any(count.occurrences for count in counts.values()):
        source = source_line(coding, campaign, lang)
        parts = [
            councils[first : first + _COUNCILS_A_PICTURE]
            for first in range(0, len(councils), _COUNCILS_A_PICTURE)
        ]
        for number, part in enumerate(parts, 1):
            title = wording.say("families.title")
            if len(parts) > 1:
                title = wording.say("families.part", title=title, part=number, parts=len(parts))
            name = "families" if number == 1 else f"families-{number}"
            drawn[name] = _drawing(part, labels, counts, title, source, wording)
    note = codebook_line(coding, lang)
    return publish(drawn, outputs, ("families", "families-*"), note, lang if twin else "")


def _read(path: Path) -> Counts:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["authority"], row["family"], row["place"]): FamilyCount(
                row["authority"],
                row["family"],
                row["place"],
                int(row["occurrences"]),
                int(row["words"]),
                int(row["documents"]),
            )
            for row in csv.DictReader(file)
        }


def _drawing(
    councils: Sequence[str],
    labels: Mapping[str, str],
    counts: Counts,
    title: str,
    source: str,
    wording: Wording,
) -> Drawing:
    places = {place: wording.say(f"families.places.{place}") for place in PLACES}
    # Of all councils, so that two parts of a picture can be held against each other.
    longest = {
        place: max(count.per_1000_words for count in counts.values() if count.place == place)
        for place in PLACES
    }

    def draw() -> "Figure":
        from matplotlib.figure import Figure

        heads = {family: textwrap.fill(label, 14) for family, label in labels.items()}
        over = 0.17 * (1 + max(head.count("\n") for head in heads.values())) + 0.08
        wide = _COLUMN * len(PLACES) * len(labels) + _GAP * (len(PLACES) - 1)
        high = _ROW * len(councils)
        width, height = _LEFT + wide + _RIGHT, _TOP + over + high + _BOTTOM
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((_LEFT / width, _BOTTOM / height, wide / width, high / height))
        axes.set_xlim(0, wide)
        axes.set_ylim(len(councils) - 0.5, -0.5)
        for row in range(0, len(councils), 2):
            axes.axhspan(row - 0.5, row + 0.5, color=PALE, lw=0)
        for number, (place, label) in enumerate(places.items()):
            left = number * (_COLUMN * len(labels) + _GAP)
            middle = left + _COLUMN * len(labels) / 2
            _head(axes, middle, -0.5 - (over + 0.1) / _ROW, label, bold=True)
            axes.plot(
                [left, left + _COLUMN * len(labels) - 0.1], [-0.5 - (over + 0.04) / _ROW] * 2,
                color=QUIET, lw=0.8, clip_on=False,
            )  # fmt: skip
            for column, (family, said) in enumerate(heads.items()):
                x = left + column * _COLUMN
                _head(axes, x, -0.5 - 0.08 / _ROW, said, align="left")
                cells = [counts[council, family, place] for council in councils]
                colour = _COLOURS[column % len(_COLOURS)]
                _column(axes, x, cells, longest[place], colour, wording)
        names = [plain(short_name(council), 30) for council in councils]
        axes.set_yticks(range(len(councils)), names, fontsize=8.5)
        axes.set_xticks([])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        frame(figure, title, f"{wording.say('families.note')} {source}")
        return figure

    table = [tuple(wording.labels["families"]["heads"])] + [
        (council, label, places[place], one.occurrences, one.words, round(one.per_1000_words, 3))
        for council in councils
        for family, label in labels.items()
        for place in PLACES
        for one in [counts[council, family, place]]
    ]
    alt = _alt(councils, labels, counts, wording)
    return Drawing(draw, title, alt, (table, longest, source, wording.language), table)


def _head(
    axes: "Axes", x: float, y: float, text: str, *, bold: bool = False, align: str = "center"
) -> None:
    weight = "bold" if bold else "normal"
    axes.text(x, y, text, ha=align, va="bottom", fontsize=9, fontweight=weight)


def _column(
    axes: "Axes",
    x: float,
    cells: Sequence[FamilyCount],
    longest: float,
    colour: str,
    wording: Wording,
) -> None:
    """Bars of a family at a place, a row a council, each with its rate and its number."""
    reach = _LONGEST_BAR * _COLUMN / longest if longest else 0.0
    lengths = [cell.per_1000_words * reach for cell in cells]
    axes.barh(range(len(cells)), lengths, 0.6, left=x, color=colour)
    axes.plot([x, x], [-0.5, len(cells) - 0.5], color=QUIET, lw=0.6)
    for row, (cell, length) in enumerate(zip(cells, lengths, strict=True)):
        text = "0" if cell.words else "–"
        if cell.occurrences:
            rate = cell.per_1000_words
            shown = wording.number(round(rate, 1 if rate >= 0.1 else 2))
            text = f"{shown} ({wording.number(cell.occurrences)})"
        ink = INK if cell.occurrences else QUIET
        axes.text(x + length + 0.04, row, text, va="center_baseline", fontsize=7, color=ink)


def _alt(
    councils: Sequence[str], labels: Mapping[str, str], counts: Counts, wording: Wording
) -> str:
    told = []
    for family, label in labels.items():
        carrying = {
            place: sum(counts[council, family, place].occurrences > 0 for council in councils)
            for place in PLACES
        }
        told.append(wording.say("families.told", family=label, **carrying))
    return wording.say(
        "families.alt",
        councils=len(councils),
        families=len(labels),
        told=wording.say("families.and").join(told),
    )
