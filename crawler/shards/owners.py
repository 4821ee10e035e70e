"""Whose an event is: events name a page, a file or a council, not the source they belong to."""

import re
from collections.abc import Iterable, Sequence

from corpora.campaign import Event
from crawler.archive.capture import OPEN
from crawler.sources import Source

_URL = re.compile(r"https?://[^\s,;]+")


def owner(event: Event, sources: Iterable[Source]) -> Source | None:
    """The source that an event speaks of, by its subject, else by the first address that fits.

    None for what is the whole campaign's, and for pages that no source owns.
    """
    every = tuple(sources)
    segment = event.subject.removesuffix(OPEN).rpartition("-")[0]
    for source in every:
        if event.subject == source.name or (event.subject.endswith(".gz") and segment == source.id):
            return source
    # a page off the site is its source's all the same: the reason tells which page led there
    for url in (event.subject, *_URL.findall(event.reason)):
        if owners := [source for source in every if source.owns(url)]:
            return max(owners, key=lambda source: len(source.site_of(url)))
    return None


def in_order(events: Iterable[Event], sources: Sequence[Source]) -> tuple[Event, ...]:
    """Events by source, subject and name, each once; what is the whole campaign's comes first."""
    rank = {source.id: number for number, source in enumerate(sources)}

    def key(event: Event) -> tuple[int, str, str]:
        found = owner(event, sources)
        return (rank[found.id] if found else -1, event.subject, event.name)

    return tuple(sorted(dict.fromkeys(events), key=key))
