"""Two campaigns of real sites, packaged, and what other people's tools make of them."""

import gzip
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import read_body, read_http
from crawler.archive.captures import archive_faults, read_captures
from crawler.archive.packaging import package
from crawler.archive.records import Exchange
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import ArchiveWriter, warcinfo
from crawler.crawl import crawl
from crawler.revisiting import Earlier
from tests.crawler import pywb_peer
from tests.crawler.conftest import HTML, Answer, Site, serving, without_proxies

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 90
CONTACT = "essai@example.org"
HOSTS = ("127.0.0.1", "localhost")
"""Of the two sites: what belongs to one council is told by its host."""


@dataclass(frozen=True)
class Year:
    """A campaign, its package, and every answer that the sites gave it, by URL."""

    campaign: Campaign
    wacz: Path
    answers: dict[str, Answer]


def publish(site: Site) -> None:
    found = ["/ancien", "/perdu", "/aide", "/agenda", "/latin", "/nu", "/r%C3%A8glement.pdf", "/o"]
    site.page("/", *found, text="Bienvenue")
    site.redirect("/ancien", "/nouveau")
    site.page("/nouveau", text="Le nouveau")
    coded = HTML | {"Content-Encoding": "gzip"}
    aid = "<title>Aide à\n la coopération</title><p>Aide</p>"
    site.answers["/aide"] = Answer(gzip.compress(aid.encode()), headers=coded, chunked=True)
    site.page("/agenda", text="Agenda", chunked=True)
    latin = {"Content-Type": "text/html; charset=iso-8859-1"}
    site.answers["/latin"] = Answer("<title>L’Été</title>x".encode("cp1252"), headers=latin)
    site.answers["/nu"] = Answer(b"<p>sans titre</p>")
    site.answers["/r%C3%A8glement.pdf"] = Answer(PDF, headers={"Content-Type": "application/pdf"})
    site.answers["/o"] = Answer(b"GIF89a", headers={"Content-Type": "image/gif"})
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n", headers={})


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Year, Year]]:
    """The same two sites in two years; the second asked what had changed since the first.

    One site answers 304 to what is the same, the other sends the same bytes again.
    """
    home = tmp_path_factory.mktemp("home")
    with serving() as start, pytest.MonkeyPatch.context() as patch:
        without_proxies(patch)
        sites = start(), start()
        sites[0].validating = True
        for site in sites:
            publish(site)
        sources = home / "sources.yml"
        entries = "".join(
            f"  - {{id: s-{n}, code: '{n}', name: Conseil {n}, territory: Essai, spider: listing,"
            f" sites: [{HOSTS[n]}], entry_pages: ['{address(n, site)}/']}}\n"
            for n, site in enumerate(sites)
        )
        sources.write_text(f"sources:\n{entries}")
        yield _year("2026", home, sources, sites, None), _next(home, sources, sites)


def address(number: int, site: Site) -> str:
    return f"http://{HOSTS[number]}:{site.port}"


def _next(home: Path, sources: Path, sites: tuple[Site, ...]) -> Year:
    time.sleep(1.1)  # archives tell seconds apart
    for site in sites:
        site.page("/agenda", "/neuf", text="Un autre agenda")
        site.page("/neuf", text="Tout neuf")
    return _year("2027", home, sources, sites, Campaign.named("2026", home))


def _year(
    name: str, home: Path, sources: Path, sites: tuple[Site, ...], since: Campaign | None
) -> Year:
    campaign = Campaign.named(name, home)
    crawl(campaign, sources, contact=CONTACT, loopback=True, progress=False, since=since)
    answers = {
        address(n, site) + path: site.answers.get(path, Answer(b"introuvable", 404))
        for n, site in enumerate(sites)
        for path in {*site.answers, "/perdu"}
    }
    return Year(campaign, package(campaign), answers)


def tool(*command: object) -> str:
    """What a command line tool of this environment says; it must end well."""
    path = Path(sys.executable).parent / str(command[0])
    words = [str(path if path.exists() else command[0]), *map(str, command[1:])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_other_tools_find_the_archives_whole(years: tuple[Year, Year]) -> None:
    for year in years:
        warcs = sorted(year.campaign.archive.glob("*.warc.gz"))
        assert [warc.name for warc in warcs] == ["s-0-00000.warc.gz", "s-1-00000.warc.gz"]
        tool("gzip", "-t", *warcs)
        tool("warcio", "check", *warcs)
        for warc in warcs:
            tool("fastwarc", "check", warc)
        assert "the passed WACZ is valid" in tool("wacz", "validate", "-f", year.wacz)
        assert list(verify_archive(year.campaign.archive)) == []


def records(year: Year) -> list[tuple[str, int, Any, bytes]]:
    """File, offset, warcio record and block of all that a campaign archived."""
    found = []
    for path in sorted(year.campaign.archive.glob("*.warc.gz")):
        with path.open("rb") as file:
            iterator = ArchiveIterator(file, no_record_parse=True)
            for record in iterator:
                block = record.raw_stream.read()
                found.append((path.name, iterator.get_record_offset(), record, block))
    return found


def test_records_are_as_warc_1_1_wants_them(years: tuple[Year, Year]) -> None:
    digests = {
        "warcinfo": {"WARC-Block-Digest"},
        "metadata": {"WARC-Block-Digest"},
        "request": {"WARC-Block-Digest", "WARC-Payload-Digest"},
        "response": {"WARC-Block-Digest", "WARC-Payload-Digest"},
        "revisit": {"WARC-Block-Digest", "WARC-Payload-Digest"},
    }
    profiles = {"server-not-modified", "identical-payload-digest"}
    for year in years:
        known = {r.rec_headers.get_header("WARC-Record-ID"): r for _, _, r, _ in records(year)}
        seen = set()
        for _, _, record, block in records(year):
            head = dict(record.rec_headers.headers)
            assert len(head) == len(record.rec_headers.headers)
            assert record.format == "warc"
            assert record.rec_headers.protocol == "WARC/1.1"
            assert {name for name in head if name.endswith("-Digest")} == digests[record.rec_type]
            spoken = record.rec_type in ("request", "response", "revisit")
            assert ("WARC-IP-Address" in head) == spoken
            if record.rec_type == "request":
                answer = known[head["WARC-Concurrent-To"]]
                assert answer.rec_type in ("response", "revisit")
                assert answer.rec_headers.get_header("WARC-Date") == head["WARC-Date"]
                assert head["Content-Type"] == "application/http; msgtype=request"
            if record.rec_type == "revisit":
                profile = head["WARC-Profile"].removeprefix(
                    "http://netpreserve.org/warc/1.1/revisit/"
                )
                seen.add(profile)
                original = known[head["WARC-Refers-To"]].rec_headers
                for name in ("Target-URI", "Date"):
                    told = original.get_header(f"WARC-{name}")
                    assert head[f"WARC-Refers-To-{name}"] == told
                assert head["WARC-Payload-Digest"] == original.get_header("WARC-Payload-Digest")
                if profile == "server-not-modified":
                    assert block == b""
                else:
                    assert head["WARC-Truncated"] == "length"
                    assert block.startswith(b"HTTP/1.1 200 OK\r\n")
                    assert block.endswith(b"\r\n\r\n")
        assert seen == (profiles if year.campaign.name == "2027" else set())


def test_warcinfo_says_who_asked_and_how(years: tuple[Year, Year]) -> None:
    for year in years:
        for name, _, record, block in records(year):
            if record.rec_type != "warcinfo":
                continue
            lines = block.decode().split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines if line)
            assert record.rec_headers.get_header("WARC-Filename") == name
            assert fields["software"].startswith("aect/")
            assert fields["operator"] == CONTACT
            assert CONTACT in fields["http-header-user-agent"]
            assert fields["robots"]
            assert fields["isPartOf"] == year.campaign.name
            assert fields["format"] == "WARC File Format 1.1"
            assert not {"hostname", "ip"} & set(fields)
            assert socket.gethostname() not in fields.values()


def test_the_index_is_sorted_and_leads_to_every_answer(years: tuple[Year, Year]) -> None:
    # `wacz validate` takes an unsorted index, and none of it but its digest is looked at
    for year in years:
        with zipfile.ZipFile(year.wacz) as package:
            packed, blocks = package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx")
        lines = gzip.decompress(packed).decode().splitlines()
        assert lines == sorted(lines)
        first, block = blocks.decode().splitlines()
        assert json.loads(first.split(" ", 2)[2]) == {
            "format": "cdxj-gzip-1.0",
            "filename": "index.cdx.gz",
        }
        key, stamp, place = block.split(" ", 2)
        assert lines[0].startswith(f"{key} {stamp} ")
        assert json.loads(place) == {
            "offset": 0,
            "length": len(packed),
            "digest": sha256(packed),
        }
        indexed = {}
        for line in lines:
            _, stamp, fields = line.split(" ", 2)
            entry = json.loads(fields)
            indexed[entry["filename"], int(entry["offset"])] = (stamp, entry)
        answers = [one for one in records(year) if one[2].rec_type in ("response", "revisit")]
        assert set(indexed) == {(name, offset) for name, offset, _, _ in answers}
        for name, offset, record, _ in answers:
            stamp, entry = indexed[name, offset]
            head = record.rec_headers
            with (year.campaign.archive / name).open("rb") as file:
                file.seek(offset)
                member = file.read(int(entry["length"]))
            assert gzip.decompress(member).startswith(b"WARC/1.1\r\n")
            assert entry["recordDigest"] == sha256(member)
            assert entry["url"] == head.get_header("WARC-Target-URI")
            assert entry["digest"] == head.get_header("WARC-Payload-Digest")
            date = head.get_header("WARC-Date")
            assert stamp == "".join(character for character in date if character.isdigit())


def test_the_pages_are_listed_with_their_titles(years: tuple[Year, Year]) -> None:
    # `wacz validate` passes a package without them
    titles = {
        "/": "/",
        "/nouveau": "/nouveau",
        "/aide": "Aide à la coopération",
        "/agenda": "/agenda",
        "/latin": "L’Été",
        "/r%C3%A8glement.pdf": "règlement.pdf",
    }
    for year in years:
        header, listed = pages(year)
        assert header == {"format": "json-pages-1.0", "id": "pages", "title": year.campaign.name}
        expected = {}
        for url in year.answers:
            path = urlsplit(url).path
            if path in titles or path == "/neuf":
                expected[url] = titles.get(path, path)
            elif path == "/nu":
                expected[url] = url
        assert {page["url"]: page["title"] for page in listed} == expected
        assert listed == sorted(listed, key=lambda page: (page["url"], page["ts"]))
        captures = {c.url: c for c in read_captures(year.campaign.archive)}
        for page in listed:
            assert page["ts"] == captures[page["url"]].captured_at
            assert captures[page["url"]].record_id == f"<urn:uuid:{page['id']}>"


def pages(year: Year) -> tuple[dict[str, str], list[dict[str, str]]]:
    with zipfile.ZipFile(year.wacz) as package:
        header, *listed = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    return header, listed


def test_the_manifest_tells_the_digest_of_everything(years: tuple[Year, Year]) -> None:
    for year in years:
        with zipfile.ZipFile(year.wacz) as package:
            manifest = package.read("datapackage.json")
            digest = json.loads(package.read("datapackage-digest.json"))
            names = set(package.namelist()) - {"datapackage.json", "datapackage-digest.json"}
            told = {one["path"]: one for one in json.loads(manifest)["resources"]}
            assert set(told) == names
            for name in names:
                data = package.read(name)
                assert (told[name]["hash"], told[name]["bytes"]) == (sha256(data), len(data))
                stored = package.getinfo(name).compress_type == zipfile.ZIP_STORED
                assert stored == name.endswith(".gz")
                if name.startswith("archive/"):
                    warc = year.campaign.archive / name.removeprefix("archive/")
                    assert data == warc.read_bytes()
        assert digest == {"path": "datapackage.json", "hash": sha256(manifest)}


def test_pywb_replays_every_page_byte_for_byte(years: tuple[Year, Year], tmp_path: Path) -> None:
    pywb = pywb_peer.installed()
    for year in years:
        pywb.add(tmp_path, f"c{year.campaign.name}", year.wacz)
    with pywb.serving(tmp_path) as served:
        for year in years:
            _, listed = pages(year)
            assert len(listed) == (16 if year.campaign.name == "2027" else 14)
            collection = f"/c{year.campaign.name}"
            for page in listed:
                answer = year.answers[page["url"]]
                status, headers, body = replayed(served, collection, page["ts"], page["url"])
                assert (status, body) == (200, answer.body)
                assert headers["content-type"] == answer.headers["Content-Type"]
                assert headers.get("content-encoding") == answer.headers.get("Content-Encoding")
                moment = parsedate_to_datetime(headers["memento-datetime"])
                assert moment == datetime.fromisoformat(page["ts"])
            for capture in read_captures(year.campaign.archive):
                if capture.status in (302, 404):
                    at = capture.captured_at
                    status, headers, body = replayed(served, collection, at, capture.url)
                    assert status == capture.status
                    assert body == year.answers[capture.url].body


def replayed(address: str, collection: str, at: str, url: str) -> tuple[int, dict[str, str], bytes]:
    """What pywb replays of a page, as it was sent: status, headers, body."""
    stamp = "".join(character for character in at if character.isdigit())
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    path = f"{collection}/{stamp}id_/{url}"
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_the_same_archive_gives_the_same_package(years: tuple[Year, Year]) -> None:
    year = years[0]
    before, made = year.wacz.read_bytes(), year.wacz.stat().st_mtime_ns
    assert package(year.campaign) == year.wacz
    assert year.wacz.stat().st_mtime_ns == made
    year.wacz.unlink()
    assert package(year.campaign).read_bytes() == before
    assert not list(year.campaign.corpus.glob("*.part"))


def write(campaign: Campaign, url: str, body: bytes = b"<p>x</p>") -> ArchiveWriter:
    """Archive one page; its segment is left open."""
    writer = ArchiveWriter(campaign.archive, "essai", warcinfo("c", operator="o"))
    at = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    writer.write(Exchange(url, at, body, mime="text/html"), {})
    return writer


def test_a_package_follows_its_archive(campaign: Campaign) -> None:
    with pytest.raises(InputError, match="nothing is archived"):
        package(campaign)
    write(campaign, "http://a.example/").close()
    with zipfile.ZipFile(package(campaign)) as first:
        assert [n for n in first.namelist() if "archive/" in n] == ["archive/essai-00000.warc.gz"]
    unfinished = write(campaign, "http://a.example/b")
    with zipfile.ZipFile(package(campaign)) as same:
        assert same.namelist() == first.namelist()
    unfinished.close()
    with zipfile.ZipFile(package(campaign)) as second:
        assert "archive/essai-00001.warc.gz" in second.namelist()
        assert b"http://a.example/b" in second.read("pages/pages.jsonl")


def test_a_damaged_archive_is_not_packaged(campaign: Campaign) -> None:
    write(campaign, "http://a.example/").close()
    (warc,) = campaign.archive.glob("*.warc.gz")
    warc.write_bytes(warc.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"essai-00000\.warc\.gz: torn"):
        package(campaign)
    assert not list(campaign.corpus.glob("*.wacz*"))


def test_a_full_disk_leaves_the_package_that_was(campaign: Campaign) -> None:
    write(campaign, "http://a.example/").close()
    before = package(campaign).read_bytes()
    write(campaign, "http://a.example/b", os.urandom(400_000)).close()
    script = (
        "import resource, sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.archive.packaging import package;"
        "from crawler.archive.captures import read_captures;"
        "c = Campaign.named(sys.argv[1], Path(sys.argv[2])); list(read_captures(c.archive));"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)); package(c)"
    )
    command = [sys.executable, "-c", script, campaign.name, str(campaign.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "cannot be written (File too large); make room" in done.stderr
    assert package(campaign).parent == campaign.corpus
    assert [path.name for path in campaign.corpus.glob("*.wacz*")] == [f"{campaign.name}.wacz"]
    assert before != package(campaign).read_bytes()


def test_a_rendered_page_is_read_in_place_of_the_sent(campaign: Campaign, tmp_path: Path) -> None:
    url, at = "http://a.example/app", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    writer = ArchiveWriter(campaign.archive, "essai", warcinfo("c", operator="o"))
    sent = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    shell = b"<title>Chargement</title><script src=app.js></script>"
    about = {"authority": "Conseil d'Essai"}
    writer.write(Exchange(url, at, shell, mime="text/html", record_id=sent), about)
    dom = "<html><title>Appel à projets \ud800</title><p>Coopération décentralisée</p></html>"
    writer.write_conversion(url, at, dom, sent, about)
    writer.close()

    raw, rendered = read_captures(campaign.archive)
    assert (raw.record_id, raw.rendered_from) == (sent, "")
    assert (rendered.url, rendered.captured_at) == (raw.url, raw.captured_at)
    assert (rendered.status, rendered.mime, rendered.rendered_from) == (200, "text/html", sent)
    assert rendered.authority == "Conseil d'Essai"
    body = read_body(campaign.archive, rendered)
    assert "Coopération décentralisée" in body.content.decode(body.charset)
    # a resumed crawl finds links in what the browser made; a server is asked of what it sent
    headers, _ = read_http(campaign.archive, rendered)
    assert headers == [("Content-Type", "text/html; charset=utf-8")]
    earlier = Earlier.of("2026", campaign.archive, [raw, rendered])
    assert earlier.captures == {url: raw}
    assert list(verify_archive(campaign.archive)) == list(archive_faults(campaign.archive)) == []
    (path,) = campaign.archive.glob("*.warc.gz")
    tool("warcio", "check", path)
    tool("fastwarc", "check", path)
    with path.open("rb") as file:
        head = [dict(record.rec_headers.headers) for record in ArchiveIterator(file)][-1]
    assert head["WARC-Refers-To"] == sent
    assert head["Content-Type"] == "text/html; charset=utf-8"
    assert not {"WARC-Concurrent-To", "WARC-IP-Address"} & set(head)

    with zipfile.ZipFile(package(campaign)) as packed:
        (index,) = gzip.decompress(packed.read("indexes/index.cdx.gz")).splitlines()
        _, page = map(json.loads, packed.read("pages/pages.jsonl").splitlines())
    assert b'"offset": "%d"' % raw.offset in index  # replay shows what was sent
    assert page["title"] == "Appel à projets ?"
    assert page["id"] in sent


def test_a_rendered_page_without_its_origin_is_told(campaign: Campaign) -> None:
    writer = ArchiveWriter(campaign.archive, "essai", warcinfo("c", operator="o"))
    at = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    writer.write_conversion("http://a.example/", at, "<p>x</p>", "<urn:uuid:x>", {})
    writer.close()
    (problem,) = verify_archive(campaign.archive)
    assert "was rendered from <urn:uuid:x>, which is not in the archive" in problem


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
