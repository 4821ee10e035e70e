"""The page of an evaluation: scores, confusions, and every error with its quotes."""

import base64
import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from corpora.campaign import InputError
from nlp.evaluating.agreement import Estimate
from nlp.evaluating.errors import Error
from nlp.evaluating.evaluation import Evaluation
from nlp.evaluating.fields import FIELDS, GROUPS, PASSAGES, group_of
from nlp.reporting.pages.places import archived_page, live_address

# HTML has no place for these; texts of the web do bring them.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF], "\ufffd")

_FAMILIES = ("spillover", "applicant", "france", "partner")


@dataclass(frozen=True)
class Confusion:
    """One field's table: for each gold value the number found as each of ``values``."""

    field: str
    values: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def write_page(
    evaluation: Evaluation,
    confusion: Sequence[tuple[str, str, str, int]],
    pictures: Sequence[Path],
    folder: Path,
) -> Path:
    """Write ``index.html`` into ``folder``; it holds its style and picture and needs no script.

    Archived copies are linked where the report beside ``folder`` has them. Raises InputError where
    the page cannot be written.
    """
    environment = Environment(
        loader=PackageLoader("nlp.evaluating"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_writable,
    )
    labels = _labels(folder.parent / "tables" / "codes.csv")
    page = environment.get_template("evaluation.html.j2").render(
        campaign=folder.parent.name,
        style=Markup(  # noqa: S704 - our own file, nothing crawled in it
            files("nlp.reporting").joinpath("style.css").read_text(encoding="utf-8")
        ),
        evaluation=evaluation,
        groups=[
            (group, [item for item in evaluation.scores.items() if group_of(item[0]) == group])
            for group in GROUPS
        ],
        picture=next((_embedded(path) for path in pictures if path.suffix == ".png"), ""),
        confusions=_confusions(confusion),
        errors=_by_field(evaluation.errors),
        nothing=lambda field: "no passage" if field in PASSAGES else "not stated",
        choices=frozenset(name for name, field in FIELDS.items() if field.type == "choice"),
        number=_number,
        interval=_interval,
        archived=lambda document, reference="": _archived(folder, document, reference),
        live=live_address,
        family=_family,
        name_of=lambda code: labels.get(code, code),
        gold_quote_shown=_gold_quote_shown,
    )
    path = folder / "index.html"
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}): run again") from error
    return path


def _confusions(rows: Sequence[tuple[str, str, str, int]]) -> list[Confusion]:
    found = []
    for field, group in groupby(rows, key=lambda row: row[0]):
        cells: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for _, gold, value, number in group:
            cells[gold][value] = number
        lines = tuple((gold, tuple(line.values())) for gold, line in cells.items())
        found.append(Confusion(field, tuple(cells), lines))
    return found


def _by_field(errors: Sequence[Error]) -> list[tuple[str, list[tuple[int, Error]]]]:
    """Errors by field, each with its number in the table of errors."""
    found: defaultdict[str, list[tuple[int, Error]]] = defaultdict(list)
    for number, error in enumerate(errors, start=1):
        found[error.field].append((number, error))
    return [(name, found[name]) for name in (*FIELDS, *PASSAGES) if name in found]


def _labels(path: Path) -> Mapping[str, str]:
    """The codebook's label of each code, as the analysis wrote them; none where it did not."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


def _archived(folder: Path, document_id: str, reference_id: str) -> str:
    """Where a document's archived copy is, from the page; empty where there is none."""
    there = (folder.parent / "report" / archived_page(document_id)).is_file()
    return f"../report/{archived_page(document_id, reference_id)}" if document_id and there else ""


def _embedded(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _number(value: float | Estimate | None) -> str:
    number = value.value if isinstance(value, Estimate) else value
    return "–" if number is None else f"{number:.2f}"


def _interval(estimate: Estimate | None) -> str:
    return f"{estimate.low:.2f}–{estimate.high:.2f}" if estimate else ""


def _family(code: str) -> str:
    first = code.partition(".")[0]
    return first if first in _FAMILIES else "other"


def _gold_quote_shown(error: Error) -> bool:
    return bool(error.gold_quote) and error.gold != error.gold_quote


def _writable(value: object) -> object:
    return value.translate(_UNWRITABLE) if type(value) is str else value
