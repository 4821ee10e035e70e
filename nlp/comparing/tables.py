"""A comparison as tables, and the tables on disk."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from corpora.campaign import Campaign, InputError, write_whole
from nlp.coding.references import Reference
from nlp.comparing.comparison import ComparedCall, Comparison
from nlp.comparing.figures import FigureChange
from nlp.comparing.packaging import package_bytes
from nlp.comparing.pages import ComparedPage
from nlp.comparing.panel import Announced
from nlp.comparing.wording import KINDS, Marks, SentenceChange
from nlp.counting.stores import write_csv
from nlp.counting.tables import Cell, Record, Table, joined, laid_out

_COLUMNS = Path(__file__).with_name("columns.yml")


def comparison_tables(comparison: Comparison, lang: str = "fr") -> tuple[Table, ...]:
    """councils, calls, changes, pages, wording, spillovers, families, words, figures; rows sorted.

    ``lang`` (fr or en) is that of the columns' descriptions.
    """
    records: Mapping[str, Callable[[], Iterable[Record]]] = {
        "councils": lambda: _councils(comparison),
        "calls": lambda: map(_call, comparison.calls),
        "changes": lambda: (row for call in comparison.calls for row in _changes(call)),
        "pages": lambda: map(_page, comparison.pages),
        "wording": lambda: _all_wording(comparison),
        "spillovers": lambda: _spillovers(comparison),
        "families": lambda: _families(comparison),
        "words": lambda: map(vars, comparison.words),
        "figures": lambda: map(_figure, comparison.figures),
    }
    return tuple(laid_out(_COLUMNS, name, find, lang) for name, find in records.items())


def write_comparison(comparison: Comparison, after: Campaign, lang: str = "fr") -> tuple[Path, ...]:
    """Write ``outputs/<after>/compare/<before>/*.csv`` and what describes them; the CSV, by name.

    ``lang`` (fr or en) is that of ``datapackage.json``. Raises InputError where a file cannot be
    written.
    """
    folder = after.outputs / "compare" / comparison.before.name
    tables = comparison_tables(comparison, lang)
    for table in tables:
        write_csv(folder / f"{table.name}.csv", [c.name for c in table.columns], table.rows)
    package = folder / "datapackage.json"
    try:
        write_whole(
            package, package_bytes(tables, folder, comparison.before.name, after.name, lang)
        )
    except OSError as error:
        raise InputError(f"{package}: {error.strerror or error}") from error
    return tuple(folder / f"{name}.csv" for name in sorted(table.name for table in tables))


def pair_id(call: ComparedCall) -> str:
    """An identifier of a pair of calls that stays the same while both calls' ids do."""
    then, now = call.match.then, call.match.now
    return _pair(then.call_id if then else "", now.call_id if now else "")


def page_pair_id(page: ComparedPage) -> str:
    """The same of a pair of pages."""
    return _pair(page.then.id if page.then else "", page.now.id if page.now else "")


def _pair(then: str, now: str) -> str:
    return hashlib.sha256(f"{then}>{now}".encode()).hexdigest()[:12]


def _councils(comparison: Comparison) -> Iterator[Record]:
    before, after = comparison.before.authorities, comparison.after.authorities
    for pair in comparison.councils:
        yield {
            "council": pair.name,
            "panel": pair.panel,
            "then": joined(pair.then),
            "now": pair.now,
            "rule": pair.rule,
            "pages_then": sum(before[name].pages_read for name in pair.then),
            "pages_now": after[pair.now].pages_read if pair.now else 0,
            "calls_then": sum(before[name].calls for name in pair.then),
            "calls_now": after[pair.now].calls if pair.now else 0,
        }


def _call(call: ComparedCall) -> Record:
    then, now, likeness = call.match.then, call.match.now, call.match.likeness
    paired = then is not None and now is not None
    return {
        "pair_id": pair_id(call),
        "council": call.match.council.name,
        "status": call.status,
        "call_id_then": then.call_id if then else "",
        "authority_then": then.authority if then else "",
        "title_then": then.title if then else "",
        "url_then": _first(then.urls) if then else "",
        "call_id_now": now.call_id if now else "",
        "title_now": now.title if now else "",
        "url_now": _first(now.urls) if now else "",
        "international_solidarity": any(c.international_solidarity for c in (then, now) if c),
        "superseded": then.superseded if then else False,
        "score": likeness.score if likeness else None,
        "title_score": likeness.title if likeness else None,
        "address_score": likeness.address if likeness else None,
        "text_score": likeness.text if likeness else None,
        "reason": call.where.reason if call.where else "",
        "detail": call.where.detail if call.where else "",
        "changes": len(call.changes) if paired else None,
        **_counts(call.wording, paired),
    }


def _counts(wording: Sequence[SentenceChange], paired: bool) -> dict[str, Cell]:
    kinds = Counter(change.kind for change in wording)
    return {kind: kinds[kind] if paired else None for kind in KINDS}


def _page(page: ComparedPage) -> Record:
    then, now = page.then, page.now
    return {
        "pair_id": page_pair_id(page),
        "council": page.council.name,
        "status": page.status,
        "document_id_then": then.id if then else "",
        "title_then": then.title if then else "",
        "url_then": then.url if then else "",
        "document_id_now": now.id if now else "",
        "title_now": now.title if now else "",
        "url_now": now.url if now else "",
        **_counts(page.wording, then is not None and now is not None),
    }


def _first(urls: Sequence[str]) -> str:
    return urls[0] if urls else ""


def _changes(call: ComparedCall) -> Iterator[Record]:
    for change in call.changes:
        yield {
            "pair_id": pair_id(call),
            "council": call.match.council.name,
            "field": change.field,
            "type": change.type,
            "then": change.then,
            "now": change.now,
            "quote_then": _quote(change.passages_then),
            "quote_now": _quote(change.passages_now),
            "reference_ids_then": joined(r.id for r in change.passages_then),
            "reference_ids_now": joined(r.id for r in change.passages_now),
            "to_check": change.to_check,
        }


def _quote(passages: Sequence[Reference]) -> str:
    return passages[0].quote if passages else ""


def _all_wording(comparison: Comparison) -> Iterator[Record]:
    for call in comparison.calls:
        yield from _wording("call", pair_id(call), call.wording)
    for page in comparison.pages:
        yield from _wording("page", page_pair_id(page), page.wording)


def _wording(of: str, id_: str, wording: Sequence[SentenceChange]) -> Iterator[Record]:
    for place, change in enumerate(wording):
        if change.kind != "kept":
            then, now = change.then, change.now
            yield {
                "pair_id": id_,
                "of": of,
                "place": place,
                "kind": change.kind,
                "then": then.text if then else "",
                "now": now.text if now else "",
                "marks_then": _spans(change.marks_then),
                "marks_now": _spans(change.marks_now),
                "document_id_then": then.document_id if then else "",
                "start_then": then.start if then else None,
                "document_id_now": now.document_id if now else "",
                "start_now": now.start if now else None,
            }


def _spans(marks: Marks) -> str:
    return joined(f"{start}-{end}" for start, end in marks)


def _spillovers(comparison: Comparison) -> Iterator[Record]:
    for one in comparison.spillovers:
        yield {
            "council": one.council.name,
            "panel": one.council.panel,
            "change": one.change,
            **_announced(one.then, "then"),
            **_announced(one.now, "now"),
        }


def _announced(announced: Announced | None, year: str) -> dict[str, Cell]:
    if announced is None:
        texts = dict.fromkeys(("nature", "quote", "reference_ids"), "")
        flags = dict.fromkeys(("announces", "institution", "precise"))
        return {f"{name}_{year}": value for name, value in (texts | flags).items()}
    surest = sorted(announced.passages, key=lambda r: (-r.score, r.id))
    return {
        f"announces_{year}": announced.announces,
        f"nature_{year}": announced.nature,
        f"institution_{year}": announced.institution,
        f"precise_{year}": announced.precise,
        f"quote_{year}": _quote(surest),
        f"reference_ids_{year}": joined(r.id for r in surest),
    }


def _families(comparison: Comparison) -> Iterator[Record]:
    for one in comparison.families:
        then, now = round(one.then.per_1000_words, 3), round(one.now.per_1000_words, 3)
        yield {
            "council": one.council.name if one.council else "",
            "panel": one.panel,
            "family": one.family,
            "place": one.place,
            "occurrences_then": one.then.occurrences,
            "occurrences_now": one.now.occurrences,
            "words_then": one.then.words,
            "words_now": one.now.words,
            "per_1000_then": then,
            "per_1000_now": now,
            "change": round(now - then, 3),
            "documents_then": one.then.documents,
            "documents_now": one.now.documents,
        }


def _figure(change: FigureChange) -> Record:
    then, now = change.then, change.now
    return {
        "figure": now.id,
        "label": now.label,
        "then": then.value,
        "of_then": then.of,
        "now": now.value,
        "of_now": now.of,
        "panel_then": change.panel_then,
        "panel_now": change.panel_now,
        "panel_of": change.panel_of,
        "gely_2014": now.gely_2014,
        "gely_of": now.gely_of,
    }
