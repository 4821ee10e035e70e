"""Kinds are decided once, and anew when what they rest on changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from nlp.coding import kinds
from nlp.coding.memory import kinds_of
from tests.nlp.coding.handmade import block, document

PAGE = document(block("paragraph", "L'aide s'adresse aux associations ; dossier avant le 3 mai."))


def test_kinds_are_decided_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "kinds.json"
    first = kinds_of([PAGE], memory)

    def again(*_: object) -> None:
        raise AssertionError("decided anew")

    monkeypatch.setattr(kinds, "classify_all", again)
    assert kinds_of([PAGE], memory) == first
    with pytest.raises(AssertionError, match="anew"):
        kinds_of([replace(PAGE, title="Une autre page")], memory)


def test_a_damaged_memory_is_no_obstacle(tmp_path: Path) -> None:
    memory = tmp_path / "kinds.json"
    first = kinds_of([PAGE], memory)
    memory.write_text("{", encoding="utf-8")
    assert kinds_of([PAGE], memory) == first
