"""The data package of a comparison, as Frictionless reads it."""

import json
from pathlib import Path

from corpora.campaign import Campaign
from nlp.comparing.comparison import Comparison, compare_analysed
from nlp.comparing.tables import write_comparison
from tests.nlp.comparing import made
from tests.nlp.comparing.sample import editions
from tests.nlp.exporting.peers import read


def written(comparison: Comparison, home: Path, language: str = "fr") -> Path:
    return write_comparison(comparison, Campaign("2026", home), language)[0].parent


def test_the_sample_s_comparison_is_what_its_package_says(tmp_path: Path) -> None:
    comparison = compare_analysed(*editions())
    folder = written(comparison, tmp_path)
    (package,) = read(folder, tmp_path, "frictionless").values()
    assert (package["valid"], package["errors"]) == (True, [])
    assert package["rows"].keys() == {path.stem for path in folder.glob("*.csv")}
    assert len(package["rows"]["calls"]) == len(comparison.calls)
    merged = [row for row in package["rows"]["councils"] if len(row["then"]) > 1]
    assert merged
    assert all(all(about) for about in package["about"].values())


def test_what_was_crawled_keeps_its_cell(tmp_path: Path) -> None:
    page = made.page('=Appel "à|projets"\n', "Les chorales d'Ombrelle, dit-on, chantent.")
    before = made.campaign("2014", [page], [made.call(page)])
    folder = written(compare_analysed(before, made.campaign("2026")), tmp_path)
    (package,) = read(folder, tmp_path, "frictionless").values()
    assert (package["valid"], package["errors"]) == (True, [])
    (call,) = package["rows"]["calls"]
    assert (call["status"], call["call_id_now"], call["score"]) == ("gone", None, None)
    told = folder / "calls.csv"
    told.write_bytes(told.read_bytes().replace(b",gone,", b",lost,"))
    (package,) = read(folder, tmp_path, "frictionless").values()
    assert {error[0] for error in package["errors"]} >= {"constraint-error", "hash-count"}


def test_the_package_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    comparison = compare_analysed(made.campaign("2014"), made.campaign("2026"))
    french, english = (
        json.loads((written(comparison, tmp_path / one, one) / "datapackage.json").read_text())
        for one in ("fr", "en")
    )
    assert french["title"] == "Action internationale des régions, campagnes 2014 et 2026 comparées"
    assert english["title"].endswith("campaigns 2014 and 2026 compared")
    assert french["name"] == english["name"] == "aect-2026-compare-2014"
    for one, other in zip(french["resources"], english["resources"], strict=True):
        assert one["description"] != other["description"]
