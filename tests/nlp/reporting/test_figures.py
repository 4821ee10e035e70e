"""Pictures are drawn whole, say where they come from, and never differ from run to run."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from corpora.campaign import InputError
from nlp.coding.references import Coding
from nlp.reporting.pictures.charts import draw_figures
from nlp.reporting.pictures.drawing import plain, source_line
from tests.nlp.counting.handmade import CODEBOOK, call, campaign


def many(count: int) -> Coding:
    page = campaign().documents[2]
    titles = ["Appel", "$\\frac{1}{0}$ & <b>", "援助 \x00\x07 --> 🎈", "long " * 60]
    calls = (
        call(
            page,
            call_id=f"c{i:03}",
            title=titles[i % 4],
            authority=f"Conseil régional de l’Orlanne {i:03}",
            france_actions=("required", "encouraged", "not_stated")[i % 3],
            applicant_location=("required", "preferred", "not_stated")[i % 3],
        )
        for i in range(count)
    )
    return replace(campaign(), calls=tuple(calls))


def names(outputs: Path) -> set[str]:
    return {path.name for path in (outputs / "figures").iterdir()}


def test_bars_and_matrix_as_png_and_svg(tmp_path: Path) -> None:
    pictures = draw_figures(campaign(), CODEBOOK, "2014", tmp_path)
    assert [picture.file for picture in pictures] == ["codes.png", "criteria-matrix.png"]
    assert all(picture.title and picture.alt for picture in pictures)
    assert "1 appels" in pictures[1].alt
    assert names(tmp_path) == {
        "codes.csv", "codes.png", "codes.svg",
        "criteria-matrix.csv", "criteria-matrix.png", "criteria-matrix.svg",
    }  # fmt: skip
    assert [picture.table for picture in pictures] == [
        "figures/codes.csv", "figures/criteria-matrix.csv"
    ]  # fmt: skip
    matrix = (tmp_path / "figures" / "criteria-matrix.csv").read_text(encoding="utf-8").splitlines()
    assert len(matrix) == 2
    for picture in pictures:
        with Image.open(tmp_path / "figures" / picture.file) as image:
            assert image.width > 900
        ET.parse(tmp_path / "figures" / picture.file.replace("png", "svg"))  # noqa: S314


def test_hostile_titles_do_no_harm_and_many_calls_stay_readable(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    draw_figures(many(61), CODEBOOK, "2014", tmp_path)
    assert {"criteria-matrix.png", "criteria-matrix-2.png"} <= names(tmp_path)
    ET.parse(tmp_path / "figures" / "criteria-matrix.svg")  # noqa: S314
    with Image.open(tmp_path / "figures" / "criteria-matrix.png") as image:
        assert image.height > 60 * 35
    assert capfd.readouterr().err == ""
    # Fewer calls next time: the second picture of the run before does not stay.
    draw_figures(many(2), CODEBOOK, "2014", tmp_path)
    assert "criteria-matrix-2.png" not in names(tmp_path)


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    draw_figures(campaign(), CODEBOOK, "2014", tmp_path / "a")
    code = (
        "import sys; from pathlib import Path;"
        "from nlp.reporting.pictures.charts import draw_figures;"
        "from tests.nlp.counting.handmade import CODEBOOK, campaign;"
        "draw_figures(campaign(), CODEBOOK, '2014', Path(sys.argv[1]));"
        "sys.exit('spacy' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b")], check=True, cwd=root)
    for name in names(tmp_path / "a"):
        first, second = (tmp_path / run / "figures" / name for run in "ab")
        assert first.read_bytes() == second.read_bytes(), name


def test_without_calls_there_is_no_matrix(tmp_path: Path) -> None:
    nothing = Coding((), {}, (), (), (), {}, {}, "v")
    pictures = draw_figures(nothing, CODEBOOK, "2014", tmp_path, lang="en")
    assert [picture.file for picture in pictures] == ["codes.png"]
    assert "none" in pictures[0].alt


def test_the_source_tells_pages_and_days() -> None:
    line = source_line(campaign(), "2014", "fr")
    assert line == "Source : campagne 2014, 5 pages lues, captures du 2014-08-26."


def test_another_codebook_that_finds_the_same_draws_nothing_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = draw_figures(campaign(), CODEBOOK, "2014", tmp_path)
    files = {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    again = replace(campaign(), codebook_version="another")

    def anew(*_: object) -> None:
        raise AssertionError("drawn anew")

    with monkeypatch.context() as patch:
        patch.setattr("nlp.reporting.pictures.drawing._write", anew)
        pictures = draw_figures(again, CODEBOOK, "2014", tmp_path)
        with pytest.raises(AssertionError, match="drawn anew"):
            draw_figures(replace(again, references=()), CODEBOOK, "2014", tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()} == files
    assert {picture.note for picture in pictures} == {"livre de codes another"}
    assert [(one.file, one.alt) for one in pictures] == [(one.file, one.alt) for one in first]


def test_a_picture_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        draw_figures(campaign(), CODEBOOK, "2014", tmp_path)


def test_plain_text_is_one_short_line() -> None:
    assert plain("a\n\x00b\t c", 10) == "a b c"
    assert len(plain("mot " * 50, 30)) <= 30
