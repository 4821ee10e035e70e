"""Gold: what careful readers found, in the project's own words, whatever file it comes from."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpora.campaign import InputError
from corpora.sample.truth import CallTruth, CouncilTruth, load_truth
from nlp.evaluating.faults import line_fault
from nlp.evaluating.fields import FIELDS
from nlp.evaluating.words import letters


@dataclass(frozen=True)
class Passage:
    """A spillover that readers found: economic, sociocultural or institution, in what words."""

    category: str
    quote: str


@dataclass(frozen=True)
class Judged:
    """One text, page or call as the gold judges it.

    ``urls`` and ``title`` say how to find it among a campaign's documents (by URL, or the last part
    of one, or by title). ``labels`` holds only fields that were decided: a field that is absent
    does not count, None or an empty value means "not stated". ``quotes`` leads from a field to the
    words that show it; ``passages`` are the announced spillovers of an international page, None
    where they were not judged. ``place`` is the line (file:line), empty for the sample web, of
    which some pages cannot be read on purpose; ``readings`` are the labels of each reader, where
    several read it.
    """

    key: str
    authority: str
    urls: tuple[str, ...]
    title: str
    labels: Mapping[str, Any]
    quotes: Mapping[str, str] = field(default_factory=dict)
    passages: tuple[Passage, ...] | None = None
    place: str = field(default="", compare=False)
    coder: str = ""
    readings: tuple[Mapping[str, Any], ...] = ()


def load_gold(path: Path, records: Path | None = None) -> list[Judged]:
    """Gold from a folder (an edition of the sample web) or from JSON Lines.

    A line has ``id`` or ``url``, perhaps ``authority``, ``title`` and ``text``, and labels at the
    top or under ``labels``. ``records`` is a JSON list whose objects of the same ``id`` give title
    (``name``), URL (``origin_url``) and authority (``financers``). Lines of one id by several
    ``coder`` are readings of one text: its gold is what they agree on. Raises InputError with file
    and line.
    """
    if path.is_dir():
        return list(_of_edition(path))
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error
    about = _records(records) if records else {}
    judged = [
        _of_line(line, f"{path}:{number}", about)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    return list(_agreed(judged))


def _records(path: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        return {str(record["id"]): record for record in json.loads(path.read_text("utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a JSON list of records with an id ({error})") from error


def _of_line(line: str, place: str, records: Mapping[str, Mapping[str, Any]]) -> Judged:
    try:
        fields = json.loads(line)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except ValueError as error:
        raise InputError(f"{place}: not a line of gold ({error})") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("labels", fields), dict):
        raise InputError(f"{place}: not a line of gold (no object, or labels that are none)")
    if fault := line_fault(fields):
        raise InputError(f"{place}: {fault}")
    labels = fields.get("labels", fields)
    record = records.get(str(fields.get("id")), {})
    financers = record.get("financers") or [""]
    path = urlsplit(record.get("origin_url") or "").path
    if record and path in ("", "/"):
        path = f"/aides/{record.get('slug', '')}"
    return Judged(
        key=str(fields.get("id", fields.get("url"))),
        authority=fields.get("authority")
        or next((f for f in financers if "égion" in f), financers[0]),
        urls=tuple(filter(None, [fields.get("url", ""), path, str(fields.get("id", ""))])),
        title=fields.get("title") or record.get("name", ""),
        labels={
            name: labels[name]
            for name in FIELDS
            if name in labels and (labels[name] is not None or FIELDS[name].null_is_not_stated)
        },
        quotes=_quotes(labels),
        passages=_passages(labels),
        place=place,
        coder=fields.get("coder") or "",
    )


def _quotes(labels: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: labels[f"{name}_quote"] for name in sorted(FIELDS) if labels.get(f"{name}_quote")}


def _passages(labels: Mapping[str, Any]) -> tuple[Passage, ...] | None:
    listed = labels.get("spillovers")
    # Where the readers leave open what kind of page it is, no passage of it was agreed on either.
    if listed is None or labels.get("page_kind", "international_page") != "international_page":
        return None
    return tuple(Passage(one["category"], one["quote"]) for one in listed)


def _agreed(lines: list[Judged]) -> Iterator[Judged]:
    """One judged text an id, in the order of the first lines."""
    read: dict[str, list[Judged]] = {}
    for line in lines:
        before = read.setdefault(line.key, [])
        for other in before:
            where = other.place.rpartition(":")[2]
            if not (line.coder and other.coder):
                raise InputError(
                    f"{line.place}: id {line.key!r} stands at line {where} already; give each "
                    "reading its coder, or leave one out"
                )
            if line.coder == other.coder:
                raise InputError(
                    f"{line.place}: id {line.key!r} by {line.coder!r} stands at line {where} "
                    "already: leave one out"
                )
        before.append(line)
    return (_merged(readings) for readings in read.values())


def _merged(readings: list[Judged]) -> Judged:
    first = readings[0]
    if len(readings) == 1:
        return first
    agreed = {
        name: value
        for name, value in first.labels.items()
        if all(
            name in other.labels
            and FIELDS[name].canonical(other.labels[name]) == FIELDS[name].canonical(value)
            for other in readings
        )
    }
    agree_on_passages = all(_same(first.passages, other.passages) for other in readings)
    return Judged(
        first.key,
        first.authority,
        first.urls,
        first.title,
        agreed,
        {name: quote for name, quote in first.quotes.items() if name in agreed},
        first.passages if agree_on_passages else None,
        first.place,
        readings=tuple(one.labels for one in readings),
    )


def _same(one: tuple[Passage, ...] | None, other: tuple[Passage, ...] | None) -> bool:
    """Whether two readers marked the same passages, one perhaps a few words more than the other."""
    if one is None or other is None or len(one) != len(other):
        return False
    left = [(passage.category, letters(passage.quote)) for passage in other]
    for category, quote in ((passage.category, letters(passage.quote)) for passage in one):
        alike = [found for found in left if found[0] == category and _within(found[1], quote)]
        if not alike:
            return False
        left.remove(alike[0])
    return True


def _within(one: str, other: str) -> bool:
    return one in other or other in one


def _of_edition(folder: Path) -> Iterator[Judged]:
    for council in load_truth(folder):
        site = f"http://{council.slug}.localhost"
        for page in council.pages:
            yield Judged(
                page.path,
                council.authority,
                (site + page.path,),
                "",
                {"page_kind": page.kind},
                passages=_announced(council, page.path, page.kind),
            )
        for call in council.calls:
            urls = tuple(site + path for path in call.paths)
            quote = call.applicant_location_quote
            quotes = {"applicant_location": quote} if quote else {}
            yield Judged(urls[0], council.authority, urls, "", _call_labels(call), quotes)
        labels = {
            "council_announces": council.announces_spillovers,
            "council_nature": council.nature,
            "council_institution": council.institution,
        }
        yield Judged(council.authority, council.authority, (), "", labels)


def _announced(council: CouncilTruth, path: str, kind: str) -> tuple[Passage, ...] | None:
    if kind != "international_page":
        return None
    return tuple(Passage(s.nature, s.quote) for s in council.spillovers if s.path == path)


# The sample names statuses as its pages do; the codebook's tags are fewer.
_STATUS = {
    "association": "association",
    "collectivité": "authority",
    "coopérative": "company",
    "entreprise": "company",
    "fondation": "foundation",
    "établissement d'enseignement": "education",
    "établissement scolaire": "education",
}


def _call_labels(call: CallTruth) -> dict[str, Any]:
    labels = {name: getattr(call, name) for name in FIELDS if hasattr(call, name)}
    return labels | {
        "legal_status": [_STATUS.get(status, "other") for status in call.legal_status],
        "partner_duration_stated": bool(call.partner_duration),
        "international_solidarity": call.solidarity,
    }


def plain(text: str) -> str:
    """A title or path made comparable: letters and digits in lower case, single spaces."""
    return re.sub(r"\W+", " ", text.lower()).strip()
