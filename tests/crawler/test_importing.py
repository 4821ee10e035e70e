"""Local files and other crawlers' archives, imported and read back."""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpora.campaign import Campaign, InputError, read_events
from crawler.archive.capture import Capture, read_body
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from crawler.crawl import crawl
from crawler.imports.importing import import_paths
from crawler.sources import Source, load_sources
from tests.crawler.conftest import Answer, Site


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Source, ...]:
    path = tmp_path / "s.yml"
    path.write_text(
        "sources: [{id: essai, code: a, name: Conseil régional d'Essai, territory: Essai,"
        " aliases: [Région Essai], sites: [essai.example], spider: files,"
        " entry_pages: ['http://essai.example/']}]"
    )
    return load_sources(path).sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    (docs / "sous").mkdir(parents=True)
    (docs / "page.html").write_text("<p>Aide</p>")
    (docs / "sous" / "règlement 1.pdf").write_bytes(b"%PDF-1.4")
    (docs / "note.txt").write_text("note")
    (docs / "photo.jpg").write_bytes(b"jpg")
    (docs / ".cache").write_text("x")
    return docs


def captures(campaign: Campaign) -> dict[str, Capture]:
    return {capture.url: capture for capture in read_captures(campaign.archive)}


def test_a_folder_with_metadata(
    campaign: Campaign, folder: Path, tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    table = tmp_path / "meta.csv"
    table.write_text(
        "\ufeffpath,authority,kind,url,date,title\n"
        "docs/page.html,région ESSAI,call,http://ailleurs.example/a,2014-03-02,Appel\n"
        "absent.pdf,,,,,\n"
        "note.txt,Commune inconnue,,,2013,\n",
        encoding="utf-8",
    )
    events = import_paths(campaign, [folder], table, sources)

    found = captures(campaign)
    assert set(found) == {
        "http://ailleurs.example/a",
        "urn:aect:essai:docs/note.txt",
        "urn:aect:essai:docs/sous/r%C3%A8glement%201.pdf",
    }
    page = found["http://ailleurs.example/a"]
    assert (page.authority, page.kind, page.title, page.date) == (
        "Conseil régional d'Essai",
        "call",
        "Appel",
        "2014-03-02",
    )
    assert page.captured_at == "2014-03-02T00:00:00Z"
    assert read_body(campaign.archive, page).content == b"<p>Aide</p>"
    note = found["urn:aect:essai:docs/note.txt"]
    assert (note.authority, note.captured_at) == ("Commune inconnue", "2013-01-01T00:00:00Z")
    told = {event.name: event for event in events}
    assert told["file_missing"].reason.endswith("meta.csv:3: there is no such file")
    assert told["unread_format"].subject == "docs/photo.jpg"
    assert told["authority_unknown"].subject.endswith("1.pdf")
    assert list(verify_archive(campaign.archive)) == []
    assert str(tmp_path) not in "".join(found)

    again = import_paths(campaign, [folder], table, sources)
    assert captures(campaign) == found
    assert {event.name for event in again} >= {"already_imported"}
    logged = list(read_events(campaign.corpus / "import.jsonl"))
    assert len(logged) == len(set(logged)) == len({*events, *again})


def test_corrected_metadata_makes_a_later_capture(
    campaign: Campaign, folder: Path, tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    table = tmp_path / "meta.csv"
    for kind in ("other", "call"):
        table.write_text(f"path;kind\npage.html;{kind}\n")
        import_paths(campaign, [folder], table, sources)
    page = [c for c in read_captures(campaign.archive) if c.url.endswith("page.html")]
    assert [capture.kind for capture in page] == ["other", "call"]
    assert page[0].digest == page[1].digest


def test_files_of_one_name_keep_apart(
    campaign: Campaign, tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.txt").write_text(name)
    import_paths(campaign, [tmp_path / "a/p.txt", tmp_path / "b/p.txt"], None, sources)
    assert set(captures(campaign)) == {"urn:aect:essai:p.txt", "urn:aect:essai:b/p.txt"}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("path,kind\npage.html,appel\n", ":2: kind 'appel' is none of call, international_page"),
        ("path,colour\npage.html,red\n", ":1: the columns are path, colour"),
        ("authority\nx\n", "path must be there"),
        ("path,date\npage.html,2/3/2014\n", ":2: date '2/3/2014'"),
        ("path,date\npage.html,2014-02-30\n", "no such day"),
        ("path,url\npage.html,file:///etc/passwd\n", ":2: url"),
        ("path\npage.html\npage.html\n", ":3: 'page.html' is already in line 2"),
        ("path\npage.html,x\n", "more cells"),
    ],
)
def test_a_wrong_table_stops_with_its_line(
    campaign: Campaign, folder: Path, table: str, reason: str
) -> None:
    path = folder / "meta.csv"
    path.write_text(table)
    with pytest.raises(InputError) as caught:
        import_paths(campaign, [folder], path, ())
    assert reason in str(caught.value)


def test_a_path_that_is_not_there(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        import_paths(campaign, [tmp_path / "rien"], None, ())


def foreign_warc(path: Path, *, compress: bool = True) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compress)
        for name, mime, status in [
            ("a.html", "text/html", "200 OK"),
            ("logo.png", "image/png", "200 OK"),
            ("b.pdf", "application/pdf", "200 OK"),
            ("vieux", "text/html", "301 Moved"),
        ]:
            url = f"http://www.essai.example/{name}"
            head = StatusAndHeaders(status, [("Content-Type", mime)], "HTTP/1.1")
            body = write_body(name)
            response = writer.create_warc_record(url, "response", body, 9, http_headers=head)
            head = StatusAndHeaders(f"GET /{name} HTTP/1.1", [], is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=head)
            writer.write_request_response_pair(request, response)


def write_body(name: str) -> object:
    from io import BytesIO

    return BytesIO(name[:1].encode() * 9)


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz", "x.wacz"])
def test_another_crawlers_archive(
    campaign: Campaign, tmp_path: Path, sources: tuple[Source, ...], name: str
) -> None:
    path = tmp_path / name
    if name.endswith(".wacz"):
        inner = tmp_path / "in.warc.gz"
        foreign_warc(inner)
        with zipfile.ZipFile(path, "w") as package:
            package.write(inner, "archive/data.warc.gz")
            package.write(inner, "../../evil.warc.gz")
            package.writestr("pages/pages.jsonl", "{}")
    else:
        foreign_warc(path, compress=name.endswith(".gz"))

    events = import_paths(campaign, [path], None, sources)

    found = captures(campaign)
    assert {url.rpartition("/")[2]: capture.status for url, capture in found.items()} == {
        "a.html": 200,
        "b.pdf": 200,
        "vieux": 301,
    }
    assert {capture.authority for capture in found.values()} == {"Conseil régional d'Essai"}
    page = found["http://www.essai.example/a.html"]
    assert read_body(campaign.archive, page).content == b"a" * 9
    names = {event.name for event in events}
    assert "records_left_out" in names
    assert ("member_refused" in names) == name.endswith(".wacz")
    assert list(verify_archive(campaign.archive)) == []
    assert not (tmp_path.parent / "evil.warc.gz").exists()
    (segment,) = campaign.archive.glob("*.warc.gz")
    with segment.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds.count("request") == kinds.count("response") == 3

    import_paths(campaign, [path], None, sources)
    assert captures(campaign) == found


def test_a_torn_warc_is_told_and_the_rest_comes_in(
    campaign: Campaign, tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    path = tmp_path / "x.warc.gz"
    foreign_warc(path)
    path.write_bytes(path.read_bytes()[:-600])
    (tmp_path / "y.wacz").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "z.warc.gz").write_bytes(b"nothing of a WARC")
    files = [path, tmp_path / "y.wacz", tmp_path / "z.warc.gz"]
    events = import_paths(campaign, files, None, sources)
    assert "http://www.essai.example/a.html" in captures(campaign)
    told = {event.name: event.subject for event in events if event.level == "error"}
    assert told == {
        "warc_torn": "x.warc.gz",
        "wacz_unreadable": "y.wacz",
        "warc_unreadable": "z.warc.gz",
    }


def test_a_warc_cut_anywhere_is_told(tmp_path: Path, sources: tuple[Source, ...]) -> None:
    whole = tmp_path / "x.warc.gz"
    foreign_warc(whole)
    content = whole.read_bytes()
    for length in range(1, len(content), 97):
        cut = tmp_path / str(length) / "x.warc.gz"
        cut.parent.mkdir()
        cut.write_bytes(content[:length])
        campaign = Campaign.named("cut", tmp_path / str(length))
        events = import_paths(campaign, [cut], None, sources)
        whole_members = not any(event.level == "error" for event in events)
        # cut exactly between two records, nothing shows that there was more
        assert whole_members == (length in member_ends(content)), length


def member_ends(content: bytes) -> set[int]:
    ends, left = set(), content
    while left:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        member.decompress(left)
        left = member.unused_data
        ends.add(len(content) - len(left))
    return ends


def test_our_own_archive_comes_back_the_same(
    site: Site,
    campaign: Campaign,
    sources_file: Callable[..., Path],
    tmp_path: Path,
) -> None:
    site.page("/", "/a.pdf")
    site.answers["/a.pdf"] = Answer(b"%PDF", headers={"Content-Type": "application/pdf"})
    crawl(campaign, sources_file(site), contact="essai", loopback=True, progress=False)
    other = Campaign.named("copie", tmp_path / "home")
    (warc,) = campaign.archive.glob("*.warc.gz")
    shutil.copy(warc, tmp_path / "c.warc.gz")
    import_paths(other, [tmp_path / "c.warc.gz"], None, ())
    ours, theirs = captures(campaign), captures(other)
    assert ours.keys() == theirs.keys()
    for url, capture in ours.items():
        twin = theirs[url]
        assert (twin.digest, twin.captured_at, twin.authority, twin.record_id) == (
            capture.digest,
            capture.captured_at,
            capture.authority,
            capture.record_id,
        )
        assert read_body(other.archive, twin) == read_body(campaign.archive, capture)
