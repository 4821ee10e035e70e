"""How every picture is drawn and kept: style, title, source, PNG and SVG that never differ."""

import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from corpora.campaign import InputError
from nlp.coding.references import Coding
from nlp.reporting.front import Picture

# Okabe and Ito's colours, told apart by colour-blind readers too.
BLUE, ORANGE, SKY, GREEN = "#0072B2", "#E69F00", "#56B4E9", "#009E73"
VERMILION = "#D55E00"
INK, QUIET, PALE = "#1A1A1A", "#595959", "#F0F0F0"

_WORDS = {
    "fr": {
        "source": "Source : campagne {campaign}, {pages} pages lues{dates}. Codebook {version}.",
        "dates": ", captures du {first} au {last}",
        "date": ", captures du {first}",
    },
    "en": {
        "source": "Source: campaign {campaign}, {pages} pages read{dates}. Codebook {version}.",
        "dates": ", captures from {first} to {last}",
        "date": ", captures of {first}",
    },
}

Drawing = tuple[Callable[[], Figure], str, str]
"""What draws a picture, its title, and what it shows in words."""


def publish(
    drawings: Mapping[str, Drawing], outputs: Path, owned: Sequence[str]
) -> tuple[Picture, ...]:
    """Write each drawing as PNG and SVG in ``outputs/figures``, always the same bytes.

    ``owned`` are the glob patterns of names that the caller draws: what an earlier run left there
    and this one did not draw is removed. Raises InputError where a file cannot be written.
    """
    folder = outputs / "figures"
    pictures = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (draw, title, alt) in drawings.items():
            with _house_style():
                figure = draw()
                for kind, metadata in (
                    ("png", {"Software": None}),
                    ("svg", {"Date": None, "Creator": None, "Title": title}),
                ):
                    buffer = io.BytesIO()
                    figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
                    partial = folder / f".{name}.{kind}"
                    partial.write_bytes(buffer.getvalue())
                    partial.replace(folder / f"{name}.{kind}")
            pictures.append(Picture(f"{name}.png", title, alt))
        for pattern in owned:
            for path in folder.glob(pattern + ".*"):
                if path.stem not in drawings:
                    path.unlink()
    except OSError as error:
        raise InputError(
            f"{folder}: a picture cannot be written ({error.strerror}): free some space or rights, "
            "and run again"
        ) from error
    return tuple(pictures)


@contextmanager
def _house_style() -> Iterator[None]:
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
    """Where a picture's counts come from: campaign, pages, days of capture, codebook."""
    words = _WORDS[lang]
    read = [document for document in coding.documents if not document.duplicate_of]
    days = sorted(day for document in read if (day := document.capture.captured_at[:10]))
    dates = words["date" if days[:1] == days[-1:] else "dates"] if days else ""
    return words["source"].format(
        campaign=campaign,
        pages=len(read),
        dates=dates.format(first=days[0], last=days[-1]) if days else "",
        version=coding.codebook_version,
    )


def frame(figure: Figure, title: str, source: str) -> None:
    """Put title and source on a figure, at its top and bottom left."""
    width, height = figure.get_size_inches()
    left = 0.2 / width
    figure.text(left, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", va="top")
    wrapped = textwrap.fill(source, int(width * 14.5))
    figure.text(left, 0.12 / height, wrapped, fontsize=7.5, color=QUIET, va="bottom")
