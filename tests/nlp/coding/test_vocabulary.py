"""The lemmas of running text, counted once and kept."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from nlp.coding import vocabulary
from nlp.coding.vocabulary import Vocabulary, count_vocabulary
from tests.nlp.coding.handmade import block, document

PAGE = document(
    block("paragraph", "La coopération décentralisée soutient les associations."),
    block("paragraph", "Des projets décentralisés et un service décentralisé."),
    block("paragraph", "Mentions légales", boilerplate=True),
)
COPY = document(block("paragraph", "Une copie de la page."), duplicate_of=PAGE.id)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vocabulary, Path]:
    cache = tmp_path_factory.mktemp("vocabulary") / "lemmas.json"
    return count_vocabulary([PAGE, COPY], cache), cache


def test_decentralisee_is_one_lemma(counted: tuple[Vocabulary, Path]) -> None:
    lemmas = counted[0].lemmas[PAGE.id]
    assert lemmas["décentralisé"] == 3
    assert not [lemma for lemma in lemmas if lemma.startswith("décentralis") and lemma[-1] != "é"]


def test_words_of_meaning_count_and_the_others_do_not(counted: tuple[Vocabulary, Path]) -> None:
    lemmas = counted[0].lemmas[PAGE.id]
    assert {"coopération", "soutenir", "association", "projet", "service"} <= set(lemmas)
    assert not {"la", "le", "les", "et", "un", ".", "mention"} & set(lemmas)
    assert list(lemmas) == sorted(lemmas)


def test_a_lemma_is_shown_in_its_commonest_form(counted: tuple[Vocabulary, Path]) -> None:
    forms = counted[0].forms
    assert forms["association"] == "associations"
    assert forms["soutenir"] == "soutient"


def test_copies_are_left_out(counted: tuple[Vocabulary, Path]) -> None:
    assert set(counted[0].lemmas) == {PAGE.id}


def test_a_second_run_analyses_nothing(
    counted: tuple[Vocabulary, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, cache = counted
    before = cache.read_bytes()

    def refuse(texts: Iterable[str]) -> Iterable[object]:
        assert list(texts) == [], "analysed again"
        return iter(())

    monkeypatch.setattr(vocabulary, "analyse", refuse)
    assert count_vocabulary([PAGE, COPY], cache) == first
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
    assert seen == ["Un lycée ouvert."]
    assert result.lemmas[new.id]["lycée"] == 2
    assert result.lemmas[PAGE.id] == counted[0].lemmas[PAGE.id]


def test_what_another_model_analysed_is_not_taken(
    counted: tuple[Vocabulary, Path], tmp_path: Path
) -> None:
    cache = tmp_path / "lemmas.json"
    cache.write_text('{"model": "another 1.0", "words": {}}', encoding="utf-8")
    assert count_vocabulary([PAGE], cache) == counted[0]


def test_no_documents_no_words(tmp_path: Path) -> None:
    assert count_vocabulary([], tmp_path / "lemmas.json") == Vocabulary({}, {})
