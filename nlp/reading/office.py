"""Office files: from DOCX and ODT bytes to pieces."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from odf import opendocument, table, text  # type: ignore[import-untyped]
from odf.element import Element  # type: ignore[import-untyped]

from nlp.reading.documents import Link
from nlp.reading.lines import piece
from nlp.reading.normal import tidy
from nlp.reading.pieces import Piece, Reading, Refusal
from nlp.reading.rows import row_pieces

# A text file of this size unpacked is an attack or holds its pictures in XML.
_MOST_UNPACKED = 200 * 2**20
_HEADING_STYLE = re.compile(r"(?:heading|titre)\s*(\d)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"(?:list|liste|puce|bullet)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _checked(content: bytes) -> None:
    """Refuse what would unpack to too much, before a parser unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Refusal("office_unreadable", f"the file is damaged: {error}") from error
    if size > _MOST_UNPACKED:
        raise Refusal("office_too_large", f"unpacks to {size} bytes, limit {_MOST_UNPACKED}")


def read_docx(content: bytes, url: str = "", charset: str = "") -> Reading:
    """Read a Word file. Raises Refusal: ``office_unreadable`` or ``office_too_large``."""
    _checked(content)
    try:
        document = docx.Document(io.BytesIO(content))
    # python-docx lets the errors of zip, XML and of its own parts through alike.
    except Exception as error:
        raise Refusal("office_unreadable", f"the file is damaged: {error}") from error
    properties = document.core_properties
    pieces = [made for made in _docx_pieces(document.iter_inner_content()) if made]
    pieces += _docx_margins(document)
    changed = properties.modified or properties.created
    return Reading(
        title=_title(pieces, properties.title or ""),
        pieces=tuple(pieces),
        date=changed.date().isoformat() if changed else "",
        links=tuple(_docx_links(document)),
    )


def _docx_pieces(content: Iterable[Paragraph | Table]) -> Iterator[Piece | None]:
    for block in content:
        if isinstance(block, Table):
            rows = [_docx_row(row.cells) for row in block.rows]
            yield from row_pieces(rows)
        else:
            yield from _docx_paragraph(block)


def _docx_row(cells: Iterable[_Cell]) -> list[str]:
    # A merged cell is given once for each column that it spans.
    unique: dict[Any, _Cell] = {cell._tc: cell for cell in cells}
    return ["\n".join(_docx_texts(cell)) for cell in unique.values()]


def _docx_texts(cell: _Cell) -> Iterator[str]:
    for block in cell.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " ".join(tidy(inner.text) for inner in row.cells)
        else:
            yield block.text


def _docx_paragraph(paragraph: Paragraph) -> Iterator[Piece | None]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = _HEADING_STYLE.match(style)
    if heading or style.lower() in ("title", "titre"):
        level = min(int(heading[1]) or 1, 6) if heading else 1
        yield piece(paragraph.text, "heading", level=level)
        return
    depth = _docx_depth(paragraph, style)
    bold = [run.bold for run in paragraph.runs if run.text.strip()]
    for line in paragraph.text.split("\n"):
        if depth:
            yield piece(line, "item", level=depth)
        else:
            yield piece(line, bold=bool(bold) and all(bold))


def _docx_depth(paragraph: Paragraph, style: str) -> int:
    """The depth of a list item, from 1; 0 for what is none."""
    properties = paragraph._p.pPr
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is not None:
        level = numbering.find(qn("w:ilvl"))
        return int(level.get(qn("w:val"), "0") if level is not None else 0) + 1
    return 1 if _LIST_STYLE.match(style) else 0


def _docx_margins(document: DocxDocument) -> Iterator[Piece]:
    seen = set()
    for section in document.sections:
        for margin in (section.header, section.footer):
            for paragraph in [] if margin.is_linked_to_previous else margin.paragraphs:
                made = piece(paragraph.text, boilerplate=True)
                if made and made.text not in seen:
                    seen.add(made.text)
                    yield made


def _docx_links(document: DocxDocument) -> Iterator[Link]:
    for element in document.element.body.iter(qn("w:hyperlink")):
        relation = document.part.rels.get(element.get(qn("r:id")))
        if relation is not None and relation.is_external:
            words = tidy("".join(node.text or "" for node in element.iter(qn("w:t"))))
            if relation.target_ref.startswith(("http://", "https://")):
                yield Link(relation.target_ref, words[:300])


def read_odt(content: bytes, url: str = "", charset: str = "") -> Reading:
    """Read an OpenDocument text. Raises Refusal as ``read_docx`` does."""
    _checked(content)
    try:
        document = opendocument.load(io.BytesIO(content))
        body = document.text
    # odfpy lets the errors of zip, SAX and of its own grammar through alike.
    except Exception as error:
        raise Refusal("office_unreadable", f"the file is damaged: {error}") from error
    pieces = [made for made in _odt_pieces(body, 0) if made]
    meta = {node.qname[1]: str(node) for node in document.meta.childNodes if hasattr(node, "qname")}
    changed = _DATE.match(meta.get("date", "") or meta.get("creation-date", ""))
    return Reading(
        title=_title(pieces, meta.get("title", "")),
        pieces=tuple(pieces),
        date=changed.group() if changed else "",
        links=tuple(_odt_links(body)),
    )


def _odt_pieces(parent: Element, depth: int) -> Iterator[Piece | None]:
    for node in parent.childNodes:
        name = getattr(node, "qname", ("", ""))
        if name == text.H(outlinelevel=1).qname:
            level = node.getAttribute("outlinelevel")
            yield piece(_odt_text(node), "heading", level=min(int(level or 1), 6))
        elif name == text.P().qname:
            for line in _odt_text(node).split("\n"):
                yield piece(line, "item", level=depth) if depth else piece(line)
        elif name == text.List().qname:
            yield from _odt_pieces(node, depth + 1)
        elif name == table.Table().qname:
            rows = node.getElementsByType(table.TableRow)
            yield from row_pieces([_odt_row(row) for row in rows])
        elif name[1] in ("list-item", "list-header", "section", "index-body"):
            yield from _odt_pieces(node, depth)


def _odt_row(row: Element) -> list[str]:
    cells = row.getElementsByType(table.TableCell)
    return ["\n".join(_odt_text(p) for p in cell.getElementsByType(text.P)) for cell in cells]


def _odt_text(node: Element) -> str:
    """The text below a node, with the spaces, tabs and breaks that ODF writes as elements."""
    parts = []
    for child in node.childNodes:
        if child.nodeType == child.TEXT_NODE:
            parts.append(child.data)
        elif child.qname[1] in ("s", "tab"):
            parts.append(" ")
        elif child.qname[1] == "line-break":
            parts.append("\n")
        elif child.qname[1] not in ("note", "annotation", "frame"):
            parts.append(_odt_text(child))
    return "".join(parts)


def _odt_links(body: Element) -> Iterator[Link]:
    for anchor in body.getElementsByType(text.A):
        target = anchor.getAttribute("href") or ""
        if target.startswith(("http://", "https://")):
            yield Link(target, tidy(_odt_text(anchor))[:300])


def _title(pieces: list[Piece], declared: str) -> str:
    own = [one for one in pieces if not one.boilerplate]
    first = next((one.text for one in own[:8] if one.kind == "heading" and one.level == 1), "")
    headed = next((one.text for one in own[:8] if one.kind == "heading"), "")
    return first or tidy(declared) or headed or (own[0].text[:200] if own else "")
