"""Politeness and law: robots.txt, pauses, turns, hours, and sites that want no crawl."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import Campaign, InputError, read_events
from crawler.archive.captures import read_captures
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter
from crawler.manners import politeness
from crawler.manners.challenges import challenge
from crawler.manners.hours import PARIS, Hours
from crawler.manners.politeness import Ended, Politeness, retry_after
from crawler.manners.robots import FRESH, MOST_LISTED, RobotsMiddleware
from crawler.manners.rules import LONGEST_FILE, Rules
from crawler.replaying import MOST_REFUSALS
from crawler.sources import load_sources
from crawler.watching.monitors import MOST_SILENCES
from tests.crawler.conftest import HTML, Answer, Site
from tests.crawler.test_crawl import named, run, until

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]
PLAIN = {"Content-Type": "text/plain"}


# --- robots.txt, line by line -------------------------------------------------------------------


def allowed(robots: str | bytes, *paths: str) -> list[bool]:
    rules = Rules(robots if isinstance(robots, bytes) else robots.encode())
    return [rules.allows("http://essai.example" + path) for path in paths]


@pytest.mark.parametrize(
    ("robots", "open_", "closed"),
    [
        # the group of our name, in any case, with or without a version; else that of all
        ("User-agent: AECT\nDisallow: /a\n\nUser-agent: *\nDisallow: /", ["/b"], ["/a"]),
        ("User-agent: aect/1.0 (x)\nDisallow: /a\n", ["/b"], ["/a"]),
        ("User-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /", ["/b"], ["/a"]),
        ("User-agent: a\nUser-agent: ae\nAllow: /\nUser-agent: *\nDisallow: /", [], ["/"]),
        ("User-agent: aectbot\nDisallow: /", ["/"], []),
        ("User-agent: aect\n\nUser-agent: *\nDisallow: /\n", [], ["/x"]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: aect\nDisallow:\n", ["/x"], []),
        ("Disallow: /\n", ["/x"], []),
        # groups of one name are one; lines of other meaning do not part a group
        ("user-agent: aect\ndisallow: /a\nuser-agent: x\nallow: /\nuser-agent: aect\ndisallow: /b",
         ["/c"], ["/a", "/b"]),
        ("User-agent: aect\nSitemap: http://x/s.xml\nUser-agent: y\nDisallow: /a", ["/b"], ["/a"]),
        ("User-agent: aect\nCrawl-delay: 2\nUser-agent: y\nDisallow: /a", ["/b"], ["/a"]),
        ("User-agent: aect\nClean-param: x\nUser-agent: y\nDisallow: /a", ["/b"], ["/a"]),
        # the longest match, and Allow before Disallow
        ("User-agent: *\nDisallow: /p/\nAllow: /p/q", ["/p/q", "/p/qa"], ["/p/", "/p/r"]),
        ("User-agent: *\nAllow: /p\nDisallow: /p", ["/p"], []),
        ("User-agent: *\nAllow: /p\nDisallow: /*.pdf", ["/p/a"], ["/p/a.pdf"]),
        ("User-agent: *\nDisallow: /\nAllow: /index.html", ["/index.html"], ["/", "/a"]),
        ("User-agent: *\nDisallow: /A", ["/a"], ["/A"]),
        ("User-agent: *\nDisallow: /a?b", ["/a", "/a?c"], ["/a?b=1"]),
        ("User-agent: *\nDisallow: /", ["/robots.txt"], ["/robots.txt2"]),
        # * and $
        ("User-agent: *\nDisallow: /*.php$", ["/a.php?x", "/a.phpx"], ["/a.php", "/b/c.php"]),
        ("User-agent: *\nDisallow: /a*b*c", ["/ab", "/acb"], ["/abc", "/a1b2c3"]),
        ("User-agent: *\nDisallow: *x", ["/a"], ["/x", "/a/x"]),
        ("User-agent: *\nDisallow: /a$b", ["/a"], ["/a$b", "/a%24b"]),
        ("User-agent: *\nDisallow: /a-%2A", ["/a-b"], ["/a-*", "/a-%2a"]),
        ("User-agent: *\nDisallow: /$", ["/a"], ["/"]),
        # spellings of one octet
        ("User-agent: *\nDisallow: /é", ["/e"], ["/%C3%A9", "/%c3%a9/x"]),
        ("User-agent: *\nDisallow: /%7Ejo", ["/jo"], ["/~jo", "/%7ejo"]),
        ("User-agent: *\nDisallow: /a%2Fb", ["/a/b"], ["/a%2fb"]),
        (b"User-agent: *\nDisallow: /\xe9", ["/%E8"], ["/%E9", "/%e9t"]),
        # what files really look like
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a # non\r\n", ["/b"], ["/a"]),
        ("User-agent: *\rDisallow: /a\rAllow: /b", ["/b"], ["/a"]),
        ("  USER-AGENT :*\n\n# x\n  disallow :  /a  ", ["/b"], ["/a"]),
        ("User-agent: *\nDisalow: /a\nDisallow /b\nfoo\n: /", ["/c", "/b"], ["/a"]),
        ("User-agent: *\nDisallow: a", ["/b"], ["/a"]),
        ("<html>User-agent: *\nDisallow: /</html>", ["/"], []),
        ("", ["/"], []),
    ],
)  # fmt: skip
def test_rules(robots: str | bytes, open_: list[str], closed: list[str]) -> None:
    assert allowed(robots, *open_) == [True] * len(open_)
    assert allowed(robots, *closed) == [False] * len(closed)


def test_delays_and_sitemaps() -> None:
    rules = Rules(b"Sitemap: http://x/a.xml\nUser-agent: *\nCrawl-delay: 2,5\nsitemap: /s\n")
    assert rules.delay == 2.5
    assert rules.sitemaps == ["http://x/a.xml", "/s"]
    assert Rules(b"User-agent: *\nCrawl-delay: 9\nUser-agent: aect\nAllow: /").delay is None
    assert Rules(b"User-agent: *\nCrawl-delay: -1").delay is None
    assert Rules(b"User-agent: *\nCrawl-delay: nan").delay is None


def test_500_kib_are_read_and_no_more() -> None:
    head = b"User-agent: *\nDisallow: /a\n"
    line = b"# plus de mille lignes\n"
    within = head + line * ((LONGEST_FILE - 60) // len(line)) + b"Disallow: /b\n"
    assert len(within) < LONGEST_FILE
    assert allowed(within + line * 9 + b"Disallow: /c\n" * 9, "/a", "/b", "/c") == [
        False,
        False,
        True,
    ]
    # half a path would close more than was meant
    cut = head + b"#" * (LONGEST_FILE - len(head) - 14) + b"\nDisallow: /prive/notes\n"
    assert allowed(cut, "/pr", "/prive/notes") == [True, True]


def test_many_stars_take_no_time() -> None:
    started = time.monotonic()
    rules = Rules(b"User-agent: *\n" + b"Disallow: /" + b"*a" * 5000 + b"$\n")
    assert rules.allows("http://essai.example/" + "a" * 1900 + "b")
    assert time.monotonic() - started < 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Allow", "Disallow"]), st.text("ab/*.", min_size=1, max_size=6)),
        max_size=8,
    ),
    st.text("ab/.", max_size=8),
)
def test_another_reader_agrees(rules: list[tuple[str, str]], path: str) -> None:
    lines = [f"{name}: /{pattern}" for name, pattern in rules]
    text = "\n".join(["User-agent: *", *lines])
    url = f"http://essai.example/{path}"
    assert Rules(text.encode()).allows(url) == Protego.parse(text).can_fetch(url, "aect")


# --- robots.txt, as servers give it ---------------------------------------------------------------


def test_what_each_answer_for_robots_txt_means(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile
) -> None:
    forbids = b"User-agent: aect\nDisallow: /prive\n"

    def without_end(wfile: BinaryIO) -> None:
        wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + forbids)
        while True:
            wfile.write(b"# encore\n" * 5000)

    def silent(wfile: BinaryIO) -> None:
        pass

    def hops(site: Site, count: int) -> None:
        site.redirect("/robots.txt", "/r1")
        for number in range(1, count):
            site.redirect(f"/r{number}", f"/r{number + 1}")
        site.answers[f"/r{count}"] = Answer(forbids, headers=PLAIN)

    kinds: dict[str, tuple[Callable[[Site], None], str]] = {
        "rules": (lambda site: site.answers.update({"/robots.txt": Answer(forbids)}), "obeyed"),
        **{
            str(status): (
                lambda site, status=status: site.answers.update(
                    {"/robots.txt": Answer(forbids, status, PLAIN)}
                ),
                "closed" if status >= 429 else "open",
            )
            for status in (401, 403, 404, 410, 429, 500, 503)
        },
        "dropped": (
            lambda site: site.answers.update({"/robots.txt": Answer(stream=silent)}),
            "closed",
        ),
        "endless": (
            lambda site: site.answers.update({"/robots.txt": Answer(stream=without_end)}),
            "obeyed",
        ),
        "5 hops": (lambda site: hops(site, 5), "obeyed"),
        "6 hops": (lambda site: hops(site, 6), "open"),
        "loop": (lambda site: site.redirect("/robots.txt", "/robots.txt"), "open"),
    }  # fmt: skip
    sites = {name: serve() for name in kinds}
    for name, (answers, _) in kinds.items():
        sites[name].page("/", "/prive", "/public")
        sites[name].page("/prive")
        sites[name].page("/public")
        answers(sites[name])

    outcome = run(campaign, sources_file(*sites.values()))

    asked = {
        name: {path for path in site.asked if path in ("/", "/prive", "/public")}
        for name, site in sites.items()
    }
    means = {
        "open": {"/", "/prive", "/public"},
        "obeyed": {"/", "/public"},
        "closed": set(),
    }
    assert asked == {name: means[meaning] for name, (_, meaning) in kinds.items()}
    of_name = {site.url: name for name, site in sites.items()}
    unreachable = {of_name[url[:-1]] for url in named(outcome.events, "robots_unreachable")}
    assert unreachable == {name for name, (_, meaning) in kinds.items() if meaning == "closed"}
    assert len(outcome.expectations_failed) == len(unreachable)
    missing = {url.removesuffix("/robots.txt") for url in named(outcome.events, "robots_missing")}
    assert {of_name[url] for url in missing} == {"6 hops", "loop"}
    assert named(outcome.events, "over_limit") == [sites["endless"].url + "/robots.txt"]


def test_what_robots_txt_closes_is_listed_and_counted(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    closed = [f"/prive/{number}" for number in range(MOST_LISTED + 200)]
    site.page("/", *closed, "/public")
    site.page("/public")
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /prive", headers=PLAIN)
    outcome = run(campaign, sources_file(site))
    assert site.asked == ["/robots.txt", "/", "/public"]
    assert len(named(outcome.events, "robots_disallowed")) == MOST_LISTED
    (count,) = [event for event in outcome.events if event.name == "robots_closed"]
    assert count.subject == "Conseil régional d'Essai 0"
    assert f"closed {len(closed)} of" in count.reason
    assert "200 of them are not listed" in count.reason
    assert not [event for event in outcome.events if event.level == "error"]


def test_robots_txt_of_yesterday_is_asked_for_again(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a")
    site.page("/a")
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], "HTTP/1.1")
    at = datetime.now(UTC) - timedelta(hours=25)
    writer = ArchiveWriter(campaign.archive, "essai-0", {})
    writer.write(Exchange(f"{site.url}/robots.txt", at, b"User-agent: *\nDisallow: /", head), {})
    writer.close()
    run(campaign, sources_file(site))
    assert site.asked == ["/robots.txt", "/", "/a"]


def test_robots_txt_grows_old_while_a_crawl_runs() -> None:
    now, answers, asked = [0.0], [], []

    async def download(request: Request) -> Response:
        asked.append(request.url)
        return answers.pop(0)

    crawler = SimpleNamespace(
        signals=SignalManager(),
        engine=SimpleNamespace(download_async=download),
        get_extension=lambda _: None,
        spider=None,
    )
    middleware = RobotsMiddleware(crawler, clock=lambda: now[0])
    page = Request("http://essai.example/a")
    closes = Response("http://essai.example/robots.txt", body=b"User-agent: *\nDisallow: /a")
    opens, fails = closes.replace(body=b""), closes.replace(status=503)

    def is_open() -> bool:
        try:
            asyncio.run(middleware.process_request(page))
        except politeness.Untold:
            raise
        except Exception:
            return False
        return True

    answers += [opens]
    assert is_open()
    now[0] = FRESH - 1
    assert is_open()
    assert len(asked) == 1
    now[0], answers[:] = FRESH + 1, [closes]
    assert not is_open()
    # what cannot be had anew is obeyed as it stood
    now[0], answers[:] = 3 * FRESH, [fails]
    assert not is_open()
    now[0], answers[:] = 5 * FRESH, [opens]
    assert is_open()
    assert len(asked) == 4
    other = Request("https://essai.example/a")
    answers[:] = [closes]
    with pytest.raises(Exception, match="forbids"):
        asyncio.run(middleware.process_request(other))
    assert asked[-1] == "https://essai.example/robots.txt"


# --- turns, pauses, hours ----------------------------------------------------------------------


def test_one_connection_at_a_time_to_a_host_that_two_sources_share(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    inside, most = [0], [0]

    def slowly(wfile: BinaryIO) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        body = b"<p>La R\xc3\xa9gion agit.</p>"
        wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body))  # fmt: skip
        inside[0] -= 1

    paths = [f"/p{number}" for number in range(12)]
    site.page("/", *paths)
    site.answers |= {path: Answer(stream=slowly) for path in paths}
    run(campaign, sources_file(site, site))
    assert most == [1]
    urls = [capture.url for capture in read_captures(campaign.archive)]
    assert len(urls) == 2 * (2 + len(paths))


REAL = "http://conseil-essai.fr"
"""A name that is not reserved, served by a proxy alone: as polite as on the real web."""


@pytest.fixture
def real(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.delenv("no_proxy", raising=False)
    site.answers[f"{REAL}/robots.txt"] = Answer(b"", headers=PLAIN)
    return site


def real_sources(tmp_path: Path, *hosts: str, crawl: str = "{delay: 0.2}") -> Path:
    path = tmp_path / "sources.yml"
    entries = "".join(
        f"  - {{id: s{n}, code: c, name: Conseil {n}, territory: T, sites: [{host}],"
        f" spider: listing, entry_pages: ['http://{host}/{n or ''}']}}\n"
        for n, host in enumerate(hosts)
    )
    path.write_text(f"crawl: {crawl}\nsources:\n{entries}", encoding="utf-8")
    return path


def test_pauses_hold_between_sources_that_share_a_host(
    real: Site, campaign: Campaign, tmp_path: Path
) -> None:
    rules = b"User-agent: *\nCrawl-delay: 0.9\n"
    real.answers[f"{REAL}/robots.txt"] = Answer(rules, headers=PLAIN)
    real.page(f"{REAL}/", f"{REAL}/a")
    real.page(f"{REAL}/1", f"{REAL}/a")
    real.page(f"{REAL}/a")
    run(campaign, real_sources(tmp_path, "conseil-essai.fr", "conseil-essai.fr"), loopback=False)
    assert len(real.times) == 6
    assert min(after - before for before, after in pairwise(real.times)) >= 0.85


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(
    real: Site, campaign: Campaign, tmp_path: Path, form: str
) -> None:
    asked = []

    def busy_once(wfile: BinaryIO) -> None:
        asked.append(time.monotonic())
        if len(asked) > 1:
            wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Enfin</p>")
            return
        wait = "3"
        if form == "date":
            at = datetime.now(UTC) + timedelta(seconds=4)
            wait = format_datetime(at, usegmt=True)
        wfile.write(f"HTTP/1.1 503 Busy\r\nRetry-After: {wait}\r\n\r\n".encode())

    real.page(f"{REAL}/", f"{REAL}/a", f"{REAL}/b")
    real.answers[f"{REAL}/a"] = Answer(stream=busy_once)
    real.page(f"{REAL}/b")
    run(campaign, real_sources(tmp_path, "conseil-essai.fr"), loopback=False)
    place = real.asked.index(f"{REAL}/a")
    # the host rests, not the page alone
    assert real.times[place + 1] - real.times[place] >= 2.9
    assert len(asked) == 2
    assert {c.url: c.status for c in read_captures(campaign.archive)}[f"{REAL}/a"] == 200


def test_a_source_that_asks_for_hours_of_peace_gets_them(
    real: Site, campaign: Campaign, tmp_path: Path
) -> None:
    later = {"Retry-After": "7200"}
    real.page(f"{REAL}/", f"{REAL}/a")
    real.answers[f"{REAL}/a"] = Answer(b"", 503, later)
    other = "http://conseil-autre.fr"
    real.answers[f"{other}/robots.txt"] = Answer(b"", headers=PLAIN)
    real.page(f"{other}/1", f"{other}/b", f"{other}/c")
    real.page(f"{other}/b")
    real.page(f"{other}/c")
    sources = real_sources(tmp_path, "conseil-essai.fr", "conseil-autre.fr")
    outcome = run(campaign, sources, loopback=False)
    assert real.asked.count(f"{REAL}/a") == 1
    assert {f"{other}/b", f"{other}/c"} <= set(real.asked)
    (stopped,) = [event for event in outcome.events if event.name == "source_stopped"]
    assert stopped.subject == "Conseil 0"
    assert "come back in 120 minutes" in stopped.reason


def test_retry_after_forms() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert retry_after(b" 120 ", now) == 120
    assert retry_after(b"Sun, 01 Mar 2026 12:01:30 GMT", now) == 90
    assert retry_after(b"Sunday, 01-Mar-26 12:01:30 GMT", now) == 90
    assert retry_after(b"Sun, 01 Mar 2026 11:00:00 GMT", now) == 0
    zone = b"Sun, 01 Mar 2026 12:01:30 +99999999999999"
    for nonsense in (b"", b"soon", b"-5", b"\xff", b"1e9", zone):
        assert retry_after(nonsense, now) is None
    assert retry_after(b"9" * 400, now) == 999_999_999


def test_hours() -> None:
    night = Hours.read("22-06")
    at = lambda *when: datetime(*when, tzinfo=PARIS)  # noqa: E731
    assert night.opens_in(at(2026, 1, 5, 22, 0)) == 0
    assert night.opens_in(at(2026, 1, 5, 5, 59)) == 0
    assert night.opens_in(at(2026, 1, 5, 6, 0)) == 16 * 3600
    assert night.opens_in(datetime(2026, 7, 1, 19, 0, tzinfo=UTC)) == 3600
    # the clocks go forward on 29 March 2026 at 2 o'clock
    assert Hours.read("4-5").opens_in(at(2026, 3, 28, 23, 0)) == 4 * 3600
    day = Hours.read("8:30-17:15")
    assert day.opens_in(at(2026, 1, 5, 17, 15)) == 15.25 * 3600
    assert day.opens_in(at(2026, 1, 5, 8, 30)) == 0
    assert Hours.read("20-24").opens_in(at(2026, 1, 5, 0, 0)) == 20 * 3600


@given(
    st.integers(0, 95),
    st.integers(0, 95),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_after_the_wait_a_window_is_open(start: int, end: int, now: datetime) -> None:
    if start == end:
        return
    text = f"{start // 4}:{start % 4 * 15:02}-{end // 4}:{end % 4 * 15:02}"
    hours = Hours.read(text)
    for _ in range(3):  # a window inside the hour that a clock skips opens a day later
        if not (wait := hours.opens_in(now)):
            return
        assert 0 < wait <= 25 * 3600
        now += timedelta(seconds=wait)
    assert hours.opens_in(now) == 0


@pytest.mark.parametrize("text", ["22", "22-22", "25-3", "22h-6h", "1-2-3", "22:70-6"])
def test_wrong_hours_are_told(site: Site, sources_file: SourcesFile, text: str) -> None:
    path = sources_file(site, crawl=f"{{hours: '{text}'}}")
    with pytest.raises(InputError, match=r"sources.yml:1: crawl.hours: '"):
        load_sources(path)


def window(*, opens_in: int) -> str:
    """Hours that begin after so many minutes and last two hours."""
    start = datetime.now(PARIS) + timedelta(minutes=opens_in)
    end = start + timedelta(hours=2)
    return f"{start:%H:%M}-{end:%H:%M}"


def test_a_crawl_waits_for_its_hours_and_can_be_stopped(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a")
    site.page("/a")
    sources = sources_file(site, site, crawl=f"{{hours: '{window(opens_in=180)}'}}")
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', loopback=True, progress=True)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    log = campaign.home.parent / "said.txt"
    with log.open("w") as file:
        parent = subprocess.Popen(command, stderr=file, cwd=Path.cwd())
        until(lambda: "waiting until" in log.read_text())
        time.sleep(0.5)
        assert site.asked == []
        stopped = time.monotonic()
        parent.send_signal(signal.SIGINT)
        parent.wait(timeout=10)
    assert time.monotonic() - stopped < 5
    said = log.read_text()
    assert said.count("outside the hours") == 1
    assert "KeyboardInterrupt" in said
    assert site.asked == []

    sources_file(site, site, crawl=f"{{hours: '{window(opens_in=-60)}'}}")
    run(campaign, sources)
    assert set(site.asked) == {"/robots.txt", "/", "/a"}


def test_the_turn_comes_when_the_window_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    now = [datetime(2026, 1, 5, 21, 0, tzinfo=PARIS)]
    crawler = SimpleNamespace(
        settings=Settings({"CRAWL_HOURS": "22-06", "AUTOTHROTTLE_ENABLED": True}),
        signals=SignalManager(),
        engine=SimpleNamespace(running=True),
        spider=SimpleNamespace(notice=said.append),
    )
    polite = Politeness(crawler, clock=lambda: now[0])
    monkeypatch.setattr(politeness, "TICK", 0.01)
    monkeypatch.setattr(politeness, "_CLOSURES_TOLD", set())

    async def turn(url: str) -> str:
        async with polite.turn(Request(url), 0.0):
            return url

    async def night_falls() -> list[str]:
        first = asyncio.create_task(turn("http://essai.example/a"))
        second = asyncio.create_task(turn("http://essai.example/b"))
        await asyncio.sleep(0.1)
        assert not first.done()
        now[0] = datetime(2026, 1, 5, 22, 0, tzinfo=PARIS)
        return [await first, await second]

    assert asyncio.run(night_falls()) == ["http://essai.example/a", "http://essai.example/b"]
    (line,) = said
    assert "05/01 22:00" in line

    crawler.engine.running = False
    with pytest.raises(Ended):
        asyncio.run(turn("http://essai.example/c"))


def test_a_long_pause_does_not_hold_up_the_end(
    real: Site, campaign: Campaign, tmp_path: Path
) -> None:
    rules = b"User-agent: *\nCrawl-delay: 500\n"
    real.answers[f"{REAL}/robots.txt"] = Answer(rules, headers=PLAIN)
    real.page(f"{REAL}/", f"{REAL}/a")
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', progress=False)"
    )
    sources = real_sources(tmp_path, "conseil-essai.fr")
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    parent = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=Path.cwd())
    until(lambda: len(real.asked) == 1)
    time.sleep(1)
    stopped = time.monotonic()
    parent.send_signal(signal.SIGINT)
    parent.wait(timeout=20)
    assert time.monotonic() - stopped < 5
    assert len(real.asked) == 1
    (cut,) = [e for e in read_events(campaign.corpus / "crawl.jsonl") if e.name == "long_pause_cut"]
    assert "60 s are kept" in cut.reason


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["403", "429", "challenge"])
def test_a_site_that_refuses_is_left_in_peace_and_taken_up_later(
    serve: Serve, campaign: Campaign, sources_file: SourcesFile, kind: str
) -> None:
    refusing, willing = serve(), serve()
    paths = [f"/p{number}" for number in range(20)]
    for site in (refusing, willing):
        site.page("/", *paths)
        for path in paths:
            site.page(path)
    served = dict(refusing.answers)
    check = b"<title>Un instant</title><script src='/_Incapsula_Resource?x'></script>"
    refusal = Answer(check) if kind == "challenge" else Answer(b"non", int(kind))
    refusing.answers |= dict.fromkeys(paths[3:], refusal)
    sources = sources_file(refusing, willing)

    outcome = run(campaign, sources)

    refused = [path for path in refusing.asked if path in paths[3:]]
    # without pauses, some go out while the spider looks at the answer of the last
    assert MOST_REFUSALS <= len(refused) <= MOST_REFUSALS + (4 if kind == "challenge" else 1)
    (stopped,) = [event for event in outcome.events if event.name == "source_stopped"]
    assert stopped.level == "error"
    assert stopped.subject == "Conseil régional d'Essai 0"
    assert "5 times in a row" in stopped.reason
    assert set(paths) <= set(willing.asked)
    challenged = named(outcome.events, "challenge_suspected")
    assert sorted(challenged) == sorted(refusing.url + p for p in refused if kind == "challenge")

    refusing.answers |= served
    refusing.asked.clear()
    again = run(campaign, sources)
    assert named(again.events, "source_stopped") == []
    assert set(paths[3:]) <= set(refusing.asked)
    assert "/p0" not in refusing.asked
    latest = {c.url: c for c in read_captures(campaign.archive) if c.status == 200}
    assert {refusing.url + path for path in paths} <= set(latest)
    refusing.asked.clear()
    run(campaign, sources)
    assert refusing.asked == []


def test_refusals_that_are_not_in_a_row_stop_nothing(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    paths = [f"/p{number:02}" for number in range(24)]
    site.page("/", *paths)
    for number, path in enumerate(paths):
        if number % 4 == 3:
            site.page(path)
        else:
            site.answers[path] = Answer(b"", 403)
    outcome = run(campaign, sources_file(site))
    assert set(paths) <= set(site.asked)
    assert named(outcome.events, "source_stopped") == []


def test_a_site_that_falls_silent_does_not_cost_three_timeouts_for_each_page(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    paths = [f"/p{number:02}" for number in range(30)]
    site.page("/", *paths)
    mute = Answer(stream=lambda _: time.sleep(1.5))
    site.answers |= dict.fromkeys(paths, mute)
    sources = sources_file(site, crawl="{timeout: 1}")

    outcome = run(campaign, sources)

    (stopped,) = [event for event in outcome.events if event.name == "source_stopped"]
    assert f"did not answer for {MOST_SILENCES} pages in a row" in stopped.reason
    assert len(set(site.asked) & set(paths)) <= MOST_SILENCES + 4

    for path in paths:
        site.page(path)
    site.asked.clear()
    again = run(campaign, sources)
    assert named(again.events, "source_stopped") == []
    assert set(paths) <= set(site.asked)


def page(body: str, **headers: str) -> HtmlResponse:
    kept = {"Content-Type": "text/html; charset=utf-8"} | headers
    return HtmlResponse("http://essai.example/a", headers=kept, body=body.encode())


MENU = "".join(f"<li><a href='/{n}'>Rubrique {n}</a>" for n in range(8))

CHECKS = {
    "Cloudflare": page(
        "<title>Un instant…</title><p>Contrôle de la connexion à essai.example</p>"
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script>"
    ),
    "Cloudflare, by its header": page("<p>…</p>", **{"cf-mitigated": "challenge"}),
    "Imperva": page("<iframe src='/_Incapsula_Resource?SWUDNSAI=9'>Incident 42</iframe>"),
    "DataDome": page("<script src='https://ct.captcha-delivery.com/c.js'></script>"),
    "HUMAN": page("<title>Contrôle</title><div id='px-captcha'></div>"),
    "Akamai": page("<script>location='/a?bm-verify=AAQ'</script>"),
    "AWS WAF": page("", **{"x-amzn-waf-action": "challenge"}),
    "AWS WAF, its page": page("<script>window.awsWafCookieDomainList=[]</script><p>JavaScript"),
    "F5": page("<title>Rejet</title>The requested URL was rejected. Support ID: 1"),
    "Sucuri": page("<script>sucuri_cloudproxy_js=''</script>"),
    "SiteGround": page("<meta http-equiv=refresh content='0;/.well-known/sgcaptcha/?r=x'>"),
    "Anubis": page("<script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>"),
    "Vercel": page("<p>Contrôle</p>", **{"x-vercel-mitigated": "challenge"}),
    "FortiWeb": page("<h1>Web Page Blocked!</h1><p>Attack ID: 1"),
    "DDoS-Guard": page("<title>DDOS-GUARD</title><p>Un moment"),
    "a captcha alone": page("<form><div class='g-recaptcha' data-sitekey=k></div></form>"),
    "words": page("<h1>Êtes-vous un humain ?</h1><p>Cochez la case pour continuer."),
    "refusal in words": page("<title>Accès refusé</title><p>Votre adresse a été bloquée."),
}

PAGES = {
    "a page with a shield's script": page(
        f"<ul>{MENU}</ul><p>Aide</p><script src='/cdn-cgi/challenge-platform/jsd.js'></script>"
    ),
    "a contact form": page(
        f"<ul>{MENU}</ul><form><label>Votre message</label><div class='g-recaptcha'></div></form>"
    ),
    "a form on a bare page": page(
        "<h1>Nous écrire</h1><p>"
        + "Le service des relations internationales répond sous dix jours. " * 4
        + "<form><div class='h-captcha'></div></form>"
    ),
    "an article": page("<p>L'accès refusé aux associations : le préfet répond. " + "Texte. " * 120),
    "a short page": page("<h1>Appel à projets</h1><p>Date limite : 3 mai."),
    "nothing": page(""),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_robot_check_is_recognised(name: str) -> None:
    assert challenge(CHECKS[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_none(name: str) -> None:
    assert challenge(PAGES[name]) == ""


def test_a_robot_check_is_told_and_not_counted_as_a_page(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/defi", "/defi.pdf", "/page")
    headers = HTML | {"cf-mitigated": "challenge"}
    site.answers["/defi"] = Answer(b"", 202, headers)
    site.answers["/defi.pdf"] = Answer(CHECKS["F5"].body)
    site.page("/page")
    outcome = run(campaign, sources_file(site, expect="{pages_min: 3, pages_max: 9}"))
    told = named(outcome.events, "challenge_suspected")
    assert told == [f"{site.url}/defi", f"{site.url}/defi.pdf"]
    (failed,) = outcome.expectations_failed
    assert failed.reason.startswith("2 pages and files archived")


def test_whom_to_ask_stands_in_every_request(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    site.page("/", "/a")
    site.page("/a")
    run(campaign, sources_file(site))
    (agent,) = site.agents
    assert agent.startswith("aect/")
    assert "+essai@example.org" in agent
