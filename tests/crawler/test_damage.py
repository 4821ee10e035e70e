"""Archives that a bad disk or a crash has damaged: nothing that is whole is lost, all is told."""

import os
import re
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpora.campaign import Campaign, Event, InputError, read_events
from crawler.archive.capture import OPEN, Capture, read_body
from crawler.archive.captures import archive_faults, damaged_segments, read_captures
from crawler.archive.finding import find_records
from crawler.archive.packaging import package
from crawler.archive.records import NOT_MODIFIED, Exchange, Original, new_id
from crawler.archive.recovering import DAMAGED, recover
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import ArchiveWriter, warcinfo
from crawler.checks import keep_since
from crawler.crawl import CrawlOutcome, crawl
from crawler.shards.merging import merge
from crawler.watching.page import write_crawl_report
from crawler.watching.status import remarks, status
from tests.crawler.conftest import Site

SourcesFile = Callable[..., Path]
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
PAGES = 8


def write(folder: Path, *, pages: int = PAGES, close: bool = True) -> Path:
    """A segment of so many exchanges whose bodies no compression makes smaller."""
    writer = ArchiveWriter(folder, "essai", warcinfo("c", operator="o"))
    for number in range(pages):
        response = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
        body = f"<p>{number}</p>".encode() + os.urandom(300)
        writer.write(Exchange(url(number), AT, body, response, request), {"authority": "Essai"})
    if close:
        writer.close()
    return next(folder.glob("*.warc.gz*"))


def url(number: int) -> str:
    return f"http://a.example/{number}"


def flip(path: Path, *places: int) -> None:
    """Change bytes as a bad disk does: neither the file's size nor its time tells it."""
    stat = path.stat()
    data = bytearray(path.read_bytes())
    for place in places:
        data[place] ^= 0x40
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def held(folder: Path) -> list[str]:
    return [capture.url for capture in read_captures(folder)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("essai"))


# --- what is whole is kept ------------------------------------------------------------------------


@pytest.mark.parametrize("close", [True, False], ids=["finished", "open"])
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=3))
def test_whole_exchanges_around_any_damage_are_kept_and_no_byte_is_lost(
    tmp_path_factory: pytest.TempPathFactory, close: bool, places: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    path = write(folder, close=close)
    before = {one.url: (one, read_body(folder, one)) for one in read_captures(folder)}
    ends = [one.end for one in find_records(path).records if one.kind in ("warcinfo", "response")]
    # an open file's last record is left alone: there damage may look like an interrupted write
    spoilt = {place % before[url(PAGES - 1)][0].offset for place in places}
    flip(path, *spoilt)
    content = path.read_bytes()
    (folder / "captures.json").unlink()
    if not list(archive_faults(folder)):
        return  # a byte to which gzip gives no meaning
    victims = {bisect_right(ends, place) - 1 for place in spoilt}

    assert {url(n) for n in range(PAGES) if n not in victims} <= set(held(folder))
    (event,) = recover(folder)

    assert {url(n) for n in range(PAGES) if n not in victims} <= set(held(folder))
    for capture in read_captures(folder):
        was, body = before[capture.url]
        assert (capture.record_id, capture.digest) == (was.record_id, was.digest)
        assert capture.authority == "Essai"
        assert read_body(folder, capture) == body
    assert names(folder)[-1] == f"essai-00000.warc.gz{DAMAGED}"
    assert (folder / names(folder)[-1]).read_bytes() == content
    assert list(verify_archive(folder)) == []
    assert (event.name, event.subject) == ("segment_damaged", "essai-00000.warc.gz")
    assert re.search(rf"[1-9]\d* of {len(content)} bytes cannot be read", event.reason)
    assert f"essai-00000.warc.gz{DAMAGED}, {len(held(folder))} whole exchange" in event.reason


def test_a_file_whose_first_record_is_lost_says_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "2026" / "archive"
    path = write(folder, close=False)
    flip(path, 1)
    assert len(list(recover(folder))) == 1
    assert held(folder) == [url(number) for number in range(PAGES)]
    with (folder / "essai-00000.warc.gz").open("rb") as file:
        record = next(iter(ArchiveIterator(file)))
        block = record.raw_stream.read().decode()
    assert record.rec_type == "warcinfo"
    assert "isPartOf: 2026" in block
    assert "recovery of essai-00000.warc.gz" in block


def test_what_no_record_can_be_found_in_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / f"essai-00000.warc.gz{OPEN}"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        writer.write_record(writer.create_warcinfo_record("x", {"software": "x"}))
    content = path.read_bytes()
    (event,) = recover(tmp_path)
    assert "nothing of it could be kept" in event.reason
    assert names(tmp_path) == [f"essai-00000.warc.gz{DAMAGED}"]
    assert (tmp_path / names(tmp_path)[0]).read_bytes() == content
    # its number is not given again, and it is told as long as it is there
    write(tmp_path)
    assert names(tmp_path) == [f"essai-00000.warc.gz{DAMAGED}", "essai-00001.warc.gz"]
    (event,) = recover(tmp_path)
    assert (event.name, event.subject) == ("segment_damaged", f"essai-00000.warc.gz{DAMAGED}")
    assert list(verify_archive(tmp_path)) == []


def test_zeros_after_a_crash_are_a_torn_end(tmp_path: Path) -> None:
    path = write(tmp_path, close=False)
    with path.open("ab") as file:
        file.write(bytes(3000))
    (event,) = recover(tmp_path)
    assert "3000 torn bytes" in event.reason
    assert names(tmp_path) == ["essai-00000.warc.gz"]
    assert len(held(tmp_path)) == PAGES


def test_a_file_that_is_damaged_twice_is_set_aside_twice(tmp_path: Path) -> None:
    path = write(tmp_path)
    for lost in (1, 2):
        middle = list(read_captures(tmp_path))[2]
        flip(path, middle.offset + 30)
        (tmp_path / "captures.json").unlink()
        assert "segment_damaged" in {event.name for event in recover(tmp_path)}
        assert len(held(tmp_path)) == PAGES - lost
    assert names(tmp_path) == [
        "essai-00000.warc.gz",
        f"essai-00000.warc.gz.2{DAMAGED}",
        f"essai-00000.warc.gz{DAMAGED}",
    ]


def test_a_recovery_that_was_killed_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path)
    content = path.read_bytes()
    salvage = path.with_name(path.name + ".salvage")
    salvage.write_bytes(content[:100])  # killed while it wrote
    assert list(recover(tmp_path)) == []
    assert (names(tmp_path), path.read_bytes()) == (["essai-00000.warc.gz"], content)
    path.rename(salvage)  # killed between its two renamings
    assert list(recover(tmp_path)) == []
    assert (names(tmp_path), path.read_bytes()) == (["essai-00000.warc.gz"], content)


def test_a_full_disk_leaves_the_damaged_file_where_it_is(tmp_path: Path) -> None:
    path = write(tmp_path)
    flip(path, 1)
    script = (
        "import resource, sys; from pathlib import Path;"
        "from crawler.archive.recovering import recover;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); list(recover(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "File too large" in done.stderr
    assert names(tmp_path) == ["essai-00000.warc.gz"]


def test_what_refers_to_a_lost_response_is_not_kept(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "essai", warcinfo("c", operator="o"))
    response = StatusAndHeaders("304 Not Modified", [], "HTTP/1.1")
    for number in range(3):
        then = write(tmp_path / str(number), pages=1)
        (capture,) = read_captures(then.parent)
        original = Original(
            url=capture.url,
            date=capture.captured_at,
            record_id=capture.record_id,
            payload_digest="sha1:x",
            entity_digest=capture.digest,
            campaign="2026",
            warc=capture.warc,
            member=then.read_bytes()[capture.offset :],
        )
        exchange = Exchange(f"{url(number)}/now", AT, b"", response, record_id=new_id())
        writer.write_revisit(exchange, {}, original, NOT_MODIFIED)
    writer.close()
    (path,) = tmp_path.glob("*.gz")
    assert len(held(tmp_path)) == 3
    second = list(read_captures(tmp_path))[1]
    flip(path, second.body_offset + 60)
    (tmp_path / "captures.json").unlink()
    list(recover(tmp_path))
    assert held(tmp_path) == [f"{url(0)}/now", f"{url(2)}/now"]
    assert list(verify_archive(tmp_path)) == []


@pytest.mark.parametrize(
    "index",
    ["", "[]", "null", "{", '{"essai-00000.warc.gz": []}', '{"essai-00000.warc.gz": {"size": 1}}'],
)
def test_a_broken_index_is_made_anew(tmp_path: Path, index: str) -> None:
    write(tmp_path)
    (tmp_path / "captures.json").write_text(index)
    assert len(held(tmp_path)) == PAGES
    (tmp_path / "captures.json").write_text(index)
    assert damaged_segments(tmp_path) == {}


def test_a_part_that_is_open_is_taken_unless_it_is_damaged(campaign: Campaign) -> None:
    part = Campaign.named("part", campaign.home)
    path = write(part.archive, close=False)
    with pytest.raises(InputError, match=r"files that are still open.*wait for the end"):
        package(part)
    (event,) = merge(campaign, [part.corpus]).events
    assert event.reason.endswith("taken as far as it is written")
    assert len(held(campaign.archive)) == PAGES
    flip(path, list(read_captures(part.archive))[2].offset + 30)
    content = path.read_bytes()
    with pytest.raises(InputError, match=r"damaged after byte.*nothing was merged"):
        merge(Campaign.named("autre", campaign.home), [part.corpus])
    assert path.read_bytes() == content
    (event,) = recover(part.archive, "import")
    assert (event.stage, event.name) == ("import", "segment_damaged")


# --- told, and mended by the next crawl -----------------------------------------------------------


def run(campaign: Campaign, sources: Path, since: Campaign | None = None) -> CrawlOutcome:
    contact = "essai@example.org"
    return crawl(campaign, sources, contact=contact, loopback=True, progress=False, since=since)


def publish(site: Site) -> None:
    site.page("/", *(f"/p{n}" for n in range(PAGES)))
    for n in range(PAGES):
        site.page(f"/p{n}", text=f"La Région agit, {n}. " * 30)


def segment(campaign: Campaign) -> Path:
    (path,) = campaign.archive.glob("*.warc.gz")
    return path


def of_page(campaign: Campaign, site: Site, path: str) -> Capture:
    return {one.url: one for one in read_captures(campaign.archive)}[site.url + path]


def told(events: tuple[Event, ...], name: str) -> list[Event]:
    return [event for event in events if event.name == name]


def test_a_torn_file_is_told_and_the_next_crawl_mends_it(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    run(campaign, sources)
    path = segment(campaign)
    path.write_bytes(path.read_bytes()[:-100])

    (remark,) = remarks(status(campaign))
    assert f"{path.name}: torn" in remark
    assert "run the same `aect crawl` or `aect import` again" in remark
    assert "endommagés" in write_crawl_report(campaign).read_text("utf-8")
    with pytest.raises(InputError, match=r"torn.*not packaged: run the same `aect crawl`"):
        package(campaign)
    with pytest.raises(InputError, match=r"torn.*nothing was merged: where it was crawled, run"):
        merge(Campaign.named("joint", campaign.home), [campaign.corpus])
    site.asked.clear()

    outcome = run(campaign, sources)

    assert len(site.asked) == 1
    (event,) = told(outcome.events, "segment_damaged")
    assert event.subject == path.name
    assert len(set(held(campaign.archive))) == PAGES + 2
    assert list(verify_archive(campaign.archive)) == []
    assert package(campaign).exists()
    merged = merge(Campaign.named("joint", campaign.home), [campaign.corpus])
    assert len(merged.taken) == 2
    # what was set aside is told until somebody has dealt with it
    aside = path.with_name(path.name + DAMAGED)
    (event,) = told(run(campaign, sources).events, "segment_damaged")
    assert event.subject == aside.name
    assert [line.partition(":")[0] for line in remarks(status(campaign))] == [aside.name]
    aside.unlink()
    assert remarks(status(campaign)) == []


def test_a_byte_that_changed_unseen_is_found_by_who_reads_it(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    run(campaign, sources)
    path, page = segment(campaign), of_page(campaign, site, "/p3")
    flip(path, page.offset + 400)
    assert remarks(status(campaign)) == []  # nothing betrays it yet
    site.asked.clear()

    outcome = run(campaign, sources)

    assert site.asked == ["/p3"]
    (event,) = told(outcome.events, "capture_damaged")
    assert event.subject == f"{site.url}/p3"
    assert any(path.name in line for line in remarks(status(campaign)))
    again = run(campaign, sources)
    assert len(told(again.events, "segment_damaged")) == 1
    assert site.asked == ["/p3"]
    assert list(verify_archive(campaign.archive)) == []
    assert of_page(campaign, site, "/p3").record_id != page.record_id


def test_what_verify_finds_the_next_crawl_mends(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    run(campaign, sources)
    path = segment(campaign)
    flip(path, of_page(campaign, site, "/p3").offset + 400)
    assert any("damaged" in line for line in verify_archive(campaign.archive))
    site.asked.clear()
    assert len(told(run(campaign, sources).events, "segment_damaged")) == 1
    assert site.asked == ["/p3"]
    assert list(verify_archive(campaign.archive)) == []


def test_a_sound_copy_may_take_a_damaged_files_place(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    run(campaign, sources)
    path = segment(campaign)
    sound, stat = path.read_bytes(), path.stat()
    flip(path, 1)
    (campaign.archive / "captures.json").unlink()
    assert len(remarks(status(campaign))) == 1
    path.write_bytes(sound)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    site.asked.clear()
    assert told(run(campaign, sources).events, "segment_damaged") == []
    assert site.asked == []
    assert remarks(status(campaign)) == []


# --- a damaged earlier campaign -------------------------------------------------------------------


@pytest.mark.parametrize("validating", [True, False])
@pytest.mark.parametrize("unseen", [True, False])
def test_a_damaged_earlier_campaign_loses_nothing_of_this_one(
    site: Site, tmp_path: Path, sources_file: SourcesFile, validating: bool, unseen: bool
) -> None:
    site.validating = validating
    publish(site)
    sources = sources_file(site)
    first, second = (Campaign.named(name, tmp_path / "home") for name in ("2026", "2027"))
    run(first, sources)
    path = segment(first)
    flip(path, of_page(first, site, "/p2").offset + 300, of_page(first, site, "/p5").offset + 20)
    if not unseen:
        (first.archive / "captures.json").unlink()

    outcome = run(second, sources, since=first)

    assert len(held(second.archive)) == PAGES + 2
    for n in (2, 5):
        page = of_page(second, site, f"/p{n}")
        assert page.body_id == ""
        assert read_body(second.archive, page).content == site.answers[f"/p{n}"].body
    assert of_page(second, site, "/p1").body_id == of_page(first, site, "/p1").record_id
    assert list(verify_archive(second.archive)) == []
    events = told(outcome.events, "earlier_damaged")
    subjects = [f"{site.url}/p2", f"{site.url}/p5"] if unseen else [f"2026/{path.name}"]
    assert [event.subject for event in events] == subjects
    for event in events:
        assert path.name in event.reason
        assert "put a sound copy" in event.reason
    assert told(run(second, sources, since=first).events, "earlier_damaged")[-1] in events


def test_an_earlier_campaign_that_was_killed_is_read_as_it_stands(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    first, second = (Campaign.named(name, tmp_path / "home") for name in ("2026", "2027"))
    run(first, sources)
    segment(first).rename(segment(first).with_name(segment(first).name + OPEN))
    run(second, sources, since=first)
    assert sum(bool(one.body_id) for one in read_captures(second.archive)) == PAGES + 1


def test_a_campaign_goes_on_with_the_earlier_one_it_began_with(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    publish(site)
    sources = sources_file(site)
    years = [Campaign.named(name, tmp_path / "home") for name in ("2025", "2026", "2027")]
    run(years[0], sources)
    run(years[1], sources)
    run(years[2], sources, since=years[1])
    before = list(read_events(years[2].corpus / "crawl.jsonl"))
    for other in (None, years[0]):
        with pytest.raises(InputError, match="was crawled with --since 2026: go on with that"):
            run(years[2], sources, since=other)
    assert list(read_events(years[2].corpus / "crawl.jsonl")) == before
    assert run(years[2], sources, since=years[1]).fetched == 0
    # one that was begun alone may be held against another later
    assert run(years[1], sources, since=years[0]).fetched == 0

    joined = Campaign.named("joint", tmp_path / "home")
    with pytest.raises(InputError, match="different campaigns as --since"):
        merge(joined, [years[1].corpus, years[2].corpus])
    merge(joined, [years[2].corpus])
    with pytest.raises(InputError, match="--since 2026"):
        run(joined, sources)


# --- verify before analyse ------------------------------------------------------------------------


def test_an_archive_is_verified_before_it_is_analysed(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    publish(site)
    run(campaign, sources_file(site))

    def verify() -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "aect", "verify", campaign.name]
        return subprocess.run(
            command,
            cwd=campaign.home,
            env=os.environ | {"PYTHONPATH": str(Path.cwd()), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    done = verify()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{PAGES + 2} records (the archive alone: the campaign was not analysed): 0 problems\n"
    )
    flip(segment(campaign), of_page(campaign, site, "/p3").offset + 400)
    done = verify()
    assert done.returncode == 1
    assert "essai-0-00000.warc.gz: damaged" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_broken_record_of_since_says_what_to_do(campaign: Campaign, text: str) -> None:
    path = campaign.corpus / "since.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(InputError, match=r"since\.json: damaged: write .*or delete it"):
        keep_since(campaign, None, crawled=True)
