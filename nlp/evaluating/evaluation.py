"""A campaign's tables against gold: per field the counts, and every error with its place."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.campaign import Campaign
from nlp.counting.results import Row, read_table
from nlp.evaluating.agreement import Counts, Score, count, score
from nlp.evaluating.gold import Judged, plain

_SPILLOVERS = {
    "economic": "spillover.territory.economic",
    "sociocultural": "spillover.territory.sociocultural",
    "institution": "spillover.institution",
}


@dataclass(frozen=True)
class Error:
    """One decision that differs from the gold."""

    field: str
    key: str
    authority: str
    gold: str
    found: str
    evidence: str


@dataclass(frozen=True)
class Evaluation:
    """Scores by field (and value, where a field has several), errors, and gold texts not found."""

    scores: Mapping[str, Score]
    errors: tuple[Error, ...]
    missing: tuple[str, ...]
    judged: int


class _Results:
    """A campaign's tables, found by what the gold knows of a text."""

    def __init__(self, campaign: Campaign) -> None:
        self.documents = read_table(campaign, "documents")
        self.authorities = {row["authority"]: row for row in read_table(campaign, "authorities")}
        self._call_of = {
            document: call
            for call in read_table(campaign, "calls")
            for document in call["document_ids"].split("|")
        }
        self._spillovers: defaultdict[str, set[str]] = defaultdict(set)
        for row in read_table(campaign, "references"):
            if row["certain"] == "true" and row["value"] == "announced":
                self._spillovers[row["document_id"]].add(row["code"])
        self._by_url = {row["url"]: row for row in self.documents}
        self._by_tail: dict[str, Row] = {}
        self._by_title: dict[tuple[str, str], Row] = {}
        for row in self.documents:
            path = "/" + row["url"].split("://")[-1].partition("/")[2]
            name = row["url"].rpartition("/")[2]
            for tail in (path, name, name.rpartition(".")[0]):
                self._by_tail.setdefault(tail, row)
            self._by_title.setdefault((row["authority"], plain(row["title"])), row)

    def document(self, judged: Judged) -> Row | None:
        """The document that the gold speaks of.

        Found by its URL, else its title, else a URL's last part.
        """
        for url in judged.urls:
            if url in self._by_url:
                return self._by_url[url]
        titled = self._by_title.get((judged.authority, plain(judged.title)))
        if titled and judged.title:
            return titled
        return next((self._by_tail[u] for u in judged.urls if u in self._by_tail), None)

    def labels(self, document: Row) -> dict[str, Any]:
        """What the tables say of a document, and of the call that it belongs to."""
        call = self._call_of.get(document["document_id"])
        spillovers = self._spillovers[document["document_id"]]
        labels: dict[str, Any] = {
            "page_kind": document["kind"],
            "announces": bool(spillovers),
            **{name: code in spillovers for name, code in _SPILLOVERS.items()},
        }
        for name, kind in _CALL_FIELDS.items():
            labels[name] = kind.read(call[kind.column]) if call else kind.read("")
        return labels


@dataclass(frozen=True)
class _Field:
    column: str
    type: str

    def read(self, cell: str) -> Any:
        match self.type:
            case "boolean":
                return cell == "true"
            case "stated":
                return bool(cell)
            case "number":
                return float(cell) if cell else None
            case "list":
                return [value.rstrip("?") for value in cell.split("|") if value]
            case _:
                return cell or "not_stated"


_CALL_FIELDS = {
    "applicant_location": _Field("applicant_location", "force"),
    "france_actions": _Field("france_actions", "force"),
    "partner_operator": _Field("partner_operator", "boolean"),
    "partner_countries": _Field("partner_countries", "boolean"),
    "partner_duration_stated": _Field("partner_duration", "stated"),
    "min_age": _Field("min_age", "stated"),
    "excluded_expenses": _Field("excluded_expenses", "boolean"),
    "international_solidarity": _Field("international_solidarity", "boolean"),
    "cofunding_rate_max": _Field("cofunding_rate_max", "number"),
    "amount_max": _Field("amount_max", "number"),
    "deadlines": _Field("deadlines", "list"),
    "applicant_location_kinds": _Field("applicant_location_kinds", "list"),
    "france_action_kinds": _Field("france_action_kinds", "list"),
}


def evaluate(campaign: Campaign, gold: Iterable[Judged]) -> Evaluation:
    """Compare a campaign's tables with gold.

    A text of the gold that was not read counts as missing, not as an error of coding.
    """
    results = _Results(campaign)
    counts: defaultdict[str, defaultdict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    errors, missing, total = [], [], 0
    for judged in gold:
        total += 1
        labels, evidence = _found(results, judged)
        if labels is None:
            missing.append(judged.key)
            continue
        for name, wanted in judged.labels.items():
            if name not in labels:
                continue
            got = labels[name]
            if name == "page_kind" and wanted == "other" and got == "organisation":
                got = "other"  # gold without the kind "organisation" calls such pages "other"
            if isinstance(got, bool):
                wanted = bool(wanted)
            for value, one in _compare(name, wanted, got):
                counts[value][judged.authority] += one
            if _as_set(wanted) != _as_set(got):
                errors.append(
                    Error(name, judged.key, judged.authority, _shown(wanted), _shown(got), evidence)
                )
    scores = {name: score(by_authority) for name, by_authority in sorted(counts.items())}
    return Evaluation(scores, tuple(errors), tuple(missing), total)


def _found(results: _Results, judged: Judged) -> tuple[dict[str, Any] | None, str]:
    if not judged.urls:
        row = results.authorities.get(judged.authority)
        if row is None:
            return None, ""
        return {
            "council_announces": row["announces_spillovers"] == "true",
            "council_nature": row["nature"],
            "council_institution": row["institution"] == "true",
        }, judged.authority
    document = results.document(judged)
    return (results.labels(document), document["url"]) if document else (None, "")


def _compare(name: str, wanted: Any, got: Any) -> Iterable[tuple[str, Counts]]:
    """Counts under the field's name, and for a field of several values under ``field=value``."""
    if isinstance(wanted, str):
        for value in sorted({wanted, got} - {"not_stated"}):
            yield f"{name}={value}", count([value] * (wanted == value), [value] * (got == value))
        yield name, Counts(int(wanted == got), int(wanted != got), int(wanted != got))
    else:
        yield name, count(_as_set(wanted), _as_set(got))


def _as_set(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return sorted(value)
    return [] if value in (None, False, "") else [value]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def write_evaluation(evaluation: Evaluation, folder: Path) -> Sequence[Path]:
    """Write ``scores.csv`` and ``errors.csv`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    scores, errors = folder / "scores.csv", folder / "errors.csv"
    with scores.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [
            "field",
            "precision",
            "recall",
            "f1",
            "f1_low",
            "f1_high",
            "support",
            "tp",
            "fp",
            "fn",
        ]
        writer.writerow(names)
        for name, one in evaluation.scores.items():
            c = one.counts
            rounded = [round(value, 3) for value in (c.precision, c.recall, c.f1)]
            writer.writerow([name, *rounded, one.low, one.high, one.support, c.tp, c.fp, c.fn])
    with errors.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["field", "key", "authority", "gold", "found", "evidence"])
        writer.writerows(
            [e.field, e.key, e.authority, e.gold, e.found, e.evidence] for e in evaluation.errors
        )
    return scores, errors
