"""Campaigns on disk compared: what is read, refused and written."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.campaign import Campaign, InputError
from nlp.coding.references import Coding
from nlp.comparing.comparison import compare, compare_analysed
from nlp.comparing.tables import comparison_tables, write_comparison
from nlp.counting.stores import write_tables
from nlp.counting.study import read_published
from nlp.counting.tables import build_tables
from nlp.reading.documents import write_documents
from tests.conftest import aect
from tests.nlp.comparing import made
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, campaign


def analysed(home: Path, name: str, coding: Coding) -> Campaign:
    target = Campaign(name, home)
    councils = [VALMORIERE, SORVANGE]
    write_tables(build_tables(coding, CODEBOOK, councils, read_published()), target.outputs)
    write_documents(target.corpus / "documents.jsonl", coding.documents)
    target.state.write_text(json.dumps({"program": "p"}), encoding="utf-8")
    return target


@pytest.fixture
def years(tmp_path: Path) -> tuple[Campaign, Campaign]:
    coding = campaign()
    then, superseded = coding.calls
    loosened = replace(
        then,
        title="=Appel à projets | 2026",
        applicant_location="preferred",
        amount_max=5000.0,
        deadlines=("2026-05-15",),
    )
    later = replace(coding, calls=(loosened, superseded))
    return analysed(tmp_path, "2014", coding), analysed(tmp_path, "2026", later)


def rows(campaign: Campaign, table: str) -> list[dict[str, str]]:
    path = campaign.outputs / "compare" / "2014" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_analysed_is_compared_and_written(years: tuple[Campaign, Campaign]) -> None:
    written = write_comparison(compare(*years), years[1])
    assert [path.name for path in written] == [
        "calls.csv", "changes.csv", "councils.csv", "families.csv", "figures.csv", "pages.csv",
        "spillovers.csv", "wording.csv", "words.csv",
    ]  # fmt: skip
    changed = {(row["field"], row["type"]): row for row in rows(years[1], "changes")}
    assert set(changed) == {
        ("applicant_location", "looser"),
        ("amount_max", "added"),
        ("deadlines", "changed"),
    }
    looser = changed["applicant_location", "looser"]
    assert looser["quote_then"] == looser["quote_now"] == "dont le siège est en Valmorière"
    assert looser["reference_ids_then"] == looser["reference_ids_now"] != ""
    calls = rows(years[1], "calls")
    assert [row["status"] for row in calls] == ["kept", "kept"]
    assert calls[0]["title_now"] == "'=Appel à projets | 2026"
    figures = {row["figure"]: row for row in rows(years[1], "figures")}
    told = figures["calls_without_location"]
    assert (told["then"], told["now"], told["panel_now"], told["panel_of"]) == ("0", "1", "1", "")
    told = figures["councils_announcing"]
    assert (told["then"], told["panel_then"], told["panel_of"]) == ("1", "1", "2")
    pages = rows(years[1], "pages")
    assert [(row["status"], row["removed"]) for row in pages] == [("kept", "0")]
    panel = [r for r in rows(years[1], "families") if not r["council"]]
    assert {row["panel"] for row in panel} == {"matched", "all"}
    assert {row["change"] for row in rows(years[1], "spillovers")} == {"same", "none"}


def test_the_same_campaigns_give_the_same_bytes(years: tuple[Campaign, Campaign]) -> None:
    first = [path.read_bytes() for path in write_comparison(compare(*years), years[1])]
    assert [path.read_bytes() for path in write_comparison(compare(*years), years[1])] == first


def test_a_campaign_compared_with_itself_has_no_change(years: tuple[Campaign, Campaign]) -> None:
    comparison = compare(years[0], years[0])
    tables = {table.name: table for table in comparison_tables(comparison)}
    assert tables["changes"].rows == tables["wording"].rows == tables["words"].rows == ()
    assert {call.status for call in comparison.calls} == {"kept"}


def test_every_column_is_explained_in_both_languages(years: tuple[Campaign, Campaign]) -> None:
    comparison = compare(*years)
    french, english = (comparison_tables(comparison, lang) for lang in ("fr", "en"))
    for one, other in zip(french, english, strict=True):
        assert one.about != other.about
        assert all(column.about for column in (*one.columns, *other.columns))
        assert one.rows == other.rows


def test_other_codebooks_are_refused_with_what_to_do(tmp_path: Path) -> None:
    then = analysed(tmp_path, "2014", campaign())
    later = analysed(tmp_path, "2026", campaign())
    other = replace(CODEBOOK, version="ffffffffffff")
    coding = replace(campaign(), codebook_version=other.version)
    write_tables(build_tables(coding, other, [VALMORIERE], read_published()), later.outputs)
    with pytest.raises(InputError, match=r"different codebooks.*aect analyse"):
        compare(then, later)


def test_a_campaign_is_not_compared_with_itself_by_the_command(tmp_path: Path) -> None:
    told = aect(tmp_path, "compare", "2014", "2014")
    assert (told.status, told.out) == (2, "")
    assert told.err == "aect: 2014 and 2014 are one campaign: name two to compare\n"


def test_another_version_of_the_program_is_told(years: tuple[Campaign, Campaign]) -> None:
    years[1].state.write_text(json.dumps({"program": "q"}), encoding="utf-8")
    assert len(compare(*years).warnings) == 1


def test_a_campaign_that_was_never_analysed_is_told(years: tuple[Campaign, Campaign]) -> None:
    with pytest.raises(InputError, match=r"'2030' has no results.*aect analyse 2030"):
        compare(years[0], Campaign("2030", years[0].home))


def test_half_a_character_in_a_crawled_text_does_not_stop_the_tables(tmp_path: Path) -> None:
    page = made.page("Appel à projets", "Les chorales d'Ombrelle chantent.")
    call = replace(made.call(page), title="Appel \ud83d à projets")
    before = made.campaign("2014", [page], [call])
    comparison = compare_analysed(before, made.campaign("2026"))
    write_comparison(comparison, Campaign("2026", tmp_path))
    (told,) = rows(Campaign("2026", tmp_path), "calls")
    assert told["title_then"] == "Appel ? à projets"
