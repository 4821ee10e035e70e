"""A campaign's results against gold, on a campaign small enough to count by hand."""

from pathlib import Path
from typing import Any

import pytest

from corpora.campaign import Campaign, InputError
from nlp.counting.results import read_table
from nlp.counting.stores import write_csv
from nlp.evaluating.agreement import Counts, Estimate
from nlp.evaluating.evaluation import Evaluation, evaluate
from nlp.evaluating.gold import Judged, Passage
from tests.nlp.evaluating.conftest import OMBRELLE, RULES, SEAT, SITE, SORVANGE, WORLD

MONDE = "http://s.example/monde"
ECONOMIC = Passage("economic", "de nouveaux marchés pour ses entreprises")


def _judged(
    urls: tuple[str, ...] = (f"{SITE}/aides/appel",),
    authority: str = OMBRELLE,
    title: str = "",
    quotes: dict[str, str] | None = None,
    passages: tuple[Passage, ...] | None = None,
    place: str = "",
    readings: tuple[dict[str, Any], ...] = (),
    **labels: Any,
) -> Judged:
    key = urls[0] if urls else authority
    return Judged(
        key, authority, urls, title, labels, quotes or {}, passages, place, readings=readings
    )


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
    location = told["applicant_location"]
    assert (location.gold, location.found) == ("preferred", "required")
    assert location.url == location.key == f"{SITE}/aides/appel"
    assert [found.quote for found in location.found_quotes] == [SEAT]
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
        "applicant_location=not_stated": Counts(0, 1, 0),
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


def test_a_campaign_that_was_not_analysed_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="aect analyse vide"):
        evaluate(Campaign("vide", tmp_path), [])


def test_a_field_of_several_values_has_accuracy_macro_f1_and_a_row_a_value(
    campaign: Campaign,
) -> None:
    gold = [
        _judged(applicant_location="required"),
        _judged((f"{SITE}/services",), applicant_location="not_stated"),
        _judged((MONDE,), SORVANGE, applicant_location="required"),
    ]
    scores = evaluate(campaign, gold).scores
    assert list(scores) == [
        "applicant_location", "applicant_location=required", "applicant_location=not_stated",
    ]  # fmt: skip
    whole = scores["applicant_location"]
    assert whole.accuracy
    assert whole.macro_f1
    assert whole.accuracy.value == 0.667
    # required: 1 found of 2, F1 2/3; not stated: found once and once too often, F1 2/3
    assert whole.macro_f1.value == 0.667
    assert (whole.texts, scores["applicant_location=required"].support) == (3, 2)
    assert whole.accuracy.low < whole.accuracy.value < whole.accuracy.high
    assert whole.alpha == scores["applicant_location=required"].alpha == 0.444


def test_a_rate_that_is_not_stated_is_right_where_none_is_found(campaign: Campaign) -> None:
    gold = [
        _judged(cofunding_rate_max=50, amount_max=None),
        _judged((f"{SITE}/services",), cofunding_rate_max=None, amount_max=0),
    ]
    scores = evaluate(campaign, gold).scores
    assert scores["cofunding_rate_max"].accuracy == Estimate(1, 1, 1)
    assert scores["cofunding_rate_max"].support == 1
    amount = scores["amount_max"]
    assert amount.accuracy == Estimate(0.5, 0.5, 0.5)
    assert (amount.counts, amount.precision) == (Counts(0, 0, 1), None), "an amount of 0 is stated"


def test_alpha_between_readers_comes_from_their_readings_or_else_a_table(
    campaign: Campaign,
) -> None:
    readings = [({"page_kind": "call", "min_age": None}, {"page_kind": "other", "min_age": None})]
    readings += [({"page_kind": "call"}, {"page_kind": "call"})] * 3
    gold = [
        _judged(readings=pair, page_kind="call", partner_operator=True, min_age=None)
        for pair in readings
    ]
    published = {"page_kind": 0.9, "partner_operator": 0.8, "page_kind=call": 0.5}
    scores = evaluate(campaign, gold, published).scores
    assert scores["page_kind"].alpha_readers == 0
    assert scores["page_kind=call"].alpha_readers == 0
    assert scores["partner_operator"].alpha_readers == 0.8
    assert scores["min_age"].alpha_readers is None


def test_what_was_missed_shows_what_was_to_check(campaign: Campaign) -> None:
    gold = _judged(
        france_actions="required", quotes={"france_actions": "suffit aussi"}, place="g.jsonl:4"
    )
    (error,) = evaluate(campaign, [gold]).errors
    assert (error.gold, error.found, error.gold_quote) == ("required", "not_stated", "suffit aussi")
    (found,) = error.found_quotes
    assert (found.quote, found.code, found.value) == (RULES, "france.actions", "required")
    assert (found.rule, found.score, found.certain) == ("rule_r3", "0.3", "false")
    assert (error.document_id, found.document_id, error.place) == ("d1", "d2", "g.jsonl:4")


def test_what_was_found_too_much_shows_only_what_it_rests_on(campaign: Campaign) -> None:
    gold = _judged((MONDE,), SORVANGE, economic=False, institution=True, page_kind="other")
    errors = {error.field: error for error in evaluate(campaign, [gold]).errors}
    assert [found.reference_id for found in errors["economic"].found_quotes] == ["r5"]
    assert [found.reference_id for found in errors["institution"].found_quotes] == ["r6"]
    (kind,) = errors["page_kind"].found_quotes
    assert (kind.value, kind.rule, kind.score) == ("international_page", "kinds model", "0.6")


def test_confidence_is_that_of_the_surest_reference(campaign: Campaign) -> None:
    gold = [
        _judged(
            page_kind="call", applicant_location="required", applicant_location_kinds=[],
            france_actions="required", excluded_expenses=False, min_age=None,
            international_solidarity=True,
        ),
        _judged((MONDE,), SORVANGE, announces=True, institution=False, sociocultural=False),
        _judged((), SORVANGE, council_announces=True, council_nature="economic"),
    ]  # fmt: skip
    sure = {d.field: d.confidence for d in evaluate(campaign, gold).decisions}
    assert sure == {
        "page_kind": 0.9,
        "applicant_location": 0.9,
        "applicant_location_kinds": 0.9,
        "france_actions": 0.7,  # not stated, against a passage of 0.3
        "excluded_expenses": None,  # stated, but no reference is noted for it
        "min_age": 1,
        "international_solidarity": None,
        "announces": 0.7,
        "institution": 0.6,
        "sociocultural": 1,  # a past benefit is none to check
        "council_announces": 0.7,
        "council_nature": 0.7,
    }


def test_passages_are_matched_one_to_one_by_their_words(campaign: Campaign) -> None:
    gold = _judged(
        (MONDE,), SORVANGE,
        passages=(ECONOMIC, Passage("institution", "La Région gagnera en notoriété")),
    )  # fmt: skip
    evaluation = evaluate(campaign, [gold])
    assert _counts(evaluation) == {
        "spillover_passages": Counts(1, 0, 1),
        "spillover_passages_strict": Counts(1, 0, 1),
        "spillover_passages_any_category": Counts(1, 0, 1),
    }
    (error,) = evaluation.errors
    assert (error.field, error.gold, error.found) == ("spillover_passages", "institution", "")
    assert [found.reference_id for found in error.found_quotes] == ["r6"]


@pytest.mark.parametrize(
    ("passage", "plain", "strict", "any_category"),
    [
        (Passage("economic", WORLD[:80]), 1, 1, 1),
        (Passage("economic", "ses entreprises"), 1, 0, 1),
        (Passage("sociocultural", WORLD[:80]), 0, 0, 1),
        (Passage("economic", "Les jeunes sorvangeois"), 0, 0, 0),
        (Passage("economic", "ce que nul n'a écrit"), 0, 0, 0),
    ],
)
def test_half_of_the_words_and_the_category_make_a_match(
    campaign: Campaign, passage: Passage, plain: int, strict: int, any_category: int
) -> None:
    counts = _counts(evaluate(campaign, [_judged((MONDE,), SORVANGE, passages=(passage,))]))
    assert counts["spillover_passages"] == Counts(plain, 1 - plain, 1 - plain)
    assert counts["spillover_passages_strict"].tp == strict
    assert counts["spillover_passages_any_category"].tp == any_category


def test_one_found_passage_answers_for_one_of_the_gold(campaign: Campaign) -> None:
    twice = (ECONOMIC, Passage("economic", "La Sorvange attend de ses partenaires"))
    evaluation = evaluate(campaign, [_judged((MONDE,), SORVANGE, passages=twice)])
    assert _counts(evaluation)["spillover_passages"] == Counts(1, 0, 1)
    (error,) = evaluation.errors
    assert error.gold_quote != ECONOMIC.quote, "the one that shares more words is taken"


@pytest.mark.parametrize(
    ("quote", "location", "counts"),
    [
        ("siège du demandeur", "required", Counts(1, 0, 0)),
        (RULES, "required", Counts(0, 1, 1)),
        ("", "required", None),
        ("siège du demandeur", "not_stated", None),
    ],
)
def test_the_quote_of_the_location_counts_where_both_state_one(
    campaign: Campaign, quote: str, location: str, counts: Counts | None
) -> None:
    gold = _judged(applicant_location=location, quotes={"applicant_location": quote})
    assert _counts(evaluate(campaign, [gold])).get("applicant_location_quote") == counts


def test_missing_lines_and_misplaced_quotes_are_told_with_their_place(campaign: Campaign) -> None:
    gold = [
        _judged(("nowhere",), place="g.jsonl:1", page_kind="call"),
        _judged(place="g.jsonl:2", quotes={"applicant_location": "Ce siège-là"}),
        _judged(place="g.jsonl:3", quotes={"applicant_location": "le  SIÈGE du demandeur"}),
        _judged(
            (MONDE,), SORVANGE, place="g.jsonl:4", passages=(Passage("economic", "des emplois"),)
        ),
    ]
    evaluation = evaluate(campaign, gold)
    assert evaluation.missing == ("nowhere",)
    missing, misplaced, passage = evaluation.faults
    assert missing == "g.jsonl:1: nowhere: not in the campaign"
    assert misplaced.startswith("g.jsonl:2: ")
    assert "'Ce siège-là'" in misplaced
    assert passage.startswith("g.jsonl:4: ")
    assert "spillovers" in passage


def test_every_quote_of_what_is_judged_is_checked(campaign: Campaign) -> None:
    clean = evaluate(campaign, [_judged(page_kind="call")])
    assert (clean.quotes, clean.exact, clean.faults) == (4, 4, ())
    rows = read_table(campaign, "references")
    rows[0]["quote"] = "Le siège du demandeur est en Sorvange."
    rows[1]["start"] = "1"
    write_csv(
        campaign.outputs / "tables" / "references.csv", rows[0], [row.values() for row in rows]
    )
    spoilt = evaluate(campaign, [_judged(page_kind="call")])
    assert (spoilt.quotes, spoilt.exact) == (4, 2)
    assert [fault.split(":")[0] for fault in spoilt.faults] == ["reference r1", "reference r2"]


def test_a_page_on_services_is_other_for_gold_without_such_a_kind(campaign: Campaign) -> None:
    other = _judged((f"{SITE}/services",), page_kind="other")
    assert evaluate(campaign, [other]).errors == ()
    knows = _judged((MONDE,), SORVANGE, page_kind="organisation")
    assert len(evaluate(campaign, [other, knows]).errors) == 2
