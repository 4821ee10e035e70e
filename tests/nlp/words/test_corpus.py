"""A campaign's running text as a corpus: every word once, with its place and its metadata."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpora.campaign import Campaign, InputError
from nlp.reading.documents import Document
from nlp.words.corpus import PLACES, Corpus
from nlp.words.reading import read_corpus
from tests.conftest import environment
from tests.nlp.words.conftest import CALL, COPY, LATER, LYCEES, OMBRELLE, ORGANISATION, PAGE

READ: dict[str, Document] = {one.id: one for one in (ORGANISATION, CALL, PAGE, LYCEES, LATER)}


def spelled(corpus: Corpus, *columns: str) -> list[tuple[str, ...]]:
    """The tokens, of each the named columns in words."""
    vocabulary = {"form": corpus.forms, "lemma": corpus.lemmas, "term": (*corpus.lemmas, "-")}
    return [
        tuple(vocabulary[name][getattr(corpus, name)[token]] for name in columns)
        for token in range(len(corpus))
    ]


def test_every_word_of_running_text_is_there_once_and_where_it_stands(corpus: Corpus) -> None:
    assert [text.id for text in corpus.texts] == list(READ)
    for number, document in enumerate(READ.values()):
        tokens = corpus.take(corpus.document == number)
        covered = ""
        for form, start, end, block in zip(
            tokens.form, tokens.start, tokens.end, tokens.block, strict=True
        ):
            assert document.text[start:end] == corpus.forms[form]
            assert document.blocks[block].start <= start < end <= document.blocks[block].end
            covered += corpus.forms[form]
        kept = "".join(document.text[b.start : b.end] for b in document.blocks if not b.boilerplate)
        assert covered == "".join(kept.split())


def test_copies_and_boilerplate_are_in_no_corpus(corpus: Corpus) -> None:
    assert COPY.id not in {text.id for text in corpus.texts}
    assert "légales" not in corpus.forms
    assert "copié" not in corpus.forms


def test_what_is_written_otherwise_is_read_as_one_word(corpus: Corpus) -> None:
    lemmas = dict(spelled(corpus, "form", "lemma"))
    assert lemmas["citoyen·ne·s"] == "citoyen"
    assert lemmas["étudiant(e)s"] == "étudiant"
    assert lemmas["L’"] == "le"
    assert lemmas["AFD"] == "AFD"
    assert lemmas["malienne"] == "malien"


def test_a_compound_counts_at_its_first_word_and_its_words_stay(corpus: Corpus) -> None:
    pairs = spelled(corpus, "form", "lemma", "term")
    at = next(place for place, token in enumerate(pairs) if token[0] == "décentralisée")
    assert pairs[at - 1] == ("Coopération", "coopération", "coopération décentralisée")
    assert pairs[at] == ("décentralisée", "décentralisé", "-")


def test_sentences_end_where_they_do(corpus: Corpus) -> None:
    lycees = corpus.take(corpus.document == list(READ).index(LYCEES.id))
    first = np.unique(lycees.sentence, return_index=True)[1]
    assert [corpus.forms[lycees.form[token]] for token in first] == ["La", "Chaque", "Les"]


def test_names_titles_and_body_are_told_apart(corpus: Corpus) -> None:
    names = corpus.take(corpus.place == PLACES.index("name"))
    assert names.spelled(0, 12).startswith("Direction de l'Europe et de l'international Service")
    titles = corpus.take(corpus.place == PLACES.index("title"))
    assert "Europe et international | Sorvange" in titles.spelled(0, len(titles))
    said = {corpus.texts[document].kind for document in np.unique(names.document)}
    assert said == {"organisation"}


def test_what_is_known_of_a_text(corpus: Corpus) -> None:
    call = next(text for text in corpus.texts if text.id == CALL.id)
    later = next(text for text in corpus.texts if text.id == LATER.id)
    assert (call.council, call.kind, call.year, call.map, call.call) == (
        OMBRELLE, "call", "2014", "2014", "c1",
    )  # fmt: skip
    assert (later.campaign, later.year, later.map, later.call) == ("2026", "2026", "2016", "")


def test_coded_passages_are_known(corpus: Corpus) -> None:
    coded = corpus.take(corpus.coded("applicant.location"))
    assert coded.spelled(0, len(coded)) == "son siège social en Ombrelle"
    assert corpus.coded().sum() > len(coded)


def test_lemmas_are_shown_by_their_commonest_form(corpus: Corpus) -> None:
    shown = {corpus.lemmas[place]: form for place, form in corpus.common_form.items()}
    assert shown["lycée"] == "lycées"
    assert shown["ONG"] == "ONG"
    assert shown["sorvange"] == "Sorvange"
    assert shown["région"] == "région"
    assert shown["coopération décentralisée"] == "coopération décentralisée"


def test_the_same_campaigns_give_the_same_corpus(
    campaigns: tuple[Campaign, ...], corpus: Corpus
) -> None:
    again = read_corpus(campaigns)
    assert again.forms == corpus.forms
    assert (again.term == corpus.term).all()


def test_reading_loads_no_model(home: Path) -> None:
    program = (
        "import sys; from corpora.campaign import Campaign; from nlp.words.reading import "
        "read_corpus; print(len(read_corpus([Campaign.named('2026')]).texts), "
        "{'spacy', 'sklearn'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=home, env=environment(PYTHONPATH=str(Path(__file__).parents[3])),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "1 set()"


def test_a_campaign_without_words_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="run `aect analyse nothing` first"):
        read_corpus([Campaign.named("nothing", tmp_path)])


def test_tokens_that_were_not_kept_are_told(
    campaigns: tuple[Campaign, ...], tmp_path: Path
) -> None:
    shutil.copytree(campaigns[1].home / "corpora", tmp_path / "corpora")
    shutil.copytree(campaigns[1].home / "outputs", tmp_path / "outputs")
    path = tmp_path / "corpora" / "2026" / "vocabulary.jsonl"
    line = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(line | {"spans": "0 1 2"}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="run `aect analyse 2026` again"):
        read_corpus([Campaign.named("2026", tmp_path)])
