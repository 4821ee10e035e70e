"""One campaign crawled whole, and the same crawled in shards and merged."""

import json
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpora.campaign import Campaign, Event, InputError, read_events
from crawler.archive.capture import OPEN
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from crawler.changes import CHANGES
from crawler.crawl import CrawlOutcome, crawl
from crawler.shards.merging import merge
from crawler.shards.share import Shard, sources_of
from crawler.sources import Expectations, Source
from crawler.watching.harvest import read_harvest
from crawler.watching.standing import STANDING, read_standings
from nlp.reading.documents import Document
from nlp.reading.reader import read_campaign
from tests.crawler.conftest import Answer, Site, _Handler

COUNCILS = ("amont", "bocage", "causse", "dune")


def source(name: str, *sites: str) -> Source:
    return Source(
        id=name,
        code="99",
        name=f"Conseil régional d'Essai {name}",
        territory=name.title(),
        sites=sites or (f"{name}.localhost",),
        entry_pages=(),
        spider="listing",
        expect=Expectations(1, 9),
    )


def shares(sources: Iterable[Source], count: int) -> dict[str, int]:
    every = tuple(sources)
    found = {}
    for number in range(1, count + 1):
        try:
            found |= {one.id: number for one in sources_of(Shard(number, count), every)}
        except InputError:  # fewer groups than shards
            continue
    return found


# --- which source falls to which shard ----------------------------------------------------------

HOSTS = st.sampled_from(["a.fr", "b.fr", "c.fr", "www.a.fr", "x.b.fr", "d.fr", "e.fr", "f.fr"])
LISTS = st.lists(st.lists(HOSTS, min_size=1, max_size=2, unique=True), min_size=1, max_size=8).map(
    lambda lists: [source(f"s{number}", *sites) for number, sites in enumerate(lists)]
)


@given(LISTS, st.integers(1, 5))
def test_every_source_is_in_one_shard_with_all_that_share_its_host(
    sources: list[Source], count: int
) -> None:
    found = shares(sources, count)
    assert list(found) != []
    assert set(found) == {one.id for one in sources}
    for one in sources:
        for other in sources:
            if any(other.owns(f"https://{site}/") for site in one.sites):
                assert found[one.id] == found[other.id]


def test_shares_differ_by_one_and_stay_when_a_source_is_added() -> None:
    sources = [source(f"s{number}") for number in range(13)]
    before = shares(sources, 4)
    assert sorted(list(before.values()).count(number) for number in (1, 2, 3, 4)) == [3, 3, 3, 4]
    after = shares([*sources, source("s13"), source("s14", "aide.s2.localhost")], 4)
    assert {name: after[name] for name in before} == before
    assert after["s14"] == before["s2"]


@pytest.mark.parametrize("text", ["", "0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/2", "1 / 4"])
def test_what_is_no_shard_is_told(text: str) -> None:
    with pytest.raises(InputError, match="give a share and of how many"):
        Shard.parse(text)


def test_a_shard_without_sources_is_told() -> None:
    assert Shard.parse("2/4") == Shard(2, 4)
    with pytest.raises(InputError, match="shard 3/4: no source falls to it, 2 shares"):
        sources_of(Shard(3, 4), [source("a"), source("b")])


# --- crawled in shards, and merged --------------------------------------------------------------


@dataclass(frozen=True)
class Crawled:
    """Four councils' sites, crawled by one machine as a whole and by three in shards."""

    web: dict[str, Site]
    sources: Path
    whole: Campaign
    parts: tuple[Campaign, ...]
    asked: tuple[dict[str, int], dict[str, int]]

    def copy(self, part: int, home: Path, name: str) -> Campaign:
        """A shard's campaign as it stands elsewhere, to do with as a test likes."""
        copied = Campaign.named(name, home)
        shutil.copytree(self.parts[part].corpus, copied.corpus)
        return copied


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("crawled")
    web = {name: Site() for name in COUNCILS}
    servers = [serve(site) for site in web.values()]
    fill(web)
    sources = write_sources(home / "conseils.yml", web)
    whole = Campaign.named("entier", home / "one")
    parts = tuple(Campaign.named("part", home / f"machine-{number}") for number in (1, 2, 3))
    run(whole, sources)
    once = {name: len(site.asked) for name, site in web.items()}
    for number, part in enumerate(parts, start=1):
        run(part, sources, f"{number}/3")
    again = {name: len(site.asked) - once[name] for name, site in web.items()}
    yield Crawled(web, sources, whole, parts, (once, again))
    for server in servers:
        server.shutdown()
        server.server_close()


def serve(site: Site) -> ThreadingHTTPServer:
    handler = type("Serving", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def fill(web: dict[str, Site]) -> None:
    """One closes a folder to robots, one has a page that is gone, one a link that leads away."""
    for name, site in web.items():
        site.validating = True
        pages = [f"/cooperation-{n}" for n in range(5)]
        partners = f"La Région {name.title()} agit avec ses partenaires."
        site.page("/", *pages, "/reglement.txt", text=partners)
        for number, path in enumerate(pages):
            text = f"La Région {name.title()} soutient le projet {number} au Sénégal."
            site.page(path, "/", pages[number - 1], text=text)
        rules = f"Règlement des aides de la Région {name.title()}".encode()
        site.answers["/reglement.txt"] = Answer(rules, headers=PLAIN)
    rules = b"User-agent: *\nDisallow: /cooperation-3"
    web["bocage"].answers["/robots.txt"] = Answer(rules, headers=PLAIN)
    del web["causse"].answers["/cooperation-2"]
    web["dune"].redirect("/cooperation-1", "http://ailleurs.example/page")


PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def write_sources(path: Path, web: dict[str, Site], *names: str, **head: Any) -> Path:
    entries = [
        {
            "id": name,
            "code": "99",
            "name": f"Conseil régional d'Essai {name}",
            "territory": name.title(),
            "sites": [f"{name}.localhost"],
            "entry_pages": [f"http://{name}.localhost:{web[name].port}/"],
            "spider": "listing",
            "expect": {"pages_min": 7 if name == "causse" else 1},
        }
        for name in names or COUNCILS
    ]
    path.write_text(yaml.safe_dump(head | {"sources": entries}, allow_unicode=True))
    return path


def run(campaign: Campaign, sources: Path, shard: str = "", **rest: Any) -> CrawlOutcome:
    share = Shard.parse(shard) if shard else None
    settings: dict[str, Any] = {"contact": "a@example.org", "loopback": True, "progress": False}
    return crawl(campaign, sources, shard=share, **settings, **rest)


def told(campaign: Campaign) -> list[Event]:
    return list(read_events(campaign.corpus / "crawl.jsonl"))


def documents(campaign: Campaign) -> list[dict[str, Any]]:
    """What the analysis reads, but for what no two crawls share: record ids and times."""
    read, _ = read_campaign(campaign)
    return [
        {name: getattr(one, name) for name in Document.__dataclass_fields__}
        | {"capture": replace(one.capture, **ONE_CRAWL)}
        for one in read
    ]


ONE_CRAWL = {"captured_at": "", "offset": 0, "record_id": "", "body_offset": 0, "body_id": ""}


def files(campaign: Campaign) -> dict[Path, bytes]:
    list(read_captures(campaign.archive))  # makes the index
    return {path: path.read_bytes() for path in campaign.corpus.rglob("*") if path.is_file()}


def test_the_analysis_sees_no_difference_between_one_crawl_and_its_merged_shards(
    crawled: Crawled, tmp_path: Path
) -> None:
    once, again = crawled.asked
    assert once == again
    joined = Campaign.named("joint", tmp_path)

    merged = merge(joined, [part.corpus for part in crawled.parts])

    assert sorted(merged.taken) == [f"{name}-00000.warc.gz" for name in COUNCILS]
    assert documents(joined) == documents(crawled.whole)
    assert len(documents(joined)) == 4 * 7 - 3
    assert told(joined) == told(crawled.whole)
    assert {event.name for event in told(joined)} >= {
        *("robots_disallowed", "http_error", "offsite", "expectation_failed")
    }
    assert (joined.corpus / "sources.yml").read_bytes() == crawled.sources.read_bytes()
    both = (joined, crawled.whole)
    standings, single = (read_standings(one.corpus / STANDING) for one in both)
    assert standings.sources == single.sources
    harvest, alone = (read_harvest(one) for one in both)
    assert [(one.source, one.relevant, one.fetched) for one in harvest] == [
        (one.source, one.relevant, one.fetched) for one in alone
    ]
    assert list(verify_archive(joined.archive)) == []
    held = list(read_captures(joined.archive))
    assert len({one.record_id for one in held}) == len(held)
    assert len(held) == len(list(read_captures(crawled.whole.archive)))

    # a crawl of the whole list goes on from there, and has nothing left to do
    asked = [len(site.asked) for site in crawled.web.values()]
    assert run(joined, crawled.sources).fetched == 0
    assert asked == [len(site.asked) for site in crawled.web.values()]
    assert told(joined) == told(crawled.whole)


def test_merging_again_takes_nothing_twice_and_takes_what_came_since(
    crawled: Crawled, tmp_path: Path
) -> None:
    part = crawled.copy(0, tmp_path, "part")
    joined = Campaign.named("joint", tmp_path)

    first = merge(joined, [Path("part"), crawled.parts[0].corpus])
    before = files(joined)
    again = merge(joined, [part.corpus])

    assert len(first.taken) == first.present == 2
    assert (again.taken, again.present) == ((), 2)
    assert files(joined) == before

    more = merge(joined, [part.corpus, crawled.parts[1].corpus, crawled.parts[2].corpus])
    assert (len(more.taken), more.present) == (2, 2)
    assert documents(joined) == documents(crawled.whole)


def test_a_name_that_is_taken_gets_the_next_number(crawled: Crawled, tmp_path: Path) -> None:
    """Two machines crawled the same councils at two times: both are kept, the later one counts."""
    joined = Campaign.named("joint", tmp_path)

    merge(joined, [crawled.parts[0].corpus, crawled.whole.corpus])

    names = [path.name for path in sorted(joined.archive.glob("*.gz"))]
    assert names[:2] == ["amont-00000.warc.gz", "amont-00001.warc.gz"]
    assert len(names) == 6
    assert [one["url"] for one in documents(joined)] == [
        one["url"] for one in documents(crawled.whole)
    ]
    assert list(verify_archive(joined.archive)) == []


def test_a_segment_left_open_is_taken_up_to_its_last_record_and_again_when_it_has_grown(
    crawled: Crawled, tmp_path: Path
) -> None:
    part = crawled.copy(1, tmp_path, "part")
    (path,) = part.archive.glob("*.warc.gz")
    content = path.read_bytes()
    offset = [one.offset for one in read_captures(part.archive)][3]
    left_open = path.rename(path.with_name(path.name + OPEN))
    left_open.write_bytes(content[: offset + 40])
    joined = Campaign.named("joint", tmp_path)

    merged = merge(joined, [Path("part")])

    assert [event.name for event in merged.events] == ["segment_recovered"]
    assert len(list(read_captures(joined.archive))) == 3
    assert left_open.read_bytes() == content[: offset + 40]
    left_open.rename(path).write_bytes(content)

    again = merge(joined, [Path("part")])

    assert again.taken == (path.name,)
    assert (joined.archive / path.name).read_bytes() == content
    assert "segment_recovered" not in {event.name for event in told(joined)}


def test_what_is_damaged_is_told_and_nothing_is_merged(crawled: Crawled, tmp_path: Path) -> None:
    good, bad = crawled.copy(0, tmp_path, "un"), crawled.copy(1, tmp_path, "deux")
    (path,) = bad.archive.glob("*.warc.gz")
    content, third = path.read_bytes(), [one.offset for one in read_captures(bad.archive)][2]
    joined = Campaign.named("joint", tmp_path)
    for spoilt, reason in (
        (content[: third + 60] + b"\0\1\2\3" + content[third + 64 :], "damaged"),
        (content[:-20], "torn"),
    ):
        path.write_bytes(spoilt)
        with pytest.raises(InputError, match=f"{path.name}.*{reason}.*nothing was merged"):
            merge(joined, [good.corpus, bad.corpus])
        assert sorted(file.name for file in joined.corpus.rglob("*")) == [".lock", "archive"]


def test_two_copies_of_one_crawl_that_went_on_differently_are_refused(
    crawled: Crawled, tmp_path: Path
) -> None:
    one, other = (crawled.copy(1, tmp_path, name) for name in ("un", "autre"))
    (path,) = other.archive.glob("*.warc.gz")
    third = [one.offset for one in read_captures(other.archive)][2]
    (since,) = crawled.parts[2].archive.glob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:third] + since.read_bytes())
    with pytest.raises(InputError, match="went on differently; merge one of them"):
        merge(Campaign.named("joint", tmp_path), [one.corpus, other.corpus])


def test_lists_of_different_councils_are_joined_and_contradictions_refused(
    crawled: Crawled, tmp_path: Path
) -> None:
    north, south = crawled.copy(1, tmp_path, "nord"), crawled.copy(2, tmp_path, "sud")
    for part, name in ((north, "bocage"), (south, "causse")):
        write_sources(part.corpus / "sources.yml", crawled.web, name, edition="2026")
    joined = Campaign.named("joint", tmp_path)

    merge(joined, [Path("nord"), Path("sud")])

    both = yaml.safe_load((joined.corpus / "sources.yml").read_text(encoding="utf-8"))
    assert [one["id"] for one in both["sources"]] == ["bocage", "causse"]
    assert both["edition"] == "2026"
    assert len({one.authority for one in read_captures(joined.archive)}) == 2

    path = south.corpus / "sources.yml"
    text = path.read_text(encoding="utf-8")
    for old, new, reason in (
        ("id: causse", "id: bocage", "source 'bocage' is another one"),
        ("edition: '2026'", "edition: '2014'", "edition is 2014, not 2026"),
        ("Essai causse", "Essai bocage", "is the name of 'bocage' too"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=reason):
            merge(Campaign.named("autre", tmp_path), [Path("nord"), Path("sud")])
    with pytest.raises(InputError, match="neither a campaign here"):
        merge(joined, [Path("nulle-part")])
    with pytest.raises(InputError, match="into itself"):
        merge(joined, [Path("joint")])


def test_a_campaign_holds_one_shard(crawled: Crawled) -> None:
    with pytest.raises(InputError, match=r"already holds amont, dune.*then merge"):
        run(crawled.parts[0], crawled.sources, "2/3")


def test_what_changed_since_last_year_is_joined(crawled: Crawled, tmp_path: Path) -> None:
    sources = write_sources(tmp_path / "deux.yml", crawled.web, "amont", "bocage")
    before = crawled.web["amont"].answers["/cooperation-1"]
    crawled.web["amont"].page("/cooperation-1", text="La Région Amont soutient autre chose.")
    try:
        whole = Campaign.named("2027", tmp_path)
        run(whole, sources, since=crawled.whole)
        parts = [Campaign.named(f"2027-{number}", tmp_path) for number in (1, 2)]
        for number, part in enumerate(parts, start=1):
            run(part, sources, f"{number}/2", since=crawled.whole)
    finally:
        crawled.web["amont"].answers["/cooperation-1"] = before
    joined = Campaign.named("2027-joint", tmp_path)
    merge(joined, [part.corpus for part in parts])

    def lines(campaign: Campaign) -> list[tuple[str, str]]:
        rows = (campaign.corpus / CHANGES).read_text(encoding="utf-8").splitlines()
        return [(one["url"], one["change"]) for one in map(json.loads, rows)]

    assert lines(joined) == lines(whole)
    assert {kind for _, kind in lines(joined)} == {"changed", "unchanged"}
    assert documents(joined) == documents(whole)
    assert list(verify_archive(joined.archive)) == []
