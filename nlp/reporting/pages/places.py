"""Where the report's pages lie and how they are linked; no path is ever built from crawled text."""

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

CHECKS = "check.html"
COMPARISONS = "compare"
"""Folder of comparisons: their pages in a report, their tables beside it, by earlier campaign."""

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SAFE_ANCHOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")


def slug(name: str) -> str:
    """A file name's stem: the name itself where it is plain, else its letters and a digest.

    Names that differ only in case, accents or punctuation stay apart, on any file system.
    """
    if _SAFE.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-")
    digest = _digest(name)
    return f"{words}-{digest}" if words else digest


def anchor(reference_id: str) -> str:
    """A reference's id as an HTML id: itself where it is one, else a digest."""
    return reference_id if _SAFE_ANCHOR.fullmatch(reference_id) else f"r-{_digest(reference_id)}"


def evidence_page(kind: str, name: str) -> str:
    """Path in the report of a page of quotes; ``kind`` is figure, council, call or code."""
    return f"evidence/{kind}-{slug(name)}.html"


def sheet_place(page: str, number: int) -> str:
    """Path of one of the sheets that a long page of quotes is cut into; the first is the page."""
    return page if number == 1 else f"{page.removesuffix('.html')}.{number}.html"


def quote_anchor(reference_id: str) -> str:
    """The HTML id of a quote on the page of its code."""
    return f"q-{anchor(reference_id)}"


def doubt_place(page: str, field: str) -> str:
    """Where a decision to check stands; ``page`` is that of the council's or call's quotes."""
    return f"{CHECKS}#{page.removeprefix('evidence/').removesuffix('.html')}.{field}"


def archived_page(document_id: str, reference_id: str = "") -> str:
    """Path in the report of a document's archived copy, at a reference where one is given."""
    fragment = f"#{anchor(reference_id)}" if reference_id else ""
    return f"archive/{slug(document_id)}.html{fragment}"


def live_address(url: str, page: int = 0) -> str:
    """The URL if it may be a link (http or https, with a host), at a PDF page; else empty."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or re.search(r"[\s\x00-\x1f]", url)
    ):
        return ""
    return f"{url.partition('#')[0]}#page={page}" if page else url


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
