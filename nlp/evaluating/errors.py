"""Where gold and program differ, with the passages that led the program there."""

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.counting.results import Row
from nlp.evaluating.fields import CATEGORIES, Field, parts
from nlp.evaluating.gold import Judged
from nlp.evaluating.results import Answer
from nlp.evaluating.scoring import Decision


@dataclass(frozen=True)
class Found:
    """A passage that the program found, or the rule that decided a page's kind (no quote)."""

    quote: str
    code: str
    value: str
    rule: str
    score: str
    certain: str
    reference_id: str = ""
    document_id: str = ""


@dataclass(frozen=True)
class Error:
    """One decision or passage that differs from the gold.

    ``found_quotes`` are those that the decision rests on; where something was missed, also those
    that were to check.
    """

    field: str
    key: str
    authority: str
    gold: str
    found: str
    gold_quote: str
    found_quotes: tuple[Found, ...]
    url: str
    document_id: str
    place: str


def gold_quote(field: Field, judged: Judged) -> str:
    """The words that the gold gives for a field, those of the field it qualifies, or none."""
    if field.group == "spillovers":
        passages = [p for p in judged.passages or () if CATEGORIES[p.category] in field.codes]
        return " […] ".join(passage.quote for passage in passages)
    return judged.quotes.get(field.name) or judged.quotes.get(field.evidence, "")


def found_quotes(field: Field, decision: Decision, answer: Answer) -> Iterator[Found]:
    if field.name == "page_kind":
        row = answer.row
        rule, score = row["kind_rule"], row["kind_score"]
        yield Found("", "page_kind", row["kind"], rule, score, "", "", row["document_id"])
    missed = bool(parts(decision.gold) - parts(decision.found))
    yield from map(found_passage, answer.of_codes(field) if missed else answer.evidence(field))


def found_passage(r: Row) -> Found:
    return Found(
        r["quote"],
        r["code"],
        r["value"],
        r["rule"],
        r["score"],
        r["certain"],
        r["reference_id"],
        r["document_id"],
    )
