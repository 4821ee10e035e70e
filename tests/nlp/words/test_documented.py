"""docs/words.md says what is so: its queries can be asked, its example runs, its keys are known."""

import re
from pathlib import Path

import pytest
import yaml

from corpora import BUNDLED
from nlp.words.metadata import KEYS
from nlp.words.notation import parse
from nlp.words.subcorpus import QUERY

TEXT = (Path(__file__).parents[3] / "docs" / "words.md").read_text(encoding="utf-8")


def _cells(section: str) -> list[str]:
    part = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [
        cell.replace("\\|", "|") for cell in re.findall(r"^\| `((?:[^`])+)` \|", part, re.MULTILINE)
    ]


def test_every_query_shown_can_be_read() -> None:
    queries = _cells("Queries")
    assert len(queries) > 6
    for query in queries:
        assert parse(query)


def test_every_key_is_explained() -> None:
    assert set(_cells("Parts and sub-corpora")) == {*KEYS, QUERY}


def test_the_example_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    (example,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    exec(compile(example, "docs/words.md", "exec"), {})  # noqa: S102


def test_compounds_named_are_on_the_list() -> None:
    listed = yaml.safe_load((BUNDLED / "reference" / "compounds.yml").read_text("utf-8"))
    named = re.findall(r'"([^"]+)"', TEXT.partition("**Compounds.** ")[2].partition(" and the")[0])
    assert len(named) > 2
    assert set(named) <= set(listed["compounds"])
