"""International pages matched across campaigns, and what of their wording changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.coding.calls import call_name
from nlp.comparing.analysed import Analysed, address
from nlp.comparing.councils import CouncilPair
from nlp.comparing.wording import SentenceChange, compare_wording
from nlp.comparing.wordings import Sentence, sentences
from nlp.reading.documents import Document

_KIND = "international_page"
_LEAST_SHARED = 0.3
"""Least share of the shorter page's sentences that the other has too, where two pages are one."""


@dataclass(frozen=True)
class ComparedPage:
    """An international page then and now.

    ``status`` is kept (same address), moved, then_only or now_only; of these two it is not said
    whether the page is gone or was not captured. ``wording`` is empty for a page that stands alone.
    """

    council: CouncilPair
    then: Document | None
    now: Document | None
    status: str
    wording: tuple[SentenceChange, ...]


@dataclass(frozen=True)
class _Page:
    document: Document
    said: tuple[Sentence, ...]
    plain: frozenset[str]


def compare_pages(
    before: Analysed, after: Analysed, pairs: Sequence[CouncilPair]
) -> tuple[ComparedPage, ...]:
    """The international pages of the matched councils, by council and address.

    Calls are left out: they are matched as calls. A page is another's next state where it has its
    address, its title, or a third of its sentences; each is matched once, the surest first.
    """
    found: list[ComparedPage] = []
    for pair in pairs:
        if pair.panel == "matched":
            found += _of(pair, _pages(before, pair.then), _pages(after, (pair.now,)))
    return tuple(found)


def _pages(campaign: Analysed, councils: Sequence[str]) -> list[_Page]:
    of_calls = {id_ for call in campaign.calls for id_ in call.document_ids}
    own = [
        document
        for document in campaign.documents.values()
        if document.authority in councils
        and campaign.kinds.get(document.id) == _KIND
        and not document.duplicate_of
        and document.id not in of_calls
    ]
    read = ((d, sentences([d])) for d in sorted(own, key=lambda d: (d.url, d.id)))
    return [_Page(document, said, frozenset(s.plain for s in said)) for document, said in read]


def _of(pair: CouncilPair, then: Sequence[_Page], now: Sequence[_Page]) -> Iterator[ComparedPage]:
    scored = sorted(
        ((_likeness(old, new), i, j) for i, old in enumerate(then) for j, new in enumerate(now)),
        key=lambda cell: (-cell[0], cell[1:]),
    )
    partners: dict[int, int] = {}
    for score, i, j in scored:
        if score >= _LEAST_SHARED and i not in partners and j not in partners.values():
            partners[i] = j
    for i, old in enumerate(then):
        if i not in partners:
            yield ComparedPage(pair, old.document, None, "then_only", ())
            continue
        new = now[partners[i]]
        same = address(old.document.url) == address(new.document.url)
        wording = compare_wording(old.said, new.said)
        yield ComparedPage(pair, old.document, new.document, "kept" if same else "moved", wording)
    for j in sorted(set(range(len(now))) - set(partners.values())):
        yield ComparedPage(pair, None, now[j].document, "now_only", ())


def _likeness(old: _Page, new: _Page) -> float:
    """Sure by address (3), then by title (2), then by the share of sentences in common (0-1)."""
    if address(old.document.url) == address(new.document.url):
        return 3.0
    names = {call_name(one.document.title, one.document.authority) for one in (old, new)}
    shared = _share(old.plain, new.plain)
    return 2.0 + shared if len(names) == 1 and names != {""} else shared


def _share(one: Iterable[str], other: Iterable[str]) -> float:
    first, second = set(one), set(other)
    return len(first & second) / max(1, min(len(first), len(second)))
