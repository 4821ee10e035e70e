"""Tables are read back as they were written."""

from pathlib import Path

import pytest

from corpora.campaign import Campaign, InputError
from nlp.counting.results import read_table
from nlp.counting.stores import write_csv


def test_a_table_is_read_back(tmp_path: Path) -> None:
    campaign = Campaign("essai", tmp_path)
    rows = [("Île, d'Ombrelle", 'un "mot"\nsur deux lignes', ""), ("b", "c|d", "3")]
    write_csv(campaign.outputs / "tables" / "calls.csv", ("a", "b", "c"), rows)
    assert read_table(campaign, "calls") == [dict(zip("abc", row, strict=True)) for row in rows]


def test_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    campaign = Campaign("essai", tmp_path)
    write_csv(campaign.outputs / "tables" / "calls.csv", ("a", "b"), [])
    assert read_table(campaign, "calls") == []


def test_a_campaign_without_results_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'essai' has no results .*`aect analyse essai`"):
        read_table(Campaign("essai", tmp_path), "calls")
