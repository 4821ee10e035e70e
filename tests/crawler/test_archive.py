"""Archives written, torn, damaged, and read back."""

import gzip
import hashlib
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import InputError
from crawler.archive.capture import ArchiveError, Capture, read_body
from crawler.archive.captures import archive_faults, read_captures
from crawler.archive.decoding import ENTITY_LIMIT, UndecodableError, decode
from crawler.archive.members import member_at, wholeness
from crawler.archive.records import Exchange
from crawler.archive.recovering import recover
from crawler.archive.scanning import scan
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import ArchiveWriter, archive_lock, warcinfo

AT = datetime(2014, 9, 24, 8, 30, tzinfo=UTC)
ABOUT = {"authority": "Conseil régional d'Essai", "title": "deux\nlignes"}


def write(folder: Path, *, pages: int = 3, size_limit: int = 2**30, close: bool = True) -> Path:
    writer = ArchiveWriter(folder, "essai", warcinfo("c", operator="o"), size_limit)
    for number in range(pages):
        body = gzip.compress(hashlib.shake_128(b"%d" % number).digest(300) + b"page")
        head = [("content-type", "text/html"), ("Content-Encoding", "gzip")]
        response = StatusAndHeaders("200 OK", head, "HTTP/1.1")
        writer.write(Exchange(f"http://essai.example/{number}", AT, body, response), ABOUT)
    if close:
        writer.close()
    return next(folder.glob("*.warc.gz*"))


def test_what_is_known_of_a_page_comes_back(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "essai", {})
    about = ABOUT | {"kind": "call", "date": "2014"}
    writer.write(Exchange("urn:aect:c:a.pdf", AT, b"%PDF", mime="application/pdf"), about)
    (capture,) = read_captures(tmp_path)
    assert capture == Capture(
        url="urn:aect:c:a.pdf",
        authority="Conseil régional d'Essai",
        captured_at="2014-09-24T08:30:00Z",
        status=200,
        mime="application/pdf",
        digest="315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
        warc="essai-00000.warc.gz",
        offset=capture.offset,
        record_id=capture.record_id,
        kind="call",
        title="deux lignes",
        date="2014",
    )
    assert list(tmp_path.glob("*.open"))
    writer.close()
    assert list(read_captures(tmp_path)) == [capture]
    assert read_body(tmp_path, capture).content == b"%PDF"


def test_segments_end_at_their_size(tmp_path: Path) -> None:
    write(tmp_path, pages=6, size_limit=2000)
    names = [capture.warc for capture in read_captures(tmp_path)]
    assert len(set(names)) > 1
    assert names == sorted(names)


def test_a_torn_archive_is_read_up_to_the_cut_at_any_byte(tmp_path: Path) -> None:
    path = write(tmp_path)
    whole, data = [found.capture for found in scan(path)], path.read_bytes()
    for cut in range(len(data) - 1, 0, -37):
        path.write_bytes(data[:cut])
        kept = [found.capture for found in scan(path)]
        assert kept == whole[: len(kept)]
        faults = list(archive_faults(tmp_path))
        ends_whole = wholeness(path).end == cut
        assert len(faults) == (0 if ends_whole else 1)
        assert list(read_captures(tmp_path)) == kept
        assert bool(list(verify_archive(tmp_path))) == (not ends_whole)


def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    path = write(tmp_path)
    data = path.read_bytes()
    for place in range(0, len(data), 61):
        changed = bytearray(data)
        changed[place] ^= 0x10
        path.write_bytes(changed)
        flags = gzip_header_bytes(data, place)
        assert flags or list(verify_archive(tmp_path)), place


def gzip_header_bytes(data: bytes, place: int) -> bool:
    """Whether a byte is one that gzip itself gives no meaning: time, level or system."""
    start = data.rfind(b"\x1f\x8b\x08", 0, place + 1)
    return 4 <= place - start <= 9


def test_a_crash_leaves_an_archive_that_can_go_on(tmp_path: Path) -> None:
    path = write(tmp_path, close=False)
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00\x00")
    (event,) = recover(tmp_path)
    assert event.name == "segment_recovered"
    assert "5 torn bytes" in event.reason
    assert [entry.name for entry in tmp_path.glob("*.warc.gz*")] == ["essai-00000.warc.gz"]
    write(tmp_path)
    assert len(list(read_captures(tmp_path))) == 6
    assert list(verify_archive(tmp_path)) == []


def test_a_pointer_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    first, second, _ = read_captures(tmp_path)
    for wrong in ({"offset": 5}, {"record_id": second.record_id}, {"warc": "../x.warc.gz"}):
        capture = Capture(**{**first.__dict__, **wrong})
        with pytest.raises(ArchiveError):
            read_body(tmp_path, capture)


def test_the_index_is_only_a_cache(tmp_path: Path) -> None:
    write(tmp_path)
    captures = list(read_captures(tmp_path))
    (tmp_path / "captures.json").write_text("{broken")
    assert list(read_captures(tmp_path)) == captures
    assert list(read_captures(tmp_path / "none")) == []


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with (
        archive_lock(tmp_path),
        pytest.raises(InputError, match="another crawl"),
        archive_lock(tmp_path),
    ):
        pass


@given(st.binary(max_size=2000), st.sampled_from(["", "gzip", "deflate", "x-gzip, gzip"]))
def test_codings_are_undone(content: bytes, coding: str) -> None:
    coded = content
    for name in filter(None, coding.split(", ")):
        coded = zlib.compress(coded) if name == "deflate" else gzip.compress(coded)
    assert decode(coded, "", coding).content == content
    raw = zlib.compress(content)[2:-4]
    assert decode(raw, "", "deflate").content == content
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(coded), coded)
    if coded:
        assert decode(chunked, "chunked", coding).content == content


@given(st.binary(max_size=500))
def test_a_body_that_is_not_in_its_coding_is_taken_as_it_is(body: bytes) -> None:
    if body[:2] != b"\x1f\x8b":
        assert decode(body, "", "gzip").content == body


def test_damage_and_bombs_are_told() -> None:
    content = hashlib.shake_128(b"x").digest(5000)
    coded = gzip.compress(content)
    cut = decode(coded[:3000], "", "gzip")
    assert cut.damage
    assert content.startswith(cut.content)
    assert len(cut.content) > 2000
    broken = bytearray(coded)
    broken[2500] ^= 1
    assert decode(bytes(broken), "", "gzip").damage
    for coding, whole in (("gzip", gzip.compress(content)), ("deflate", zlib.compress(content))):
        none = bytearray(whole)
        none[10 if coding == "gzip" else 2] = 0xFF  # the first block's kind: nothing comes of it
        lost = decode(bytes(none), "", coding)
        assert (lost.content, bool(lost.damage)) == (b"", True)
    with pytest.raises(UndecodableError, match="longer"):
        decode(gzip.compress(b"0" * (ENTITY_LIMIT + 1)), "", "gzip")
    with pytest.raises(UndecodableError, match="'br'"):
        decode(b"x", "", "br")


@pytest.mark.parametrize("size", [2**20 - 1, 2**20, 2**20 + 1, 2**21, 3 * 2**20 + 17])
def test_members_end_wherever_their_content_does(tmp_path: Path, size: int) -> None:
    # zlib keeps the tail of a member whose output came in several pieces
    members = [gzip.compress(bytes(size)), gzip.compress(b"x"), gzip.compress(bytes(size))]
    path = tmp_path / "x.gz"
    path.write_bytes(b"".join(members))
    assert wholeness(path).end == path.stat().st_size
    assert wholeness(path).fault == ""
    with path.open("rb") as file:
        assert member_at(file, len(members[0])) == members[1]
        assert member_at(file, 0) == members[0]
