"""Watching a crawl: what it shows, what may be asked meanwhile, and the page it leaves."""

import fcntl
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from lxml import html
from rich.console import Console

from corpora.campaign import Campaign, Event, InputError, read_events, write_events
from crawler.archive.locking import LOCK, is_locked
from crawler.archive.writing import archive_lock
from crawler.changes import CHANGES, Change, write_changes
from crawler.crawl import crawl
from crawler.imports.importing import import_paths
from crawler.sources import load_sources
from crawler.watching.page import REPORT, write_crawl_report
from crawler.watching.progress import LINE_EXCHANGES, LINE_SECONDS, Progress
from crawler.watching.standing import SILENT, STANDING, Standing, read_standings
from crawler.watching.status import CouncilStatus, remarks, status, table
from tests.crawler.conftest import Answer, Site

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]

HOSTILE = '<script>alert("x")</script>'


def run(campaign: Campaign, sources: Path) -> None:
    crawl(campaign, sources, contact="a@example.org", loopback=True, progress=False)


def council(campaign: Campaign, number: int = 0) -> CouncilStatus:
    return status(campaign).councils[number]


@contextmanager
def running(campaign: Campaign, sources: Path) -> Iterator["subprocess.Popen[str]"]:
    """A crawl in a process of its own, stopped in the end if it has not ended."""
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='a@example.org', loopback=True)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.1)


# --- asked while a crawl runs, and after --------------------------------------------------------


def test_status_is_told_while_a_crawl_runs(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", *(f"/cooperation-{n}" for n in range(200)))
    for n in range(200):
        site.page(f"/cooperation-{n}", text="La coopération décentralisée au Sénégal", pause=0.1)
    with running(campaign, sources_file(site)):
        until(lambda: len(site.asked) > 5)
        until(lambda: read_standings(campaign.corpus / STANDING).sources["essai-0"].queued > 0)
        told = status(campaign)
        assert told.running
        (one,) = told.councils
        assert one.state == "crawling"
        assert 0 < one.pages < 200
        assert one.fetched >= one.pages
        assert one.queued > 0
        assert 0 < one.spent < one.budget == 600
        assert one.last.endswith("Z")
        # who asks leaves the crawl alone
        before = len(site.asked)
        until(lambda: len(site.asked) > before + 3)


def test_a_crawl_that_was_killed_is_not_running(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/")
    run(campaign, sources_file(site))
    path = campaign.corpus / STANDING
    told = json.loads(path.read_text()) | {"running": True}
    path.write_text(json.dumps(told))
    # whoever crawls on this machine holds the archive's lock
    assert not status(campaign).running
    with archive_lock(campaign.archive):
        assert status(campaign).running
    # of another machine only its last word is known
    path.write_text(json.dumps(told | {"boot": "another"}))
    assert status(campaign).running
    long_ago = time.time() - SILENT - 1
    os.utime(path, (long_ago, long_ago))
    assert not status(campaign).running
    assert council(campaign).state == "finished"


def test_a_crawl_that_was_killed_is_told_at_once(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", *(f"/cooperation-{n}" for n in range(50)))
    for n in range(50):
        site.page(f"/cooperation-{n}", pause=0.1)
    with running(campaign, sources_file(site)) as process:
        until(lambda: len(site.asked) > 5)
        assert council(campaign).state == "crawling"
        # the child ends by itself once nobody listens: it still writes, and so still crawls
        process.kill()
        until(lambda: not status(campaign).running)
    one = council(campaign)
    assert one.state == "stopped"
    assert "was cut off; the same command goes on" in one.why
    assert any("was cut off" in line for line in remarks(status(campaign)))


def test_looking_at_a_lock_does_not_take_it(campaign: Campaign) -> None:
    assert not is_locked(campaign.archive)  # there is nothing yet
    with archive_lock(campaign.archive):
        assert is_locked(campaign.archive)
        with pytest.raises(InputError, match="another crawl or import"):
            archive_lock(campaign.archive).__enter__()
    assert not is_locked(campaign.archive)
    with (campaign.archive / LOCK).open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.05, fcntl.flock, (looking, fcntl.LOCK_UN)).start()
        with archive_lock(campaign.archive):
            pass


def test_status_after_a_crawl(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    found, closed = serve(), serve()
    found.page("/", "/a", "/prive/b", "/perdu", "/reglement.pdf")
    found.page("/a")
    pdf = Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"})
    found.answers["/reglement.pdf"] = pdf
    rules = b"User-agent: *\nDisallow: /prive/"
    found.answers["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    closed.answers["/robots.txt"] = Answer(b"", 503)
    run(campaign, sources_file(found, closed, crawl="{pages_per_source: 4}"))

    told = status(campaign)

    assert not told.running
    one, other = told.councils
    assert (one.pages, one.documents, one.errors, one.refused) == (2, 1, 1, 1)
    assert (one.fetched, one.spent, one.budget) == (5, 4, 4)
    assert one.failed == ()
    assert (other.pages, other.errors, other.spent) == (0, 0, 0)
    assert other.fetched >= 1  # robots.txt, asked for again
    assert (other.refused, other.unasked) == (0, 1)
    # the reason is not that the site is mute
    assert other.failed == (
        f"no page was archived; {closed.url}/: robots.txt could not be had (answered 503)",
    )
    assert other.state == "finished"
    text = StringIO()
    Console(file=text, width=80).print(table(told))
    assert re.search(r"essai-0 +\w+ .* 2 +1 +1 +1 +4/4", text.getvalue())
    assert [line[:26] for line in remarks(told)] == ["Conseil régional d'Essai 1"]

    # an imported file's council is told beside the crawled ones
    page = tmp_path / "note.html"
    page.write_text("<p>La Région</p>", encoding="utf-8")
    import_paths(campaign, [page], None, ())
    assert [one.state for one in status(campaign).councils][2:] == ["imported"]


def test_status_of_nothing_is_told(campaign: Campaign) -> None:
    with pytest.raises(InputError, match="nothing was crawled or imported"):
        status(campaign)


def test_a_spent_budget_is_told(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    site.page("/", *(f"/p{n}" for n in range(20)))
    for n in range(20):
        site.page(f"/p{n}")
    run(campaign, sources_file(site, crawl="{pages_per_source: 5}"))
    one = council(campaign)
    assert (one.state, one.spent, one.budget, one.pages) == ("budget", 5, 5, 5)


# --- what is shown while it runs ----------------------------------------------------------------


def shown(sources: Path, terminal: bool) -> tuple[Progress, StringIO, list[float]]:
    text, now = StringIO(), [0.0]
    console = Console(file=text, force_terminal=terminal, width=100, color_system=None)
    listed = load_sources(sources).sources
    return Progress(dict.fromkeys(listed, 600), console, clock=lambda: now[0]), text, now


def test_a_log_gets_a_line_now_and_then(serve: Serve, sources_file: SourcesFile) -> None:
    progress, text, now = shown(sources_file(serve(), serve()), terminal=False)
    with progress:
        for number in range(1, LINE_EXCHANGES + 1):
            standing = Standing(fetched=number, relevant=3, queued=812, waiting=2, pause=1.5)
            progress.show("essai-0", standing)
        now[0] = LINE_SECONDS
        progress.show("essai-1", Standing(fetched=1, archived=4))
        progress.show("essai-1", Standing(fetched=2, archived=4))
        progress.show("essai-0", Standing(fetched=51, relevant=3, end="finished"))
        progress.show("essai-1", Standing(fetched=2, archived=4, end="shutdown"))
        progress.show("essai-1", Standing(fetched=2, archived=4, end="shutdown"))
    assert text.getvalue().splitlines() == [
        "Conseil régional d'Essai 0: 50 fetched, 3 relevant, 812 queued, 2 waiting 1.5 s each",
        "Conseil régional d'Essai 1: 1 fetched, 4 from the archive, 0 relevant, 0 queued",
        "Conseil régional d'Essai 0: 51 fetched, 3 relevant",
        "Conseil régional d'Essai 1: 2 fetched, 4 from the archive, 0 relevant, stopped (shutdown)",
    ]


def test_a_terminal_gets_a_bar_for_each_council(serve: Serve, sources_file: SourcesFile) -> None:
    progress, text, _ = shown(sources_file(serve(), serve()), terminal=True)
    with progress:
        progress.show("essai-0", Standing(fetched=50, relevant=3, spent=300, queued=812))
        progress.show("essai-1", Standing(fetched=9, relevant=1, spent=9, end="finished"))
    last = text.getvalue().rpartition("Conseil régional d'Essai 0")[2]
    assert "50 fetched, 3 relevant, 812 queued" in last
    assert "9 fetched, 1 relevant" in last


# --- the page that a person reads ---------------------------------------------------------------


def test_the_report_tells_what_a_crawl_found_and_what_it_did_not(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile
) -> None:
    found, closed = serve(), serve()
    found.page("/", "/cooperation", "/prive/b", "/perdu", "/check")
    found.page("/cooperation", text="La coopération décentralisée de la Région au Sénégal")
    found.page("/check", text="Just a moment... Checking your browser")
    rules = b"User-agent: *\nDisallow: /prive/"
    found.answers["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    closed.answers["/robots.txt"] = Answer(b"", 503)
    run(campaign, sources_file(found, closed))
    first, kept = content(campaign), list(read_events(campaign.corpus / "crawl.jsonl"))

    assert first.count("Conseil régional d&#39;Essai 1") >= 2
    for said in (
        f"{found.url}/prive/b",
        f"{found.url}/perdu",
        "404",
        "Pages interdites par robots.txt",
        "robots.txt inaccessible",
        "Attente déçue",
        "Attentes de la source tenues",
    ):
        assert said in first
    assert write_crawl_report(campaign).read_text(encoding="utf-8") == first

    # what crawled pages bring along stays text
    hostile = f"http://127.0.0.1:1/{HOSTILE}\x00\ud800".encode("utf-8", "replace").decode()
    bad = Event("crawl", "warning", "fetch_failed", hostile, f"{HOSTILE} at http://127.0.0.1/")
    script = Event("crawl", "warning", "trap", "javascript:alert(1)", "at http://127.0.0.1/")
    write_events(campaign.corpus / "crawl.jsonl", [*kept, bad, script])
    name = "Conseil régional d'Essai 0"
    moved = Change(name, f"{found.url}/{HOSTILE}", "moved", f"{found.url}/b", "", "")
    write_changes(campaign.corpus / CHANGES, [moved])
    page = html.fromstring(write_crawl_report(campaign).read_bytes())
    assert page.xpath("//script | //@onclick | //@src") == []
    assert not [link for link in page.xpath("//@href") if not re.match("https?://|#c", link)]
    assert "Pages déplacées" in page.text_content()
    assert HOSTILE in page.text_content()
    ids = page.xpath("//@id")
    assert {f"#{one}" for one in ids} == {one for one in page.xpath("//@href") if one[0] == "#"}


def content(campaign: Campaign) -> str:
    return (campaign.corpus / REPORT).read_text(encoding="utf-8")


def test_the_report_shortens_long_lists_but_not_what_is_closed(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/")
    run(campaign, sources_file(site))
    events = [
        Event("crawl", "warning", name, f"{site.url}/{name}-{number}", "answered 404")
        for name in ("http_error", "robots_disallowed")
        for number in range(100)
    ]
    write_events(campaign.corpus / "crawl.jsonl", events)
    page = html.fromstring(write_crawl_report(campaign).read_bytes())
    links = page.xpath("//li/a/text()")
    assert sum("robots_disallowed" in link for link in links) == 100
    assert sum("http_error" in link for link in links) == 20
    assert "Et 80 de plus, dans crawl.jsonl" in page.text_content()


def test_an_interrupted_crawl_leaves_its_standing_and_its_page(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", *(f"/p{n}" for n in range(100)))
    for n in range(100):
        site.page(f"/p{n}", pause=0.1)
    with running(campaign, sources_file(site)) as process:
        until(lambda: len(site.asked) > 5)
        process.send_signal(2)
        process.communicate(timeout=20)
    told = json.loads((campaign.corpus / STANDING).read_text(encoding="utf-8"))
    assert told["running"] is False
    one = council(campaign)
    assert one.state == "stopped"
    assert one.pages > 3
    assert "Collecte interrompue" in content(campaign)
