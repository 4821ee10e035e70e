"""A campaign that asks what changed since another, on a real server."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import read_body
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from crawler.crawl import CrawlOutcome, crawl
from tests.crawler.conftest import Answer, Site

SourcesFile = Callable[..., Path]
PAGES = 60


def run(campaign: Campaign, sources: Path, since: Campaign | None = None) -> CrawlOutcome:
    contact = "essai@example.org"
    return crawl(campaign, sources, contact=contact, loopback=True, progress=False, since=since)


def publish(site: Site) -> None:
    text = "La Région agit. " * 400
    site.page(
        "/", *(f"/p{n}" for n in range(PAGES)), "/perdue", "/vieille", "/partie", "/charte.pdf"
    )
    for n in range(PAGES):
        site.page(f"/p{n}", text=f"{text}{n}")
    site.page("/perdue", text="bientôt retirée")
    site.page("/vieille", text="bientôt ailleurs")
    site.page("/partie", text="bientôt sur un autre site")
    site.answers["/charte.pdf"] = Answer(b"%PDF-1.4 charte", headers={"Content-Type": "a/pdf"})
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n", headers={})


def revise(site: Site) -> None:
    """A tenth of the pages changed; one retired, one moved, one new."""
    for n in range(0, PAGES, 10):
        site.page(f"/p{n}", text=f"revue {n}")
    site.page("/", *(f"/p{n}" for n in range(PAGES)), "/nouvelle", "/charte.pdf")
    site.page("/nouvelle", text="toute neuve")
    del site.answers["/perdue"]
    site.answers["/vieille"] = Answer(status=301, headers={"Location": "/neuve"})
    # off the site, where this crawl does not follow: it may be there still
    site.answers["/partie"] = Answer(status=301, headers={"Location": "http://ailleurs.example/"})
    site.page("/neuve", text="bientôt ailleurs")


@pytest.mark.parametrize("validating", [True, False])
def test_the_next_year_keeps_what_is_the_same_as_revisits(
    site: Site, tmp_path: Path, sources_file: SourcesFile, validating: bool
) -> None:
    site.validating = validating
    publish(site)
    sources = sources_file(site)
    first = Campaign.named("2026", tmp_path / "home")
    run(first, sources)
    sent_first, site.sent = site.sent, 0
    revise(site)
    second = Campaign.named("2027", tmp_path / "home")

    outcome = run(second, sources, since=first)

    if validating:
        assert site.sent < sent_first / 10
    counted: dict[str, set[str]] = {}
    for change in outcome.changes:
        path = change.url.removeprefix(site.url)
        counted.setdefault(change.change, set()).add(path)
    changed = {f"/p{n}" for n in range(0, PAGES, 10)} | {"/"}
    assert counted["changed"] == changed
    assert counted["gone"] == {"/perdue"}
    assert counted["moved"] == {"/vieille"}
    assert counted["not_captured"] == {"/partie"}
    assert counted["new"] == {"/nouvelle", "/neuve"}
    assert len(counted["unchanged"]) == PAGES - PAGES // 10 + 1
    (moved,) = [change for change in outcome.changes if change.change == "moved"]
    assert moved.to == f"{site.url}/neuve"
    lines = (second.corpus / "changes.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["url"] for line in lines] == [c.url for c in outcome.changes]

    # the second campaign is whole without the first
    was = {c.url: read_body(first.archive, c).content for c in read_captures(first.archive)}
    first.archive.rename(tmp_path / "away")
    captures = {c.url: c for c in read_captures(second.archive)}
    assert list(verify_archive(second.archive)) == []
    same = captures[f"{site.url}/p1"]
    assert same.body_id not in ("", same.record_id)
    assert read_body(second.archive, same).content == was[same.url]
    assert same.captured_at >= "2026"
    kinds = record_types(second)
    profile = "server-not-modified" if validating else "identical-payload-digest"
    assert kinds[profile] == len(counted["unchanged"]) + 1  # robots.txt too
    assert captures[f"{site.url}/p0"].body_id == ""


def record_types(campaign: Campaign) -> dict[str, int]:
    """Records by type, revisits by the last part of their profile."""
    found: dict[str, int] = {}
    for path in campaign.archive.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                profile = record.rec_headers.get_header("WARC-Profile") or record.rec_type
                name = profile.rpartition("/")[2]
                found[name] = found.get(name, 0) + 1
    return found


def test_a_third_year_refers_to_the_first(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    site.validating = True
    publish(site)
    sources = sources_file(site)
    years = [Campaign.named(name, tmp_path / "home") for name in ("2026", "2027", "2028")]
    run(years[0], sources)
    run(years[1], sources, since=years[0])
    run(years[2], sources, since=years[1])
    first, _, third = ({c.url: c for c in read_captures(y.archive)} for y in years)
    page = f"{site.url}/p3"
    assert third[page].body_id == first[page].record_id
    assert read_body(years[2].archive, third[page]).content == site.answers["/p3"].body
    assert list(verify_archive(years[2].archive)) == []


def test_a_crawl_since_another_goes_on_where_it_stopped(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    site.validating = True
    publish(site)
    sources = sources_file(site)
    first, second = (Campaign.named(name, tmp_path / "home") for name in ("2026", "2027"))
    run(first, sources)
    done = run(second, sources, since=first)
    site.asked.clear()
    again = run(second, sources, since=first)
    assert site.asked == []
    assert again.fetched == 0
    assert again.changes == done.changes


def test_an_earlier_campaign_must_be_another_that_was_crawled(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    campaign = Campaign.named("2027", tmp_path / "home")
    for since in (campaign, Campaign.named("jamais", tmp_path / "home")):
        with pytest.raises(InputError, match="name an earlier campaign"):
            run(campaign, sources_file(site), since=since)


def test_a_revisit_without_its_response_is_told(
    site: Site, tmp_path: Path, sources_file: SourcesFile
) -> None:
    site.validating = True
    site.page("/")
    sources = sources_file(site)
    first, second = (Campaign.named(name, tmp_path / "home") for name in ("2026", "2027"))
    run(first, sources)
    run(second, sources, since=first)
    (path,) = second.archive.glob("*.warc.gz")
    original = next(c for c in read_captures(first.archive) if c.url.endswith("/"))
    whole = path.read_bytes()
    members = whole.split(b"\x1f\x8b\x08\x00")
    kept = [m for m in members if m]
    assert len(kept) > 5
    data = b""
    for member in (b"\x1f\x8b\x08\x00" + m for m in kept):
        text = gzip.decompress(member)
        if original.record_id.encode() in text and b"WARC-Type: response" in text:
            continue
        data += member
    path.write_bytes(data)
    (problem,) = verify_archive(second.archive)
    assert "which is not in the archive" in problem
    assert original.url not in {c.url for c in read_captures(second.archive)}
