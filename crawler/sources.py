"""Sources: who is crawled, declared as data."""

from dataclasses import dataclass


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
    ``spider`` is the access pattern: sitemap, listing or files.
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
