"""``crawl.html``: what a crawl found and what it did not, on one page that a person can read.

The page stands alone, without script. All that it shows was crawled and is escaped; all its times
are those of captures, so that the same campaign gives the same page.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from corpora.campaign import Campaign, Event, InputError, read_events, write_whole
from crawler.changes import CHANGES, Change, read_changes
from crawler.shards.owners import owner
from crawler.sources import campaign_sources
from crawler.watching import french
from crawler.watching.harvest import Harvest, read_harvest
from crawler.watching.logbook import LOG
from crawler.watching.status import CouncilStatus, status

REPORT = "crawl.html"

MOST, MOST_CLOSED = 20, 200
"""Lines shown of one kind; what robots.txt closes is what a reader has the most right to know."""

# HTML has no place for these; crawled text does bring them (lone surrogates cannot be written).
_UNWRITABLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"
)


@dataclass(frozen=True)
class Line:
    """A page or file, and what is to be said of it; ``language`` is that of what is said."""

    subject: str
    said: str = ""
    language: str = "en"

    @property
    def href(self) -> str:
        """The address to follow, empty where it is none."""
        return self.subject if re.match(r"https?://[^/]", self.subject) else ""


@dataclass(frozen=True)
class Listed:
    """Lines of one kind: ``lines`` are the first of ``count``; ``file`` holds them all."""

    title: str
    count: int
    lines: tuple[Line, ...]
    file: str


@dataclass(frozen=True)
class Section:
    """One council: ``lists`` by group (see ``crawler.watching.french``)."""

    status: CouncilStatus
    harvest: Harvest | None
    lists: dict[str, tuple[Listed, ...]]
    changes: tuple[Listed, ...]


def write_crawl_report(campaign: Campaign) -> Path:
    """Write the report of what was crawled or merged so far, and return where it lies."""
    told = status(campaign)
    sources = campaign_sources(campaign)
    events: dict[str, list[Event]] = {}
    for event in dict.fromkeys([*read_events(campaign.corpus / LOG), *told.damaged]):
        found = owner(event, sources)
        events.setdefault(found.id if found else "", []).append(event)
    harvests = {harvest.source: harvest for harvest in read_harvest(campaign)}
    changes: list[Change] = []
    try:
        changes += read_changes(campaign.corpus / CHANGES)
    except InputError as error:
        damaged = Event("crawl", "warning", "log_damaged", CHANGES, str(error))
        events.setdefault("", []).append(damaged)
    sections = [
        Section(
            status=council,
            harvest=harvests.get(council.source),
            lists=_lists(events.get(council.source, ()) if council.source else ()),
            changes=_told_changes(one for one in changes if one.authority == council.authority),
        )
        for council in told.councils
    ]
    times = sorted(council.last for council in told.councils if council.last)
    page = (
        _environment()
        .get_template("crawl.html.j2")
        .render(
            campaign=campaign.name,
            sections=sections,
            whole=_lists(events.get("", ())),
            last=times[-1] if times else "",
            sums={
                name: sum(getattr(council, name) for council in told.councils)
                for name in ("fetched", "pages", "documents", "errors", "refused", "unasked")
            },
        )
    )
    path = campaign.corpus / REPORT
    write_whole(path, page)
    return path


def _lists(events: Iterable[Event]) -> dict[str, tuple[Listed, ...]]:
    """The events by group and kind, in the order of ``french.EVENTS``; unknown kinds last."""
    by_name: dict[str, list[Event]] = {name: [] for name in french.EVENTS}
    for event in events:
        by_name.setdefault(event.name, []).append(event)
    groups: dict[str, list[Listed]] = {}
    for name, found in by_name.items():
        if found and name != "expectation_failed":
            group, title = french.EVENTS.get(name, (french.OTHER, name))
            most = MOST_CLOSED if group == "closed" else MOST
            groups.setdefault(group, []).append(
                _listed(title, [_line(event) for event in found], LOG, most)
            )
    return {group: tuple(lists) for group, lists in groups.items()}


def _line(event: Event) -> Line:
    if event.name == "robots_disallowed":
        return Line(event.subject)
    if event.name == "http_error" and (code := re.fullmatch(r"answered (\d{3})", event.reason)):
        return Line(event.subject, code[1], "fr")
    return Line(event.subject, event.reason)


def _told_changes(changes: Iterable[Change]) -> tuple[Listed, ...]:
    by_kind: dict[str, list[Line]] = {kind: [] for kind in french.CHANGES}
    for change in changes:
        said = f"→ {change.to}" if change.to else french.WHY.get(change.why, change.why)
        by_kind[change.change].append(Line(change.url, said, "fr"))
    # of what stayed as it was, the number says all
    return tuple(
        _listed(french.CHANGES[kind], lines, CHANGES, 0 if kind == "unchanged" else MOST)
        for kind, lines in by_kind.items()
        if lines
    )


def _listed(title: str, lines: Sequence[Line], file: str, most: int) -> Listed:
    return Listed(title, len(lines), tuple(lines[:most]), file)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.watching"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value.translate(_UNWRITABLE) if type(value) is str else value,
    )
    environment.globals.update(
        states=french.STATES,
        number=french.number,
        count=french.count,
        moment=french.moment,
        best=lambda harvest: sorted(harvest.pages, key=lambda page: (-page.points, page.url))[
            :MOST
        ],
    )
    return environment
