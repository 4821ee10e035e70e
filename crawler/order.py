"""What the parent process asks of the one that crawls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """One crawl: paths are absolute; ``log`` is the file for what Scrapy has to say.

    ``only`` are the ids of the sources to crawl, all where it is empty.
    ``since`` names an earlier campaign and ``since_archive`` its archive; both may be empty.
    Where past years are read, ``cdx``, ``replay`` and ``period`` say whence (``past.period``).
    """

    campaign: str
    archive: str
    sources: str
    contact: str
    loopback: bool
    log: str
    only: tuple[str, ...] = ()
    since: str = ""
    since_archive: str = ""
    cdx: str = ""
    replay: str = ""
    period: str = ""
