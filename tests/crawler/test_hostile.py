"""A hostile web: each danger on a real server, with the peak memory of the crawling process.

After each of them comes a good page, which must be archived all the same.
"""

import base64
import gzip
import itertools
import json
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from corpora.campaign import Campaign, Event
from crawler.archive.capture import read_body
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from crawler.crawl import CrawlOutcome
from crawler.manners.safety import LONGEST_URL, is_global
from crawler.order import Order
from tests.crawler.conftest import HTML, Answer, Site
from tests.crawler.hostile import BARE, GZIP, ZLIB, measured, peak_of_the_crawl, squeezed
from tests.crawler.test_crawl import by_path, named, run

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]
GOOD = "/bon"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def survives(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> Callable[..., dict[str, list[Event]]]:
    """Crawls pages that stand before a good one; gives the events by path."""

    def crawl_past(
        what: str, answers: dict[str, Answer], *links: str, crawl: str = "{}", more: str = ""
    ) -> dict[str, list[Event]]:
        site.page("/", *answers, *links, GOOD)
        site.page(GOOD, text="Appel à projets de solidarité internationale")
        site.answers |= answers
        with peak_of_the_crawl(what):
            outcome = run(campaign, sources_file(site, crawl=crawl))
        assert by_path(campaign, site)[GOOD].status == 200, what
        assert list(verify_archive(campaign.archive)) == []
        assert named(outcome.events, "expectation_failed") == []
        return events_by_path(site, outcome)

    return crawl_past


def events_by_path(site: Site, outcome: CrawlOutcome) -> dict[str, list[Event]]:
    told: dict[str, list[Event]] = {}
    for event in outcome.events:
        told.setdefault(event.subject.removeprefix(site.url), []).append(event)
    return told


def names(events: Iterable[Event]) -> set[str]:
    return {event.name for event in events}


def raw(*parts: bytes, then: Callable[[BinaryIO], None] | None = None) -> Answer:
    def stream(wfile: BinaryIO) -> None:
        wfile.writelines(parts)
        if then:
            wfile.flush()
            then(wfile)

    return Answer(stream=stream)


def forever(piece: bytes, pause: float = 0.0) -> Callable[[BinaryIO], None]:
    def write(wfile: BinaryIO) -> None:
        while True:
            wfile.write(piece)
            wfile.flush()
            time.sleep(pause)

    return write


Survives = Callable[..., dict[str, list[Event]]]


# --- answers --------------------------------------------------------------------------------------


def test_redirect_loops(survives: Survives, site: Site) -> None:
    class Stairs(dict):
        """Each step leads to another that is new."""

        def get(self, path, default=None):
            if path.startswith("/marche"):
                step = int(path.removeprefix("/marche") or 0)
                return Answer(status=302, headers=HTML | {"Location": f"/marche{step + 1}"})
            return super().get(path, default)

    site.answers = Stairs()
    site.redirect("/deux", "/deux2")
    site.redirect("/deux2", "/deux")
    refresh = b"<meta http-equiv=refresh content='0; url=/relance'><p>Attendez"
    loops = {
        "/seul": Answer(status=301, headers=HTML | {"Location": "/seul"}),
        "/sans": Answer(status=302),
        "/relance": Answer(refresh),
        "/long": Answer(status=302, headers=HTML | {"Location": "/" + "x" * 100_000}),
        "/faux": Answer(status=302, headers=HTML | {"Location": "http://[::1/"}),
    }
    told = survives("redirect loops", loops, "/deux", "/marche")
    assert "redirect_loop" in names(told["/deux"])
    assert "redirect_loop" in names(told["/seul"])
    assert any(
        "redirect_loop" in names(events) for path, events in told.items() if "marche" in path
    )
    assert len([path for path in site.asked if path.startswith("/marche")]) < 12
    assert site.asked.count("/relance") < 10
    assert told["/long"]


@pytest.mark.parametrize(
    ("what", "body", "coding"),
    [
        ("gzip bomb", lambda: squeezed(1024, GZIP), "gzip"),
        ("deflate bomb", lambda: squeezed(1024, ZLIB), "deflate"),
        ("deflate bomb without header", lambda: squeezed(1024, BARE), "deflate"),
        ("gzip bomb in gzip", lambda: gzip.compress(squeezed(1024, GZIP)), "gzip, gzip"),
        ("a million gzip members", lambda: gzip.compress(b"") * 10**6, "gzip"),
        ("1000 codings", lambda: gzip.compress(b"<p>x"), ", ".join(["gzip"] * 1000)),
    ],
)
def test_compression_bombs(
    survives: Survives, what: str, body: Callable[[], bytes], coding: str
) -> None:
    answer = Answer(body(), headers=HTML | {"Content-Encoding": coding})
    told = survives(what, {"/bombe": answer})
    if "bomb" in what:
        assert {"over_limit", "body_damaged"} <= names(told["/bombe"])


def test_header_floods(survives: Survives) -> None:
    start = b"HTTP/1.1 200 OK\r\n"
    told = survives(
        "header floods",
        {
            "/lignes": raw(start, then=forever(b"X-Flot: %s\r\n" % (b"a" * 4000))),
            "/ligne": raw(start, b"X-Flot: ", then=forever(b"a" * 60_000)),
            "/etat": raw(b"HTTP/1.1 200 ", then=forever(b"a" * 60_000)),
            "/cent": raw(start, then=forever(b"HTTP/1.1 100 Continue\r\n\r\n")),
            "/rien": raw(then=forever(b"\r\n" * 5000)),
            "/trame": raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 9),
        },
        crawl="{timeout: 3}",
    )
    for path in ("/lignes", "/ligne", "/etat", "/cent", "/rien", "/trame"):
        assert "fetch_failed" in names(told[path]), path


def test_bodies_without_end(survives: Survives) -> None:
    chunk = b"10000\r\n" + b"<p>encore" * 7281 + b"1234567\r\n"
    started = time.monotonic()
    told = survives(
        "endless and dripping bodies",
        {
            "/flot": raw(HEAD, b"\r\n", then=forever(b"<p>encore</p>" * 5000)),
            "/morceaux": raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", then=forever(chunk)),
            "/goutte": raw(HEAD, b"\r\n<p>", then=forever(b"a", 0.1)),
            "/tete-lente": raw(then=forever(b"H", 0.1)),
            "/muet": raw(then=lambda _: time.sleep(4)),
        },
        crawl="{timeout: 1}",
    )
    assert names(told["/flot"]) == names(told["/morceaux"]) == {"over_limit"}
    for path in ("/goutte", "/tete-lente", "/muet"):
        assert "fetch_failed" in names(told[path]), path
    assert time.monotonic() - started < 60


def test_false_content_lengths(survives: Survives, site: Site, campaign: Campaign) -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>pirate"

    def declared(length: bytes, body: bytes = b"<p>dix mots</p>") -> Answer:
        return raw(HEAD, b"Content-Length: %s\r\n\r\n" % length, body)

    told = survives(
        "false Content-Length",
        {
            "/enorme": declared(b"5000000000"),
            "/infini": declared(b"9" * 4000),
            "/long": declared(b"5000"),
            "/court": declared(b"6", b"<p>dix" + smuggled),
            "/negatif": declared(b"-5"),
            "/texte": declared(b"beaucoup"),
            "/double": declared(b"5\r\nContent-Length: 9"),
            "/hexa": declared(b"0x10"),
            "/les-deux": raw(HEAD, b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                             b"9\r\n<p>bonjour\r\n0\r\n\r\n"),
            "/morceau": raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n",
                            b"FFFFFFFFFFFFFFFFF\r\n<p>x"),
            "/signe": raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"-5\r\n<p>x"),
        },
        crawl="{timeout: 5}",
    )  # fmt: skip
    assert names(told["/enorme"]) == {"over_limit"}
    for path in ("/long", "/negatif", "/texte", "/double", "/hexa", "/morceau", "/signe"):
        assert "fetch_failed" in names(told[path]), path
    captures = by_path(campaign, site)
    assert read_body(campaign.archive, captures["/court"]).content == b"<p>dix"
    bodies = [read_body(campaign.archive, capture).content for capture in captures.values()]
    assert not any(b"pirate" in body for body in bodies)
    assert "/long" not in captures


# --- addresses ------------------------------------------------------------------------------------

REAL = "http://conseil-essai.fr"
"""A name that is not reserved, served by a proxy alone: loopback is as forbidden as on the web."""

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "0", "0.0.0.0", "127.0.0.1.",  # noqa: S104
    "localhost", "localhost.", "LOCALHOST", "a.localhost",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fec0::1]",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "①②⑦.⓪.⓪.①", "127。0。0。1", "user@127.0.0.1", "conseil-essai.fr@127.0.0.1",
    "127.0.0.1%23.conseil-essai.fr", "conseil-essai.fr:80@127.0.0.1",
]  # fmt: skip
"""What leads, or might lead, to this machine or its network, in all the spellings of an address."""


def test_addresses_of_the_own_network(
    serve: Serve, campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, canary = serve(), serve()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    urls = [f"http://{host}:{canary.port}/interne" for host in PRIVATE]
    hops = [Answer(status=302, headers=HTML | {"Location": _latin(url)}) for url in urls]
    proxy.page(f"{REAL}/", *urls, f"{REAL}{GOOD}")
    proxy.page(f"{REAL}{GOOD}")
    hosts = ["conseil-essai.fr"]
    for number, hop in enumerate(hops):
        # a page that leads away; and a robots.txt, which alone may lead to another site
        proxy.answers[f"http://page-{number}.fr/"] = hop
        proxy.answers[f"http://robots-{number}.fr/robots.txt"] = hop
        hosts += [f"page-{number}.fr", f"robots-{number}.fr"]
    path = tmp_path / "sources.yml"
    path.write_text(
        "crawl: {delay: 0.2}\nsources:\n"
        + "".join(
            f"  - {{id: s{n}, code: c, name: N{n}, territory: T, sites: [{host}],"
            f" spider: listing, entry_pages: ['http://{host}/']}}\n"
            for n, host in enumerate(hosts)
        )
    )
    with peak_of_the_crawl("SSRF by links and redirects"):
        outcome = run(campaign, path, loopback=False)
    assert canary.asked == []
    assert {url.split("/")[2] for url in proxy.asked} <= set(hosts)
    assert f"{REAL}{GOOD}" in proxy.asked
    told = {event.subject for event in outcome.events if event.name == "robots_unreachable"}
    assert told == {f"http://robots-{number}.fr/" for number in range(len(urls))}
    assert "unsafe_address" in names(outcome.events)
    unasked = [
        host
        for host, number in zip(PRIVATE, range(len(urls)), strict=True)
        if f"http://page-{number}.fr/" not in proxy.asked
    ]
    assert unasked == []


def _latin(url: str) -> str:
    """A header's bytes, as the server writes them."""
    return url.encode().decode("latin-1")


def test_names_that_lead_to_the_own_network(serve: Serve, campaign: Campaign) -> None:
    """In the real child process, with a DNS that lies."""
    canary = serve()
    canary.page("/", GOOD)
    canary.page(GOOD)
    lies = {
        "boucle.fr": ["127.0.0.1"],
        "deux.fr": ["93.184.216.34", "127.0.0.1"],
        "six.fr": ["::1"],
        "dedans.fr": ["::ffff:127.0.0.1"],
        "nuage.fr": ["169.254.169.254"],
        "nat.fr": ["64:ff9b::7f00:1"],
    }
    entries = "".join(
        f"  - {{id: {host.partition('.')[0]}, code: c, name: {host}, territory: T, sites: [{host}],"
        f" spider: listing, entry_pages: ['http://{host}:{canary.port}/']}}\n"
        for host in lies
    )
    campaign.archive.mkdir(parents=True)
    sources = campaign.corpus / "sources.yml"
    sources.write_text("sources:\n" + entries)
    order = Order(
        campaign="essai",
        archive=str(campaign.archive),
        sources=str(sources),
        contact="essai@example.org",
        loopback=False,
        log=str(campaign.corpus / "crawl.log"),
    )
    script = f"""
import json, socket, sys
lies, real = {lies!r}, socket.getaddrinfo
def lie(host, port, *rest, **more):
    if host in lies:
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "",
                 (a, port, 0, 0) if ":" in a else (a, port)) for a in lies[host]]
    return real(host, port, *rest, **more)
socket.getaddrinfo = lie
from crawler.child import main
from crawler.order import Order
main(Order(**json.loads(sys.argv[1])))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(asdict(order))],
        stdin=_never_ending_input(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        cwd=Path(__file__).parents[2],
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"done": True} in said, done.stderr
    assert canary.asked == []
    reasons = {
        line["source"]: line["event"]["reason"]
        for line in said
        if line.get("event", {}).get("name") == "robots_unreachable"
    }
    assert set(reasons) == {host.partition(".")[0] for host in lies}
    assert all("not a public address" in reason for reason in reasons.values())


def _never_ending_input() -> BinaryIO:
    """The end of a child's standard input stops it: a pipe that nobody closes."""
    reading, writing = os.pipe()
    _OPEN.append(writing)
    return os.fdopen(reading, "rb")


_OPEN: list[int] = []


@pytest.mark.parametrize("address", [
    "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::a00:1", "2002:a00:1::", "fec0::1", "::ffff:0:7f00:1",
    "fe80::1%eth0", "2001:db8::1", "ff02::1", "198.18.0.1", "240.0.0.1", "192.0.2.1",
])  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize(
    "address", ["2a01:e0a::1", "64:ff9b::c1fc:101", "::ffff:193.252.1.1", "2002:c1fc:101::"]
)
def test_addresses_that_are(address: str) -> None:
    assert is_global(address)


def test_other_schemes(survives: Survives, site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>secret")
    page = base64.b64encode(b"<p>secret").decode()
    links = [
        f"file://{secret}", f"FILE://localhost{secret}", f"file:{secret}", "file:///etc/hostname",
        f"data:text/html;base64,{page}", "javascript:location='/interdit'", "vbscript:x",
        "ftp://127.0.0.1/x", "s3://x/y", "gopher://127.0.0.1/x", "blob:http://x/1", "about:blank",
        "view-source:http://127.0.0.1/", "jar:http://x!/y", "mailto:x@example.org", "tel:+33",
        "http:", "http://", "//", "://x", "http:///x", "\x00", "http://%00/", "http://[", "?#",
    ]  # fmt: skip
    hop = Answer(status=302, headers=HTML | {"Location": f"file://{secret}"})
    script = Answer(status=302, headers=HTML | {"Location": "javascript:alert(1)"})
    refresh = Answer(
        f"<meta http-equiv=refresh content='0;url=file://{secret}'><p>x".encode(), headers=HTML
    )
    base = Answer(f"<base href='file://{secret.parent}/'><a href=secret.html>x</a>".encode())
    survives(
        "file:, data: and javascript: links",
        {"/saut": hop, "/script": script, "/relance": refresh, "/base": base},
        *(link.replace("'", "&#39;").replace('"', "&quot;") for link in links),
    )
    archive = tmp_path / "home" / "corpora" / "essai" / "archive"
    captures = list(read_captures(archive))
    assert all(capture.url.startswith(site.url) for capture in captures)
    # the base's page names the file, and holds none of it
    assert not any(b"<p>secret" in read_body(archive, c).content for c in captures)


def test_calendars_end(survives: Survives, site: Site) -> None:
    class Calendar(dict):
        def get(self, path, default=None):
            if not path.startswith("/agenda"):
                return super().get(path, default)
            place, _, day = path.partition("=")
            number = int(day) if day.lstrip("-").isdigit() else 0
            links = [f"/agenda?jour={number + step}" for step in (-30, -1, 1, 30)]
            links += [f"{place.partition('?')[0]}/mois/{number}", "suite/"]
            text = "".join(f"<a href='{link}'>jour</a>" for link in links)
            return Answer(f"<title>{path}</title><p>Agenda {text}".encode())

    site.answers = Calendar()
    told = survives(
        "calendars", {}, "/agenda", "/agenda/", crawl="{pages_per_source: 40, depth: 6}"
    )
    assert len(site.asked) <= 42
    assert any("page_budget" in names(events) for events in told.values())


def test_session_ids_do_not_make_pages_new(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    visits = itertools.count(1000)
    paths = ["/", "/a", "/b", "/c", GOOD]

    class Sessions(dict):
        def get(self, path, default=None):
            if path == "/robots.txt":
                return default
            visit = next(visits)
            forms = ["{}?PHPSESSID={}", "{};jsessionid={}", "{}?sid={}", "{}?CFID={}"]
            links = "".join(
                f"<a href='{form.format(page, visit + n)}#haut'>page</a>"
                for n, (page, form) in enumerate(itertools.product(paths, forms))
            )
            return Answer(f"<title>{path}</title><p>Page {links}".encode())

    site.answers = Sessions()
    with peak_of_the_crawl("session ids in URLs"):
        run(campaign, sources_file(site))
    assert sorted(site.asked) == sorted(["/robots.txt", *paths])


def test_addresses_of_100_kb(survives: Survives, site: Site) -> None:
    long = "/" + "tres-long-" * 10_000
    told = survives(
        "URLs of 100 KB",
        {},
        long,
        f"/x?{'q=1&' * 25_000}",
        f"{site.url}{long}",
        "/" + "a/" * 50_000,
    )
    trapped = [path for path, events in told.items() if "trap" in names(events)]
    assert trapped
    assert max(map(len, told)) <= LONGEST_URL + 50
    assert max(map(len, site.asked)) < LONGEST_URL


def test_a_million_links(survives: Survives, site: Site) -> None:
    lines = "".join(f"<a href='/p/{n}/x'>{n}</a>\n" for n in range(600_000))
    body = b"<title>Liens</title>" + lines.encode()
    assert 17 * 2**20 < len(body) < 20 * 2**20
    told = survives("600,000 links", {"/liens": Answer(body)}, crawl="{pages_per_source: 6}")
    assert names(told["/liens"]) == {"page_unread"}
    assert len(site.asked) <= 8


def test_html_100_000_deep(survives: Survives) -> None:
    deep = b"<div>" * 100_000 + b"<a href='/fond'>fond</a>"
    survives(
        "HTML 100,000 deep",
        {
            "/creux": Answer(deep),
            "/listes": Answer(b"<ul><li>" * 100_000 + b"x"),
            "/tables": Answer(b"<table><tr><td>" * 60_000 + b"x"),
            "/gras": Answer(b"<b><i><font>" * 60_000 + b"x"),
            "/attributs": Answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x"),
            "/valeur": Answer(b"<a href='" + b"x" * 9_000_000 + b"'>x</a>"),
            "/entites": Answer(b"<p>" + b"&amp;&#x41;&bogus" * 500_000),
            "/nuls": Answer(b"<p>" + b"\x00" * 9_000_000),
            "/livre": Answer(b"<p>" + b"mot " * 4_000_000),
        },
        crawl="{timeout: 20}",
    )


def test_sitemap_bombs(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    laughs = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(9))
    entities = (
        f"<!DOCTYPE urlset [<!ENTITY l0 'ha'>{laughs}"
        "<!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
        f"<urlset><url><loc>{site.url}/&l9;</loc></url>"
        f"<url><loc>{site.url}/&f;</loc></url></urlset>"
    )  # fmt: skip
    own = f"<sitemapindex><sitemap><loc>{site.url}/soi.xml</loc></sitemap></sitemapindex>"
    many = "<sitemapindex>" + "".join(
        f"<sitemap><loc>{site.url}/s{n}.xml</loc></sitemap>" for n in range(5000)
    ) + "</sitemapindex>"  # fmt: skip
    xml, packed = {"Content-Type": "application/xml"}, {"Content-Type": "application/gzip"}
    start = f"<urlset><url><loc>{site.url}{GOOD}</loc></url>".encode()
    answers = {
        "/bombe.xml.gz": Answer(squeezed(1024, GZIP, start), headers=packed),
        "/rires.xml": Answer(entities.encode(), headers=xml),
        "/soi.xml": Answer(own.encode(), headers=xml),
        "/mille.xml": Answer(many.encode(), headers=xml),
        "/profond.xml": Answer(b"<urlset>" + b"<url>" * 100_000, headers=xml),
        "/texte.xml": Answer(b"http://[\n" * 100_000, headers=xml),
    }
    robots = "".join(f"Sitemap: {site.url}{path}\n" for path in answers)
    site.answers["/robots.txt"] = Answer(robots.encode(), headers={"Content-Type": "text/plain"})
    site.answers |= answers
    site.page("/", GOOD)
    site.page(GOOD)
    with peak_of_the_crawl("sitemap bombs"):
        outcome = run(campaign, sources_file(site, spiders=("sitemap",)))
    assert by_path(campaign, site)[GOOD].status == 200
    assert len([path for path in site.asked if path.startswith("/s") and "xml" in path]) <= 60
    told = {event.subject.removeprefix(site.url): event for event in outcome.events}
    for path in ("/bombe.xml.gz", "/rires.xml", "/profond.xml", "/texte.xml"):
        assert told[path].name == "sitemap_unreadable", path
    assert "sitemap_limit" in names(outcome.events)
    hostname = Path("/etc/hostname")
    if hostname.exists():
        assert not any(hostname.read_text().strip() in path for path in site.asked)


# --- what is read of it ---------------------------------------------------------------------------

READ = """
import sys
from pathlib import Path
from corpora.campaign import Campaign
from nlp.reading.reader import read_campaign
documents, events = read_campaign(Campaign.named(sys.argv[1], Path(sys.argv[2])))
said = [{d.url: [d.text[:2000], len(d.text)] for d in documents},
        [[e.subject, e.name] for e in events]]
"""

IMPORT = """
import sys
from pathlib import Path
from corpora.campaign import Campaign
from crawler.archive.captures import read_captures
from crawler.imports.importing import import_paths
from crawler.archive.verifying import verify_archive
campaign = Campaign.named(sys.argv[1], Path(sys.argv[2]))
events = import_paths(campaign, [Path(p) for p in sys.argv[3:]], None, ())
said = [[c.url for c in read_captures(campaign.archive)],
        [[e.subject, e.name, e.reason] for e in events], list(verify_archive(campaign.archive))]
"""


def test_charsets(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    sentence = "Coopération décentralisée : l’aide aux associations, un cœur à l'œuvre, dès l'été."
    page = f"<title>Aide</title><p>{sentence}</p><p><a href='/é'>é</a>"
    kinds = {
        "/juste": ("utf-8", "text/html; charset=utf-8"),
        "/absent-utf8": ("utf-8", "text/html"),
        "/absent-cp1252": ("cp1252", "text/html"),
        "/faux-latin": ("utf-8", "text/html; charset=iso-8859-1"),
        "/faux-utf8": ("cp1252", "text/html; charset=utf-8"),
        "/inconnu": ("utf-8", "text/html; charset=utf-99"),
        "/marque": ("utf-8-sig", "text/html; charset=iso-8859-15"),
        "/seize": ("utf-16", "text/html"),
        "/mensonge": ("cp1252", "text/html; charset=utf-16"),
        "/piege": ("utf-8", "text/html; charset=rot13"),
        "/idna": ("utf-8", "text/html; charset=idna"),
        "/double": ("utf-8", "text/html; charset=utf-8; charset=latin1"),
    }
    site.page("/", *kinds)
    for path, (encoding, mime) in kinds.items():
        text = page.replace("Aide<", f"Aide{path}<")
        site.answers[path] = Answer(text.encode(encoding), headers={"Content-Type": mime})
    with peak_of_the_crawl("charsets"):
        run(campaign, sources_file(site))
    assert set(kinds) <= set(by_path(campaign, site))
    assert "/%C3%A9" in site.asked
    documents, _ = measured("charsets, read", READ, campaign.name, campaign.home)
    texts = {url.removeprefix(site.url): text for url, (text, _) in documents.items()}
    said = {path: text.replace("’", "'") for path, text in texts.items()}
    expected = sentence.replace("’", "'")
    assert {path for path in kinds if expected not in said.get(path, "")} == set()


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, the first being its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return out + head + table + end + b"startxref\n%d\n%%%%EOF" % len(out)


def stream(data: bytes, filters: bytes = b"", more: bytes = b"") -> bytes:
    return b"<</Length %d%s%s>>stream\n%s\nendstream" % (len(data), filters, more, data)


def one_page(contents: bytes, pages: bytes = b"") -> bytes:
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages or b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        contents,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


FLATE = b"/Filter/FlateDecode"
GOOD_TEXT = b"BT /F 12 Tf 50 700 Td (Le reglement des aides a la cooperation, page seule) Tj ET"


def pdf_files() -> dict[str, bytes]:
    whole = one_page(stream(GOOD_TEXT))
    return {
        "bon.pdf": whole,
        "bombe.pdf": one_page(stream(squeezed(1024, ZLIB, GOOD_TEXT), FLATE)),
        "bombe-de-texte.pdf": one_page(
            stream(squeezed(200, ZLIB, b"BT /F 1 Tf (", b") Tj ET"), FLATE)
        ),
        "bombe-double.pdf": one_page(
            stream(_packed(squeezed(1024, ZLIB)), b"/Filter[/FlateDecode/FlateDecode]")
        ),
        "operateurs.pdf": one_page(
            stream(_packed(b"q " * 8_000_000 + GOOD_TEXT), FLATE)
        ),
        "mots.pdf": one_page(
            stream(_packed(b"BT /F 1 Tf " + b"1 0 Td (mot ) Tj " * 600_000 + b"ET"), FLATE)
        ),
        "coupe.pdf": whole[: len(whole) // 2],
        "sans-fin.pdf": whole[:-40],
        "boucle.pdf": one_page(
            stream(GOOD_TEXT), b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"
        ),
        "mille-fois.pdf": one_page(
            stream(GOOD_TEXT), b"<</Type/Pages/Count 200000/Kids[%s]>>" % (b"3 0 R " * 200_000)
        ),
        "compte-faux.pdf": one_page(
            stream(GOOD_TEXT), b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"
        ),
        "profond.pdf": one_page(stream(b"[" * 1_000_000)),
        "noms.pdf": one_page(stream(GOOD_TEXT), b"<<" * 50_000),
        "image.pdf": one_page(
            stream(b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID x EI " + GOOD_TEXT)
        ),
        "rien.pdf": b"%PDF-1.7\n",
        "bruit.pdf": b"%PDF-1.7\n" + os.urandom(200_000),
    }  # fmt: skip


def _packed(data: bytes) -> bytes:
    return zlib.compress(data, 1)


def test_pdf_bombs_and_broken_pdfs(tmp_path: Path) -> None:
    folder = tmp_path / "pdf"
    folder.mkdir()
    for name, content in pdf_files().items():
        (folder / name).write_bytes(content)
    measured("PDF bombs, imported", IMPORT, "pdf", tmp_path, folder)
    documents, events = measured("PDF bombs, read", READ, "pdf", tmp_path, timeout=240)
    texts = {url.rpartition("/")[2]: text for url, (text, _) in documents.items()}
    assert "cooperation" in texts["bon.pdf"]
    told = {url.rpartition("/")[2] for url, _ in events}
    assert told | set(texts) == set(pdf_files())


def test_html_bombs_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "html"
    folder.mkdir()
    kept = "<h1>Aides</h1><p>Le règlement des aides à la coopération de cette année.</p>"
    files = {
        "bon.html": kept,
        "creux.html": "<div>" * 100_000 + kept,
        "listes.html": "<ul><li>" * 100_000 + kept,
        "tables.html": "<table><tr><td>" * 60_000 + kept,
        "gras.html": kept + "<b><i>" * 100_000 + "x",
        "cellules.html": "<table>" + "<tr>" + "<td colspan=1000 rowspan=1000>x" * 5000 + kept,
        "liens.html": kept + "<a href='/x'>lien</a>" * 300_000,
        "mots.html": kept + "<p>" + "mot " * 2_400_000,
        "elements.html": kept + "<p>x" * 4_000_000,
        "attributs.html": kept + "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x",
        "nuls.html": kept + "\x00" * 5_000_000,
        "entites.html": kept + "<p>" + "&amp;&#x41;&bogus" * 300_000,
        "commentaire.html": kept + "<!--" * 1_000_000,
        "script.html": kept + "<script>" + "x" * 10_000_000,
        "texte.txt": "Le règlement des aides à la coopération. " * 100_000,
        "zip.docx": "",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    with zipfile.ZipFile(folder / "zip.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        start = (
            b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        )
        package.writestr("word/document.xml", start + bytes(600 * 2**20))
    measured("HTML and DOCX bombs, imported", IMPORT, "html", tmp_path, folder)
    documents, events = measured("HTML and DOCX bombs, read", READ, "html", tmp_path, timeout=240)
    texts = {url.rpartition("/")[2]: text for url, (text, _) in documents.items()}
    assert "coopération" in texts["bon.html"]
    told = {url.rpartition("/")[2] for url, _ in events}
    assert told | set(texts) == set(files)


# --- imports --------------------------------------------------------------------------------------


def record(kind: str = "response", body: bytes = b"<p>Aide", **head: str) -> bytes:
    """A record of a WARC file, with headers as they should be or as ``head`` has them."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{next(_IDS):032x}>",
        "WARC-Date": "2014-09-24T08:30:00Z",
        "WARC-Target-URI": f"http://www.essai.example/{next(_IDS)}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(http)),
    } | {name.replace("_", "-"): value for name, value in head.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + lines.encode("utf-8", "surrogateescape") + b"\r\n" + http + b"\r\n\r\n"


_IDS = itertools.count(1)
LAST = "http://www.essai.example/dernier"


def imported(what: str, tmp_path: Path, *files: Path) -> tuple[list[str], set[tuple[str, str]]]:
    urls, events, faults = measured(what, IMPORT, "essai", tmp_path, *files, timeout=120)
    assert faults == []
    assert max((len(reason) for _, _, reason in events), default=0) < 3000
    return urls, {(subject, name) for subject, name, _ in events}


@pytest.mark.parametrize("packed", [False, True])
def test_warcs_that_lie(tmp_path: Path, packed: bool) -> None:
    def member(data: bytes) -> bytes:
        return gzip.compress(data) if packed else data

    last = member(record(WARC_Target_URI=LAST))
    cases = {
        "court": record(Content_Length="60"),
        "long": record(Content_Length="900"),
        "enorme": record(Content_Length="9" * 15),
        "negatif": record(Content_Length="-5"),
        "texte": record(Content_Length="beaucoup"),
        "sans": record().replace(b"Content-Length", b"X-Length"),
        "date": record(WARC_Date="hier"),
        "etat": record().replace(b"200 OK", b"deux cents"),
        "adresse": record(WARC_Target_URI="http://www.essai.example/" + "x" * 100_000),
        "fichier": record(WARC_Target_URI="file:///etc/passwd"),
        "chemin": record(WARC_Target_URI="../../../etc/passwd"),
        "numero": record(WARC_Record_ID="../../x"),
        "condense": record(WARC_Block_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        "genre": record("../x"),
        "etrange": record(WARC_Type="\udcff\x1b[31m"),
    }
    suffix = ".warc.gz" if packed else ".warc"
    for name, data in cases.items():
        (tmp_path / f"{name}{suffix}").write_bytes(member(record()) + member(data) + last)
    files = [tmp_path / f"{name}{suffix}" for name in cases]
    urls, told = imported(f"WARCs that lie{' (gzip)' if packed else ''}", tmp_path, *files)
    assert len([url for url in urls if url != LAST]) >= len(cases)
    assert all(url.startswith(("http://www.essai.example/", "urn:")) for url in urls)
    assert max(map(len, urls)) < LONGEST_URL
    quiet = {"sans", "numero", "genre", "etrange"}
    for name in set(cases) - quiet:
        assert any(subject == f"{name}{suffix}" for subject, _ in told), name
    assert sorted(path.name for path in (tmp_path / "corpora" / "essai" / "archive").iterdir()) == [
        ".lock",
        "_import-00000.warc.gz",
        "captures.json",
    ]


def test_warc_bombs(tmp_path: Path) -> None:
    start = record(WARC_Target_URI="http://www.essai.example/x").partition(b"HTTP/1.1")[0]
    lines = b"WARC/1.0\r\nWARC-Type: response\r\n"
    long = record(Content_Length=str(2**30 + 100))
    files = {
        "corps.warc.gz": squeezed(1024, GZIP, long[:-4]),
        "ligne.warc.gz": squeezed(1024, GZIP, lines + b"X: "),
        "tete.warc.gz": gzip.compress(lines + b"X-%d: y\r\n" * 10_000_000),
        "http.warc.gz": squeezed(1024, GZIP, start + b"HTTP/1.1 200 OK\r\nX: "),
        "vide.warc.gz": gzip.compress(b"") * 200_000,
        "mille.warc.gz": b"".join(gzip.compress(record("warcinfo"), 1) for _ in range(10_000)),
        "types.warc.gz": b"".join(
            gzip.compress(record().replace(b"text/html", b"x/%d" % n), 1) for n in range(5000)
        ),
        "dates.warc.gz": b"".join(gzip.compress(record(WARC_Date=f"x{n}"), 1) for n in range(5000)),
        "blancs.warc.gz": squeezed(10, GZIP, record() + b"\r\n" * 20_000_000),
        "zeros.warc": bytes(50 * 2**20),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    good = tmp_path / "zz.warc.gz"
    good.write_bytes(gzip.compress(record(WARC_Target_URI=LAST)))
    urls, told = imported("WARC bombs", tmp_path, *(tmp_path / name for name in files), good)
    assert LAST in urls
    for name in files:
        if name not in ("mille.warc.gz", "types.warc.gz"):
            assert any(subject == name for subject, _ in told), name
    assert len(told) < 200


def wacz(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> Path:
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in members:
            package.writestr(name, content)
    return path


def test_waczs_that_lie(tmp_path: Path) -> None:
    warc, last = gzip.compress(record()), gzip.compress(record(WARC_Target_URI=LAST))
    good = ("archive/bon.warc.gz", last)
    link = zipfile.ZipInfo("archive/lien.warc.gz")
    link.external_attr = 0o120777 << 16
    link.create_system = 3
    secret = tmp_path / "secret.warc.gz"
    secret.write_bytes(gzip.compress(record(WARC_Target_URI="http://www.essai.example/secret")))
    bad_names = [
        "../../x.warc.gz", "/var/x.warc.gz", "a/../../x.warc.gz", "..\\x.warc.gz",
        "C:\\x.warc.gz", "archive/\x00.warc.gz", "archive/\x1b[31m.warc.gz",
    ]  # fmt: skip
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as zipped:
        zipped.writestr("archive/a.warc.gz", warc)
    whole = package.getvalue()
    locked = bytearray(whole)
    for flags in (6, whole.rfind(b"PK\x01\x02") + 8):
        locked[flags] |= 1
    method = bytearray(whole)
    for place in (8, whole.rfind(b"PK\x01\x02") + 10):
        method[place] = 99
    size = bytearray(whole)
    place = whole.rfind(b"PK\x01\x02") + 24
    size[place : place + 4] = b"\xfe\xff\xff\xff"
    files = {
        "noms": [wacz(tmp_path / "noms.wacz", *((name, warc) for name in bad_names), good)],
        "lien": [wacz(tmp_path / "lien.wacz", (link, str(secret).encode()), good)],
        "deux": [wacz(tmp_path / "deux.wacz", ("archive/a.warc.gz", warc),
                      ("archive/a.warc.gz", gzip.compress(record())), good)],
        "bombe": [wacz(tmp_path / "bombe.wacz",
                       ("archive/a.warc", record(Content_Length=str(2**30)) + bytes(700 * 2**20)),
                       ("archive/b.warc", b"WARC/1.0\r\nX: " + bytes(300 * 2**20)),
                       ("archive/c.warc", bytes(300 * 2**20)), good)],
    }  # fmt: skip
    for name, content in {
        "coupe": whole[: len(whole) // 2],
        "queue": whole[-100:],
        "serrure": bytes(locked),
        "methode": bytes(method),
        "taille": bytes(size),
        "vide": b"",
        "commentaire": whole[:-2] + b"\xff\xff" + b"PK\x05\x06" * 10_000,
    }.items():
        (tmp_path / f"{name}.wacz").write_bytes(content)
        files[name] = [tmp_path / f"{name}.wacz"]
    paths = [path for group in files.values() for path in group]
    urls, told = imported("WACZs that lie", tmp_path, *paths)
    assert LAST in urls
    assert not any("secret" in url for url in urls)
    assert ("noms.wacz", "member_refused") in told
    subjects = {subject.partition("/")[0] for subject, _ in told}
    assert {f"{name}.wacz" for name in files} - subjects <= {"deux.wacz", "taille.wacz"}
    outside = [tmp_path.parent / "x.warc.gz", tmp_path / "x.warc.gz", Path("/var/x.warc.gz")]
    assert not any(path.exists() for path in outside)


def test_a_wacz_of_a_million_members(tmp_path: Path) -> None:
    path = tmp_path / "million.wacz"
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as zipped:
        zipped.writestr("a", b"")
    entry = package.getvalue().partition(b"PK\x01\x02")[0]
    central = b"PK\x01\x02" + b"\x14\x03\x14\x00" + bytes(20) + b"\x0a\x00" + bytes(16)
    count = 1_000_000
    with path.open("wb") as file:
        file.write(entry)
        place = file.tell()
        for start in range(0, count, 10_000):
            file.write(
                b"".join(central + b"%010d" % number for number in range(start, start + 10_000))
            )
        size = file.tell() - place
        end = file.tell()
        file.write(b"PK\x06\x06" + (44).to_bytes(8, "little") + b"\x2d\x00\x2d\x00" + bytes(8))
        file.write(b"".join(n.to_bytes(8, "little") for n in (count, count, size, place)))
        file.write(b"PK\x06\x07" + bytes(4) + end.to_bytes(8, "little") + b"\x01\x00\x00\x00")
        file.write(b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2))
    few = wacz(tmp_path / "bon.wacz", ("archive/a.warc", record(WARC_Target_URI=LAST)))
    urls, told = imported("a WACZ of a million members", tmp_path, path, few)
    assert urls == [LAST]
    assert ("million.wacz", "wacz_unreadable") in told
