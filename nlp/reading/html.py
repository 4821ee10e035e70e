"""HTML: from a page's bytes to its pieces, title, language, date and links."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from corpora.markup import overload
from nlp.reading.challenges import challenge_in, is_soft_404, rendered_by_script
from nlp.reading.dates import declared_date, stated_date
from nlp.reading.documents import Link
from nlp.reading.encoding import decode
from nlp.reading.mainpart import main_pieces
from nlp.reading.normal import tidy
from nlp.reading.pieces import Reading, Refusal, words_outside_boilerplate
from nlp.reading.walk import Found

FEWEST_WORDS = 5
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_END_TAGS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|•·»]\s+|\s+::\s+")
_TITLE_DASHES = re.compile(r"\s+[-–—]\s+")
_CHANGED_NAMES = (
    "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified",
    "last-modified", "datemodified",
)  # fmt: skip
_PUBLISHED_NAMES = (
    "article:published_time", "dcterms.created", "dcterms.issued", "dc.date.created", "dc.date",
    "dcterms.date", "date", "datepublished", "pubdate",
)  # fmt: skip
_LD_DATE = re.compile(r'"date(Modified|Published)"\s*:\s*"([^"]{8,40})"')


def read_html(content: bytes, url: str, charset: str = "") -> Reading:
    """Read a page. ``charset`` is what HTTP declared.

    Raises Refusal: ``challenge_page``, ``soft_404``, ``empty_page``, ``rendered_by_script`` or
    ``html_too_deep``.
    """
    decoded = decode(content, charset)
    root = _parse(decoded.text)
    page_title = tidy(root.findtext(".//title") or "")
    if reason := challenge_in(decoded.text, root, page_title):
        raise Refusal("challenge_page", reason)
    found = main_pieces(root)
    pieces = tuple(one.piece for one in found)
    title = _title(root, found, page_title)
    if is_soft_404(title, page_title):
        raise Refusal("soft_404", f"answered as found, but says {title!r}")
    if (
        words_outside_boilerplate(p for p in pieces if p.level != 1 or p.kind != "heading")
        < FEWEST_WORDS
    ):
        if rendered_by_script(root):
            raise Refusal("rendered_by_script", "no text in the page: scripts seem to write it")
        raise Refusal("empty_page", "no text outside menus and footers")
    warnings = []
    if decoded.wrong:
        warnings.append(
            (
                "wrong_charset",
                f"declared {decoded.declared!r}, read as {decoded.encoding}",
            )
        )
    return Reading(
        title=title,
        pieces=pieces,
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[
            :2
        ].lower(),
        date=_date(root, found),
        links=_links(root, url),
        warnings=tuple(warnings),
    )


def _parse(text: str) -> HtmlElement:
    # A parser of its own for each page: the error log of a shared one grows with every page.
    parser = lxml.html.HTMLParser(huge_tree=True)
    text = _XML_DECLARATION.sub("", text.replace("\x00", ""), count=1)
    # libxml2 drops, without a word, what follows a page's end tag; templates write some too early.
    text = _END_TAGS.sub("", text)
    if not text.strip():
        raise Refusal("empty_page", "the page is empty")
    if reason := overload(text):
        raise Refusal("html_unreadable", reason)
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("html_unreadable", f"no HTML could be read: {error}") from error
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise Refusal("html_too_deep", "elements are nested more than 2,000 levels deep")
    return root


def _site_names(root: HtmlElement) -> set[str]:
    names = root.xpath("//meta[@property='og:site_name']/@content")
    return {tidy(name).lower() for name in names}


def _title(root: HtmlElement, found: list[Found], page_title: str) -> str:
    """The first main heading; else ``<title>`` without the site's name; else the first line."""
    sites = _site_names(root)
    parts = [part for part in _TITLE_PARTS.split(page_title) if part]
    if len(parts) == 1:
        parts = [part for part in _TITLE_DASHES.split(page_title) if part]
        if len(parts) > 1 and not _is_site_name(parts[-1], sites):
            parts = [page_title]
    site = {part.lower() for part in parts[1:]} | sites
    own = [one.piece for one in found if not one.piece.boilerplate]
    headings = [piece for piece in own if piece.kind == "heading" and piece.level == 1]
    for piece in headings:
        if 2 < len(piece.text) <= 250 and piece.text.lower() not in site:
            return piece.text
    if parts:
        return parts[0][:250]
    first = [piece for piece in own if piece.kind == "heading"] or own
    return first[0].text[:250] if first else ""


def _is_site_name(text: str, sites: set[str]) -> bool:
    return text.lower() in sites or bool(
        re.search(
            r"\b(?:conseil (?:régional|départemental|général)|région|site officiel|accueil)\b",
            text,
            re.IGNORECASE,
        )
    )


def _date(root: HtmlElement, found: list[Found]) -> str:
    named: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if date := declared_date(meta.get("content", "")):
            named.setdefault(name.lower(), date)
    for time in root.xpath(
        "//time[@datetime][@itemprop or contains(@class,'updated') or @pubdate]"
    ):
        name = time.get("itemprop") or (
            "datemodified" if "updated" in time.get("class", "") else "pubdate"
        )
        if date := declared_date(time.get("datetime", "")):
            named.setdefault(name.lower(), date)
    for script in root.xpath("//script[@type='application/ld+json']"):
        for match in _LD_DATE.finditer((script.text or "")[:20000]):
            if date := declared_date(match[2]):
                named.setdefault(f"date{match[1].lower()}", date)
    changed = next((named[name] for name in _CHANGED_NAMES if name in named), "")
    own = (one.piece.text for one in found if not one.piece.boilerplate)
    return (
        changed
        or stated_date(own)
        or next((named[name] for name in _PUBLISHED_NAMES if name in named), "")
        or stated_date(t for t in _lines_about_page(found))
    )


def _lines_about_page(found: list[Found]) -> list[str]:
    """Lines outside the main part that date the page: a teaser's date is another page's."""
    texts = (one.piece.text for one in found if one.piece.boilerplate)
    return [
        t
        for t in texts
        if re.match(r"(?:page |dernière )?(?:mise? à jour|modif|actualis)", t, re.IGNORECASE)
    ]


def _links(root: HtmlElement, url: str) -> tuple[Link, ...]:
    """The page's links to http(s) resources, in order, each URL and text once."""
    bases = root.xpath("//base/@href")
    links: dict[Link, None] = {}
    try:
        base = urljoin(url, bases[0].strip()) if bases else url
    except ValueError:
        base = url
    for anchor in root.iter("a", "area"):
        target = (anchor.get("href") or "").strip()
        if not target or target.startswith("#"):
            continue
        try:
            absolute = urldefrag(urljoin(base, target)).url
            scheme = urlsplit(absolute).scheme
        except ValueError:
            continue
        if scheme in ("http", "https"):
            text = tidy(" ".join(anchor.itertext())) or tidy(anchor.get("title", ""))
            links.setdefault(Link(tidy(absolute).replace(" ", "%20"), text[:300]))
    return tuple(links)
