"""The calls of a comparison, one row each: what became of it, and which criteria changed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.comparing.comparison import ComparedCall, Comparison
from nlp.comparing.criteria import FIELDS, TYPES
from nlp.comparing.pages import ComparedPage
from nlp.comparing.wording import KINDS
from nlp.reporting.comparing.labels import CompareWording
from nlp.reporting.comparing.overview import FOLLOWED
from nlp.reporting.comparing.places import Report, call_page, page_page


@dataclass(frozen=True)
class Sign:
    """A criterion of a pair of calls: its name, how it changed (empty: it did not), in words."""

    field: str
    type: str
    sentence: str
    to_check: bool = False


@dataclass(frozen=True)
class CallRow:
    """A row of the list of calls.

    ``href`` leads to the pair's page; ``reason`` says why a call stands alone, ``detail`` the
    address or council it speaks of; ``types`` are numbers of changes by type, None for a call that
    stands alone.
    """

    title: str
    title_then: str
    href: str
    council: str
    council_then: str
    status: str
    reason: str
    detail: str
    solidarity: bool
    superseded: bool
    signs: tuple[Sign, ...]
    types: tuple[tuple[str, int | None], ...]
    total: int | None


def call_rows(comparison: Comparison, wording: CompareWording) -> tuple[CallRow, ...]:
    """Every call of both campaigns, in the order of the comparison."""
    return tuple(_row(call, comparison, wording) for call in comparison.calls)


def compared_solidarity(rows: Iterable[CallRow]) -> tuple[CallRow, ...]:
    """The pairs of calls for international solidarity, editions superseded then left out."""
    return tuple(
        row for row in rows if row.solidarity and row.status in FOLLOWED and not row.superseded
    )


def _row(call: ComparedCall, comparison: Comparison, wording: CompareWording) -> CallRow:
    then, now = call.match.then, call.match.now
    shown = now or then
    assert shown is not None  # noqa: S101 - a match has one side at least
    titles = [one.title or one.call_id if one else "" for one in (then, now)]
    counted = Counter(change.type for change in call.changes)
    paired = then is not None and now is not None
    return CallRow(
        title=titles[1] or titles[0],
        title_then=titles[0] if paired and titles[0] != titles[1] else "",
        href=call_page(call),
        council=call.match.council.name,
        council_then=then.authority if then and then.authority != call.match.council.name else "",
        status=call.status,
        reason=wording.reason(call.where) if call.where else "",
        detail=call.where.detail if call.where else "",
        solidarity=any(one.international_solidarity for one in (then, now) if one),
        superseded=then.superseded if then else False,
        signs=_signs(call, comparison, wording) if paired else (),
        types=tuple((type_, counted[type_] if paired else None) for type_ in TYPES),
        total=len(call.changes) if paired else None,
    )


def _signs(call: ComparedCall, comparison: Comparison, wording: CompareWording) -> tuple[Sign, ...]:
    told = {change.field: change for change in call.changes}
    found = []
    for field in FIELDS:
        change = told.get(field)
        if change is None:
            found.append(Sign(wording.field(field), "", wording.told("matrix.same")))
        else:
            said = wording.sentence(change, comparison.before.name, comparison.after.name)
            found.append(Sign(wording.field(field), change.type, said, change.to_check))
    return tuple(found)


@dataclass(frozen=True)
class PageRow:
    """A row of the list of international pages.

    ``href`` leads to the pair's page; of a page that stands alone to its archived copy, where there
    is one, and its ``counts`` of sentences are empty.
    """

    title: str
    title_then: str
    href: str
    council: str
    status: str
    counts: Mapping[str, int]


def page_rows(comparison: Comparison, before: Report, after: Report) -> tuple[PageRow, ...]:
    """Every international page of the matched councils, in the order of the comparison."""
    return tuple(_page(page, before, after) for page in comparison.pages)


def _page(page: ComparedPage, before: Report, after: Report) -> PageRow:
    then, now = page.then, page.now
    counted = Counter(change.kind for change in page.wording)
    paired = then is not None and now is not None
    copies = [report.copy(one.id) for report, one in ((before, then), (after, now)) if one]
    titles = [one.title for one in (then, now) if one]
    return PageRow(
        title=titles[-1],
        title_then=titles[0] if titles[0] != titles[-1] else "",
        href=page_page(page) if paired else copies[0],
        council=page.council.name,
        status=page.status,
        counts={kind: counted[kind] for kind in KINDS} if paired else {},
    )
