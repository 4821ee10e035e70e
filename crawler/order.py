"""What the parent process asks of the one that crawls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """One crawl: paths are absolute; ``log`` is the file for what Scrapy has to say.

    ``since`` names an earlier campaign and ``since_archive`` its archive; both may be empty.
    """

    campaign: str
    archive: str
    sources: str
    contact: str
    loopback: bool
    log: str
    since: str = ""
    since_archive: str = ""
