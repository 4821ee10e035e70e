"""The right pages: what links are worth, sitemaps, and whole crawls of an invented site."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from corpora.campaign import Campaign, InputError, read_events
from crawler.crawl import crawl
from crawler.frontier.addresses import Shapes, continues, oddity, shape, without_visit
from crawler.frontier.pages import RELEVANT, Link, read_page
from crawler.frontier.ranking import Ranking
from crawler.frontier.scoring import Carrier, score_link
from crawler.frontier.sitemaps import GUESSES, read_sitemap
from crawler.frontier.words import weigh
from crawler.sources import load_sources
from crawler.watching.harvest import HARVEST, merge_harvests, read_harvest
from tests.crawler.bigsite import LAYOUTS, SPIDERS, BigSite, served
from tests.crawler.conftest import Answer, Site

SourcesFile = Callable[..., Path]
BASE = "http://essai.example"
XML = {"Content-Type": "application/xml"}


def run(campaign: Campaign, sources: Path):
    contact = "essai@example.org"
    return crawl(campaign, sources, contact=contact, loopback=True, progress=False)


def worth(anchor: str, url: str = "/p/1", carrier: Carrier | None = None, **rest) -> int:
    carrier = carrier or Carrier(BASE + "/p/")
    return score_link(Link(BASE + url, anchor, **rest), carrier).total


# --- links ----------------------------------------------------------------------------------------


def test_links_are_ordered_by_their_words() -> None:
    scores = [
        worth("Appel à projets de solidarité internationale"),
        worth("Coopération avec le Sénégal"),
        worth("Coopération"),
        worth("Aides"),
        worth("Sport"),
        worth("Agenda"),
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    "decoy",
    [
        "Lycée international de la mer",
        "Aéroport international",
        "Établissement public de coopération intercommunale",
        "Économie sociale et solidaire",
        "Coupe du monde",
        "Maison de l'Europe",
    ],
)
def test_words_that_speak_of_something_else_earn_nothing(decoy: str) -> None:
    assert weigh(decoy)[0] == 0


def test_a_link_without_words_has_those_of_its_heading() -> None:
    silent = worth("En savoir plus", heading="Nos partenaires au Mali")
    assert silent > worth("Règlement", heading="Nos partenaires au Mali") > worth("Règlement")


def test_a_folder_says_nothing_that_its_pages_do_not_say() -> None:
    inside = Carrier(BASE + "/solidarite-sante/", depth=1)
    assert worth("Médecins", "/solidarite-sante/medecins", inside) == worth(
        "Médecins", "/vie/medecins", Carrier(BASE + "/vie/", depth=1)
    )


def test_a_relevant_page_recommends_its_links() -> None:
    assert worth("2014", carrier=Carrier(BASE, points=40)) > worth("2014", carrier=Carrier(BASE))


def test_a_later_page_of_a_list_is_worth_what_the_list_is() -> None:
    guide = score_link(Link(BASE + "/guide", "Guide des aides : coopération"), Carrier(BASE))
    later = Link(BASE + "/guide?page=7", "7")
    score = score_link(later, Carrier(BASE + "/guide?page=6", depth=6, score=guide))
    assert score.parts() == guide.parts() | {"address": -8}


@pytest.mark.parametrize(
    ("url", "visitless"),
    [
        ("/p?sid=9&id=3#x", "/p?id=3"),
        ("/p;jsessionid=0A1B?id=3", "/p?id=3"),
        ("/p?utm_source=l&utm_medium=m", "/p"),
        ("/p?aside=1", "/p?aside=1"),
    ],
)
def test_visits_are_taken_out_of_addresses(url: str, visitless: str) -> None:
    assert without_visit(BASE + url) == BASE + visitless


@pytest.mark.parametrize(
    "url",
    [
        *("/a?print=1", "/imprimer/a", "/agenda/2014/09/12", "/a?date=2014-09-12", "/l?page=9"),
        *("/l?theme=a&public=b", "/connexion?retour=/a", "/l?tri=date"),
    ],
)
def test_views_calendars_and_facets_are_odd(url: str) -> None:
    assert oddity(BASE + url) < 0 == oddity(BASE + "/aides/2014-solidarite?id=12")


@pytest.mark.parametrize(
    ("url", "like"),
    [
        ("/agenda/2014/09/12", "/agenda/#/#/*"),
        ("/aides?theme=a&public=b", "/aides?public&theme"),
        ("/spip.php?article12", "/spip.php?article#"),
        ("/node/232", "/node/*"),
        ("/jcms/c_5334/l-international", "/jcms/c_#/*"),
    ],
)
def test_shapes(url: str, like: str) -> None:
    assert shape(BASE + url) == "essai.example" + like


def test_lists_go_on() -> None:
    assert continues(BASE + "/l?theme=a&page=3", BASE + "/l?theme=a")
    assert continues(BASE + "/l/page/3", BASE + "/l/page/2")
    assert not continues(BASE + "/l", BASE + "/l")
    assert not continues(BASE + "/l?page=3", BASE + "/m?page=2")


def test_facets_lose_with_each_one_fetched_and_articles_do_not() -> None:
    shapes = Shapes()
    facets, articles = shape(BASE + "/l?theme=a&public=b"), shape(BASE + "/spip.php?article1")
    for _ in range(10):
        shapes.learn(facets, useful=True)
        shapes.learn(articles, useful=True)
    assert shapes.points(facets) < -10 < shapes.points(articles)
    for _ in range(30):
        shapes.learn(facets, useful=False)
    assert shapes.points(facets) < -20


# --- pages ----------------------------------------------------------------------------------------


def page(body: str, encoding: str = "utf-8"):
    return read_page(HtmlResponse(BASE + "/d/", body=body.encode(encoding), encoding=encoding))


def test_a_page_is_read_without_its_menus() -> None:
    found = page(
        "<html><head><title>Nos aides</title><link rel=canonical href=/c></head><body>"
        "<nav><h2>Europe</h2><a href=/e>International</a> coopération décentralisée</nav>"
        "<h1>Les aides</h1><h2>Sud</h2><ul><li><a href=a.pdf><img alt=Règlement></a></ul>"
        "<h3><a href=b>Titre</a></h3><p>Texte <a href='http://['>mauvais</a><a href=x nofollow"
        " rel=nofollow title=Suite></a><h2>Autre</h2><a href='javascript:x'>x</a><a href=z>z</a>"
    )
    links = [(link.url.removeprefix(BASE), link.anchor, link.heading) for link in found.links]
    assert links == [
        ("/e", "International", "Europe"),
        ("/d/a.pdf", "Règlement", "Sud"),
        ("/d/b", "Titre", "Sud"),
        ("/d/x", "Suite", "Titre"),
        ("/d/z", "z", "Autre"),
    ]
    assert [link.menu for link in found.links] == [True, False, False, False, False]
    assert found.links[3].nofollow
    assert found.canonical == BASE + "/c"
    assert "décentralisée" not in found.text
    assert sum(found.relevance().values()) < RELEVANT


def test_a_page_is_relevant_by_title_or_by_text() -> None:
    said = "<p>La Région soutient la coopération décentralisée et la solidarité internationale.</p>"
    filler = "<p>" + "Les trains partent. " * 300
    for body, relevant in (
        ("<title>Solidarité internationale</title><p>Page en travaux.", True),
        (said, True),
        (said + filler, False),
        (filler, False),
    ):
        assert (sum(page(body).relevance().values()) >= RELEVANT) == relevant


def test_a_page_nested_very_deep_is_read_in_linear_time() -> None:
    found = page("<div>" * 50_000 + "<a href=/fin>fin</a>")
    assert [link.url for link in found.links] in ([BASE + "/fin"], [])
    assert page("").links == []


# --- the queue ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc"), st.integers(-20, 20))))
def test_the_best_comes_first(pushed: list[tuple[int, str, int]]) -> None:
    ranking: Ranking[int] = Ranking(Shapes(), most=1000)
    best: dict[int, int] = {}
    for key, place, score in pushed:
        ranking.push(bytes([key]), place, score, key)
        best[key] = max(score, best.get(key, score))
    popped = [ranking.pop() for _ in range(len(ranking))]
    assert sorted(popped) == sorted(best)
    scores = [best[key] for key in popped if key is not None]
    assert scores == sorted(scores, reverse=True)
    assert ranking.pop() is None


def test_what_was_learnt_reorders_what_waits() -> None:
    shapes = Shapes()
    ranking: Ranking[str] = Ranking(shapes, most=1000)
    for n in range(6):
        ranking.push(b"a%d" % n, "h/agenda/*", 10, f"a{n}")
        ranking.push(b"b%d" % n, "h/aides/*", 5, f"b{n}")
    shapes.learn("h/aides/*", useful=True)
    order = []
    while (item := ranking.pop()) is not None:
        order.append(item)
        place = "h/agenda/*" if item[0] == "a" else "h/aides/*"
        shapes.learn(place, useful=place == "h/aides/*")
        if place == "h/aides/*":
            ranking.changed(place)
    assert order[0] == "a0"
    assert order.index("b5") < order.index("a3")


def test_a_flood_is_let_go_and_never_takes_the_whole_queue() -> None:
    ranking: Ranking[int] = Ranking(Shapes(), most=100)
    gone = []
    for n in range(1000):
        gone += ranking.push(b"%d" % n, "h/piege/*", 50, n)
        if n < 50:
            ranking.push(b"x%d" % n, f"h/{n % 5}/*", 0, -n)
    assert len(ranking) <= 125
    assert len(gone) + len(ranking) == 1050
    rest = [ranking.pop() for _ in range(len(ranking))]
    assert sum(item <= 0 for item in rest if item is not None) >= 50


# --- sitemaps -------------------------------------------------------------------------------------


def test_sitemaps_of_every_kind_are_read() -> None:
    urls = "<url><loc>http://a/1</loc></url><url><loc>/2</loc></url>"
    kinds = {
        f"<urlset>{urls}</urlset>": ("http://a/1", "/2"),
        "http://a/1\nhttp://a/2\n": ("http://a/1", "http://a/2"),
        "<rss><channel><item><title>t</title><link>http://a/1</link></item></channel></rss>": (
            "http://a/1",
        ),
    }
    for text, pages in kinds.items():
        assert read_sitemap(text.encode()).pages == pages
        assert read_sitemap(gzip.compress(b"\n" + text.encode())).pages == pages
        assert not read_sitemap(text.encode()).fault
    index = "<sitemapindex><sitemap><loc>http://a/s.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode()).sitemaps == ("http://a/s.xml",)
    assert GUESSES[0] == "/sitemap.xml"


@pytest.mark.parametrize(
    ("body", "fault", "kept"),
    [
        (b"<html><body>Introuvable</body></html>", "Unsupported root", 0),
        (b"introuvable", "lists nothing", 0),
        (b"<urlset><url><loc>http://a/1</loc></url><url><loc>http://a", "to its end", 1),
        (b"<urlset><url><loc>http://a/1</loc></url><url><loc>a&b</loc></url></urlset>", "end", 1),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc>',
            "DOCTYPE",
            0,
        ),
        (b"\x1f\x8b\x08\x00broken", "compressed body", 0),
        (gzip.compress(b"<urlset>" + b" " * (21 * 2**20)), "longer than", 0),
        (b"\xff\xfe\x00", "lists nothing", 0),
        (b"", "lists nothing", 0),
    ],
)
def test_a_broken_sitemap_gives_what_it_has_and_says_so(body: bytes, fault: str, kept: int) -> None:
    sitemap = read_sitemap(body)
    assert fault in sitemap.fault
    assert len(sitemap.pages) == kept


def test_hostile_sitemaps_are_harmless_and_told(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    def listing(*urls: str, kind: str = "sitemap") -> bytes:
        entries = "".join(f"<{kind}><loc>{site.url}{url}</loc></{kind}>" for url in urls)
        root = "sitemapindex" if kind == "sitemap" else "urlset"
        return f"<{root}>{entries}</{root}>".encode()

    children = [
        "/sitemap-plan.xml",
        "/sitemap-bombe.xml",
        "/sitemap-bombe.xml.gz",
        "/sitemap-casse.xml",
        "/sitemap-long.xml",
        "/sitemap-prive.xml",
    ]
    named = f"User-agent: *\nDisallow: /sitemap-prive.xml\nSitemap: {site.url}/sitemap-plan.xml\n"
    site.answers["/robots.txt"] = Answer(named.encode(), headers={"Content-Type": "text/plain"})
    more = [f"/sitemap-{n:03}.xml" for n in range(80)]
    site.answers["/sitemap-plan.xml"] = Answer(listing(*children, *more), headers=XML)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE l [<!ENTITY e0 "ha">{entities}]><urlset><url><loc>&e11;</loc></url></urlset>'
    site.answers["/sitemap-bombe.xml"] = Answer(bomb.encode(), headers=XML)
    site.answers["/sitemap-bombe.xml.gz"] = Answer(
        gzip.compress(b"<urlset>" + b" " * (100 * 2**20)), headers={"Content-Type": "a/gzip"}
    )
    site.answers["/sitemap-casse.xml"] = Answer(
        listing("/solidarite", kind="url")[:-14], headers=XML
    )
    many = [f"/page-{n}" for n in range(100_000)]
    site.answers["/sitemap-long.xml"] = Answer(
        listing("/cooperation", *many, kind="url"), headers=XML
    )
    for path in more:
        site.answers[path] = Answer(listing("/jumelage", kind="url"), headers=XML)
    site.page("/")
    for path in ("/cooperation", "/jumelage"):
        site.page(path)

    sources = sources_file(site, spiders=("sitemap",), crawl="{pages_per_source: 12}")
    peak = crawled_apart(campaign, sources)

    asked = [path for path in site.asked if path.endswith((".xml", ".gz"))]
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) <= 50
    assert "/sitemap-prive.xml" not in asked
    assert {"/cooperation", "/jumelage"} <= set(site.asked)
    assert all("aect" in agent for agent in site.agents)
    told = {event.name: event.reason for event in read_events(campaign.corpus / "crawl.jsonl")}
    assert "more than 50" in told["sitemap_limit"]
    assert "100001 pages" in told["sitemap_long"]
    broken = {
        event.subject.removeprefix(site.url): event.reason
        for event in read_events(campaign.corpus / "crawl.jsonl")
        if event.name == "sitemap_unreadable"
    }
    assert set(broken) == {"/sitemap-bombe.xml", "/sitemap-bombe.xml.gz", "/sitemap-casse.xml"}
    assert "robots_disallowed" in told
    assert peak < 500


def crawled_apart(campaign: Campaign, sources: Path) -> int:
    """Crawl in another process; peak MB of the one that crawls."""
    script = (
        "import resource, sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', loopback=True, progress=False);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)


def test_well_known_places_are_asked_one_after_the_other(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/")
    site.page("/cooperation")
    body = f"<urlset><url><loc>{site.url}/cooperation</loc></url></urlset>".encode()
    site.answers[GUESSES[2]] = Answer(body, headers=XML)
    outcome = run(campaign, sources_file(site, spiders=("sitemap",)))
    assert site.asked == ["/robots.txt", "/", *GUESSES[:3], "/cooperation"]
    assert not [event for event in outcome.events if event.name.startswith("sitemap")]


# --- whole crawls ---------------------------------------------------------------------------------


def test_most_of_what_matters_is_found_within_the_budget(
    campaign: Campaign, tmp_path: Path
) -> None:
    """A tenth of benchmarks/frontier.py, which crawls the whole site of 20,000 pages."""
    layouts = ("menu", "partial")
    assert set(layouts) <= set(LAYOUTS)
    sites = {layout: BigSite(layout, pages=3000) for layout in layouts}
    with ExitStack() as running:
        servers = {name: running.enter_context(served(site)) for name, site in sites.items()}
        entries = "".join(
            f"  - {{id: {name}, code: c, name: {name}, territory: T, sites: ['127.0.0.1'],"
            f" spider: {SPIDERS.get(name, 'listing')}, entry_pages: ['{server.url}/']}}\n"
            for name, server in servers.items()
        )
        sources = tmp_path / "sources.yml"
        sources.write_text(f"crawl: {{pages_per_source: 250}}\nsources:\n{entries}")
        run(campaign, sources)
        asked = {name: server.asked for name, server in servers.items()}

    harvests = {harvest.source: harvest for harvest in read_harvest(campaign)}
    for name, site in sites.items():
        paths = [re.sub(r";jsessionid=\w+", "", path) for path in asked[name]]
        assert len(site.targets & set(paths)) >= 0.95 * len(site.targets), name
        odd = [p for p in paths if re.search(r"agenda|connexion|partager|print=|tri=", p)]
        assert len(odd) < 15, name
        harvest = harvests[name]
        assert harvest.fetched == 250
        assert harvest.left > 250
        assert 40 <= harvest.relevant <= 65
        counts = list(harvest.curve().values())
        assert counts == sorted(counts)
        assert counts[0] >= 30  # after 50 fetches
        assert counts[-1] == harvest.relevant
        assert all(sum(found.why.values()) == found.points for found in harvest.pages)


def test_the_harvest_is_kept_and_joins_with_others(
    site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    site.page("/", "/cooperation-decentralisee", "/imprimer-cooperation", "/sport", "/charte.pdf")
    said = "La coopération décentralisée avec le Mali. " * 10
    site.page("/cooperation-decentralisee", "/reglement.pdf", text=said)
    site.page("/sport")
    body = site.answers["/cooperation-decentralisee"].body
    site.answers["/imprimer-cooperation"] = Answer(body)
    for path in ("/charte.pdf", "/reglement.pdf"):
        site.answers[path] = Answer(b"%PDF", headers={"Content-Type": "application/pdf"})
    sources = sources_file(site)
    run(campaign, sources)
    (harvest,) = read_harvest(campaign)
    found = {page.url.removeprefix(site.url): page for page in harvest.pages}
    assert list(found) == ["/cooperation-decentralisee", "/reglement.pdf"]
    assert found["/cooperation-decentralisee"].after == 2
    assert found["/reglement.pdf"].why == {"parent": 20}
    assert (harvest.fetched, harvest.left, harvest.copies) == (6, 0, 1)
    told = json.loads((campaign.corpus / HARVEST).read_text("utf-8"))["essai-0"]
    assert told["curve"] == {"6": 2}

    before = (campaign.corpus / HARVEST).read_bytes()
    run(campaign, sources)
    assert (campaign.corpus / HARVEST).read_bytes() == before

    other = Campaign.named("ensemble", tmp_path / "home")
    other.corpus.mkdir(parents=True)
    merge_harvests([campaign.corpus], other)
    assert read_harvest(other) == read_harvest(campaign)


def test_a_source_may_have_its_own_budget(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", *(f"/p{n}" for n in range(20)))
    sources = sources_file(site, crawl="{pages_per_source: 3}")
    sources.write_text(sources.read_text() + "\n    pages: 6\n")
    run(campaign, sources)
    assert len(site.asked) == 7  # with robots.txt
    assert load_sources(sources).sources[0].expect.pages_max == 6
    sources.write_text(sources.read_text().replace("pages: 6", "pages: 8"))
    run(campaign, sources)
    assert len(site.asked) == 9
    sources.write_text(sources.read_text().replace("pages: 8", "pages: 0"))
    with pytest.raises(InputError, match="minimum of 1"):
        load_sources(sources)
