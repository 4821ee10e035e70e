"""The score of a link: a sum of named parts."""

import re
from dataclasses import asdict, dataclass, replace

from crawler.frontier.addresses import continues, oddity
from crawler.frontier.pages import RELEVANT, Link
from crawler.frontier.words import address_words, plain, weigh

LEVEL = 4
"""Points that each level of depth takes: without words, the site is seen level by level."""


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a link's score, in points; 30 are worth one certain phrase of the field.

    ``url``, ``anchor`` and ``heading`` hold the field's words in them, ``call`` those of calls, of
    the organisation and of lists, less those of logins and agendas; ``parent`` what the page that
    carries the link is worth, ``address`` what its form betrays, ``depth`` its way from an entry
    page, or one level from a relevant one, ``file`` what an access pattern adds for files.
    """

    url: int = 0
    anchor: int = 0
    heading: int = 0
    call: int = 0
    parent: int = 0
    address: int = 0
    depth: int = 0
    file: int = 0

    @property
    def total(self) -> int:
        return self.words + self.parent + self.address + self.depth + self.file

    @property
    def words(self) -> int:
        """What the link's own words say, whatever page it stands on."""
        return self.url + self.anchor + self.heading + self.call

    @property
    def field(self) -> int:
        """How much it speaks of the field: all that is known of a file before it is read."""
        return self.url + self.anchor + self.heading + self.parent

    def parts(self) -> dict[str, int]:
        """The parts that are not 0."""
        return {name: points for name, points in asdict(self).items() if points}


_SAYS_NOTHING = re.compile(
    r"(?:(?:pour )?en savoir (?:plus|davantage)|(?:lire|voir|consulter)(?: (?:la|le|l) ?\w+)?|suite"
    r"|(?:cliqu\w+ )?ici|plus d ?infos?(?:rmations?)?|details?|acceder|decouvrir|telecharger.{0,30}"
    r"|pdf|\d*)"
)

PROMISING = 25
"""Points of a link's words from which its page was worth fetching for it."""


@dataclass(frozen=True)
class Carrier:
    """The page that carries a link: its URL, its points of relevance, how many levels deep it is.

    ``score`` are the parts of the link that led to it.
    """

    url: str = ""
    points: int = 0
    depth: int = 0
    score: Score = Score()


def score_link(link: Link, carrier: Carrier) -> Score:
    """The score of a link on a page.

    A heading counts half, since it speaks of its other links as well, but whole where the link has
    nothing to say ("En savoir plus"); the page counts half. A later page of a list is worth what
    the list itself was thought to be.
    """
    in_url, url_rest = weigh(address_words(link.url, carrier.url))
    in_anchor, anchor_rest = weigh(link.anchor)
    share = 1 if _SAYS_NOTHING.fullmatch(plain(link.anchor)) else 2
    above, above_rest = (points // share for points in weigh(link.heading))
    rest = min(15, max(url_rest, anchor_rest, above_rest))
    if url_rest < 0 or anchor_rest < 0:
        rest = min(url_rest, anchor_rest)
    score = Score(
        url=min(40, in_url),
        anchor=min(50, in_anchor),
        heading=min(40 // share, above),
        call=rest,
        parent=min(20, carrier.points // 2),
        address=oddity(link.url) - 10 * link.nofollow,
        depth=-LEVEL * (1 if carrier.points >= RELEVANT else carrier.depth + 1),
    )
    if continues(link.url, carrier.url):
        was = carrier.score
        return replace(
            score,
            url=was.url,
            anchor=was.anchor,
            heading=was.heading,
            call=was.call,
            depth=was.depth,
        )
    return score
