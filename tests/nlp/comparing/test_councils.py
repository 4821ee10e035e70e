"""Councils across the map of regions."""

import csv

import pytest

from corpora import BUNDLED
from crawler.sources import load_sources
from nlp.comparing.councils import CouncilPair, match_councils, place_of

SOURCES = {
    year: load_sources(BUNDLED / "sources" / f"regions-{year}.yml").sources for year in (2014, 2016)
}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Conseil régional d'Île-de-France", "ile de france"),
        ("Conseil régional de la Plaine-de-Thiel", "plaine de thiel"),
        ("Conseil régional des Pays de la Loire", "pays de la loire"),
        ("Région Bretagne", "bretagne"),
        ("Collectivité territoriale de Corse", "corse"),
        ("Conseil régional de La Réunion", "reunion"),
        ("La Réunion", "reunion"),
        ("Région", "region"),
    ],
)
def test_the_place_is_what_a_council_s_name_holds(name: str, place: str) -> None:
    assert place_of(name) == place


def test_regions_of_2014_find_those_of_2016_with_or_without_their_sources() -> None:
    before, after = ([source.name for source in SOURCES[year]] for year in (2014, 2016))
    by_source = match_councils(before, after, SOURCES[2014], SOURCES[2016])
    by_table = match_councils(before, after)
    assert [(p.then, p.now) for p in by_source] == [(p.then, p.now) for p in by_table]
    grand_est = next(pair for pair in by_table if pair.now == "Conseil régional du Grand Est")
    assert grand_est.rule == "map_2016"
    assert grand_est.then == (
        "Conseil régional d'Alsace",
        "Conseil régional de Champagne-Ardenne",
        "Conseil régional de Lorraine",
    )
    assert {pair.panel for pair in by_table if pair.then} == {"matched"}
    assert {pair.now for pair in by_table if pair.panel == "now_only"} == {
        "Conseil régional de Guadeloupe", "Conseil régional de Guyane",
        "Conseil régional de La Réunion", "Conseil régional de Martinique",
        "Conseil régional de Mayotte",
    }  # fmt: skip


def test_the_table_and_the_sources_name_the_same_regions() -> None:
    with (BUNDLED / "reference" / "councils-2016.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code_2016"]: row["region_2016"] for row in rows}
    assert codes == {source.code: source.territory for source in SOURCES[2016]}
    then = {row["code_2014"]: row["region_2014"] for row in rows}
    assert then.items() >= {source.code: source.territory for source in SOURCES[2014]}.items()
    assert len(rows) == len(then) == 27
    for source in SOURCES[2016]:
        told = {row["region_2014"] for row in rows if row["code_2016"] == source.code}
        assert told == set(source.former or (source.territory,))


def test_a_council_that_one_campaign_alone_has_stands_alone() -> None:
    pairs = match_councils(["Ombrelle", "Vieille-Brande"], ["Ombrelle", "Neuve-Brande"])
    assert pairs == (
        CouncilPair((), "Neuve-Brande", "none"),
        CouncilPair(("Ombrelle",), "Ombrelle", "name"),
        CouncilPair(("Vieille-Brande",), "", "none"),
    )
    assert [pair.panel for pair in pairs] == ["now_only", "matched", "then_only"]
