"""The reference file stops at load when it is incoherent."""

from pathlib import Path

import pytest

from corpora.campaign import InputError
from nlp.counting.study import STUDY_2014, read_published


def test_published_figures_are_those_of_the_study() -> None:
    values = {figure.id: (figure.value, figure.of) for figure in read_published()}
    assert values["councils_announcing"] == (15, 22)
    assert values["solidarity_calls"] == (25, None)
    assert values["calls_without_location"] == (2, 25)
    assert values["councils_economic"] == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: solidarity_calls", "id: solidarity_cals", "no figure counted here"),
        ("value: 15", "value: quinze", "quinze"),
        ("    of: 22", "    out_of: 22", "out_of"),
    ],
)
def test_an_incoherent_entry_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = STUDY_2014.read_text(encoding="utf-8")
    path = tmp_path / "study.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=reason) as error:
        read_published(path)
    assert str(error.value).startswith(f"{path}:")
