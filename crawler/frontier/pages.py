"""What a page says and where its links stand, read in one pass over its elements.

One pass, because hostile pages nest a hundred thousand elements: asking each link for its ancestors
or each element for its text would take hours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from scrapy.http import HtmlResponse
from scrapy.utils.response import get_base_url
from w3lib.url import safe_url_string

from crawler.frontier.words import occurrences, plain, weigh

RELEVANT = 15
"""Points from which a page counts as one that the study looks for."""

MOST_LINKS = 5000
MOST_TEXT = 60_000
"""Links and characters that are looked at of one page."""

MOST_ADDRESS = 4000
"""Characters kept of an address: enough to refuse it as too long; 10 MB of it took 1 GB."""

_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "legend": 7, "caption": 7, "dt": 7}
_UNSEEN = frozenset({"script", "style", "noscript", "template", "select", "textarea", "svg"})
_CHROME = frozenset({"nav", "footer", "aside"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|footer|pied|header|entete|bandeau|breadcrumb\w*|ariane|sidebar)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_TARGETS = {"a": "href", "area": "href", "frame": "src", "iframe": "src"}


@dataclass(frozen=True)
class Link:
    """A link as it stands on its page.

    ``heading`` is the nearest one above it; ``menu`` tells that it stands in a menu, head or foot.
    """

    url: str
    anchor: str
    heading: str = ""
    menu: bool = False
    nofollow: bool = False


@dataclass
class Page:
    """``text`` is the running text: neither menus nor the words of links."""

    title: str = ""
    heading: str = ""
    text: str = ""
    canonical: str = ""
    links: list[Link] = field(default_factory=list)

    @cached_property
    def words(self) -> str:
        """The plain words of the text."""
        return plain(self.text)

    def relevance(self) -> dict[str, int]:
        """Points of the page by what earned them; RELEVANT together make it relevant.

        ``title``: the field's words in title and first heading, at most 40. ``text``: three for
        each occurrence (weighted by family) per hundred words, at most 40: a long page that names
        the field once is about something else.
        """
        words = self.words
        size = max(100, words.count(" "))
        title, _ = weigh(f"{self.title} {self.heading}")
        return {"title": min(40, title), "text": min(40, 300 * occurrences(words) // size)}


def read_page(response: HtmlResponse) -> Page:
    """What a page says; empty where it has no elements."""
    reader = _Reader()
    root: Any = response.selector.root
    if isinstance(root, etree._Element):
        for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                reader.start(node)
                reader.say(node.text)
            else:
                if event == "end":
                    reader.end()
                reader.say(node.tail)
    return reader.page(get_base_url(response), response.encoding)


@dataclass
class _Open:
    """An element whose end is still to come."""

    tag: str
    unseen: bool
    chrome: bool
    level: int


class _Reader:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._unseen = self._chrome = self._main = 0
        self._headings: list[tuple[int, str]] = []
        self._outside: list[tuple[int, str]] = []
        self._heading: list[str] | None = None
        self._link: tuple[Any, list[str], str] | None = None
        self._title: list[str] = []
        self._first = ""
        self._text: list[str] = []
        self._said = 0
        self._canonical = ""
        self._links: list[tuple[Any, str, str, bool]] = []

    def start(self, node: Any) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        one = _Open(tag, tag in _UNSEEN, self._is_chrome(tag, node), _LEVELS.get(tag, 0))
        self._open.append(one)
        self._unseen += one.unseen
        self._main += tag in ("main", "article")
        if one.chrome:
            if not self._chrome:
                self._outside, self._headings = self._headings, []
            self._chrome += 1
        if one.level:
            self._headings = [(level, said) for level, said in self._headings if level < one.level]
            self._heading = []
        if tag in _TARGETS and len(self._links) < MOST_LINKS and node.get(_TARGETS[tag]):
            self._close_link()
            self._link = (node, [node.get("title") or ""], self._nearest())
        elif tag == "img" and self._link:
            self._link[1].append(f" {node.get('alt') or ''} ")
        elif tag == "link" and (node.get("rel") or "").lower() == "canonical":
            self._canonical = self._canonical or node.get("href") or ""

    def end(self) -> None:
        one = self._open.pop()
        self._unseen -= one.unseen
        self._main -= one.tag in ("main", "article")
        if one.tag in _TARGETS:
            self._close_link()
        if one.level and self._heading is not None:
            said = " ".join("".join(self._heading).split())
            self._heading = None
            if said:
                self._headings.append((one.level, said))
                if one.level == 1 and not self._first:
                    self._first = said
        if one.chrome:
            self._chrome -= 1
            if not self._chrome:
                self._headings = self._outside

    def say(self, text: str | None) -> None:
        if not text or self._unseen:
            return
        if self._open and self._open[-1].tag == "title":
            self._title.append(text)
            return
        if self._heading is not None:
            self._heading.append(text)
        if self._link:
            self._link[1].append(text)
        elif not self._chrome and self._said < MOST_TEXT:
            self._said += len(text)
            self._text += [text, " "]

    def page(self, base: str, encoding: str) -> Page:
        """What was read, its addresses made whole."""
        self._close_link()
        page = Page(" ".join("".join(self._title).split()), self._first, "".join(self._text))
        page.canonical = _whole(base, self._canonical, encoding)
        page.links = list(self._whole_links(base, encoding))
        return page

    def _whole_links(self, base: str, encoding: str) -> Iterator[Link]:
        for node, anchor, heading, menu in self._links:
            if url := _whole(base, node.get(_TARGETS[node.tag]), encoding):
                nofollow = "nofollow" in (node.get("rel") or "").lower()
                yield Link(url, " ".join(anchor.split()), heading, menu, nofollow)

    def _close_link(self) -> None:
        if self._link:
            node, said, heading = self._link
            self._links.append((node, "".join(said)[:1000], heading, bool(self._chrome)))
            self._link = None

    def _nearest(self) -> str:
        return self._headings[-1][1][:300] if self._headings else ""

    def _is_chrome(self, tag: str, node: Any) -> bool:
        if tag in _CHROME or node.get("role") in _ROLES:
            return True
        if tag == "header":
            return not self._main  # an article's own head holds its title
        if tag in ("div", "ul", "ol", "td", "table", "section", "p"):
            names = f"{node.get('class') or ''} {node.get('id') or ''}"
            return len(names) > 1 and bool(_CHROME_NAME.search(names[:300]))
        return False


def _whole(base: str, reference: str, encoding: str) -> str:
    """An absolute http(s) URL, or an empty string."""
    reference = reference.strip()[:MOST_ADDRESS]
    if not reference:
        return ""
    if reference.startswith("/") and not reference.startswith("//"):
        base = base[: base.find("/", base.find("://") + 3) + 1] or base
    return _joined(base, reference, encoding)


@lru_cache(maxsize=1024)  # the links of a menu lead from every page to the same places
def _joined(base: str, reference: str, encoding: str) -> str:
    try:
        url = safe_url_string(urljoin(base, reference), encoding)
    except ValueError:  # what "http://[" makes of itself
        return ""
    return url if url.startswith(("http://", "https://")) else ""
