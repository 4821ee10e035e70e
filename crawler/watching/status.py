"""What a campaign's crawl has brought so far, council by council: read from files alone.

It takes no lock and asks no process, so that it may be asked while a crawl runs, on any machine
that sees the folder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from corpora.campaign import Campaign, Event, InputError, read_events
from crawler.archive.capture import BUSY, NOTHING, Capture, is_frame
from crawler.archive.captures import read_captures
from crawler.archive.recovering import damage
from crawler.shards.owners import owner
from crawler.sources import Source, SourceFile, load_sources
from crawler.watching.logbook import LOG
from crawler.watching.standing import STANDING, Standing, Standings, read_standings

HTML = ("text/html", "application/xhtml+xml")
NO_PAGE = frozenset({"challenge_suspected", "empty_page", "unread_type"})
"""Names of events that tell of an address that its answer of success was no page."""

CUT_OFF = "its crawl was cut off; the same command goes on from here"
UNKNOWN_END = f"how its crawl ended is not known ({STANDING} does not tell); crawl again to know"

STATES = ("crawling", "finished", "budget", "stopped", "not_begun", "imported")


@dataclass(frozen=True)
class CouncilStatus:
    """What is archived of one council, and how its crawl stands.

    ``source`` is empty for a council that was only imported. ``fetched`` counts archived answers,
    ``pages`` and ``documents`` (HTML, and what is not) addresses whose last answer was 200,
    neither robot checks nor answers with nothing in them among them, ``errors`` addresses whose
    last answer was 400 or more or that gave none, ``refused`` those that robots.txt closes,
    ``unasked`` those whose robots.txt could not be had. ``spent`` of ``budget`` requests are gone.
    ``state`` is one of STATES, ``why`` what stopped it. ``last`` is the time of the last capture
    (UTC, ISO 8601) or empty. ``failed`` are expectations that the crawl did not meet.
    ``relevant``, ``queued`` and ``waiting`` are of the standing (``crawler.watching.standing``).
    """

    source: str
    authority: str
    state: str
    why: str
    fetched: int
    pages: int
    documents: int
    errors: int
    refused: int
    unasked: int
    spent: int
    budget: int
    last: str
    failed: tuple[str, ...]
    relevant: int
    queued: int
    waiting: int


@dataclass(frozen=True)
class Status:
    """A campaign's councils in the order of its sources, then those that were only imported.

    ``damaged`` are events of the archive's damaged files.
    """

    campaign: str
    running: bool
    councils: tuple[CouncilStatus, ...]
    damaged: tuple[Event, ...] = ()


def status(campaign: Campaign) -> Status:
    """How far the campaign is; raises InputError where there is no such campaign."""
    if not campaign.archive.is_dir():
        raise InputError(f"campaign {campaign.name}: nothing was crawled or imported under it here")
    path = campaign.corpus / "sources.yml"
    file = load_sources(path) if path.exists() else None
    standings = read_standings(campaign.corpus / STANDING)
    captures = _captures(campaign)
    # of a running crawl the log is still the last run's; what it met is counted in its standing
    log = list(read_events(campaign.corpus / LOG))
    no_pages = {event.subject for event in log if event.name in NO_PAGE}
    captures = [replace(c, digest=NOTHING) if c.url in no_pages else c for c in captures]
    councils = _councils(file, standings, captures, [] if standings.running else log)
    return Status(campaign.name, standings.running, councils, damage(campaign.archive))


def _captures(campaign: Campaign) -> list[Capture]:
    for _ in range(5):
        try:
            return list(read_captures(campaign.archive))
        except FileNotFoundError:  # a segment got its final name meanwhile
            continue
    return list(read_captures(campaign.archive))


def _councils(
    file: SourceFile | None,
    standings: Standings,
    captures: Iterable[Capture],
    events: Iterable[Event],
) -> tuple[CouncilStatus, ...]:
    sources = file.sources if file else ()
    budgets = {source.id: file.budget(source) for source in file.sources} if file else {}
    by_authority: dict[str, list[Capture]] = {source.name: [] for source in sources}
    for capture in captures:
        by_authority.setdefault(capture.authority, []).append(capture)
    by_source: dict[str, list[Event]] = {}
    for event in events:
        found = owner(event, sources)
        by_source.setdefault(found.id if found else "", []).append(event)
    by_name = {source.name: source for source in sources}
    return tuple(
        _council(name, by_name.get(name), held, by_source, standings, budgets)
        for name, held in by_authority.items()
    )


def _council(
    name: str,
    source: Source | None,
    captures: Sequence[Capture],
    events: dict[str, list[Event]],
    standings: Standings,
    budgets: Mapping[str, int],
) -> CouncilStatus:
    key = source.id if source else ""
    known = key in standings.sources
    standing = standings.sources.get(key, Standing())
    told = events.get(key, []) if source else []
    last = {one.url: one for one in captures if not is_frame(one.url)}
    # what is no page (a robot check, nothing at all) has the digest of nothing by now
    good = [one for one in last.values() if one.status == 200 and one.digest != NOTHING]
    pages = sum(one.mime in HTML for one in good)
    spent = sum(one.status not in BUSY for one in last.values()) if source else 0
    budget = budgets.get(key, 0)
    state, why = _state(source, standing if known else None, captures, told, standings.running)
    return CouncilStatus(
        source=key,
        authority=name,
        state=state,
        why=why,
        fetched=sum(not one.rendered_from for one in captures),
        pages=pages,
        documents=len(good) - pages,
        errors=sum(one.status >= 400 for one in last.values())
        + standing.told.get("fetch_failed", 0),
        refused=standing.told.get("robots_disallowed", 0),
        unasked=standing.told.get("robots_unreachable", 0),
        # a budget may be lowered once it is spent
        spent=min(max(spent, standing.spent), budget) if budget else spent,
        budget=budget,
        last=max((one.captured_at for one in captures), default=""),
        failed=tuple(one.reason for one in told if one.name == "expectation_failed"),
        relevant=standing.relevant,
        queued=standing.queued,
        waiting=standing.waiting,
    )


def _state(
    source: Source | None,
    standing: Standing | None,
    captures: Sequence[Capture],
    told: Iterable[Event],
    running: bool,
) -> tuple[str, str]:
    if source is None:
        return "imported", ""
    if standing is None:
        return ("stopped", UNKNOWN_END) if captures else ("not_begun", "")
    if running and not standing.end:
        return "crawling", ""
    if standing.end == "finished":
        return ("budget" if standing.told.get("page_budget") else "finished"), ""
    reasons = [event.reason for event in told if event.name in ("source_stopped", "source_failed")]
    return "stopped", reasons[0] if reasons else "" if standing.end else CUT_OFF


def table(told: Status) -> Table:
    """The status for a terminal of 80 columns or more; what was crawled is never markup."""
    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for title in ("council", "state", "last capture"):
        shown.add_column(title, no_wrap=title == "last capture")
    for title in ("pages", "files", "errors", "robots", "budget"):
        shown.add_column(title, justify="right", no_wrap=True)
    for one in told.councils:
        state, closed = one.state.replace("_", " "), one.refused + one.unasked
        if one.state == "crawling":
            state += f", {one.queued} queued, {one.waiting} waiting"
        shown.add_row(
            Text(one.source or one.authority),
            Text(state),
            Text(one.last[:16].replace("T", " ")),
            *(Text(str(n)) for n in (one.pages, one.documents, one.errors, closed)),
            Text(f"{one.spent}/{one.budget}" if one.budget else ""),
        )
    return shown


def remarks(told: Status) -> list[str]:
    """A line for each council that stopped early or left its expectations unmet, and for damage."""
    return [event.reason for event in told.damaged] + [
        f"{one.authority}: {reason}"
        for one in told.councils
        for reason in (one.why, *one.failed)
        if reason
    ]
