"""Sources: who is crawled, declared as data."""

from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yarl
from w3lib.url import safe_url_string

from corpora.campaign import Campaign
from corpora.schema import DataFile
from crawler.manners.hours import Hours


@dataclass(frozen=True)
class Expectations:
    """What a crawl of the source should find; checked when the crawl closes."""

    pages_min: int
    pages_max: int
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One council: who it is, which words name its territory, and how its site is crawled.

    ``id`` is a slug; ``code`` an INSEE code (or an invented one); ``name`` is the authority as the
    tables print it ("Conseil régional de Bretagne"); ``aliases`` are other names it goes by;
    ``territory`` is the bare name of the region ("Bretagne"); ``demonyms`` are given in the
    masculine and feminine singular; ``former`` are names of merged regions;
    ``sites`` are the host names that belong to it; ``entry_pages`` are absolute URLs;
    ``spider`` is the access pattern: sitemap, listing or files; ``render`` has a browser run the
    scripts of its pages; ``pages`` is the source's own budget of requests, 0 for the file's.
    """

    id: str
    code: str
    name: str
    territory: str
    sites: tuple[str, ...]
    entry_pages: tuple[str, ...]
    spider: str
    expect: Expectations
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    render: bool = False
    pages: int = 0

    def owns(self, url: str) -> bool:
        """Whether the URL's host is one of ``sites`` or below one of them."""
        return bool(self.site_of(url))

    def site_of(self, url: str) -> str:
        """The longest of ``sites`` that the URL's host is or lies below, else an empty string."""
        try:
            host = (urlsplit(url).hostname or "").rstrip(".").lower()
        except ValueError:  # what "http://[" makes of itself
            return ""
        owners = [site for site in self.sites if host == site or host.endswith("." + site)]
        return max(owners, key=len, default="")

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it this source: all but what may change between two runs of a campaign."""
        changing = ("expect", "pages")
        return tuple(getattr(self, f.name) for f in fields(self) if f.name not in changing)


@dataclass(frozen=True)
class CrawlLimits:
    """How far a crawl goes into one site: requests, links from an entry page, seconds between two.

    A regional council's site holds some hundreds of pages that matter here; 600 leaves room for its
    news while a calendar without end stops. ``delay`` is the least; AutoThrottle lengthens it.
    ``timeout`` is how many seconds a whole answer may take; ``hours`` is the window in which the
    crawl may ask, like ``22-06`` (Paris time), and empty for any hour.
    """

    pages_per_source: int = 600
    depth: int = 8
    delay: float = 1.0
    timeout: float = 60.0
    hours: str = ""


@dataclass(frozen=True)
class SourceFile:
    """The sources of one edition, in the file's order."""

    edition: str
    crawl: CrawlLimits
    sources: tuple[Source, ...]

    def budget(self, source: Source) -> int:
        """The requests that a source may have: its own ``pages``, or the file's limit."""
        return source.pages or self.crawl.pages_per_source


def load_sources(path: Path) -> SourceFile:
    """The sources that a YAML file declares.

    ``edition`` is the file's own or its stem. ``expect`` defaults to 1 page at least and the page
    budget at most. Raises InputError naming file, line and reason.
    """
    data = DataFile(path, "sources")
    content: dict[str, Any] = data.content
    limits = CrawlLimits(**content.get("crawl", {}))
    try:
        if limits.hours:
            Hours.read(limits.hours)
    except ValueError as error:
        raise data.error(["crawl", "hours"], str(error)) from error
    sources: list[Source] = []
    for index, entry in enumerate(content["sources"]):
        source = _source(entry, limits)
        place: tuple[str | int, ...] = ("sources", index)
        if any(source.id == other.id for other in sources):
            raise data.error([*place, "id"], f"{source.id!r} is already the id of another source")
        if any(source.name == other.name for other in sources):
            raise data.error([*place, "name"], f"{source.name!r} is already another source's name")
        for number, url in enumerate(source.entry_pages):
            if wrong := _unusable(url) or _not_owned(url, source):
                raise data.error([*place, "entry_pages", number], f"{url}: {wrong}")
        if source.expect.pages_min > source.expect.pages_max:
            raise data.error([*place, "expect"], "pages_min is more than pages_max")
        sources.append(source)
    return SourceFile(content.get("edition", path.stem), limits, tuple(sources))


def _unusable(url: str) -> str:
    """Why an address cannot be asked for at all, or an empty string."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError("port 0 is nobody's")
        # what Scrapy makes of it, and what aiohttp then connects to
        host = yarl.URL(safe_url_string(url), encoded=True).host or ""
    except ValueError as error:
        return f"not an address ({' '.join(str(error).split())})"
    if not all(0 < len(label) < 64 for label in host.removesuffix(".").split(".")):
        return "not an address (no host has such a name)"
    return ""


def _not_owned(url: str, source: Source) -> str:
    """That a source's entry page is not on its sites, or an empty string."""
    if source.owns(url):
        return ""
    host = urlsplit(url).hostname or ""
    reason = f"its host is not in sites ({', '.join(source.sites)})"
    if not host.isascii():
        with suppress(UnicodeError):
            reason += f"; write a host with accents as {host.encode('idna').decode('ascii')}"
    return reason


def campaign_sources(campaign: Campaign) -> tuple[Source, ...]:
    """The sources that the campaign was crawled with; none where it was only imported."""
    path = campaign.corpus / "sources.yml"
    return load_sources(path).sources if path.exists() else ()


def _source(entry: dict[str, Any], limits: CrawlLimits) -> Source:
    expect = entry.get("expect", {})
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in entry.items()
        if key != "expect"
    }
    expectations = Expectations(
        pages_min=expect.get("pages_min", 1),
        pages_max=expect.get("pages_max", entry.get("pages", limits.pages_per_source)),
        kinds=tuple(expect.get("kinds", ())),
    )
    return Source(**fields, expect=expectations)
