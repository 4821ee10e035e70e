"""A picture made of text and boxes, as SVG whose text stays text, and as PNG."""

from collections.abc import Sequence
from typing import IO, NamedTuple
from xml.etree import ElementTree

from nlp.exporting.plain import writable
from nlp.reporting.pictures.cloudlayout import font

FONTS = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', Geneva, sans-serif"
"""Named with those of nearly its widths first, where the reader has not the font itself."""

_SVG = "http://www.w3.org/2000/svg"
_PNG_SCALE = 2
_INKS = 128


class Text(NamedTuple):
    """A line of text on its baseline; ``told`` is what hovering says.

    ``width`` above 0 is held whatever font the reader has.
    """

    text: str
    x: float
    y: float
    size: float
    colour: str
    bold: bool = False
    width: float = 0.0
    told: str = ""


class Box(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class Plate(NamedTuple):
    """A picture of so many units, pixels of the SVG; ``told`` is what it shows in words."""

    width: int
    height: int
    language: str
    title: str
    told: str
    marks: Sequence[Text | Box]

    def savefig(
        self,
        fname: IO[bytes],
        *,
        format: str,  # noqa: A002  (Matplotlib's name)
        dpi: int = 0,
        metadata: object = None,
    ) -> None:
        """Write the picture as ``svg`` or ``png``, named as Matplotlib's figures have it.

        Size and metadata are its own.
        """
        fname.write(self.svg() if format == "svg" else self.png())

    def svg(self) -> bytes:
        """Text as text, with a title where there is more to know; no script and no style sheet."""
        root = ElementTree.Element(
            "svg",
            {
                "xmlns": _SVG,
                "viewBox": f"0 0 {self.width} {self.height}",
                "width": str(self.width),
                "height": str(self.height),
                "lang": self.language,
                "role": "graphics-document",
                "aria-labelledby": "title",
                "aria-describedby": "told",
                "font-family": FONTS,
            },
        )
        ElementTree.SubElement(root, "title", {"id": "title"}).text = writable(self.title)
        ElementTree.SubElement(root, "desc", {"id": "told"}).text = writable(self.told)
        whole = Box(0, 0, self.width, self.height, "#FFFFFF")
        for mark in (whole, *self.marks):
            root.append(_box(mark) if isinstance(mark, Box) else _text(mark))
            root[-1].tail = "\n"
        content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return content + b"\n"

    def png(self) -> bytes:
        """The same at twice the size."""
        import io

        from PIL import Image, ImageDraw

        by = _PNG_SCALE
        image = Image.new("RGB", (self.width * by, self.height * by), "#FFFFFF")
        draw = ImageDraw.Draw(image)
        for mark in self.marks:
            if isinstance(mark, Box):
                corner = (mark.x + mark.width) * by - 1, (mark.y + mark.height) * by - 1
                draw.rectangle(((mark.x * by, mark.y * by), corner), fill=mark.colour)
            else:
                face = font(mark.size * by, mark.bold)
                place = mark.x * by, mark.y * by
                draw.text(place, mark.text, font=face, fill=mark.colour, anchor="ls")
        buffer = io.BytesIO()
        # A few inks on white: all that a palette loses is shades of the edges of letters.
        image.quantize(_INKS).save(buffer, "PNG", optimize=True, dpi=(300, 300))
        return buffer.getvalue()


def _box(box: Box) -> ElementTree.Element:
    names = ("x", "y", "width", "height")
    sizes = {name: f"{getattr(box, name):g}" for name in names}
    return ElementTree.Element("rect", {**sizes, "fill": box.colour})


def _text(mark: Text) -> ElementTree.Element:
    given = {
        "x": f"{mark.x:g}",
        "y": f"{mark.y:g}",
        "font-size": f"{mark.size:g}",
        "fill": mark.colour,
    }
    if mark.bold:
        given["font-weight"] = "bold"
    if mark.width:
        given |= {"textLength": f"{mark.width:g}", "lengthAdjust": "spacingAndGlyphs"}
    element = ElementTree.Element("text", given)
    text = writable(mark.text)
    if mark.told:
        title = ElementTree.SubElement(element, "title")
        title.text, title.tail = writable(mark.told), text
    else:
        element.text = text
    return element
