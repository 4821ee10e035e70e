"""Concordances: every line with what stands around it, and a way back to its place."""

import re
from urllib.parse import unquote

import pytest

from corpora.campaign import InputError
from nlp.words.concordance import Order, concordance, reading_back
from nlp.words.corpus import Corpus
from nlp.words.partition import partition
from tests.nlp.words.conftest import CALL, LATER, LYCEES, OMBRELLE, ORGANISATION, PAGE
from tests.nlp.words.handmade import corpus_of, text

TEXTS = {one.id: one.text for one in (ORGANISATION, CALL, PAGE, LYCEES, LATER)}


def test_a_line_is_what_stands_in_the_document(corpus: Corpus) -> None:
    found = concordance(corpus, '[lemma="coopération"] [pos="ADJ"]?', width=6)
    assert len(found) == 7
    for line in found.iter_rows(named=True):
        whole = TEXTS[line["document_id"]]
        assert whole[line["start"] : line["end"]] == line["match"]
        around = f"{line['left']} {line['match']} {line['right']}"
        assert " ".join(around.split()).replace(" .", ".") in " ".join(whole.split())


def test_a_line_stays_in_its_block(corpus: Corpus) -> None:
    (line,) = concordance(corpus, "chaque", width=100).iter_rows(named=True)
    assert line["left"] + " " + line["match"] + " " + line["right"] == LYCEES.text
    heading = concordance(corpus, "Sorvange", width=9).row(0, named=True)
    assert (heading["left"], heading["right"]) == ("Europe et international |", "")


def test_a_line_leads_to_its_words_in_the_archived_page(corpus: Corpus) -> None:
    (line,) = concordance(corpus, "malienne").iter_rows(named=True)
    page, _, fragment = line["page"].partition("#:~:text=")
    assert page == f"archive/{CALL.id}.html"
    assert re.fullmatch(r"[\w%.]+-,[\w%.]+,-[\w%.]+", fragment)
    before, words, after = (unquote(part).strip("-") for part in fragment.split(","))
    assert (before, words) == ("décentralisée avec la province", "malienne")
    assert after == "de Mopta.", "half of “L’association” is no word to a browser"


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("text", "b x d"),
        ("left", "a x c"),
        ("right", "c x b"),
        ("match", "c X e"),
    ],
)
def test_lines_are_sorted_by_what_is_asked(sort: Order, first: str) -> None:
    corpus = corpus_of((text(0, "Ombrelle"), ["b x d", "c x b", "a x c", "c X e"]))
    found = concordance(corpus, "x", sort=sort)
    lines = [f"{line['left']} {line['match']} {line['right']}" for line in found.to_dicts()]
    if sort == "match":  # case aside all are one, and what is right of them decides
        first = "c x b"
    assert lines[0] == first
    assert sorted(lines) == sorted(["b x d", "c x b", "a x c", "c X e"])


def test_lines_come_part_by_part(corpus: Corpus) -> None:
    found = concordance(corpus, "coopération", cut=partition(corpus, "council"))
    assert found["part"].to_list() == sorted(found["part"].to_list())
    assert found["part"].to_list() == found["council"].to_list()


@pytest.mark.parametrize(
    ("word", "unit", "matches"),
    [
        ("lycée", "lemma", ["lycées", "lycées", "lycées", "lycée", "lycées"]),
        ("lycées", "form", ["lycées", "lycées", "lycées", "lycées"]),
        ("coopération décentralisée", "lemma", ["coopération"]),
        ("decentralisee", "family", ["décentralisée"]),
    ],
)
def test_any_word_of_a_table_is_read_back(
    corpus: Corpus, word: str, unit: str, matches: list[str]
) -> None:
    found = reading_back(corpus, word, unit)  # type: ignore[arg-type]
    assert {match.lower() for match in found["match"]} == set(matches)
    if len(matches) > 1:
        assert found["match"].to_list() == matches


def test_a_word_that_does_not_occur_is_told(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="the lemma 'xylophone' does not occur"):
        reading_back(corpus, "xylophone")
    assert concordance(corpus, "xylophone").is_empty()


def test_hostile_words_stay_words() -> None:
    corpus = corpus_of((text(0, "<b>", title="=1+1"), ['<script>"a)[b" x=y']))
    assert len(reading_back(corpus, '<script>"a)[b"', "form")) == 1
    line = concordance(corpus, '"x=y"').row(0, named=True)
    assert "<" not in line["page"]
    assert '"' not in line["page"]
    assert line["council"] == "<b>"


def test_who_asks_for_nothing_around_gets_it(corpus: Corpus) -> None:
    found = concordance(corpus, f'"{OMBRELLE.split()[-1][2:]}"', width=0)
    assert set(found["left"]) | set(found["right"]) == {""}
