"""The typed difference of two editions of a call."""

from typing import Any

import pytest

from nlp.comparing.criteria import FieldChange, Side, differences, in_days
from nlp.comparing.wordings import plain
from tests.nlp.comparing.made import call, page, passage

SAME: dict[str, Any] = {"deadlines": ()}
QUOTE = "Le siège est en Ombrelle."


def changes(then: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    document = page("Appel", QUOTE)
    sides = [Side(call(document, **(SAME | told)), {}) for told in (then, now)]
    return [(c.field, c.type, c.then, c.now) for c in differences(*sides)]


@pytest.mark.parametrize(
    ("field", "then", "now", "type_"),
    [
        ("applicant_location", "preferred", "required", "stricter"),
        ("applicant_location", "required", "preferred", "looser"),
        ("applicant_location", "not_stated", "preferred", "added"),
        ("applicant_location", "required", "not_stated", "dropped"),
        ("france_actions", "encouraged", "required", "stricter"),
        ("france_actions", "required", "encouraged", "looser"),
        ("partner_operator", False, True, "added"),
        ("excluded_expenses", True, False, "dropped"),
        ("partner_duration", "P10D", "P2W", "stricter"),
        ("partner_duration", "P1M", "P3W", "looser"),
        ("min_age", "P1Y", "P24M", "stricter"),
        ("min_age", "", "P1Y", "added"),
        ("legal_status", ("association",), ("association", "company"), "looser"),
        ("legal_status", ("association", "company"), ("company",), "stricter"),
        ("legal_status", ("association",), ("company",), "changed"),
        ("partner_countries_list", ("Mali", "Togo"), ("Mali",), "stricter"),
        ("partner_countries_list", ("Mali",), ("Mali", "Togo"), "looser"),
        ("partner_countries_list", ("Mali",), (), "looser"),
        ("partner_countries_list", (), ("Mali",), "stricter"),
        ("partner_countries", True, False, "dropped"),
        ("amount_max", None, 5000.0, "added"),
        ("amount_max", 5000.0, 6000.0, "changed"),
        ("cofunding_rate_max", 50.0, None, "dropped"),
        ("deadlines", ("2014-05-15",), ("2026-05-15",), "changed"),
    ],
)
def test_each_field_has_its_order_of_strictness(
    field: str, then: object, now: object, type_: str
) -> None:
    told = changes({field: then}, {field: now})
    assert [change[1] for change in told] == [type_]
    assert told[0][0] == field.removesuffix("_list")


@pytest.mark.parametrize(
    ("field", "then", "now"),
    [
        ("min_age", "P12M", "P1Y"),
        ("partner_duration", "P30D", "P1M"),
        ("deadlines", ("2014-05-15?",), ("2014-05-15",)),
    ],
)
def test_the_same_demand_otherwise_written_is_no_change(
    field: str, then: object, now: object
) -> None:
    assert changes({field: then}, {field: now}) == []


def test_values_are_told_as_tables_print_them() -> None:
    told = changes({"amount_max": 5000.0, "partner_countries_list": ("Mali", "Togo")}, {})
    assert told == [
        ("partner_countries", "changed", "Mali|Togo", "Mali|Sénégal"),
        ("amount_max", "dropped", "5000", ""),
    ]


def reworded(then: str, now: str, also: str = "") -> tuple[FieldChange, ...]:
    old, new = page("Appel 2014", then), page("Appel 2026", now, also or "Autre chose.")
    found_then = passage(old, "applicant.location", then)
    found_now = passage(new, "applicant.location", now)
    evidence = {"applicant_location": ("one",)}
    sides = [
        Side(call(d, **SAME, evidence=evidence), {"one": found}, {plain(text) for text in said})
        for d, found, said in ((old, found_then, [then]), (new, found_now, [now, also]))
    ]
    return differences(*sides)


def test_other_words_for_the_same_rule_are_told_with_both_quotes() -> None:
    (change,) = reworded("Le siège est en Ombrelle.", "Vous êtes domicilié en Ombrelle.")
    assert change.type == "reworded"
    assert [p.quote for p in change.passages_then] == ["Le siège est en Ombrelle."]
    assert [p.quote for p in change.passages_now] == ["Vous êtes domicilié en Ombrelle."]


@pytest.mark.parametrize(
    "now", ["Le  siège est en Ombrelle en 2026.", "Le siège est en Ombrelle en 2014 ;"]
)
def test_a_year_white_space_or_a_stop_is_no_rewording(now: str) -> None:
    assert reworded("Le siège est en Ombrelle en 2014.", now) == ()


def test_a_passage_that_still_stands_is_not_reworded_whatever_else_is_said() -> None:
    assert reworded("Le siège est ici.", "Soyez d'Ombrelle.", also="Le siège est ici.") == ()


def test_what_is_said_to_be_dropped_and_still_stands_is_to_check() -> None:
    document = page("Appel", QUOTE)
    found = passage(document, "applicant.location", QUOTE)
    then = Side(
        call(document, evidence={"applicant_location": ("one",)}), {"one": found}, {plain(QUOTE)}
    )
    now = Side(call(document, applicant_location="not_stated"), {}, {plain(QUOTE)})
    (change,) = differences(then, now)
    assert (change.type, change.to_check) == ("dropped", True)
    (gone,) = differences(then, Side(now.call, {}, ()))
    assert not gone.to_check


def test_a_duration_is_days() -> None:
    assert in_days("P2W") == in_days("P14D") == 14
    assert in_days("P12M") == in_days("P1Y")
    assert in_days("") == 0
