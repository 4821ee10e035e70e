"""What is evaluated: every field that gold may judge, its values, and the codes that decide it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GROUPS = ("kinds", "criteria", "spillovers", "passages")

CATEGORIES: Mapping[str, str] = {
    "economic": "spillover.territory.economic",
    "sociocultural": "spillover.territory.sociocultural",
    "institution": "spillover.institution",
}
"""Category of a spillover in the gold → its code."""

PASSAGES = (
    "spillover_passages",
    "spillover_passages_strict",
    "spillover_passages_any_category",
    "applicant_location_quote",
)

METADATA = frozenset(
    {
        "id", "url", "authority", "title", "text", "labels", "coder", "one_coder", "hard", "level",
        "year", "date", "note", "project_location", "applicant_location_partial",
        "partner_duration", "spillovers",
    }
)  # fmt: skip
"""What a line of gold may say that is no field to score."""

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\??")
_NOT_STATED = frozenset({"not_stated", "none", ""})


@dataclass(frozen=True)
class Field:
    """One field of the gold.

    ``type`` is choice (one of ``values``), boolean, stated (a text or nothing: only whether it is
    stated counts), number or list. ``codes`` are the codes whose references can decide it,
    ``evidence`` the name under which a decision notes those that did, ``column`` the column of
    ``calls.csv`` (of ``authorities.csv`` for a council's).
    """

    name: str
    group: str
    type: str
    values: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    column: str = ""
    evidence: str = ""

    def fault(self, value: Any) -> str:
        """Why ``value`` cannot be what a line of gold says of this field; empty if it can."""
        allowed = f"use {', '.join(self.values)} or null" if self.values else ""
        if value is None:
            return ""
        match self.type:
            case "choice" if value not in self.values:
                return f"{self.name}: {value!r} is none of its values; {allowed}"
            case "boolean" if not isinstance(value, bool):
                return f"{self.name}: {value!r} is not true, false or null"
            case "stated" if not isinstance(value, str | bool):
                return f"{self.name}: {value!r} is not a text, true, false or null"
            case "number" if not _amount(value):
                return f"{self.name}: {value!r} is not a number of 0 or more, or null"
            case "list":
                return self._list_fault(value, allowed)
        return ""

    def _list_fault(self, value: Any, allowed: str) -> str:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return f"{self.name}: {value!r} is not a list of texts, or null"
        for one in value:
            if self.values and one not in self.values:
                return f"{self.name}: {one!r} is none of its values; {allowed}"
            if self.name == "deadlines" and not _ISO_DAY.fullmatch(one):
                return f"{self.name}: {one!r} is not a date like 2014-05-15"
        return ""

    @property
    def null_is_not_stated(self) -> bool:
        """Whether null in the gold means "not stated"; elsewhere it means "undecided"."""
        return self.type in ("number", "stated") and self.name != "partner_duration_stated"

    def canonical(self, value: Any) -> Any:
        """The value so that equal decisions are equal: text, bool, float, None or sorted tuple."""
        match self.type:
            case "boolean" | "stated":
                return bool(value)
            case "number":
                return None if value is None else float(value)
            case "list":
                return tuple(sorted({one.rstrip("?") for one in value or ()}))
        return value

    def read(self, cell: str) -> Any:
        """The canonical value of a cell of the tables."""
        match self.type:
            case "boolean":
                return cell == "true"
            case "stated":
                return bool(cell)
            case "number":
                return float(cell) if cell else None
            case "list":
                return self.canonical(list(filter(None, cell.split("|"))))
        return cell or "not_stated"


def states(value: Any) -> bool:
    """Whether a canonical value says something, rather than "not stated" or "no"."""
    # 0.0 == False: an amount of nothing is still an amount.
    return value is not None and value is not False and value != () and value not in _NOT_STATED


def parts(value: Any) -> frozenset[Any]:
    """The single values of a canonical value: what is found or missed one by one."""
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset() if value is None or value is False else frozenset([value])


def shown(value: str | bool | float | tuple[str, ...] | None) -> str:
    """A canonical value as a cell of text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(value, ".15g")
    return "|".join(value) if isinstance(value, tuple) else value or ""


def _amount(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0


def _call(name: str, kind: str, code: str = "", column: str = "", *values: str) -> Field:
    column = column or name
    return Field(
        name, "criteria", kind, values, (code,) if code else (), column, _DECIDED.get(name, column)
    )


# Fields that qualify another decision rest on that decision's references.
_DECIDED = {
    "applicant_location_kinds": "applicant_location",
    "france_action_kinds": "france_actions",
    "partner_countries_list": "partner_countries",
}

_ALL: tuple[Field, ...] = (
    Field(
        "page_kind", "kinds", "choice", ("call", "international_page", "organisation", "other")
    ),
    _call("applicant_location", "choice", "applicant.location", "",
          "required", "preferred", "not_stated"),
    _call("applicant_location_kinds", "list", "applicant.location", "",
          "head_office", "branch", "activity", "residence", "unspecified"),
    _call("france_actions", "choice", "france.actions", "",
          "required", "encouraged", "not_stated"),
    _call("france_action_kinds", "list", "france.actions", "",
          "information", "communication", "sensibilisation", "education", "restitution"),
    _call("partner_operator", "boolean", "partner.operator"),
    _call("partner_countries", "boolean", "partner.countries"),
    _call("partner_countries_list", "list", "partner.countries"),
    _call("partner_duration_stated", "stated", "partner.duration", "partner_duration"),
    _call("legal_status", "list", "applicant.legal_status", "",
          "association", "authority", "education", "company", "foundation", "other"),
    _call("min_age", "stated", "applicant.min_age"),
    _call("cofunding_rate_max", "number", "funding.rate_max"),
    _call("amount_max", "number", "funding.amount_max"),
    _call("deadlines", "list", "call.deadline"),
    _call("excluded_expenses", "boolean", "funding.excluded_expenses"),
    _call("international_solidarity", "boolean"),
    Field("announces", "spillovers", "boolean", (), tuple(CATEGORIES.values())),
    *(Field(name, "spillovers", "boolean", (), (code,)) for name, code in CATEGORIES.items()),
    Field("council_announces", "spillovers", "boolean", (), tuple(CATEGORIES.values()),
          "announces_spillovers", "announces_spillovers"),
    Field("council_nature", "spillovers", "choice", ("economic", "sociocultural", "both", "none"),
          (CATEGORIES["economic"], CATEGORIES["sociocultural"]), "nature"),
    Field("council_institution", "spillovers", "boolean", (), (CATEGORIES["institution"],),
          "institution", "institution"),
)  # fmt: skip

FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
CALL_FIELDS = tuple(field for field in _ALL if field.group == "criteria")
COUNCIL_FIELDS = tuple(field for field in _ALL if field.name.startswith("council_"))


def group_of(name: str) -> str:
    """The group of a field's name, or of a ``field=value``."""
    return "passages" if name in PASSAGES else FIELDS[name.partition("=")[0]].group


def known_name(name: str) -> bool:
    """Whether scores can bear that name: a field, ``field=value``, or a measure of passages."""
    field, equals, value = name.partition("=")
    if equals:
        return field in FIELDS and value in FIELDS[field].values
    return field in FIELDS or field in PASSAGES


def known_label(name: str) -> bool:
    """Whether a line of gold may say something under that name."""
    quoted = name.removesuffix("_quote")
    return name in FIELDS or name in METADATA or (quoted != name and quoted in FIELDS)
