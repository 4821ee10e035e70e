"""Crawls of a real server on loopback, seen through the archive and the events they leave."""

import gzip
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, Event, InputError, read_events
from crawler.archive.capture import Capture, read_body
from crawler.archive.captures import archive_faults, read_captures
from crawler.archive.verifying import verify_archive
from crawler.crawl import CrawlOutcome, CrawlStoppedError, crawl
from crawler.manners.safety import is_global
from tests.crawler.conftest import HTML, Answer, Site

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]


def run(campaign: Campaign, sources: Path, **options: bool) -> CrawlOutcome:
    settings = {"loopback": True, "progress": False} | options
    return crawl(campaign, sources, contact="essai@example.org", **settings)


def named(events: Iterable[Event], name: str) -> list[str]:
    return [event.subject for event in events if event.name == name]


def by_path(campaign: Campaign, site: Site) -> dict[str, Capture]:
    captures = read_captures(campaign.archive)
    return {capture.url.removeprefix(site.url): capture for capture in captures}


def test_every_exchange_is_archived(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/ancien", "/perdu", "/aide?id=1&page=2", "/reglement.pdf", "/photo.jpg")
    site.redirect("/ancien", "/nouveau")
    site.page("/nouveau")
    site.answers["/reglement.pdf"] = Answer(
        b"%PDF-1.4", headers={"content-TYPE": "application/pdf"}
    )
    compressed = gzip.compress("Aide à la coopération".encode())
    coded = HTML | {"Content-Encoding": "gzip"}
    site.answers["/aide?id=1&page=2"] = Answer(compressed, headers=coded, chunked=True)
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow:", headers={})

    outcome = run(campaign, sources_file(site))

    captures = by_path(campaign, site)
    assert {path: capture.status for path, capture in captures.items()} == {
        "/robots.txt": 200,
        "/": 200,
        "/ancien": 302,
        "/nouveau": 200,
        "/perdu": 404,
        "/aide?id=1&page=2": 200,
        "/reglement.pdf": 200,
    }
    assert outcome.fetched == 7
    assert outcome.archived == 0
    assert named(outcome.events, "http_error") == [site.url + "/perdu"]
    assert list(read_events(campaign.corpus / "crawl.jsonl")) == list(outcome.events)
    assert captures["/reglement.pdf"].mime == "application/pdf"
    aid = captures["/aide?id=1&page=2"]
    assert aid.authority == "Conseil régional d'Essai 0"
    assert read_body(campaign.archive, aid).content.decode() == "Aide à la coopération"
    assert read_body(campaign.archive, aid).charset == "utf-8"
    assert list(verify_archive(campaign.archive)) == []
    assert all("essai@example.org" in agent for agent in site.agents)


def test_warc_is_read_alike_by_two_other_readers(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a")
    site.page("/a", headers={"content-type": "text/html", "X-sTrange": "1"}, chunked=True)
    run(campaign, sources_file(site))

    (path,) = campaign.archive.glob("*.warc.gz")
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    with path.open("rb") as file:
        fast = [
            (record.headers["WARC-Type"], record.verify_block_digest())
            for record in FastIterator(file, parse_http=False)
        ]
    kinds = [kind for kind, _ in records]
    assert kinds == ["warcinfo", *["request", "metadata", "response"] * 3]
    assert [name for name, _ in fast] == kinds
    assert all(whole for name, whole in fast if name != "warcinfo")
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    assert "GET /a HTTP/1.1\r\nHost: 127.0.0.1" in text
    assert "X-sTrange: 1" in text
    assert "X-Archive-Orig-transfer-encoding: chunked" in text
    assert "\nWARC/1.1\r\n" in text
    assert "operator: essai@example.org" in text
    assert f"via: {site.url}/\r\n" in text


def test_a_finished_crawl_fetches_nothing_anew(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a", "/perdu")
    site.redirect("/a", "/b")
    site.page("/b", "/c")
    site.page("/c")
    first = run(campaign, sources_file(site))
    before = list(read_captures(campaign.archive))
    site.asked.clear()

    second = run(campaign, sources_file(site))

    assert site.asked == []
    assert second.fetched == 0
    assert second.archived == first.fetched == 6
    assert list(read_captures(campaign.archive)) == before
    assert second.events == first.events


def test_a_killed_crawl_goes_on(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    site.page("/", *(f"/p{n}" for n in range(30)))
    for n in range(30):
        site.page(f"/p{n}", pause=0.05)
    sources = sources_file(site)
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', loopback=True, progress=False)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    parent = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
    until(lambda: len(site.asked) > 8)
    (child,) = children(parent.pid)
    os.kill(child, signal.SIGKILL)
    _, said = parent.communicate(timeout=10)
    assert "run the same command to go on" in said
    (left_open,) = campaign.archive.glob("*.open")
    half_a_record = left_open.read_bytes()[:150]
    with left_open.open("ab") as file:
        file.write(half_a_record)
    assert len(list(archive_faults(campaign.archive))) == 1
    kept = {capture.url for capture in read_captures(campaign.archive)}
    assert len(kept) > 5
    site.asked.clear()

    outcome = run(campaign, sources)

    urls = [capture.url for capture in read_captures(campaign.archive)]
    assert sorted(urls) == sorted(
        {site.url + path for path in ["/", "/robots.txt"]} | {f"{site.url}/p{n}" for n in range(30)}
    )
    assert not {site.url + path for path in site.asked} & kept
    assert outcome.archived == len(kept)
    assert len(named(outcome.events, "segment_recovered")) == 1
    assert list(verify_archive(campaign.archive)) == []


def test_ctrl_c_stops_in_order(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    site.page("/", *(f"/p{n}" for n in range(40)))
    for n in range(40):
        site.page(f"/p{n}", pause=0.05)
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', loopback=True, progress=True)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources_file(site))]
    parent = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
    until(lambda: len(site.asked) > 8)
    parent.send_signal(signal.SIGINT)
    _, said = parent.communicate(timeout=10)
    assert "stopping" in said
    assert "KeyboardInterrupt" in said
    assert len(site.asked) < 40
    assert not list(campaign.archive.glob("*.open"))
    assert named(read_events(campaign.corpus / "crawl.jsonl"), "crawl_interrupted") == ["essai"]

    run(campaign, sources_file(site))
    assert len(site.asked) == len(set(site.asked)) == 42


def test_a_full_disk_keeps_what_is_safe(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a", "/b")
    site.page("/a")
    site.answers["/b"] = Answer(os.urandom(600_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, limits[1]))
    try:
        with pytest.raises(CrawlStoppedError, match="could not be archived: File too large"):
            run(campaign, sources_file(site))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert set(by_path(campaign, site)) >= {"/robots.txt", "/", "/a"}
    assert list(verify_archive(campaign.archive)) == []
    run(campaign, sources_file(site))
    assert "/b" in by_path(campaign, site)


def test_each_access_pattern_finds_its_pages(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile
) -> None:
    mapped, unmapped, filed = serve(), serve(), serve()
    robots = f"User-agent: *\nDisallow:\nSitemap: {mapped.url}/plan.xml.gz\n"
    mapped.answers["/robots.txt"] = Answer(robots.encode(), headers={"Content-Type": "text/plain"})
    index = f"<sitemapindex><sitemap><loc>{mapped.url}/s1.xml</loc></sitemap></sitemapindex>"
    xml, packed = {"Content-Type": "application/xml"}, {"Content-Type": "application/gzip"}
    mapped.answers["/plan.xml.gz"] = Answer(gzip.compress(index.encode()), headers=packed)
    urls = "".join(
        f"<url><loc>{url}</loc></url>"
        for url in (mapped.url + "/culture", mapped.url + "/cooperation", "http://ailleurs.example")
    )
    mapped.answers["/s1.xml"] = Answer(f"<urlset>{urls}</urlset>".encode(), headers=xml)
    mapped.page("/")
    mapped.page("/culture", "/loin", "/organigramme.docx")
    mapped.page("/cooperation", "/reglement.odt")
    unmapped.page("/", "/culture")
    unmapped.page("/culture", "/loin")
    unmapped.page("/loin")
    filed.page("/", "/cooperation", "/annexe.pdf", "/bilan.doc")
    filed.page("/cooperation")
    filed.answers["/annexe.pdf"] = Answer(b"%PDF", headers={"Content-Type": "application/pdf"})

    patterns = ("sitemap", "sitemap", "files")
    outcome = run(campaign, sources_file(mapped, unmapped, filed, spiders=patterns))

    files = {"/reglement.odt", "/organigramme.docx"}
    assert {"/culture", "/cooperation", "/s1.xml"} | files <= set(mapped.asked)
    assert "/loin" not in mapped.asked
    assert "/loin" in unmapped.asked
    assert named(outcome.events, "sitemap_missing") == ["Conseil régional d'Essai 1"]
    assert filed.asked == ["/robots.txt", "/", "/annexe.pdf", "/cooperation"]
    assert named(outcome.events, "unread_format") == [filed.url + "/bilan.doc"]


def test_budget_goes_to_the_words_of_the_field(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/agenda", "/sport", "/solidarite-internationale", "/appel-a-projets")
    for path in ("/agenda", "/sport", "/solidarite-internationale", "/appel-a-projets"):
        site.page(path)
    outcome = run(campaign, sources_file(site, crawl="{pages_per_source: 3}"))
    assert site.asked == ["/robots.txt", "/", "/solidarite-internationale", "/appel-a-projets"]
    assert named(outcome.events, "page_budget") == ["Conseil régional d'Essai 0"]


def test_what_is_wrong_is_told(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    hostile = ["http://[", "file:///etc/hostname", "javascript:x", "//", f"{site.url}9/", "data:,x"]
    found = ["/boucle", "/sortie", "/enorme", "/image", "/vide", "/defi", "/casse", "/a/a/a"]
    site.page("/", *hostile, *found)
    site.redirect("/boucle", "/boucle2")
    site.redirect("/boucle2", "/boucle")
    site.redirect("/sortie", "http://ailleurs.example/")
    site.answers["/enorme"] = Answer(
        headers=HTML | {"Content-Encoding": "gzip"}, body=gzip.compress(b"0" * (21 * 2**20))
    )
    site.answers["/image"] = Answer(b"GIF89a", headers={"Content-Type": "image/gif"})
    site.answers["/vide"] = Answer(b"")
    site.page("/defi", text="Just a moment... Checking your browser")
    half = gzip.compress(os.urandom(5000))[:3000]
    site.answers["/casse"] = Answer(half, headers=HTML | {"Content-Encoding": "gzip"})

    outcome = run(campaign, sources_file(site, expect="{pages_min: 50, pages_max: 60}"))

    found = {event.name: event.subject.removeprefix(site.url) for event in outcome.events}
    assert found["redirect_loop"] == "/boucle"
    assert found["offsite"] == "http://ailleurs.example/"
    assert found["over_limit"] == "/enorme"
    assert found["unread_type"] == "/image"
    assert found["trap"] == "/a/a/a"
    assert "page_unread" not in found
    assert found["empty_page"] == "/vide"
    assert found["challenge_suspected"] == "/defi"
    damaged = named(outcome.events, "body_damaged")
    assert damaged == [site.url + "/casse", site.url + "/enorme"]
    (failed,) = outcome.expectations_failed
    assert "at least 50 expected" in failed.reason
    assert read_body(campaign.archive, by_path(campaign, site)["/image"]).content == b""


def test_loopback_is_refused_unless_allowed(site: Site, campaign: Campaign, tmp_path: Path) -> None:
    # the last is this system's own name for loopback: a stand-in for a hostile DNS answer
    hosts = ["127.0.0.1", "2130706433", "0x7f.1", "localhost"]
    with suppress(OSError):
        if not is_global(socket.gethostbyname(socket.gethostname())):
            hosts.append(socket.gethostname().lower())
    entries = "".join(
        f"  - {{id: s{n}, code: c, name: N{n}, territory: T, sites: ['{host}'], spider: listing,"
        f" entry_pages: ['http://{host}:{site.port}/']}}\n"
        for n, host in enumerate(hosts)
    )
    sources = tmp_path / "sources.yml"
    sources.write_text("sources:\n" + entries)
    outcome = run(campaign, sources, loopback=False)
    assert site.asked == []
    assert outcome.fetched == 0
    refused = [event.reason for event in outcome.events if event.name != "expectation_failed"]
    assert len(refused) == len(hosts)
    assert all("public" in reason for reason in refused)


def test_reserved_names_go_through_the_proxy(
    site: Site, campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1,.example")
    for host in ("essai.localhost", "www.essai.example"):
        site.page(f"http://{host}/", f"http://{host}/a")
        site.page(f"http://{host}/a")
    sources = tmp_path / "sources.yml"
    sources.write_text(
        "sources:\n"
        "  - {id: a, code: a, name: A, territory: A, sites: [essai.localhost], spider: listing,"
        " entry_pages: ['http://essai.localhost/']}\n"
        "  - {id: b, code: b, name: B, territory: B, sites: [essai.example], spider: listing,"
        " entry_pages: ['http://www.essai.example/']}\n"
    )
    started = time.monotonic()
    run(campaign, sources, loopback=False)
    assert {(c.authority, c.url) for c in read_captures(campaign.archive) if c.status == 200} == {
        ("A", "http://essai.localhost/"),
        ("A", "http://essai.localhost/a"),
        ("B", "http://www.essai.example/"),
        ("B", "http://www.essai.example/a"),
    }
    assert time.monotonic() - started < 15


def test_changed_sources_need_another_campaign(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/")
    path = sources_file(site)
    run(campaign, path)
    path.write_text(path.read_text().replace("territory: Essai", "territory: Autre"))
    with pytest.raises(InputError, match="another name"):
        run(campaign, path)


@pytest.mark.parametrize("contact", ["", "moi", "a@b.fr\nX-Evil: 1"])
def test_contact_is_asked_for(
    site: Site, campaign: Campaign, sources_file: SourcesFile, contact: str
) -> None:
    with pytest.raises(InputError, match="contact"):
        crawl(campaign, sources_file(site), contact=contact)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found
