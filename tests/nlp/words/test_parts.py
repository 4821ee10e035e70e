"""Partitions, sub-corpora and lexical tables: nothing is lost, nothing counted twice."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.coding.running import POS
from nlp.words.corpus import Corpus
from nlp.words.counting import Unit, Which, counted, documents_table, lexical_table
from nlp.words.partition import partition
from nlp.words.query import find
from nlp.words.subcorpus import subcorpus
from tests.nlp.words.conftest import CALL, OMBRELLE, SORVANGE
from tests.nlp.words.handmade import corpus_of, text


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("council", (OMBRELLE, SORVANGE)),
        ("year", ("2014", "2026")),
        ("map", ("2014", "2016")),
        ("kind", ("call", "international_page", "organisation", "other")),
        ("place", ("name", "title", "body")),
        ("code", ("coded", "rest")),
        ("code=applicant.location", ("applicant.location", "rest")),
        ("code=Implantation du demandeur", ("applicant.location", "rest")),
        ("kind=call", ("call", "rest")),
    ],
)
def test_a_corpus_is_cut_by_what_is_known(corpus: Corpus, by: str, names: tuple[str, ...]) -> None:
    cut = partition(corpus, by)
    assert cut.names == names
    assert sorted(set(cut.part.tolist())) == list(range(len(names)))


def test_a_part_is_what_a_condition_keeps(corpus: Corpus) -> None:
    cut = partition(corpus, "kind")
    for place, kind in enumerate(cut.names):
        kept = subcorpus(corpus, [f"kind={kind}"])
        assert (kept.start == corpus.start[cut.part == place]).all()


def test_conditions_join_and_negate(corpus: Corpus) -> None:
    def left(*conditions: str) -> set[tuple[str, str]]:
        found = subcorpus(corpus, conditions)
        return {(found.texts[d].council, found.texts[d].kind) for d in found.document}

    assert left("council=conseil regional d'ombrelle", "year=2014", "kind!=call") == {
        (OMBRELLE, "organisation")
    }
    assert {kind for _, kind in left("kind=call", "kind=other")} == {"call", "other"}
    assert left("query=malienne") == {(OMBRELLE, "call")}
    coded = subcorpus(corpus, ["code=applicant.location"])
    assert {coded.texts[d].id for d in coded.document} == {CALL.id}


def test_no_query_matches_across_what_was_left_out() -> None:
    corpus = corpus_of((text(0, "A"), ["eau très/très/ADV claire", "eau claire"]))
    part = corpus.take(corpus.pos != POS.index("ADV"))
    assert len(find(part, '"eau" "claire"')) == 1
    assert len(find(corpus, '"eau" []? "claire"')) == 2


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (["kind"], "write key=value"),
        (["sort=call"], "'sort' is no metadata of a corpus; there are: campaign, council"),
        (["kind=appel"], "no kind 'appel' in the corpus; there are: call, international_page"),
        (["kind=call", f"council={SORVANGE}"], "no word of the corpus is left where kind=call and"),
        (["query=xylophone"], "no word of the corpus is left where query=xylophone"),
    ],
)
def test_conditions_that_keep_nothing_say_what_there_is(
    corpus: Corpus, conditions: list[str], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        subcorpus(corpus, conditions)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("councl", "'councl' is no metadata"),
        ("published=1999", "no published '1999' in the corpus"),
        ("language", "all words are one part"),
    ],
)
def test_partitions_that_part_nothing_say_why(corpus: Corpus, by: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        partition(corpus, by)


def test_a_part_without_words_is_told() -> None:
    dots = corpus_of((text(0, "A"), ["mot"]), (text(1, "B"), ["././PUNCT"]))
    with pytest.raises(InputError, match="the part 'B' holds no word"):
        partition(dots, "council")
    articles = corpus_of((text(0, "A"), ["mot"]), (text(1, "B"), ["le/le/DET"]))
    with pytest.raises(InputError, match=r"'B' holds no word that is counted; .*--words all"):
        lexical_table(articles, partition(articles, "council"))


@pytest.mark.parametrize("unit", ["lemma", "form"])
@pytest.mark.parametrize("which", ["content", "all"])
def test_a_table_counts_every_counted_word_once(corpus: Corpus, unit: Unit, which: Which) -> None:
    table = lexical_table(corpus, partition(corpus, "council"), unit, which)
    assert table.total == counted(corpus, unit, which).sum()
    assert list(table.units) == sorted(table.units)
    documents = documents_table(corpus, unit, which)
    assert documents.units == table.units
    assert (documents.frequencies == table.frequencies).all()


def test_a_compound_is_one_lemma_and_two_forms(corpus: Corpus) -> None:
    cut = partition(corpus, "council")
    lemmas, forms = (lexical_table(corpus, cut, unit) for unit in ("lemma", "form"))
    ours = dict(zip(lemmas.units, lemmas.counts.toarray().tolist(), strict=True))
    assert ours["coopération décentralisée"] == [3, 1]
    assert ours["coopération"] == [0, 2]
    written = dict(zip(forms.units, forms.frequencies.tolist(), strict=True))
    assert written["décentralisée"] == 4
    assert written["coopération"] == 7


WORDS = st.lists(st.lists(st.sampled_from("abcde"), max_size=8), min_size=1, max_size=5)


@given(st.tuples(WORDS, WORDS))
def test_counts_are_those_of_a_counter(councils: tuple[list[list[str]], list[list[str]]]) -> None:
    if not all(any(sentences) for sentences in councils):
        return
    corpus = corpus_of(
        *(
            (text(number, name), [" ".join(words) for words in sentences])
            for number, (name, sentences) in enumerate(zip("AB", councils, strict=True))
        )
    )
    table = lexical_table(corpus, partition(corpus, "council"))
    expected = [Counter(word for words in sentences for word in words) for sentences in councils]
    assert set(table.units) == set().union(*expected)
    for row, unit in enumerate(table.units):
        assert table.counts[[row]].toarray()[0].tolist() == [one[unit] for one in expected]
    assert np.asarray(table.sizes).tolist() == [one.total() for one in expected]
