"""References → decisions: the rules that a reader of the tables relies on."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.decisions import Themes, decide_authority, decide_call
from nlp.coding.references import KIND_THRESHOLD, Authority, Call, CallGroup, Kind, Reference
from tests.nlp.coding.handmade import OMBRELLE, block, document

GROUP = CallGroup("c1", OMBRELLE, "Appel 2014", "2014", ("d1", "d2"), ("http://o.example/1",))
THEMES = Themes(international=True, solidarity=True)
ECONOMIC = "spillover.territory.economic"
SOCIOCULTURAL = "spillover.territory.sociocultural"
INSTITUTION = "spillover.institution"


def _reference(
    code: str,
    value: str = "",
    *,
    tags: tuple[str, ...] = (),
    score: float = 0.7,
    certain: bool = True,
    authority: str = OMBRELLE,
    start: int = 0,
) -> Reference:
    name = f"{code}/{value}/{'+'.join(tags)}/{score}/{start}"
    return Reference(
        name, "d1", authority, code, value, start, start + 5, f"« {value} »", 0, 0, "rule", score,
        certain, tags,
    )  # fmt: skip


DATED = _reference("call.deadline", "2014-03-01")


def _decide(*references: Reference) -> Call:
    return decide_call(GROUP, references, THEMES)


def _council(
    *references: Reference, calls: tuple[Call, ...] = (), kind: str = "international_page"
) -> Authority:
    page = replace(document(block("paragraph", "Un.")), id="d1")
    return decide_authority(OMBRELLE, [page], {"d1": Kind(kind, 1.0, "hand")}, references, calls)


def test_a_call_announces_only_where_it_is_linked_to_the_international() -> None:
    jobs = _reference(ECONOMIC, "announced")
    linked, unlinked = (
        decide_call(CallGroup("c", OMBRELLE, "Appel", "", ("d1",), ()), [DATED], Themes(yes, yes))
        for yes in (True, False)
    )
    assert _council(jobs, calls=(linked,), kind="call").nature == "economic"
    assert _council(jobs, calls=(unlinked,), kind="call").nature == "none"


def test_nothing_found_is_nothing_stated() -> None:
    call = _decide()
    assert (call.applicant_location, call.france_actions) == ("not_stated", "not_stated")
    assert (call.cofunding_rate_max, call.amount_max) == (None, None)
    assert (call.partner_duration, call.min_age, call.deadlines) == ("", "", ())
    said = (call.partner_operator, call.partner_countries, call.excluded_expenses)
    assert said == (False, False, False)
    assert call.evidence == {}


def test_a_call_keeps_what_its_group_and_themes_say() -> None:
    call = decide_call(GROUP, [DATED], Themes(international=True, solidarity=False))
    assert (call.call_id, call.title, call.edition) == ("c1", "Appel 2014", "2014")
    assert (call.document_ids, call.urls) == (GROUP.document_ids, GROUP.urls)
    assert (call.international, call.international_solidarity) == (True, False)


def test_a_page_taken_for_a_call_that_asks_for_nothing_counts_in_no_figure() -> None:
    call = decide_call(GROUP, [], Themes(international=True, solidarity=True))
    assert (call.international, call.international_solidarity) == (False, False)


def test_a_partner_in_countries_that_receive_aid_is_international_solidarity() -> None:
    partner = _reference("partner.operator", "true")
    south, both = (
        _reference("partner.countries", value) for value in ("Mali|Bénin", "Mali|Allemagne")
    )
    silent, firms = Themes(False, False), Themes(False, False, uncounted=True)
    assert decide_call(GROUP, [partner, south], silent).international_solidarity
    assert decide_call(GROUP, [partner, south], silent).international
    for references, themes in (
        ([partner, both], silent), ([south], silent), ([partner], silent), ([partner, south], firms)
    ):  # fmt: skip
        assert not decide_call(GROUP, references, themes).international_solidarity


def test_the_stronger_force_wins_whatever_the_scores() -> None:
    weak = _reference("applicant.location", "preferred", tags=("branch",), score=0.9)
    strong = _reference("applicant.location", "required", tags=("head_office",), score=0.6)
    call = _decide(weak, strong)
    assert call.applicant_location == "required"
    assert call.applicant_location_kinds == ("head_office",)
    assert call.applicant_location_quote == strong.quote
    assert call.evidence["applicant_location"] == (strong.id,)
    assert _decide(weak).applicant_location == "preferred"
    asked = _reference("france.actions", "required", tags=("restitution",))
    wished = _reference("france.actions", "encouraged", tags=("education",), score=0.9)
    assert _decide(wished, asked).france_actions == "required"
    assert _decide(wished, asked).france_action_kinds == ("restitution",)
    assert _decide(wished).france_actions == "encouraged"


def test_the_quote_is_the_surest_one() -> None:
    sure = _reference("applicant.location", "required", score=0.9, start=50)
    less = _reference("applicant.location", "required", score=0.6)
    assert _decide(less, sure).applicant_location_quote == sure.quote
    assert _decide(less, sure).evidence["applicant_location"] == (sure.id, less.id)


def test_a_kind_that_says_more_replaces_unspecified() -> None:
    plain = _reference("applicant.location", "required", tags=("unspecified",))
    office = _reference("applicant.location", "required", tags=("head_office",), start=9)
    assert _decide(plain).applicant_location_kinds == ("unspecified",)
    assert _decide(plain, office).applicant_location_kinds == ("head_office",)


def test_durations_are_minima_and_the_shortest_decides() -> None:
    stays = [_reference("partner.duration", value) for value in ("P1M", "P10D", "P2W")]
    assert _decide(*stays).partner_duration == "P10D"
    ages = [_reference("applicant.min_age", value) for value in ("P2Y", "P18M")]
    assert _decide(*ages).min_age == "P18M"


def test_rates_and_sums_are_maxima_and_the_highest_decides() -> None:
    rates = [_reference("funding.rate_max", value) for value in ("50", "70.5", "5")]
    sums = [_reference("funding.amount_max", value) for value in ("8000", "10000", "900.5")]
    call = _decide(*rates, *sums)
    assert (call.cofunding_rate_max, call.amount_max) == (70.5, 10_000)
    assert set(call.evidence["cofunding_rate_max"]) == {rate.id for rate in rates}


def test_no_rate_goes_beyond_the_whole() -> None:
    assert _decide(_reference("funding.rate_max", "150")).cofunding_rate_max is None


def test_deadlines_are_sorted_and_told_once() -> None:
    days = [_reference("call.deadline", day) for day in ("2014-10-15", "2014-03-01", "2014-10-15")]
    assert _decide(*days).deadlines == ("2014-03-01", "2014-10-15")


def test_countries_are_listed_without_what_only_defines_them() -> None:
    values = ("Mali|Bénin", "defined", "Mali", "")
    call = _decide(*(_reference("partner.countries", value) for value in values))
    assert call.partner_countries
    assert call.partner_countries_list == ("Bénin", "Mali")


def test_a_call_for_the_recipients_of_aid_lists_them_by_name() -> None:
    call = _decide(_reference("partner.countries", "dac"))
    assert {"Mali", "Viêt Nam", "Égypte"} <= set(call.partner_countries_list)
    assert not {"dac", "France", "Japon"} & set(call.partner_countries_list)


def test_an_excluded_country_is_never_listed_as_eligible() -> None:
    excluded = [_reference("partner.excluded_countries", name) for name in ("Chine", "Japon")]
    call = _decide(_reference("partner.countries", "dac"), *excluded)
    assert "Inde" in call.partner_countries_list
    assert not {"Chine", "Japon"} & set(call.partner_countries_list)
    assert call.evidence["partner_countries_list"] == tuple(
        r.id for r in sorted(excluded, key=lambda r: (-r.score, r.document_id, r.start))
    )


def test_what_is_to_check_decides_nothing() -> None:
    codes = {
        "applicant.location": "required", "france.actions": "required", "partner.operator": "true",
        "partner.countries": "Mali", "partner.duration": "P2W", "applicant.legal_status": "stated",
        "applicant.min_age": "P1Y", "funding.rate_max": "50", "funding.amount_max": "900",
        "call.deadline": "2014-03-01", "funding.excluded_expenses": "true",
    }  # fmt: skip
    doubtful = [_reference(code, value, certain=False) for code, value in codes.items()]
    assert replace(_decide(*doubtful), to_check={}) == _decide()
    spillovers = [_reference(code, "announced", certain=False) for code in (ECONOMIC, INSTITUTION)]
    assert replace(_council(*spillovers), to_check={}) == _council()


def _doubt(code: str, value: str, *, tags: tuple[str, ...] = (), start: int = 9) -> Reference:
    return _reference(code, value, tags=tags, score=0.4, certain=False, start=start)


def test_a_decision_that_a_doubtful_passage_would_change_is_to_check() -> None:
    doubt = _doubt("applicant.location", "required", tags=("head_office",))
    call = _decide(DATED, doubt)
    assert call.applicant_location == "not_stated"
    fields = ("applicant_location", "applicant_location_kinds")
    assert call.to_check == dict.fromkeys(fields, (doubt.id,))
    weaker = _reference("applicant.location", "preferred", tags=("head_office",))
    assert _decide(DATED, weaker, doubt).to_check == {"applicant_location": (doubt.id,)}


def test_a_decision_that_no_doubtful_passage_would_change_is_not_to_check() -> None:
    strong = _reference("applicant.location", "required", tags=("head_office",))
    same = _doubt("applicant.location", "required", tags=("head_office",))
    weaker = _doubt("applicant.location", "preferred", tags=("branch",))
    assert _decide(strong, same, weaker).to_check == {}
    operator = _reference("partner.operator", "true")
    assert _decide(operator, _doubt("partner.operator", "true")).to_check == {}


def test_a_doubtful_passage_is_taken_as_a_person_would_accept_it() -> None:
    # Its own score is too low beside the others': it would not count among the surest.
    rate = _reference("funding.rate_max", "50", score=0.9)
    higher, lower = (_doubt("funding.rate_max", value) for value in ("70", "30"))
    assert _decide(rate, higher, lower).to_check == {"cofunding_rate_max": (higher.id,)}
    stay = _reference("partner.duration", "P2W", score=0.9)
    shorter, longer = (_doubt("partner.duration", value) for value in ("P10D", "P1M"))
    assert _decide(stay, shorter, longer).to_check == {"partner_duration": (shorter.id,)}


def test_every_passage_that_would_change_a_decision_is_named() -> None:
    doubts = [_doubt("call.deadline", "2014-10-15", start=start) for start in (4, 8)]
    assert _decide(DATED, *doubts).to_check == {"deadlines": tuple(d.id for d in doubts)}


def test_whether_a_page_is_a_call_at_all_can_be_to_check() -> None:
    doubt = _doubt("partner.operator", "true")
    fields = ("international", "international_solidarity", "partner_operator")
    assert _decide(doubt).to_check == dict.fromkeys(fields, (doubt.id,))


def test_what_a_council_announces_can_be_to_check() -> None:
    doubt = _doubt(SOCIOCULTURAL, "announced", tags=("precise",))
    economic = _reference(ECONOMIC, "announced", tags=("vague",))
    assert set(_council(doubt).to_check) == {"announces_spillovers", "nature", "precise"}
    assert set(_council(economic, doubt).to_check) == {"nature", "precise"}
    assert _council(economic, _doubt(ECONOMIC, "past")).to_check == {}


def test_a_kind_scored_under_its_threshold_is_to_check() -> None:
    assert not Kind("call", KIND_THRESHOLD - 0.01, "kinds model").certain
    assert Kind("call", KIND_THRESHOLD, "kinds model").certain


def test_a_councils_nature_follows_what_it_announces() -> None:
    economic = _reference(ECONOMIC, "announced", tags=("vague",))
    sociocultural = _reference(SOCIOCULTURAL, "announced", tags=("vague",))
    institution = _reference(INSTITUTION, "announced", tags=("precise",))
    both = _council(economic, sociocultural)
    assert (both.nature, both.institution, both.precise) == ("both", False, False)
    assert _council(economic).nature == "economic"
    assert _council(sociocultural).nature == "sociocultural"
    own = _council(institution)
    assert (own.nature, own.institution, own.precise) == ("none", True, True)
    assert own.announces_spillovers
    assert _council().nature == "none"
    assert not _council().announces_spillovers


def test_only_what_is_announced_counts() -> None:
    past = [_reference(ECONOMIC, value) for value in ("past", "criterion", "partner")]
    assert not _council(*past).announces_spillovers


def test_another_councils_words_are_not_its_own() -> None:
    other = _reference(ECONOMIC, "announced", authority="Conseil régional de Sorvange")
    assert not _council(other).announces_spillovers


def test_a_council_counts_its_current_solidarity_calls_and_its_pages() -> None:
    page = document(block("paragraph", "Un."))
    copy = document(block("paragraph", "Deux."), duplicate_of=page.id)
    foreign = document(block("paragraph", "Trois."), authority="Conseil régional de Sorvange")
    old = CallGroup("c0", OMBRELLE, "Appel 2013", "2013", ("d0",), (), superseded=True)
    calls = (
        decide_call(GROUP, [DATED], THEMES),
        decide_call(old, [DATED], THEMES),
        decide_call(GROUP, [DATED], Themes(international=True, solidarity=False)),
    )
    kinds = {d.id: Kind("call", 1.0, "hand") for d in (page, copy, foreign)}
    council = decide_authority(OMBRELLE, [page, copy, foreign], kinds, [], calls)
    assert (council.calls, council.pages_read) == (1, 1)


_CODES = st.sampled_from(
    [("applicant.location", "required"), ("applicant.location", "preferred"),
     ("france.actions", "encouraged"), ("funding.rate_max", "50"), ("call.deadline", "2014-03-01"),
     ("partner.duration", "P10D"), ("partner.operator", "true"), (ECONOMIC, "announced"),
     (SOCIOCULTURAL, "announced"), (INSTITUTION, "past")]
)  # fmt: skip
_REFERENCES = st.lists(
    st.builds(
        lambda code, score, certain, start: _reference(
            *code, score=score, certain=certain, start=start
        ),
        _CODES,
        st.sampled_from([0.5, 0.7, 0.9]),
        st.booleans(),
        st.integers(0, 50),
    ),
    max_size=12,
    unique_by=lambda reference: reference.id,
)


@settings(deadline=None)
@given(_REFERENCES, st.randoms(use_true_random=False))
def test_every_decision_rests_on_certain_references_in_any_order(
    references: list[Reference], random: st.DrawFn
) -> None:
    call, council = _decide(*references), _council(*references)
    certain = {reference.id for reference in references if reference.certain}
    for decided in (call, council):
        for field, ids in decided.evidence.items():
            assert ids, field
            assert set(ids) <= certain, field
            assert hasattr(decided, field) or field in ("economic", "sociocultural"), field
    uncertain = {reference.id for reference in references if not reference.certain}
    for decided in (call, council):
        for field, ids in decided.to_check.items():
            assert hasattr(decided, field)
            assert set(ids) <= uncertain
    assert ("applicant_location" in call.evidence) == (call.applicant_location != "not_stated")
    assert ("announces_spillovers" in council.evidence) == council.announces_spillovers
    shuffled = list(references)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert (_decide(*shuffled), _council(*shuffled)) == (call, council)
