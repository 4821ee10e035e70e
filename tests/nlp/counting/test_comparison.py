"""One campaign against another."""

import csv
from pathlib import Path

import pytest

from corpora.campaign import Campaign, InputError
from nlp.counting.comparison import Change, compare
from nlp.counting.stores import write_csv

COLUMNS = ("authority", "announces_spillovers", "nature", "institution", "precise", "calls")


def _campaign(
    home: Path,
    name: str,
    councils: list[tuple[str, ...]],
    figures: list[tuple[str, str, str]],
) -> Campaign:
    campaign = Campaign(name, home)
    tables = campaign.outputs / "tables"
    write_csv(tables / "authorities.csv", COLUMNS, councils)
    write_csv(tables / "study.csv", ("figure", "value", "of"), figures)
    return campaign


@pytest.fixture
def years(tmp_path: Path) -> tuple[Campaign, Campaign]:
    before = _campaign(
        tmp_path,
        "2014",
        [
            ("Ombrelle", "true", "both", "false", "false", "2"),
            ("Sorvange", "false", "none", "false", "false", "1"),
            ("Valmorière", "true", "economic", "true", "false", "0"),
        ],
        [("announcing", "2", "3"), ("calls", "3", ""), ("gone", "1", "")],
    )
    after = _campaign(
        tmp_path,
        "2026",
        [
            ("Ombrelle", "true", "economic", "false", "false", "3"),
            ("Sorvange", "false", "none", "false", "false", "1"),
            ("Nouvelle-Brande", "true", "both", "true", "true", "1"),
        ],
        [("announcing", "2", "2"), ("calls", "5", ""), ("new", "1", "")],
    )
    return before, after


def test_figures_and_changed_decisions_stand_side_by_side(
    years: tuple[Campaign, Campaign],
) -> None:
    assert compare(*years) == (
        Change("announcing", "value", "2/3", "2/2"),
        Change("calls", "value", "3", "5"),
        Change("Nouvelle-Brande", "present", "false", "true"),
        Change("Ombrelle", "nature", "both", "economic"),
        Change("Ombrelle", "calls", "2", "3"),
        Change("Valmorière", "present", "true", "false"),
    )


def test_the_comparison_is_written_beside_the_later_results(
    years: tuple[Campaign, Campaign],
) -> None:
    changes = compare(*years)
    path = years[1].outputs / "compare" / "2014.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["subject", "field", "2014", "2026"]
    assert rows == [[c.subject, c.field, c.before, c.after] for c in changes]
    first = path.read_bytes()
    compare(*years)
    assert path.read_bytes() == first


def test_a_campaign_compared_with_itself_has_no_changed_decision(
    years: tuple[Campaign, Campaign],
) -> None:
    changes = compare(years[0], years[0])
    assert {change.field for change in changes} == {"value"}
    assert all(change.before == change.after for change in changes)


def test_a_campaign_without_results_is_told(years: tuple[Campaign, Campaign]) -> None:
    with pytest.raises(InputError, match="'2030' has no results"):
        compare(years[0], Campaign("2030", years[0].home))
