"""The tables hold the contract's columns first, and numbers that lead back to passages."""

import subprocess
import sys
from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.references import Coding
from nlp.counting.study import read_published
from nlp.counting.tables import Table, build_tables
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, call, campaign

SILENT = "Conseil régional des Landes-de-Querque"

CONTRACT = {
    "documents": "document_id authority kind kind_score title url captured_at mime language words "
    "warc_record_id sha256",
    "references": "reference_id document_id authority code value start end quote block page rule "
    "score",
    "codes": "code label sources references",
    "authorities": "authority announces_spillovers nature institution precise calls pages_read",
    "calls": "call_id authority title document_ids urls applicant_location "
    "applicant_location_kinds applicant_location_quote france_actions france_action_kinds "
    "partner_operator partner_countries partner_countries_list partner_duration legal_status "
    "min_age cofunding_rate_max amount_max deadlines excluded_expenses international_solidarity",
    "families": "authority family place occurrences per_1000_words documents",
    "specificities": "lemma part f F t T specificity",
    "study": "figure value of gely_2014 gely_of",
}


def built(coding: Coding | None = None, lang: str = "fr") -> dict[str, Table]:
    names = [VALMORIERE, SORVANGE, SILENT]
    tables = build_tables(coding or campaign(), CODEBOOK, names, read_published(), lang)
    return {table.name: table for table in tables}


def figures(coding: Coding | None = None) -> dict[str, tuple[object, ...]]:
    rows = built(coding)["study"].records()
    return {str(r["figure"]): (r["value"], r["of"], r["gely_2014"], r["gely_of"]) for r in rows}


def test_the_contract_s_columns_come_first() -> None:
    tables = built()
    assert list(tables) == list(CONTRACT)
    for name, columns in CONTRACT.items():
        expected = columns.split()
        assert [c.name for c in tables[name].columns][: len(expected)] == expected


def test_every_column_is_explained_in_both_languages() -> None:
    for french, english in zip(built().values(), built(lang="en").values(), strict=True):
        for one, other in zip(french.columns, english.columns, strict=True):
            assert one.about
            assert other.about
        assert french.about != english.about


def test_sources_and_references_leave_out_copies_and_what_is_to_check() -> None:
    rows = {row["code"]: row for row in built()["codes"].records()}
    seat, stay = rows["applicant.location"], rows["partner.duration"]
    assert (seat["sources"], seat["references"], seat["to_check"]) == (1, 1, 0)
    assert (stay["sources"], stay["references"], stay["to_check"]) == (0, 0, 1)
    assert seat["label"] == "Implantation du demandeur"


def test_a_council_without_a_page_has_its_row() -> None:
    rows = {row["authority"]: row for row in built()["authorities"].records()}
    assert (rows[SILENT]["pages_read"], rows[SILENT]["nature"]) == (0, "none")
    assert rows[VALMORIERE]["evidence"]


def test_calls_are_flat_cells() -> None:
    rows = {row["call_id"]: row for row in built()["calls"].records()}
    assert rows["c1"]["partner_countries_list"] == "Mali|Sénégal"
    assert rows["c1"]["cofunding_rate_max"] == 50
    assert rows["c1"]["amount_max"] is None
    assert rows["c0"]["superseded"] is True


def test_a_bar_inside_a_value_does_not_split_the_cell() -> None:
    page = campaign().documents[2]
    odd = call(page, urls=("http://x.test/a|b",), legal_status=("a|b", "c"))
    row = next(built(replace(campaign(), calls=(odd,)))["calls"].records())
    assert row["urls"] == "http://x.test/a%7Cb"
    assert str(row["legal_status"]).count("|") == 1


def test_the_study_s_figures() -> None:
    found = figures()
    assert found["councils_announcing"] == (1, 3, 15, 22)
    assert found["councils_both_natures"] == (0, 3, 0, 22)
    assert found["councils_economic"] == (1, 3, None, None)
    assert found["councils_institution"] == (0, 3, 1, 22)
    assert found["councils_with_international_call"] == (1, 3, 20, 22)
    # Last year's edition, which asks for an action in France, is not current.
    assert found["solidarity_calls"] == (1, None, 25, None)
    assert found["calls_without_france_action"] == (1, 1, 13, 25)
    assert found["calls_with_france_action"] == (0, 1, 12, 25)
    assert found["calls_without_location"] == (0, 1, 2, 25)


def to_check(coding: Coding) -> dict[str, object]:
    return {str(row["figure"]): row["to_check"] for row in built(coding)["study"].records()}


def test_decisions_to_check_are_counted_beside_the_figures_they_lie_behind() -> None:
    coding = campaign()
    assert set(to_check(coding).values()) == {0}
    council, *others = coding.authorities
    current, old = coding.calls
    doubtful = replace(
        coding,
        authorities=(replace(council, to_check={"nature": ("r",), "precise": ("r",)}), *others),
        calls=(
            replace(current, to_check={"france_actions": ("r",), "france_action_kinds": ("r",)}),
            replace(old, to_check={"applicant_location": ("r",)}),
        ),
    )
    found = to_check(doubtful)
    assert {figure for figure, number in found.items() if number} == {
        "councils_economic", "councils_sociocultural", "councils_both_natures",
        "calls_with_france_action", "calls_without_france_action",
    }  # fmt: skip
    assert set(found.values()) == {0, 1}
    rows = list(built(doubtful)["calls"].records())
    assert {row["call_id"]: row["to_check"] for row in rows} == {
        "c0": "applicant_location",
        "c1": "france_actions|france_action_kinds",
    }
    rows = list(built(doubtful)["authorities"].records())
    assert {row["authority"]: row["to_check"] for row in rows} == {
        VALMORIERE: "nature|precise", SORVANGE: "", SILENT: "",
    }  # fmt: skip


def test_a_call_of_which_no_page_is_surely_one_is_to_check() -> None:
    coding = campaign()
    page = coding.calls[0].document_ids[0]
    unsure = {id_: replace(kind, score=0.5) for id_, kind in coding.kinds.items()}
    found = to_check(replace(coding, kinds=unsure))
    assert found["solidarity_calls"] == found["councils_with_international_call"] == 1
    assert found["councils_announcing"] == 0
    assert to_check(replace(coding, kinds=unsure | {page: coding.kinds[page]}))[
        "solidarity_calls"
    ] == 0  # fmt: skip
    rows = built(replace(coding, kinds=unsure | {page: coding.kinds[page]}))["documents"].records()
    assert {row["document_id"] for row in rows if row["kind_certain"]} == {page}


def test_a_preference_is_no_requirement() -> None:
    page = campaign().documents[2]
    calls = (
        call(page, call_id="a", applicant_location="preferred", france_actions="encouraged"),
        call(page, call_id="b", applicant_location="not_stated"),
        call(page, call_id="c", international_solidarity=False, applicant_location="not_stated"),
    )
    found = figures(replace(campaign(), calls=calls))
    assert found["calls_without_location"][:2] == (2, 2)
    assert found["calls_with_france_action"][:2] == (1, 2)


def test_a_figure_leads_to_its_councils_calls_and_passages() -> None:
    rows = {row["figure"]: row for row in built()["study"].records()}
    announcing, without = rows["councils_announcing"], rows["calls_without_france_action"]
    references = {row["reference_id"] for row in built()["references"].records()}
    assert announcing["authorities"] == VALMORIERE
    assert announcing["reference_ids"] in references
    assert rows["councils_economic"]["reference_ids"] == announcing["reference_ids"]
    assert without["call_ids"] == "c1"


LEMMAS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), max_size=6)


@settings(deadline=None, max_examples=40)
@given(st.lists(LEMMAS, min_size=6, max_size=6))
def test_specificity_rows_add_up(lemmas: list[dict[str, int]]) -> None:
    coding = campaign()
    ids = [document.id for document in coding.documents if not document.duplicate_of]
    coding = replace(coding, lemmas=dict(zip(ids, lemmas, strict=False)))
    rows = list(built(coding)["specificities"].records())
    by_word: dict[object, list[int]] = defaultdict(list)
    for row in rows:
        by_word[row["lemma"]].append(int(row["f"] or 0))
        assert row["F"] >= 5  # type: ignore[operator]
    total = sum(sum(counts.values()) for counts in coding.lemmas.values())
    parts = {row["part"]: row["t"] for row in rows}
    for row in rows:
        assert sum(by_word[row["lemma"]]) == row["F"]
        assert row["T"] == total
    if rows:
        assert sum(parts.values()) == total  # type: ignore[arg-type]


def test_an_empty_campaign_has_tables_too() -> None:
    nothing = Coding((), {}, (), (), (), {}, {}, "v")
    tables = built(nothing)
    assert tables["documents"].rows == ()
    assert figures(nothing)["councils_announcing"][:2] == (0, 3)
    assert figures(nothing)["calls_without_location"][:2] == (0, 0)


def test_counting_never_loads_spacy() -> None:
    code = "import sys, nlp.counting.stores, nlp.counting.tables; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
