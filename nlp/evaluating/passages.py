"""Coded passages against the passages that readers marked, by the words they share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nlp.counting.results import Row
from nlp.evaluating.agreement import Counts
from nlp.evaluating.fields import CATEGORIES
from nlp.evaluating.gold import Passage
from nlp.evaluating.results import Answer, Results, announced
from nlp.evaluating.words import Span, Words

_CATEGORY_OF = {code: category for category, code in CATEGORIES.items()}


@dataclass(frozen=True)
class Placed:
    """A passage and the places of its words; a gold quote may stand in several, or in none."""

    category: str
    spans: tuple[Span, ...]

    def common(self, other: "Placed") -> int:
        """The most words that two places of the passages share."""
        return max((a.common(b) for a in self.spans for b in other.spans), default=0)

    def alike(self, other: "Placed", *, strict: bool) -> bool:
        """Whether two places share half of the words of the shorter (strict: longer) passage."""
        return any(a.alike(b, strict=strict) for a in self.spans for b in other.spans)


@dataclass(frozen=True)
class Compared:
    """One text's passages: counts by measure, and the passages that differ."""

    counts: dict[str, Counts]
    missed: tuple[tuple[Passage, tuple[Row, ...]], ...]
    spurious: tuple[tuple[str, Row], ...]


def compare_passages(gold: Sequence[Passage], answer: Answer, results: Results) -> Compared:
    """Certain announced references of a page against the gold's spillovers.

    Missed gold passages come with the references that touch them, whatever their code and score.
    """
    document_id = answer.row["document_id"]
    words = results.words(document_id)
    own = [r for r in results.own_references(document_id) if r["code"] in _CATEGORY_OF]
    sure = [r for r in own if announced(r) and r["certain"] == "true"]
    wanted = [Placed(passage.category, words.find(passage.quote)) for passage in gold]
    found = [_placed(reference, words) for reference in sure]
    pairs = _matched(
        wanted, found, lambda a, b: a.category == b.category and a.alike(b, strict=False)
    )
    strict = _matched(
        wanted, found, lambda a, b: a.category == b.category and a.alike(b, strict=True)
    )
    any_category = _matched(wanted, found, lambda a, b: a.alike(b, strict=False))
    hit = {i for i, _ in pairs}
    right = {j for _, j in pairs}
    return Compared(
        {
            "spillover_passages": _counts(wanted, found, pairs),
            "spillover_passages_strict": _counts(wanted, found, strict),
            "spillover_passages_any_category": _counts(wanted, found, any_category),
        },
        tuple(
            (gold[i], tuple(r for r in own if _placed(r, words).common(one)))
            for i, one in enumerate(wanted)
            if i not in hit
        ),
        tuple((found[j].category, r) for j, r in enumerate(sure) if j not in right),
    )


def location_quote_found(quote: str, answer: Answer, results: Results) -> bool:
    """Whether the passage that decided the applicant's location is the gold's.

    They share half of the words of the shorter, in the same document.
    """
    return any(
        reference["quote"] == answer.location_quote
        and any(
            here.alike(there)
            for words in [results.words(reference["document_id"])]
            for here in [words.span(int(reference["start"]), int(reference["end"]))]
            for there in words.find(quote)
        )
        for reference in answer.references
        if reference["code"] == "applicant.location" and reference["certain"] == "true"
    )


def _placed(reference: Row, words: Words) -> Placed:
    span = words.span(int(reference["start"]), int(reference["end"]))
    return Placed(_CATEGORY_OF[reference["code"]], (span,))


def _matched(
    wanted: Sequence[Placed], found: Sequence[Placed], match: Callable[[Placed, Placed], bool]
) -> tuple[tuple[int, int], ...]:
    """Pairs that match, each passage in one pair at most, those that share most words first."""
    return tuple(_greedy(wanted, found, match))


def _greedy(
    wanted: Sequence[Placed], found: Sequence[Placed], match: Callable[[Placed, Placed], bool]
) -> Iterator[tuple[int, int]]:
    candidates = sorted(
        (-a.common(b), i, j)
        for i, a in enumerate(wanted)
        for j, b in enumerate(found)
        if match(a, b)
    )
    used_wanted: set[int] = set()
    used_found: set[int] = set()
    for _, i, j in candidates:
        if i not in used_wanted and j not in used_found:
            used_wanted.add(i)
            used_found.add(j)
            yield i, j


def _counts(wanted: Sequence[Placed], found: Sequence[Placed], pairs: Sequence[object]) -> Counts:
    return Counts(len(pairs), len(found) - len(pairs), len(wanted) - len(pairs))
