"""What an evaluation leaves on disk: tables, a picture, a page of the errors."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from corpora.campaign import Campaign, InputError
from nlp.evaluating.coverage import coverage
from nlp.evaluating.evaluation import Evaluation, evaluate
from nlp.evaluating.gold import Judged, Passage
from nlp.evaluating.scoring import Decision
from nlp.evaluating.writing import confusion, write_evaluation
from tests.nlp.evaluating.conftest import OMBRELLE, SITE, SORVANGE

HOSTILE = "<script>alert(1)</script>\x07&\"'"


@pytest.fixture
def evaluation(campaign: Campaign) -> Evaluation:
    return evaluate(
        campaign,
        [
            Judged("=1+1", OMBRELLE, (f"{SITE}/aides/appel",), "", {
                "page_kind": "other", "applicant_location": "not_stated",
                "applicant_location_kinds": ["head_office", "residence"],
                "partner_operator": False, "cofunding_rate_max": 50, "france_actions": "required",
            }, {"france_actions": HOSTILE}),
            Judged(HOSTILE, SORVANGE, ("http://s.example/monde",), HOSTILE, {
                "page_kind": "international_page", "economic": False,
            }, {}, (Passage("institution", "gagnera en notoriété"),)),
        ],
    )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_open_in_a_spreadsheet(campaign: Campaign, evaluation: Evaluation) -> None:
    folder = campaign.outputs / "evaluation"
    written = write_evaluation(evaluation, folder)
    assert [path.relative_to(folder).as_posix() for path in written] == [
        "index.html", "scores.csv", "errors.csv", "confusion.csv", "coverage.csv",
        "figures/coverage.png", "figures/coverage.svg",
    ]  # fmt: skip
    scores = {row["field"]: row for row in _rows(folder / "scores.csv")}
    kinds = scores["applicant_location_kinds"]
    assert (kinds["precision"], kinds["recall"], kinds["f1"]) == ("0.5", "0.5", "0.5")
    assert (kinds["tp"], kinds["fp"], kinds["fn"], kinds["support"]) == ("1", "1", "1", "2")
    assert (kinds["group"], kinds["accuracy"], kinds["macro_f1"]) == ("criteria", "0", "")
    assert scores["page_kind"]["macro_f1"] == "0.333"
    assert scores["page_kind"]["texts"] == "2"
    rows = _rows(folder / "errors.csv")
    assert {row["key"] for row in rows} == {"'=1+1", HOSTILE}, "no cell runs as a formula"
    missed = next(row for row in rows if row["field"] == "france_actions")
    assert (missed["gold"], missed["found"], missed["certain"]) == (
        "required", "not_stated", "false",
    )  # fmt: skip
    assert missed["gold_quote"] == HOSTILE
    assert missed["url"] == f"{SITE}/aides/appel"
    assert len({row["error"] for row in rows}) == len(evaluation.errors)


def test_confusion_counts_every_pair_of_values_met(evaluation: Evaluation) -> None:
    table = list(confusion(evaluation))
    assert [row for row in table if row[0] == "page_kind"] == [
        ("page_kind", "call", "call", 0),
        ("page_kind", "call", "international_page", 0),
        ("page_kind", "call", "other", 0),
        ("page_kind", "international_page", "call", 0),
        ("page_kind", "international_page", "international_page", 1),
        ("page_kind", "international_page", "other", 0),
        ("page_kind", "other", "call", 1),
        ("page_kind", "other", "international_page", 0),
        ("page_kind", "other", "other", 0),
    ]
    assert {row[0] for row in table} == {"page_kind", "applicant_location", "france_actions"}


def test_coverage_keeps_what_is_as_sure_as_the_threshold() -> None:
    decisions = [
        Decision("min_age", "a", "x", True, True, 0.9),
        Decision("min_age", "b", "x", True, False, 0.5),
        Decision("deadlines", "b", "x", (), (), 1.0),
        Decision("international_solidarity", "b", "x", True, False, None),
    ]
    found = {(row.field, row.threshold): row for row in coverage(decisions)}
    assert {field for field, _ in found} == {"all", "min_age", "deadlines"}
    loose, half, sure, none = (found["min_age", t] for t in (0.0, 0.5, 0.55, 0.95))
    assert (loose.coverage, loose.accuracy) == (half.coverage, half.accuracy) == (1, 0.5)
    assert (sure.n, sure.coverage, sure.accuracy) == (1, 0.5, 1)
    assert (none.n, none.coverage, none.accuracy) == (0, 0, None)
    assert (found["all", 0.9].n, found["all", 0.9].of) == (2, 3)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "img", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_runs_nothing(campaign: Campaign, evaluation: Evaluation) -> None:
    page, *_ = write_evaluation(evaluation, campaign.outputs / "evaluation")
    text = page.read_text("utf-8")
    read = Page(text)
    assert read.open == []
    assert not {"script", "link", "iframe", "object"} & set(read.tags)
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;b&gt;Dossier&lt;/b&gt; au Mali." in text
    assert "Implantation &lt;du&gt; lieu" in text, "a code is named as the codebook names it"
    assert "\x07" not in text
    assert "width=device-width" in text
    for link in read.links:
        assert re.match(r"#|https?://|data:image/png;base64,|\.\./report/|[a-z]+\.csv$", link), link


def test_errors_lead_to_the_archived_copy_where_there_is_one(
    campaign: Campaign, evaluation: Evaluation
) -> None:
    page, *_ = write_evaluation(evaluation, campaign.outputs / "evaluation")
    links = Page(page.read_text("utf-8")).links
    assert "../report/archive/d1.html" in links
    assert "../report/archive/d1.html#r4" in links
    assert not any("d4.html" in link for link in links), "no copy of that page was written"


def test_the_same_evaluation_gives_the_same_bytes(campaign: Campaign) -> None:
    gold = [Judged("a", OMBRELLE, (f"{SITE}/aides/appel",), "", {"page_kind": "other"})]

    def written() -> dict[str, bytes]:
        paths = write_evaluation(evaluate(campaign, gold), campaign.outputs / "evaluation")
        return {path.name: path.read_bytes() for path in paths}

    assert written() == written()


def test_the_picture_can_be_seen(campaign: Campaign, evaluation: Evaluation) -> None:
    *_, png, svg = write_evaluation(evaluation, campaign.outputs / "evaluation")
    with Image.open(png) as picture:
        assert picture.width > 1000
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20
    assert svg.read_text("utf-8").startswith("<?xml")


def test_gold_of_which_nothing_was_found_leaves_empty_tables(campaign: Campaign) -> None:
    evaluation = evaluate(campaign, [Judged("x", "", ("nowhere",), "", {"page_kind": "call"})])
    written = write_evaluation(evaluation, campaign.outputs / "evaluation")
    assert [path.suffix for path in written] == [".html", ".csv", ".csv", ".csv", ".csv"]
    assert "x: not in the campaign" in written[0].read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_told(
    campaign: Campaign, evaluation: Evaluation
) -> None:
    (campaign.outputs / "evaluation").write_text("a file", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_evaluation(evaluation, campaign.outputs / "evaluation")
