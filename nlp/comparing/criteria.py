"""The typed difference of two editions of a call, criterion by criterion."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from nlp.coding.references import Call, Reference
from nlp.comparing.wordings import plain

TYPES = ("added", "dropped", "reworded", "stricter", "looser", "changed")
LOCATION = ("not_stated", "preferred", "required")
FRANCE_ACTIONS = ("not_stated", "encouraged", "required")
"""From the loosest to the strictest."""

# The mean Gregorian month, so that twelve months are a year.
_DAYS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Y": 365.25}
_SAME_SPAN = 0.02
"""Thirty days and one month are the same demand."""


@dataclass(frozen=True)
class FieldChange:
    """One field of a call that is not as it was.

    ``type`` is one of TYPES; ``then`` and ``now`` are the values as a table prints them, empty
    where not stated; ``passages_then`` and ``passages_now`` the references that decided them, the
    surest first. ``to_check``: one of the calls has the field to check, or the passage that is said
    to be new, or dropped, stands word for word in the other call.
    """

    field: str
    type: str
    then: str
    now: str
    passages_then: tuple[Reference, ...]
    passages_now: tuple[Reference, ...]
    to_check: bool = False


@dataclass(frozen=True)
class Side:
    """One edition of a call with what it rests on: its references, and all its sentences, plain."""

    call: Call
    references: Mapping[str, Reference]
    said: Collection[str] = ()

    def passages(self, name: str) -> tuple[Reference, ...]:
        """The references that decided a field, the surest first."""
        own = [
            self.references[id_]
            for id_ in self.call.evidence.get(name, ())
            if id_ in self.references
        ]
        return tuple(sorted(own, key=lambda r: (-r.score, r.document_id, r.start, r.id)))


def differences(then: Side, now: Side) -> tuple[FieldChange, ...]:
    """Every field that changed, in the order of ``FIELDS``.

    Strictness: a force by its order; a longer duration or age is stricter; a list that another
    includes is stricter than it (fewer may apply, fewer countries), a list of countries stricter
    than a group that names none; lists of which neither includes the other are ``changed``. None →
    some is ``added``, some → none ``dropped``. Rates, amounts and dates are ``changed``. A
    criterion of the same value is ``reworded`` where none of the passages that decided it then
    still stands word for word, years apart.
    """
    found = []
    for name, compare in FIELDS.items():
        type_ = compare(then.call, now.call)
        if type_ == "same":
            type_ = "reworded" if name in CRITERIA and _reworded(name, then, now) else ""
        if type_:
            found.append(
                FieldChange(
                    name,
                    type_,
                    value_of(then.call, name),
                    value_of(now.call, name),
                    then.passages(name),
                    now.passages(name),
                    _doubtful(name, type_, then, now),
                )
            )
    return tuple(found)


def _doubtful(name: str, type_: str, then: Side, now: Side) -> bool:
    if name in then.call.to_check or name in now.call.to_check:
        return True
    one, other = (now, then) if type_ == "added" else (then, now)
    said = set(other.said)
    alone = _deciding(one.passages(name)) if type_ in ("added", "dropped") else ()
    return any(plain(reference.quote) in said for reference in alone)


def value_of(call: Call, name: str) -> str:
    """A field's value as tables print it; empty where not stated."""
    value = getattr(call, name)
    if name == "partner_countries":
        return ("|".join(call.partner_countries_list) or "true") if value else ""
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, float):
        return format(value, ".15g")
    return "" if value in (None, "not_stated") else str(value)


def _reworded(name: str, then: Side, now: Side) -> bool:
    old, new = _deciding(then.passages(name)), _deciding(now.passages(name))
    if not old or not new:
        return False
    kept = {plain(reference.quote) for reference in new} | set(now.said)
    return not any(plain(reference.quote) in kept for reference in old)


def _deciding(passages: Sequence[Reference]) -> Sequence[Reference]:
    """The surest alone: what merely touches on a criterion often stays where its rule changes."""
    return [r for r in passages if r.score == passages[0].score]


def _stated(then: bool, now: bool) -> str:
    """added, dropped, empty where neither says anything, ``same`` where both do."""
    if then and now:
        return "same"
    return "added" if now else "dropped" if then else ""


def _by_order(name: str, order: Sequence[str]) -> Callable[[Call, Call], str]:
    def compare(then: Call, now: Call) -> str:
        old, new = order.index(getattr(then, name)), order.index(getattr(now, name))
        if old == new or not old or not new:
            return _stated(old > 0, new > 0)
        return "stricter" if new > old else "looser"

    return compare


def _by_statement(name: str) -> Callable[[Call, Call], str]:
    return lambda then, now: _stated(bool(getattr(then, name)), bool(getattr(now, name)))


def _by_length(name: str) -> Callable[[Call, Call], str]:
    def compare(then: Call, now: Call) -> str:
        old, new = in_days(getattr(then, name)), in_days(getattr(now, name))
        if not old or not new or abs(old - new) <= _SAME_SPAN * max(old, new):
            return _stated(bool(old), bool(new))
        return "stricter" if new > old else "looser"

    return compare


def in_days(duration: str) -> float:
    """An ISO 8601 duration of one unit in days (P1Y = P12M = 365.25), 0 where there is none."""
    match = re.fullmatch(r"P(\d+)([DWMY])", duration)
    return int(match[1]) * _DAYS[match[2]] if match else 0.0


def _legal_status(then: Call, now: Call) -> str:
    return _by_inclusion(set(then.legal_status), set(now.legal_status))


def _partner_countries(then: Call, now: Call) -> str:
    if not then.partner_countries or not now.partner_countries:
        return _stated(then.partner_countries, now.partner_countries)
    old, new = set(then.partner_countries_list), set(now.partner_countries_list)
    if bool(old) != bool(new):
        return "stricter" if new else "looser"
    return _by_inclusion(old, new) if old else "same"


def _by_inclusion(old: set[str], new: set[str]) -> str:
    if old == new or not old or not new:
        return _stated(bool(old), bool(new))
    if new < old:
        return "stricter"
    return "looser" if old < new else "changed"


def _by_value(name: str) -> Callable[[Call, Call], str]:
    def compare(then: Call, now: Call) -> str:
        old, new = getattr(then, name), getattr(now, name)
        if isinstance(old, tuple):  # a year that was inferred is the same year
            old, new = ({one.rstrip("?") for one in dates} for dates in (old, new))
        missing: tuple[object, ...] = (None, set())
        if old in missing or new in missing:
            return _stated(old not in missing, new not in missing)
        return "same" if old == new else "changed"

    return compare


CRITERIA: Mapping[str, Callable[[Call, Call], str]] = {
    "applicant_location": _by_order("applicant_location", LOCATION),
    "france_actions": _by_order("france_actions", FRANCE_ACTIONS),
    "partner_operator": _by_statement("partner_operator"),
    "partner_countries": _partner_countries,
    "partner_duration": _by_length("partner_duration"),
    "legal_status": _legal_status,
    "min_age": _by_length("min_age"),
    "excluded_expenses": _by_statement("excluded_expenses"),
}
FIELDS: Mapping[str, Callable[[Call, Call], str]] = {
    **CRITERIA,
    "cofunding_rate_max": _by_value("cofunding_rate_max"),
    "amount_max": _by_value("amount_max"),
    "deadlines": _by_value("deadlines"),
}
