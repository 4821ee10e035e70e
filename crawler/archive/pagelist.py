"""The pages of an archive, as a reader knows them: what can be opened, and what it is called."""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.archive.capture import ArchiveError, Body, Capture, is_frame, read_body
from crawler.imports.files import TYPES

_HTML = ("text/html", "application/xhtml+xml")
_HEAD = 1 << 18
"""Bytes of a page in which its title is looked for; what stands later is not a title."""


def pages(archive_dir: Path, captures: Iterable[Capture]) -> Iterator[dict[str, str]]:
    """The captured pages and documents (status 200) in order of URL and time.

    Each has an id (its record's), url, ts and title: the capture's own, the page's, the file's
    name, or the URL. A page that a browser rendered is told once, with the title that it had then.
    """
    told: dict[tuple[str, str], Capture] = {}
    for capture in captures:
        if capture.status == 200 and _opened(capture):
            told[capture.url, capture.captured_at] = capture
    for _, capture in sorted(told.items()):
        yield {
            "id": (capture.rendered_from or capture.record_id)
            .strip("<>")
            .removeprefix("urn:uuid:"),
            "url": capture.url,
            "ts": capture.captured_at,
            "title": _title(archive_dir, capture),
        }


def _opened(capture: Capture) -> bool:
    if is_frame(capture.url):
        return False
    # servers that do not know a document's type call it a stream of octets
    return capture.mime in TYPES.values() or (
        not capture.mime.startswith("text/") and _file(capture).suffix.lower() in TYPES
    )


def _title(archive_dir: Path, capture: Capture) -> str:
    if capture.title:
        return capture.title
    if capture.mime not in _HTML:
        return _file(capture).name or capture.url
    try:
        return html_title(read_body(archive_dir, capture)) or capture.url
    except ArchiveError:  # in a coding that is not known: replay has it all the same
        return capture.url


def _file(capture: Capture) -> PurePosixPath:
    return PurePosixPath(unquote(urlsplit(capture.url).path))


def html_title(body: Body) -> str:
    """The text of the first title element of a page, in one line; empty where there is none."""
    head = body.content[:_HEAD]
    try:
        tree = etree.fromstring(head, _parser(head, body.charset))
    except etree.XMLSyntaxError:  # an empty page
        return ""
    # lxml gives no tree for a page of nothing but a comment
    for title in tree.iter("title") if tree is not None else ():
        if all(above.tag != "svg" for above in title.iterancestors()):
            return " ".join("".join(title.itertext()).split())
    return ""


def _parser(head: bytes, charset: str) -> etree.HTMLParser[etree._Element]:
    """A parser for the encoding: UTF-8 where the bytes are, else as HTTP or the page declares."""
    try:
        # not final: the cut may run through a character
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
        charset = "utf-8"
    except UnicodeDecodeError:
        # pages that say Latin-1 mean Windows-1252 (WHATWG Encoding)
        charset = "cp1252" if charset in ("", "utf-8", "ascii", "iso8859-1") else charset
    try:
        return etree.HTMLParser(encoding=charset, no_network=True)
    except LookupError:
        return etree.HTMLParser(no_network=True)
