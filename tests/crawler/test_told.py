"""What a crawl tells is true, at its first run and at every later one."""

import ast
import errno
import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.campaign import Campaign, Event, InputError, read_events, write_whole
from corpora.console import printable
from crawler.archive.capture import OPEN, Capture, read_record
from crawler.archive.captures import read_captures
from crawler.archive.packaging import package
from crawler.changes import CHANGES, UPWARDS, Change, read_changes
from crawler.crawl import CrawlOutcome, crawl
from crawler.imports.importing import import_paths
from crawler.manners.failures import failure
from crawler.past.period import KEPT, Past, keep_past
from crawler.sources import load_sources
from crawler.watching import french, logbook
from crawler.watching.harvest import HARVEST, read_harvest
from crawler.watching.page import REPORT, write_crawl_report
from crawler.watching.standing import STANDING, Standing
from crawler.watching.status import remarks, status
from tests.conftest import aect
from tests.crawler.conftest import HTML, Answer, Site

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]

ROOT = Path(__file__).parents[2]
CHECK = "Just a moment... Checking your browser"


def run(
    campaign: Campaign, sources: Path, since: Campaign | None = None, loopback: bool = True
) -> CrawlOutcome:
    contact = "essai@example.org"
    return crawl(campaign, sources, contact=contact, loopback=loopback, progress=False, since=since)


def named(events: Iterable[Event], name: str) -> list[str]:
    return [event.subject for event in events if event.name == name]


def logged(campaign: Campaign) -> list[Event]:
    return list(read_events(campaign.corpus / logbook.LOG))


def archived(campaign: Campaign, url: str) -> Capture:
    return [one for one in read_captures(campaign.archive) if one.url == url][-1]


# --- the same events of what came now and of what is archived -----------------------------------


def troubled(site: Site) -> None:
    """A site with an answer of each kind that there is something to say of."""
    found = ("/image", "/zip", "/vide", "/rien", "/casse", "/brotli", "/defi", "/perdu", "/blanc")
    site.page("/", *found)
    site.answers["/image"] = Answer(b"GIF89a" * 99, headers={"Content-Type": "image/gif"})
    site.answers["/zip"] = Answer(b"PK\x03\x04", headers={"Content-Type": "application/zip"})
    site.answers["/vide"] = Answer(b"")
    site.answers["/rien"] = Answer(b"", 204)
    half = gzip.compress(os.urandom(5000))[:3000]
    site.answers["/casse"] = Answer(half, headers=HTML | {"Content-Encoding": "gzip"})
    site.answers["/brotli"] = Answer(b"\x8b\x02\x80x", headers=HTML | {"Content-Encoding": "br"})
    site.page("/defi", text=CHECK)
    site.answers["/blanc"] = Answer(b" \n ")


def test_a_second_run_tells_what_the_first_one_told(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    troubled(site)
    first = run(campaign, sources_file(site))
    told = {event.subject.removeprefix(site.url): event for event in first.events}
    names = {path: event.name for path, event in told.items() if path.startswith("/")}
    assert names == {
        "/image": "unread_type",
        "/zip": "unread_type",
        "/vide": "empty_page",
        "/rien": "empty_page",
        "/casse": "body_damaged",
        "/brotli": "body_damaged",
        "/defi": "challenge_suspected",
        "/perdu": "http_error",
        "/blanc": "empty_page",
    }
    assert told["/rien"].reason == "answered 204 with nothing in it"
    page, site.asked[:] = (campaign.corpus / REPORT).read_text(), []

    second = run(campaign, sources_file(site))

    assert site.asked == []
    assert second.events == first.events
    assert (campaign.corpus / REPORT).read_text() == page


def test_what_is_no_page_is_counted_nowhere(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    troubled(site)
    expected = "{pages_min: 9, pages_max: 9}"
    for _ in range(2):
        (failed,) = run(campaign, sources_file(site, expect=expected)).expectations_failed
        # the front page, and the half of a page
        assert failed.reason == "2 pages and files archived, at least 9 expected"
        (council,) = status(campaign).councils
        assert (council.pages, council.documents) == (2, 0)
        assert "2\u00a0pages et 0\u00a0document" in (campaign.corpus / REPORT).read_text()
        (harvest,) = read_harvest(campaign)
        assert harvest.relevant == 0


def test_what_was_recovered_stays_told(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a")
    site.page("/a")
    run(campaign, sources_file(site))
    (path,) = campaign.archive.glob("*.gz")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:200])  # a record that was torn while it was written
    path.rename(path.with_name(path.name + OPEN))
    first = run(campaign, sources_file(site))
    assert named(first.events, "segment_recovered") == [path.name]
    assert run(campaign, sources_file(site)).events == first.events
    assert named(run(campaign, sources_file(site)).events, "segment_recovered") == [path.name]


def test_a_damaged_answer_is_asked_for_again(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a", "/b")
    site.page("/a", "/c", text=os.urandom(3000).hex())
    site.page("/b")
    site.page("/c")
    run(campaign, sources_file(site))
    one = archived(campaign, f"{site.url}/a")
    path = campaign.archive / one.warc
    data = bytearray(path.read_bytes())
    data[one.offset + 1500] ^= 0xFF
    path.write_bytes(data)
    site.asked.clear()

    outcome = run(campaign, sources_file(site, crawl="{pages_per_source: 4}"))

    assert site.asked == ["/a"]
    assert named(outcome.events, "page_budget") == []
    anew = archived(campaign, f"{site.url}/a")
    with read_record(campaign.archive, anew) as record:
        assert record.raw_stream.read() == site.answers["/a"].body
    assert any("damaged" in event.name for event in outcome.events)


# --- ends ---------------------------------------------------------------------------------------


def test_a_source_that_ends_in_disorder_is_told(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = serve(), serve()
    for one in sites:
        one.page("/", "/a")
        one.page("/a")
    # a fault of ours: the first source's entry pages cannot be asked for
    broken = Path(__file__).parent / "broken"
    monkeypatch.setenv("PYTHONPATH", str(broken))
    outcome = run(campaign, sources_file(*sites))
    (failed,) = outcome.expectations_failed
    assert (failed.name, failed.subject) == ("source_failed", "Conseil régional d'Essai 0")
    assert "the same command goes on" in failed.reason
    assert logged(campaign) == list(outcome.events)
    assert any("in disorder" in line for line in remarks(status(campaign)))
    assert "Collecte finie en désordre" in (campaign.corpus / REPORT).read_text()
    # the other source is whole
    assert sites[1].asked == ["/robots.txt", "/", "/a"]
    monkeypatch.delenv("PYTHONPATH")
    assert not run(campaign, sources_file(*sites)).expectations_failed


@given(st.sampled_from(["", "shutdown", "cancelled", "finished", "refused", "x"]))
def test_every_end_but_the_known_ones_is_an_event(end: str) -> None:
    (source,) = load_sources(ROOT / "corpora" / "sources" / "sample-2014.yml").sources[:1]
    told = list(logbook.broken_off([source], {source.id: Standing(end=end)}, "crawl.log"))
    assert [event.subject for event in told] == [source.name] * (end not in ("finished", "refused"))


def test_a_lower_budget_is_no_failure(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", *(f"/p{n}" for n in range(8)))
    for n in range(8):
        site.page(f"/p{n}")
    run(campaign, sources_file(site))
    outcome = run(campaign, sources_file(site, crawl="{pages_per_source: 4}"))
    assert outcome.expectations_failed == ()
    (council,) = status(campaign).councils
    assert (council.spent, council.budget, council.pages) == (4, 4, 9)


# --- what became of the pages of an earlier year ------------------------------------------------


def test_what_is_no_page_has_not_changed(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    first, second = (Campaign.named(name, tmp_path / "home") for name in ("2026", "2027"))
    below = ("/aides/europe/appel", "/aides/europe/index.html", "/pied/neuf")
    paths = ("/check", "/vide", "/agenda", "/copie", "/jadis", "/aides", *below)
    site.page("/", *paths)
    for path in paths:
        site.page(path, text=path)
    site.page("/jadis", text=CHECK)
    site.page("/aides/", text="les aides")
    site.redirect("/aides", "/aides/")
    run(first, sources_file(site))

    site.page("/", *paths, "/ailleurs", text="La Région, cette année.")
    site.page("/check", text=CHECK)
    site.answers["/vide"] = Answer(b"")
    site.redirect("/agenda", "/")
    site.redirect("/copie", "/")
    site.page("/ailleurs", text="")
    site.answers["/ailleurs"] = Answer(
        b"<html><title>/copie</title><body><p>/copie</p><ul></ul></body></html>"
    )
    site.page("/jadis", text="enfin une page")
    site.redirect("/aides/europe/appel", "/aides/")
    site.redirect("/aides/europe/index.html", "/aides/europe/")
    site.page("/aides/europe/", text="l'Europe, nouvelle")
    site.redirect("/pied/neuf", "/pied/")
    site.page("/pied/", text="une page qui n'était pas là")
    outcome = run(second, sources_file(site), since=first)

    told = {one.url.removeprefix(site.url): one for one in outcome.changes}
    assert {path: (one.change, one.why) for path, one in told.items()} == {
        "/": ("changed", ""),
        "/check": ("not_captured", "robot check"),
        "/vide": ("not_captured", "nothing in it"),
        "/agenda": ("gone", "redirected to the front page"),
        "/copie": ("moved", ""),
        "/ailleurs": ("new", ""),
        "/jadis": ("new", ""),
        "/aides/": ("unchanged", ""),
        "/aides/europe/appel": ("gone", UPWARDS),
        "/aides/europe/index.html": ("moved", ""),
        "/aides/europe/": ("new", ""),
        "/pied/neuf": ("moved", ""),
        "/pied/": ("new", ""),
    }
    assert told["/copie"].to == f"{site.url}/ailleurs"
    assert told["/pied/neuf"].to == f"{site.url}/pied/"
    assert list(read_changes(second.corpus / CHANGES)) == list(outcome.changes)
    page = (second.corpus / REPORT).read_text()
    for said in ("renvoie à l’accueil", "contrôle anti-robot", "renvoie à une page au-dessus"):
        assert said in page


# --- files that something else has broken -------------------------------------------------------

BROKEN = [b"", b"[]", b"{", b"null", b'{"running": true}', b"\xff\xfe", b"[" * 100_000, b"\0" * 9]


@pytest.mark.parametrize("content", BROKEN)
def test_broken_state_files_are_told_or_made_anew(
    site: Site, campaign: Campaign, sources_file: SourcesFile, content: bytes
) -> None:
    site.page("/")
    run(campaign, sources_file(site))
    whole = {name: (campaign.corpus / name).read_bytes() for name in (HARVEST, logbook.LOG)}
    for name in (STANDING, HARVEST, logbook.LOG, CHANGES):
        (campaign.corpus / name).write_bytes(content)

    (council,) = status(campaign).councils
    assert council.state == "stopped"
    assert "how its crawl ended is not known" in council.why
    write_crawl_report(campaign)
    if content.strip(b"\0"):
        assert "Lignes du journal illisibles" in (campaign.corpus / REPORT).read_text()
    run(campaign, sources_file(site))

    assert {name: (campaign.corpus / name).read_bytes() for name in whole} == whole
    assert status(campaign).councils[0].state == "finished"


NULLS = '{"stage": null, "level": "", "name": "", "subject": "", "reason": ""}'


@pytest.mark.parametrize(
    "line",
    ['{"stage": "crawl", "le', "[]", '{"stage": 1}', NULLS, "\udcff", "[" * 99_999],
)  # fmt: skip
def test_a_broken_line_of_a_log_is_told_in_its_place(tmp_path: Path, line: str) -> None:
    event = Event("import", "info", "already_imported", "a", "b")
    good = json.dumps(vars(event))
    path = tmp_path / "import.jsonl"
    path.write_bytes(f"{good}\n{line}\n{good}\n".encode("utf-8", "surrogateescape"))
    one, told, other = read_events(path)
    assert one == other == event
    assert (told.stage, told.name, told.subject) == ("import", "log_damaged", "import.jsonl")
    assert told.reason.startswith("line 2 cannot be read")


@pytest.mark.parametrize("line", ["{", '{"change": "new"}', "[1]"])
def test_a_broken_line_of_changes_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / CHANGES
    path.write_text(json.dumps(vars(Change("A", "u", "new", "", "", ""))) + f"\n{line}\n")
    with pytest.raises(InputError, match=r"changes.jsonl:2: cannot be read"):
        list(read_changes(path))
    path.write_text(json.dumps(vars(Change("A", "u", "eaten", "", "", ""))) + "\n")
    with pytest.raises(InputError, match=r"changes.jsonl:1: "):
        list(read_changes(path))


def test_a_campaign_whose_period_is_lost_is_not_mixed(tmp_path: Path) -> None:
    past = Past.of("2014")
    keep_past(tmp_path, past, crawled=False)
    kept = (tmp_path / KEPT).read_text()
    keep_past(tmp_path, past, crawled=True)
    for content in ("", "[]", "{}", "null"):
        (tmp_path / KEPT).write_text(content)
        for asked in (past, None):
            with pytest.raises(InputError, match="damaged; it says from which web archive"):
                keep_past(tmp_path, asked, crawled=True)
    (tmp_path / KEPT).write_text(kept)
    with pytest.raises(InputError, match="holds captures of 2014-01-01"):
        keep_past(tmp_path, replace(past, cdx="https://autre.example/cdx"), crawled=True)


# --- files that are replaced, and those that are not --------------------------------------------


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (pipe, folder, Path("/dev/null"), Path("/dev/full")):
        with pytest.raises(OSError, match="it is no file") as stopped:
            write_whole(path, "x")
        assert stopped.value.errno == errno.EINVAL
    assert pipe.is_fifo()
    assert folder.is_dir()
    assert Path("/dev/full").is_char_device()
    assert [path.name for path in tmp_path.iterdir()].count("pipe") == 1


def test_a_file_is_on_the_disk_before_it_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: done.append("fsync"))
    rename = Path.replace

    def replaced(path: Path, to: Path) -> Path:
        done.append(path.read_text())
        return rename(path, to)

    monkeypatch.setattr(Path, "replace", replaced)
    write_whole(tmp_path / "a", "whole")
    assert done == ["fsync", "whole"]


# --- words --------------------------------------------------------------------------------------


def test_a_wacz_that_is_whole_has_no_errors(
    site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    site.page("/", "/a")
    site.page("/a")
    run(campaign, sources_file(site))
    wacz = package(campaign)
    other = Campaign.named("autre", campaign.home)
    events = import_paths(other, [wacz], None, ())
    assert [event for event in events if event.level == "error"] == []
    assert {one.url for one in read_captures(other.archive)} >= {f"{site.url}/", f"{site.url}/a"}

    empty = tmp_path / "vide.wacz"
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("datapackage.json", "{}")
    (told,) = import_paths(other, [empty], None, ())
    assert (told.name, told.reason) == ("wacz_unreadable", "holds no WARC file")


def test_a_file_compressed_as_one_is_told_with_its_remedy(
    site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    site.page("/")
    run(campaign, sources_file(site))
    (path,) = campaign.archive.glob("*.gz")
    whole = tmp_path / "tout.warc.gz"
    whole.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    events = import_paths(Campaign.named("autre", campaign.home), [whole], None, ())
    (told,) = [event for event in events if event.level == "error"]
    assert "gunzip it and import the .warc" in told.reason


def test_why_there_is_no_page_is_said(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile
) -> None:
    closed, forbidden, lost = serve(), serve(), serve()
    closed.answers["/robots.txt"] = Answer(b"", 503)
    forbidden.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /", headers={})
    outcome = run(campaign, sources_file(closed, forbidden, lost))
    assert [event.reason for event in outcome.expectations_failed] == [
        f"no page was archived; {closed.url}/: robots.txt could not be had (answered 503)",
        f"no page was archived; {forbidden.url}/: robots.txt forbids it",
        f"no page was archived; {lost.url}/: answered 404",
    ]
    counted = [(one.refused, one.unasked) for one in status(campaign).councils]
    assert counted == [(0, 1), (1, 0), (0, 0)]
    page = (campaign.corpus / REPORT).read_text()
    assert "1\u00a0page fermée par robots.txt, 1\u00a0page non demandée faute" in page


def test_the_same_crawl_of_what_fails_has_the_same_log(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    def broken(out) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n")

    site.page("/", "/mal", "/parti", "/mene")
    site.answers["/mal"] = Answer(stream=broken)
    site.redirect("/parti", "https://127.0.0.1:1/")
    site.redirect("/mene", "http://127.0.0.1:99999/")
    first = run(campaign, sources_file(site))
    reasons = {event.subject.removeprefix(site.url): event.reason for event in first.events}
    assert reasons["/mal"].startswith("its answer is not proper HTTP: ")
    assert "400" not in reasons["/mal"]
    assert reasons["/mene"].startswith("it leads to what is no address: ")
    assert "no connection: " in reasons["https://127.0.0.1:1/"]
    assert "0x" not in str(reasons)
    assert run(campaign, sources_file(site)).events == first.events


@given(st.text())
def test_no_reason_of_a_failure_names_a_place_in_memory(said: str) -> None:
    error = RuntimeError(f"{said} <ssl.SSLContext object at 0x7f49946f9640> {said}")
    told = failure(error)
    assert "0x7f49946f9640" not in told
    assert "\n" not in told


@given(st.text())
def test_the_terminal_gets_no_commands(line: str) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", printable(line))
    assert len(printable(line)) == len(line)


def test_an_import_says_no_commands_to_the_terminal(tmp_path: Path) -> None:
    hostile = tmp_path / "a\x1b]0;x\x07.html"
    hostile.write_text("<p>La Région agit à l'étranger, au Sénégal et au Mali.</p>")
    done = aect(tmp_path, "import", "2014", hostile, tmp_path / "none\x1b[2J")
    assert done.status == 2
    assert "\x1b" not in done.err + done.out
    done = aect(tmp_path, "import", "2014", hostile)
    assert "\x1b" not in done.err + done.out


def test_every_event_of_a_crawl_has_its_french_title() -> None:
    """Names are found in the source: calls that tell an event, or raise what becomes one."""
    told = set()
    for path in (ROOT / "crawler").rglob("*.py"):
        if "imports" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                told |= _event_names(node)
    told -= {"expectation_failed"}  # it has its own place
    assert {"robots_closed", "robots_disallowed", "segment_recovered", "listing_cut"} <= told
    assert sorted(told - french.EVENTS.keys()) == []


def _event_names(call: ast.Call) -> set[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = {"Event": 2, "_tell": 1, "Refused": 0, "NoCaptureError": 0, "_refuse": 1}.get(name)
    if place is None or len(call.args) <= place:
        return set()
    # robots.py tells the level by the name
    places = (place, 0) if name == "_tell" else (place,)
    given = [call.args[one] for one in places]
    values = [one.value for one in given if isinstance(one, ast.Constant)]
    return {
        one
        for one in values
        if isinstance(one, str) and re.fullmatch("[a-z]+(_[a-z]+)+|trap|offsite", one)
    }


def test_asking_for_the_status_loads_no_scrapy() -> None:
    asked = "import sys, crawler.watching.status; print('scrapy' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
