"""What a web archive holds of a council: its pages of a period, one choice of capture for each.

The lists are hostile data: anyone can have a web archive capture anything.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit, urlunsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.url import canonicalize_url

from crawler.archive.capture import is_frame
from crawler.frontier.addresses import without_visit
from crawler.manners.safety import trap
from crawler.past.period import Period
from crawler.past.service import Service, TooLongError
from crawler.sources import Source
from crawler.spiders.base import DOCUMENTS, UNREAD_DOCUMENTS, extension

LONGEST_LISTING = 20_000
"""Captures listed at once; where there are more, each half of the time is asked for by itself."""

MOST_HALVINGS = 6
"""A year is halved down to six days."""

MOST_PAGES = 50_000
"""Pages of one council that are held in memory to choose from."""

CHOICES = 3
"""Captures of a page that are tried: archives list some that they cannot replay."""

_READ = re.compile(
    r"text/html|application/xhtml\+xml|text/plain|application/pdf|application/x-pdf"
    r"|application/vnd\.openxmlformats-officedocument\.wordprocessingml\.document"
    r"|application/vnd\.oasis\.opendocument\.text"
)
_UNSURE = ("", "-", "unk", "warc/revisit", "application/octet-stream", "application/force-download")
"""Media types that say nothing: of a revisit the list has no type, nor of what IA calls unk."""

_UNREAD = (frozenset(IGNORED_EXTENSIONS) | UNREAD_DOCUMENTS | {"ics", "xml"}) - DOCUMENTS


@dataclass(frozen=True, slots=True)
class Listed:
    """One capture of a list: ``digest`` as listed, ``url`` without a default port or fragment."""

    url: str
    at: datetime
    digest: str


@dataclass
class Listing:
    """A council's pages by their keys, each with its captures, the one to read first.

    ``refused`` counts what the lists named that is not asked for, by reason; ``cut`` tells that
    more was listed than could be taken in.
    """

    pages: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    cut: bool = False


def listing(service: Service, source: Source, period: Period) -> Listing:
    """What the service lists of a source's sites.

    Of each page, the captures nearest to the middle of the period, the nearest first: a look at the
    web at one time, as a crawl on that day would have had it, rather than the period's last word.
    """
    found = Listing()
    for target, match in _targets(source):
        for row in _rows(service, target, match, period.start, period.end, found):
            _take(row, source, period, found)
    return found


@lru_cache(4096)
def page_key(url: str) -> str:
    """What addresses of one page have in common: scheme, ``www.``, visit and order don't count."""
    return re.sub(r"^https?://(www\.)?", "", canonicalize_url(without_visit(_plain(url))))


def _targets(source: Source) -> Iterator[tuple[str, str]]:
    for site in source.sites:
        if any(site.endswith("." + other) for other in source.sites):
            continue  # listed with the other
        yield site, "host" if _is_address(site) else "domain"
    # what runs on a port of its own has its own place in an index
    hosts = {urlsplit(url).netloc.lower() for url in source.entry_pages}
    for host in sorted(hosts):
        if re.search(r":\d+$", host):
            yield host, "host"


def _rows(
    service: Service, target: str, match: str, start: datetime, end: datetime, found: Listing
) -> Iterator[Mapping[str, Any]]:
    waiting = [(start, end, 0)]
    while waiting:
        start, end, halvings = waiting.pop()
        try:
            rows = service.rows(target, match, start, end, LONGEST_LISTING)
        except TooLongError:
            rows = None
        if rows is not None and len(rows) < LONGEST_LISTING:
            yield from rows
        elif halvings < MOST_HALVINGS:
            middle = (start + (end - start) / 2).replace(microsecond=0)
            waiting += [(middle, end, halvings + 1), (start, middle, halvings + 1)]
        else:
            found.cut = True
            yield from rows or ()


def _take(row: Mapping[str, Any], source: Source, period: Period, found: Listing) -> None:
    fields = {name: str(row.get(name) or "") for name in ("url", "timestamp", "mime", "digest")}
    status = str(row.get("status") or "-")
    if status not in ("200", "-"):
        return
    url = fields["url"]
    if reason := _refusal(url, source):
        found.refused[reason] += 1
        return
    at = _time(fields["timestamp"])
    if at is None or not period.start <= at <= period.end:
        found.refused["of another time"] += 1
        return
    url = _plain(url)
    if is_frame(url) or not _is_read(url, fields["mime"].partition(";")[0].strip().lower()):
        return
    key = page_key(url)
    if key not in found.pages and len(found.pages) >= MOST_PAGES:
        found.cut = True
        return
    one = Listed(url, at, fields["digest"][:100])
    choices = {choice.at: choice for choice in [one, *found.pages[key]]}
    nearest = sorted(choices.values(), key=lambda c: (abs(c.at - period.middle), c.at))
    found.pages[key] = nearest[:CHOICES]


def _refusal(url: str, source: Source) -> str:
    """Why an address of a list is not asked for, or an empty string."""
    try:
        parts = urlsplit(url)
        steps = unquote(parts.path).replace("\\", "/").split("/")
        _ = parts.port
    except ValueError:
        return "not addresses"
    if parts.scheme not in ("http", "https"):
        return "neither http nor https"
    if re.search(r"[\x00-\x20\x7f]", url) or "@" in parts.netloc:
        return "not addresses"
    if not source.owns(url):
        return "of other sites"
    # put behind the archive's own address, such steps would climb out of it
    if "." in steps or ".." in steps:
        return "with steps that lead upwards"
    return "traps" if trap(url) else ""


def _is_read(url: str, mime: str) -> bool:
    if extension(url) in _UNREAD:
        return False
    if mime in _UNSURE:
        return mime == "warc/revisit" or extension(url) in DOCUMENTS
    return bool(_READ.fullmatch(mime))


def is_read_type(mime: str) -> bool:
    """Whether what was sent, of this media type, is of a kind that is read."""
    return mime in _UNSURE or bool(_READ.fullmatch(mime))


def _time(digits: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{14}", digits):
        return None
    year, month, day, hour, minute, second = (
        int(digits[start : start + size])
        for start, size in ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2))
    )
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _plain(url: str) -> str:
    """Without fragment and without a default port, which old captures of IA carry."""
    parts = urlsplit(urldefrag(url).url)
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return urlunsplit(parts._replace(netloc=parts.netloc.removesuffix(default)))


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
