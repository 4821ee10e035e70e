"""What the overview shows: how much was read, the study's figures, which council announces what."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpora.campaign import Event
from nlp.coding.references import Authority, Call
from nlp.counting.study import Measured, solidarity_calls
from nlp.reporting.pages.checks import CouncilChecks
from nlp.reporting.pages.events import missing
from nlp.reporting.pages.evidence import Evidence
from nlp.reporting.pages.places import CHECKS, evidence_page
from nlp.reporting.wording import Wording

NATURES = ("economic", "sociocultural", "both", "none")


class Picture(NamedTuple):
    """A picture in ``outputs/<campaign>/figures``: its place there, title, what it shows in words.

    ``note`` is what else there is to know of it: the codebook that its counts rest on. ``table`` is
    the file, beside it, of what was drawn.
    """

    file: str
    title: str
    alt: str
    note: str = ""
    table: str = ""


@dataclass(frozen=True)
class Fact:
    """A number of the overview, its noun, and the page that it leads to."""

    number: str
    noun: str
    href: str


@dataclass(frozen=True)
class Figure:
    """A figure of the study beside the published one, and what it rests on.

    ``share`` and ``published_share`` are percents for a bar's length, None without a whole;
    ``pages`` is how many pages it was counted on, ``lost`` how many were missing, ``to_check`` how
    many decisions behind it are to check.
    """

    id: str
    label: str
    found: str
    share: float | None
    published: str
    published_share: float | None
    verdict: str
    rests_on: str
    href: str
    pages: int
    lost: int
    to_check: int


def by_nature(councils: Collection[Authority]) -> list[tuple[str, list[Authority]]]:
    """Councils by the nature of what they announce, natures without any left out."""
    found = [(one, [c for c in councils if (c.nature or "none") == one]) for one in NATURES]
    return [(nature, members) for nature, members in found if members]


class Front:
    """Builds what the overview shows, in one language."""

    def __init__(self, evidence: Evidence, wording: Wording) -> None:
        self._evidence = evidence
        self._wording = wording

    def lede(self, campaign: str) -> tuple[str, str]:
        """How much was read, and when."""
        wording, coding = self._wording, self._evidence.coding
        read = wording.say(
            "lede",
            campaign=campaign,
            pages=wording.count(self._read(), "page_count"),
            councils=wording.count(len(self._evidence.councils), "council_count"),
            **self._editions(),
        )
        times = sorted(d.capture.captured_at for d in coding.documents if d.capture.captured_at)
        if not times:
            return read, ""
        first, last = wording.day(times[0]), wording.day(times[-1])
        if first == last:
            return read, wording.say("lede_date", first=first)
        return read, wording.say("lede_dates", first=first, last=last)

    def _editions(self) -> dict[str, str]:
        """Editions of calls, and how many of them each part of the matrix has."""
        wording, calls = self._wording, self._evidence.coding.calls
        current = {call.call_id for call in solidarity_calls(self._evidence.coding)}
        rest = Counter(call.superseded for call in calls if call.call_id not in current)
        found = {
            "editions": wording.count(len(calls), "edition_count"),
            "current": wording.number(len(current)),
        }
        for name, superseded in (("past", True), ("other", False)):
            count = wording.count(rest[superseded], f"{name}_count")
            found[name] = wording.say("lede_more", count=count) if rest[superseded] else ""
        return found

    def facts(self, events: Sequence[Event], checks: Iterable[CouncilChecks]) -> list[Fact]:
        """How much the campaign holds, and what is doubtful or missing in it."""
        coding = self._evidence.coding
        return [
            self._fact(self._read(), "page_read", "pages.html"),
            self._fact(len(missing(events)), "page_missing", "pages.html#refused"),
            self._fact(len(self._evidence.councils), "council_count", "councils.html"),
            self._fact(len(coding.calls), "edition_count", "calls.html"),
            self._fact(
                sum(c.references for c in self._evidence.codes), "quote_count", "codes.html"
            ),
            self._fact(sum(c.decisions for c in checks), "doubt_count", CHECKS),
        ]

    def study(self, rows: Iterable[Measured], events: Sequence[Event]) -> list[Figure]:
        """Each figure of the study beside the published one."""
        wording = self._wording
        lost = len(missing(events))
        return [
            Figure(
                row.published.id,
                row.published.label.get(wording.language, row.published.id),
                wording.measure(row.value, row.of),
                _share(row.value, row.of),
                wording.measure(row.published.value, row.published.of),
                _share(row.published.value, row.published.of),
                _verdict(row),
                self._rests_on(row),
                evidence_page("figure", row.published.id),
                self._pages(row),
                lost,
                row.to_check,
            )
            for row in rows
        ]

    def natures(self) -> list[tuple[str, list[Authority]]]:
        """The councils by the nature of what they announce, natures without any left out."""
        return by_nature(self._evidence.councils)

    def _fact(self, number: int, noun: str, href: str) -> Fact:
        said = self._wording.count(number, noun)
        told, _, rest = said.partition("\u00a0")
        return Fact(told, rest, href)

    def _pages(self, row: Measured) -> int:
        """Pages that a figure was counted on: those of its calls, or all that were read."""
        calls: list[Call] = [
            self._evidence.calls[id_] for id_ in row.call_ids if id_ in self._evidence.calls
        ]
        if calls:
            return len({d.id for call in calls for d in self._evidence.captured(call)})
        return self._read()

    def _read(self) -> int:
        """Pages that were read, copies left out: as councils, figures and pictures count them."""
        return sum(not document.duplicate_of for document in self._evidence.coding.documents)

    def _rests_on(self, row: Measured) -> str:
        # "13 calls say nothing" has no quote to show: it rests on the calls themselves.
        held = (
            (row.reference_ids, "quote_count"),
            (row.call_ids, "call_count"),
            (row.authorities, "council_count"),
        )
        for ids, noun in held:
            if ids:
                return self._wording.count(len(ids), noun)
        return self._wording.say("study.no_evidence")


def _share(value: int | None, of: int | None) -> float | None:
    """Percent, for a bar's length."""
    return None if value is None or not of else round(100 * value / of, 1)


def _verdict(row: Measured) -> str:
    published = row.published
    if published.value is None:
        return "no_peer"
    return "same" if (row.value, row.of) == (published.value, published.of) else "differs"
