"""Merging: the shards of one crawl become one campaign, as if one machine had crawled it.

WARC files are taken as they are. They are copied beside the archive, the copies are verified there,
and only then moved into it, each under its own name or the next free number. Nothing is written
before every part is checked, so that the same command can be run again after any failure.
"""

import json
import os
import shutil
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from corpora.campaign import (
    Campaign,
    Event,
    InputError,
    read_events,
    write_events,
    write_whole,
)
from crawler.archive.capture import OPEN, segments
from crawler.archive.captures import REMEDY, damaged_segments, forget, read_captures
from crawler.archive.recovering import cut_torn, recover
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import archive_lock
from crawler.changes import CHANGES, Change, read_changes, write_changes
from crawler.checks import SINCE
from crawler.past.period import KEPT
from crawler.shards.joining import join_sources
from crawler.shards.owners import in_order, owner
from crawler.sources import Source, load_sources
from crawler.watching.harvest import merge_harvests
from crawler.watching.page import write_crawl_report
from crawler.watching.standing import STANDING, Standing, Standings, read_standings, write_standings

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Merged:
    """What a merge did: names of the WARC files taken, how many were there already, events."""

    taken: tuple[str, ...]
    present: int
    events: tuple[Event, ...]


@dataclass(frozen=True)
class _Part:
    """A campaign to take in: its folder, the sources it was crawled with, those it crawled."""

    corpus: Path
    sources: tuple[Source, ...]
    crawled: frozenset[str]

    @property
    def archive(self) -> Path:
        return self.corpus / "archive"


def merge(into: Campaign, parts: Sequence[Path]) -> Merged:
    """Join campaigns' archives and logs into one campaign, new or not; nothing is taken twice.

    A part is a campaign's folder (``corpora/<campaign>``, from whatever machine) or the name of one
    beside ``into``. The lists of sources are joined; where two define one source differently that
    is an InputError, as is a WARC file that is damaged. What a crash left open is taken up to its
    last whole exchange, with an event. The parts are left as they are.
    """
    opened = [_open(into, part) for part in parts]
    kept = [into.corpus / "sources.yml"] if (into.corpus / "sources.yml").exists() else []
    lists = [*kept, *(one.corpus / "sources.yml" for one in opened if one.sources)]
    joined = join_sources(lists)
    looks = _looks(lists)
    with archive_lock(into.archive), _staging(into) as folder:
        told = list(recover(into.archive))
        copies = []
        for number, part in enumerate(opened):
            staged, events = _stage(part, folder / str(number))
            copies += staged
            told += events
        plan = _plan(into.archive, copies)
        _refuse_doubles(set(plan.values()))
        new = {name: path for name, path in plan.items() if path.parent != into.archive}
        for name, path in new.items():
            path.replace(into.archive / name)
        if joined:
            write_whole(into.corpus / "sources.yml", joined.text)
        for name, text in looks.items():
            write_whole(into.corpus / name, text)
        _join_logs(into, opened, joined.sources if joined else (), told)
        write_crawl_report(into)
    return Merged(tuple(new), len(copies) - len(new), tuple(told))


def _open(into: Campaign, part: Path) -> _Part:
    beside = into.home / "corpora" / part
    corpus = part if (part / "archive").is_dir() else beside
    if not (corpus / "archive").is_dir():
        raise InputError(
            f"{part}: neither a campaign here nor a campaign's folder with its archive"
        )
    if corpus.resolve() == into.corpus.resolve():
        raise InputError(f"{part}: a campaign cannot be merged into itself")
    path = corpus / "sources.yml"
    sources = load_sources(path).sources if path.exists() else ()
    standings = read_standings(corpus / STANDING)
    return _Part(corpus, sources, frozenset(standings.sources))


def _looks(lists: Sequence[Path]) -> dict[str, bytes]:
    """What says of which web the campaigns are, and against which they are held, by file name."""
    names = ", ".join(sorted(path.parent.name for path in lists))
    looks = {}
    for kept, differing in (
        (KEPT, "crawled from the web and from a web archive, or from different periods"),
        (SINCE, "crawled with different campaigns as --since, or one of them without"),
    ):
        files = {path.with_name(kept) for path in lists}
        told = {path.read_bytes() if path.exists() else b"" for path in files}
        if len(told) > 1:
            raise InputError(
                f"{names}: {differing}; a campaign is one look at the web: merge what was crawled "
                "alike"
            )
        looks[kept] = next(iter(told), b"")
    return {kept: text for kept, text in looks.items() if text}


@contextmanager
def _staging(into: Campaign) -> Iterator[Path]:
    """A folder on the campaign's own disk, so that what is whole there moves in one step."""
    folder = into.corpus / ".merging"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise InputError(
            f"{error.filename or into.corpus}: {error.strerror or error}; what the campaign holds "
            "is whole: put it right and run the same command again"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stage(part: _Part, folder: Path) -> tuple[list[Path], list[Event]]:
    """Verified copies of a part's WARC files, and what was cut off of those left open."""
    folder.mkdir()
    copies, events = [], []
    for path in segments(part.archive):
        copy = folder / path.name.removesuffix(OPEN)
        _copy(path, copy)
        if path.name.endswith(OPEN):
            lost = cut_torn(copy)
            reason = f"without its last {lost} bytes" if lost else "as far as it is written"
            reason = f"{copy.name}: its crawl runs, or a crash left it open; taken {reason}"
            events.append(Event("crawl", "warning", "segment_recovered", copy.name, reason))
            if not copy.stat().st_size:
                copy.unlink()
                continue
        copies.append(copy)
    if problems := list(verify_archive(folder)):
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        remedy = ""
        for name in damaged_segments(folder):
            forget(part.archive, name)  # or its own crawl might not see it
            remedy = f": where it was crawled, {REMEDY}"
        raise InputError(f"{part.archive}/{problems[0]}{more}; nothing was merged{remedy}")
    return copies, events


def _copy(path: Path, copy: Path) -> None:
    with path.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)
        target.flush()
        os.fsync(target.fileno())


def _plan(archive: Path, copies: Iterable[Path]) -> dict[str, Path]:
    """The archive's files to be, by name: those it holds, and the copies that it does not hold yet.

    A copy whose beginning is there already (its crawl went on since) takes that one's place.
    """
    plan = {path.name: path for path in segments(archive)}
    for copy in copies:
        prefix = copy.name.rpartition("-")[0]
        alike = {name: path for name, path in plan.items() if name.rpartition("-")[0] == prefix}
        if any(_begins(longer=path, shorter=copy) for path in alike.values()):
            continue
        grown = [name for name, path in alike.items() if _begins(longer=copy, shorter=path)]
        plan[grown[0] if grown else _free(copy.name, plan)] = copy
    return plan


def _begins(*, longer: Path, shorter: Path) -> bool:
    if longer.stat().st_size < shorter.stat().st_size:
        return False
    with longer.open("rb") as one, shorter.open("rb") as other:
        while data := other.read(_CHUNK):
            if one.read(len(data)) != data:
                return False
    return True


def _free(name: str, taken: Container[str]) -> str:
    """The name, or that of the next number of its series."""
    prefix, number = name.rpartition("-")[0], 0
    while name in taken:
        name, number = f"{prefix}-{number:05}.warc.gz", number + 1
    return name


def _refuse_doubles(paths: Collection[Path]) -> None:
    """Two copies of one crawl that went on differently would count its pages twice."""
    held: dict[str, Path] = {}
    for folder in sorted({path.parent for path in paths}):
        for one in read_captures(folder):
            path = folder / one.warc
            if path in paths and held.setdefault(one.record_id, path) != path:
                raise InputError(
                    f"{one.warc}: its record {one.record_id} is in {held[one.record_id].name} too: "
                    "two copies of one crawl went on differently; merge one of them"
                )


def _join_logs(
    into: Campaign, parts: Sequence[_Part], sources: Sequence[Source], told: Sequence[Event]
) -> None:
    """What a part says of the sources that it crawled replaces what was said of them before."""
    again = frozenset[str]().union(*(part.crawled for part in parts))
    names = {part.corpus.resolve().name for part in parts}

    def stands(event: Event) -> bool:
        found = owner(event, sources)
        return found.id not in again if found else event.subject not in names

    before = [event for event in read_events(into.corpus / "crawl.jsonl") if stands(event)]
    anew = [event for part in parts for event in read_events(part.corpus / "crawl.jsonl")]
    write_events(into.corpus / "crawl.jsonl", in_order([*before, *anew, *told], sources))
    folders = [into.corpus, *(part.corpus for part in parts)]
    imported = [event for folder in folders for event in read_events(folder / "import.jsonl")]
    if imported:
        write_events(into.corpus / "import.jsonl", dict.fromkeys(imported))
    standings: dict[str, Standing] = {}
    for folder in folders:
        standings |= read_standings(folder / STANDING).sources
    if standings:
        ranked = {one.id: standings[one.id] for one in sources if one.id in standings}
        write_standings(into.corpus / STANDING, Standings(False, ranked))
    merge_harvests(folders[1:], into)
    _join_changes(into, folders, sources, again)


def _join_changes(
    into: Campaign, folders: Sequence[Path], sources: Sequence[Source], again: frozenset[str]
) -> None:
    rank = {source.name: number for number, source in enumerate(sources)}
    crawled = {source.name for source in sources if source.id in again}
    changes: dict[str, Change] = {}
    for folder in folders:
        for change in read_changes(folder / CHANGES):
            if folder != into.corpus or change.authority not in crawled:
                changes[json.dumps(asdict(change), sort_keys=True)] = change
    if changes:
        told = sorted(changes.values(), key=lambda one: (rank.get(one.authority, -1), one.url))
        write_changes(into.corpus / CHANGES, told)
