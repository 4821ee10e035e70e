"""The pictures of the overview, as one finds them in ``figures``."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from nlp.coding.references import Authority, Coding
from nlp.reporting.pictures.headlines import draw_headlines
from tests.nlp.reporting import study_made_up as made


@pytest.fixture(scope="module")
def coding() -> Coding:
    """The made-up campaign, one of its councils with a name that is markup."""
    coded = made.coding()
    hostile = Authority(made.HOSTILE, True, "both", True, False, 0, 1, {})
    return replace(coded, authorities=(*coded.authorities, hostile))


@pytest.fixture(scope="module")
def outputs(coding: Coding, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    draw_headlines(coding, made.study(made.coding()), made.NAMES, "sample-2014", folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_picture_has_its_table_beside_it(outputs: Path) -> None:
    figures = rows(outputs / "figures" / "study.csv")
    assert [(row["trouvé"], row["sur"], row["publié"]) for row in figures][:2] == [
        ("15", "22", "15"),
        ("9", "22", ""),
    ]
    councils = {row["conseil"]: row for row in rows(outputs / "figures" / "councils.csv")}
    assert len(councils) == len(made.NAMES) + 1
    assert councils[made.NAMES[0]]["nature"] == "retombées économiques"
    assert councils[made.HOSTILE]["pour l'institution"] == "true"


@pytest.mark.parametrize("name", ["study", "councils"])
def test_pictures_open_and_hold_nothing_but_shapes(outputs: Path, name: str) -> None:
    with Image.open(outputs / "figures" / f"{name}.png") as picture:
        assert min(picture.size) > 400
    tree = etree.parse(outputs / "figures" / f"{name}.svg")
    tags = {etree.QName(one).localname for one in tree.iter() if isinstance(one.tag, str)}
    assert not tags & {"script", "image", "foreignObject", "a"}
    assert not tree.xpath("//@*[starts-with(local-name(), 'on')]")


def test_what_they_show_is_told_in_words(coding: Coding, tmp_path: Path) -> None:
    pictures = draw_headlines(coding, made.study(made.coding()), made.NAMES, "c", tmp_path, "en")
    study, councils = pictures
    assert "Councils" in study.alt
    assert "Valmorière" in councils.alt
    assert "economic spillovers: " in councils.alt
    assert not any(sign in picture.alt for picture in pictures for sign in (" :", " ;"))
    assert councils.table == "figures/councils.csv"


def test_the_same_campaign_draws_the_same_bytes(
    coding: Coding, outputs: Path, tmp_path: Path
) -> None:
    draw_headlines(coding, made.study(made.coding()), made.NAMES, "sample-2014", tmp_path)
    for file in (outputs / "figures").iterdir():
        assert (tmp_path / "figures" / file.name).read_bytes() == file.read_bytes(), file.name


def test_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    empty = Coding((), {}, (), (), (), {}, {}, "0")
    assert draw_headlines(empty, (), (), "empty", tmp_path) == ()
