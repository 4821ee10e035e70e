"""``crawl``: one campaign's sources, crawled into its archive by a child process.

A child, because Scrapy's reactor runs once a process and the demo crawls twice, and because what a
crawl leaves in memory should not burden the analysis.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from corpora.campaign import Campaign, Event, InputError, write_events
from crawler.archive import segments
from crawler.changes import CHANGES, Change, changes, write_changes
from crawler.order import Order
from crawler.progress import Progress, shown
from crawler.sources import Source, SourceFile, load_sources
from crawler.writing import archive_lock, recover


class CrawlStoppedError(InputError):
    """The crawl ended early; what was archived is safe and the same command resumes it."""


@dataclass(frozen=True)
class CrawlOutcome:
    """What a crawl did.

    ``fetched`` counts exchanges made anew, ``archived`` requests answered from what an earlier run
    had archived; ``expectations_failed`` are those of ``events`` that tell a failed expectation;
    ``changes`` are those since the campaign that this one was held against.
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
) -> CrawlOutcome:
    """Crawl the sources of a file into the campaign's archive; go on where an earlier run stopped.

    ``contact`` (a mail address or a page) is told to the sites; ``loopback`` allows servers on this
    machine and drops the delays; ``progress`` shows bars on a terminal, lines elsewhere; of the
    pages of ``since`` servers are asked whether they changed (see ``crawler.changes``). The events
    land in ``crawl.jsonl`` of the corpus, a copy of the sources in ``sources.yml``.

    Raises InputError for bad sources or contact, CrawlStoppedError (one of them) when the disk is
    full or the child dies, KeyboardInterrupt after an orderly stop.
    """
    contact = _checked_contact(contact, loopback)
    if since and (since == campaign or not segments(since.archive)):
        raise InputError(f"--since {since.name}: name an earlier campaign that was crawled here")
    file = load_sources(sources_path)
    with archive_lock(campaign.archive) as lock:
        _keep_sources(campaign, sources_path, file)
        tally = _Tally()
        for line in recover(campaign.archive):
            event = Event("crawl", "warning", "segment_recovered", line.partition(":")[0], line)
            tally.events.append((-1, event))
        order = Order(
            campaign=campaign.name,
            archive=str(campaign.archive),
            sources=str(campaign.corpus / "sources.yml"),
            contact=contact,
            loopback=loopback,
            log=str(campaign.corpus / "crawl.log"),
            since=since.name if since else "",
            since_archive=str(since.archive) if since else "",
        )
        interrupted = _run(order, lock, file, tally, shown(file.sources, progress))
        if interrupted:
            reason = "stopped by the user; the same command goes on from here"
            event = Event("crawl", "warning", "crawl_interrupted", campaign.name, reason)
            tally.events.append((-1, event))
        events = tuple(_in_order(tally.events))
        write_events(campaign.corpus / "crawl.jsonl", events)
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
    failed = tuple(event for event in events if event.name == "expectation_failed")
    told = changes(since, campaign, file.sources) if since else ()
    if since:
        write_changes(campaign.corpus / CHANGES, told)
    return CrawlOutcome(tally.fetched, tally.replayed, events, failed, told)


def _checked_contact(contact: str, loopback: bool) -> str:
    contact = contact.strip()
    if not re.fullmatch(r"[\x20-\x27\x2a-\x7e]{3,200}", contact):
        raise InputError(f"contact {contact!r}: give a mail address or the address of a page")
    if not loopback and "@" not in contact and "://" not in contact:
        raise InputError(
            f"contact {contact!r}: give a mail address or the address of a page, "
            "so that the sites crawled know whom to ask"
        )
    return contact


def _keep_sources(campaign: Campaign, path: Path, file: SourceFile) -> None:
    """Copy the sources into the campaign; sources may be added to it, not changed nor dropped."""
    copy = campaign.corpus / "sources.yml"
    if copy.exists():
        kept = {_identity(source) for source in file.sources}
        for source in load_sources(copy).sources:
            if _identity(source) not in kept:
                raise InputError(
                    f"{path}: campaign {campaign.name} was crawled with another {source.id!r} "
                    f"(see {copy}); crawl under another name, or with the same sources and more"
                )
    text = path.read_bytes()
    if not copy.exists() or copy.read_bytes() != text:
        copy.write_bytes(text)


def _identity(source: Source) -> Source:
    """A source without what may change between two runs of one campaign."""
    return replace(source, expect=None)  # type: ignore[arg-type]


def _run(order: Order, lock: int, file: SourceFile, tally: _Tally, progress: Progress) -> bool:
    """Run the child to its end; whether the user stopped it."""
    rank = {source.id: number for number, source in enumerate(file.sources)}
    interrupted = False
    with _child(order, lock) as child, progress:
        while True:
            try:
                for line in child.stdout or ():
                    _note(json.loads(line), tally, rank, progress)
                break
            except KeyboardInterrupt:
                if interrupted:
                    child.kill()
                else:
                    interrupted = True
                    progress.say("stopping: open requests are ended; Ctrl-C again to kill")
                    _ask_to_stop(child)
    return interrupted


def _ask_to_stop(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()


@contextmanager
def _child(order: Order, lock: int) -> Iterator["subprocess.Popen[bytes]"]:
    # -P: a folder named crawler in the working directory must not be taken for this package
    command = [sys.executable, "-P", "-m", "crawler.child", json.dumps(asdict(order))]
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


def _note(line: dict[str, Any], tally: _Tally, rank: dict[str, int], progress: Progress) -> None:
    source = line.get("source", "")
    if "event" in line:
        tally.events.append((rank[source], Event(**line["event"])))
    elif "fetched" in line:
        tally.fetched += 1
        progress.step(source, anew=True)
    elif "replayed" in line:
        tally.replayed += 1
        progress.step(source, anew=False)
    elif "closed" in line:
        progress.finish(source)
    elif "stopped" in line:
        tally.stopped = tally.stopped or line["stopped"]
    elif "done" in line:
        tally.done = True


def _in_order(events: list[tuple[int, Event]]) -> Iterator[Event]:
    """By source, subject and name: the order of arrival differs from run to run."""
    for _, event in sorted(events, key=lambda pair: (pair[0], pair[1].subject, pair[1].name)):
        yield event
