"""The lemmas of running text, counted once and kept."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.coding import vocabulary
from nlp.coding.running import POS, running
from nlp.coding.vocabulary import VocabularyCounter
from nlp.lines import Lines
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of
from tests.nlp.coding.handmade import block, document

PAGE = document(
    block("paragraph", "La coopération décentralisée soutient les associations."),
    block("paragraph", "Des projets décentralisés et un service décentralisé."),
    block("paragraph", "Mentions légales", boilerplate=True),
)

Vocabulary = tuple[dict[str, Mapping[str, int]], Mapping[str, str]]
"""The lemmas of each document, and the form that each is shown in."""


def count_vocabulary(documents: Iterable[Document], cache: Path) -> Vocabulary:
    with VocabularyCounter(cache) as counter:
        for one in documents:
            counter.count(one)
    return dict(counter.lemmas), counter.forms


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vocabulary, Path]:
    cache = tmp_path_factory.mktemp("vocabulary") / "lemmas.jsonl"
    return count_vocabulary([PAGE], cache), cache


def test_decentralisee_is_one_lemma(counted: tuple[Vocabulary, Path]) -> None:
    lemmas = counted[0][0][PAGE.id]
    assert lemmas["décentralisé"] == 2
    assert lemmas["coopération décentralisée"] == 1
    assert not [lemma for lemma in lemmas if lemma.startswith("décentralis") and lemma[-1] != "é"]


def test_words_of_meaning_count_and_the_others_do_not(counted: tuple[Vocabulary, Path]) -> None:
    lemmas = counted[0][0][PAGE.id]
    assert {"soutenir", "association", "projet", "service"} <= set(lemmas)
    assert "coopération" not in lemmas, "its compound counts as one"
    assert not {"la", "le", "les", "et", "un", ".", "mention"} & set(lemmas)
    assert list(lemmas) == sorted(lemmas)


def test_a_lemma_is_shown_in_its_commonest_form(counted: tuple[Vocabulary, Path]) -> None:
    forms = counted[0][1]
    assert forms["association"] == "associations"
    assert forms["soutenir"] == "soutient"


def test_a_second_run_analyses_nothing(
    counted: tuple[Vocabulary, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, cache = counted
    before = cache.read_bytes()

    def refuse(texts: Iterable[str]) -> Iterable[object]:
        assert list(texts) == [], "analysed again"
        return iter(())

    monkeypatch.setattr(vocabulary, "analyse", refuse)
    assert count_vocabulary([PAGE], cache) == first
    assert cache.read_bytes() == before


def test_only_what_is_new_is_analysed(
    counted: tuple[Vocabulary, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "lemmas.json"
    cache.write_bytes(counted[1].read_bytes())
    seen: list[str] = []
    real = vocabulary.analyse

    def watched(texts: Iterable[str]) -> Iterable[object]:
        seen.extend(new := list(texts))
        return real(new)

    monkeypatch.setattr(vocabulary, "analyse", watched)
    new = document(
        block("paragraph", "Un lycée ouvert."),
        block("paragraph", "Un lycée ouvert."),
        block("paragraph", "Des projets décentralisés et un service décentralisé."),
    )
    result = count_vocabulary([PAGE, new], cache)
    assert seen == ["Un lycée ouvert.", new.text.splitlines()[-1]]
    assert result[0][new.id]["lycée"] == 2
    assert result[0][PAGE.id] == counted[0][0][PAGE.id]


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line[: len(line) // 2],
        lambda line: re.sub(rb'"analysed_by": "\w+"', b'"analysed_by": "another model"', line),
        lambda line: re.sub(rb'"counted_by": "\w+"', b'"counted_by": "other lists"', line),
        lambda line: re.sub(rb'"words": {.*?}}', b'"words": [1]', line),
        lambda line: re.sub(rb'"spans": "[^"]*"', b'"spans": "0 1"', line),
        lambda line: re.sub(rb'"lemmas": "[^"]*"', b'"lemmas": 3', line),
    ],
    ids=["cut", "foreign", "other lists", "wrong words", "wrong spans", "wrong lemmas"],
)
def test_what_is_cut_or_was_made_by_another_is_not_taken(
    counted: tuple[Vocabulary, Path], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    cache = tmp_path / "lemmas.jsonl"
    cache.write_bytes(damage(counted[1].read_bytes()))
    assert count_vocabulary([PAGE], cache) == counted[0]
    assert cache.read_bytes() == counted[1].read_bytes()


def test_what_corrects_lemmas_changes_without_a_new_analysis(
    counted: tuple[Vocabulary, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "lemmas.jsonl"
    cache.write_bytes(counted[1].read_bytes())
    bundled = vocabulary.bundled_lemmas()
    changed = replace(bundled, compounds={}, stop=bundled.stop | {"service"}, _memory={})
    monkeypatch.setattr(vocabulary, "bundled_lemmas", lambda: changed)
    monkeypatch.setattr(vocabulary, "_counted_by", lambda: "changed")
    monkeypatch.setattr(vocabulary, "analyse", lambda texts: pytest.fail("analysed again"))
    lemmas = count_vocabulary([PAGE], cache)[0][PAGE.id]
    assert lemmas["décentralisé"] == 3
    assert lemmas["coopération"] == 1
    assert "service" not in lemmas


def test_tokens_are_kept_with_their_places(counted: tuple[Vocabulary, Path]) -> None:
    tokens = running(Lines(counted[1]).get(digest_of(PAGE)) or {})
    assert tokens is not None
    forms = [PAGE.text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    assert forms[:4] == ["La", "coopération", "décentralisée", "soutient"]
    assert forms[-1] == "."
    assert "légales" not in forms
    assert tokens.blocks.tolist() == [0] * 7 + [1] * (len(forms) - 7)
    assert tokens.sentences.tolist() == tokens.blocks.tolist()
    assert POS[tokens.pos[1]] == "NOUN"


def test_no_documents_no_words(tmp_path: Path) -> None:
    assert count_vocabulary([], tmp_path / "lemmas.jsonl") == ({}, {})
