"""docs/words.md says what is so: its queries find it, its example runs, its keys are known."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from corpora import BUNDLED
from nlp.words.corpus import PLACES
from nlp.words.metadata import KEYS
from nlp.words.query import find
from nlp.words.subcorpus import QUERY
from tests.nlp.words.handmade import corpus_of, text

TEXT = (Path(__file__).parents[3] / "docs" / "words.md").read_text(encoding="utf-8")


def _cells(section: str) -> list[str]:
    part = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [
        cell.replace("\\|", "|") for cell in re.findall(r"^\| `((?:[^`])+)` \|", part, re.MULTILINE)
    ]


PAGE = corpus_of(
    (
        text(0, "Ombrelle"),
        [
            "Direction Europe/Europe/PROPN",
            "La/le/DET Région soutient/soutenir/VERB en/en/ADP Europe/Europe/PROPN ce/ce/X projet",
            "Appel à/à/ADP projets/projet des/de/ADP régions/région",
            "Coopérations/coopération décentralisées/décentralisé/ADJ aide locale/local/ADJ",
        ],
    )
)
"""Of which the first block is the name of a unit."""

MATCHES = {
    "coopération": ["Coopérations"],
    "appel à projets": ["Appel à projets"],
    '"Régions?"': ["Région"],
    '"régions?"%c': ["Région", "régions"],
    '[lemma="coopération"] [pos="ADJ"]': ["Coopérations décentralisées"],
    '[pos="NOUN" & lemma!="aide|appel"]': [
        "Direction", "Région", "projet", "projets", "régions", "Coopérations",
    ],
    '"soutient" []{0,3} [lemma="projet"]': ["soutient en Europe ce projet"],
    '[family="europe" & place="name"]': ["Europe"],
    '[{"LEMMA": "aide"}, {"POS": "ADJ", "OP": "?"}]': ["aide locale"],
}  # fmt: skip
"""Of each query shown, what it finds there."""


def test_every_query_shown_finds_what_it_says() -> None:
    places = np.where(PAGE.block == 0, PLACES.index("name"), PLACES.index("body"))
    page = replace(PAGE, place=places.astype(np.uint8))
    assert {*_cells("Queries"), *re.findall(r"`(\[\{[^`]+)`", TEXT)} == set(MATCHES)
    for query, matches in MATCHES.items():
        found = find(page, query)
        pairs = zip(found.first.tolist(), found.last.tolist(), strict=True)
        assert [page.spelled(first, last) for first, last in pairs] == matches, query


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
