"""What a comparison reads of one analysed campaign: its tables, its documents, its archive."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import polars

from corpora.campaign import Campaign, Event, InputError, read_events
from crawler.archive.capture import ArchiveError, Capture, location, read_body
from crawler.archive.captures import read_captures
from crawler.sources import Source, campaign_sources
from nlp.coding.references import Authority, Call, Reference
from nlp.counting.families import FamilyCount
from nlp.counting.tables import SEPARATOR
from nlp.reading.documents import Document, read_documents

_LISTS = {field.name for field in fields(Call) if str(field.type).startswith("tuple")}
_HOPS = 8
_ROBOTS = "/robots.txt"


@dataclass(frozen=True)
class Answer:
    """What a campaign's archive holds for an address, redirects followed.

    ``status`` is the last answer's, 0 where a redirect leads to what was not captured; ``url`` is
    where it stands in the end.
    """

    status: int
    url: str


@dataclass(frozen=True)
class Figure:
    """A figure of the study as one campaign counts it, with the published one beside it."""

    id: str
    label: str
    value: int
    of: int | None
    gely_2014: int | None
    gely_of: int | None
    authorities: tuple[str, ...]
    call_ids: tuple[str, ...]


@dataclass(frozen=True)
class Analysed:
    """One analysed campaign.

    ``documents`` and ``references`` are by id, ``kinds`` by document id, ``authorities`` by name;
    ``program`` is a digest of what coded it. ``answers`` (by ``address``) and ``robots`` (the text
    of robots.txt, by host) are of the addresses that the other campaign asked about.
    """

    name: str
    codebook: str
    program: str
    sources: tuple[Source, ...]
    documents: Mapping[str, Document]
    kinds: Mapping[str, str]
    references: Mapping[str, Reference]
    calls: tuple[Call, ...]
    authorities: Mapping[str, Authority]
    families: tuple[FamilyCount, ...]
    events: tuple[Event, ...]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    robots: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()

    @cached_property
    def told_of(self) -> Mapping[str, tuple[Event, ...]]:
        """The events that speak of a page or file, by its ``address``."""
        found: dict[str, tuple[Event, ...]] = {}
        for event in self.events:
            if "/" in event.subject:
                place = address(event.subject)
                found[place] = (*found.get(place, ()), event)
        return found


def address(url: str) -> str:
    """What two ways of writing a page's address have in common: no scheme, ``www.``, final slash.

    Sites went from http to https between the years without their pages being other pages.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # what "http://[" makes of itself
        return url
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def slug_words(url: str) -> str:
    """The words of the last step of a URL's path."""
    last = unquote(address(url).partition("?")[0]).rpartition("/")[2]
    return last.replace("-", " ").replace("_", " ")


def host_of(url: str) -> str:
    """The host and port of a URL, empty where it is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def load(campaign: Campaign, asked: Collection[str] = ()) -> Analysed:
    """The campaign's results; ``asked`` are URLs of the other campaign to look for in its archive.

    Raises InputError, saying what to run, where the campaign was not analysed.
    """
    codes, rows = _rows(campaign, "codes"), _rows(campaign, "documents")
    texts = campaign.corpus / "documents.jsonl"
    if not texts.exists():
        raise InputError(f"{texts}: missing; run `aect analyse {campaign.name}` first")
    captures = list(read_captures(campaign.archive)) if campaign.archive.is_dir() else []
    return Analysed(
        name=campaign.name,
        codebook=next((row["codebook_version"] for row in codes), ""),
        program=_program(campaign.state),
        sources=campaign_sources(campaign),
        documents={document.id: document for document in read_documents(texts)},
        kinds={row["document_id"]: row["kind"] for row in rows},
        references={row["reference_id"]: _reference(row) for row in _rows(campaign, "references")},
        calls=tuple(_decided(Call, row) for row in _rows(campaign, "calls")),
        authorities={
            row["authority"]: _decided(Authority, row) for row in _rows(campaign, "authorities")
        },
        families=tuple(_family(row) for row in _rows(campaign, "families")),
        events=tuple(read_events(campaign.outputs / "log.jsonl")),
        answers=answers(campaign.archive, captures, asked),
        robots=robots_texts(campaign.archive, captures, {host_of(url) for url in asked}),
        figures=tuple(_figure(row) for row in _rows(campaign, "study")),
    )


def call_urls(campaign: Campaign) -> frozenset[str]:
    """The addresses of all calls of a campaign; InputError where it was not analysed."""
    return frozenset(url for row in _rows(campaign, "calls") for url in _split(row["urls"]))


def _rows(campaign: Campaign, table: str) -> list[dict[str, Any]]:
    path = campaign.outputs / "tables" / f"{table}.parquet"
    if not path.exists():
        raise InputError(
            f"campaign {campaign.name!r} has no results ({path} is missing): run "
            f"`aect analyse {campaign.name}` first"
        )
    return polars.read_parquet(path).to_dicts()


def _program(state: Path) -> str:
    try:
        return str(json.loads(state.read_text(encoding="utf-8")).get("program", ""))
    except (OSError, ValueError):
        return ""


def _reference(row: Mapping[str, Any]) -> Reference:
    told = {name: row[name] for name in (f.name for f in fields(Reference)) if name in row}
    told |= {"id": row["reference_id"], "page": row["page"] or 0, "tags": _split(row["tags"])}
    return Reference(**told)


def _decided(kind: type[Any], row: Mapping[str, Any]) -> Any:
    told = {f.name: row[f.name] for f in fields(kind)}
    told |= {name: _split(told[name]) for name in _LISTS & told.keys()}
    evidence: dict[str, tuple[str, ...]] = {}
    for name, _, reference in (item.partition("=") for item in _split(row["evidence"])):
        evidence[name] = (*evidence.get(name, ()), reference)
    # Which passages are to check is told in the campaign's own tables.
    return kind(
        **(told | {"evidence": evidence, "to_check": dict.fromkeys(_split(row["to_check"]), ())})
    )


def _figure(row: Mapping[str, Any]) -> Figure:
    told = {f.name: row[f.name] for f in fields(Figure) if f.name in row}
    lists = {name: _split(row[name]) for name in ("authorities", "call_ids")}
    return Figure(**(told | lists), id=row["figure"])


def _family(row: Mapping[str, Any]) -> FamilyCount:
    return FamilyCount(**{f.name: row[f.name] for f in fields(FamilyCount)})


def _split(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split(SEPARATOR)) if cell else ()


def answers(
    archive: Path, captures: Iterable[Capture], asked: Collection[str]
) -> dict[str, Answer]:
    """What the archive answers to the addresses asked for; those never fetched are left out."""
    latest = {address(capture.url): capture for capture in captures}
    found: dict[str, Answer] = {}
    for url in sorted(asked):
        if address(url) in latest:
            found[address(url)] = _followed(archive, latest, latest[address(url)])
    return found


def _followed(archive: Path, latest: Mapping[str, Capture], capture: Capture) -> Answer:
    seen: set[str] = set()
    while 300 <= capture.status < 400 and len(seen) < _HOPS:
        seen.add(address(capture.url))
        url = location(archive, capture)
        if address(url) not in latest or address(url) in seen:
            return Answer(0, url)
        capture = latest[address(url)]
    return Answer(capture.status, capture.url)


def robots_texts(
    archive: Path, captures: Iterable[Capture], hosts: Collection[str]
) -> dict[str, str]:
    """The archived robots.txt of each of the hosts, by host."""
    found: dict[str, str] = {}
    for capture in captures:
        host = host_of(capture.url)
        if host in hosts and capture.status == 200 and address(capture.url).endswith(_ROBOTS):
            try:
                found[host] = read_body(archive, capture).content.decode("utf-8", "replace")
            except (ArchiveError, OSError):
                continue
    return found
