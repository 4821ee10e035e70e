"""Files of the sample web: light Markdown made into PDF, DOCX, ODT or text, byte for byte."""

import io
import zipfile
from datetime import UTC, datetime
from functools import lru_cache

import docx
from lxml import etree
from odf.opendocument import OpenDocumentText  # type: ignore[import-untyped]
from odf.table import Table, TableCell, TableRow  # type: ignore[import-untyped]
from odf.text import H, List, ListItem, P  # type: ignore[import-untyped]

from corpora.sample.edition import File
from corpora.sample.markdown import Block, parse
from corpora.sample.pdf import pdf_bytes, scanned_pdf_bytes

# Fixed, so that two renders give the same bytes; early in 2014, like the documents themselves.
MADE_AT = datetime(2014, 1, 6, 9, 0, tzinfo=UTC)

MIME_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
}


@lru_cache(maxsize=256)
def render_file(file: File) -> bytes:
    """The bytes of a file in its format; the same ones at every call."""
    blocks = parse(file.body)
    if file.format == "pdf":
        if file.scanned:
            return scanned_pdf_bytes(file.title, blocks, MADE_AT)
        return pdf_bytes(file.title, blocks, MADE_AT, columns=file.columns)
    if file.format == "docx":
        return _docx_bytes(file.title, blocks)
    if file.format == "odt":
        return _odt_bytes(file.title, blocks)
    return _txt_bytes(file.title, blocks)


def _docx_bytes(title: str, blocks: tuple[Block, ...]) -> bytes:
    document = docx.Document()
    made = MADE_AT.replace(tzinfo=None)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = made
    for block in blocks:
        if block.kind == "heading":
            document.add_heading(block.text, block.level)
        elif block.kind == "item":
            document.add_paragraph(block.text, style="List Bullet")
        elif block.kind == "table":
            table = document.add_table(0, len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(block.text)
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def _odt_bytes(title: str, blocks: tuple[Block, ...]) -> bytes:
    document = OpenDocumentText()
    items = None
    for block in blocks:
        if block.kind != "item":
            items = None
        if block.kind == "heading":
            document.text.addElement(H(outlinelevel=block.level, text=block.text))
        elif block.kind == "item":
            if items is None:
                items = List()
                document.text.addElement(items)
            item = ListItem()
            item.addElement(P(text=block.text))
            items.addElement(item)
        elif block.kind == "table":
            document.text.addElement(_odt_table(block))
        else:
            document.text.addElement(P(text=block.text))
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue(), canonical_xml=True)


def _odt_table(block: Block) -> Table:
    table = Table(name="Tableau")
    for cells in block.rows:
        row = TableRow()
        for text in cells:
            cell = TableCell()
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    return table


def _txt_bytes(title: str, blocks: tuple[Block, ...]) -> bytes:
    lines = [title.upper()]
    for block in blocks:
        if block.kind == "table":
            lines.append("\n".join("\t".join(row) for row in block.rows))
        else:
            lines.append(f"- {block.text}" if block.kind == "item" else block.text)
    return ("\n\n".join(lines) + "\n").encode("utf-8")


def _timeless(archive: bytes, *, canonical_xml: bool = False) -> bytes:
    """The same zip with every member dated alike: the libraries stamp them with the clock.

    odfpy also declares every namespace that the process has used so far, so its XML is made
    canonical, which leaves the unused ones out.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, MADE_AT.timetuple()[:6])
            info.compress_type = member.compress_type
            info.external_attr = member.external_attr
            content = old.read(member)
            if canonical_xml and member.filename.endswith(".xml"):
                content = etree.tostring(etree.fromstring(content), method="c14n", exclusive=True)
            new.writestr(info, content)
    return buffer.getvalue()
