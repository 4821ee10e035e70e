"""The campaign's tables: rows for documents, references, codes, councils, calls and counts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from corpora.schema import read_yaml
from nlp.coding.codebook import Codebook
from nlp.coding.references import Authority, Coding
from nlp.counting.characteristic import specificity_rows, vocabulary_digest
from nlp.counting.families import count_families
from nlp.counting.kept import sha
from nlp.counting.study import Published, measure
from nlp.reading.shelf import digest_of

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]
Record = Mapping[str, Cell]

SEPARATOR = "|"

_COLUMNS = Path(__file__).with_name("columns.yml")


@dataclass(frozen=True)
class Column:
    """A column; ``type`` is text, list (values joined with ``|``), integer, number or boolean."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class Table:
    """A table: its name (of the file, the sheet, the SQL table), what a row is, columns and rows.

    A cell is None where a number is not stated, an empty string where a text is not. ``find`` gives
    the rows, once they are asked for; ``rests_on``, where finding them takes long, is a digest of
    all that they are found from.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    find: Callable[[], Iterable[Row]]
    rests_on: str = ""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, sorted."""
        return tuple(self.find())

    @cached_property
    def digest(self) -> str:
        """A digest that tables have in common only where every cell is the same."""
        return sha(self.name, self.about, self.columns, self.rests_on or self.rows)

    def records(self) -> Iterator[dict[str, Cell]]:
        """The rows as mappings by column name."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class CodeCount:
    """Documents and passages where a code surely is, and passages that are to check."""

    sources: int
    references: int
    to_check: int


def build_tables(
    coding: Coding,
    codebook: Codebook,
    sources_names: Collection[str],
    published: Collection[Published],
    lang: str = "fr",
) -> tuple[Table, ...]:
    """All tables of a campaign, their rows sorted.

    ``sources_names`` are the names of all councils the campaign declares: one without any page gets
    its row too, and counts in the shares of the study. ``lang`` (fr or en) is that of labels.
    """
    decided = {authority.authority: authority for authority in coding.authorities}
    read = {document.authority for document in coding.documents}
    councils = sorted((set(sources_names) | decided.keys() | read) - {""})
    records: dict[str, Callable[[], Iterable[Record]]] = {
        "documents": lambda: _documents(coding),
        "references": lambda: _references(coding),
        "codes": lambda: _codes(coding, codebook, lang),
        "authorities": lambda: (_authority(decided.get(n), n, coding) for n in councils),
        "calls": lambda: _calls(coding),
        "families": lambda: _families(coding, codebook, councils),
        "specificities": lambda: specificity_rows(coding),
        "study": lambda: _study(coding, councils, published, lang),
    }
    rests_on = {
        "families": _read_as(coding, codebook.families, councils),
        "specificities": vocabulary_digest(coding),
    }
    return tuple(
        laid_out(_COLUMNS, name, find, lang, rests_on.get(name, ""))
        for name, find in records.items()
    )


def _read_as(coding: Coding, *more: object) -> str:
    """A digest of the documents and their kinds, and of more."""
    read = [(digest_of(d), d.duplicate_of, coding.kinds[d.id].kind) for d in coding.documents]
    return sha(read, more)


@cache
def _layout(columns: Path) -> Mapping[str, Any]:
    layout: Mapping[str, Any] = read_yaml(columns.read_text(encoding="utf-8"))
    return layout


def laid_out(
    columns_file: Path,
    name: str,
    records: Callable[[], Iterable[Record]],
    lang: str,
    rests_on: str = "",
) -> Table:
    """The table of that name as a file of columns declares it, its rows found when asked for."""
    layout = _layout(columns_file)[name]
    columns = tuple(
        Column(column, kind, {"fr": french, "en": english}[lang])
        for column, (kind, french, english) in layout["columns"].items()
    )

    def rows() -> Iterator[Row]:
        return (tuple(_sound(record[column.name]) for column in columns) for record in records())

    return Table(name, layout["about"][lang], columns, rows, rests_on)


def _sound(cell: Cell) -> Cell:
    # Half a surrogate pair, met in broken JSON and PDF, is no text that a file could hold.
    return cell.encode("utf-8", "replace").decode("utf-8") if isinstance(cell, str) else cell


def joined(values: Iterable[str]) -> str:
    """Several values in one cell; a bar inside a value gives way, so that the cell can be split."""
    return SEPARATOR.join(value.replace(SEPARATOR, "¦") for value in values)


def _evidence(evidence: Mapping[str, Sequence[str]]) -> str:
    return joined(f"{name}={ref}" for name in sorted(evidence) for ref in evidence[name])


def _documents(coding: Coding) -> Iterator[Record]:
    for document in sorted(coding.documents, key=lambda d: (d.authority, d.url, d.id)):
        kind, capture = coding.kinds[document.id], document.capture
        yield {
            "document_id": document.id,
            "authority": document.authority,
            "kind": kind.kind,
            "kind_score": round(kind.score, 4),
            "title": document.title,
            "url": document.url,
            "captured_at": capture.captured_at,
            "mime": document.mime,
            "language": document.language,
            "words": document.words,
            "warc_record_id": capture.record_id,
            "sha256": capture.digest,
            "date": document.date,
            "duplicate_of": document.duplicate_of,
            "kind_rule": kind.rule,
            "warc_file": capture.warc,
            "warc_offset": capture.offset,
            "kind_certain": kind.certain,
        }


def _references(coding: Coding) -> Iterator[Record]:
    order = attrgetter("authority", "document_id", "start", "end", "code", "id")
    for ref in sorted(coding.references, key=order):
        yield {
            "reference_id": ref.id,
            "document_id": ref.document_id,
            "authority": ref.authority,
            "code": ref.code,
            "value": ref.value,
            "start": ref.start,
            "end": ref.end,
            "quote": ref.quote,
            "block": ref.block,
            "page": ref.page or None,
            "rule": ref.rule,
            "score": round(ref.score, 4),
            "certain": ref.certain,
            "tags": joined(ref.tags),
            "codebook_version": coding.codebook_version,
        }


def count_codes(coding: Coding, codebook: Codebook) -> dict[str, CodeCount]:
    """The counts of every code of the codebook, copies of documents left out."""
    copies = {document.id for document in coding.documents if document.duplicate_of}
    certain: dict[str, list[str]] = defaultdict(list)
    to_check: dict[str, int] = defaultdict(int)
    for ref in coding.references:
        if ref.document_id in copies:
            continue
        if ref.certain:
            certain[ref.code].append(ref.document_id)
        else:
            to_check[ref.code] += 1
    return {
        code.id: CodeCount(len(set(certain[code.id])), len(certain[code.id]), to_check[code.id])
        for code in codebook.codes
    }


def _codes(coding: Coding, codebook: Codebook, lang: str) -> Iterator[Record]:
    counts = count_codes(coding, codebook)
    for code in codebook.codes:
        yield vars(counts[code.id]) | {
            "code": code.id,
            "label": code.label[lang],
            "unit": code.unit,
            "codebook_version": codebook.version,
        }


def _authority(decided: Authority | None, name: str, coding: Coding) -> Record:
    authority = decided or Authority(
        authority=name,
        announces_spillovers=False,
        nature="none",
        institution=False,
        precise=False,
        calls=0,
        pages_read=sum(d.authority == name and not d.duplicate_of for d in coding.documents),
        evidence={},
    )
    return vars(authority) | {
        "evidence": _evidence(authority.evidence),
        "to_check": joined(authority.to_check),
    }


def _calls(coding: Coding) -> Iterator[Record]:
    for call in sorted(coding.calls, key=lambda c: (c.authority, c.title, c.edition, c.call_id)):
        yield vars(call) | {
            "document_ids": joined(call.document_ids),
            "urls": SEPARATOR.join(url.replace(SEPARATOR, "%7C") for url in call.urls),
            "applicant_location_kinds": joined(call.applicant_location_kinds),
            "france_action_kinds": joined(call.france_action_kinds),
            "partner_countries_list": joined(call.partner_countries_list),
            "legal_status": joined(call.legal_status),
            "deadlines": joined(call.deadlines),
            "evidence": _evidence(call.evidence),
            "to_check": joined(call.to_check),
        }


def _families(coding: Coding, codebook: Codebook, councils: Collection[str]) -> Iterator[Record]:
    for count in count_families(coding, codebook.families, councils):
        yield vars(count) | {"per_1000_words": round(count.per_1000_words, 3)}


def _study(
    coding: Coding, councils: Collection[str], published: Collection[Published], lang: str
) -> Iterator[Record]:
    for measured in measure(coding, councils, published):
        figure = measured.published
        yield {
            "figure": figure.id,
            "value": measured.value,
            "of": measured.of,
            "gely_2014": figure.value,
            "gely_of": figure.of,
            "label": figure.label[lang],
            "definition": figure.definition[lang],
            "authorities": joined(measured.authorities),
            "call_ids": joined(measured.call_ids),
            "reference_ids": joined(measured.reference_ids),
            "to_check": measured.to_check,
        }
