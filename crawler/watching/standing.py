"""How far a crawl is, council by council: told while it runs, kept when it ends (``crawl.json``).

``crawl.jsonl`` is written when a crawl ends. This file is written all along, so that a person who
asks how far it is disturbs neither the crawl nor its lock.
"""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from corpora.campaign import Event, write_whole
from crawler.archive.locking import is_locked
from crawler.sources import Source

STANDING = "crawl.json"

EVERY = 5.0
"""Seconds between two writings while a crawl runs."""

SILENT = 180.0
"""Seconds without a writing after which a crawl on another machine is taken for dead: an archive of
past years may ask to wait for minutes. On this one the archive's lock tells at once."""


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
    """``crawl.json``: whether the crawl runs, and each source's standing by its id.

    ``boot`` is the id that the machine of the crawl gave itself when it started, or empty.
    """

    running: bool
    sources: dict[str, Standing]
    boot: str = ""


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
        write_standings(self._path, Standings(running, self.standings, this_boot()))
        self._saved = self._clock()


def write_standings(path: Path, standings: Standings) -> None:
    """Write the file; nothing where the disk refuses, since the archive says that itself."""
    with suppress(OSError):
        write_whole(path, json.dumps(asdict(standings), ensure_ascii=False, indent=1) + "\n")


def read_standings(path: Path, now: float | None = None) -> Standings:
    """The standings that a crawl left or leaves; none where no such file can be read.

    Of a crawl on this machine the lock of its archive tells whether it runs; one on another machine
    whose last word is older than SILENT runs no more. ``now`` is seconds since the epoch.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        age = (time.time() if now is None else now) - path.stat().st_mtime
        sources = {name: _standing(one) for name, one in content["sources"].items()}
        running, boot = bool(content["running"]), str(content.get("boot", ""))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Standings(False, {})  # the next crawl writes it anew
    if boot and boot == this_boot():
        running = running and is_locked(path.parent / "archive")
    return Standings(running and age < SILENT, sources, boot)


def _standing(content: dict[str, Any]) -> Standing:
    """Raises TypeError for what no crawl writes."""
    standing = Standing(**content)
    for one in fields(Standing):
        kinds = (int, float) if one.name == "pause" else type(getattr(_NEW, one.name))
        if not isinstance(getattr(standing, one.name), kinds):
            raise TypeError(one.name)
    return standing


_NEW = Standing()


def this_boot() -> str:
    """The id that Linux drew when this machine started; empty elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
