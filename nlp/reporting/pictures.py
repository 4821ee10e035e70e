"""How every picture is drawn and kept: style, title, source, PNG and SVG that never differ."""

import hashlib
import io
import json
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpora.campaign import InputError
from nlp.coding.references import Coding
from nlp.reporting.front import Picture

if TYPE_CHECKING:  # Matplotlib takes half a second to load: only where something is to be drawn
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind readers too.
BLUE, ORANGE, SKY, GREEN = "#0072B2", "#E69F00", "#56B4E9", "#009E73"
VERMILION = "#D55E00"
INK, QUIET, PALE = "#1A1A1A", "#595959", "#F0F0F0"

_WORDS = {
    "fr": {
        "source": "Source : campagne {campaign}, {pages} pages lues{dates}.{codebook}",
        "dates": ", captures du {first} au {last}",
        "date": ", captures du {first}",
    },
    "en": {
        "source": "Source: campaign {campaign}, {pages} pages read{dates}.{codebook}",
        "dates": ", captures from {first} to {last}",
        "date": ", captures of {first}",
    },
}

DRAWN = ".drawn.json"
"""In ``outputs``: what each picture was drawn from, and its files' digests."""


class Drawing(NamedTuple):
    """What draws a picture, its title, what it shows in words, and all that it is drawn from."""

    draw: "Callable[[], Figure]"
    title: str
    alt: str
    shows: object


def publish(
    drawings: Mapping[str, Drawing], outputs: Path, owned: Sequence[str]
) -> tuple[Picture, ...]:
    """Write each drawing as PNG and SVG in ``outputs/figures``, always the same bytes.

    One that is there, drawn from the same, is left as it is. ``owned`` are the glob patterns of
    names that the caller draws: what an earlier run left there and this one did not draw is
    removed. Raises InputError where a file cannot be written.
    """
    folder = outputs / "figures"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drawn = _drawn(outputs)
        for name, drawing in drawings.items():
            made_from = _digest(_program(), repr((drawing.title, drawing.shows)))
            if drawn.get(name) != [made_from, *_files(folder, name)]:
                _write(folder, name, drawing)
                drawn[name] = [made_from, *_files(folder, name)]
        for pattern in owned:
            for path in folder.glob(pattern + ".*"):
                if path.stem not in drawings:
                    path.unlink()
            drawn = {n: d for n, d in drawn.items() if n in drawings or not fnmatch(n, pattern)}
        text = json.dumps(drawn, indent=0, sort_keys=True) + "\n"
        (outputs / DRAWN).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{folder}: a picture cannot be written ({error.strerror}): free some space or rights, "
            "and run again"
        ) from error
    return tuple(Picture(f"{name}.png", one.title, one.alt) for name, one in drawings.items())


def _write(folder: Path, name: str, drawing: Drawing) -> None:
    with _house_style():
        figure = drawing.draw()
        for kind, metadata in (
            ("png", {"Software": None}),
            ("svg", {"Date": None, "Creator": None, "Title": drawing.title}),
        ):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
            partial = folder / f".{name}.{kind}"
            partial.write_bytes(buffer.getvalue())
            partial.replace(folder / f"{name}.{kind}")


def _drawn(outputs: Path) -> dict[str, Any]:
    try:
        drawn = json.loads((outputs / DRAWN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return drawn if isinstance(drawn, dict) else {}


def _files(folder: Path, name: str) -> list[str]:
    paths = [folder / f"{name}.{kind}" for kind in ("png", "svg")]
    return [_digest(path.read_bytes()) if path.exists() else "" for path in paths]


def _program() -> bytes:
    """What draws: this package's modules and the versions of the libraries."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    versions = f"{version('matplotlib')} {version('wordcloud')}".encode()
    return b"\0".join([versions, *(path.read_bytes() for path in modules)])


def _digest(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "replace") if isinstance(part, str) else part)
    return digest.hexdigest()


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


def source_line(coding: Coding, campaign: str, lang: str, codebook: str = "") -> str:
    """Where a picture's counts come from: campaign, pages, days of capture, codebook if any."""
    words = _WORDS[lang]
    read = [document for document in coding.documents if not document.duplicate_of]
    days = sorted(day for document in read if (day := document.capture.captured_at[:10]))
    dates = words["date" if days[:1] == days[-1:] else "dates"] if days else ""
    return words["source"].format(
        campaign=campaign,
        pages=len(read),
        dates=dates.format(first=days[0], last=days[-1]) if days else "",
        codebook=f" Codebook {codebook}." if codebook else "",
    )


def frame(figure: "Figure", title: str, source: str) -> None:
    """Put title and source on a figure, at its top and bottom left."""
    width, height = figure.get_size_inches()
    left = 0.2 / width
    figure.text(left, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", va="top")
    wrapped = textwrap.fill(source, int(width * 14.5))
    figure.text(left, 0.12 / height, wrapped, fontsize=7.5, color=QUIET, va="bottom")
