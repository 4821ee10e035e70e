"""The list of a campaign's comparisons, and what it says of those that are out of date."""

import json
import shutil

import pytest
from lxml import html

from corpora.campaign import Campaign
from nlp.reporting.comparing.listing import comparisons_of, refresh
from tests.nlp.reporting.comparing.conftest import compared

Years = tuple[Campaign, Campaign]


def listed(campaign: Campaign, language: str = "") -> str:
    page = campaign.outputs / "report" / language / "comparisons.html"
    return " ".join(html.fromstring(page.read_bytes()).text_content().split())


def analysed_again(campaign: Campaign) -> None:
    state = json.loads(campaign.state.read_text(encoding="utf-8"))
    campaign.state.write_text(json.dumps(state | {"fingerprint": "another"}), encoding="utf-8")


def test_a_campaign_without_a_comparison_says_how_to_make_one(fresh: Years) -> None:
    assert "aect compare AUTRE 2026" in listed(fresh[1])
    assert "aect compare OTHER 2026" in listed(fresh[1], "en")


def test_a_comparison_is_listed_in_both_languages(years: Years) -> None:
    assert "De 2014 à 2026" in listed(years[1])
    assert "From 2014 to 2026" in listed(years[1], "en")
    assert "à jour" in listed(years[1])
    (one,) = comparisons_of(years[1].outputs)
    assert (one.before, one.after, one.stale) == ("2014", "2026", "")
    assert one.counts["pairs"] == 1


def test_a_campaign_analysed_again_makes_its_comparison_out_of_date(done: Years) -> None:
    assert refresh(done[1]) == ()
    analysed_again(done[1])
    (line,) = refresh(done[1])
    assert line.endswith("run `aect compare 2014 2026`")
    assert "2026 a été analysée de nouveau depuis" in listed(done[1])
    assert "out of date" in listed(done[1], "en")
    compared(*done)
    assert "à jour" in listed(done[1])


def test_the_earlier_campaign_analysed_again_is_told_on_the_later_ones_list(done: Years) -> None:
    analysed_again(done[0])
    assert len(refresh(done[0])) == 1
    assert "2014 a été analysée de nouveau depuis" in listed(done[1])


def test_an_earlier_campaign_that_is_gone_is_told(done: Years) -> None:
    shutil.rmtree(done[0].outputs)
    refresh(done[1])
    assert "les résultats de 2014 ne sont plus là" in listed(done[1])


def test_while_results_are_made_anew_the_comparison_is_not_taken_for_current(done: Years) -> None:
    done[1].state.unlink()
    assert [one.stale for one in comparisons_of(done[1].outputs)] == ["stale_after"]


@pytest.mark.parametrize("note", ["{", "[]", '{"made_from": [], "counts": {"gone": "x"}}'])
def test_a_damaged_note_of_what_was_compared_is_out_of_date(fresh: Years, note: str) -> None:
    made = fresh[1].outputs / "compare" / "2014" / "comparison.json"
    made.parent.mkdir(parents=True)
    made.write_text(note, encoding="utf-8")
    assert [one.stale for one in comparisons_of(fresh[1].outputs)] == ["stale_before"]
    refresh(fresh[1])
    assert "périmée" in listed(fresh[1])
