"""How far a crawl is, council by council: told while it runs, kept when it ends (``crawl.json``).

``crawl.jsonl`` is written when a crawl ends. This file is written all along, so that a person who
asks how far it is disturbs neither the crawl nor its lock.
"""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpora.campaign import Event, write_whole
from crawler.sources import Source

STANDING = "crawl.json"

EVERY = 5.0
"""Seconds between two writings while a crawl runs."""

SILENT = 180.0
"""Seconds without a writing after which a crawl that did not end is taken for dead: an archive of
past years may ask to wait for minutes."""


@dataclass
class Standing:
    """How far one source's crawl is.

    ``fetched`` counts the run's exchanges, ``archived`` requests answered from what an earlier run
    had archived, ``relevant`` the pages found that speak of the field, ``spent`` requests of the
    budget. ``queued`` requests stand in the frontier; ``waiting`` of those taken out of it wait for
    the pause of ``pause`` seconds that is kept between two requests to their host. ``told`` counts
    events by name. ``end`` is Scrapy's reason when the crawl has closed (``finished``,
    ``shutdown``, …), empty before.
    """

    fetched: int = 0
    archived: int = 0
    relevant: int = 0
    spent: int = 0
    queued: int = 0
    waiting: int = 0
    pause: float = 0.0
    told: dict[str, int] = field(default_factory=dict)
    end: str = ""


@dataclass(frozen=True)
class Standings:
    """``crawl.json``: whether the crawl runs, and each source's standing by its id."""

    running: bool
    sources: dict[str, Standing]


class Ledger:
    """Keeps the standings of a running crawl, in memory and, now and then, in the file."""

    def __init__(
        self,
        path: Path,
        sources: Iterable[Source],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._clock = path, clock
        self.standings = {source.id: Standing() for source in sources}
        self._save(running=True)

    def note(self, source: str, line: dict[str, Any]) -> Standing:
        """Take in a line of the crawling process (see ``crawler.child``)."""
        standing = self.standings[source]
        standing.fetched += "fetched" in line
        standing.archived += "replayed" in line
        if "event" in line:
            name = Event(**line["event"]).name
            standing.told[name] = standing.told.get(name, 0) + 1
        for name, value in line.get("pulse", {}).items():
            setattr(standing, name, value)
        if "closed" in line:
            standing.end = line["closed"]
        if self._clock() - self._saved >= EVERY:
            self._save(running=True)
        return standing

    def end(self) -> None:
        """The crawl is over, well or not."""
        for standing in self.standings.values():
            standing.waiting, standing.pause = 0, 0.0
        self._save(running=False)

    def _save(self, *, running: bool) -> None:
        write_standings(self._path, Standings(running, self.standings))
        self._saved = self._clock()


def write_standings(path: Path, standings: Standings) -> None:
    """Write the file; nothing where the disk refuses, since the archive says that itself."""
    with suppress(OSError):
        write_whole(path, json.dumps(asdict(standings), ensure_ascii=False, indent=1) + "\n")


def read_standings(path: Path, now: float | None = None) -> Standings:
    """The standings that a crawl left or leaves; none where there is no such file.

    ``now`` is seconds since the epoch; a crawl whose last word is older than SILENT runs no more.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        age = (time.time() if now is None else now) - path.stat().st_mtime
    except FileNotFoundError:
        return Standings(False, {})
    sources = {name: Standing(**one) for name, one in content["sources"].items()}
    return Standings(content["running"] and age < SILENT, sources)
