"""Learns the weights of ``nlp.coding.learnt`` from the authored passages of ``corpora/gold``.

``python -m nlp.coding.learning --evaluate`` prints how it does on councils it has not seen,
``--write`` learns from all passages and writes the weights.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from corpora import BUNDLED
from corpora.campaign import InputError
from crawler.sources import load_sources
from nlp.coding.codebook import load_codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labelling import Labeller
from nlp.coding.labels import fold
from nlp.coding.learnt import CATEGORIES, WEIGHTS, View, features, meaning, view, weighed

PASSAGES = BUNDLED / "gold" / "spillovers.jsonl"
_FOLDS = 6
_RARE = 2
"""Least passages that a word must stand in to be learnt."""
_STRENGTH = 10.0
"""Inverse of the regularisation (1 to 10 did alike on councils left out)."""
_ABOUT = 0.01
_SMALL = 0.03
"""Weights smaller than this in every category are dropped: half of the file for next to nothing."""


@dataclass(frozen=True)
class Passage:
    """An authored passage and what it announces: categories, each with the clause that says it.

    ``page`` names the whole page it belongs to, or is empty for a passage written alone.
    """

    authority: str
    context: str
    text: str
    spillovers: tuple[tuple[str, str], ...]
    page: str = ""


def read_passages(path: Path = PASSAGES) -> tuple[Passage, ...]:
    """The passages of a JSON Lines file; raises InputError with the line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            told = tuple((one["category"], one["quote"]) for one in row["spillovers"])
            passage = Passage(row["authority"], row["context"], row["text"], told, row["page"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: not a passage ({error})") from error
        for category, quote in told:
            if category not in CATEGORIES or quote not in passage.text:
                raise InputError(f"{path}:{number}: {category!r} or {quote!r} does not belong here")
        found.append(passage)
    return tuple(found)


@dataclass(frozen=True)
class Examples:
    """Runs of text as the model sees them, and which categories each announces.

    The passages come first, in their order; after them the clauses that say it, since a clause is
    what is quoted in the end.
    """

    views: tuple[View, ...]
    announced: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]"
    authorities: tuple[str, ...]
    passages: int


def learnt_lists() -> dict[str, tuple[str, ...]]:
    """The bundled codebook's word lists that its learnt codes name: those that a coder labels."""
    book = load_codebook()
    codes = [code for code in book.codes if any(pattern.learnt for pattern in code.patterns)]
    named = set(re.findall(r"\w+", repr([(code.patterns, code.cues, code.tags) for code in codes])))
    return {name: terms for name, terms in book.lexicon.items() if name in named}


def ground() -> str:
    """A digest of what the weights are learnt from: the passages, the word lists, the features."""
    digest = hashlib.sha256(PASSAGES.read_bytes())
    digest.update(repr(sorted(learnt_lists().items())).encode())
    for module in ("learning.py", "learnt.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    return digest.hexdigest()[:16]


def examples(passages: Sequence[Passage]) -> Examples:
    """What is to be learnt from the passages."""
    sources = load_sources(BUNDLED / "sources" / "sample-2014.yml").sources
    labeller = Labeller(learnt_lists(), Gazetteer(sources))
    views, announced, authorities = [], [], []
    clauses = []
    for passage in passages:
        labelled = labeller.labelled(passage.text, passage.authority)
        context = fold(passage.context)
        views.append(view(passage.text, labelled, context))
        announced.append({category for category, _ in passage.spillovers})
        authorities.append(passage.authority)
        for category, quote in passage.spillovers:
            if len(quote) < 0.8 * len(passage.text):
                start = passage.text.index(quote)
                clause = view(passage.text, labelled, context, start, start + len(quote))
                clauses.append((clause, {category}, passage.authority))
    for clause, categories, authority in clauses:
        views.append(clause)
        announced.append(categories)
        authorities.append(authority)
    table = np.array([[category in told for category in CATEGORIES] for told in announced])
    return Examples(tuple(views), table, tuple(authorities), len(passages))


@dataclass(frozen=True)
class Weights:
    """A learnt regression for each category: weights by name of feature, of vectors, intercepts."""

    idf: Mapping[str, float]
    names: tuple[str, ...]
    weights: Any
    meaning: Any
    intercepts: Any

    def probabilities(self, views: Sequence[View]) -> Any:
        """Array (views × categories)."""
        words, vectors = _matrices(views, self.idf, self.names)
        scores = words @ self.weights.T + vectors @ self.meaning.T + self.intercepts
        return 1 / (1 + np.exp(-scores))


def learn(known: Examples, chosen: Sequence[int] | None = None) -> Weights:
    """Weights learnt from the examples, or from those chosen."""
    rows = list(range(len(known.views))) if chosen is None else list(chosen)
    views = [known.views[row] for row in rows]
    frequency = Counter(name for seen in views for name in features(seen))
    idf = {
        name: float(np.log((1 + len(views)) / (1 + count)) + 1)
        for name, count in sorted(frequency.items())
        if count >= _RARE
    }
    names = tuple(idf)
    words, vectors = _matrices(views, idf, names)
    table = hstack([words, csr_matrix(vectors)]).tocsr()
    learnt = [
        LogisticRegression(C=_STRENGTH, max_iter=5000).fit(table, known.announced[rows, index])
        for index in range(len(CATEGORIES))
    ]
    weights = np.vstack([one.coef_[0] for one in learnt])
    intercepts = np.array([one.intercept_[0] for one in learnt])
    return Weights(idf, names, weights[:, : len(names)], weights[:, len(names) :], intercepts)


def _matrices(
    views: Sequence[View], idf: Mapping[str, float], names: Sequence[str]
) -> tuple[Any, Any]:
    vectorizer = DictVectorizer().fit([dict.fromkeys(names, 1.0)])
    words = vectorizer.transform([weighed(features(seen), idf) for seen in views])
    order = [vectorizer.vocabulary_[name] for name in names]
    vectors = np.vstack([meaning(seen) for seen in views])
    return words[:, order], vectors


def unseen_probabilities(known: Examples) -> Any:
    """Of each passage, by weights learnt from the other authorities' alone."""
    found = np.zeros((known.passages, len(CATEGORIES)))
    every = np.arange(len(known.views))
    for seen, unseen in GroupKFold(_FOLDS).split(every, groups=known.authorities):
        passages = [row for row in unseen if row < known.passages]
        found[passages] = learn(known, seen).probabilities([known.views[row] for row in passages])
    return found


@dataclass(frozen=True)
class Limit:
    """The probability from which a category is best taken as announced, and what it gives."""

    probability: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def limits(known: Examples, passages: Sequence[Passage], found: Any) -> tuple[Limit, ...]:
    """For each category the highest limit of about the best F1.

    On whole pages alone: they announce as little as real ones do.
    """
    rows = [row for row, passage in enumerate(passages) if passage.page]
    return tuple(
        _highest_good(
            [
                _at(limit / 100, found[rows, index], known.announced[rows, index])
                for limit in range(15, 71)
            ]
        )
        for index in range(len(CATEGORIES))
    )


def _highest_good(candidates: Sequence[Limit]) -> Limit:
    """The highest limit whose F1 is about the best.

    The top is flat and jumps with every word, and a benefit wrongly said to be announced is worse
    than one missed.
    """
    best = max(limit.f1 for limit in candidates)
    return [limit for limit in candidates if limit.f1 >= best - _ABOUT][-1]


def _at(limit: float, found: Any, announced: Any) -> Limit:
    taken = found >= limit
    right = int((taken & announced).sum())
    return Limit(limit, right / max(1, int(taken.sum())), right / max(1, int(announced.sum())))


def write(path: Path = WEIGHTS) -> None:
    """Learn from all passages and write the weights, shifted so that each limit becomes 0.5."""
    passages = read_passages()
    known = examples(passages)
    weights = learn(known)
    chosen = limits(known, passages, unseen_probabilities(known))
    shift = [float(np.log(one.probability / (1 - one.probability))) for one in chosen]
    kept = {
        name: [round(weights.idf[name], 3), *(round(float(w), 3) for w in weights.weights[:, row])]
        for row, name in enumerate(weights.names)
        if np.abs(weights.weights[:, row]).max() >= _SMALL
    }
    content = {
        "learnt_from": ground(),
        "intercepts": [
            round(float(b) - s, 3) for b, s in zip(weights.intercepts, shift, strict=True)
        ],
        "meaning": [[round(float(w), 3) for w in row] for row in weights.meaning],
        "features": kept,
    }
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}" for name, row in kept.items()
    ]
    head = json.dumps({k: v for k, v in content.items() if k != "features"})
    path.write_text(head[:-1] + ', "features": {\n' + ",\n".join(lines) + "\n}}\n", "utf-8")


def report() -> str:
    """A printed table: each category on councils left out."""
    passages = read_passages()
    known = examples(passages)
    chosen = limits(known, passages, unseen_probabilities(known))
    pages = len({passage.page for passage in passages} - {""})
    councils = len(set(known.authorities))
    lines = [
        f"{len(passages)} passages ({pages} whole pages) of {councils} authorities,",
        f"{_FOLDS} groups of authorities left out in turn; scores on whole pages",
        f"{'':14}{'precision':>10}{'recall':>8}{'F1':>6}{'limit':>7}",
    ]
    for category, one in zip(CATEGORIES, chosen, strict=True):
        lines.append(
            f"{category:14}{one.precision:10.2f}{one.recall:8.2f}{one.f1:6.2f}{one.probability:7.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the evaluation, or write the weights."""
    parser = argparse.ArgumentParser(prog="python -m nlp.coding.learning")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--evaluate", action="store_true")
    choice.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        write()
    else:
        sys.stdout.write(report() + "\n")


if __name__ == "__main__":
    main()
