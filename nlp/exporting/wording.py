"""What the exports say, by language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from corpora.schema import read_yaml


@cache
def wording(language: str) -> Mapping[str, Any]:
    """The texts of ``wording.yml`` in ``language`` (fr or en); KeyError on any other."""
    text = files("nlp.exporting").joinpath("wording.yml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = read_yaml(text)[language]
    return found
