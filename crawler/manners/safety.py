"""What a hostile web could make a crawler do, and how it is refused.

Seen: links to file:///etc/hostname that were read; redirects to 127.0.0.1, also written in decimal
or hexadecimal; calendars 2000 pages deep; 2.5 GB of headers in six seconds on Twisted's client,
which aiohttp's rejects at once.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from scrapy import Request, Spider
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response

from crawler.wire import keep_heads

LONGEST_URL = 2000
"""Characters; a longer URL is nearly always one that a trap has grown."""

DEEPEST_PATH = 20
"""Path segments; the limit of the Heritrix crawler's rule against endless paths."""

MOST_REPEATS = 3
"""Times that a group of path segments may follow itself (/a/b/a/b/): relative links gone wrong."""

RESERVED = (".localhost", ".example", ".test", ".invalid")
"""Names that lead to no real server (RFC 2606, RFC 6761)."""

HEADS = "archive_heads"
"""Key of request.meta that holds the heads of the exchange as they were sent (``wire.Heads``)."""


class Refused(IgnoreRequest):
    """A request that the crawler itself refuses; ``name`` is the event's name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


def is_reserved(host: str) -> bool:
    """Whether a host name is one that leads to no real server."""
    return host == "localhost" or host.endswith(RESERVED)


def trap(url: str) -> str:
    """Why a URL looks like one of an endless series, or an empty string."""
    if len(url) > LONGEST_URL:
        return f"longer than {LONGEST_URL} characters"
    steps = [step for step in urlsplit(url).path.split("/") if step]
    if len(steps) > DEEPEST_PATH:
        return f"deeper than {DEEPEST_PATH} path segments"
    for size in range(1, 5):
        for start in range(len(steps) - size * MOST_REPEATS + 1):
            if len(steps[start:]) >= size * MOST_REPEATS and all(
                steps[start : start + size] == steps[start + size * n : start + size * (n + 1)]
                for n in range(MOST_REPEATS)
            ):
                return f"repeats /{'/'.join(steps[start : start + size])} {MOST_REPEATS} times"
    return ""


def literal_address(host: str) -> str:
    """The IP address that a host is written as (also decimal, octal or hexadecimal), or empty."""
    try:
        return str(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return ""


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_TRANSLATED = ipaddress.ip_network("::ffff:0:0:0/96")


def is_global(address: str) -> bool:
    """Whether an address belongs to the public internet; an IPv4 inside an IPv6 is judged too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in (_NAT64, _COMPATIBLE, _TRANSLATED)):
            return is_global(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if inside := ip.ipv4_mapped or ip.sixtofour:
            return is_global(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


class Untold(IgnoreRequest):
    """A request that is not made, and of which there is nothing to tell."""


class SafetyMiddleware:
    """Refuses off-site requests, traps, and addresses that are not public; first in the chain.

    A request for robots.txt may leave the site: RFC 9309 (2.3.1.2) follows its redirects.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._loopback = crawler.settings.getbool("LOOPBACK_ALLOWED")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SafetyMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in ("http", "https"):
            raise Refused("scheme_refused", f"only http and https are fetched, not {parts.scheme}")
        address = literal_address(host)
        local = host == "localhost" or host.endswith(".localhost")
        spider: Any = self._crawler.spider
        # the source's own reserved name alone: another would be the proxy's own network
        own = spider.source.owns(request.url)
        through_proxy = own and is_reserved(host) and "http" in getproxies()
        unsafe = (address and not is_global(address)) or (local and not through_proxy)
        if unsafe and not self._loopback:
            raise Refused("unsafe_address", f"{host} is not an address of the public internet")
        for_robots = request.meta.get("dont_obey_robotstxt", False)
        if not for_robots and not own:
            raise Refused("offsite", f"{host} is not one of the source's sites")
        if reason := trap(request.url):
            raise Refused("trap", reason)


class ProxyMiddleware(HttpProxyMiddleware):
    """``http_proxy`` as everywhere, but ``no_proxy`` does not hold back reserved names.

    ``no_proxy=localhost`` is common; such a name asked of the resolver instead of the proxy that
    serves it would find another server, or none.
    """

    def process_request(
        self, request: Request, spider: Spider | None = None
    ) -> Request | Response | None:
        parts = urlsplit(request.url)
        if is_reserved(parts.hostname or "") and parts.scheme in self.proxies:
            request.meta["proxy"] = self.proxies[parts.scheme][1]
        return super().process_request(request)


class SafeResolver(AbstractResolver):
    """Resolves names, refusing those that lead off the public internet; proxies are trusted."""

    def __init__(self, loopback: bool) -> None:
        self._resolver = ThreadedResolver()
        self._loopback = loopback
        self._proxies = {urlsplit(url).hostname for url in getproxies().values() if "//" in url}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._loopback and host.endswith(".localhost"):
            # RFC 6761: such a name is loopback, though not every system's resolver knows it
            return await self._resolver.resolve("127.0.0.1", port, socket.AF_INET)
        found = await self._resolver.resolve(host, port, family)
        if self._loopback or host in self._proxies:
            return found
        if unsafe := [one["host"] for one in found if not is_global(one["host"])]:
            raise Refused("unsafe_address", f"{host} leads to {unsafe[0]}, not a public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


class SafeHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler with a resolver that refuses, keeping each head as it came."""

    # Scrapy's word on its handler, logged once per source; chosen all the same, for what Twisted's
    # does: lose header case and reason phrase, and take 2.5 GB of headers
    experimental = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # the handler takes no resolver, and building its session anew would copy its whole setup
        connector: Any = self._session.connector
        self._loopback = crawler.settings.getbool("LOOPBACK_ALLOWED")
        connector._resolver = SafeResolver(self._loopback)
        keep_heads(self._session)

    async def download_request(self, request: Request) -> Response:
        # asked of the parser that aiohttp connects by: two parsers may see two hosts in one address
        host = yarl.URL(request.url, encoded=True).host or ""
        address = literal_address(host)
        if address and not is_global(address) and not self._loopback:
            raise Refused("unsafe_address", f"{host} is not an address of the public internet")
        # sent as archived: aiohttp would otherwise normalise the percent-encoding on its own
        request.meta["verbatim_url"] = True
        try:
            return await super().download_request(request)
        finally:
            # a redirect inherits it, and would then be told from a link to the same page
            del request.meta["verbatim_url"]

    @staticmethod
    def _extract_headers(response: Any) -> Headers:
        # as bytes: one byte of latin-1 in a header made a page impossible to have
        return Headers(response.raw_headers)

    @staticmethod
    def _build_base_response_args(response: Any, request: Request, headers: Headers) -> Any:
        request.meta[HEADS] = response.heads
        return AiohttpDownloadHandler._build_base_response_args(response, request, headers)
