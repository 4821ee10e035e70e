"""Spillovers, families, words and pages: the matched panel told apart from coverage."""

from dataclasses import replace

from crawler.sources import Expectations, Source
from nlp.comparing.analysed import Figure
from nlp.comparing.comparison import compare_analysed
from nlp.counting.families import FamilyCount
from nlp.reading.documents import Document
from tests.nlp.comparing.made import OMBRELLE, campaign, council, page, passage

OTHER = "Conseil régional de Sorvange"
JOBS = "Nos coopérations créent des emplois en Ombrelle."


def announcing(document: Document, quote: str, **told: object):  # type: ignore[no-untyped-def]
    found = passage(document, "spillover.territory.economic", quote)
    fields = {"announces_spillovers": True, "nature": "economic"} | told
    decided = council(**fields, evidence={"announces_spillovers": (found.id,)})
    return campaign("any", [document], references=[found], councils=[decided])


def change(before, after) -> str:  # type: ignore[no-untyped-def]
    (found,) = compare_analysed(before, after).spillovers
    return found.change


def test_announced_spillovers_start_cease_change_or_are_reworded() -> None:
    silent = campaign("2014")
    economic = announcing(page("Le monde", JOBS), JOBS)
    same = announcing(page("Le monde", "Nouveau.", JOBS), JOBS)
    other = announcing(page("Monde", "L'emploi d'ici y gagne."), "L'emploi d'ici y gagne.")
    both = announcing(page("Monde", JOBS), JOBS, nature="both")
    assert change(silent, economic) == "started"
    assert change(economic, silent) == "ceased"
    assert change(economic, both) == "nature"
    assert change(economic, other) == "reworded"
    assert change(economic, same) == "same"
    assert change(silent, silent) == "none"


def test_the_figures_of_the_panel_count_a_merged_council_by_what_its_parts_announced() -> None:
    natures = {"Conseil régional de Basse-Lintre": "economic", OTHER: "sociocultural"}
    parts = [council(name, announces_spillovers=True, nature=n) for name, n in natures.items()]
    merged = Source(
        "ombrelle", "90", OMBRELLE, "Ombrelle", (), (), "sitemap", Expectations(1, 1),
        former=tuple(natures),
    )  # fmt: skip
    before = replace(campaign("2014", councils=parts), figures=figures(1, 1, 0))
    after = campaign("2026", councils=[council(announces_spillovers=True, nature="economic")])
    after = replace(after, sources=(merged,), figures=figures(1, 0, 0))
    told = {one.now.id: one for one in compare_analysed(before, after).figures}
    assert [(one.panel_then, one.panel_now) for one in told.values()] == [(0, 1), (0, 0), (1, 0)]
    assert {one.panel_of for one in told.values()} == {1}


def figures(economic: int, sociocultural: int, both: int) -> tuple[Figure, ...]:
    counted = {"economic": economic, "sociocultural": sociocultural, "both_natures": both}
    return tuple(
        Figure(f"councils_{name}", name, value, 2, None, None, (), ())
        for name, value in counted.items()
    )


def count(name: str, occurrences: int, words: int) -> FamilyCount:
    return FamilyCount(name, "europe", "body", occurrences, words, 1)


def test_a_council_that_one_year_alone_has_changes_the_whole_and_not_the_panel() -> None:
    before = replace(campaign("2014"), families=(count(OMBRELLE, 2, 1000),))
    after = replace(
        campaign("2026", councils=[council(), council(OTHER)]),
        families=(count(OMBRELLE, 2, 1000), count(OTHER, 50, 1000)),
    )
    sums = {
        one.panel: (one.then.per_1000_words, one.now.per_1000_words)
        for one in compare_analysed(before, after).families
        if one.council is None and one.place == "body"
    }
    assert sums == {"matched": (2.0, 2.0), "all": (2.0, 26.0)}


def test_the_words_of_councils_that_one_year_alone_has_do_not_count() -> None:
    then = page("Le monde", "La coopération décentralisée avance. " * 9)
    now = page("Le monde", "La transition écologique et la sobriété avancent. " * 9)
    alien = page("Autre", "Festival festival festival festival festival. " * 9, authority=OTHER)
    before = campaign("2014", [then])
    after = campaign("2026", [now, alien], councils=[council(), council(OTHER)])
    words = {one.word: one.specificity for one in compare_analysed(before, after).words}
    assert words["sobriete"] > 2
    assert words["cooperation"] < -2
    assert "festival" not in words
    forms = {one.word: one.form for one in compare_analysed(before, after).words}
    assert (forms["sobriete"], forms["cooperation"]) == ("sobriété", "coopération")


def test_an_international_page_is_followed_by_its_title_or_its_sentences() -> None:
    then = [page("Europe et monde", JOBS), page("Nos partenaires", "Le Sénégal.", "Le Bénin.")]
    now = [
        page("Europe et monde", "Une autre page."),
        page("Coopérer", "Le Sénégal.", "Le Togo."),
        page("Agenda 2030", "Des objectifs."),
    ]
    before, after = (
        replace(campaign("x", pages), kinds={p.id: "international_page" for p in pages})
        for pages in (then, now)
    )
    found = compare_analysed(before, after).pages
    told = [(p.then and p.then.title, p.now and p.now.title, p.status) for p in found]
    assert sorted(told, key=str) == [
        ("Europe et monde", "Europe et monde", "moved"),
        ("Nos partenaires", "Coopérer", "moved"),
        (None, "Agenda 2030", "now_only"),
    ]
    (partners,) = (p for p in found if p.then and p.then.title == "Nos partenaires")
    assert [change.kind for change in partners.wording] == ["kept", "added", "removed"]
