"""A council's site on loopback for the crawl's benchmark, quick enough never to be the brake.

Run as a program it serves until its standard input ends: see ``Served``.
"""

import asyncio
import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SECTION = 50
_TEXT = (
    "la région soutient un projet de culture avec les lycées et communes du territoire pour "
    "l'emploi dans une vallée où le conseil vote budget transport formation agriculture forêt "
    "mer patrimoine tourisme santé jeunesse sport recherche énergie numérique habitat rail"
)


@dataclass(frozen=True)
class Served:
    """A running site: where it is, and what was asked of it since the last time it was asked."""

    url: str
    process: "subprocess.Popen[str]"

    def seconds(self) -> tuple[int, float]:
        """How many answers went out since the last call, and the seconds from first to last."""
        assert self.process.stdin is not None  # noqa: S101
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answers, first, last = json.loads(self.process.stdout.readline())
        return answers, last - first


@contextmanager
def served(pages: int, files: int) -> Iterator[Served]:
    """A site of so many HTML pages (37 KB, compressed) and PDF files (120 KB)."""
    command = [sys.executable, __file__, str(pages), str(files)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101
        assert process.stdin is not None  # noqa: S101
        port = int(process.stdout.readline())
        try:
            yield Served(f"http://127.0.0.1:{port}", process)
        finally:
            process.stdin.close()


class _Site:
    def __init__(self, pages: int, files: int) -> None:
        self._pages, self._files = pages, files
        self._chance = random.Random(1)  # noqa: S311 - texts to measure on
        self._paragraphs = [
            f"<p>{' '.join(self._chance.choices(_TEXT.split(), k=150))}.</p>" for _ in range(300)
        ]
        self._file = b"%PDF-1.4\n" + self._chance.randbytes(120_000)
        self._kept: dict[tuple[str, bool], bytes] = {}
        self.answers, self.first, self.last = 0, 0.0, 0.0

    def answer(self, path: str, *, compressed: bool) -> bytes:
        now = time.perf_counter()
        self.first = self.first if self.answers else now
        self.answers += 1
        if (path, compressed) not in self._kept:
            whole = self._whole(path, compressed)
            if len(self._kept) > 3000:
                return whole
            self._kept[path, compressed] = whole
        return self._kept[path, compressed]

    def _whole(self, path: str, compressed: bool) -> bytes:
        name, _, number = path.strip("/").partition("-")
        if name == "fichier.pdf":
            return _head(200, "application/pdf", self._file) + self._file
        if name not in ("", "page", "rubrique"):
            return _head(404, "text/plain", b"introuvable") + b"introuvable"
        body = self._page(name, int(number or 0)).encode()
        if not compressed:
            return _head(200, "text/html; charset=utf-8", body) + body
        body = gzip.compress(body, 1, mtime=0)
        coding = "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
        return _head(200, "text/html; charset=utf-8", body, coding) + body

    def _page(self, name: str, number: int) -> str:
        """The front page leads to sections, a section to its pages and files, a page to others."""
        sections = (self._pages - 1) // (SECTION + 1) + 1
        leaves = self._pages - sections - 1
        menu = [f"/rubrique-{n}" for n in (range(sections) if not name else range(12))]
        links = []
        if name == "rubrique":
            links = [f"/page-{n}" for n in range(number, leaves, sections)]
            links += [f"/fichier.pdf-{n}" for n in range(number, self._files, sections)]
        elif name == "page":
            links = [f"/page-{(number * 7 + n) % leaves}" for n in range(12)]
        items = "".join(f'<li><a href="{one}">Rubrique du menu {one}</a></li>' for one in menu)
        own = "".join(f'<li><a href="{one}">Voir aussi {one}</a></li>' for one in links)
        first = number * 31 + len(name)
        texts = "\n".join(self._paragraphs[(first + n * n) % 300] for n in range(34))
        return (
            f"<!doctype html><html lang=fr><head><title>{name} {number}</title></head><body>"
            f"<nav><ul>{items}</ul></nav><main><h1>{name} {number}</h1>{texts}<ul>{own}</ul></main>"
            "<footer><p>La Région</p></footer></body></html>"
        )


def _head(status: int, kind: str, body: bytes, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status} OK\r\nServer: essai\r\nContent-Type: {kind}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()


class _Protocol(asyncio.Protocol):
    def __init__(self, site: _Site) -> None:
        self._site, self._received = site, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            answer = self._site.answer(path, compressed=b"gzip" in head)
            assert isinstance(self._transport, asyncio.Transport)  # noqa: S101
            self._transport.write(answer)
            self._site.last = time.perf_counter()


async def _serve(pages: int, files: int) -> None:
    site, loop = _Site(pages, files), asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(site), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps([site.answers, site.first, site.last]), flush=True)
        site.answers = 0


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
