"""What crossed the wire: the heads of an exchange as they were sent, which aiohttp parses away."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import ClientRequest, ClientSession
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from scrapy.core.downloader.handlers._aiohttp import _ClientResponse

from crawler.archive.heads import END

SECRET = ("proxy-authorization", "authorization")
"""Request headers that are kept out of an archive which others will read."""

_INTERIM = re.compile(rb"HTTP/\S+ 1(?!01)")  # "103 Early Hints": the answer is still to come


@dataclass(frozen=True)
class Heads:
    """The heads of one exchange, and when its request was sent."""

    began: datetime
    request: bytes
    response: bytes


class _Protocol(ResponseHandler):
    """aiohttp's, keeping what comes until the head of the answer is whole."""

    _came: list[bytes] | None = None

    def set_response_params(self, **parameters: Any) -> None:
        self._came = []  # called before each request
        super().set_response_params(**parameters)

    def data_received(self, data: bytes) -> None:
        if self._came is not None:
            self._came.append(data)
        super().data_received(data)

    def head(self) -> bytes:
        came, self._came, start = b"".join(self._came or ()), None, 0
        while end := END.search(came, start):
            head = came[start : end.end()].lstrip(b"\r\n")
            if head and not _INTERIM.match(head):
                return head
            start = end.end()
        raise ValueError("the head of its answer has no end")


class Response(_ClientResponse):
    """Scrapy's, with the ``heads`` of its exchange once it has begun."""

    sent: tuple[datetime, bytes]
    heads: Heads

    async def start(self, connection: Connection) -> "Response":
        protocol: Any = connection.protocol
        await super().start(connection)
        self.heads = Heads(*self.sent, protocol.head())
        return self


class _Request(ClientRequest):
    """aiohttp's, which says of no GET how long a body it does not have would be."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        # "Content-Length: 0" on a GET is what few browsers send and some firewalls refuse
        super().update_body_from_data(body or None, _stacklevel)

    async def send(self, conn: Connection) -> Any:
        began = datetime.now(UTC)
        response: Any = await super().send(conn)
        response.sent = began, self._head()
        return response

    def _head(self) -> bytes:
        """As aiohttp writes it."""
        absolute = self.proxy and not self.is_ssl()
        target = str(self.url) if absolute else self.url.raw_path_qs
        lines = [f"{self.method} {target} HTTP/{self.version.major}.{self.version.minor}"]
        lines += [
            f"{name}: {value}" for name, value in self.headers.items() if name.lower() not in SECRET
        ]
        return "\r\n".join([*lines, "", ""]).encode()


def keep_heads(session: ClientSession) -> None:
    """Make each response of the session a ``Response``, whose ``heads`` are those of the wire."""
    # Scrapy builds its session itself; doing it anew would copy its whole setup
    inner: Any = session
    inner._request_class, inner._response_class = _Request, Response
    inner.connector._factory = partial(_Protocol, loop=asyncio.get_running_loop())
