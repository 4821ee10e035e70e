"""A datasheet of the corpus: what it is, how it came about, what it is fit for and what not.

Its questions follow T. Gebru et al., "Datasheets for Datasets", Communications of the ACM 64(12),
2021.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.campaign import Event
from nlp.counting.tables import Cell, Table
from nlp.exporting.wording import wording

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")

# The others take long to find and tell nothing here.
_TOLD = frozenset({"documents", "references", "codes", "authorities", "calls"})
_MISSING = {
    "closed": ("robots_disallowed", "robots_unreachable"),
    "failed": ("http_error", "fetch_failed", "redirect_loop"),
    "challenged": ("challenge_suspected", "challenge_page"),
    "empty": ("empty_page", "rendered_by_script", "soft_404"),
    "unread": (
        "pdf_without_text", "pdf_locked", "pdf_unreadable", "office_unreadable",
        "office_too_large", "html_unreadable", "html_too_deep", "unreadable", "unsupported_format",
        "unread_format", "unread_type", "page_unread", "too_long", "file_missing",
        "file_unreadable",
    ),
    "foreign": ("other_language",),
    "bounded": ("page_budget", "over_limit", "trap"),
}  # fmt: skip
# No fault of crawl or page, hence logged as information; but the coding lacks it.
_AT_ANY_LEVEL = _MISSING["foreign"]


@dataclass(frozen=True)
class Section:
    """One of the datasheet's subjects: its title, and questions with their answers."""

    title: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Datasheet:
    """Title and sections; their texts are plain, what was crawled in them unescaped."""

    title: str
    sections: tuple[Section, ...]


def datasheet(
    tables: Sequence[Table],
    events: Iterable[Event],
    versions: Mapping[str, str],
    campaign: str,
    language: str,
) -> Datasheet:
    """The datasheet of a campaign, in ``language`` (fr or en), from its tables and its log."""
    words = wording(language)["datasheet"]
    facts = {
        **_facts({t.name: list(t.records()) for t in tables if t.name in _TOLD}, words),
        "campaign": campaign,
        "missing": _missing(events, words),
        "versions": ", ".join(f"{name} {number}" for name, number in sorted(versions.items())),
    }
    sections = tuple(
        Section(
            section["title"],
            tuple((question, answer.format(**facts)) for question, answer in section["answers"]),
        )
        for section in words["sections"]
    )
    return Datasheet(words["title"].format(campaign=campaign), sections)


def markdown(sheet: Datasheet) -> str:
    """The datasheet as Markdown; nothing in its texts is taken for markup."""
    lines = [f"# {_escaped(sheet.title)}", ""]
    for section in sheet.sections:
        lines += [f"## {_escaped(section.title)}", ""]
        for question, answer in section.answers:
            lines += [f"**{_escaped(question)}** {_escaped(answer)}", ""]
    return "\n".join(lines)


_Records = list[dict[str, Cell]]


def _facts(tables: Mapping[str, _Records], words: Mapping[str, Any]) -> dict[str, str]:
    documents, councils = tables["documents"], tables["authorities"]
    sources = [document for document in documents if not document["duplicate_of"]]
    silent = [str(c["authority"]) for c in councils if not c["pages_read"]]
    certain = sum(bool(reference["certain"]) for reference in tables["references"])
    days = sorted(str(d["captured_at"])[:10] for d in documents if d["captured_at"])
    codebooks = sorted({str(code["codebook_version"]) for code in tables["codes"]})
    number = words["number"]
    return {
        "councils": _number(len(councils), number),
        "silent": ", ".join(silent) if silent else words["none"],
        "pages": _number(len(sources), number),
        "copies": _number(len(documents) - len(sources), number),
        "words": _number(sum(int(d["words"] or 0) for d in sources), number),
        "kinds": _counted((words["kinds"].get(d["kind"], d["kind"]) for d in sources), number),
        "formats": _counted((d["mime"] for d in sources), number),
        "languages": _counted((d["language"] or words["unknown"] for d in sources), number),
        "calls": _number(len(tables["calls"]), number),
        "codes": _number(len(tables["codes"]), number),
        "certain": _number(certain, number),
        "to_check": _number(len(tables["references"]) - certain, number),
        "first": days[0] if days else words["unknown"],
        "last": days[-1] if days else words["unknown"],
        "codebook": ", ".join(codebooks) or words["unknown"],
    }


def _missing(events: Iterable[Event], words: Mapping[str, Any]) -> str:
    reasons = {name: reason for reason, names in _MISSING.items() for name in names}
    counts = Counter(
        reasons[e.name]
        for e in events
        if e.name in reasons and (e.level != "info" or e.name in _AT_ANY_LEVEL)
    )
    told = [
        f"{words['missing'][reason]} ({_number(counts[reason], words['number'])})"
        for reason in _MISSING
        if counts[reason]
    ]
    return ", ".join(told) or words["none"]


def _counted(values: Iterable[Cell], separator: str) -> str:
    counts = Counter(str(value) for value in values)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value} ({_number(count, separator)})" for value, count in ordered) or "0"


def _number(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
