"""One council's pages of a past period, read from a web archive into the campaign's."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lxml.etree import LxmlError
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from corpora.campaign import Event
from corpora.markup import overload
from crawler.answers import is_readable, media_type, remarks
from crawler.archive.capture import ArchiveError, Capture, read_http
from crawler.archive.decoding import UndecodableError, decode
from crawler.archive.digests import matches
from crawler.archive.heads import raw_head
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter, warcinfo
from crawler.child import say
from crawler.order import Order
from crawler.past.listing import Listed, Listing, is_read_type, listing, page_key
from crawler.past.period import Past
from crawler.past.ranked import Frontier
from crawler.past.service import ArchiveDownError, NoCaptureError, Replayed, Service, TooLongError
from crawler.replaying import Budget
from crawler.settings import user_agent
from crawler.sources import Source
from crawler.watching.harvest import keep_harvest
from crawler.watching.monitors import CHALLENGED, expectation, suspicions

MOST_DOWN = 3
"""Pages in a row for which the service did not answer, after which it is left in peace."""


class Reading:
    """Reads one council's pages of the period; ``captures`` are those archived already.

    Those count against ``limit``, the pages that one source may have, and are not asked for again:
    they are read from the campaign's archive, so that the frontier comes out the same.
    """

    def __init__(
        self,
        source: Source,
        past: Past,
        service: Service,
        order: Order,
        captures: list[Capture],
        limit: int,
    ) -> None:
        self._source, self._past, self._service = source, past, service
        self._folder = Path(order.archive)
        # pages by the order of reading, those that were archived before included
        self._budget = Budget(self._folder, limit)
        self._left_to_fetch, self._unaffordable = limit - len(captures), 0
        self._archived = {page_key(one.url): one for one in captures}
        self._altered = self._down = self._anew = self._no_pages = 0
        self._failure = ""
        info = warcinfo(order.campaign, operator=order.contact) | {
            "http-header-user-agent": user_agent(order.contact),
            "robots": "not asked: nothing was requested of the sites themselves",
            "description": f"captures of {past.period} read from {past.cdx}, replayed by "
            f"{past.replay}; WARC-Date is the time of the original capture",
        }
        self._writer = ArchiveWriter(self._folder, source.id, info)

    def run(self, whole: Callable[[], AbstractContextManager[None]]) -> None:
        """Read what the budget allows; within ``whole()`` nothing is interrupted.

        Raises ArchiveDownError and OSError.
        """
        end = "shutdown"
        try:
            self._read(whole)
            end = "finished"
        finally:
            with whole():
                self._writer.close()
                say(source=self._source.id, closed=end)

    def _read(self, whole: Callable[[], AbstractContextManager[None]]) -> None:
        name, budget = self._source.name, self._budget
        found = self._listing()
        frontier = Frontier(self._source, found, budget)
        while (key := frontier.take()) is not None:
            known = self._archived.get(key)
            if known is None and self._left_to_fetch <= 0:
                self._unaffordable += 1
                continue
            budget.spent += 1
            response: Response | None
            if known is not None:
                response = self._known(known, found.pages[key])
            else:
                self._left_to_fetch -= 1
                response = self._fetch(found.pages[key], whole)
            self._learn(key, response, frontier)
            self._pulse(frontier)
        left = frontier.left + self._unaffordable
        if left:
            reason = f"the budget of {budget.limit} pages is spent; {left} listed pages are left"
            self._tell("warning", "page_budget", name, reason)
        if self._altered:
            reason = (
                f"{self._altered} bodies are not those whose digests the archive lists: services "
                "undo codings; the digest listed stands beside each record"
            )
            self._tell("info", "body_altered", name, reason)
        pages = len(self._archived) + self._anew - self._no_pages
        if failed := expectation(self._source, pages, budget.limit, self._why_nothing()):
            self._tell("error", "expectation_failed", name, failed)
        self._pulse(frontier)
        with suppress(OSError):  # the archive's own failure is told by its writer
            harvest = frontier.judge.harvest(self._source.id, left)
            keep_harvest(self._folder.parent, harvest)

    def _why_nothing(self) -> str:
        sites = ", ".join(self._source.sites)
        return self._failure or f"see what {self._past.cdx} lists of {sites}"

    def _listing(self) -> Listing:
        name, past = self._source.name, self._past
        try:
            found = listing(self._service, self._source, past.period)
        except NoCaptureError as error:
            self._failure = str(error)
            self._tell("error", error.name, name, self._failure)
            return Listing()
        if not found.pages:
            self._failure = f"{past.cdx} lists no page of {past.period}"
            self._tell("warning", "nothing_listed", name, self._failure)
        if found.cut:
            reason = "the archive lists more than was taken in; pages may be missing"
            self._tell("warning", "listing_cut", name, reason)
        for what, count in sorted(found.refused.items()):
            reason = f"{count} listed captures were not asked for: {what}"
            self._tell("info", "listed_refused", name, reason)
        return found

    def _known(self, capture: Capture, choices: list[Listed]) -> Response | None:
        """What is archived of a page; a damaged record is told, and left as it is."""
        try:
            headers, body = read_http(self._folder, capture)
        except ArchiveError as error:
            reason = f"what is archived of it is damaged ({error})"
            self._tell("error", "capture_damaged", capture.url, reason)
            self._no_pages += 1
            return None
        say(source=self._source.id, replayed=1)
        self._altered += _is_altered(choices, body)
        return self._told(_response(capture.url, headers, body))

    def _told(self, sent: Response) -> Response:
        """The response decoded, once it is told what its coding has lost."""
        for event in remarks(sent.url, sent):
            say(source=self._source.id, event=asdict(event))
        return _decoded(sent)

    def _fetch(
        self, choices: list[Listed], whole: Callable[[], AbstractContextManager[None]]
    ) -> Response | None:
        """The page's first capture that can be had, archived."""
        failures = []
        for one in choices:
            try:
                got = self._service.fetch(one.url, one.at, one.digest)
                self._down = 0
                if not self._past.period.start <= got.at <= self._past.period.end:
                    raise NoCaptureError("capture_missing", f"it sends that of {got.at:%Y-%m-%d}")
                response = _response(one.url, got.headers, got.body)
                if not is_read_type(mime := media_type(response)):
                    raise NoCaptureError("unread_type", f"{mime[:60]} is not read")
            except TooLongError as error:
                failures.append(("over_limit", str(error)))
            except NoCaptureError as error:
                failures.append((error.name, str(error)))
            except ArchiveDownError as error:
                self._down += 1
                if self._down >= MOST_DOWN:
                    raise
                failures.append(("capture_missing", str(error)))
                break
            else:
                with whole():
                    self._keep(one, got)
                self._altered += _is_altered(choices, got.body)
                return self._told(response)
        name, reason = failures[0]
        level = "info" if name == "unread_type" else "error"
        tried = f" ({len(choices)} captures tried)" if len(choices) > 1 else ""
        self._tell(level, name, choices[0].url, reason + tried)
        self._failure = self._failure or f"{choices[0].url}: {reason}"
        return None

    def _keep(self, one: Listed, got: Replayed) -> None:
        exchange = Exchange(
            url=one.url,
            at=got.at,
            body=got.body,
            response=raw_head("HTTP/1.1 200 OK", got.headers),
        )
        about = {
            "authority": self._source.name,
            "via": self._service.address(one.url, got.at),
            "archive": self._past.cdx,
            "archive-digest": one.digest,
        }
        self._writer.write(exchange, about)
        self._anew += 1
        say(source=self._source.id, fetched=1)

    def _learn(self, key: str, response: Response | None, frontier: Frontier) -> None:
        if response is None:
            frontier.failed(key)
            return
        doubts = dict(suspicions(response))
        self._no_pages += CHALLENGED in doubts or not is_readable(response)
        if isinstance(response, HtmlResponse) and (reason := overload(response.text)):
            doubts["page_unread"] = f"{reason}; its links were not read"
        for name, reason in doubts.items():
            self._tell("warning", name, response.url, reason)
        if doubts.keys() & {CHALLENGED, "page_unread"}:
            return
        try:
            frontier.read(key, response)
        except (LxmlError, ValueError, LookupError, TypeError, RecursionError) as error:
            # whatever a hostile page does to its reader, the others are still read
            reason = f"its links could not be read: {type(error).__name__}"
            self._tell("error", "page_unread", response.url, reason)

    def _tell(self, level: str, name: str, subject: str, reason: str) -> None:
        say(source=self._source.id, event=asdict(Event("crawl", level, name, subject, reason)))

    def _pulse(self, frontier: Frontier) -> None:
        told: dict[str, Any] = {"spent": self._budget.spent, "queued": frontier.left}
        say(source=self._source.id, pulse=told | {"relevant": frontier.judge.relevant})


def _response(url: str, fields: list[tuple[str, str]], body: bytes) -> Response:
    """What was sent, its coding not undone."""
    return Response(url, headers=Headers(fields, "latin-1"), body=body)


def _decoded(sent: Response) -> Response:
    headers = sent.headers.copy()
    coding = b",".join(headers.pop(b"Content-Encoding", [])).decode("latin-1")
    try:
        body = decode(sent.body, "", coding).content
    except UndecodableError:
        return sent  # something came, though nothing can read it
    kind = responsetypes.from_args(headers=headers, url=sent.url, body=body)
    return kind(url=sent.url, headers=headers, body=body)


def _is_altered(choices: list[Listed], body: bytes) -> bool:
    """Whether a page's body is none of those whose digests the archive lists."""
    listed = [one.digest for one in choices if one.digest not in ("", "-")]
    digests = [digest if ":" in digest else f"sha1:{digest}" for digest in listed]
    return bool(listed) and not any(matches(digest, body) for digest in digests)
