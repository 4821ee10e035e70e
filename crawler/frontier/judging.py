"""What the pages of one source turned out to be, while its crawl goes on."""

from hashlib import blake2b

from crawler.archive.capture import Capture, is_frame
from crawler.frontier.addresses import Shapes, shape
from crawler.frontier.pages import RELEVANT, Page
from crawler.frontier.scoring import Score
from crawler.replaying import Budget
from crawler.watching.harvest import Found, Harvest

LEAST_WORDS = 20
"""Words below which two pages with the same text are not thought to be copies."""


class Judge:
    """Judges pages by their words, and remembers which were relevant and after how many fetches.

    A page whose text was read before under another address (a print version, a facet) is a copy:
    never found twice, and of no more use than an irrelevant one.
    """

    def __init__(self, budget: Budget, shapes: Shapes) -> None:
        self._budget, self._shapes = budget, shapes
        self._texts: dict[bytes, str] = {}
        self._promised: set[str] = set()
        self._found: dict[str, Found] = {}
        self._copies = 0
        self._order = _order(budget.archived)

    @property
    def relevant(self) -> int:
        """How many relevant pages and files were found so far."""
        return len(self._found)

    def page(self, url: str, page: Page, spent: int | None) -> int:
        """The points of a page that was read, 0 for a copy.

        ``spent`` tells after how many requests it came; None where an earlier run fetched it.
        """
        why = page.relevance()
        points = sum(why.values())
        if self._is_copy(url, page):
            self._copies += points >= RELEVANT
            return 0
        self._note(url, points, why, spent)
        return points

    def file(self, url: str, score: Score | None, spent: int | None) -> None:
        """A file is worth what the best known link to it says."""
        if score is not None:
            parts = score.parts()
            why = {name: parts.get(name, 0) for name in ("url", "anchor", "heading", "parent")}
            self._note(url, score.field, why, spent)
            self.learn(url, score.field >= RELEVANT)

    def useful(self, points: int, promising: set[str]) -> bool:
        """Whether a page was worth its fetch: relevant, or it leads to promise not yet known of."""
        new = not promising <= self._promised
        self._promised |= promising
        return points >= RELEVANT or new

    def learn(self, url: str, useful: bool) -> None:
        """Tell whether fetching a URL was of use; one that answered an error was not."""
        self._shapes.learn(shape(url), useful)

    def harvest(self, source: str, left: int) -> Harvest:
        """What was found; ``left`` links were not followed."""
        pages = sorted(self._found.values(), key=lambda found: (found.after, found.url))
        return Harvest(source, self._budget.spent, left, self._copies, tuple(pages))

    def _note(self, url: str, points: int, why: dict[str, int], spent: int | None) -> None:
        if points >= RELEVANT and url not in self._found:
            after = spent or self._order.get(url, self._budget.spent)
            self._found[url] = Found(url, after, points, {k: v for k, v in why.items() if v})

    def _is_copy(self, url: str, page: Page) -> bool:
        words = page.words
        if words.count(" ") < LEAST_WORDS:
            return False
        digest = blake2b(f"{page.heading} {words}".encode(), digest_size=16).digest()
        return self._texts.setdefault(digest, url) != url


def _order(archived: dict[str, Capture]) -> dict[str, int]:
    """After how many fetches an earlier run of the campaign had fetched each page."""
    spent = [capture for url, capture in archived.items() if not is_frame(url)]
    # the time is told in seconds; within one, the place in the archive tells
    spent.sort(key=lambda capture: (capture.captured_at, capture.warc, capture.offset))
    return {capture.url: number for number, capture in enumerate(spent, start=1)}
