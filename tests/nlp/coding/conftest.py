"""What the coding tests share: the bundled codebook and the council of its examples."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import BUNDLED
from crawler.sources import load_sources
from nlp.coding.codebook import load_codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.matching import Coder


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(load_sources(BUNDLED / "reference" / "example-authority.yml").sources)


@pytest.fixture(scope="session")
def coder(gazetteer: Gazetteer) -> Coder:
    return Coder(load_codebook(), gazetteer)


@pytest.fixture
def coder_of(tmp_path: Path, gazetteer: Gazetteer) -> Callable[[str], Coder]:
    """Makes the coder of a codebook written as YAML."""

    def make(text: str) -> Coder:
        (tmp_path / "book.yml").write_text(text, encoding="utf-8")
        return Coder(load_codebook(tmp_path), gazetteer)

    return make
