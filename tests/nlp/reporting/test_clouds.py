"""Word clouds weigh by frequency or by specificity, and are the same every time."""

import csv
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from nlp.coding.references import Coding, Kind
from nlp.reporting.pictures.clouds import characteristic, draw_clouds
from tests.nlp.counting.handmade import SORVANGE, campaign, document, reference
from tests.nlp.reporting.svg import word_of, words_of

SPOKEN = "Nos entreprises régionales gagnent des emplois et des marchés, des emplois durables. "
OTHER = "La coopération, avec Mopti, remonte loin ; la coopération, avec Mopti, est ancienne. "


def coded() -> Coding:
    page = document(SORVANGE, "International", ("paragraph", SPOKEN), ("paragraph", OTHER * 9))
    rules = document(SORVANGE, "Appel", ("paragraph", "Associations éligibles, associations. " * 9))
    words = re.findall(r"\w+", "entreprise régional gagner emploi marché durable mopti ancien")
    return replace(
        campaign(),
        documents=(page, rules),
        kinds={page.id: Kind("international_page", 1, "hand"), rules.id: Kind("call", 1, "hand")},
        references=(reference(page, "spillover.territory.economic", SPOKEN.strip()),),
        lemmas={
            page.id: Counter({word: 40 - rank for rank, word in enumerate(words)}),
            rules.id: Counter({"association": 18, "éligible": 9}),
        },
        forms={"emploi": "emplois", "coopération": "coopération", "association": "associations"},
    )


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clouds were drawn once; to be read only."""
    folder = tmp_path_factory.mktemp("clouds")
    draw_clouds(coded(), "2014", folder)
    return folder


def test_three_clouds_and_what_they_show(outputs: Path) -> None:
    pictures = {p.file: p for p in draw_clouds(coded(), "2014", outputs)}
    assert list(pictures) == [
        "cloud-frequency.png",
        "cloud-specificity-spillovers.png",
        "cloud-comparison-calls-pages.png",
    ]
    # The plural is led back to its lemma and shown in its commonest form.
    assert "emplois" in pictures["cloud-specificity-spillovers.png"].alt
    assert "coopération" not in pictures["cloud-specificity-spillovers.png"].alt
    calls, pages = pictures["cloud-comparison-calls-pages.png"].alt.split("\u00a0; ")
    assert "associations" in calls
    assert "associations" not in pages
    assert "entreprise" in pictures["cloud-frequency.png"].alt
    for file, picture in pictures.items():
        with Image.open(outputs / "figures" / file) as image:
            colours = image.convert("RGB").getcolors(1_000_000) or []
        assert len(colours) > 20
        svg = (outputs / "figures" / file).with_suffix(".svg").read_text("utf-8")
        assert "campagne 2014" in svg
        assert "1 conseil, 2 pages, captures du" in svg.replace("\u00a0", " ")
        with (outputs / picture.table).open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        sizes = {word_of(text): text.get("font-size") for text in words_of(svg)}
        assert sizes
        assert sizes == {row["word"]: row["size"] for row in rows if row["size"]}


def test_the_table_says_what_was_counted(outputs: Path) -> None:
    with (outputs / "figures" / "cloud-frequency.csv").open(encoding="utf-8") as table:
        rows = {row["word"]: row for row in csv.DictReader(table)}
    assert rows["emplois"]["lemma"] == "emploi"
    assert rows["emplois"]["count"] == rows["emplois"]["score"] == "37"
    assert rows["emplois"]["documents"] == "1"
    assert rows["emplois"]["forms"] == "emplois"
    with (outputs / "figures" / "cloud-comparison-calls-pages.csv").open("r", -1, "utf-8") as t:
        sides = {row["word"]: row for row in csv.DictReader(t)}
    assert sides["associations"]["part"] == "Appels à projets"
    assert (sides["associations"]["count"], sides["associations"]["elsewhere"]) == ("18", "0")


def test_order_of_counting_does_not_matter(outputs: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from dataclasses import replace; from pathlib import Path;"
        "from nlp.reporting.pictures.clouds import draw_clouds;"
        "from tests.nlp.reporting.test_clouds import coded; c = coded();"
        "turned = {k: dict(reversed(v.items())) for k, v in reversed(c.lemmas.items())};"
        "draw_clouds(replace(c, lemmas=turned), '2014', Path(sys.argv[1]));"
        "sys.exit('spacy' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b")], check=True, cwd=root)
    files = sorted((outputs / "figures").iterdir())
    assert len(files) == 9
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / "figures" / file.name).read_bytes(), file


def test_characteristic_words_are_over_used_ones() -> None:
    found = characteristic({"emploi": 8, "région": 10, "une": 1}, {"région": 100, "mali": 80})
    assert set(found) == {"emploi"}
    assert found["emploi"] > 5
    assert characteristic({}, {}) == {}


def test_no_words_no_cloud_and_none_left_from_before(tmp_path: Path) -> None:
    draw_clouds(coded(), "2014", tmp_path)
    nothing = Coding((), {}, (), (), (), {}, {}, "v")
    assert draw_clouds(nothing, "2014", tmp_path) == ()
    assert list((tmp_path / "figures").iterdir()) == []


def test_words_are_weighed_once_and_anew_when_what_they_rest_on_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coding = coded()
    first = draw_clouds(coding, "2014", tmp_path)

    def anew(*_: object) -> None:
        raise AssertionError("weighed anew")

    page, rules = coding.documents
    changes = {
        "another codebook": (replace(coding, codebook_version="another"), False),
        "references of other codes": (
            replace(
                coding,
                references=(*coding.references, reference(rules, "applicant.location", "Associa")),
            ),
            False,
        ),
        "spillovers": (replace(coding, references=()), True),
        "kinds": (replace(coding, kinds={**coding.kinds, page.id: coding.kinds[rules.id]}), True),
        "words": (replace(coding, lemmas={**coding.lemmas, page.id: {"autre": 3}}), True),
        "forms": (replace(coding, forms={}), True),
        "text": (replace(coding, documents=(page, replace(rules, text=rules.text * 2))), True),
    }
    monkeypatch.setattr("nlp.reporting.pictures.clouds._clouds", anew)
    for what, (changed, weighed) in changes.items():
        if weighed:
            with pytest.raises(AssertionError, match="weighed anew"):
                draw_clouds(changed, "2014", tmp_path)
        else:
            assert draw_clouds(changed, "2014", tmp_path) == first, what
