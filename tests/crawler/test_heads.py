"""What a server sent and was sent stands in the archive byte for byte, and is read back so."""

import gzip
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, HtmlResponse
from scrapy.signalmanager import SignalManager
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, Event
from crawler.archive.capture import Capture, location, read_body, read_http
from crawler.archive.captures import read_captures
from crawler.archive.formats import named_document
from crawler.archive.heads import RawHead
from crawler.archive.verifying import verify_archive
from crawler.changes import CHANGES
from crawler.imports.importing import import_paths
from crawler.manners.safety import HEADS
from crawler.recording import FAILED, Recorder
from crawler.wire import Heads
from tests.crawler import pywb_peer
from tests.crawler.conftest import without_proxies
from tests.crawler.rawsite import ROBOTS, RawSite, html, serving_raw
from tests.crawler.test_crawl import named, run
from tests.crawler.test_packaging import replayed
from tests.crawler.test_politeness import REAL, real_sources

SourcesFile = Callable[..., Path]

PAGE = "<title>Europe</title><p>Aides à la coopération."
REASON = "HTTP/1.1 200 Trouvé et réussi"
NAMED = 'Content-Disposition: inline; filename="Délibération.pdf"'

ODD = {
    "/reason1": html(PAGE, status=REASON.encode("latin-1")),
    "/reason8": html(PAGE, status=REASON.encode()),
    "/reason0": html(PAGE, status=b"HTTP/1.1 200"),
    "/reason-blank": html(PAGE, status=b"HTTP/1.1 200 "),
    "/named1": html(PAGE, NAMED.encode("latin-1")),
    "/named8": html(PAGE, NAMED.encode()),
    "/tight": html(PAGE, b"seRVer:nginx", b"X-Spaced:  two  spaces \t", b"X-Empty:"),
    "/ends-in-a0": html(PAGE, "X-Ville: là".encode(), b"X-Old: \xa0\x85"),
    "/folded": html(PAGE, b"X-Folded: a\r\n  b\r\n\tc"),
    "/twice": html(PAGE, b"Set-Cookie: a=1", b"set-cookie: b=2", b"Set-Cookie: a=1"),
    "/lf": html(PAGE, b"X: 1").replace(b"\r\n", b"\n"),
    "/old": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode(),
    "/endless": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode(),
    "/gone": html(PAGE, status="HTTP/1.1 410 Retirée".encode("latin-1")),
}


@pytest.fixture
def raw(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawSite]:
    without_proxies(monkeypatch)
    with serving_raw() as site:
        yield site


def blocks(folder: Path, kind: str) -> dict[str, bytes]:
    """The block of each record of a type, by the path of its address, from the file's own bytes."""
    found = {}
    for path in sorted(folder.glob("*.warc.gz")):
        for member in members(path):
            head, _, rest = member.partition(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            if fields[b"WARC-Type"] == kind.encode():
                place = b"/" + fields.get(b"WARC-Target-URI", b"").split(b"/", 3)[-1]
                found[place.decode()] = rest[: int(fields[b"Content-Length"])]
    return found


def members(path: Path) -> Iterator[bytes]:
    parts = path.read_bytes().split(b"\x1f\x8b\x08")[1:]
    data = b""
    for part in parts:
        data += b"\x1f\x8b\x08" + part
        try:
            yield gzip.decompress(data)
        except EOFError:  # the mark stands within a member as well
            continue
        data = b""
    assert not data


def by_path(campaign: Campaign, site: RawSite) -> dict[str, Capture]:
    return {c.url.removeprefix(site.url): c for c in read_captures(campaign.archive)}


def test_what_was_sent_is_archived_byte_for_byte(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    raw.answers |= ODD
    raw.front(*ODD)
    outcome = run(campaign, sources_file(raw))

    archived = blocks(campaign.archive, "response")
    assert {path: archived.get(path) for path in raw.answers} == raw.answers
    assert [event.name for event in outcome.events] == ["http_error"]
    sent = blocks(campaign.archive, "request")
    assert {path: [sent.get(path)] for path in raw.asked} == raw.asked
    assert all(b"Content-Length" not in head for head in sent.values())
    assert list(verify_archive(campaign.archive)) == []
    for path, capture in by_path(campaign, raw).items():
        assert (
            read_body(campaign.archive, capture).content
            == raw.answers[path].partition(b"\n\n" if path == "/lf" else b"\r\n\r\n")[2]
        )
        assert capture.status == (410 if path == "/gone" else 200)
    (segment,) = campaign.archive.glob("*.warc.gz")
    with segment.open("rb") as file:
        read = [r for r in ArchiveIterator(file, check_digests="raise") if r.raw_stream.read()]
    with segment.open("rb") as file:
        fast = [r.verify_block_digest() for r in FastIterator(file, parse_http=False)]
    assert len(read) > len(ODD)
    assert all(fast[1:])

    raw.asked.clear()
    assert run(campaign, sources_file(raw)).events == outcome.events
    assert raw.asked == {}


def test_a_body_in_chunks_keeps_its_head_but_for_their_name(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-type:text/html\r\nTRANSFER-encoding:  chunked\r\nX: 1\r\n\r\n"
    )
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n"
    raw.answers["/"] = early + head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE.encode()), PAGE.encode())
    run(campaign, sources_file(raw))
    renamed = head.replace(b"TRANSFER", b"X-Archive-Orig-TRANSFER")
    assert blocks(campaign.archive, "response")["/"] == renamed + PAGE.encode()


def test_a_request_through_a_proxy_is_archived_without_its_password(
    raw: RawSite, campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", raw.url.replace("//", "//essai:secret@"))
    monkeypatch.delenv("no_proxy", raising=False)
    front = f"{REAL}/"
    raw.answers |= {f"{front}robots.txt": ROBOTS, front: html(PAGE)}
    run(campaign, real_sources(tmp_path, "conseil-essai.fr"), loopback=False)
    (asked,) = raw.asked[front]
    shown = re.sub(rb"(?i)proxy-authorization: .*\r\n", b"", asked)
    assert shown != asked
    assert blocks(campaign.archive, "request")["/"] == shown


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_redirect_to_letters_with_accents_is_followed_as_sent(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile, encoding: str
) -> None:
    to = "/délibérations"
    target = to.replace("é", "%C3%A9" if encoding == "utf-8" else "%E9")
    moved = html("", b"Location: " + to.encode(encoding), status=b"HTTP/1.1 301 Moved")
    raw.answers |= {"/charte": moved, target: html(PAGE)}
    raw.front("/charte")
    sources = sources_file(raw)
    run(campaign, sources)
    assert raw.asked.keys() == {"/robots.txt", "/", "/charte", target}
    assert blocks(campaign.archive, "response")["/charte"] == moved
    captures = by_path(campaign, raw)
    assert location(campaign.archive, captures["/charte"]) == raw.url + target
    headers, _ = read_http(campaign.archive, captures["/charte"])
    assert dict(headers)["Location"].encode("latin-1") == to.encode(encoding)

    raw.asked.clear()
    assert run(campaign, sources).fetched == 0
    assert raw.asked == {}


def test_pywb_follows_a_redirect_to_letters_with_accents(
    raw: RawSite, campaign: Campaign, tmp_path: Path, sources_file: SourcesFile
) -> None:
    pywb = pywb_peer.installed()
    moved = html("", "Location: /délibérations".encode(), status=b"HTTP/1.1 301 Moved")
    raw.answers |= {"/charte": moved, "/d%C3%A9lib%C3%A9rations": html(PAGE)}
    raw.front("/charte")
    run(campaign, sources_file(raw))
    pywb.add(tmp_path, "essai", *campaign.archive.glob("*.warc.gz"))
    with pywb.serving(tmp_path) as served:
        stamp = re.sub(r"\D", "", by_path(campaign, raw)["/charte"].captured_at)
        followed = f"{served}/essai/{stamp}mp_/{raw.url}/charte"
        with urlopen(followed, timeout=20) as answer:  # noqa: S310  pywb on loopback
            assert answer.url.endswith("/d%C3%A9lib%C3%A9rations")
            assert "Aides à la coopération" in answer.read().decode()


def test_a_page_that_moved_to_an_address_with_accents_is_told_as_moved(
    raw: RawSite, tmp_path: Path, sources_file: SourcesFile
) -> None:
    raw.answers["/charte"] = html(PAGE)
    raw.front("/charte")
    sources = sources_file(raw)
    years = [Campaign.named(name, tmp_path / "home") for name in ("2026", "2027")]
    run(years[0], sources)
    location = "Location: /délibérations".encode("latin-1")
    raw.answers["/charte"] = html("", location, status=b"HTTP/1.1 301 Moved")
    raw.answers["/d%E9lib%E9rations"] = html(PAGE)
    run(years[1], sources, since=years[0])
    lines = (years[1].corpus / CHANGES).read_text("utf-8").splitlines()
    told = {change["url"]: change for change in map(json.loads, lines)}
    assert told[f"{raw.url}/charte"]["change"] == "moved"
    assert told[f"{raw.url}/charte"]["to"] == f"{raw.url}/d%E9lib%E9rations"


def test_pages_of_every_framing_are_replayed_by_pywb(
    raw: RawSite, campaign: Campaign, tmp_path: Path, sources_file: SourcesFile
) -> None:
    pywb = pywb_peer.installed()
    raw.answers |= ODD
    raw.front(*ODD)
    run(campaign, sources_file(raw))
    pywb.add(tmp_path, "essai", *campaign.archive.glob("*.warc.gz"))
    with pywb.serving(tmp_path) as served:
        for path, capture in by_path(campaign, raw).items():
            if path in ODD:
                # bodies without a length as well: none is added that was not sent
                got = replayed(served, "/essai", capture.captured_at, capture.url)
                assert (got[0], got[2]) == (410 if path == "/gone" else 200, PAGE.encode()), path


def test_a_record_is_dated_when_its_request_was_sent(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    raw.front()
    raw.slow.add("/")
    run(campaign, sources_file(raw))
    at = datetime.fromisoformat(by_path(campaign, raw)["/"].captured_at)
    assert timedelta(0) <= raw.times["/"] - at < timedelta(seconds=1.3)


def test_what_a_server_says_of_an_unchanged_page_is_kept(
    raw: RawSite, tmp_path: Path, sources_file: SourcesFile
) -> None:
    raw.front()
    raw.answers["/"] = html(PAGE, b'ETag: "a"')
    sources = sources_file(raw)
    years = [Campaign.named(name, tmp_path / "home") for name in ("2026", "2027")]
    run(years[0], sources)
    said = 'HTTP/1.1 304 Inchangé\r\nETag:"a"\r\nX-Two:  é  é\r\n\r\n'.encode("latin-1")
    raw.answers["/"] = said
    outcome = run(years[1], sources, since=years[0])
    assert [change.change for change in outcome.changes] == ["unchanged"]
    known = blocks(years[1].archive, "metadata")["/"].decode()
    (head,) = re.findall("(?m)^response-head: (.*)\r$", known)
    assert json.loads(head).encode("latin-1") == said
    assert blocks(years[1].archive, "revisit")["/"] == b""
    assert list(verify_archive(years[1].archive)) == []
    pywb = pywb_peer.installed()
    pywb.add(tmp_path, "essai", *years[1].archive.glob("*.warc.gz"))
    capture = by_path(years[1], raw)["/"]
    with pywb.serving(tmp_path) as served:
        got = replayed(served, "/essai", capture.captured_at, capture.url)
    assert (got[0], got[2]) == (200, PAGE.encode())


def test_nothing_is_unarchived_and_untold(tmp_path: Path) -> None:
    told: list[Event] = []
    stopped: list[str] = []

    def refuse(error: Exception) -> Request:
        def write(*_: object) -> str:
            raise error

        spider = SimpleNamespace(
            writer=SimpleNamespace(write=write),
            earlier=SimpleNamespace(unchanged=lambda *_: None),
            source=SimpleNamespace(name="Conseil régional d'Essai"),
            tell=told.append,
            stop=stopped.append,
        )
        crawler: Any = SimpleNamespace(spider=spider, signals=SignalManager())
        heads = Heads(
            datetime.fromisoformat("2026-01-01T00:00:00+00:00"), b"GET / HTTP/1.1\r\n", b""
        )
        request = Request("http://essai.example/a#b", meta={HEADS: heads})
        response = HtmlResponse(request.url, body=b"x", headers=Headers())
        Recorder(crawler)._record(response, request)
        return request

    request = refuse(UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range(128)"))
    assert request.meta[FAILED]
    (event,) = told
    assert (event.name, event.level) == ("not_archived", "error")
    assert event.subject == "http://essai.example/a"
    assert "answered 200" in event.reason
    assert "asks again" in event.reason
    assert stopped == []
    assert refuse(OSError(28, "No space left on device")).meta[FAILED]
    assert stopped == ["http://essai.example/a could not be archived: No space left on device"]


def test_a_document_that_is_called_a_zip_is_fetched(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    docx = BytesIO()
    with zipfile.ZipFile(docx, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
    body = docx.getvalue()

    def called_zip(*more: bytes) -> bytes:
        lines = [b"HTTP/1.1 200 OK", b"Content-Type: application/zip", *more]
        return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])

    attached = b'Content-Disposition: attachment; filename="R\xe8glement.DOCX"'
    raw.answers |= {
        "/reglement.docx": called_zip(),
        "/telecharger?id=3": called_zip(attached),
        "/donnees": called_zip(),
    }
    raw.front("/reglement.docx", "/telecharger?id=3", "/donnees")
    outcome = run(campaign, sources_file(raw))
    archived = blocks(campaign.archive, "response")
    assert archived["/reglement.docx"] == raw.answers["/reglement.docx"]
    assert archived["/telecharger?id=3"] == raw.answers["/telecharger?id=3"]
    assert named(outcome.events, "unread_type") == [f"{raw.url}/donnees"]

    other = Campaign.named("copie", campaign.home)
    import_paths(other, list(campaign.archive.glob("*.warc.gz")), None, ())
    assert blocks(other.archive, "response")["/reglement.docx"] == raw.answers["/reglement.docx"]


@pytest.mark.parametrize(
    ("url", "disposition", "named"),
    [
        ("http://a.example/R%C3%A8glement.PDF", b"", True),
        ("http://a.example/x.odt?y=1", b"", True),
        ("http://a.example/pdf", b"", False),
        ("http://a.example/x.zip", b"", False),
        ("http://a.example/x", b"inline; filename*=UTF-8''r%C3%A8glement.docx", True),
        ("http://a.example/x", b"attachment; filename=a.pdf", True),
        ("http://a.example/x", b'attachment; filename="a.pdf.zip"', False),
    ],
)
def test_documents_by_name(url: str, disposition: bytes, named: bool) -> None:
    assert named_document(url, disposition) == named


def test_a_body_damaged_from_its_first_block_on_is_told(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    body = bytearray(gzip.compress(PAGE.encode() * 50))
    body[20] ^= 0xFF
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Content-Encoding: gzip"]
    lines += [b"Content-Length: %d" % len(body), b"", bytes(body)]
    raw.answers["/casse"] = b"\r\n".join(lines)
    raw.front("/casse")
    outcome = run(campaign, sources_file(raw))
    assert named(outcome.events, "body_damaged") == [f"{raw.url}/casse"]
    assert read_body(campaign.archive, by_path(campaign, raw)["/casse"]).content == b""


def test_an_address_is_asked_for_once_with_its_fragment_and_without(
    raw: RawSite, campaign: Campaign, sources_file: SourcesFile
) -> None:
    raw.answers |= {
        "/vers": html("", b"Location: /page#b", status=b"HTTP/1.1 302 Found"),
        "/page": html(PAGE),
        "/apres": html('<a href="/page">Europe et international</a>'),
    }
    raw.front("/vers", "/page", "/apres")
    run(campaign, sources_file(raw))
    assert [path for path, asked in raw.asked.items() if len(asked) > 1] == []


# --- imports ------------------------------------------------------------------------------------


def foreign(heads: list[bytes]) -> bytes:
    """A WARC file with a page under each of these heads, as another crawler writes it."""
    records = []
    for number, head in enumerate(heads):
        for kind, block in (("request", b"GET /%d HTTP/1.1\r\nX:\xe9\r\n\r\n" % number),
                            ("response", head + PAGE.encode())):  # fmt: skip
            fields = {
                "WARC-Type": kind,
                "WARC-Record-ID": f"<urn:uuid:{kind == 'request':08d}-0000-0000-0000-{number:012}>",
                "WARC-Concurrent-To": f"<urn:uuid:00000000-0000-0000-0000-{number:012}>",
                "WARC-Date": "2014-05-01T10:00:00Z",
                "WARC-Target-URI": f"http://essai.example/{number}",
                "Content-Type": f"application/http; msgtype={kind}",
                "Content-Length": str(len(block)),
            }
            if kind == "response":
                del fields["WARC-Concurrent-To"]
            lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            records.append(b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n")
    return b"".join(map(gzip.compress, records))


def test_an_import_keeps_the_bytes_of_heads(campaign: Campaign, tmp_path: Path) -> None:
    heads = [answer[: answer.index(PAGE.encode())] for answer in ODD.values()]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(foreign(heads))
    events = import_paths(campaign, [path], None, ())
    assert {event.name for event in events} == {"authority_unknown"}
    archived = blocks(campaign.archive, "response")
    assert [archived[f"/{n}"] for n in range(len(heads))] == [h + PAGE.encode() for h in heads]
    asked = blocks(campaign.archive, "request")
    assert asked["/3"] == b"GET /3 HTTP/1.1\r\nX:\xe9\r\n\r\n"
    assert list(verify_archive(campaign.archive)) == []
    for capture in read_captures(campaign.archive):
        assert read_body(campaign.archive, capture).content == PAGE.encode()


def test_one_record_that_cannot_be_written_does_not_end_an_import(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(foreign([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"] * 3))
    write = RawHead.compute_headers_buffer

    def refuse(head: RawHead, *_: object) -> None:
        write(head)
        if head.block.startswith(b"GET /1 "):
            raise UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range(128)")

    monkeypatch.setattr(RawHead, "compute_headers_buffer", refuse)
    events = import_paths(campaign, [path], None, ())
    assert named(events, "not_archived") == ["http://essai.example/1"]
    assert set(blocks(campaign.archive, "response")) == {"/0", "/2"}
    assert not list(campaign.archive.glob("*.open"))


@given(st.binary(max_size=300))
def test_any_head_is_read_and_written_as_it_is(block: bytes) -> None:
    head = RawHead(block)
    head.compute_headers_buffer()
    assert head.headers_buff == block
    assert len(head.headers) == len(head.fields)
