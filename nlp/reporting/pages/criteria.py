"""A call's and a council's decisions as a reader's words, each with the evidence it rests on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.coding.references import Authority, Call
from nlp.reporting.wording import Wording

# Field of a call → further fields that the same cell speaks of.
CALL_FIELDS: Mapping[str, tuple[str, ...]] = {
    "applicant_location": ("applicant_location_kinds", "applicant_location_quote"),
    "france_actions": ("france_action_kinds",),
    "partner_operator": (),
    "partner_countries": ("partner_countries_list",),
    "partner_duration": (),
    "legal_status": (),
    "min_age": (),
    "cofunding_rate_max": (),
    "amount_max": (),
    "deadlines": (),
    "excluded_expenses": (),
}
# What makes it a call of the study; shown on its own page, not in the matrix.
SCOPE_FIELDS = ("international_solidarity", "international")
# Field of a council → keys of the evidence that shows it.
COUNCIL_FIELDS = {
    "announces_spillovers": ("announces_spillovers",),
    "nature": ("nature", "economic", "sociocultural"),
    "institution": ("institution",),
    "precise": ("precise",),
}

_DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}
_IN_A_CELL = 3  # countries or dates: the matrix must stay readable


@dataclass(frozen=True)
class Decision:
    """A field's value in words (empty: not stated) and the ids of the references it rests on.

    ``to_check`` are those of uncertain references that would change it.
    """

    field: str
    text: str
    evidence: tuple[str, ...]
    to_check: tuple[str, ...]


def call_decision(call: Call, field: str, wording: Wording, *, short: bool = False) -> Decision:
    """What the call says of ``field``; ``short`` cuts long lists to fit a cell."""
    keys = (field, *CALL_FIELDS.get(field, ()))
    text = _call_text(call, field, wording, short=short)
    return Decision(field, text, _evidence(call.evidence, keys), _evidence(call.to_check, keys))


def call_state(call: Call, field: str) -> str:
    """What the calls are filtered by: required, preferred …, else stated or not_stated."""
    value = getattr(call, field)
    if field in ("applicant_location", "france_actions"):
        return str(value) or "not_stated"
    return "not_stated" if value is None or value in ("", False, ()) else "stated"


def call_order(call: Call, field: str) -> str:
    """What the calls are sorted by: a number, or a text that sorts as it should; empty at the end.

    Durations are counted in days, months as 30 of them.
    """
    value = getattr(call, field)
    match field:
        case "applicant_location" | "france_actions":
            strength = ("required", "preferred", "encouraged", "not_stated")
            return str(strength.index(value)) if value in strength[:3] else ""
        case "partner_duration" | "min_age":
            days = sum(int(n) * _DAYS[unit] for n, unit in re.findall(r"(\d+)([YMWD])", value))
            return str(days or "")
        case "cofunding_rate_max" | "amount_max":
            return "" if value is None else f"{value:.15g}"
        case "deadlines":
            return min(value, default="")
        case "partner_countries":
            return str(len(call.partner_countries_list) or 1) if value else ""
    return "1" if value else ""


def council_decision(authority: Authority, field: str, wording: Wording) -> Decision:
    """What the council's pages say of ``field``; empty where nothing is announced."""
    value = getattr(authority, field)
    if field == "nature":
        text = "" if value in ("", "none") else wording.name("nature", value)
    else:
        text = wording.say("yes") if value else ""
    keys = COUNCIL_FIELDS[field]
    return Decision(
        field, text, _evidence(authority.evidence, keys), _evidence(authority.to_check, keys)
    )


def _evidence(evidence: Mapping[str, tuple[str, ...]], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for key in keys for id_ in evidence.get(key, ())))


def _call_text(call: Call, field: str, wording: Wording, *, short: bool) -> str:
    value = getattr(call, field)
    if value is None or value in ("", "not_stated", False, ()):
        return ""
    match field:
        case "applicant_location":
            return _qualified(value, call.applicant_location_kinds, wording)
        case "france_actions":
            return _qualified(value, call.france_action_kinds, wording)
        case "partner_countries":
            countries = call.partner_countries_list
            most = _IN_A_CELL if short else None
            return _listed(countries, wording, most=most) or wording.say("yes")
        case "cofunding_rate_max":
            return wording.rate(value)
        case "amount_max":
            return wording.money(value)
        case "legal_status":
            return ", ".join(wording.name("statuses", item) for item in value)
        case "deadlines":
            return _listed(value, wording, most=_IN_A_CELL if short else None)
    return wording.say("yes") if value is True else wording.value(value)


def _qualified(value: str, kinds: tuple[str, ...], wording: Wording) -> str:
    told = [wording.value(kind) for kind in kinds if kind != "unspecified"]
    return f"{wording.value(value)} · {', '.join(told)}" if told else wording.value(value)


def _listed(values: tuple[str, ...], wording: Wording, *, most: int | None) -> str:
    shown = values[:most]
    rest = len(values) - len(shown)
    return ", ".join(map(wording.value, shown)) + (f" + {rest}" if rest else "")
