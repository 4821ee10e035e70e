"""The kind of a document: a small model learnt from the authored pages of ``corpora/gold``.

``python -m nlp.coding.kinds --evaluate`` prints how it does on councils it has not seen.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.calibration import CalibratedClassifierCV  # type: ignore[import-untyped]
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import classification_report, confusion_matrix  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut  # type: ignore[import-untyped]

from corpora.campaign import InputError
from nlp.coding.features import (
    Parts,
    cue_features,
    linked_in_text,
    parts_of_document,
    parts_of_text,
)
from nlp.coding.references import Kind
from nlp.reading.documents import Document

_CALLS_OF_A_LISTING = 3
# Pages judged at once: one by one, the vectorizers take twice as long.
_AT_ONCE = 64
# Weights of the blocks of features against that of the title: few cues on a large scale and many
# words on a small one would else be shrunk unequally (0.3-0.7 and 1-2 did about as well).
_CUES, _WORDS = 0.5, 2.0
KINDS = ("call", "international_page", "organisation", "other")
GOLD = Path(__file__).parents[2] / "corpora" / "gold" / "kinds.jsonl"


@dataclass(frozen=True)
class Record:
    """A page whose kind is known."""

    url: str
    title: str
    text: str
    authority: str
    kind: str


def read_records(path: Path) -> tuple[Record, ...]:
    """The labelled pages of a JSON Lines file.

    Raises InputError for a line that is no record or whose kind is unknown.
    """
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = Record(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{path}:{number}: not a labelled page ({error}); "
                "give url, title, text, authority, kind"
            ) from error
        if record.kind not in KINDS:
            raise InputError(
                f"{path}:{number}: kind {record.kind!r}; use one of {', '.join(KINDS)}"
            )
        records.append(record)
    return tuple(records)


class KindModel:
    """Cue families, words and title n-grams, weighed by one regularised logistic regression.

    Deterministic: the same records give the same probabilities.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        """Learn from ``records``; probabilities are scaled on authorities held out in turn."""
        # Each page is learnt whole and broken off, as captures often are: without the broken ones,
        # long introductions passed for presentations.
        shown = [(r, text) for r in records for text in (r.text, r.text[: len(r.text) // 2])]
        pages = [parts_of_text(record.url, record.title, text) for record, text in shown]
        groups = [record.authority for record, _ in shown]
        self._cues = DictVectorizer().fit(cue_features(page) for page in pages)
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), min_df=3, max_df=0.6, sublinear_tf=True, strip_accents="unicode"
        ).fit(_running_text(page) for page in pages)
        self._names = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3).fit(
            _name(page) for page in pages
        )
        features = self._features(pages)
        folds = GroupKFold(n_splits=min(5, len(set(groups)))).split(features, groups=groups)
        self._classifier: Any = CalibratedClassifierCV(
            # Balanced: how many pages of a kind were authored says nothing of how many a site has.
            LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced"),
            method="temperature",
            ensemble=False,
            cv=list(folds),
        ).fit(features, [record.kind for record, _ in shown])

    def _features(self, pages: Sequence[Parts]) -> csr_matrix:
        return hstack(
            [
                _CUES * self._cues.transform(cue_features(page) for page in pages),
                _WORDS * self._words.transform(_running_text(page) for page in pages),
                self._names.transform(_name(page) for page in pages),
            ]
        ).tocsr()

    def probabilities(self, pages: Sequence[Parts]) -> list[dict[str, float]]:
        """For each page the probability of each kind."""
        found = self._classifier.predict_proba(self._features(pages))
        kinds = [str(kind) for kind in self._classifier.classes_]
        return [dict(zip(kinds, map(float, row), strict=True)) for row in np.asarray(found)]

    def classify(self, document: Document) -> Kind:
        """The document's kind; one that the import's metadata gave is kept."""
        return self.classify_each([document])[0]

    def classify_each(self, documents: Sequence[Document]) -> list[Kind]:
        """The kind of each document, as ``classify`` gives it, in half of the time."""
        kinds: list[Kind] = []
        for start in range(0, len(documents), _AT_ONCE):
            pages = [(d, parts_of_document(d)) for d in documents[start : start + _AT_ONCE]]
            plain = [_plain_kind(document, parts) for document, parts in pages]
            asked = [parts for (_, parts), kind in zip(pages, plain, strict=True) if not kind]
            found = iter(self.probabilities(asked) if asked else ())
            kinds += [kind or _likeliest(next(found)) for kind in plain]
        return kinds


def _plain_kind(document: Document, parts: Parts) -> Kind | None:
    """The kind of a document that needs no model."""
    if document.capture.kind:
        return Kind(document.capture.kind, 1.0, "metadata")
    address = urlsplit(document.url)
    if address.scheme.startswith("http") and address.path in ("", "/") and not address.query:
        return Kind("other", 1.0, "front page")
    return None if parts.text else Kind("other", 0.0, "no text")


def _likeliest(found: Mapping[str, float]) -> Kind:
    kind = max(KINDS, key=lambda name: found.get(name, 0.0))
    return Kind(kind, round(found[kind], 4), "kinds model")


def classify_all(documents: Sequence[Document], model: KindModel) -> dict[str, Kind]:
    """The kind of each document by id; a list of links to three calls or more is no call itself."""
    told = zip(documents, model.classify_each(documents), strict=True)
    kinds = {document.id: kind for document, kind in told}
    pages = {d.url: d for d in documents if kinds[d.id].kind == "call" and d.mime == "text/html"}
    listings = {
        document.id
        for document in pages.values()
        if kinds[document.id].rule != "metadata"
        and len({url for url in linked_in_text(document) if url in pages} - {document.url})
        >= _CALLS_OF_A_LISTING
    }
    return {
        id_: Kind("other", k.score, "listing") if id_ in listings else k for id_, k in kinds.items()
    }


def _running_text(parts: Parts) -> str:
    return re.sub(r"\d+", "0", f"{parts.title}\n{parts.text}")


def _name(parts: Parts) -> str:
    return re.sub(r"\d+", "0", f"{parts.title} {parts.path}").lower()


def train(records: Sequence[Record]) -> KindModel:
    """A model that has learnt from the labelled pages given, of at least two authorities."""
    return KindModel(records)


@cache
def default_model() -> KindModel:
    """The model of ``corpora/gold/kinds.jsonl``: learnt when first asked for, then kept."""
    return train(read_records(GOLD))


def evaluate(records: Sequence[Record]) -> str:
    """A printed table: each authority's pages judged by a model that saw the others' only."""
    truth = [record.kind for record in records]
    groups = [record.authority for record in records]
    judged = [""] * len(records)
    for seen, unseen in LeaveOneGroupOut().split(records, groups=groups):
        model = train([records[i] for i in seen])
        pages = [parts_of_text(records[i].url, records[i].title, records[i].text) for i in unseen]
        for i, found in zip(unseen, model.probabilities(pages), strict=True):
            judged[i] = max(KINDS, key=lambda name: found.get(name, 0.0))
    right = sum(a == b for a, b in zip(truth, judged, strict=True))
    rows = confusion_matrix(truth, judged, labels=KINDS)
    authorities = f"{len(set(groups))} authorities, one left out at a time"
    lines = [
        f"{len(records)} pages, {authorities}: accuracy {right / len(records):.3f}",
        classification_report(truth, judged, labels=KINDS, digits=3, zero_division=0),
        "confusion (rows: truth; columns: judged)",
        " " * 20 + "".join(f"{kind[:12]:>14}" for kind in KINDS),
        *(
            f"{kind:20}" + "".join(f"{n:14}" for n in row)
            for kind, row in zip(KINDS, rows, strict=True)
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the evaluation of ``python -m nlp.coding.kinds --evaluate``."""
    parser = argparse.ArgumentParser(prog="python -m nlp.coding.kinds")
    parser.add_argument("--evaluate", action="store_true", required=True)
    parser.parse_args()
    print(evaluate(read_records(GOLD)))  # noqa: T201  the one thing this command is for


if __name__ == "__main__":
    main()
