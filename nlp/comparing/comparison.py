"""One campaign against another: councils, calls, criteria, wording, spillovers, families, words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from corpora.campaign import Campaign, InputError
from nlp.comparing.analysed import Analysed, address, call_urls, load
from nlp.comparing.calls import Match, documents_of, match_calls
from nlp.comparing.councils import CouncilPair, match_councils
from nlp.comparing.criteria import FieldChange, Side, differences
from nlp.comparing.figures import FigureChange, figure_changes
from nlp.comparing.pages import ComparedPage, compare_pages
from nlp.comparing.panel import (
    FamilyChange,
    SpilloverChange,
    WordChange,
    family_changes,
    spillover_changes,
    word_changes,
)
from nlp.comparing.whereabouts import Whereabouts, whereabouts
from nlp.comparing.wording import SentenceChange, compare_wording
from nlp.comparing.wordings import sentences

STATUSES = ("kept", "moved", "merged", "gone", "not_captured", "new", "not_captured_then")


@dataclass(frozen=True)
class ComparedCall:
    """A call then and now.

    ``status`` is one of STATUSES: kept (under the same address), moved (another), merged (two calls
    of then into one; each has its row), gone, not_captured (it may be there), new,
    not_captured_then (it may have been there). ``where`` says why a call stands alone, else None.
    ``changes`` and ``wording`` are empty for a call that stands alone.
    """

    match: Match
    status: str
    where: Whereabouts | None
    changes: tuple[FieldChange, ...]
    wording: tuple[SentenceChange, ...]


@dataclass(frozen=True)
class Comparison:
    """All that differs between two campaigns, and what each was.

    ``warnings`` are sentences on what makes the comparison less sure.
    """

    before: Analysed
    after: Analysed
    councils: tuple[CouncilPair, ...]
    calls: tuple[ComparedCall, ...]
    spillovers: tuple[SpilloverChange, ...]
    families: tuple[FamilyChange, ...]
    words: tuple[WordChange, ...]
    pages: tuple[ComparedPage, ...]
    figures: tuple[FigureChange, ...]
    warnings: tuple[str, ...]


def compare(before: Campaign, after: Campaign) -> Comparison:
    """Compare two analysed campaigns.

    Raises InputError where one was not analysed, or where they were coded with different codebooks:
    what differs would be the codebook's doing.
    """
    old = load(before, call_urls(after))
    new = load(after, call_urls(before))
    if old.codebook != new.codebook:
        raise InputError(
            f"campaigns {before.name!r} and {after.name!r} were coded with different codebooks "
            f"({old.codebook or 'unknown'} and {new.codebook or 'unknown'}): run `aect analyse` "
            "on both with the same one, then compare"
        )
    return compare_analysed(old, new)


def compare_analysed(before: Analysed, after: Analysed) -> Comparison:
    """Compare two campaigns whose results were read."""
    pairs = match_councils(before.authorities, after.authorities, before.sources, after.sources)
    matches = match_calls(before, after, pairs)
    into = Counter(m.now.call_id for m in matches if m.then is not None and m.now is not None)
    merged = {call_id for call_id, number in into.items() if number > 1}
    calls = [_compared(match, before, after, merged) for match in matches]
    spillovers = spillover_changes(before, after, pairs)
    return Comparison(
        before=before,
        after=after,
        councils=pairs,
        calls=tuple(sorted(calls, key=_order)),
        spillovers=spillovers,
        families=family_changes(before, after, pairs),
        words=word_changes(before, after, pairs),
        pages=compare_pages(before, after, pairs),
        figures=figure_changes(before, after, pairs, spillovers),
        warnings=tuple(_warnings(before, after)),
    )


def _compared(match: Match, before: Analysed, after: Analysed, merged: set[str]) -> ComparedCall:
    then, now, pair = match.then, match.now, match.council
    if then is not None and now is not None:
        old = sentences(documents_of(before, then))
        new = sentences(documents_of(after, now))
        changes = differences(
            Side(then, before.references, {sentence.plain for sentence in old}),
            Side(now, after.references, {sentence.plain for sentence in new}),
        )
        same = {address(url) for url in then.urls[:1]} & {address(url) for url in now.urls}
        status = "merged" if now.call_id in merged else "kept" if same else "moved"
        return ComparedCall(match, status, None, changes, compare_wording(old, new))
    if then is not None:
        where = whereabouts(then, after, (pair.now,) if pair.now else ())
        return ComparedCall(match, "gone" if where.captured else "not_captured", where, (), ())
    assert now is not None  # noqa: S101 - a match has one side at least
    where = whereabouts(now, before, pair.then)
    return ComparedCall(match, "new" if where.captured else "not_captured_then", where, (), ())


def _order(call: ComparedCall) -> tuple[str, ...]:
    then, now = call.match.then, call.match.now
    return (
        call.match.council.name,
        now.title if now else "",
        now.call_id if now else "",
        then.authority if then else "",
        then.title if then else "",
        then.call_id if then else "",
    )


def _warnings(before: Analysed, after: Analysed) -> Iterator[str]:
    if before.program != after.program:
        yield (
            f"{before.name} and {after.name} were analysed by different versions of the program: "
            "run `aect analyse` on both"
        )
