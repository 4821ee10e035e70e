"""A campaign's results against gold: scores by field, and every error with its quotes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.campaign import Campaign
from nlp.coding.kinds import GOLD, Record, read_records
from nlp.counting.results import Row
from nlp.evaluating.agreement import Counts, Score
from nlp.evaluating.errors import Error, Found, found_passage, found_quotes, gold_quote
from nlp.evaluating.fields import FIELDS, PASSAGES, Field, shown
from nlp.evaluating.gold import Judged
from nlp.evaluating.passages import compare_passages, location_quote_found
from nlp.evaluating.results import Answer, Results
from nlp.evaluating.scoring import Decision, alpha_of_readings, score_decisions
from nlp.evaluating.unseen import kinds_of_unseen


@dataclass(frozen=True)
class Evaluation:
    """Scores by field and value, errors, and what does not hold.

    ``missing`` are the keys of gold texts that the campaign has not; ``faults`` one line for each
    missing line of a gold file, gold quote that its document does not have, and inexact quote of
    the program; ``quotes`` counts the quotes checked, ``exact`` those that are; ``kinds`` says how
    the kinds of pages were learnt.
    """

    scores: Mapping[str, Score]
    errors: tuple[Error, ...]
    decisions: tuple[Decision, ...]
    missing: tuple[str, ...]
    faults: tuple[str, ...]
    judged: int
    quotes: int
    exact: int
    kinds: str


def evaluate(
    campaign: Campaign,
    gold: Iterable[Judged],
    agreement: Mapping[str, float] | None = None,
    learnt_from: Sequence[Record] | None = None,
) -> Evaluation:
    """Compare a campaign's results with gold.

    A text of the gold that was not read counts as missing, not as an error of coding. ``agreement``
    are published alphas between human readings by field; those of the gold's own readings go
    before. ``learnt_from`` are the pages that the model of kinds has learnt from (default: the
    project's). Raises InputError where the campaign was not analysed.
    """
    judged = list(gold)
    results = Results(campaign)
    rows = [(row["document_id"], one) for one in judged if (row := _row(results, one))]
    kinds, how = kinds_of_unseen(
        results,
        [(document_id, one.authority) for document_id, one in rows],
        read_records(GOLD) if learnt_from is None else learnt_from,
    )
    results.rejudge(kinds)
    comparison = _Comparison(results, judged)
    for one in judged:
        comparison.take(one)
    readers = {**(agreement or {}), **alpha_of_readings(judged)}
    quotes, inexact = results.inexact(comparison.documents)
    return Evaluation(
        score_decisions(comparison.decisions, comparison.passages, readers, comparison.texts),
        tuple(comparison.errors),
        tuple(comparison.decisions),
        tuple(comparison.missing),
        (*comparison.faults, *(f"reference {id_}: its quote is not exact" for id_ in inexact)),
        len(judged),
        quotes,
        quotes - len(inexact),
        how,
    )


def _row(results: Results, judged: Judged) -> Row | None:
    return results.document(judged) if judged.urls else None


class _Comparison:
    """Decisions, passages and errors, gathered text by text."""

    def __init__(self, results: Results, gold: Iterable[Judged]) -> None:
        self._results = results
        # Gold without the kind "organisation" calls such pages "other".
        self._organisations = any(j.labels.get("page_kind") == "organisation" for j in gold)
        self.decisions: list[Decision] = []
        self.passages: defaultdict[str, defaultdict[str, Counts]] = defaultdict(
            lambda: defaultdict(Counts)
        )
        self.texts: Counter[str] = Counter()
        self.errors: list[Error] = []
        self.missing: list[str] = []
        self.faults: list[str] = []
        self.documents: set[str] = set()

    def take(self, judged: Judged) -> None:
        """Compare one text."""
        answer = self._results.answer(judged)
        if answer is None:
            self.missing.append(judged.key)
            if judged.place:
                self.faults.append(f"{judged.place}: {judged.key}: not in the campaign")
            return
        self.documents.update(answer.document_ids)
        self.faults += self._misplaced(judged, answer)
        for name, value in judged.labels.items():
            if name in answer.labels:
                self._decide(FIELDS[name], value, judged, answer)
        if judged.passages is not None and answer.row:
            self._compare_passages(judged, answer)
        self._compare_location_quote(judged, answer)

    def _decide(self, field: Field, value: Any, judged: Judged, answer: Answer) -> None:
        found = answer.labels[field.name]
        if field.name == "page_kind" and found == "organisation" and not self._organisations:
            found = "other"
        decision = Decision(
            field.name,
            judged.key,
            judged.authority or answer.row.get("authority", ""),
            field.canonical(value),
            found,
            answer.confidence(field),
        )
        self.decisions.append(decision)
        if not decision.right:
            quote = gold_quote(field, judged)
            quotes = tuple(found_quotes(field, decision, answer))
            told = shown(decision.gold), shown(decision.found)
            self._err(field.name, judged, answer, told, quote, quotes)

    def _compare_passages(self, judged: Judged, answer: Answer) -> None:
        compared = compare_passages(judged.passages or (), answer, self._results)
        for name, counts in compared.counts.items():
            self._count(name, judged, counts)
        name = PASSAGES[0]
        for missed, touching in compared.missed:
            quotes = tuple(map(found_passage, touching))
            self._err(name, judged, answer, (missed.category, ""), missed.quote, quotes)
        for category, reference in compared.spurious:
            self._err(name, judged, answer, ("", category), "", (found_passage(reference),))

    def _compare_location_quote(self, judged: Judged, answer: Answer) -> None:
        quote = judged.quotes.get("applicant_location", "")
        stated = answer.labels.get("applicant_location", "not_stated") != "not_stated"
        if not quote or not stated or judged.labels.get("applicant_location") == "not_stated":
            return
        right = location_quote_found(quote, answer, self._results)
        self._count(
            "applicant_location_quote", judged, Counts(int(right), int(not right), int(not right))
        )
        if not right:
            field = FIELDS["applicant_location"]
            quotes = tuple(map(found_passage, answer.evidence(field)))
            told = (quote, answer.location_quote)
            self._err("applicant_location_quote", judged, answer, told, quote, quotes)

    def _count(self, name: str, judged: Judged, counts: Counts) -> None:
        self.passages[name][judged.authority] += counts
        self.texts[name] += 1

    def _err(
        self,
        name: str,
        judged: Judged,
        answer: Answer,
        told: tuple[str, str],
        gold_quote: str,
        quotes: tuple[Found, ...],
    ) -> None:
        url, document_id = answer.url, answer.row.get("document_id", "")
        authority = judged.authority or answer.row.get("authority", "")
        self.errors.append(
            Error(
                name,
                judged.key,
                authority,
                *told,
                gold_quote,
                quotes,
                url,
                document_id,
                judged.place,
            )
        )

    def _misplaced(self, judged: Judged, answer: Answer) -> Iterator[str]:
        quoted = [*judged.quotes.items(), *(("spillovers", p.quote) for p in judged.passages or ())]
        for name, quote in quoted if judged.place else ():
            if not any(self._results.words(id_).find(quote) for id_ in answer.document_ids):
                yield (
                    f"{judged.place}: {judged.key}: {name}: the document found ({answer.url}) "
                    f"does not have the quote {quote[:80]!r}"
                )
