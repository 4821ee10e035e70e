"""Kinds of pages are judged by a model that has not seen their authority."""

from collections.abc import Sequence

import pytest

from corpora.campaign import Campaign
from nlp.coding.kinds import GOLD, KindModel, Record, read_records, train
from nlp.coding.references import Kind
from nlp.evaluating.evaluation import evaluate
from nlp.evaluating.gold import Judged
from nlp.evaluating.results import Results
from nlp.evaluating.unseen import kinds_of_unseen
from tests.nlp.evaluating.conftest import OMBRELLE, SITE, SORVANGE


class Told(KindModel):
    """A model that says what it has learnt from."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.authorities = sorted({record.authority for record in records})

    def classify(self, document: object) -> Kind:
        return Kind("other", 0.5, " and ".join(self.authorities))


def _records(*authorities: str) -> list[Record]:
    return [Record("http://x.example", "Titre", "Texte", name, "call") for name in authorities]


JUDGED = [("d1", "Région Ombrelle"), ("d2", OMBRELLE), ("d4", SORVANGE)]


def test_where_no_authority_was_learnt_from_nothing_is_judged_anew(campaign: Campaign) -> None:
    kinds, how = kinds_of_unseen(Results(campaign), JUDGED, _records("Ville A", "Ville B"), Told)
    assert kinds == {}
    assert how == "kinds: learnt from 2 pages of 2 authorities, none of them judged here"


@pytest.mark.parametrize("name", [OMBRELLE, "Région Ombrelle", "REGION D'OMBRELLE"])
def test_an_authority_that_was_learnt_from_is_left_out(campaign: Campaign, name: str) -> None:
    kinds, how = kinds_of_unseen(
        Results(campaign), JUDGED, _records("Ville A", name, "Ville B"), Told
    )
    # d2 has its kind from metadata, which nobody had to learn
    assert kinds == {"d1": Kind("other", 0.5, "Ville A and Ville B")}
    assert how.endswith("3 authorities, 1 of them judged here, left out one by one")


def test_the_new_kind_is_the_one_that_is_scored(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = [r for r in read_records(GOLD) if "Ville" in r.authority]
    renamed = [Record(r.url, r.title, r.text, OMBRELLE, r.kind) for r in sample[:4]]
    gold = [Judged("a", OMBRELLE, (f"{SITE}/aides/appel",), "", {"page_kind": "call"})]
    evaluation = evaluate(campaign, gold, learnt_from=[*sample, *renamed])
    expected = train(sample).classify(Results(campaign).documents["d1"])
    (decision,) = evaluation.decisions
    assert (decision.found, decision.confidence) == (expected.kind, expected.score)
    assert decision.confidence != 0.9
    assert "left out one by one" in evaluation.kinds
