"""Past years read from a web archive: a real pywb, and services that a test makes misbehave."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from requests import Response
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import Capture, read_body, read_http, segments
from crawler.archive.captures import read_captures
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.digests import sha1
from crawler.archive.records import IDENTICAL, Exchange, Original
from crawler.archive.scanning import warc_fields
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import ArchiveWriter, warcinfo
from crawler.crawl import CrawlOutcome, CrawlStoppedError, crawl
from crawler.past import listing
from crawler.past import service as talking
from crawler.past.listing import page_key
from crawler.past.period import INTERNET_ARCHIVE, KEPT, Past, Period
from crawler.past.service import ArchiveDownError, NoCaptureError, Service, Web, without_pauses
from crawler.sources import load_sources
from crawler.watching.status import status
from nlp.reading.reader import read_campaign
from tests.conftest import environment
from tests.crawler.conftest import Answer, Site
from tests.crawler.pywb_peer import installed

SourcesFile = Callable[..., Path]
THIS_YEAR = str(datetime.now(UTC).year)
TEXT = "La Région soutient les projets de coopération internationale de ses associations. " * 8


def live(campaign: Campaign, sources: Path) -> CrawlOutcome:
    return crawl(campaign, sources, contact="essai@example.org", loopback=True, progress=False)


def read(campaign: Campaign, sources: Path, past: Past) -> CrawlOutcome:
    contact = "essai@example.org"
    return crawl(campaign, sources, contact=contact, loopback=True, progress=False, past=past)


def of(address: str, period: str = "2014") -> Past:
    return Past.of(period, f"{address}/cdx", loopback=True)


def good(campaign: Campaign) -> dict[str, Capture]:
    return {
        capture.url: capture
        for capture in read_captures(campaign.archive)
        if capture.status == 200 and not capture.url.endswith("/robots.txt")
    }


def records(campaign: Campaign, kind: str) -> list[dict[str, str]]:
    """The fields of every record of a kind whose block is made of fields, with its URL."""
    found = []
    for path in segments(campaign.archive):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == kind:
                    url = record.rec_headers.get_header("WARC-Target-URI") or ""
                    found.append(warc_fields(record.raw_stream.read()) | {"url": url})
    return found


def events(outcome: CrawlOutcome) -> dict[str, str]:
    return {event.name: f"{event.subject} {event.reason}" for event in outcome.events}


# --- against a real pywb -------------------------------------------------------------------------


def publish(site: Site) -> None:
    site.page("/", *(f"/p{n}" for n in range(20)), "/b?x=1&y=é", "/c d", "/gz", "/charte.pdf")
    for n in range(20):
        site.page(f"/p{n}", "/", text=f"{TEXT} Page {n}.")
    site.page("/b?x=1&y=%C3%A9", text=f"{TEXT} Accent.")
    site.page("/c%20d", text=f"{TEXT} Espace.")
    packed = gzip.compress(f"<title>gz</title><p>{TEXT} Comprimé.".encode())
    coded = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    site.answers["/gz"] = Answer(packed, headers=coded | {"ETag": '"gz"'}, chunked=True)
    site.answers["/charte.pdf"] = Answer(
        b"%PDF-1.4 charte", headers={"Content-Type": "application/pdf"}
    )
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n", headers={})
    site.redirect("/vieille", "/p1")


def test_what_a_crawl_archived_comes_back_whole_from_a_web_archive(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    peer = installed()
    publish(site)
    sources = sources_file(site)
    first = Campaign.named("vivant", tmp_path / "home")
    live(first, sources)
    web = tmp_path / "web"
    web.mkdir()
    peer.add(web, "passe", *segments(first.archive))
    site.asked.clear()
    second = Campaign.named("passe", tmp_path / "home")

    with peer.serving(web) as address:
        outcome = read(second, sources, of(f"{address}/passe", THIS_YEAR))
        again = read(second, sources, of(f"{address}/passe", THIS_YEAR))

    assert not site.asked  # nothing of the site itself, its robots.txt included
    then, now = good(first), good(second)
    assert len(then) == 25
    assert set(now) == set(then)
    assert outcome.fetched == len(now)
    assert not outcome.expectations_failed
    assert (again.fetched, again.archived) == (0, len(now))
    for url, capture in then.items():
        headers, body = read_http(first.archive, capture)
        its_headers, its_body = read_http(second.archive, now[url])
        assert its_body == body
        assert now[url].captured_at == capture.captured_at
        assert now[url].digest == capture.digest
        assert now[url].authority == capture.authority
        sent, its = ({(n.lower(), v) for n, v in had} for had in (headers, its_headers))
        # whether the site gave a length itself a web archive does not tell
        assert sent <= its <= sent | {("content-length", str(len(body)))}
    for about in records(second, "metadata"):
        moment = re.sub(r"\D", "", now[about["url"]].captured_at)
        assert about["via"] == f"{address}/passe/{moment}id_/{about['url']}"
        assert about["archive"] == f"{address}/passe/cdx"
        assert about["archive-digest"]
    (info,) = records(second, "warcinfo")
    assert f"{address}/passe/cdx" in info["description"]
    assert "not asked" in info["robots"]
    assert list(verify_archive(second.archive)) == []
    documents, _ = read_campaign(second)
    expected, _ = read_campaign(first)
    assert [(d.url, d.text) for d in documents] == [(d.url, d.text) for d in expected]
    assert len(documents) > 20


def warc_of_past(folder: Path, url: str) -> Path:
    """Captures of one page in 2013, a revisit in June 2014, and of others round the year."""
    writer = ArchiveWriter(folder, "passe", warcinfo("passe", operator="essai"))

    def exchange(path: str, at: datetime, said: str) -> Exchange:
        headers = [("Content-Type", "text/html; charset=utf-8")]
        head = StatusAndHeaders("200 OK", headers, "HTTP/1.1")
        return Exchange(url + path, at, f"<title>x</title><p>{TEXT}{said}".encode(), head)

    for month, day in ((1, 2), (6, 20), (12, 30)):
        writer.write(exchange("/aides", datetime(2014, month, day, tzinfo=UTC), f"du {month}"), {})
    writer.write(exchange("/trop-tard", datetime(2015, 1, 1, tzinfo=UTC), ""), {})
    old = exchange("/charte", datetime(2013, 5, 1, tzinfo=UTC), "toujours")
    writer.write(old, {})
    writer.close()
    (path,) = segments(folder)
    found = [one for one in read_captures(folder) if one.url.endswith("/charte")]
    with path.open("rb") as file:
        digests = {
            record.rec_headers.get_header("WARC-Record-ID"): record.rec_headers.get_header(
                "WARC-Payload-Digest"
            )
            for record in ArchiveIterator(file)
        }
    record_id = found[0].record_id
    original = Original(
        url=old.url,
        date="2013-05-01T00:00:00Z",
        record_id=record_id,
        payload_digest=digests[record_id],
        entity_digest=found[0].digest,
        campaign="passe",
        warc=path.name,
        member=b"",
    )
    revisits = ArchiveWriter(folder, "revu", warcinfo("p", operator="e"), copied={record_id})
    later = exchange("/charte", datetime(2014, 6, 1, tzinfo=UTC), "toujours")
    revisits.write_revisit(later, {}, original, IDENTICAL)
    revisits.close()
    return folder


def test_of_each_page_the_capture_nearest_to_the_middle_of_the_period_is_read(
    site: Site, tmp_path: Path, sources_file: SourcesFile, campaign: Campaign
) -> None:
    peer = installed()
    web = tmp_path / "web"
    web.mkdir()
    peer.add(web, "passe", *segments(warc_of_past(tmp_path / "then", site.url)))

    with peer.serving(web) as address:
        outcome = read(campaign, sources_file(site), of(f"{address}/passe"))

    found = good(campaign)
    assert outcome.fetched == 2
    assert found[f"{site.url}/aides"].captured_at == "2014-06-20T00:00:00Z"
    assert b"du 6" in read_body(campaign.archive, found[f"{site.url}/aides"]).content
    # a revisit: the archive fills in what was the same in 2013
    assert found[f"{site.url}/charte"].captured_at == "2014-06-01T00:00:00Z"
    assert b"toujours" in read_body(campaign.archive, found[f"{site.url}/charte"]).content


# --- against services that misbehave -------------------------------------------------------------


class Past2014(dict[str, Answer]):
    """Answers of a CDX service at /cdx and of its replay, by path without the query."""

    def __init__(self, site: Site, council: str) -> None:
        super().__init__()
        self._site, self._council = site, council
        self.rows: list[dict[str, str]] = []

    def add(self, path: str, body: bytes | None = None, *, at: str = "20140601000000", **of) -> str:
        """A capture that is listed and, with a body, replayed; gives its path there."""
        url = path if "://" in path else f"{self._council}{path}"
        row = {"url": url, "timestamp": at, "mime": "text/html", "status": "200", "digest": "-"}
        self.rows.append(row | {name: str(value) for name, value in of.items()})
        place = f"/{at}id_/{url}"
        if body is not None:
            self[place] = Answer(body)
        return place

    def get(self, path: str, default: Answer) -> Answer:  # type: ignore[override]
        if path.startswith("/cdx?"):
            asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
            if asked["url"] != urlsplit(self._council).netloc and "/cdx" not in self:
                return Answer()
            rows = [r for r in self.rows if asked["from"] <= r["timestamp"] <= asked["to"]]
            lines = [json.dumps(row) for row in rows[: int(asked["limit"])]]
            return super().get("/cdx", Answer("\n".join(lines).encode()))
        return super().get(path, default)


@pytest.fixture
def service(serve: Callable[[], Site], site: Site) -> Site:
    one = serve()
    one.answers = Past2014(one, site.url)
    return one


def page(*links: tuple[str, str], text: str = TEXT) -> bytes:
    items = "".join(f'<li><a href="{url}">{words}</a></li>' for url, words in links)
    return f"<html><title>x</title><body><p>{text}</p><ul>{items}</ul></body></html>".encode()


def test_the_archive_is_told_who_asks_and_asked_one_thing_at_a_time(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    for n in range(3):
        service.answers.add(f"/p{n}", page(text=f"{TEXT}{n}"))

    read(campaign, sources_file(site), of(service.url))

    (agent,) = service.agents
    assert agent.startswith("aect/")
    assert "+essai@example.org" in agent
    assert sum(path.startswith("/2014") for path in service.asked) == 3


def test_relevant_pages_come_first_within_the_budget(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    words = "Appel à projets de solidarité internationale"
    front = page(*((f"/article{n}", "La vie des lycées") for n in range(30)), ("/article7", words))
    service.answers.add("/", front)
    for n in range(30):
        service.answers.add(f"/article{n}", page(text=f"{TEXT}{n}"))
    service.answers.add("/solidarite-internationale", page())
    sources = sources_file(site, crawl="{pages_per_source: 4}")

    outcome = read(campaign, sources, of(service.url))

    read_first = [urlsplit(path).path.partition(site.url)[2] for path in service.asked[1:]]
    read_first = [path for path in read_first if path]
    assert read_first[0] == "/"
    assert set(read_first[1:3]) == {"/article7", "/solidarite-internationale"}
    assert len(read_first) == 4
    assert "28 listed pages are left" in events(outcome)["page_budget"]
    # run again, the budget stays spent
    again = read(campaign, sources, of(service.url))
    assert (again.fetched, again.archived) == (0, 4)


def test_what_the_archive_lists_is_hostile(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    then = service.answers
    then.add("/bonne", page())
    then.add("file:///etc/hostname", page())
    then.add("http://ailleurs.example/", page())
    then.add("/a/../../../../sauver", page())
    then.add("/a/%2e%2e/%2e%2e/sauver", page())
    then.add("http://[", page())
    then.add("/espace ici", page())
    then.add("/x" * 1500, page())
    then.add("/sans-date", page(), at="2014")
    then.add("/image.png", b"png", mime="image/png")
    then.add("/perdue.html", page(), status="404")
    then.rows.append({"timestamp": "20140101000000"})
    then.add("/grande", b"x" * (ENTITY_LIMIT + 1))
    then.add("/disparue")
    bomb = then.add("/bombe")
    then[bomb] = Answer(gzip.compress(b"0" * (ENTITY_LIMIT + 1)), headers={
        "Content-Type": "text/html", "Content-Encoding": "gzip"})  # fmt: skip
    ailleurs = then.add("/autre-date", page())
    memento = {"Content-Type": "text/html", "Memento-Datetime": "Fri, 01 May 2020 00:00:00 GMT"}
    then[ailleurs] = Answer(page(), headers=memento)
    redirected = then.add("/redirigee")
    then[redirected] = Answer(status=302, headers={"Location": "http://127.0.0.1:1/"})

    outcome = read(campaign, sources_file(site), of(service.url))

    kept = {url.removeprefix(site.url) for url in good(campaign)}
    assert kept == {"/bonne", "/bombe"}
    told = events(outcome)
    assert "/grande" in told["over_limit"]
    assert "/bombe" in told["body_damaged"]
    missing = {e.subject: e.reason for e in outcome.events if e.name == "capture_missing"}
    assert {url.removeprefix(site.url) for url in missing} == {
        "/disparue",
        "/autre-date",
        "/redirigee",
    }
    refused = " ".join(e.reason for e in outcome.events if e.name == "listed_refused")
    assert "2 listed captures were not asked for: with steps that lead upwards" in refused
    assert "of other sites" in refused
    assert "neither http nor https" in refused
    assert not any("sauver" in path or "hostname" in path for path in service.asked)


def test_another_capture_of_the_page_stands_in_for_one_that_is_lost(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    service.answers.add("/aides", at="20140701000000")
    service.answers.add("/aides", page(), at="20140101000000")

    outcome = read(campaign, sources_file(site), of(service.url))

    assert good(campaign)[f"{site.url}/aides"].captured_at == "2014-01-01T00:00:00Z"
    assert "capture_missing" not in events(outcome)


def test_a_list_too_long_is_asked_for_in_pieces(
    service: Site, site: Site, sources_file: SourcesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(300):
        service.answers.add(f"/{n}", at=f"2014{1 + n % 12:02}{1 + n % 28:02}000000")
    monkeypatch.setattr(listing, "LONGEST_LISTING", 40)
    (source,) = load_sources(sources_file(site)).sources
    past = of(service.url)
    without_pauses(past.cdx)

    found = listing.listing(Service(past, Web("essai", print)), source, past.period)

    assert len(found.pages) == 300
    assert not found.cut
    assert len(service.asked) > 8
    # more on one day than is ever listed at once: the rest is told to be missing
    for n in range(50):
        service.answers.add(f"/meme-jour/{n}", at="20140303000000")
    found = listing.listing(Service(past, Web("essai", print)), source, past.period)
    assert found.cut
    assert len(found.pages) >= 300


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Answer(b"<html>bienvenue", headers={"Content-Type": "text/html"}), "listing_unreadable"),
        (Answer(b'[["urlkey"],["a","b","c"], 3]'), "listing_unreadable"),
        (Answer(b"[" * 100_000), "listing_unreadable"),
        (Answer(b"Blocked Site Error", status=403), "archive_refused"),
        (Answer(b""), "nothing_listed"),
    ],
)
def test_a_list_that_cannot_be_had_is_told(
    service: Site,
    site: Site,
    campaign: Campaign,
    sources_file: SourcesFile,
    answer: Answer,
    name: str,
) -> None:
    service.answers["/cdx"] = answer

    outcome = read(campaign, sources_file(site), of(service.url))

    (told,) = [event for event in outcome.events if event.name == name]
    # the sites themselves were not asked: whether they answer is beside the question
    (failed,) = outcome.expectations_failed
    assert failed.reason == f"no page was archived; {told.reason}"


def test_a_second_reading_tells_what_the_first_one_told(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    past = service.answers
    links = [(path, "aides internationales") for path in ("/casse", "/defi", "/vide", "/autre")]
    past.add("/", page(*links))
    past.add("/autre", page(), digest="sha1:" + "A" * 32)
    past.add("/vide", b"")
    past.add("/defi", b"<title>Just a moment...</title><p>Checking your browser")
    coded = {"Content-Type": "text/html", "x-archive-orig-Content-Encoding": "gzip"}
    past[past.add("/casse")] = Answer(gzip.compress(os.urandom(5000))[:3000], headers=coded)

    first = read(campaign, sources_file(site, expect="{pages_min: 4}"), of(service.url))
    service.asked.clear()
    second = read(campaign, sources_file(site, expect="{pages_min: 4}"), of(service.url))

    assert set(events(first)) == {
        "body_altered",
        "body_damaged",
        "challenge_suspected",
        "empty_page",
        "expectation_failed",
    }
    assert "1 bodies are not those" in events(first)["body_altered"]
    # neither the robot check nor the empty page is one
    assert "3 pages and files archived" in events(first)["expectation_failed"]
    (council,) = status(campaign).councils
    assert council.pages == 3
    assert [path for path in service.asked if "/cdx" not in path] == []
    assert second.events == first.events


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_does_not_answer_ends_the_reading_in_order(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile, status: int
) -> None:
    first = service.answers.add("/aides-internationales", page())
    for n in range(5):
        service.answers[service.answers.add(f"/p{n}")] = Answer(status=status)

    with pytest.raises(CrawlStoppedError, match=f"answers {status}"):
        read(campaign, sources_file(site), of(service.url))

    assert list(good(campaign)) == [f"{site.url}/aides-internationales"]
    assert first in service.asked
    assert sum("/p" in path for path in service.asked) == 3
    with pytest.raises(CrawlStoppedError, match="does not answer"):
        read(Campaign.named("mort", campaign.home), sources_file(site), of("http://127.0.0.1:1"))


def test_waits_as_long_as_the_archive_asks_and_no_longer_than_is_sensible(service: Site) -> None:
    said: list[str] = []
    web = Web("aect/essai", said.append, tries=2)
    service.answers["/lente"] = Answer(status=429, headers={"Retry-After": "1"})
    service.answers["/fermee"] = Answer(status=429, headers={"Retry-After": "86400"})

    began = time.monotonic()
    assert web.get(f"{service.url}/lente").status_code == 429
    assert time.monotonic() - began >= 1
    assert "answers 429" in said[0]
    web.begin()
    with pytest.raises(Exception, match="86400"):
        web.get(f"{service.url}/fermee")


class InternetArchive(Web):
    """The web as cdx_toolkit asks it for the Internet Archive, which stands on loopback."""

    def __init__(self, address: str) -> None:
        super().__init__("aect/essai", print, tries=1)
        self._address = address

    def get(self, url: str, params: Mapping[str, object] | None = None, **more: object) -> Response:
        return super().get(url.replace("https://web.archive.org", self._address), params, **more)


@pytest.fixture
def internet_archive(serve: Callable[[], Site]) -> tuple[Site, Service]:
    past = Past.of("2014", loopback=True)
    without_pauses(past.cdx)
    stub = serve()
    return stub, Service(past, InternetArchive(stub.url))


class Anything(dict[str, Answer]):
    """One answer to whatever is asked."""

    def get(self, path: str, default: Answer) -> Answer:  # type: ignore[override]
        return self[""]


def test_the_internet_archive_is_asked_in_its_own_words(
    internet_archive: tuple[Site, Service], sources_file: SourcesFile, site: Site
) -> None:
    stub, service = internet_archive
    rows = [
        ["timestamp", "original", "mimetype", "statuscode", "digest"],
        ["20140601000000", "http://www.region.example:80/aides", "text/html", "200", "A"],
        ["20140601000000", "http://www.region.example:80/charte.pdf", "unk", "200", "B"],
        ["20140601000000", "http://region.example/revue", "warc/revisit", "-", "C"],
        ["20140601000000", "http://region.example/robots.txt", "text/plain", "200", "D"],
    ]
    stub.answers = Anything({"": Answer(gzip.compress(json.dumps(rows).encode()), headers={
        "Content-Type": "application/json", "Content-Encoding": "gzip"})})  # fmt: skip
    (source,) = load_sources(sources_file(site)).sources
    council = replace(source, sites=("region.example",), entry_pages=("http://region.example/",))

    found = listing.listing(service, council, Period.parse("2014"))

    (path,) = stub.asked
    asked = parse_qs(urlsplit(path).query)
    assert path.startswith("/cdx/search/cdx?")
    assert asked["url"] == ["region.example"]
    assert asked["matchType"] == ["domain"]
    assert (asked["from"], asked["to"]) == (["20140101000000"], ["20141231235959"])
    assert asked["filter"] == ["statuscode:(200|-)", "!mimetype:(image|video|audio)/.*"]
    assert {choices[0].url for choices in found.pages.values()} == {
        "http://www.region.example/aides",
        "http://www.region.example/charte.pdf",
        "http://region.example/revue",
    }


PLAIN = "<p>Région".encode()
PACKED = gzip.compress(PLAIN, mtime=0)


@pytest.mark.parametrize(
    ("sent", "coding", "original", "listed", "kept", "declared", "exact"),
    [
        (PACKED, "gzip", "gzip", PACKED, PACKED, "gzip", True),
        (PACKED, "", "gzip", PACKED, PACKED, "gzip", True),
        (PACKED, "", "gzip", b"chunked", PACKED, "gzip", False),
        (PLAIN, "", "gzip", PACKED, PLAIN, None, False),
        # packed on its way from the archive to us alone
        (PACKED, "gzip", "", PLAIN, PLAIN, None, True),
        (PACKED, "gzip", "gzip", PLAIN, PLAIN, None, True),
        (PLAIN, "", "", PLAIN, PLAIN, None, True),
    ],
)
def test_a_body_is_kept_in_the_coding_it_had(
    internet_archive: tuple[Site, Service],
    sent: bytes,
    coding: str,
    original: str,
    listed: bytes,
    kept: bytes,
    declared: str | None,
    exact: bool,
) -> None:
    stub, service = internet_archive
    headers = {
        "Server": "nginx of the archive",
        "Content-Type": "text/html",
        "Set-Cookie": "the=archive",
        "X-Archive-Orig-Server": "Apache of 2014",
        "X-Archive-Orig-Transfer-Encoding": "chunked",
        "X-Archive-Orig-Last-Modified": "Wed, 01 Jan 2014 00:00:00 GMT",
        "Memento-Datetime": "Sun, 01 Jun 2014 00:00:03 GMT",
    }
    headers |= {"Content-Encoding": coding} if coding else {}
    headers |= {"X-Archive-Orig-Content-Encoding": original} if original else {}
    stub.answers = Anything({"": Answer(sent, headers=headers)})
    at = datetime(2014, 6, 1, tzinfo=UTC)

    got = service.fetch("http://region.example/a?b=é", at, sha1(listed).removeprefix("sha1:"))

    fields = {name.lower(): value for name, value in got.headers}
    assert got.body == kept
    assert got.exact == exact
    assert fields.get("content-encoding") == declared
    assert fields["content-length"] == str(len(kept))
    assert fields["server"] == "Apache of 2014"
    assert fields["last-modified"] == "Wed, 01 Jan 2014 00:00:00 GMT"
    assert "transfer-encoding" not in fields
    assert "set-cookie" not in fields
    assert got.at == datetime(2014, 6, 1, 0, 0, 3, tzinfo=UTC)
    assert stub.asked == ["/web/20140601000000id_/http://region.example/a?b=%C3%A9"]


@pytest.mark.parametrize("length", [b"1000000", b"4"])
def test_a_body_that_drips_or_breaks_off_is_no_capture(
    length: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking, "LONGEST_ANSWER", 0.3)

    class Drip(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(9000)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            for _ in range(int(length)):
                try:
                    self.request.sendall(b"x")
                except OSError:
                    return
                time.sleep(0.02)

    with ThreadingTCPServer(("127.0.0.1", 0), Drip) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        past = of(f"http://127.0.0.1:{server.server_address[1]}")
        without_pauses(past.replay)
        service = Service(past, Web("essai", print, tries=1))
        began = time.monotonic()
        with pytest.raises((NoCaptureError, ArchiveDownError)):
            service.fetch("http://region.example/", datetime(2014, 6, 1, tzinfo=UTC), "-")
        assert time.monotonic() - began < 5
        server.shutdown()


@pytest.mark.parametrize("way", ["kill", "interrupt"])
def test_reading_goes_on_after_it_was_stopped(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile, way: str
) -> None:
    for n in range(30):
        service.answers[service.answers.add(f"/p{n}")] = Answer(page(text=f"{TEXT}{n}"), pause=0.05)
    sources = sources_file(site)
    past = of(service.url)
    code = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl; from crawler.past.period import Past;"
        f"crawl(Campaign({campaign.name!r}, Path({str(campaign.home)!r})), Path({str(sources)!r}),"
        f"contact='essai@example.org', loopback=True, progress=False,"
        f"past=Past.of('2014', {past.cdx!r}, loopback=True))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=Path.cwd(), env=environment(), stderr=subprocess.PIPE
    )
    while len(service.asked) < 12:
        time.sleep(0.01)
        assert parent.poll() is None, parent.stderr.read()
    if way == "kill":
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
    else:
        parent.send_signal(signal.SIGINT)
    parent.communicate(timeout=20)
    assert parent.returncode != 0
    left_open = list(campaign.archive.glob("*.open"))
    assert bool(left_open) == (way == "kill")

    outcome = read(campaign, sources, past)

    assert 5 <= outcome.archived < 30
    assert outcome.archived + outcome.fetched == 30
    urls = [c.url for c in read_captures(campaign.archive)]
    assert len(urls) == len(set(urls)) == 30
    asked = [path for path in service.asked if path.startswith("/2014")]
    assert len(asked) <= 31  # at most the one that was under way is asked for twice


# --- what a person asks for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2014-01..2014-06", date(2014, 1, 1), date(2014, 6, 30)),
        ("2014-03-05..2015", date(2014, 3, 5), date(2015, 12, 31)),
    ],
)
def test_a_period_is_written_as_years_months_or_days(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first, period.last) == (first, last)
    assert Period.parse(str(period)) == period
    assert period.start < period.middle < period.end


@pytest.mark.parametrize("text", ["", "hier", "2014-13", "2014-02-30", "2015..2014", "0000", "20"])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="period"):
        Period.parse(text)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://archive.example/cdx",
        "file:///etc/cdx",
        "http://127.0.0.1/cdx",
        "http://2130706433/cdx",
        "http://localhost/cdx",
        "http://user:secret@archive.example/cdx",
        "http://archive.example/index",
        "http://[/cdx",
        "ia/cdx",
    ],
)
def test_an_archive_is_a_public_address(address: str) -> None:
    with pytest.raises(InputError, match=r"--source|--replay"):
        Past.of("2014", address)


def test_the_internet_archive_is_asked_where_no_source_is_named() -> None:
    past = Past.of("2014", loopback=True)
    assert past.cdx == INTERNET_ARCHIVE
    assert past.replay == "https://web.archive.org/web"


def test_a_campaign_is_one_look_at_the_web(
    service: Site, site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    service.answers.add("/aides", page())
    sources = sources_file(site)
    read(campaign, sources, of(service.url))
    assert json.loads((campaign.corpus / KEPT).read_text())["period"] == "2014-01-01..2014-12-31"

    with pytest.raises(InputError, match="another name"):
        read(campaign, sources, of(service.url, "2015"))
    with pytest.raises(InputError, match="another name"):
        live(campaign, sources)

    site.page("/")
    other = Campaign.named("vivant", tmp_path / "home")
    live(other, sources)
    with pytest.raises(InputError, match="live web"):
        read(other, sources, of(service.url))


def test_addresses_of_one_page_have_one_key() -> None:
    one = page_key("http://www.region.example:80/aides?b=2&a=1#haut")
    assert one == page_key("https://region.example/aides?a=1&b=2&PHPSESSID=9")
    assert one != page_key("https://region.example/Aides?a=1&b=2")
