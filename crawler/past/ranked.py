"""In which order a council's listed pages are read: the crawler's own order, over a known list."""

from dataclasses import replace

from scrapy.http import HtmlResponse, Response

from crawler.frontier.addresses import Shapes, shape
from crawler.frontier.judging import Judge
from crawler.frontier.pages import Link, read_page
from crawler.frontier.ranking import Ranking
from crawler.frontier.scheduler import LEAST_WAITING, WAITING_PER_REQUEST
from crawler.frontier.scoring import PROMISING, Carrier, Score, score_link
from crawler.past.listing import Listing, page_key
from crawler.replaying import Budget
from crawler.sources import Source
from crawler.spiders.base import ENTRY_PRIORITY

UNLINKED = Carrier(depth=2)
"""Where a page is thought to be linked from while nothing that was read links to it."""


class Frontier:
    """A council's listed pages, the most promising first; a link raises the page that it leads to.

    Many addresses of past years are numbers (``spip.php?article123``): only the words that lead to
    a page tell what it is. ``judge`` knows what was found so far.
    """

    def __init__(self, source: Source, found: Listing, budget: Budget) -> None:
        shapes = Shapes()
        self.judge = Judge(budget, shapes)
        self._pages = found.pages
        self._front: set[str] = set()
        self._depths: dict[str, int] = {page_key(url): 0 for url in source.entry_pages}
        self._scores: dict[str, Score] = {}
        self._taken: set[str] = set()
        most = max(LEAST_WAITING, WAITING_PER_REQUEST * budget.limit)
        self._ranking: Ranking[str] = Ranking(shapes, most)
        for key in sorted(found.pages):
            if self._depths.get(key) == 0:
                self._ranking.push(key.encode(), "", ENTRY_PRIORITY, key)
            else:
                self._push(key, score_link(Link(self._url(key), ""), UNLINKED))

    @property
    def left(self) -> int:
        """Listed pages that were not taken."""
        return len(self._pages) - len(self._taken)

    def take(self) -> str | None:
        """The key of the next page."""
        key = self._ranking.pop()
        if key is not None:
            self._taken.add(key)
        return key

    def read(self, key: str, response: Response) -> None:
        """The page is there: judge it, and follow what it links to."""
        url = self._url(key)
        if not isinstance(response, HtmlResponse):
            self.judge.file(url, self._scores.get(key), None)
            self._ranking.changed(shape(url))
            return
        page = read_page(response)
        points = self.judge.page(url, page, None)
        depth = self._depths.get(key, UNLINKED.depth + 1)
        carrier = Carrier(response.url, points, depth, self._scores.get(key, Score()))
        promising = {linked for link in page.links if (linked := self._linked(link, carrier))}
        self._learn(url, useful=self.judge.useful(points, promising))

    def failed(self, key: str) -> None:
        """The page could not be had."""
        self._learn(self._url(key), useful=False)

    def _linked(self, link: Link, carrier: Carrier) -> str:
        """Raise the page that a link leads to; its key if the link's words are promising."""
        try:
            key = page_key(link.url)
        except ValueError:
            return ""
        if carrier.depth == 0:
            self._front.add(key)
        if key not in self._pages or key in self._taken:
            return ""
        if key in self._front:
            # what the front page links to as well is its menu, wherever it stands here
            carrier = replace(carrier, points=0)
        self._depths[key] = min(carrier.depth + 1, self._depths.get(key, carrier.depth + 1))
        score = score_link(replace(link, url=self._url(key)), carrier)
        self._push(key, score)
        return key if score.words >= PROMISING else ""

    def _learn(self, url: str, *, useful: bool) -> None:
        self.judge.learn(url, useful)
        self._ranking.changed(shape(url))

    def _url(self, key: str) -> str:
        return self._pages[key][0].url

    def _push(self, key: str, score: Score) -> None:
        known = self._scores.get(key)
        if known is None or score.total > known.total:
            self._scores[key] = score
        self._ranking.push(key.encode(), shape(self._url(key)), score.total, key)
