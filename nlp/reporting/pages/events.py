"""What was refused or is missing, as the pages show it."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from corpora.campaign import Event

_LEVELS = ("error", "warning", "info")
_READING = frozenset({"crawl", "import", "read"})


def troubles(events: Iterable[Event]) -> list[Event]:
    """Warnings and errors, in a stable order."""
    return sorted(
        (event for event in events if event.level != "info"),
        key=lambda e: (_rank(e.level), e.stage, e.name, e.subject, e.reason),
    )


def by_name(events: Iterable[Event]) -> list[tuple[Event, int]]:
    """The first event of each level, stage and name, and how many there are."""
    groups = groupby(troubles(events), key=lambda e: (e.level, e.stage, e.name))
    return [(group[0], len(group)) for group in (list(group) for _, group in groups)]


def missing(events: Sequence[Event]) -> frozenset[str]:
    """Addresses of pages, and imported files, that were refused, not found or not wholly read."""
    return frozenset(
        event.subject
        for event in troubles(events)
        if event.stage in _READING and ("://" in event.subject or event.stage == "import")
    )


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
