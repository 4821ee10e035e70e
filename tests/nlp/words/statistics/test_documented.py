"""The document of the statistics names every measure, every rule and every reason."""

import dataclasses
import re
from functools import cached_property
from pathlib import Path
from typing import get_args

import pytest

from nlp.words.statistics.association import Association, associations
from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.dispersion import Dispersion, dispersion
from nlp.words.statistics.keyness import Correction, Keyness, keyness
from nlp.words.statistics.specificity import Rule

TEXT = (Path(__file__).parents[4] / "docs" / "statistics.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`\"?([\w ]+)\"?`", TEXT)) | set(re.findall(r"\"(\w+)\"", TEXT))
COUNTS = {
    Keyness: {"f", "size", "reference", "reference_size", "expected"},
    Association: {"together", "frequency", "expected"},
    Dispersion: set(),
}


@pytest.mark.parametrize("result", COUNTS)
def test_every_measure_is_named(result: type) -> None:
    fields = {field.name for field in dataclasses.fields(result) if field.name[0] != "_"}
    fields |= {name for name, one in vars(result).items() if isinstance(one, cached_property)}
    assert fields - COUNTS[result] <= NAMED


def test_every_rule_and_correction_is_named() -> None:
    assert {*get_args(Rule), *get_args(Correction)} - {"none"} <= NAMED


def test_every_reason_is_named() -> None:
    tables = [[[0, 0], [2, 3]], [[0, 2], [0, 3]], [[2], [3]], [[2, 3]]]
    told = {
        str(reason)
        for table in tables
        for found in (keyness(Contingency.of_table(table)), dispersion(table))
        for reason in found.reason.ravel()
    }
    told |= set(associations(Contingency.of([4], [4], [30], [30])).reason.tolist())
    assert len(told) == 6  # five, and that there is none
    assert told - {""} <= NAMED
