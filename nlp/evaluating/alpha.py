"""Krippendorff's alpha, and the agreement of human readers that others have published."""

import csv
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

from corpora.campaign import InputError
from nlp.evaluating.fields import known_name


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal data, 1 at perfect agreement, 0 at that of chance.

    ``units`` are the values that coders gave each unit, without those missing; a unit with fewer
    than two counts for nothing. None where alpha is not defined: nothing was judged twice, or only
    one value was ever given, so that chance alone agrees always.

    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: with the
    coincidence matrix o (each pair of values of a unit of m values weighs 1 / (m - 1)), its
    margins n_c and their sum n, alpha = 1 - (n - 1) Σ_{c≠k} o_ck / Σ_{c≠k} n_c n_k.
    """
    margins: Counter[Hashable] = Counter()
    agreeing = 0.0
    for values in units:
        if len(values) > 1:
            counts = Counter(values)
            margins.update(counts)
            agreeing += sum(n * (n - 1) for n in counts.values()) / (len(values) - 1)
    n = margins.total()
    by_chance = n * n - sum(count * count for count in margins.values())
    return 1 - (n - 1) * (n - agreeing) / by_chance if by_chance else None


def read_agreement(path: Path) -> dict[str, float]:
    """Alpha between human readings by field (or ``field=value``), from CSV: ``field,alpha``.

    Raises InputError with file, line and reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            if next(rows, None) != ["field", "alpha"]:
                raise InputError(f"{path}:1: the header has to be field,alpha")
            return _agreement(path, rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason})") from error


def _agreement(path: Path, rows: Iterable[list[str]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        place = f"{path}:{number}"
        if len(row) != 2:
            raise InputError(f"{place}: {len(row)} cells; give field,alpha")
        name, cell = row
        if not known_name(name):
            raise InputError(f"{place}: unknown field {name!r}; give a field of the scores")
        if name in found:
            raise InputError(f"{place}: {name} has an alpha already")
        found[name] = _number(cell, place)
    return found


def _number(cell: str, place: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not -1 <= value <= 1:
        raise InputError(f"{place}: alpha {cell!r}; give a number from -1 to 1, like 0.83")
    return value
