"""What an analysis remembers: decided once, and anew when what it rests on changes."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.coding import kinds, memory
from nlp.coding.codebook import Codebook, load_codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.matching import Coder
from nlp.coding.memory import RememberingCoder, kinds_of
from nlp.coding.references import Reference
from nlp.reading.documents import Document
from tests.nlp.coding.handmade import block, document

PAGE = document(
    block("heading", "Appel à projets de solidarité internationale", level=1),
    block("paragraph", "L'aide s'adresse aux associations ; dossier avant le 3 mai 2014."),
    block("paragraph", "Le siège est en Ombrelle. L'aide est de 50 % du budget au plus."),
    block("paragraph", "Le projet dure deux ans. Il se déroule au Mali avec un partenaire local."),
    block("paragraph", "Une restitution a lieu dans un lycée de la région Ombrelle."),
)
CODEBOOK = load_codebook()


def coded(
    codebook: Codebook, kept: Path, page: Document = PAGE, kind: str = "call"
) -> list[Reference]:
    with RememberingCoder(codebook, (), kept) as coder:
        return coder.code(page, kind)[0]


def anew(codebook: Codebook, page: Document = PAGE) -> set[Reference]:
    return set(Coder(codebook, Gazetteer(())).references(page, "call"))


def with_list(codebook: Codebook, name: str, *terms: str) -> Codebook:
    return replace(codebook, lexicon={**codebook.lexicon, name: terms})


def test_kinds_are_decided_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kinds.json"
    first = kinds_of([PAGE], kept)

    def again(*_: object) -> None:
        raise AssertionError("decided anew")

    monkeypatch.setattr(kinds, "classify_all", again)
    assert kinds_of([PAGE], kept) == first
    with pytest.raises(AssertionError, match="anew"):
        kinds_of([replace(PAGE, title="Une autre page")], kept)


def test_a_damaged_memory_is_no_obstacle(tmp_path: Path) -> None:
    kept = tmp_path / "kinds.json"
    first = kinds_of([PAGE], kept)
    kept.write_text("{", encoding="utf-8")
    assert kinds_of([PAGE], kept) == first


def test_what_did_not_change_is_not_coded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = coded(CODEBOOK, tmp_path / "coded.jsonl")
    assert set(first) == anew(CODEBOOK)
    before = (tmp_path / "coded.jsonl").read_bytes()
    monkeypatch.setattr(memory, "Coder", None)
    monkeypatch.setattr(memory, "cut", None)
    assert coded(CODEBOOK, tmp_path / "coded.jsonl") == first
    assert (tmp_path / "coded.jsonl").read_bytes() == before


@pytest.mark.parametrize("code", [code.id for code in CODEBOOK.codes])
def test_a_code_alone_finds_what_it_finds_among_all(code: str, tmp_path: Path) -> None:
    """Only the word lists that it looks at are searched then: none must be missing."""
    changed = replace(
        CODEBOOK,
        codes=tuple(
            replace(one, threshold=one.threshold + 0.001) if one.id == code else one
            for one in CODEBOOK.codes
        ),
    )
    kept, ran = tmp_path / "coded.jsonl", []
    coded(CODEBOOK, kept)
    real = RememberingCoder._coder

    def watched(self: RememberingCoder, codes: tuple[str, ...]) -> Coder:
        ran.append(codes)
        return real(self, codes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RememberingCoder, "_coder", watched)
        assert set(coded(changed, kept)) == anew(changed)
    looked_for = [one.id for one in changed.codes if one.id == code and "call" in one.kinds]
    assert ran == [(one,) for one in looked_for]
    cold = tmp_path / "cold.jsonl"
    coded(changed, cold)
    assert kept.read_bytes() == cold.read_bytes()


def test_a_changed_word_list_or_source_is_heeded(tmp_path: Path) -> None:
    kept = tmp_path / "coded.jsonl"
    coded(CODEBOOK, kept)
    changed = with_list(CODEBOOK, "seat", "guichet")
    assert set(coded(changed, kept)) == anew(changed) != anew(CODEBOOK)


def test_a_changed_page_or_kind_is_coded_anew(tmp_path: Path) -> None:
    kept = tmp_path / "coded.jsonl"
    coded(CODEBOOK, kept)
    assert coded(CODEBOOK, kept, kind="") == []
    assert set(coded(CODEBOOK, kept)) == anew(CODEBOOK)
    page = replace(PAGE, date="2013-01-01", authority="Ministère d'Essai")
    assert set(coded(CODEBOOK, kept, page)) == anew(CODEBOOK, page)


def test_another_program_codes_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coded(CODEBOOK, tmp_path / "coded.jsonl")
    monkeypatch.setattr(memory, "_ground", lambda sources: "another program")
    monkeypatch.setattr(memory, "Coder", None)
    with pytest.raises(TypeError):
        coded(CODEBOOK, tmp_path / "coded.jsonl")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: re.sub(rb'"value"', b'"volume"', content),
        lambda content: re.sub(rb'"cuts": \[', b'"cuts": [7, ', content),
        lambda content: re.sub(rb'"references": \{.*', b'"references": []}', content),
        lambda _: b"\x00 not ours\n",
    ],
    ids=["cut", "other fields", "other cuts", "other shape", "foreign"],
)
def test_a_memory_that_is_not_ours_is_coded_anew(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    kept = tmp_path / "coded.jsonl"
    first = coded(CODEBOOK, kept)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert coded(CODEBOOK, kept) == first
    assert kept.read_bytes() == whole
