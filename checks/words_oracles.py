"""The measures of words against values that other programs and articles give, to their digits.

    python checks/words_oracles.py FOLDER

FOLDER holds ``oracles.json`` (values with their sources) and ``robespierre/`` (a lexical table of
Lafon 1980 and its specificities by textometry 0.1.6). Prints how many values agree, and each that
does not; the exit status is 1 if one does not, and 0 where the files are not there, which is said.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats.contingency import odds_ratio  # type: ignore[import-untyped]

from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.dispersion import dispersion
from nlp.words.statistics.keyness import chi_squared, keyness, log_likelihood
from nlp.words.statistics.specificity import specificities

Value = tuple[str, float, Decimal]
"""What it is, what this program finds, what was given."""


def main() -> int:
    """Run the check."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python checks/words_oracles.py FOLDER\n")
        return 2
    folder, wrong = Path(sys.argv[1]), 0
    oracles = folder / "oracles.json"
    if oracles.is_file():
        given = json.loads(oracles.read_text(encoding="utf-8"), parse_float=Decimal)
        for name, values in ORACLES.items():
            wrong += _tell(name, list(values(given[name])))
        others = ", ".join(sorted(given.keys() - ORACLES.keys()))
        sys.stdout.write(f"not about words, not looked at: {others}\n")
    else:
        sys.stdout.write(f"left out: no {oracles}\n")
    table = folder / "robespierre" / "robespierre_lexical_table.csv"
    scores = folder / "robespierre" / "robespierre_specificities_textometry0.1.6.csv"
    if table.is_file() and scores.is_file():
        wrong += _tell("robespierre", list(_robespierre(table, scores)))
    else:
        sys.stdout.write(f"left out: no {table} or {scores}\n")
    return 1 if wrong else 0


def _tell(name: str, values: list[Value]) -> int:
    apart = [one for one in values if not _agrees(*one[1:])]
    sys.stdout.write(f"{name}: {len(values) - len(apart)} of {len(values)} values agree\n")
    for what, found, given in apart:
        sys.stdout.write(f"  {what}: found {found}, given {given}\n")
    return len(apart)


def _agrees(found: float, given: Decimal) -> bool:
    """Whether both are the same once rounded to the digits given, ties either way."""
    last_digit = Decimal(10) ** int(given.as_tuple().exponent)
    return abs(Decimal(found) - given) <= Decimal("0.5000001") * last_digit


def _cells(name: str, found: np.ndarray[Any, np.dtype[np.float64]], given: Any) -> Iterator[Value]:
    for place, value in np.ndenumerate(np.array(given, dtype=object)):
        yield f"{name} {place}", float(found[place]), Decimal(value)


def _specificity(given: dict[str, Any]) -> Iterator[Value]:
    words, table = given["table_rows"], given["table"]
    yield from _cells("cell", specificities(table), given["expected"])
    older = specificities(table, "mode")
    for cell, value in given["older_textometrieR_2009_differs"].items():
        word, part = cell.split("/D")
        yield f"older {cell}", float(older[words.index(word), int(part) - 1]), value
    lexicon, part = given["sublexicon"]["lexicon"], given["sublexicon"]["sub"]
    rows = [[part.get(word, 0), lexicon[word] - part.get(word, 0)] for word in lexicon]
    scores = specificities(rows)[:, 0]
    for word, score in zip(lexicon, scores.tolist(), strict=True):
        yield f"sublexicon {word}", score, given["sublexicon"]["expected"][word]
    f, frequency, size, total = (given["tail"][key] for key in ("x", "F", "t", "T"))
    rows = [[f, frequency - f], [size - f, total - frequency - size + f]]
    yield "tail", 10 ** -float(specificities(rows)[0, 0]), given["tail"]["P(X>=11)"]


def _keyness(given: dict[str, Any]) -> Iterator[Value]:
    (f, other), (outside, rest) = given["target"], given["ref"]
    table = Contingency.of_table([[f, outside], [other, rest]])
    found = {
        "chi2_default": chi_squared(table, "yates"),
        "chi2_none": chi_squared(table),
        "lr_default(Yates, NOT Williams)": log_likelihood(table, "yates"),
        "lr_none": log_likelihood(table),
        "lr_williams": log_likelihood(table, "williams"),
    }
    # quanteda multiplies χ² by Williams' q, by which G² is divided: not offered, but accounted for.
    found["chi2_williams"] = found["chi2_none"] * found["lr_none"] / found["lr_williams"]
    for name, scores in found.items():
        yield name, float(scores[0, 0]), given[name]
    # Not offered either, since it is found by trial for one word at a time: SciPy's own.
    odds = odds_ratio([[f, outside], [other, rest]], kind="conditional").statistic
    yield "fisher_cond_OR", float(odds), given["fisher_cond_OR"]


def _evert(given: dict[str, Any]) -> Iterator[Value]:
    for target, reference, *values in given["rows"]:
        found = keyness(Contingency.of_two([target], 1177, [reference], 341805), tests=20109)
        for name, value in zip(("g2", "log_ratio", "lrc"), values, strict=True):
            yield f"{name} {target}:{reference}", float(getattr(found, name)[0]), value


def _dunning(given: dict[str, Any]) -> Iterator[Value]:
    a, b, c, d = given["table"]
    found = log_likelihood(Contingency.of_table([[a, b], [c, d]]))
    yield "G2", float(found[0, 0]), given["G2"]


_DISPERSIONS = {
    "DP": "dp",
    "DP_gries2008": "dp",
    "DPnorm": "dp_norm",
    "DPnorm_LG2012": "dp_norm",
    "DP_egbert_conventional": "dp_egbert",
    "JuillandD_rates": "juilland_d",
    "D": "juilland_d",
    "CarrollD2": "carroll_d2",
    "D2": "carroll_d2",
    "RosengrenS": "rosengren_s",
    "S": "rosengren_s",
    "KLD": "kld",
}


def _dispersion(given: dict[str, Any]) -> Iterator[Value]:
    counts, sizes, *_ = given.values()
    found = dispersion([counts], sizes)
    for name, value in given.items():
        if isinstance(value, Decimal):
            yield name, float(getattr(found, _DISPERSIONS[name])[0]), value


def _carroll(given: dict[str, Any]) -> Iterator[Value]:
    for name, value in given.items():
        measure, _, counts = name.rstrip("]").partition("[")
        found = dispersion([[int(count) for count in counts.split(",")]], [100] * 5)
        score = found.juilland_d if measure == "JuillandD" else found.carroll_d2
        yield name, float(score[0]), value


ORACLES: dict[str, Callable[[dict[str, Any]], Iterator[Value]]] = {
    "specificity": _specificity,
    "keyness_2x2_b": _keyness,
    "evert": _evert,
    "g2_dunning": _dunning,
    "dispersion_gries_a": _dispersion,
    "dispersion_lyne_allemand": _dispersion,
    "carroll1970": _carroll,
}


def _robespierre(table: Path, scores: Path) -> Iterator[Value]:
    counts = [[int(cell) for cell in row] for row in _body(table)]
    # R leaves out the zeros at the end of a number: all have four decimals.
    given = [[Decimal(cell).quantize(Decimal("1.0000")) for cell in row] for row in _body(scores)]
    yield from _cells("cell", specificities(counts), given)


def _body(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row[1:] for row in list(csv.reader(lines))[1:]]


if __name__ == "__main__":
    sys.exit(main())
