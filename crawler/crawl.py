"""``crawl``: one campaign's sources, crawled into its archive by a child process.

A child, because Scrapy's reactor runs once a process and the demo crawls twice, and because what a
crawl leaves in memory should not burden the analysis.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpora.campaign import FAILURES, Campaign, Event, InputError, write_events
from crawler.archive.capture import segments
from crawler.archive.recovering import earlier_damage, recover
from crawler.archive.writing import archive_lock
from crawler.changes import CHANGES, Change, changes, write_changes
from crawler.checks import (
    checked_contact,
    is_crawled,
    keep_since,
    keep_sources,
    refuse_other_shard,
)
from crawler.order import Order
from crawler.past.period import Past, keep_past
from crawler.shards.owners import owner
from crawler.shards.share import Shard, sources_of
from crawler.sources import SourceFile, load_sources
from crawler.watching.logbook import LOG, broken_off, remembered
from crawler.watching.page import write_crawl_report
from crawler.watching.progress import Progress, shown
from crawler.watching.standing import STANDING, Ledger


class CrawlStoppedError(InputError):
    """The crawl ended early; what was archived is safe and the same command resumes it."""


@dataclass(frozen=True)
class CrawlOutcome:
    """What a crawl did.

    ``fetched`` counts exchanges made anew, ``archived`` requests answered from what an earlier run
    had archived; ``expectations_failed`` are those of ``events`` that tell a failed expectation or
    a source whose crawl broke off; ``changes`` are those since the campaign that this one was held
    against.
    """

    fetched: int
    archived: int
    events: tuple[Event, ...]
    expectations_failed: tuple[Event, ...]
    changes: tuple[Change, ...] = ()


@dataclass
class _Tally:
    fetched: int = 0
    replayed: int = 0
    events: list[tuple[int, Event]] = field(default_factory=list)
    stopped: str = ""
    done: bool = False


def crawl(
    campaign: Campaign,
    sources_path: Path,
    *,
    contact: str,
    loopback: bool = False,
    progress: bool = True,
    since: Campaign | None = None,
    shard: Shard | None = None,
    past: Past | None = None,
) -> CrawlOutcome:
    """Crawl the sources of a file into the campaign's archive; go on where an earlier run stopped.

    ``contact`` (a mail address or a page) is told to the sites; ``loopback`` allows servers on this
    machine and drops the delays; ``progress`` shows bars on a terminal, lines elsewhere; of the
    pages of ``since`` servers are asked whether they changed (see ``crawler.changes``); of a
    ``shard`` only its sources are crawled. The events land in ``crawl.jsonl`` of the corpus, a copy
    of all sources in ``sources.yml``, how far each came in ``crawl.json``, a page to read in
    ``crawl.html``.
    With ``past``, the pages of a past period are read from a web archive instead.

    Raises InputError for bad sources or contact, CrawlStoppedError (one of them) when the disk is
    full or the child dies, KeyboardInterrupt after an orderly stop.
    """
    contact = checked_contact(contact, loopback)
    if since and (since == campaign or not segments(since.archive)):
        raise InputError(f"--since {since.name}: name an earlier campaign that was crawled here")
    if since and past:
        raise InputError("--since asks servers what changed: it does not go with --from-archive")
    file = load_sources(sources_path)
    chosen = sources_of(shard, file.sources) if shard else file.sources
    with archive_lock(campaign.archive) as lock:
        keep_sources(campaign, sources_path, file)
        refuse_other_shard(campaign, file, chosen)
        crawled = is_crawled(campaign, file)
        keep_past(campaign.corpus, past, crawled=crawled)
        keep_since(campaign, since, crawled=crawled)
        tally = _Tally()
        tally.events += [(-1, event) for event in recover(campaign.archive)]
        tally.events += [(-1, event) for event in earlier_damage(since)] if since else []
        tally.events += [(_rank(event, file), event) for event in remembered(campaign.corpus)]
        order = Order(
            campaign=campaign.name,
            archive=str(campaign.archive),
            sources=str(campaign.corpus / "sources.yml"),
            contact=contact,
            loopback=loopback,
            log=str(campaign.corpus / "crawl.log"),
            only=tuple(source.id for source in chosen) if shard else (),
            since=since.name if since else "",
            since_archive=str(since.archive) if since else "",
            cdx=past.cdx if past else "",
            replay=past.replay if past else "",
            period=str(past.period) if past else "",
        )
        ledger = Ledger(campaign.corpus / STANDING, chosen)
        shows = shown({source: file.budget(source) for source in chosen}, progress)
        interrupted = _run(order, lock, file, tally, ledger, shows)
        ledger.end()
        if interrupted:
            reason = "stopped by the user; the same command goes on from here"
            event = Event("crawl", "warning", "crawl_interrupted", campaign.name, reason)
            tally.events.append((-1, event))
        elif tally.done and not tally.stopped:
            broken = broken_off(chosen, ledger.standings, order.log)
            tally.events += [(_rank(event, file), event) for event in broken]
        events = tuple(_in_order(tally.events))
        _keep_events(campaign, events, tally)
        told: tuple[Change, ...] = ()
        if since and tally.done and not (interrupted or tally.stopped):
            told = changes(since, campaign, chosen)
            write_changes(campaign.corpus / CHANGES, told)
        with suppress(OSError):  # on a full disk the reason to tell is the archive's
            write_crawl_report(campaign)
    if interrupted:
        raise KeyboardInterrupt
    if tally.stopped:
        raise CrawlStoppedError(
            f"{campaign.name}: {tally.stopped}; all that was archived before is safe: "
            "put it right and run the same command to go on"
        )
    if not tally.done:
        raise CrawlStoppedError(
            f"{campaign.name}: the crawling process died (see {order.log}); "
            "run the same command to go on"
        )
    failed = tuple(event for event in events if event.name in FAILURES)
    return CrawlOutcome(tally.fetched, tally.replayed, events, failed, told)


def _keep_events(campaign: Campaign, events: Sequence[Event], tally: _Tally) -> None:
    try:
        write_events(campaign.corpus / LOG, events)
    except OSError:
        if not tally.stopped:  # on a full disk the reason to tell is the archive's
            raise


def _run(
    order: Order, lock: int, file: SourceFile, tally: _Tally, ledger: Ledger, progress: Progress
) -> bool:
    """Run the child to its end; whether the user stopped it."""
    rank = {source.id: number for number, source in enumerate(file.sources)}
    with _child(order, lock) as child, _stopping(child) as asked, progress:
        said = False
        for line in child.stdout or ():
            if asked and not said:
                said = True
                progress.say("stopping: open requests are ended; Ctrl-C again to kill")
            _note(json.loads(line), tally, rank, ledger, progress)
    return bool(asked)


@contextmanager
def _stopping(child: "subprocess.Popen[bytes]") -> Iterator[list[int]]:
    """Ctrl-C, a terminal that closes and SIGTERM ask the child to stop; a second one kills it.

    Yields the list of the signals that came. A handler that raised, as Python's own does, would
    lose the line that was being read.
    """
    asked: list[int] = []

    def stop(number: int, _: Any) -> None:
        if asked:
            child.kill()
        elif child.stdin is not None:
            child.stdin.close()
        asked.append(number)

    before = {}
    if threading.current_thread() is threading.main_thread():  # no other may set handlers
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                before[number] = signal.signal(number, stop)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _child(order: Order, lock: int) -> Iterator["subprocess.Popen[bytes]"]:
    # -P: a folder named crawler in the working directory must not be taken for this package
    module = "crawler.past.child" if order.cdx else "crawler.child"
    command = [sys.executable, "-P", "-m", module, json.dumps(asdict(order))]
    home = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    child = subprocess.Popen(  # noqa: S603 - our own module, its order one argument
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        # Ctrl-C reaches this process alone, which then stops the child in order
        start_new_session=True,
        # the lock lives as long as either process: a killed parent's child still writes
        pass_fds=(lock,),
    )
    try:
        yield child
    finally:
        for pipe in (child.stdin, child.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        child.wait()


def _note(
    line: dict[str, Any],
    tally: _Tally,
    rank: dict[str, int],
    ledger: Ledger,
    progress: Progress,
) -> None:
    source = line.get("source", "")
    if source:
        progress.show(source, ledger.note(source, line))
    if "event" in line:
        tally.events.append((rank[source], Event(**line["event"])))
    elif "fetched" in line:
        tally.fetched += 1
    elif "replayed" in line:
        tally.replayed += 1
    elif "notice" in line:
        progress.say(line["notice"])
    elif "stopped" in line:
        tally.stopped = tally.stopped or line["stopped"]
    elif "done" in line:
        tally.done = True


def _rank(event: Event, file: SourceFile) -> int:
    """The place of the source that an event speaks of; what is the archive's comes first."""
    segment = event.subject.endswith(".gz") and "://" not in event.subject
    found = None if segment else owner(event, file.sources)
    return file.sources.index(found) if found else -1


def _in_order(events: list[tuple[int, Event]]) -> Iterator[Event]:
    """By source, subject and name: the order of arrival differs from run to run."""
    events = sorted(events, key=lambda pair: (pair[0], pair[1].subject, pair[1].name))
    yield from dict.fromkeys(event for _, event in events)
