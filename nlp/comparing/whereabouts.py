"""Where a call is in the other campaign that has none like it: gone, or only not captured."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from corpora.campaign import Event
from crawler.manners.rules import Rules
from nlp.coding.calls import call_name
from nlp.coding.references import Call
from nlp.comparing.analysed import Analysed, address, host_of, slug_words

_GONE = (404, 410)
_UNREAD = frozenset(
    ("robots_disallowed", "robots_unreachable", "http_error", "fetch_failed", "over_limit",
     "redirect_loop", "unsafe_address", "offsite", "challenge_suspected", "challenge_page",
     "empty_page", "rendered_by_script", "rendering_failed", "pdf_without_text", "pdf_locked",
     "pdf_unreadable", "office_unreadable", "office_too_large", "html_unreadable",
     "html_too_deep", "unreadable", "unread_format", "unsupported_format", "too_long",
     "body_damaged", "record_unreadable", "page_unread")
)  # fmt: skip
"""Events that tell of a page or file that it was not fetched, or not wholly read."""
_CUT_SHORT = (
    "page_budget",
    "source_stopped",
    "source_failed",
    "crawl_interrupted",
    "sitemap_limit",
)
_SAME_NAME = 88.0
"""Least token-sort ratio (0-100) at which a link's words are a call's name."""


@dataclass(frozen=True)
class Whereabouts:
    """Whether a campaign could have had a call, and why it has none.

    ``captured`` is false where the page may well be there but was not captured. ``reason`` is a
    word: http_404, http_503 …, the name of an event of the log, robots_disallowed, council_absent,
    site_not_read, not_a_call (the page was read as something else), moved_out (its address leads to
    a page that is not the call), absent (from a site that was crawled). ``detail`` is the address
    or council that the reason speaks of.
    """

    captured: bool
    reason: str
    detail: str = ""


def whereabouts(call: Call, elsewhere: Analysed, councils: Sequence[str]) -> Whereabouts:
    """Where ``call`` is in the campaign ``elsewhere``, whose ``councils`` answer for its own.

    What the archive holds of the call's own address decides; then what the log says of it, of a
    link that bears its name, and of the council's crawl.
    """
    if not councils:
        return Whereabouts(False, "council_absent", call.authority)
    for tell in (_answered, _logged, _closed):
        found = [where for url in call.urls[:1] for where in tell(url, elsewhere)]
        if found:
            return found[0]
    linked = next(_linked(call, elsewhere, councils), None)
    if linked:
        return linked
    read = sum(elsewhere.authorities[name].pages_read for name in councils)
    if not read:
        return Whereabouts(False, "site_not_read", councils[0])
    for event in elsewhere.events:
        if event.name in _CUT_SHORT and event.subject in councils:
            return Whereabouts(False, event.name, event.subject)
    return Whereabouts(True, "absent", councils[0])


def _answered(url: str, elsewhere: Analysed) -> Iterator[Whereabouts]:
    answer = elsewhere.answers.get(address(url))
    if answer is None:
        return
    if answer.status in _GONE:
        yield Whereabouts(True, f"http_{answer.status}", url)
    elif answer.status == 0:
        yield Whereabouts(False, "redirect_not_captured", answer.url)
    elif answer.status >= 400:
        yield Whereabouts(False, f"http_{answer.status}", url)
    elif failed := _failed(elsewhere, answer.url):
        yield Whereabouts(False, failed.name, answer.url)
    elif address(answer.url) != address(url):
        yield Whereabouts(True, "moved_out", answer.url)
    else:
        yield Whereabouts(True, "not_a_call", url)


def _logged(url: str, elsewhere: Analysed) -> Iterator[Whereabouts]:
    event = _failed(elsewhere, url)
    if event is None:
        return
    yield Whereabouts(_says_gone(event), event.name, url)


def _failed(elsewhere: Analysed, url: str) -> Event | None:
    return _unread(elsewhere.told_of.get(address(url), ()))


def _unread(told: Iterable[Event]) -> Event | None:
    return next((event for event in told if event.name in _UNREAD), None)


def _closed(url: str, elsewhere: Analysed) -> Iterator[Whereabouts]:
    robots = elsewhere.robots.get(host_of(url))
    if robots is not None and not Rules(robots.encode()).allows(url):
        yield Whereabouts(False, "robots_disallowed", url)


def _linked(call: Call, elsewhere: Analysed, councils: Sequence[str]) -> Iterator[Whereabouts]:
    """Pages that were refused or failed, to which a link with the call's name leads."""
    refused = {
        place: event
        for place, told in elsewhere.told_of.items()
        if (event := _unread(told)) and not _says_gone(event)
    }
    name = call_name(call.title, call.authority)
    if not refused or not name:
        return
    for document in sorted(elsewhere.documents.values(), key=lambda d: d.url):
        if document.authority in councils:
            for link in document.links:
                event = refused.get(address(link.url))
                if event and any(
                    fuzz.token_sort_ratio(name, call_name(words)) >= _SAME_NAME
                    for words in (link.text, slug_words(link.url))
                ):
                    yield Whereabouts(False, event.name, link.url)


def _says_gone(event: Event) -> bool:
    return event.name == "http_error" and any(str(code) in event.reason for code in _GONE)
