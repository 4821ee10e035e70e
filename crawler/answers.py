"""What is to be said of an answer, whether it came from the server or stands in the archive."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag

from scrapy.http import Headers, HtmlResponse, Response

from corpora.campaign import Event
from crawler.archive.capture import (
    NOTHING,
    ArchiveError,
    Capture,
    decoded_entity,
    http_of,
    is_frame,
    read_record,
)
from crawler.archive.decoding import UndecodableError, decode
from crawler.manners.challenges import challenge

STOPPED = "download_stopped"
"""Scrapy's flag of a response whose body was left unfetched on purpose."""

UNREADABLE = "unreadable"
"""Flag of a response in a coding that nothing here reads, though Scrapy may know it (brotli)."""


def remarks(url: str, response: Response) -> Iterator[Event]:
    """The events that tell of an answer as it was sent, its Content-Encoding not yet undone.

    One whose coding the archive's readers do not know gets the flag UNREADABLE.
    """
    url = urldefrag(url).url
    mime = media_type(response)
    if STOPPED in response.flags:
        if not is_frame(url):  # of a long robots.txt what counts was read
            reason = f"{mime or 'its type'} is not read; its body was not fetched"
            yield Event("crawl", "info", "unread_type", url, reason)
        return
    coding = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
    try:
        damage = decode(response.body, "", coding).damage
    except UndecodableError as error:
        damage = str(error)
        response.flags.append(UNREADABLE)
    if damage:
        yield Event("crawl", "warning", "body_damaged", url, damage)


def media_type(response: Response) -> str:
    """The Content-Type of a response, in lower case and without parameters; may be empty."""
    sent = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    return sent.partition(";")[0].strip().lower()


def is_readable(response: Response) -> bool:
    """Whether an answer holds anything that can be read, once its coding is undone."""
    return UNREADABLE not in response.flags and bool(response.body.strip())


ROBOT_CHECK, EMPTY = "robot check", "nothing in it"
"""Why an archived answer of success is no page."""


def why_no_page(folder: Path, capture: Capture) -> str:
    """ROBOT_CHECK or EMPTY for an archived answer that brought no page, else an empty string.

    One whose record is damaged is taken for a page: it was one when it came.
    """
    if capture.digest == NOTHING:
        return EMPTY
    if "html" not in capture.mime:
        return ""
    try:
        with read_record(folder, capture) as record:
            headers, body = Headers(http_of(record), "latin-1"), decoded_entity(record).content
    except (ArchiveError, UndecodableError):
        return ""
    if not body.strip():
        return EMPTY
    return ROBOT_CHECK if challenge(HtmlResponse(capture.url, headers=headers, body=body)) else ""
