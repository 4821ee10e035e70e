"""What addresses give away: visits, views of the same thing, and the shape that many share."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urldefrag, urlsplit

from w3lib.url import url_query_cleaner

VISITS = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "xtor"),
    *("fbclid", "gclid", "PHPSESSID", "phpsessid", "sid", "SID", "jsessionid", "JSESSIONID"),
    *("CFID", "CFTOKEN", "ASPSESSIONID", "session", "session_id", "sessionid", "oaq"),
)
"""Parameters that name a visit, not a page: each visit would make a page look new."""

_VISIT = re.compile(r"[?&](?:{})=".format("|".join(VISITS)))
_VISIT_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)

_VIEW = re.compile(
    r"^(?:print|imprim\w*|format|output|tmpl|view|vue|affichage|tri|sort\w*|order\w*|sens|dir|share"
    r"|partage|replytocom|action|do|redirect\w*|destination|return\w*|retour|theme_?css|fontsize"
    r"|pdf|q|s|query|search\w*|recherche|mots?_?cles?|tags?)$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"/(?:print|imprimer|share|partager|connexion|login|recherche|search|panier)(?:[/.]|$)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:^|[/=&?_-])(?:19|20)\d\d[/_-]?(?:0?[1-9]|1[0-2])(?:[/_-]|\d\d|$)"
    r"|[?&](?:date|jour|mois|annee|day|month|year|semaine|week)\w*=",
    re.IGNORECASE,
)
_LATER_PAGE = re.compile(
    r"[?&](?:page|p|pg|start|offset|debut\w*|from|currentpage|paged)=\d+|/page[/-]?\d+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


def without_visit(url: str) -> str:
    """A URL without fragment and without what names a visit."""
    url = _VISIT_IN_PATH.sub("", urldefrag(url).url)
    if _VISIT.search(url):
        return url_query_cleaner(url, VISITS, remove=True, unique=False)
    return url


def oddity(url: str) -> int:
    """Points (0 or less) of an address that looks like another view of something.

    -60, so that nothing of worth comes after it, where it prints, sorts, searches, shares or logs
    in; -15 for a day or a month; -8 for a later page of a list; -4 for each parameter after the
    first.
    """
    parts = urlsplit(url)
    names = {name.strip("[]") for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    place = f"{parts.path}?{parts.query}"
    view = _ASIDE.search(parts.path) or any(_VIEW.search(name) for name in names)
    points = -60 * bool(view) - 15 * bool(_DAY.search(place)) - 8 * bool(_LATER_PAGE.search(place))
    return points - 4 * max(0, len(names) - 1)


def continues(url: str, page: str) -> bool:
    """Whether a URL is a later page of the list that a page is."""
    rest = _LATER_PAGE.sub("", url).rstrip("?&/")
    return rest != url.rstrip("?&/") and rest == _LATER_PAGE.sub("", page).rstrip("?&/")


def shape(url: str) -> str:
    """What a URL has in common with its like: host and folders, numbers as #, parameter names.

    ``/agenda/2014/09/12`` is ``/agenda/#/#/*``; ``/aides?public=a&theme=b`` is
    ``/aides?public&theme``; ``/spip.php?article12`` is ``/spip.php?article#``.
    """
    parts = urlsplit(url)
    folders, _, last = _NUMBER.sub("#", parts.path).rpartition("/")
    names = {
        _NUMBER.sub("#", name)
        for name, _ in parse_qsl(parts.query.replace(";", "&"), keep_blank_values=True)
    }
    if names:
        return f"{parts.netloc}{folders}/{last}?{'&'.join(sorted(names))}"
    return f"{parts.netloc}{folders}/*"


_LATER_NAMES = frozenset(
    {"page", "p", "pg", "start", "offset", "from", "currentpage", "paged", "debut"}
)


@lru_cache(maxsize=8192)
def _names(shape: str) -> frozenset[str]:
    """A shape's parameters, without those that are numbers of articles."""
    names = shape.partition("?")[2].split("&")
    return frozenset(name for name in names if name and "#" not in name)


def varies(shape: str) -> bool:
    """Whether addresses of a shape differ in their parameters, other than the page of a list."""
    return not _names(shape) <= _LATER_NAMES


def is_list(shape: str) -> bool:
    """Whether addresses of a shape differ in the page of a list alone."""
    return bool(_names(shape)) and not varies(shape)


def section(shape: str) -> str:
    """The first folder of a shape."""
    host, _, rest = shape.partition("/")
    return f"{host}/{rest.partition('/')[0]}/" if "/" in rest else f"{host}/"


_DOUBT = 4
"""Pages that a shape is thought to have, as useful as the others, before one was fetched."""


@dataclass
class Shapes:
    """What was learnt of each shape of addresses, and of each first folder, during the crawl."""

    good: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)

    def learn(self, shape: str, useful: bool) -> None:
        """Note a page that was fetched: useful where it is relevant or leads on to what may be."""
        for place in {shape, section(shape), _ALL}:
            (self.good if useful else self.bad)[place] += 1

    def points(self, shape: str) -> float:
        """What to add to the score of an address of this shape.

        6 points for each time that its pages are twice as often useful as those of the whole site,
        less where they are less often, at most 10; half as many for its first folder. The later
        pages of a list, which are only there to lead on, get half and nothing for their folder.
        Addresses that differ only in parameters lose 4 points with each doubling of those fetched,
        useful or not: the facets of a list say the same things in another order.
        """
        own = self._of(shape)
        if is_list(shape):
            return own / 2
        points = own + self._of(section(shape)) / 2
        if varies(shape):
            points -= 4 * math.log2(1 + self.good[shape] + self.bad[shape])
        return points

    def _of(self, place: str) -> float:
        everywhere = (self.good[_ALL] + 1) / (self.good[_ALL] + self.bad[_ALL] + 2)
        good, fetched = self.good[place], self.good[place] + self.bad[place]
        share = (good + _DOUBT * everywhere) / (fetched + _DOUBT)
        return min(10.0, 6 * math.log2(share / everywhere))


_ALL = "*"
"""The place that stands for the whole site."""
