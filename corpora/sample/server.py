"""The sample web on loopback: a forward proxy and a virtual-host server in one.

Each council is the host ``<slug>.localhost``; a crawler that honours ``http_proxy`` reaches it by
its absolute URL, and a browser at ``http://<slug>.localhost:<port>/``.
"""

import argparse
import gzip
import hashlib
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from corpora.campaign import InputError
from corpora.sample.edition import Edition, File, Page, Site, bundled, load_edition
from corpora.sample.files import MIME_TYPES, render_file
from corpora.sample.render import not_found, render_page, render_script, script_path


@dataclass(frozen=True)
class Answer:
    """One resource as it goes over the wire, before any Content-Encoding."""

    status: int
    mime: str
    body: bytes
    modified: datetime | None = None
    location: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class Host:
    """What one council's site answers; bodies are made when they are first asked for."""

    def __init__(self, site: Site, year: int) -> None:
        self.site = site
        self._year = year
        self._pages = {page.path: page for page in site.pages}
        self._files = {file.path: file for file in site.files}
        self._scripts = {script_path(page): page for page in site.pages if page.script}

    def answer(self, path: str, authority: str) -> Answer:
        """The answer to a GET of ``path``; ``authority`` is the host (and port) asked for."""
        if path in self._pages:
            return self._page(self._pages[path])
        if path in self._files:
            return self._file(self._files[path])
        if path in self._scripts:
            script = render_script(self._scripts[path]).encode("utf-8")
            return Answer(200, "text/javascript; charset=utf-8", script)
        if path == "/robots.txt":
            return Answer(200, "text/plain; charset=utf-8", self._robots(authority))
        if path == "/sitemap.xml" and self.site.sitemap:
            return Answer(200, "application/xml; charset=utf-8", self._sitemap(authority))
        return self._page(not_found(self.site, path))

    def _page(self, page: Page) -> Answer:
        if page.status == 301:
            return Answer(301, "text/html; charset=utf-8", b"", location=page.location)
        body = render_page(self.site, page).encode(page.encoding, "xmlcharrefreplace")
        mime = "text/html; charset=utf-8" if page.encoding == "utf-8" else "text/html"
        modified = self._modified(page) if page.status == 200 else None
        return Answer(page.status, mime, body, modified)

    def _file(self, file: File) -> Answer:
        return Answer(200, MIME_TYPES[file.format], render_file(file), self._modified(file))

    def _modified(self, resource: Page | File) -> datetime:
        """The day a page gives itself, else one in the year's first half, told by its words."""
        if isinstance(resource, Page) and resource.date:
            return datetime.fromisoformat(resource.date).replace(tzinfo=UTC)
        words = f"{resource.path}\n{resource.body}".encode()
        day = int.from_bytes(hashlib.sha256(words).digest()[:4], "big") % 180
        return datetime(self._year, 1, 1, tzinfo=UTC) + timedelta(days=day)

    def _robots(self, authority: str) -> bytes:
        text = self.site.robots.rstrip() + "\n"
        if self.site.sitemap:
            text += f"Sitemap: http://{authority}/sitemap.xml\n"
        return text.encode("utf-8")

    def _sitemap(self, authority: str) -> bytes:
        urls = [
            f"<url><loc>http://{authority}{escape(page.path)}</loc>"
            f"<lastmod>{self._modified(page).date().isoformat()}</lastmod></url>\n"
            for page in self.site.pages
            if page.status == 200 and self.site.may_crawl(page.path)
        ]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'{head}<urlset xmlns="{space}">\n{"".join(urls)}</urlset>\n'.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        authority = target.netloc or self.headers.get("Host", "")
        host = self.server.hosts.get(authority.split(":")[0].lower())
        if host is None:
            self._send(Answer(404, "text/plain; charset=utf-8", b"Site inconnu.\n"))
        else:
            self._send(host.answer(unquote(target.path) or "/", authority))

    do_HEAD = do_GET  # noqa: N815

    def do_CONNECT(self) -> None:
        self._send(Answer(501, "text/plain; charset=utf-8", b"http only, no tunnel\n"))

    def _send(self, answer: Answer) -> None:
        body = answer.body
        unchanged = answer.modified and self.headers.get("If-None-Match") == answer.etag
        self.send_response(304 if unchanged else answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
            self.send_header("ETag", answer.etag)
        if not unchanged:
            if answer.mime.startswith("text/html"):
                self.send_header("Vary", "Accept-Encoding")
                if body and "gzip" in self.headers.get("Accept-Encoding", ""):
                    body = gzip.compress(body, mtime=0)
                    self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Type", answer.mime)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and not unchanged:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the crawler has its own log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, edition: Edition) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._edition = edition

    @cached_property
    def hosts(self) -> Mapping[str, Host]:
        year = int(self._edition.name) if self._edition.name.isdigit() else 2014
        return {site.host: Host(site, year) for site in self._edition.sites}


@contextmanager
def serve(edition_dir: Path, port: int = 0) -> Iterator[str]:
    """Serve an edition while the block runs; yields the address, to be used as ``http_proxy``.

    ``port`` 0 takes a free one. Raises InputError as ``load_edition`` does, and for a taken port.
    """
    edition = load_edition(edition_dir)
    try:
        server = _Server(port, edition)
    except OSError as error:
        raise InputError(f"port {port} of 127.0.0.1: {error.strerror}; choose another") from None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main(arguments: list[str] | None = None) -> int:
    """Serve a bundled edition until Ctrl-C, for a person who wants to browse it."""
    parser = argparse.ArgumentParser(prog="python -m corpora.sample.server", description=__doc__)
    parser.add_argument("edition", help="a bundled edition: 2014")
    parser.add_argument("--port", type=int, default=8014)
    options = parser.parse_args(arguments)
    try:
        folder = bundled(options.edition)
        with serve(folder, options.port) as address:
            port = urlsplit(address).port
            for site in load_edition(folder).sites:
                sys.stdout.write(f"{site.name}: http://{site.host}:{port}/\n")
            sys.stdout.write(f"http_proxy={address}\n")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
