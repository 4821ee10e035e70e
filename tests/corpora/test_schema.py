"""A bad data file stops with its file, the line and the reason."""

from pathlib import Path

import pytest

from corpora.campaign import InputError
from corpora.schema import DataFile

GOOD = """\
# A comment counts as a line.
lexicon:
  seat: [siège]
  must:
    - doit
    - doivent
families:
  - id: europe
    label: {fr: Europe, en: Europe}
    definition: {fr: Europe, en: Europe}
    patterns: [europe]
"""


def _load(folder: Path, text: str | bytes) -> DataFile:
    path = folder / "data.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return DataFile(path, "codebook")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert _load(tmp_path, GOOD).content["lexicon"]["must"] == ["doit", "doivent"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "lexicon:",
            "lexique:",
            1,
            "'lexique' was unexpected.*known keys: codes, families, lexicon",
        ),
        ("    - doivent", "    - 3", 6, "3 is not of type 'string'"),
        ("[siège]", "[]", 3, "non-empty|short"),
        ("    patterns: [europe]", "    pattern: [europe]", 8, "pattern"),
        (
            "label: {fr: Europe, en: Europe}",
            "label: {fr: Europe}",
            9,
            "'en' is a required property",
        ),
        ("patterns: [europe]", "patterns: europe", 11, "not of type 'array'"),
        ("[siège]", "[siège", 4, "expected"),
        ("    - doit\n", "\t- doit\n", 5, "cannot start any token|tab|expected"),
        ("[siège]", "*seat", 3, "undefined alias"),
        ("[siège]", "!!python/name:os.system x", 3, "could not determine a constructor"),
    ],
)
def test_a_bad_file_is_told_by_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=reason) as stopped:
        _load(tmp_path, GOOD.replace(old, new))
    assert str(stopped.value).startswith(f"{tmp_path / 'data.yml'}:{line}: ")
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- b", "a: 2014-13-45", "a: 0x_", "a: \x00", "a: 1\n---\nb: 2"]
)
def test_what_is_no_data_file_at_all_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"data\.yml:\d+: ") as stopped:
        _load(tmp_path, text)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize("content", [b"a: \xe9\n", None])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    with pytest.raises(InputError, match=r"data\.yml: cannot be read"):
        _load(tmp_path, content) if content else DataFile(tmp_path / "data.yml", "codebook")


def test_the_first_of_several_errors_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data\.yml:3: "):
        _load(tmp_path, GOOD.replace("[siège]", "[]").replace("patterns: [europe]", "patterns: 3"))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ([], 1),
        (["lexicon"], 2),
        (["lexicon", "seat"], 3),
        (["lexicon", "seat", 0], 3),
        (["lexicon", "must", 1], 6),
        (["families", 0], 8),
        (["families", 0, "label", "en"], 9),
        (["families", 0, "absent"], 8),
    ],
)
def test_every_value_has_its_line(tmp_path: Path, path: list[str | int], line: int) -> None:
    data = _load(tmp_path, GOOD)
    assert data.line(path) == line
    assert str(data.error(path, "no good")).startswith(f"{data.path}:{line}: ")
