"""Scores of words come with counts, dispersion, effect and the number of tests."""

from dataclasses import replace

import numpy as np
import polars
import pytest

from corpora.campaign import Campaign, InputError
from nlp.words.compounds import compound_candidates
from nlp.words.cooccurrences import by_part, cooccurrences
from nlp.words.corpus import NO_TERM, Corpus
from nlp.words.partition import partition
from nlp.words.reading import read_corpus
from nlp.words.scores import keyness, specificities
from nlp.words.statistics.association import log_dice
from nlp.words.statistics.specificity import specificities as exact
from tests.nlp.words.conftest import SORVANGE
from tests.nlp.words.handmade import corpus_of, text

TWO = corpus_of(
    (text(0, "A"), ["eau eau eau terre", "eau feu"]),
    (text(1, "A"), ["eau terre terre"]),
    (text(2, "B"), ["feu feu feu terre", "feu terre"]),
)


def test_specificities_are_those_of_the_table_with_all_that_belongs_to_them() -> None:
    found = specificities(TWO, partition(TWO, "council"), least=1, at_least=0)
    expected = exact(np.array([[5, 0], [1, 4], [3, 2]]))
    rows = {(row["lemma"], row["part"]): row for row in found.frame.to_dicts()}
    assert found.tests == len(rows) == 6
    for row, lemma in enumerate(("eau", "feu", "terre")):
        for column, part in enumerate("AB"):
            assert rows[lemma, part]["specificity"] == pytest.approx(expected[row, column])
    eau = rows["eau", "A"]
    assert (eau["f"], eau["F"], eau["t"], eau["T"]) == (5, 5, 9, 15)
    assert eau["expected"] == pytest.approx(3)
    assert eau["documents"] == 2
    assert 0 < eau["dp_norm"] < 1
    assert eau["log_ratio"] > 1
    assert 0 <= eau["p"] <= eau["p_holm"] <= 1


def test_scores_by_council_are_those_of_specificities_csv(
    campaigns: tuple[Campaign, ...],
) -> None:
    corpus = read_corpus(campaigns[:1])
    ours = specificities(corpus, partition(corpus, "council"), at_least=0).frame
    theirs = polars.read_csv(campaigns[0].outputs / "tables" / "specificities.csv")
    together = theirs.join(ours, on=["lemma", "part", "f", "F", "t", "T"], suffix="_ours")
    assert len(together) == len(theirs) == len(ours) > 1
    far = (together["specificity"] - together["specificity_ours"]).abs().max()
    assert isinstance(far, float)
    assert far < 1e-4


def test_only_what_chance_hardly_explains_is_listed(corpus: Corpus) -> None:
    found = specificities(corpus, partition(corpus, "kind"), least=2, at_least=1)
    assert found.frame["specificity"].abs().min() >= 1
    assert "lycée" in found.frame.filter(polars.col("part") == "other")["lemma"].to_list()
    assert found.tests > len(found.frame)
    order = found.frame.select("part", -polars.col("specificity"))
    assert order.equals(order.sort("part", "specificity"))


def test_keyness_has_the_sign_of_its_effect(corpus: Corpus) -> None:
    found = keyness(corpus, partition(corpus, "council"), least=1, at_least=0).frame
    assert {"g2", "chi2", "chi2_yates", "log_ratio", "lrc", "difference", "dp_norm"} <= set(
        found.columns
    )
    assert (found["g2"].sign() == (found["f"] - found["expected"]).sign()).all()
    assert not any(
        found[name].is_nan().any() for name in found.columns if found[name].dtype.is_float()
    )


def test_too_high_a_threshold_is_told(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="no lemma stands 99 times or more"):
        specificities(corpus, partition(corpus, "council"), least=99)


def test_sentences_are_counted_with_both_words() -> None:
    found = cooccurrences(TWO, "eau", least=1)
    rows = {row["lemma"]: row for row in found.frame.to_dicts()}
    # Five sentences: three with "eau"; two of these with "terre", which is in four; one with "feu".
    assert (rows["terre"]["f"], rows["terre"]["F"]) == (2, 4)
    assert (rows["feu"]["f"], rows["feu"]["F"]) == (1, 3)
    assert (rows["feu"]["t"], rows["feu"]["T"], rows["feu"]["node"]) == (3, 5, 5)
    assert rows["terre"]["log_dice"] == pytest.approx(float(log_dice(2, 4, 3)))
    assert found.tests == 2


def test_windows_count_each_word_once_and_stay_in_the_sentence() -> None:
    corpus = corpus_of((text(0, "A"), ["a x b x c", "d e x"]), (text(1, "B"), ["f g"]))
    frame = cooccurrences(corpus, "x", span=1, least=1).frame
    rows = {row["lemma"]: row for row in frame.to_dicts()}
    # "b" stands between two nodes and is one word; "d" is two words away.
    assert {lemma: row["f"] for lemma, row in rows.items()} == {"a": 1, "b": 1, "c": 1, "e": 1}
    assert {(row["t"], row["T"], row["node"]) for row in rows.values()} == {(4, 10, 3)}


@pytest.mark.parametrize("span", [0, 3])
def test_a_compound_that_holds_the_node_is_no_collocate_of_it(span: int) -> None:
    plain = corpus_of((text(0, "A"), ["appel projet", "porteur projet", "appel eau projet"]))
    term = plain.term.copy()
    term[0], term[1] = len(plain.lemmas), NO_TERM  # "appel projet" is one term
    corpus = replace(plain, lemmas=(*plain.lemmas, "appel à projet"), term=term)
    found = cooccurrences(corpus, "projet", span=span, least=1).frame["lemma"].to_list()
    assert sorted(found) == ["appel", "eau", "porteur"]
    # Where the head of the term is left out, the word before it, of another sentence, stays.
    cut = corpus_of((text(0, "A"), ["eau", "projet feu"]))
    left = replace(cut, term=np.array([cut.term[0], NO_TERM, cut.term[2]], dtype=np.int32))
    assert cooccurrences(left, "projet", span=span, least=1).frame["lemma"].to_list() == ["feu"]
    forms = cooccurrences(corpus, "projet", span=span, unit="form", least=1).frame
    assert forms.filter(polars.col("form") == "appel")["f"].item() == 2


def test_cooccurrences_are_found_part_by_part(corpus: Corpus) -> None:
    found = by_part(corpus, "coopération", partition(corpus, "council"), least=1)
    parts = set(found.frame["part"])
    assert SORVANGE in parts
    alone = cooccurrences(
        corpus.take(partition(corpus, "council").part == 1), "coopération", least=1
    )
    ours = found.frame.filter(polars.col("part") == SORVANGE).drop("part", "p_holm")
    assert ours.equals(alone.frame.drop("p_holm"))
    assert (found.frame["p_holm"] >= found.frame["p"]).all()


def test_a_node_that_is_not_there_or_alone_is_told(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="'xylophone' does not occur"):
        cooccurrences(corpus, "xylophone")
    with pytest.raises(InputError, match="'mot' stands alone"):
        cooccurrences(corpus_of((text(0, "A"), ["mot"])), "mot")


def test_a_corpus_of_one_document_has_scores_and_no_dispersion() -> None:
    one = corpus_of((text(0, "A"), ["eau terre", "eau feu", "feu terre"]))
    frame = cooccurrences(one, "eau", least=1).frame
    assert frame["dp_norm"].null_count() == len(frame) > 0
    titled = replace(one, place=np.array([1, 1, 2, 2, 2, 2], dtype=np.uint8))
    parts = keyness(titled, partition(titled, "place"), least=1, at_least=0).frame
    assert parts["dp_norm"].null_count() == len(parts) > 0


def test_candidates_are_sequences_that_the_list_has_not(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="not on the list is met 2 times"):
        compound_candidates(corpus, least=2)  # "coopération décentralisée" is
    once = compound_candidates(corpus, least=1)["lemmas"].to_list()
    assert "province vietnamien" in once
    assert "coopération décentralisé" not in once
    bags = corpus_of(
        (text(0, "A"), ["sac bleu/bleu/ADJ", "sac bleu/bleu/ADJ", "sac vert/vert/ADJ", "mot"] * 2),
    )
    row = compound_candidates(bags, least=3).row(0, named=True)
    assert (row["term"], row["shape"], row["f"], row["F"], row["t"], row["T"]) == (
        "sac bleu", "NOUN ADJ", 4, 4, 6, 6,
    )  # fmt: skip
    with pytest.raises(InputError, match="met 9 times"):
        compound_candidates(bags, least=9)
