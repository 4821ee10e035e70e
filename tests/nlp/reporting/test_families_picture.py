"""The picture of the lexical families shows the counts of its table, and a reader finds it."""

import csv
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from matplotlib.figure import Figure
from PIL import Image

from nlp.coding.references import Coding
from nlp.counting.families import PLACES, count_families
from nlp.counting.stores import csv_bytes
from nlp.counting.study import measure, read_published
from nlp.counting.tables import Cell, build_tables
from nlp.reporting.pictures.families import draw_families
from nlp.reporting.report import write_report
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, campaign

COUNCILS = (VALMORIERE, SORVANGE)


HEADS = ("authority", "family", "place", "occurrences", "words", "documents")


def counted(outputs: Path, rows: Sequence[tuple[Cell, ...]] = ()) -> Path:
    """A campaign's folder with the table that is drawn: of the rows, else of the campaign."""
    tables = build_tables(campaign(), CODEBOOK, COUNCILS, read_published(), "fr")
    table = next(table for table in tables if table.name == "families")
    heads = HEADS if rows else [column.name for column in table.columns]
    (outputs / "tables").mkdir(parents=True, exist_ok=True)
    (outputs / "tables" / "families.csv").write_bytes(csv_bytes(heads, rows or table.rows))
    return outputs


def many(names: Sequence[str], occurrences: int) -> list[tuple[Cell, ...]]:
    return [
        (name, family.id, place, occurrences if place == "body" else 0, words, 1)
        for name in names
        for family in CODEBOOK.families
        for place, words in (("name", 0), ("title", 20), ("body", 20_000))
    ]


def names(outputs: Path) -> set[str]:
    return {path.name for path in (outputs / "figures").iterdir()}


def test_the_picture_and_its_table_are_drawn_from_the_campaign_s_table(tmp_path: Path) -> None:
    [picture] = draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path))
    assert names(tmp_path) == {"families.csv", "families.png", "families.svg"}
    assert picture.table == "figures/families.csv"
    with Image.open(tmp_path / "figures" / "families.png") as image:
        assert image.width > 1200
    ET.parse(tmp_path / "figures" / "families.svg")  # noqa: S314
    with (tmp_path / picture.table).open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads == ["conseil", "famille", "place", "occurrences", "mots", "pour 1 000 mots"]
    counts = count_families(campaign(), CODEBOOK.families, COUNCILS)
    shown = {"name": "noms des services", "title": "titres", "body": "texte courant"}
    assert sorted(rows) == sorted(
        [c.authority, c.family, shown[c.place], str(c.occurrences), str(c.words),
         format(round(c.per_1000_words, 3), ".15g")]
        for c in counts
    )  # fmt: skip


def test_each_cell_tells_its_rate_and_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(
        "nlp.reporting.pictures.families.frame", lambda figure, *_: drawn.append(figure)
    )
    cells = [(place, family.id) for place in PLACES for family in CODEBOOK.families]
    rows: list[tuple[Cell, ...]] = [
        ("Sorvange", family, place, number, 1000 if place != "name" else 0, 1)
        for number, (place, family) in enumerate(cells)
        if place != "name"
    ]
    rows += [("Sorvange", family, "name", 0, 0, 0) for place, family in cells if place == "name"]
    rows += [("Aubrelle", family, place, 0, 1000, 0) for place, family in cells]
    draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path, rows))
    shown = sorted((*text.get_position(), text.get_text()) for text in drawn[0].axes[0].texts)
    assert [text for _, y, text in shown if y == 0] == ["0"] * 9
    told = [f"{number} ({number})" for number in range(3, 9)]
    assert [text for _, y, text in shown if y == 1] == ["–", "–", "–", *told]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "europe, noms 1, titres 1, texte"),
        ("en", "europe, names 1, titles 1, text"),
    ],
)
def test_it_says_in_words_what_it_shows(tmp_path: Path, lang: str, said: str) -> None:
    [picture] = draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path), lang)
    assert said in picture.alt
    assert picture.note.endswith(CODEBOOK.version)


def test_same_bytes_in_another_process_without_spacy(tmp_path: Path) -> None:
    draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path / "a"))
    code = (
        "import sys; from pathlib import Path;"
        "from nlp.reporting.pictures.families import draw_families;"
        "from tests.nlp.counting.handmade import CODEBOOK, campaign;"
        "draw_families(campaign(), CODEBOOK, '2014', Path(sys.argv[1]));"
        "sys.exit('spacy' in sys.modules)"
    )
    root, second = Path(__file__).parents[3], counted(tmp_path / "b")
    subprocess.run([sys.executable, "-c", code, str(second)], check=True, cwd=root)
    for name in names(tmp_path / "a"):
        first = (tmp_path / "a" / "figures" / name).read_bytes()
        assert first == (second / "figures" / name).read_bytes(), name


def test_more_councils_than_fit_go_on_in_another_picture_with_the_same_scale(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hostile = ["=1+1", "$\\frac{1}{0}$ <b>", "援助 \x01 🎈", "long " * 60]
    councils = [*hostile, *(f"Conseil régional {number:02}" for number in range(37))]
    rows = many(councils, 1234)
    first, second = draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path, rows))
    assert (first.file, second.file) == ("families.png", "families-2.png")
    assert first.title.endswith("(1 sur 2)")
    sizes = []
    for picture in (first, second):
        with Image.open(tmp_path / "figures" / picture.file) as image:
            sizes.append(image.size)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[0][1] > 40 * 35 > sizes[1][1]
    assert capfd.readouterr().err == ""
    # Fewer councils next time: the second picture of the run before does not stay.
    draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path, many(["Sorvange"], 1)))
    assert names(tmp_path) == {"families.csv", "families.png", "families.svg"}


def test_where_no_family_occurs_there_is_no_picture(tmp_path: Path) -> None:
    assert len(draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path))) == 1
    rows = many(["Sorvange"], 0)
    assert draw_families(campaign(), CODEBOOK, "2014", counted(tmp_path, rows)) == ()
    assert names(tmp_path) == set()
    nothing = Coding((), {}, (), (), (), {}, {}, "v")
    without = replace(CODEBOOK, families=())
    assert draw_families(nothing, without, "2014", tmp_path / "empty") == ()


def test_the_report_s_page_of_words_shows_it(tmp_path: Path) -> None:
    coding = campaign()
    pictures = draw_families(coding, CODEBOOK, "2014", counted(tmp_path))
    twins = draw_families(coding, CODEBOOK, "2014", tmp_path, "en", twin=True)
    labels = {code.id: code.label["fr"] for code in CODEBOOK.codes}
    labels |= {family.id: family.label["fr"] for family in CODEBOOK.families}
    index = write_report(
        tmp_path,
        coding,
        measure(coding, COUNCILS, read_published()),
        {"fr": pictures, "en": twins},
        (),
        {"fr": labels, "en": labels},
        {},
        campaign="2014",
        versions={},
        councils=COUNCILS,
        language="fr",
    )
    page = index.parent / "words.html"
    [section] = html.fromstring(page.read_bytes()).xpath("//section[@id='families']")
    [image] = section.xpath(".//figure//img")
    assert image.get("alt") == pictures[0].alt
    assert (page.parent / image.get("src")).resolve() == tmp_path / "figures" / "families.png"
    assert section.xpath(".//a[contains(@href, 'figures/families.csv')]")
    page = index.parent / "en" / "words.html"
    [section] = html.fromstring(page.read_bytes()).xpath("//section[@id='families']")
    [image] = section.xpath(".//figure//img")
    assert image.get("alt") == twins[0].alt != pictures[0].alt
    assert (page.parent / image.get("src")).resolve() == tmp_path / "figures/en/families.svg"
    files = [link.text for link in section.xpath(".//span[@class='files']/a")]
    assert files == ["SVG", "table (CSV)"]


def test_a_report_s_second_language_leaves_no_pictures_when_it_becomes_the_first(
    tmp_path: Path,
) -> None:
    def drawn() -> set[str]:
        figures = tmp_path / "figures"
        return {path.relative_to(figures).as_posix() for path in figures.rglob("*.*")}

    counted(tmp_path)
    main = {"families.png", "families.svg", "families.csv"}
    for lang, other in (("fr", "en"), ("en", "fr")):
        draw_families(campaign(), CODEBOOK, "2014", tmp_path, lang)
        draw_families(campaign(), CODEBOOK, "2014", tmp_path, other, twin=True)
        assert drawn() == {*main, f"{other}/families.svg", f"{other}/families.csv"}
