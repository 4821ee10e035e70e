"""An evaluation on disk: tables, a picture, and a page of the errors."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlp.counting.stores import write_csv
from nlp.counting.tables import Cell
from nlp.evaluating.agreement import Estimate
from nlp.evaluating.coverage import Covered, coverage, draw_coverage
from nlp.evaluating.errors import Error, Found
from nlp.evaluating.evaluation import Evaluation
from nlp.evaluating.fields import FIELDS, group_of, shown
from nlp.evaluating.page import write_page

_MEASURES = ("precision", "recall", "f1", "accuracy", "macro_f1")
_NOTHING = Found("", "", "", "", "", "")

SCORES = (
    "field", "group", "support", "texts",
    *(f"{measure}{end}" for measure in _MEASURES for end in ("", "_low", "_high")),
    "alpha", "alpha_readers", "tp", "fp", "fn",
)  # fmt: skip
ERRORS = (
    "error", "field", "key", "authority", "gold", "found", "gold_quote", "quote", "code", "value",
    "rule", "score", "certain", "url", "place",
)  # fmt: skip
CONFUSION = ("field", "gold", "found", "n")
COVERAGE = ("field", "threshold", "coverage", "accuracy", "n")


def write_evaluation(evaluation: Evaluation, folder: Path) -> tuple[Path, ...]:
    """Write tables, picture and page into ``folder`` (beside a campaign's report); returns them.

    The page of errors comes first. The same evaluation gives the same bytes. Raises InputError
    where a file cannot be written.
    """
    covered = coverage(evaluation.decisions)
    tables: dict[str, tuple[tuple[str, ...], Iterable[Iterable[Cell]]]] = {
        "scores.csv": (SCORES, _scores(evaluation)),
        "errors.csv": (ERRORS, _errors(evaluation.errors)),
        "confusion.csv": (CONFUSION, confusion(evaluation)),
        "coverage.csv": (COVERAGE, _coverage(covered)),
    }
    for name, (header, rows) in tables.items():
        write_csv(folder / name, header, rows)
    pictures = draw_coverage(covered, folder.parent.name, folder)
    page = write_page(evaluation, tuple(confusion(evaluation)), pictures, folder)
    return (page, *(folder / name for name in tables), *pictures)


def confusion(evaluation: Evaluation) -> Iterator[tuple[str, str, str, int]]:
    """Field, gold value, found value, number of texts: for every field of several values."""
    pairs = Counter(
        (decision.field, shown(decision.gold), shown(decision.found))
        for decision in evaluation.decisions
        if FIELDS[decision.field].type == "choice"
    )
    for field in FIELDS.values():
        met = {value for name, *both in pairs if name == field.name for value in both}
        values = [value for value in field.values if value in met]
        for gold in values:
            for found in values:
                yield field.name, gold, found, pairs[field.name, gold, found]


def _scores(evaluation: Evaluation) -> Iterator[list[Cell]]:
    for name, one in evaluation.scores.items():
        estimates = (getattr(one, measure) for measure in _MEASURES)
        yield [
            name,
            group_of(name),
            one.support,
            one.texts,
            *(cell for estimate in estimates for cell in _cells(estimate)),
            one.alpha,
            one.alpha_readers,
            one.counts.tp,
            one.counts.fp,
            one.counts.fn,
        ]


def _cells(estimate: Estimate | None) -> tuple[Cell, Cell, Cell]:
    return (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)


def _errors(errors: Iterable[Error]) -> Iterator[list[Cell]]:
    for number, error in enumerate(errors, start=1):
        for found in error.found_quotes or (_NOTHING,):
            yield [
                number,
                error.field,
                error.key,
                error.authority,
                error.gold,
                error.found,
                error.gold_quote,
                found.quote,
                found.code,
                found.value,
                found.rule,
                found.score,
                found.certain,
                error.url,
                error.place,
            ]


def _coverage(rows: Iterable[Covered]) -> Iterator[list[Cell]]:
    for row in rows:
        accuracy = None if row.accuracy is None else round(row.accuracy, 4)
        yield [row.field, row.threshold, round(row.coverage, 4), accuracy, row.n]
