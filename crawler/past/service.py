"""Talking to a web archive: cdx_toolkit's protocol, pauses and retries, with bounds of our own.

Its listings take neither a user agent nor a limit; its retries after 429 and 5xx never end; and it
holds whole bodies, inflated. All of that passes through the one name ``requests`` of its module,
which is where ``Web`` stands in.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from cdx_toolkit import CDXFetcher, myrequests  # type: ignore[import-untyped]
from urllib3.exceptions import HTTPError as BrokenOff

from crawler.archive.decoding import ENTITY_LIMIT, UndecodableError, decode
from crawler.archive.digests import matches
from crawler.past.period import INTERNET_ARCHIVE, Past

TRIES = 6
"""Times that one thing is asked for; cdx_toolkit's pauses between them add up to five minutes."""

LONGEST_ANSWER = 300.0
"""Seconds that the body of one answer may take: a drip never ends."""

LONGEST_PAUSE = 900.0
"""Seconds of a Retry-After that are kept; a longer one ends the reading."""

_BUSY = (429, 500, 502, 503, 504, 509)
_ORIGINAL = "x-archive-orig-"
_OF_CONTENT = ("content-type", "content-language", "content-disposition")
"""Headers that services pass on as the site gave them, without a prefix."""


class ArchiveDownError(Exception):
    """The service does not answer, or asks for more patience than we have."""


class NoCaptureError(Exception):
    """One capture, or one site's listing, cannot be had; ``name`` is the event's name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class TooLongError(Exception):
    """An answer is longer than ENTITY_LIMIT."""


@dataclass(frozen=True)
class Replayed:
    """A capture's response as it was archived then: its headers, its body as sent, its time.

    ``exact`` tells whether the body is the one whose digest the archive lists.
    """

    headers: list[tuple[str, str]]
    body: bytes
    at: datetime
    exact: bool


class Web:
    """What cdx_toolkit takes for the module ``requests``; see there for ``get``.

    ``agent`` is sent with every request; ``say`` is told what keeps us waiting.
    """

    exceptions = requests.exceptions

    def __init__(self, agent: str, say: Callable[[str], None], tries: int = TRIES) -> None:
        self._agent, self._say, self._tries = agent, say, tries
        self._failures = 0

    def begin(self) -> None:
        """Something new is asked for: its failures are counted from none."""
        self._failures = 0

    def get(self, url: str, params: Mapping[str, Any] | None = None, **_: Any) -> requests.Response:
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"}
        try:
            answer = requests.get(
                url,
                params=params,
                headers=headers,
                # a listing is looked for in billions of lines before its first byte comes
                timeout=(30, 180 if params else 60),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                answer._content = _read(answer)
        except (BrokenOff, requests.exceptions.ConnectionError, requests.exceptions.Timeout) as e:
            reason = f"does not answer ({type(e).__name__})"
            self._failed(url, reason)
            # the one kind of failure after which cdx_toolkit asks again
            raise requests.exceptions.ConnectionError(reason) from None
        if answer.status_code in _BUSY:
            self._failed(url, f"answers {answer.status_code}")
            self._wait(answer.headers.get("Retry-After", ""))
        elif params is not None:
            _mend_listing(answer)
        return answer

    def _failed(self, url: str, reason: str) -> None:
        self._failures += 1
        told = f"{urlsplit(url).hostname} {reason}"
        if self._failures >= self._tries:
            raise ArchiveDownError(f"{told}, asked {self._failures} times")
        self._say(f"{told}; asked again after a pause")

    def _wait(self, asked: str) -> None:
        seconds = float(asked) if re.fullmatch(r"\d{1,6}", asked.strip()) else 0.0
        if seconds > LONGEST_PAUSE:
            raise ArchiveDownError(f"it asks for a pause of {seconds:.0f} seconds")
        time.sleep(seconds)


class Service:
    """One CDX service, asked one request at a time."""

    def __init__(self, past: Past, web: Web) -> None:
        self._past, self._web = past, web
        self._ia = past.cdx == INTERNET_ARCHIVE
        source = "ia" if self._ia else past.cdx
        self._fetcher = CDXFetcher(source=source, wb=past.replay)

    def rows(
        self, url: str, match: str, start: datetime, end: datetime, limit: int
    ) -> list[Mapping[str, Any]]:
        """What the service lists of a ``match`` (domain or host) between two moments.

        Fields have pywb's names: url, timestamp, mime, status, digest. Raises NoCaptureError where
        it lists nothing that can be read, TooLongError, ArchiveDownError.
        """
        asked: dict[str, Any] = {
            "matchType": match,
            "from_ts": f"{start:%Y%m%d%H%M%S}",
            "to": f"{end:%Y%m%d%H%M%S}",
            "limit": limit,
        }
        if self._ia:
            # pywb's filters differ, and pass over revisits, which have no status there
            asked["fl"] = "timestamp,original,mimetype,statuscode,digest"
            asked["filter"] = ["status:(200|-)", "!mime:(image|video|audio)/.*"]
        try:
            with self._asking():
                return [one.data for one in self._fetcher.get(url, **asked)]
        # what cdx_toolkit makes of an answer that is not a listing
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            reason = f"its listing of {url} cannot be read ({_short(error)})"
            raise NoCaptureError("listing_unreadable", reason) from error

    def address(self, url: str, at: datetime) -> str:
        """Where a capture's bytes stand as they were archived, nothing rewritten."""
        return f"{self._past.replay}/{at:%Y%m%d%H%M%S}id_/{url}"

    def fetch(self, url: str, at: datetime, digest: str) -> Replayed:
        """A capture; ``digest`` is the one listed.

        Raises NoCaptureError, TooLongError, ArchiveDownError.
        """
        try:
            with self._asking():
                answer = myrequests.myrequests_get(self.address(url, at), allow404=True)
        except (ValueError, RuntimeError) as error:
            raise NoCaptureError("capture_missing", _short(error)) from error
        if answer.status_code != 200:
            raise NoCaptureError("capture_missing", f"the archive answers {answer.status_code}")
        return _replayed(answer, _moment(answer, at), digest)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._web.begin()
        kept, myrequests.requests = myrequests.requests, self._web
        try:
            yield
        except requests.exceptions.HTTPError as error:
            status = error.response.status_code if error.response is not None else "no status"
            raise NoCaptureError("archive_refused", f"the archive answers {status}") from error
        except requests.exceptions.RequestException as error:
            raise NoCaptureError("capture_missing", _short(error)) from error
        finally:
            myrequests.requests = kept


def without_pauses(url: str) -> None:
    """Drop cdx_toolkit's pauses between requests to this host: for servers on this machine."""
    myrequests.retry_info[urlsplit(url).hostname] = {"next_fetch": 0, "minimum_interval": 0.0}


def _read(answer: requests.Response) -> bytes:
    """The body as it comes, no coding undone."""
    raw: Any = answer.raw
    limit = 1000 if answer.status_code != 200 else ENTITY_LIMIT
    parts, size, began = [], 0, time.monotonic()
    while part := raw.read1(1 << 16, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > limit:
            if answer.status_code != 200:
                break
            raise TooLongError(f"longer than {limit} bytes")
        if time.monotonic() - began > LONGEST_ANSWER:
            raise NoCaptureError("capture_missing", f"not whole after {LONGEST_ANSWER:.0f} seconds")
    return b"".join(parts)


def _mend_listing(answer: requests.Response) -> None:
    if 300 <= answer.status_code < 400:
        where = answer.headers.get("Location", "")[:200]
        raise ArchiveDownError(f"it says that it has moved to {where}; give that address")
    try:
        content = decode(answer.content, "", answer.headers.get("Content-Encoding", "")).content
    except UndecodableError as error:
        raise TooLongError(str(error)) from error
    # pywb says nothing where there is nothing, which cdx_toolkit takes for a fault
    empty = answer.status_code == 200 and not content.strip()
    answer._content = b"[]" if empty else content
    answer.encoding = "utf-8"


def _moment(answer: requests.Response, asked: datetime) -> datetime:
    """When the capture that was sent was taken: services send another where they lack one."""
    try:
        return parsedate_to_datetime(answer.headers["Memento-Datetime"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return asked


def _replayed(answer: requests.Response, at: datetime, listed: str) -> Replayed:
    body, digest = answer.content, listed if ":" in listed else f"sha1:{listed}"
    original = answer.headers.get(f"{_ORIGINAL}Content-Encoding", "")
    coding = answer.headers.get("Content-Encoding", "")
    exact = matches(digest, body)
    if coding and not exact:
        with suppress(UndecodableError):
            content = decode(body, "", coding).content
            if matches(digest, content):
                # a coding of the way from the archive to us is no part of what it holds
                body, coding, exact = content, "", True
    elif original and (exact or body.startswith(b"\x1f\x8b")):
        coding = original
    return Replayed(_original_headers(answer, coding, len(body)), body, at, exact)


def _original_headers(answer: requests.Response, coding: str, length: int) -> list[tuple[str, str]]:
    """The site's headers; those that do not fit the body as it reached us keep their prefix."""
    raw: Any = answer.raw
    named = {name.lower() for name in raw.headers}
    kept = []
    for name, value in raw.headers.items():
        low = name.lower()
        own = low.removeprefix(_ORIGINAL)
        if low in _OF_CONTENT and _ORIGINAL + low not in named:
            kept.append((name, value))
        elif own != low:
            fits = own not in ("transfer-encoding", "content-length", "content-encoding")
            kept.append((name[len(_ORIGINAL) :] if fits else name, value))
    if coding:
        kept.append(("Content-Encoding", coding))
    return [*kept, ("Content-Length", str(length))]


def _short(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
