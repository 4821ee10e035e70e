"""A council's site on loopback, whose every answer a test decides."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import pytest

from corpora.campaign import Campaign

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Answer:
    """``stream`` writes the whole answer itself, head and all; the connection ends with it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))
    chunked: bool = False
    pause: float = 0.0
    stream: Callable[[BinaryIO], None] | None = None


@dataclass
class Site:
    """Answers by path; whatever is not there is a 404. ``asked`` records the paths.

    A ``validating`` site gives each page an ETag and answers 304 to it; ``sent`` counts the bytes
    of all bodies.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    validating: bool = False
    sent: int = 0
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, *links: str, text: str = "La Région agit.", **rest) -> None:
        items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        body = f"<html><title>{path}</title><body><p>{text}</p><ul>{items}</ul></body></html>"
        self.answers[path] = Answer(body.encode(), **rest)

    def redirect(self, path: str, to: str) -> None:
        self.answers[path] = Answer(status=302, headers=HTML | {"Location": to})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # head and body go out in two writes: Nagle's algorithm would keep the second back for 40 ms
    disable_nagle_algorithm = True
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        self.site.times.append(time.monotonic())
        self.site.agents.add(self.headers["User-Agent"])
        answer = self.site.answers.get(self.path, Answer(b"introuvable", 404))
        if answer.stream is not None:
            self.close_connection = True
            with suppress(OSError):  # the crawler may have had enough
                answer.stream(self.wfile)
            return
        time.sleep(answer.pause)
        tag = f'"{hashlib.sha256(answer.body).hexdigest()}"'
        if self.site.validating and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.site.sent += len(answer.body)
        self.send_response(answer.status)
        if self.site.validating and answer.status == 200:
            self.send_header("ETag", tag)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.chunked:
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(answer.body), answer.body))
        else:
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Callable[[], Site]]:
    """Starts a server at each call and gives its site; the servers end with the context."""
    with ExitStack() as running:

        def start() -> Site:
            served = Site()
            handler = type("Handler", (_Handler,), {"site": served})
            server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
            served.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            running.callback(server.server_close)
            running.callback(server.shutdown)
            return served

        yield start


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Site]]:
    """Starts a server and gives its site; the servers end with the test."""
    without_proxies(monkeypatch)
    with serving() as start:
        yield start


@pytest.fixture
def site(serve: Callable[[], Site]) -> Site:
    return serve()


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return Campaign.named("essai", tmp_path / "home")


@pytest.fixture
def sources_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sources file with one council a site, named by its place: essai-0, essai-1 …"""

    def write(
        *sites: Site, spiders: Sequence[str] = ("listing",), crawl: str = "{}", expect: str = "{}"
    ) -> Path:
        entries = "".join(
            f"""
  - id: essai-{number}
    code: "99"
    name: Conseil régional d'Essai {number}
    territory: Essai
    sites: ["127.0.0.1"]
    entry_pages: ["{site.url}/"]
    spider: {spiders[number % len(spiders)]}
    expect: {expect}"""
            for number, site in enumerate(sites)
        )
        path = tmp_path / "sources.yml"
        path.write_text(f"crawl: {crawl}\nsources:{entries}\n", encoding="utf-8")
        return path

    return write
