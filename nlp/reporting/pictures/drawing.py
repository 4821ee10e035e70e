"""How every picture is drawn and kept: style, title, source, PNG and SVG that never differ."""

import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from corpora.campaign import InputError, write_whole
from nlp.coding.references import Coding
from nlp.counting.kept import Kept
from nlp.counting.stores import csv_bytes
from nlp.counting.tables import Cell
from nlp.reporting.pages.front import Picture
from nlp.reporting.wording import LANGUAGES, Wording

if TYPE_CHECKING:  # Matplotlib takes half a second to load: only where something is to be drawn
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind readers too.
BLUE, ORANGE, SKY, GREEN = "#0072B2", "#E69F00", "#56B4E9", "#009E73"
VERMILION = "#D55E00"
INK, QUIET, PALE = "#1A1A1A", "#595959", "#F0F0F0"

_WORDS = {
    "fr": {
        "source": "Source : campagne {campaign}, {pages} pages lues{dates}.",
        "dates": ", captures du {first} au {last}",
        "date": ", captures du {first}",
    },
    "en": {
        "source": "Source: campaign {campaign}, {pages} pages read{dates}.",
        "dates": ", captures from {first} to {last}",
        "date": ", captures of {first}",
    },
}

_KINDS = ("png", "svg")


class Picturable(Protocol):
    """What can be written as a picture: a figure of Matplotlib's, or a ``Plate``."""

    def savefig(
        self,
        fname: IO[bytes],
        *,
        format: str,  # noqa: A002  (Matplotlib's name)
        dpi: int,
        metadata: object,
    ) -> None: ...


class Drawing(NamedTuple):
    """What draws a picture, its title, what it shows in words, and all that it is drawn from.

    ``table`` are the rows that it draws, the first of them the heads, for a reader to check it.
    """

    draw: Callable[[], Picturable]
    title: str
    alt: str
    shows: object
    table: Sequence[Sequence[Cell]] = ()


def publish(
    drawings: Mapping[str, Drawing],
    outputs: Path,
    owned: Sequence[str],
    note: str = "",
    twin: str = "",
) -> tuple[Picture, ...]:
    """Write each drawing as PNG and SVG in ``outputs/figures``, its table beside it as CSV.

    The same drawing always gives the same bytes.

    One that is there, drawn from the same, is left as it is. ``owned`` are the glob patterns of
    names that the caller draws: what an earlier run left there and this one did not draw is
    removed. ``note`` is what the report says beside each. ``twin`` names the language where they
    are the report's second one: they lie in the folder of that name, without PNG, which takes most
    of the time. Raises InputError where a file cannot be written.
    """
    inside = f"{twin}/" if twin else ""
    place = f"figures/{inside}"
    folder, kinds = outputs / place, _KINDS[1:] if twin else _KINDS
    places = [f"figures/{language}/" for language in LANGUAGES] if twin else [place]
    files_owned = [f"{one}{pattern}.*" for one in places for pattern in owned]
    part = f"pictures {'of the twin ' if twin else ''}{' '.join(owned)}"
    kept = Kept(outputs, part, owned=files_owned)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, one in drawings.items():
            files = [f"{place}{name}.{kind}" for kind in (*kinds, *(["csv"] if one.table else []))]
            if not kept.holds(name, one.title, one.shows, one.table, files=files):
                _write(folder, name, one, kinds)
        kept.close()
    except OSError as error:
        raise InputError(
            f"{folder}: a picture cannot be written ({error.strerror}): free some space or rights, "
            "and run again"
        ) from error
    return tuple(
        Picture(
            f"{inside}{name}.{kinds[0]}",
            one.title,
            one.alt,
            note,
            f"{place}{name}.csv" if one.table else "",
        )
        for name, one in drawings.items()
    )


def _write(folder: Path, name: str, drawing: Drawing, kinds: Sequence[str]) -> None:
    told: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None, "Title": drawing.title},
    }
    with _house_style():
        figure = drawing.draw()
        for kind in kinds:
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, dpi=150, metadata=told[kind])
            write_whole(folder / f"{name}.{kind}", buffer.getvalue())
    if drawing.table:
        header, *rows = drawing.table
        write_whole(folder / f"{name}.csv", csv_bytes(map(str, header), rows))


@contextmanager
def _house_style() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # A title in a script that the font lacks shows as boxes; that is no news for the console.
        warnings.filterwarnings("ignore", message="Glyph")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": "DejaVu Sans",
                "svg.hashsalt": "aect",
                "svg.fonttype": "path",
                # Crawled titles hold $ signs that are no mathematics.
                "text.parse_math": False,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "text.color": INK,
                "axes.labelcolor": QUIET,
            }
        )
        yield


def plain(text: str, width: int) -> str:
    """Crawled text on one line of at most ``width`` characters, without control characters."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return textwrap.shorten(text, width, placeholder="…")


def source_line(coding: Coding, campaign: str, lang: str) -> str:
    """Where a picture's counts come from: campaign, pages, days of capture.

    The codebook's version stands beside the picture in the report: in it, it would make every
    picture another one whenever a letter of the codebook changed.
    """
    words = _WORDS[lang]
    read = [document for document in coding.documents if not document.duplicate_of]
    days = sorted(day for document in read if (day := document.capture.captured_at[:10]))
    dates = words["date" if days[:1] == days[-1:] else "dates"] if days else ""
    return words["source"].format(
        campaign=campaign,
        pages=len(read),
        dates=dates.format(first=days[0], last=days[-1]) if days else "",
    )


def codebook_line(coding: Coding, lang: str) -> str:
    """Which codebook a picture's counts rest on, in words."""
    return f"{Wording(lang).say('codebook')} {coding.codebook_version}"


def frame(figure: "Figure", title: str, source: str) -> None:
    """Put title and source on a figure, at its top and bottom left."""
    width, height = figure.get_size_inches()
    left = 0.2 / width
    figure.text(left, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", va="top")
    wrapped = textwrap.fill(source, int(width * 14.5))
    figure.text(left, 0.12 / height, wrapped, fontsize=7.5, color=QUIET, va="bottom")
