"""What became of the sample's calls between its two editions, told from the truth's values."""

from collections import Counter
from collections.abc import Iterator

import pytest

from corpora.sample.changes import CallChanges, FieldTruth
from nlp.coding.references import Call
from nlp.comparing.analysed import address
from nlp.comparing.comparison import ComparedCall, Comparison, compare_analysed
from nlp.comparing.criteria import TYPES
from tests.nlp.comparing.sample import CHANGES, editions, url_of

LEAST_F1 = 0.95


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare_analysed(*editions())


def _has(call: Call | None, council: str, path: str) -> bool:
    return call is not None and address(url_of(council, path)) in map(address, call.urls)


def _told(comparison: Comparison) -> Iterator[tuple[CallChanges, str, ComparedCall]]:
    """Each call that the authors list, with the former council and what was found of it."""
    for council in CHANGES:
        for call in council.calls:
            for place in call.then:
                found = [
                    c for c in comparison.calls if _has(c.match.then, place.council, place.path)
                ]
                assert len(found) == 1, place
                yield call, place.council, found[0]
            if not call.then:
                assert call.now is not None
                found = [
                    c
                    for c in comparison.calls
                    if _has(c.match.now, call.now.council, call.now.path)
                ]
                assert len(found) == 1, call.now
                yield call, "", found[0]


def test_every_call_has_the_status_that_its_authors_gave_it(comparison: Comparison) -> None:
    wrong = [
        (call.then, call.now, call.status, found.status)
        for call, _, found in _told(comparison)
        if found.status != call.status
        or (call.now and not _has(found.match.now, call.now.council, call.now.path))
    ]
    assert wrong == []


def test_what_robots_txt_forbids_is_not_told_as_gone(comparison: Comparison) -> None:
    missed = [found for _, _, found in _told(comparison) if found.status == "not_captured"]
    assert len(missed) == 6
    assert {found.where.reason for found in missed if found.where} == {"robots_disallowed"}


def test_no_call_is_told_that_the_authors_do_not_know(comparison: Comparison) -> None:
    assert len(comparison.calls) == len(list(_told(comparison)))


@pytest.mark.parametrize("type_", TYPES)
def test_changes_are_those_of_the_truth_file(comparison: Comparison, type_: str) -> None:
    right, invented, missed = Counter[str](), Counter[str](), Counter[str]()
    for call, council, found in _told(comparison):
        if not call.changes:
            continue
        truth: set[tuple[str, str]] = {_key(c) for c in call.changes if c.council == council}
        told = {(change.field, change.type) for change in found.changes}
        right.update(change_type for _, change_type in truth & told)
        invented.update(change_type for _, change_type in told - truth)
        missed.update(change_type for _, change_type in truth - told)
    assert right[type_] > 0
    f1 = 2 * right[type_] / (2 * right[type_] + invented[type_] + missed[type_])
    assert f1 >= LEAST_F1, (right, invented, missed)


def _key(change: FieldTruth) -> tuple[str, str]:
    return change.field, change.type


def test_natures_of_spillovers_are_those_of_the_truth_file(comparison: Comparison) -> None:
    ids = {source.name: source.id for source in comparison.after.sources}
    told = {
        ids[one.council.now]: (one.then.nature, one.now.nature)
        for one in comparison.spillovers
        if one.then and one.now
    }
    assert told == {c.council: (c.nature_then, c.nature_now) for c in CHANGES}


def test_councils_of_the_later_edition_have_those_they_were(comparison: Comparison) -> None:
    ids = {
        source.name: source.id for source in (*comparison.before.sources, *comparison.after.sources)
    }
    told = {ids[pair.now]: {ids[name] for name in pair.then} for pair in comparison.councils}
    assert told == {council.council: set(council.former) for council in CHANGES}
