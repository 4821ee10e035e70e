"""What is learnt of spillovers: the passages, the weights, and what they tell."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.coding.codebook import load_codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labelling import Labeller
from nlp.coding.labels import fold
from nlp.coding.learning import Limit, examples, ground, learn, read_passages
from nlp.coding.learnt import CATEGORIES, WEIGHTS, spillover_model

PASSAGES = read_passages()
LABELLER = Labeller(load_codebook().lexicon, Gazetteer(()))
COUNCIL = "Conseil régional d'Ombrelle"


def _told(category: str, text: str, context: str = ""):  # type: ignore[no-untyped-def]
    labelled = LABELLER.labelled(text, COUNCIL)
    return spillover_model().told(text, labelled, fold(context)).get(category)


def test_every_passage_says_why_it_announces_nothing() -> None:
    lines = (WEIGHTS.parent / "spillovers.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert all(bool(row["spillovers"]) != bool(row["why"]) for row in rows)


def test_weights_were_learnt_from_these_passages_and_word_lists() -> None:
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    again = "run `python -m nlp.coding.learning --write`"
    assert content["learnt_from"] == ground(), again


def test_weights_are_those_of_the_passages() -> None:
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    words = {name[2:] for name in content["features"] if name.startswith("w:")}
    text = " ".join(fold(passage.text) for passage in PASSAGES)
    told = [word for word in words if " " not in word and "_" not in word and word[0] != "x"]
    assert len(told) > 500
    assert all(word in text for word in told)


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("economic", "Ces accords ouvrent à nos entreprises de nouveaux marchés et des emplois."),
        ("sociocultural", "Partir à l'étranger ouvre les jeunes de la région à d'autres cultures."),
        ("institution", "Le bureau de Bruxelles donne à la Région plus de poids en Europe."),
    ],
)
def test_an_announcement_is_told_with_its_words(category: str, text: str) -> None:
    told = _told(category, text)
    assert told is not None
    assert told.probability > 0.5
    assert told.words


def test_a_list_of_themes_announces_nothing() -> None:
    text = "La coopération porte sur l'eau potable, l'état civil et la santé."
    for category in CATEGORIES:
        told = _told(category, text)
        assert told is None or told.probability < 0.5


def test_of_a_long_sentence_the_clause_is_told() -> None:
    text = (
        "Créée en 1998 et dotée de deux agents, l'antenne suit les dossiers de la Commission, "
        "afin que les entreprises de notre territoire gagnent de nouveaux marchés."
    )
    told = _told("economic", text)
    assert told is not None
    assert "nouveaux marchés" in text[told.start : told.end]
    assert "1998" not in text[told.start : told.end]


@given(st.text(max_size=80))
def test_any_text_gets_a_probability_and_a_place_in_it(text: str) -> None:
    for category in CATEGORIES:
        told = _told(category, text)
        if told:
            assert 0 <= told.probability <= 1
            assert 0 <= told.start < told.end <= len(text)


def test_what_is_learnt_is_learnt_alike_again() -> None:
    known = examples(PASSAGES[:150])
    once, again = learn(known), learn(known)
    assert (once.weights == again.weights).all()
    assert (once.probabilities(known.views) == again.probabilities(known.views)).all()


def test_a_passage_whose_quote_is_not_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "passages.jsonl"
    row = {
        "page": "", "authority": COUNCIL, "context": "", "text": "Rien.",
        "spillovers": [{"category": "economic", "quote": "Tout"}],
    }  # fmt: skip
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(InputError, match=r"passages.jsonl:1: "):
        read_passages(path)


def test_f1_is_the_harmonic_mean() -> None:
    assert Limit(0.5, 1.0, 0.5).f1 == pytest.approx(2 / 3)
    assert Limit(0.5, 0.0, 0.0).f1 == 0
