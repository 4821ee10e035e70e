"""Formats: what a body is, told by its bytes first and by what the server said second."""

import io
import re
import zipfile

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
HTML = "text/html"
PLAIN = "text/plain"
SKIPPED = ""
"""No document and none expected: a feed, a sitemap, a style sheet, a picture."""

_PAGE_TAGS = frozenset(
    (b"html", b"head", b"body", b"title", b"meta", b"div", b"p", b"table", b"h1", b"main")
)
_FEEDS = frozenset((b"urlset", b"sitemapindex", b"rss", b"feed", b"rdf:rdf", b"opml"))
_REQUISITES = re.compile(
    r"(?:image|audio|video|font)/|text/(?:css|javascript|vcard|calendar)"
    r"|application/(?:x-)?(?:javascript|ecmascript|json|ld\+json|manifest\+json|rss\+xml|atom\+xml"
    r"|font|wasm)"
)
_MARKS = ((b"\xd0\xcf\x11\xe0", "application/msword"), (b"{\\rtf", "application/rtf"))
_TEXTUAL = ("", PLAIN, "text/markdown", "application/octet-stream")
_HEAD = 4096


def format_of(content: bytes, mime: str) -> str:
    """The media type that the content is read as; SKIPPED for what is no document.

    A type that no reader knows (``application/msword``, ``application/zip`` …) is given back as it
    is, to be refused by name.
    """
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(content)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if _REQUISITES.match(mime):
        return SKIPPED
    tag = _first_tag(head)
    if tag in _FEEDS:
        return SKIPPED
    if tag in _PAGE_TAGS or mime in (HTML, "application/xhtml+xml"):
        return HTML
    if mime.endswith(("/xml", "+xml")):
        return SKIPPED
    if mime in _TEXTUAL and (b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return PLAIN
    return mime or "application/octet-stream"


def _first_tag(head: bytes) -> bytes:
    """The name of the first element in lower case, comments and declarations passed over."""
    head = head.lstrip()
    while head.startswith((b"<!", b"<?")):
        if head[:14].lower() == b"<!doctype html":
            return b"html"
        end = b"-->" if head.startswith(b"<!--") else b">"
        _, found, head = head.partition(end)
        if not found:
            return b""
        head = head.lstrip()
    match = re.match(rb"<([A-Za-z][\w:]*)", head)
    return match[1].lower() if match else b""


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return DOCX
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        # A torn archive: its first names tell which reader refuses it.
        if b"opendocument.text" in content[:200]:
            return ODT
        return DOCX if b"word/" in content[:8192] else "application/zip"
    return "application/zip"
