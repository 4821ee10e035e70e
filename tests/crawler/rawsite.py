"""A site on loopback that answers with whole messages, byte by byte, and keeps what it is asked."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import sleep

ROBOTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


@dataclass
class RawSite:
    """``answers`` leads from a path to all the bytes of its answer, head and body.

    A connection stays open after an answer with a Content-Length or in chunks. ``asked`` holds the
    bytes of each request, ``times`` when it came; ``slow`` are paths whose answer waits 1.5 s.
    """

    answers: dict[str, bytes] = field(default_factory=lambda: {"/robots.txt": ROBOTS})
    slow: set[str] = field(default_factory=set)
    asked: dict[str, list[bytes]] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def front(self, *links: str) -> None:
        """A front page with these links, all of the field."""
        items = "".join(f'<a href="{link}">Europe et international {link}</a>' for link in links)
        self.answers["/"] = html(f"<p>La Région agit.{items}")

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(20)
            came = b""
            while True:
                while b"\r\n\r\n" not in came:
                    if not (data := connection.recv(65536)):
                        return
                    came += data
                head, came = came[: came.index(b"\r\n\r\n") + 4], came.partition(b"\r\n\r\n")[2]
                path = head.split(b" ")[1].decode("latin-1")
                self.times[path] = datetime.now(UTC)
                self.asked.setdefault(path, []).append(head)
                sleep(1.5 if path in self.slow else 0)
                answer = self.answers.get(path, b"HTTP/1.1 404 Non\r\nContent-Length: 0\r\n\r\n")
                connection.sendall(answer)
                if not re.search(rb"(?i)content-length|: ?chunked", answer):
                    return


def html(body: str, *headers: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    content = body.encode()
    lines = [status, b"Content-Type: text/html; charset=utf-8", *headers]
    lines += [b"Content-Length: %d" % len(content), b"", content]
    return b"\r\n".join(lines)


@contextmanager
def serving_raw() -> Iterator[RawSite]:
    site = RawSite()
    with socket.create_server(("127.0.0.1", 0)) as server:
        site.port = server.getsockname()[1]
        server.settimeout(0.05)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    threading.Thread(target=site._talk, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            ended.set()
            thread.join()
