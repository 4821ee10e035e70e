"""Sitemaps, parsed by ultimate-sitemap-parser out of bodies that Scrapy fetched.

Its own client would pass by archive, robots.txt and politeness; its string parser asks for nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from usp.objects.sitemap import AbstractIndexSitemap, AbstractPagesSitemap
from usp.tree import _UNPUBLISHED_SITEMAP_PATHS, sitemap_from_str

from crawler.archive.capture import is_frame
from crawler.archive.decoding import UndecodableError, decode

GUESSES = tuple(
    sorted(
        (f"/{path}" for path in _UNPUBLISHED_SITEMAP_PATHS if is_frame(f"http://site/{path}")),
        # the likely ones first: the search ends where one answers
        key=lambda path: (not path.startswith("/sitemap"), path.endswith(".gz"), len(path), path),
    )
)
"""Where sitemaps stand that robots.txt does not name, as the parser's authors saw them."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap lists: other sitemaps or pages, as written. ``fault`` tells what is wrong.

    A sitemap that is cut off or broken lists what stands before the fault.
    """

    sitemaps: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    fault: str = ""


def read_sitemap(body: bytes) -> Sitemap:
    """The sitemap (XML, RSS, Atom or plain text, compressed or not) that a body holds."""
    fault = ""
    if body.startswith(_GZIP):
        try:
            entity = decode(body, "", "gzip")
        except UndecodableError as error:
            return Sitemap(fault=str(error))
        body, fault = entity.content, entity.damage
    text = body.decode("utf-8-sig", errors="replace").strip()
    with _complaints() as complaints:
        try:  # whatever its authors did not foresee, such as a date of a thousand digits
            tree = sitemap_from_str(text)
        except Exception as error:
            return Sitemap(fault=f"it cannot be read ({type(error).__name__})")
    fault = fault or "; ".join(complaints)
    if isinstance(tree, AbstractIndexSitemap):
        return Sitemap(sitemaps=tuple(dict.fromkeys(s.url for s in tree.sub_sitemaps)), fault=fault)
    if isinstance(tree, AbstractPagesSitemap):
        pages = tuple(dict.fromkeys(page.url for page in tree.all_pages()))
        return Sitemap(pages=pages, fault=fault if pages else fault or "it lists nothing")
    return Sitemap(fault=fault or "it is no sitemap")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info is None and record.args is not None:
            said = record.getMessage().partition(" failed: ")[2]
            if said and said not in self.heard:
                self.heard.append(f"it cannot be read to its end ({said[:200]})")


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What the parser only logs: that it stopped in the middle of a broken file."""
    logger, listener = logging.getLogger("usp.fetch_parse"), _Listener()
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
