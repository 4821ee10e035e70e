"""Decisions → scores by field and by value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.evaluating.agreement import (
    Counts,
    Score,
    accuracy,
    count,
    estimate,
    macro_f1,
    score,
)
from nlp.evaluating.alpha import krippendorff_alpha
from nlp.evaluating.fields import FIELDS, PASSAGES, Field, parts
from nlp.evaluating.gold import Judged


@dataclass(frozen=True)
class Decision:
    """One field of one text: canonical values of gold and program, and how sure the program is."""

    field: str
    key: str
    authority: str
    gold: Any
    found: Any
    confidence: float | None

    @property
    def right(self) -> bool:
        return bool(self.gold == self.found)


def score_decisions(
    decisions: Iterable[Decision],
    passages: Mapping[str, Mapping[str, Counts]],
    readers: Mapping[str, float],
    texts: Mapping[str, int],
) -> dict[str, Score]:
    """Scores by field and ``field=value``, in the order of the fields.

    ``passages`` are counts by measure and authority, ``texts`` how many texts each is from;
    ``readers`` the alphas between human readings.
    """
    by_field: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_field[decision.field].append(decision)
    scores = {
        name: one
        for field in FIELDS.values()
        if by_field[field.name]
        for name, one in _field_scores(field, by_field[field.name])
    }
    scores |= {name: score(passages[name], texts[name]) for name in PASSAGES if name in passages}
    return {name: replace(one, alpha_readers=readers.get(name)) for name, one in scores.items()}


def _field_scores(field: Field, decisions: Sequence[Decision]) -> Iterator[tuple[str, Score]]:
    whole = _whole(field, decisions)
    if field.type != "choice":
        yield field.name, whole
        return
    met = {value for decision in decisions for value in (decision.gold, decision.found)}
    values = [value for value in field.values if value in met]
    tables = {value: _by_authority(decisions, value) for value in values}
    rows = {
        authority: [
            number
            for value in values
            for c in [tables[value][authority]]
            for number in (c.tp, c.fp, c.fn)
        ]
        for authority in sorted({decision.authority for decision in decisions})
    }
    yield field.name, replace(whole, macro_f1=estimate(rows, macro_f1))
    for value in values:
        alpha = krippendorff_alpha((d.gold == value, d.found == value) for d in decisions)
        yield (
            f"{field.name}={value}",
            replace(score(tables[value], len(decisions)), alpha=_rounded(alpha)),
        )


def _whole(field: Field, decisions: Sequence[Decision]) -> Score:
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    right: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for decision in decisions:
        # "not_stated" is a value like the others where a field has several.
        counts[decision.authority] += count(list(parts(decision.gold)), list(parts(decision.found)))
        right[decision.authority][0] += decision.right
        right[decision.authority][1] += 1
    return replace(
        score(counts, len(decisions)),
        accuracy=estimate(right, accuracy),
        alpha=_rounded(krippendorff_alpha((d.gold, d.found) for d in decisions)),
    )


def _by_authority(decisions: Iterable[Decision], value: object) -> dict[str, Counts]:
    found: defaultdict[str, Counts] = defaultdict(Counts)
    for decision in decisions:
        found[decision.authority] += count(
            [value] * (decision.gold == value), [value] * (decision.found == value)
        )
    return dict(found)


def alpha_of_readings(gold: Iterable[Judged]) -> dict[str, float]:
    """Krippendorff's alpha between human readings, by field and ``field=value``, where defined."""
    units: defaultdict[str, list[list[Any]]] = defaultdict(list)
    for judged in gold:
        for name, field in FIELDS.items():
            values = [field.canonical(one[name]) for one in judged.readings if name in one]
            if len(values) > 1:
                units[name].append(values)
                for value in field.values if field.type == "choice" else ():
                    units[f"{name}={value}"].append([one == value for one in values])
    alphas = {name: _rounded(krippendorff_alpha(values)) for name, values in units.items()}
    return {name: alpha for name, alpha in alphas.items() if alpha is not None}


def _rounded(alpha: float | None) -> float | None:
    return None if alpha is None else round(alpha, 3)
