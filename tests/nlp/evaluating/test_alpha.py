"""Krippendorff's alpha against the author's worked example, a library and cases known by hand."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.evaluating.alpha import krippendorff_alpha, read_agreement

# Krippendorff (2011), section C: four observers, twelve units, five values; dots are missing.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def _units(*observers: str) -> list[list[str]]:
    table = [line.split() for line in observers]
    return [[v for v in unit if v != "."] for unit in zip(*table, strict=True)]


def test_the_published_example() -> None:
    alpha = krippendorff_alpha(_units(*OBSERVERS))
    assert alpha is not None
    assert round(alpha, 3) == 0.743


def test_binary_data_of_two_observers() -> None:
    # the paper's section A: ten units, two observers, alpha 0.095
    alpha = krippendorff_alpha(_units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"))
    assert alpha is not None
    assert round(alpha, 3) == 0.095


@pytest.mark.parametrize(
    "units",
    [[], [["a"], ["b"]], [["a", "a"], ["a", "a"]]],
    ids=["nothing", "nothing judged twice", "one value alone"],
)
def test_where_alpha_is_not_defined(units: list[list[str]]) -> None:
    assert krippendorff_alpha(units) is None


UNITS = st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=15)


@given(UNITS)
def test_alpha_is_at_most_1_and_1_only_where_all_agree(units: list[list[int]]) -> None:
    alpha = krippendorff_alpha(units)
    if alpha is not None:
        assert alpha <= 1 + 1e-9
        assert (alpha > 1 - 1e-9) == all(len(set(unit)) < 2 for unit in units)
        assert krippendorff_alpha(reversed(units)) == pytest.approx(alpha)


@settings(deadline=None)
@given(UNITS)
def test_alpha_is_that_of_a_library(units: list[list[int]]) -> None:
    library = pytest.importorskip("krippendorff")
    alpha = krippendorff_alpha(units)
    if alpha is not None:
        counts = [[unit.count(value) for value in range(4)] for unit in units]
        theirs = library.alpha(value_counts=counts, level_of_measurement="nominal")
        assert theirs == pytest.approx(alpha)


def test_published_agreement_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("field,alpha\npage_kind,0.73\napplicant_location=required,0.95\n\n", "utf-8")
    assert read_agreement(path) == {"page_kind": 0.73, "applicant_location=required": 0.95}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"a\.csv:1: the header"),
        ("field;alpha\n", r"a\.csv:1: the header"),
        ("field,alpha\npage_kind\n", r"a\.csv:2: 1 cells"),
        ("field,alpha\npage_knd,0.7\n", r"a\.csv:2: unknown field 'page_knd'"),
        ("field,alpha\npage_kind=maybe,0.7\n", r"a\.csv:2: unknown field"),
        ("field,alpha\npage_kind,high\n", r"a\.csv:2: alpha 'high'"),
        ("field,alpha\npage_kind,1.2\n", r"a\.csv:2: alpha '1\.2'"),
        ("field,alpha\npage_kind,nan\n", r"a\.csv:2: alpha 'nan'"),
        ("field,alpha\npage_kind,1\npage_kind,1\n", r"a\.csv:3: page_kind has an alpha already"),
    ],
)
def test_a_bad_table_of_agreement_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=told):
        read_agreement(path)


def test_a_table_of_agreement_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: cannot be read"):
        read_agreement(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_bytes(b"field,alpha\n\xff\n")
    with pytest.raises(InputError, match=r"a\.csv: cannot be read"):
        read_agreement(tmp_path / "a.csv")
