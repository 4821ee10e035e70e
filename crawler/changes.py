"""What happened to the pages of an earlier campaign: the same, changed, moved, gone; and new ones.

By the bytes of the page, not by its meaning: a page whose menu shows today's date has changed.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from corpora.campaign import Campaign, InputError, write_whole
from crawler.answers import why_no_page
from crawler.archive.capture import Capture, is_frame, location
from crawler.archive.captures import read_captures
from crawler.sources import Source

CHANGES = "changes.jsonl"
KINDS = ("unchanged", "changed", "moved", "gone", "not_captured", "new")
TO_FRONT, UPWARDS = "redirected to the front page", "redirected to a page above it"
"""Why a page is gone though its address still answers."""

_GONE = (404, 410)
_HOPS = 8
_INDEX = re.compile(r"/(?:index|default|home|accueil)(?:\.\w+)?$")


@dataclass(frozen=True)
class Change:
    """One page, then and now: a line of ``changes.jsonl``.

    ``change`` is one of KINDS; ``not_captured`` says that this campaign has no answer of its own
    (forbidden, failed, beyond the budget, or led to what was not captured), which is not to say
    that the page is gone. ``to`` is where a moved page stands now. ``then`` and ``now`` are ids of
    WARC records, or empty. ``why`` says more of a page that is gone (TO_FRONT, UPWARDS) or has no
    answer (``crawler.answers.ROBOT_CHECK``, ``EMPTY``), and is empty else.
    """

    authority: str
    url: str
    change: str
    to: str
    then: str
    now: str
    why: str = ""


def changes(since: Campaign, now: Campaign, sources: Iterable[Source]) -> tuple[Change, ...]:
    """The changes of all pages of the sources, by source, then by URL.

    Robot checks and answers with nothing in them are no pages, neither then nor now.
    """
    told: list[Change] = []
    before, after = Answers(since.archive), Answers(now.archive)
    for source in sources:
        told += sorted(_of(source, before, after), key=lambda change: change.url)
    return tuple(told)


class Answers:
    """The last answer of each address of an archive, and whether it is a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last = {c.url: c for c in read_captures(folder) if not is_frame(c.url)}
        self._why: dict[tuple[str, str], str] = {}

    def of(self, source: Source) -> dict[str, Capture]:
        return {url: one for url, one in self.last.items() if source.owns(url)}

    def is_page(self, capture: Capture) -> bool:
        return capture.status == 200 and not self.why_no_page(capture)

    def why_no_page(self, capture: Capture) -> str:
        """Of an answer of status 200; the same bytes are judged once."""
        key = (capture.digest, capture.mime)
        if key not in self._why:
            self._why[key] = why_no_page(self.folder, capture)
        return self._why[key]

    def end(self, url: str) -> Capture | None:
        """The answer to which redirects lead in the end; None where that was not captured."""
        for _ in range(_HOPS):
            capture = self.last.get(url)
            if capture is None or not 300 <= capture.status < 400:
                return capture
            url = location(self.folder, capture)
        return None


def write_changes(path: Path, told: Iterable[Change]) -> None:
    """Write the changes, one JSON object a line, replacing what was there."""
    lines = [json.dumps(asdict(change), ensure_ascii=False) + "\n" for change in told]
    write_whole(path, "".join(lines))


def read_changes(path: Path) -> Iterator[Change]:
    """The changes in a file; none where there is no such file.

    Raises InputError for a line that cannot be read.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                change = Change(**json.loads(line))
                known = all(isinstance(value, str) for value in vars(change).values())
            except (ValueError, TypeError, RecursionError):
                known = False
            if not known or change.change not in KINDS:
                raise InputError(
                    f"{path}:{number}: cannot be read; `aect crawl --since` writes the file anew"
                )
            yield change


def _of(source: Source, before: Answers, after: Answers) -> Iterator[Change]:
    then = {url: one for url, one in before.of(source).items() if before.is_page(one)}
    answers = after.of(source)
    anew = {url: one for url, one in answers.items() if url not in then and after.is_page(one)}
    by_digest: dict[str, list[str]] = defaultdict(list)
    for url, capture in sorted(anew.items()):
        by_digest[capture.digest].append(url)
    fronts = _fronts(source, after)
    for url, old in then.items():
        change, to, why = _fate(source, old, after, then, fronts)
        if change == "gone" and (found := by_digest[old.digest]):
            change, to, why = "moved", found[0], ""
        now = answers[url].record_id if url in answers else ""
        yield Change(source.name, url, change, to, old.record_id, now, why)
    for url, capture in anew.items():
        yield Change(source.name, url, "new", "", "", capture.record_id)


def _fate(
    source: Source, old: Capture, after: Answers, then: dict[str, Capture], fronts: set[str]
) -> tuple[str, str, str]:
    """What became of a page: its change, where it stands now, and why."""
    end = after.end(old.url)
    # a page that leads off the site, or to what was refused, may be there still
    if end is None or not source.owns(end.url):
        return "not_captured", "", ""
    if end.status in _GONE:
        return "gone", "", ""
    same = end.status == 200 and end.digest == old.digest
    why = "" if same or end.status != 200 else after.why_no_page(end)
    if end.status != 200 or why:
        return "not_captured", "", why
    if end.url == old.url:
        return "unchanged" if same else "changed", "", ""
    if not same and (why := _instead(old.url, end.url, fronts, then)):
        return "gone", "", why
    return "moved", end.url, ""


def _fronts(source: Source, after: Answers) -> set[str]:
    """The front pages, as ``_plain`` writes them: where the entry pages and hosts' roots lead."""
    urls = {url for entry in source.entry_pages for url in (entry, _root(entry))}
    ends = [end.url for url in urls if (end := after.end(url)) is not None]
    return {_plain(url) for url in (*urls, *ends)}


def _instead(url: str, end: str, fronts: set[str], then: dict[str, Capture]) -> str:
    """Why what a redirect leads to is no new place of the page, or an empty string.

    Many sites send whoever asks for a retired page to the front page, or to the list above it,
    instead of saying that it is gone.
    """
    here, there = _plain(url), _plain(end)
    if here == there or _INDEX.sub("", here) == there:
        return ""  # with https, with www or without, with a slash, without index.html
    if there in fronts or there == _plain(_root(end)):
        return TO_FRONT if here not in fronts else ""
    above = here.partition("?")[0].startswith(there + "/")
    return UPWARDS if above and end in then else ""


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _plain(url: str) -> str:
    """An address without what two of one page may differ in: scheme, www., a slash at the end."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}"
