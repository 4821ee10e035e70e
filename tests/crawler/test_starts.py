"""Matches that are counted quickly are those that the patterns find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.starts import Matches, beginnings
from crawler.frontier.words import FAMILIES

_WORDS = (
    "aide aides internationale international du de monde nord sud cooperation decentralisee ong "
    "solidarite solidaire mondial senegal malienne europe pays en voie developpement a l"
)
_WORD = st.sampled_from(_WORDS.split())


@given(st.lists(_WORD, max_size=60).map(" ".join))
def test_matches_are_counted_as_the_patterns_find_them(text: str) -> None:
    patterns = [family.pattern for family in FAMILIES if family.field]
    expected = [sum(1 for _ in pattern.finditer(text)) for pattern in patterns]
    assert Matches(patterns).count(text) == expected


def test_a_pattern_that_could_begin_anywhere_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin"):
        beginnings(re.compile(r"\w+ internationale"))
