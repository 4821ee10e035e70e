"""Lexical families in a corpus: the same counts as in the campaign's own table."""

import polars
import pytest

from corpora.campaign import Campaign, InputError
from nlp.words.corpus import Corpus
from nlp.words.families import bundled_families, families, family_named, juxtapositions
from nlp.words.partition import partition
from nlp.words.reading import read_corpus
from tests.nlp.counting.handmade import CODEBOOK
from tests.nlp.words.conftest import OMBRELLE, SORVANGE


def test_counts_by_council_are_those_of_families_csv(campaigns: tuple[Campaign, ...]) -> None:
    corpus = read_corpus(campaigns[:1])
    ours = families(corpus, partition(corpus, "council"), CODEBOOK.families)
    written = polars.read_csv(campaigns[0].outputs / "tables" / "families.csv")
    names = ["occurrences", "words", "documents"]
    keys = ["part", "family", "place"]
    theirs = written.rename({"authority": "part"}).select(*keys, *names)
    assert ours.select(*keys, *names).sort(keys).equals(theirs.sort(keys))
    assert ours["occurrences"].sum() > 10


def test_the_states_decentralisation_is_told_apart(corpus: Corpus) -> None:
    rows = families(corpus, partition(corpus, "council")).filter(
        polars.col("family") == "decentralisee", polars.col("part") == OMBRELLE
    )
    told = {row["place"]: (row["occurrences"], row["told_apart"]) for row in rows.to_dicts()}
    assert told == {"name": (1, 0), "title": (0, 0), "body": (2, 1)}


def test_a_family_is_counted_per_year(corpus: Corpus) -> None:
    rows = families(corpus, partition(corpus, "year"))
    body = {
        row["part"]: row["occurrences"]
        for row in rows.to_dicts()
        if (row["family"], row["place"]) == ("decentralisee", "body")
    }
    assert body == {"2014": 2, "2026": 1}


@pytest.mark.parametrize("by", ["place", "place=title", "place=body"])
def test_titles_of_pages_are_titles_when_places_are_the_parts(corpus: Corpus, by: str) -> None:
    rows = families(corpus, partition(corpus, by)).to_dicts()
    titles = "rest" if by == "place=body" else "title"
    assert {row["part"] for row in rows if row["place"] == "title"} == {titles}
    cut = families(corpus, partition(corpus, "council"))
    counts = cut.filter(polars.col("place") == "title")["occurrences"].sum()
    assert sum(row["occurrences"] for row in rows if row["place"] == "title") == counts


def test_dispersion_is_0_to_1_or_not_said(corpus: Corpus) -> None:
    rows = families(corpus, partition(corpus, "council")).to_dicts()
    for row in rows:
        assert row["dp_norm"] is None or 0 <= row["dp_norm"] <= 1
        # Where no part, or only one, has any word of the place, dispersion has no meaning.
        if row["parts_with"] == 0:
            assert row["dp_norm"] is None


def test_names_that_join_two_families_are_listed(corpus: Corpus) -> None:
    found = juxtapositions(corpus, partition(corpus, "council")).to_dicts()
    assert [(row["part"], row["name"], row["families"], row["times"]) for row in found] == [
        (OMBRELLE, "Direction de l'Europe et de l'international", "europe|international", 2)
    ]
    assert SORVANGE not in {row["part"] for row in found}, "a title is no name"


def test_a_family_is_named_by_id_or_label() -> None:
    assert family_named("Décentralisée").id == "decentralisee"
    assert family_named("europe") in bundled_families()
    with pytest.raises(InputError, match="no lexical family 'asie'; there are: europe"):
        family_named("asie")
