"""What happened to the pages of an earlier campaign: the same, changed, moved, gone; and new ones.

By the bytes of the page, not by its meaning: a page whose menu shows today's date has changed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from corpora.campaign import Campaign, write_whole
from crawler.archive.capture import Capture, is_frame, location
from crawler.archive.captures import read_captures
from crawler.sources import Source

CHANGES = "changes.jsonl"
KINDS = ("unchanged", "changed", "moved", "gone", "not_captured", "new")
_GONE = (404, 410)
_HOPS = 8


@dataclass(frozen=True)
class Change:
    """One page, then and now: a line of ``changes.jsonl``.

    ``change`` is one of KINDS; ``not_captured`` says that this campaign has no answer of its own
    (forbidden, failed, beyond the budget, or led to what was not captured), which is not to say
    that the page is gone. ``to`` is where a moved page stands now. ``then`` and ``now`` are ids of
    WARC records, or empty.
    """

    authority: str
    url: str
    change: str
    to: str
    then: str
    now: str


def changes(since: Campaign, now: Campaign, sources: Iterable[Source]) -> tuple[Change, ...]:
    """The changes of all pages of the sources, by source, then by URL."""
    told: list[Change] = []
    before, after = _good(since.archive), list(read_captures(now.archive))
    for source in sources:
        told += sorted(_of(source, before, after, now.archive), key=lambda change: change.url)
    return tuple(told)


def write_changes(path: Path, told: Iterable[Change]) -> None:
    """Write the changes, one JSON object a line, replacing what was there."""
    lines = [json.dumps(asdict(change), ensure_ascii=False) + "\n" for change in told]
    write_whole(path, "".join(lines))


def read_changes(path: Path) -> Iterator[Change]:
    """The changes in a file; none where there is no such file."""
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from (Change(**json.loads(line)) for line in file)


def _good(folder: Path) -> dict[str, Capture]:
    return {c.url: c for c in read_captures(folder) if c.status == 200 and not is_frame(c.url)}


def _of(
    source: Source, before: dict[str, Capture], after: Iterable[Capture], folder: Path
) -> Iterator[Change]:
    answers = {c.url: c for c in after if source.owns(c.url) and not is_frame(c.url)}
    good = {url: capture for url, capture in answers.items() if capture.status == 200}
    then = {url: capture for url, capture in before.items() if source.owns(url)}
    anew = {url: capture for url, capture in good.items() if url not in then}
    by_digest: dict[str, list[str]] = defaultdict(list)
    for url, capture in sorted(anew.items()):
        by_digest[capture.digest].append(url)
    for url, old in then.items():
        new = answers.get(url)
        kind, to = "not_captured", ""
        if url in good:
            kind = "unchanged" if good[url].digest == old.digest else "changed"
        elif new is not None and 300 <= new.status < 400:
            # a page that leads off the site, or to what was refused, may be there still
            end = _end(url, answers, folder)
            if end is not None and end.status == 200:
                kind, to = "moved", end.url
            elif end is not None and end.status in _GONE:
                kind = "gone"
        elif new is not None and new.status in _GONE:
            to = next(iter(by_digest[old.digest]), "")
            kind = "moved" if to else "gone"
        yield Change(
            source.name, url, kind, to, old.record_id, new.record_id if new is not None else ""
        )
    for url, capture in anew.items():
        yield Change(source.name, url, "new", "", "", capture.record_id)


def _end(url: str, answers: dict[str, Capture], folder: Path) -> Capture | None:
    """The answer to which redirects lead in the end; None where that was not captured."""
    for _ in range(_HOPS):
        capture = answers.get(url)
        if capture is None or not 300 <= capture.status < 400:
            return capture
        url = location(folder, capture)
    return None
