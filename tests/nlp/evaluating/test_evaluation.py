"""A campaign's tables against gold, on tables small enough to count by hand."""

import csv
from pathlib import Path
from typing import Any

import pytest

from corpora.campaign import Campaign, InputError
from nlp.counting.stores import write_csv
from nlp.evaluating.agreement import Counts
from nlp.evaluating.evaluation import Error, Evaluation, evaluate, write_evaluation
from nlp.evaluating.gold import Judged

OMBRELLE, SORVANGE = "Conseil régional d'Ombrelle", "Conseil régional de Sorvange"
SITE = "http://ombrelle.example"
CALL_COLUMNS = (
    "document_ids", "applicant_location", "applicant_location_kinds", "france_actions",
    "france_action_kinds", "partner_operator", "partner_countries", "partner_duration", "min_age",
    "cofunding_rate_max", "amount_max", "deadlines", "excluded_expenses",
    "international_solidarity",
)  # fmt: skip


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = Campaign("essai", tmp_path)
    tables = made.outputs / "tables"
    write_csv(
        tables / "documents.csv",
        ("document_id", "authority", "kind", "title", "url"),
        [
            ("d1", OMBRELLE, "call", "Appel solidaire", f"{SITE}/aides/appel"),
            ("d2", OMBRELLE, "call", "Règlement", f"{SITE}/docs/reglement.pdf"),
            ("d3", OMBRELLE, "organisation", "Nos services", f"{SITE}/services"),
            ("d4", SORVANGE, "international_page", "L'Europe, le monde", "http://s.example/monde"),
        ],
    )
    write_csv(
        tables / "calls.csv",
        CALL_COLUMNS,
        [
            ("d1|d2", "required", "branch|head_office", "not_stated", "", "true", "false", "P10D",
             "", "50", "", "2014-05-15|2014-10-01?", "true", "true"),
        ],
    )  # fmt: skip
    write_csv(
        tables / "references.csv",
        ("document_id", "code", "value", "certain"),
        [
            ("d4", "spillover.territory.economic", "announced", "true"),
            ("d4", "spillover.institution", "announced", "false"),
            ("d4", "spillover.territory.sociocultural", "past", "true"),
        ],
    )
    write_csv(
        tables / "authorities.csv",
        ("authority", "announces_spillovers", "nature", "institution"),
        [(OMBRELLE, "false", "none", "false"), (SORVANGE, "true", "economic", "false")],
    )
    return made


def _judged(
    urls: tuple[str, ...] = (f"{SITE}/aides/appel",),
    authority: str = OMBRELLE,
    title: str = "",
    **labels: Any,
) -> Judged:
    return Judged(urls[0] if urls else authority, authority, urls, title, labels)


def _counts(evaluation: Evaluation) -> dict[str, Counts]:
    return {name: one.counts for name, one in evaluation.scores.items()}


def test_what_is_right_is_counted_and_leaves_no_error(campaign: Campaign) -> None:
    gold = _judged(
        page_kind="call",
        applicant_location="required",
        applicant_location_kinds=["head_office", "branch"],
        france_actions="not_stated",
        partner_operator=True,
        partner_countries=False,
        partner_duration_stated=True,
        min_age=None,
        cofunding_rate_max=50,
        amount_max=None,
        deadlines=["2014-05-15", "2014-10-01"],
    )
    evaluation = evaluate(campaign, [gold])
    assert evaluation.errors == ()
    assert evaluation.missing == ()
    assert evaluation.judged == 1
    counts = _counts(evaluation)
    assert counts["applicant_location=required"] == Counts(1, 0, 0)
    assert counts["applicant_location_kinds"] == counts["deadlines"] == Counts(2, 0, 0)
    assert counts["partner_operator"] == counts["cofunding_rate_max"] == Counts(1, 0, 0)
    assert counts["partner_countries"] == counts["amount_max"] == counts["min_age"] == Counts()
    assert all(one.counts.fp == one.counts.fn == 0 for one in evaluation.scores.values())


def test_what_is_wrong_is_counted_by_field_and_value_and_told(campaign: Campaign) -> None:
    gold = _judged(
        applicant_location="preferred",
        applicant_location_kinds=["head_office", "residence"],
        partner_operator=False,
        cofunding_rate_max=70,
        deadlines=["2014-05-15"],
        international_solidarity=True,
    )
    evaluation = evaluate(campaign, [gold])
    counts = _counts(evaluation)
    assert counts["applicant_location=preferred"] == Counts(0, 0, 1)
    assert counts["applicant_location=required"] == Counts(0, 1, 0)
    assert counts["applicant_location_kinds"] == Counts(1, 1, 1)
    assert counts["partner_operator"] == Counts(0, 1, 0)
    assert counts["cofunding_rate_max"] == Counts(0, 1, 1)
    assert counts["deadlines"] == Counts(1, 1, 0)
    assert counts["international_solidarity"] == Counts(1, 0, 0)
    told = {error.field: error for error in evaluation.errors}
    assert set(told) == {
        "applicant_location", "applicant_location_kinds", "partner_operator", "cofunding_rate_max",
        "deadlines",
    }  # fmt: skip
    url = f"{SITE}/aides/appel"
    assert told["applicant_location"] == Error(
        "applicant_location", url, OMBRELLE, "preferred", "required", url
    )
    assert told["deadlines"].found == "2014-05-15|2014-10-01"


@pytest.mark.parametrize(
    ("urls", "title", "kind"),
    [
        ((f"{SITE}/services",), "", "other"),
        (("http://moved.example/x", "/services"), "", "other"),
        (("reglement.pdf",), "", "call"),
        (("reglement",), "", "call"),
        (("http://moved.example/x",), "NOS SERVICES !", "other"),
    ],
)
def test_a_text_is_found_by_url_title_or_the_end_of_its_url(
    campaign: Campaign, urls: tuple[str, ...], title: str, kind: str
) -> None:
    evaluation = evaluate(campaign, [_judged(urls, title=title, page_kind=kind)])
    assert (evaluation.errors, evaluation.missing) == ((), ())


def test_every_document_of_a_call_speaks_for_it(campaign: Campaign) -> None:
    gold = _judged((f"{SITE}/docs/reglement.pdf",), applicant_location="required")
    assert evaluate(campaign, [gold]).errors == ()


def test_a_page_of_no_call_states_nothing(campaign: Campaign) -> None:
    gold = _judged((f"{SITE}/services",), applicant_location="required", partner_operator=True)
    assert _counts(evaluate(campaign, [gold])) == {
        "applicant_location": Counts(0, 1, 1),
        "applicant_location=required": Counts(0, 0, 1),
        "partner_operator": Counts(0, 0, 1),
    }


def test_a_text_that_was_not_read_is_missing_and_no_error(campaign: Campaign) -> None:
    gold = [
        _judged(("http://elsewhere.example/y",), title="Inconnu", page_kind="call"),
        _judged((), authority="Conseil régional de Valmorière", council_announces=True),
    ]
    evaluation = evaluate(campaign, gold)
    assert evaluation.missing == ("http://elsewhere.example/y", "Conseil régional de Valmorière")
    assert (evaluation.errors, dict(evaluation.scores), evaluation.judged) == ((), {}, 2)


def test_only_sure_announcements_of_a_page_count(campaign: Campaign) -> None:
    gold = _judged(
        ("http://s.example/monde",),
        SORVANGE,
        announces=True,
        economic=True,
        sociocultural=True,
        institution=False,
    )
    evaluation = evaluate(campaign, [gold])
    assert _counts(evaluation) == {
        "announces": Counts(1, 0, 0),
        "economic": Counts(1, 0, 0),
        "institution": Counts(),
        "sociocultural": Counts(0, 0, 1),
    }
    assert [error.field for error in evaluation.errors] == ["sociocultural"]


def test_a_council_is_judged_as_a_whole(campaign: Campaign) -> None:
    gold = [
        _judged((), OMBRELLE, council_announces=True, council_nature="both"),
        _judged((), SORVANGE, council_announces=True, council_nature="economic"),
    ]
    evaluation = evaluate(campaign, gold)
    counts = _counts(evaluation)
    assert counts["council_announces"] == Counts(1, 0, 1)
    assert counts["council_nature=economic"] == Counts(1, 0, 0)
    assert counts["council_nature=both"] == Counts(0, 0, 1)
    assert {(error.field, error.authority) for error in evaluation.errors} == {
        ("council_announces", OMBRELLE),
        ("council_nature", OMBRELLE),
    }


def test_scores_and_errors_are_written_to_be_opened_in_a_spreadsheet(
    campaign: Campaign, tmp_path: Path
) -> None:
    gold = [_judged(page_kind="call", applicant_location_kinds=["head_office", "residence"])]
    evaluation = evaluate(campaign, gold)
    paths = write_evaluation(evaluation, tmp_path / "new" / "evaluation")
    assert [path.name for path in paths] == ["scores.csv", "errors.csv"]
    scores, errors = (list(csv.DictReader(path.open(encoding="utf-8"))) for path in paths)
    by_field = {row["field"]: row for row in scores}
    kinds = by_field["applicant_location_kinds"]
    assert (kinds["precision"], kinds["recall"], kinds["f1"]) == ("0.5", "0.5", "0.5")
    assert (kinds["tp"], kinds["fp"], kinds["fn"], kinds["support"]) == ("1", "1", "1", "2")
    assert float(kinds["f1_low"]) <= 0.5 <= float(kinds["f1_high"])
    (error,) = errors
    assert error["gold"] == "head_office|residence"
    assert error["found"] == "branch|head_office"


def test_a_campaign_that_was_not_analysed_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="aect analyse vide"):
        evaluate(Campaign("vide", tmp_path), [])
