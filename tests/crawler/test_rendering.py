"""Sites whose pages are written by scripts, rendered by a real Chromium over loopback."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, Event
from crawler.archive.capture import Capture, read_body
from crawler.archive.captures import archive_faults, read_captures
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.archive.verifying import verify_archive
from crawler.crawl import CrawlOutcome, crawl
from crawler.revisiting import Earlier
from tests.crawler.conftest import Answer, Site
from tests.nlp.reporting.browser import why_not

SourcesFile = Callable[..., Path]
Serve = Callable[[], Site]

JSON = {"Content-Type": "application/json"}
JS = {"Content-Type": "text/javascript; charset=utf-8"}

_APP = """
fetch('/api/appels.json').then(answer => answer.json()).then(calls => {
  for (const call of calls) {
    const item = document.createElement('li');
    item.innerHTML = `<a href="${call.adresse}">${call.titre}</a>`;
    document.getElementById('appels').append(item);
  }
  document.title = `${calls.length} appels à projets`;
});
"""
_SHELL = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>…</title>'
    '<link rel="stylesheet" href="/style.css"><script defer src="/app.js"></script></head>'
    '<body><img src="/logo.png"><ul id="appels"></ul></body></html>'
)
_CALLS = [
    {"titre": "Coopération décentralisée", "adresse": "/appels/1"},
    {"titre": "Règlement", "adresse": "/reglement.pdf"},
]


chromium = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser")


@pytest.fixture
def app(site: Site) -> Site:
    """A site whose list of calls is written by a script from JSON."""
    site.answers["/"] = Answer(_SHELL.encode())
    site.answers["/app.js"] = Answer(_APP.encode(), headers=JS)
    site.answers["/api/appels.json"] = Answer(json.dumps(_CALLS).encode(), headers=JSON)
    site.answers["/appels/1"] = Answer(_SHELL.encode())
    site.answers["/reglement.pdf"] = Answer(
        b"%PDF-1.4", headers={"Content-Type": "application/pdf"}
    )
    return site


@pytest.fixture
def rendering(sources_file: SourcesFile) -> Callable[..., Path]:
    """A sources file whose councils ask for rendering."""

    def write(*sites: Site) -> Path:
        path = sources_file(*sites)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("    spider:", "    render: true\n    spider:"), "utf-8")
        return path

    return write


def run(campaign: Campaign, sources: Path, **options: object) -> CrawlOutcome:
    return crawl(
        campaign, sources, contact="essai@example.org", loopback=True, progress=False, **options
    )


def captures_of(campaign: Campaign, site: Site, path: str) -> list[Capture]:
    return [c for c in read_captures(campaign.archive) if c.url == site.url + path]


def text_of(campaign: Campaign, capture: Capture) -> str:
    return read_body(campaign.archive, capture).content.decode("utf-8")


def told(outcome: CrawlOutcome, *names: str) -> list[Event]:
    return [event for event in outcome.events if event.name in names]


@chromium
def test_what_scripts_write_is_archived_and_followed(
    app: Site, campaign: Campaign, rendering: SourcesFile
) -> None:
    app.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /prive/", headers={})

    outcome = run(campaign, rendering(app))

    # each once, scripts included, and nothing that no word depends on
    assert sorted(app.asked) == sorted(
        ["/robots.txt", "/", "/app.js", "/api/appels.json", "/appels/1", "/reglement.pdf"]
    )
    assert all("essai@example.org" in agent for agent in app.agents)
    sent, dom = captures_of(campaign, app, "/")
    assert (sent.rendered_from, dom.rendered_from) == ("", sent.record_id)
    assert dom.captured_at == sent.captured_at
    assert text_of(campaign, sent) == _SHELL
    assert '<a href="/appels/1">Coopération décentralisée</a>' in text_of(campaign, dom)
    assert "2 appels à projets" in text_of(campaign, dom)
    assert len(captures_of(campaign, app, "/appels/1")) == 2
    (document,) = captures_of(campaign, app, "/reglement.pdf")
    assert document.mime == "application/pdf"
    assert told(outcome, "rendering_failed", "rendering_incomplete", "rendering_unavailable") == []
    assert list(verify_archive(campaign.archive)) == []
    assert list(archive_faults(campaign.archive)) == []
    (warc,) = campaign.archive.glob("*.warc.gz")
    with warc.open("rb") as file:
        kinds = [r.rec_type for r in ArchiveIterator(file, check_digests="raise")]
    assert kinds.count("conversion") == 2
    assert kinds.count("response") == 6


@chromium
def test_a_second_run_asks_and_renders_nothing(
    app: Site, campaign: Campaign, rendering: SourcesFile
) -> None:
    sources = rendering(app)
    run(campaign, sources)
    before = list(read_captures(campaign.archive))
    app.asked.clear()

    outcome = run(campaign, sources)

    assert app.asked == []
    assert outcome.fetched == 0
    assert list(read_captures(campaign.archive)) == before


@chromium
def test_an_unchanged_page_is_rendered_again_the_next_year(
    app: Site, campaign: Campaign, rendering: SourcesFile
) -> None:
    app.validating = True
    sources = rendering(app)
    run(campaign, sources)
    calls = [*_CALLS, {"titre": "Jeunesse et solidarité", "adresse": "/appels/1"}]
    app.answers["/api/appels.json"] = Answer(json.dumps(calls).encode(), headers=JSON)
    later = Campaign.named("essai-2", campaign.home)

    run(later, sources, since=campaign)

    sent, dom = captures_of(later, app, "/")
    assert sent.body_id
    assert dom.rendered_from == sent.record_id
    assert "Jeunesse et solidarité" in text_of(later, dom)
    assert list(archive_faults(later.archive)) == []
    # the DOM is not what a server can be asked about
    assert not any(c.rendered_from for c in Earlier.of("", Path(), [sent, dom]).captures.values())


@chromium
def test_scripts_obey_robots_txt_and_stay_on_the_site(
    serve: Serve, campaign: Campaign, rendering: SourcesFile
) -> None:
    site, other = serve(), serve()
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /prive/", headers={})
    refused = [
        "/prive/donnees.json",
        f"http://localhost:{other.port}/vol.json",
        f"http://ailleurs.test:{other.port}/vol.json",
    ]
    script = "".join(
        f"fetch('{url}').then(a => a.text(), e => 'refusé')"
        ".then(t => document.body.append(' ' + t));"
        for url in refused
    )
    site.answers["/"] = Answer(
        f"<body><script>{script} fetch('/', {{method: 'POST'}})</script></body>".encode()
    )

    outcome = run(campaign, rendering(site))

    assert site.asked == ["/robots.txt", "/"]
    assert other.asked == []
    dom = captures_of(campaign, site, "/")[-1]
    assert text_of(campaign, dom).count("refusé") == 3 + 3  # three in the script itself
    assert {event.name for event in told(outcome, "robots_disallowed", "offsite")} == {
        "robots_disallowed",
        "offsite",
    }


@pytest.mark.parametrize("missing", ["chromium", "playwright", "startable"])
def test_without_a_browser_one_line_says_so(
    missing: str,
    app: Site,
    campaign: Campaign,
    rendering: SourcesFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = "/nulle/part/chromium" if missing == "chromium" else shutil.which("false")
    monkeypatch.setenv("AECT_CHROMIUM", path or "")
    if missing == "playwright":
        (tmp_path / "playwright.py").write_text("raise ImportError('not here')")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    elif missing == "startable" and not find_spec("playwright"):
        pytest.skip("playwright is not installed")
    app.answers["/"] = Answer(_SHELL.replace("</ul>", '<li><a href="/appels/1">').encode())

    outcome = run(campaign, rendering(app))

    assert sorted(app.asked) == ["/", "/appels/1", "/robots.txt"]
    (event,) = told(outcome, "rendering_unavailable")
    assert event.level == "warning"
    assert {"chromium": "AECT_CHROMIUM", "playwright": "[script]", "startable": "start"}[
        missing
    ] in event.reason
    assert not any(capture.rendered_from for capture in read_captures(campaign.archive))


@contextmanager
def _listening() -> Iterator[tuple[int, list[str]]]:
    """A port, TCP and UDP, that nothing may reach; what did."""
    reached: list[str] = []
    with (
        socket.create_server(("127.0.0.1", 0)) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
    ):
        port = stream.getsockname()[1]
        datagram.bind(("127.0.0.1", port))

        def accept() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = stream.accept()
                    peer.settimeout(1)
                    with peer, suppress(OSError):
                        reached.append(f"tcp {peer.recv(200)!r}")

        def receive() -> None:
            with suppress(OSError):
                while True:
                    reached.append(f"udp {datagram.recv(200)!r}")

        for listen in (accept, receive):
            threading.Thread(target=listen, daemon=True).start()
        yield port, reached
        stream.shutdown(socket.SHUT_RDWR)
        datagram.close()


_WAYS_OUT = """
const there = '127.0.0.1:PORT';
const t = 'http://localhost:PORT';
const tries = [
  () => new WebSocket('ws://' + there + '/ws'),
  () => new EventSource(t + '/events'),
  () => navigator.sendBeacon(t + '/beacon', 'x'),
  () => { new Image().src = t + '/image'; },
  () => document.body.insertAdjacentHTML('beforeend', `<iframe src="${t}/frame"></iframe>
     <iframe src="file:///etc/passwd"></iframe><link rel="preconnect" href="${t}">
     <link rel="prefetch" href="${t}/prefetch"><object data="${t}/object"></object>
     <video src="${t}/video"></video><a id="ping" href="#x" ping="${t}/ping">x</a>
     <a id="load" href="${t}/load" download>x</a><form id="form" action="${t}/form"
     target="_blank"></form><link rel="dns-prefetch" href="//localhost:PORT">`),
  () => document.getElementById('ping').click(),
  () => document.getElementById('load').click(),
  () => document.getElementById('form').submit(),
  () => { for (let n = 0; n < 20; n++) window.open(t + '/popup' + n); },
  () => new Worker(URL.createObjectURL(new Blob([`
     fetch('${t}/worker'); new WebSocket('ws://${there}/worker-ws');
     importScripts('${t}/imported')`]))),
  () => new SharedWorker(URL.createObjectURL(new Blob([`
     fetch('${t}/shared'); new WebSocket('ws://${there}/shared-ws')`]))),
  () => navigator.serviceWorker.register('/sw.js'),
  () => new WebTransport('https://' + there + '/transport'),
  () => { const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:' + there},
     {urls: 'turn:' + there + '?transport=tcp', username: 'a', credential: 'b'}]});
     peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o)); },
  () => { const rules = document.createElement('script'); rules.type = 'speculationrules';
     rules.textContent = JSON.stringify({prerender: [{source: 'list', urls: ['/prerendered']}],
     prefetch: [{source: 'list', urls: [t + '/speculated']}]}); document.head.append(rules); },
  () => { alert('a'); confirm('b'); prompt('c'); window.print(); },
  () => { location.href = 'file:///etc/passwd'; },
  () => { fetch('http://' + there + '/private', {method: 'POST', mode: 'no-cors'}); },
  () => { location.href = t + '/gone'; },
];
let made = 0;
for (const one of tries) { try { one(); made++ } catch (error) { document.body.append(error) } }
document.body.append(`made ${made} tries`);
"""


@chromium
def test_a_page_reaches_nothing_past_the_crawler(
    site: Site, campaign: Campaign, rendering: SourcesFile
) -> None:
    with _listening() as (port, reached):
        script = _WAYS_OUT.replace("PORT", str(port))
        site.answers["/"] = Answer(f"<body><script>{script}</script></body>".encode())
        site.page("/suite", "/")
        site.answers["/sw.js"] = Answer(b"", headers=JS)
        outcome = run(campaign, rendering(site))

    assert reached == []
    assert site.asked == ["/robots.txt", "/"]
    dom = text_of(campaign, captures_of(campaign, site, "/")[-1])
    leaked = "root:x:0" in dom  # apart: pytest would compare the texts letter by letter
    assert not leaked
    assert "made 1" in dom  # more than nine of the ways were there to be tried
    assert told(outcome, "rendering_failed", "rendering_unavailable") == []


_TRICKS = {
    "/boucle": "document.body.append('écrit avant'); for (;;) {}",
    "/alertes": "document.body.append('écrit avant'); for (;;) alert('encore')",
    "/requetes": "let n = 0; setInterval(() => { for (let i = 0; i < 50; i++) fetch('/x' + n++)"
    ".catch(() => 0) }, 1)",
    "/memoire": "const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1))",
    "/long": "document.body.hidden = true; document.body.append('a'.repeat(30 << 20))",
    "/vide": "document.documentElement.remove()",
    "/menteur": "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'menti'});"
    "String.prototype.slice = () => 'menti'; document.body.append('vrai')",
    "/ailleurs": "location.replace('/cible')",
    "/recharge": "setTimeout(() => location.reload(), 5)",
}


@chromium
def test_hostile_scripts_end_well(
    site: Site, campaign: Campaign, rendering: SourcesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of the child's own limits, which would take a minute here
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "hurried"))
    links = "".join(f'<a href="{path}">{path}</a>' for path in [*_TRICKS, "/fin"])
    site.answers["/"] = Answer(f"<body>{links}</body>".encode())
    for path, script in _TRICKS.items():
        site.answers[path] = Answer(f"<body><script>{script}</script></body>".encode())
    site.answers["/cible"] = Answer(b"<body>cible</body>")
    site.answers["/fin"] = Answer(b"<body><script>document.body.append('fi' + 'ni')</script>")

    outcome = run(campaign, rendering(site))

    doms = {
        capture.url.removeprefix(site.url): capture
        for capture in read_captures(campaign.archive)
        if capture.rendered_from
    }
    events = {
        (event.name, event.subject.removeprefix(site.url))
        for event in outcome.events
        if event.name.startswith(("rendering", "script"))
    }
    assert "fini" in text_of(campaign, doms["/fin"])
    assert "écrit avant" in text_of(campaign, doms["/boucle"])
    assert "vrai" in text_of(campaign, doms["/menteur"])
    length = len(read_body(campaign.archive, doms["/long"]).content)
    assert length == ENTITY_LIMIT
    assert sum(path.startswith("/x") for path in site.asked) <= 60
    assert "/cible" in site.asked
    assert site.asked.count("/recharge") == 1
    assert {
        ("rendering_incomplete", "/boucle"),
        ("rendering_incomplete", "/long"),
        ("rendering_failed", "/vide"),
        ("script_redirect", "/ailleurs"),
    } <= events
    # whether the browser still answers after these depends on how fast the machine is
    assert {"/requetes", "/alertes"} <= {path for _, path in events} | doms.keys()
    assert not any(name == "rendering_unavailable" for name, _ in events)
    assert not outcome.expectations_failed
    assert list(archive_faults(campaign.archive)) == []


@chromium
def test_a_killed_crawl_leaves_no_browser_and_goes_on(
    app: Site, campaign: Campaign, rendering: SourcesFile
) -> None:
    sources = rendering(app)
    app.answers["/appels/1"] = Answer(b"<script>for (;;) {}</script>")
    script = (
        "import sys; from pathlib import Path; from corpora.campaign import Campaign;"
        "from crawler.crawl import crawl;"
        "crawl(Campaign.named('essai', Path(sys.argv[1])), Path(sys.argv[2]),"
        " contact='essai@example.org', loopback=True, progress=False)"
    )
    command = [sys.executable, "-c", script, str(campaign.home), str(sources)]
    parent = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=Path.cwd())
    _until(lambda: "/appels/1" in app.asked)
    time.sleep(1)
    family = _descendants(parent.pid)
    assert len(family) > 3
    os.kill(family[0], signal.SIGKILL)
    parent.wait(timeout=10)
    _until(lambda: not any(_alive(pid) for pid in family))
    app.answers["/appels/1"] = Answer(_SHELL.encode())
    app.asked.clear()

    run(campaign, sources)

    # what was archived is rendered from the archive; what its scripts asked for is there too
    assert "/" not in app.asked
    assert len([c for c in captures_of(campaign, app, "/") if c.rendered_from]) == 1
    assert len([c for c in captures_of(campaign, app, "/appels/1") if c.rendered_from]) == 1


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                found += [int(child), *_descendants(int(child))]
    return found
