"""What is learnt of announced spillovers, from the authored passages of ``corpora/gold``.

A passage is announced where its words, the labels of the codebook and the meaning of its words (the
French model's vectors) say so: a logistic regression for each category, whose weights lie beside
the passages. Nothing is learnt here (see ``nlp.coding.learning``): probabilities are sums of
weights, so that each can be told by the words that gave it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from corpora import BUNDLED
from nlp.coding.clauses import clauses
from nlp.coding.labels import Span
from nlp.coding.notation import Labelled

CATEGORIES = ("economic", "sociocultural", "institution")
WEIGHTS = BUNDLED / "gold" / "spillovers.weights.json"

# Names stand for what they are, or the model would learn the authors' places by heart.
_MASKED = {
    "own": "xown", "own_demonym": "xdemonym", "own_council": "xcouncil", "other_place": "xplace",
    "country": "xcountry", "foreign": "xforeign", "percent": "xrate", "money": "xsum",
    "date": "xdate", "duration": "xduration",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]\w*")
_STEM = 6
"""Letters that a word is known by: "attractivité" and "attractif" are one."""
_LABELS, _CONTEXT, _MEANING = 0.3, 0.7, 1.5
"""Weights of blocks of features against the passage's own words (labels of 0.6 and vectors of 2.5
did alike on councils left out)."""
_WORTH_A_LOOK = 0.2
_LEAST_WORDS = 5
DIMENSIONS = 300
"""Of the French model's vectors."""
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class View:
    """A run of a passage as the model sees it: its words, labels and context."""

    words: tuple[str, ...]
    spoken: tuple[str, ...]
    context: tuple[str, ...]
    labels: frozenset[str]


def view(
    text: str, passage: Labelled, context: str, start: int = 0, end: int | None = None
) -> View:
    """The run from ``start`` to ``end`` of a passage's text; ``context`` is folded text."""
    end = len(text) if end is None else end
    spans = [s for s in passage.spans if start <= s.start and s.end <= end]
    words = [_word(word) for word in _WORD.findall(_masked(passage.folded, spans, start, end))]
    held = tuple(_word(word) for word in _WORD.findall(context))
    # Vectors are those of words as written: without accents most have none.
    spoken = tuple(_WORD.findall(text, start, end))
    return View(tuple(words), spoken, held, frozenset(span.label for span in spans))


def _masked(folded: str, spans: Sequence[Span], start: int, end: int) -> str:
    parts, reached = [], start
    for span in sorted(spans):
        if span.label in _MASKED and span.start >= reached:
            parts += [folded[reached : span.start], f" {_MASKED[span.label]} "]
            reached = span.end
    return "".join([*parts, folded[reached:end]])


def _word(word: str) -> str:
    return word if word.startswith("x") else word[:_STEM]


def features(seen: View) -> dict[str, float]:
    """Counts by name: words, pairs and pairs with a gap, those of the context, labels."""
    counts: Counter[str] = Counter()
    for block, words in (("w", seen.words), ("c", seen.context)):
        counts.update(f"{block}:{word}" for word in words)
        counts.update(f"{block}:{a} {b}" for a, b in pairwise(words))
        counts.update(f"{block}:{a}_{b}" for a, b in zip(words, words[2:], strict=False))
    return {**counts, **{f"l:{label}": 1.0 for label in seen.labels}}


def weighed(counts: Mapping[str, float], idf: Mapping[str, float]) -> dict[str, float]:
    """TF-IDF with a logarithm of the count, each block of unit length; unknown names left out."""
    found = {
        name: (1 + math.log(count)) * idf[name] for name, count in counts.items() if name in idf
    }
    for block, scale in (("w:", 1.0), ("c:", _CONTEXT)):
        names = [name for name in found if name.startswith(block)]
        length = math.sqrt(sum(found[name] ** 2 for name in names)) or 1.0
        for name in names:
            found[name] *= scale / length
    return {name: _LABELS if name.startswith("l:") else value for name, value in found.items()}


def meaning(seen: View) -> Vector:
    """The mean vector of its words, of length 1.5; zeros where there is none."""
    from nlp.coding.language import word_vector

    mean = np.zeros(DIMENSIONS)
    for word in seen.spoken:
        mean += word_vector(word)
    length = float(np.linalg.norm(mean))
    return _MEANING * mean / length if length else mean


@dataclass(frozen=True)
class Told:
    """The clause of a passage that says it, how probably, and the words that weigh most."""

    start: int
    end: int
    probability: float
    words: tuple[str, ...]


class SpilloverModel:
    """The learnt weights. Raises ValueError or OSError where the file is none of ours."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        self._idf: Mapping[str, float] = {n: row[0] for n, row in content["features"].items()}
        self._weights = {n: np.array(row[1:]) for n, row in content["features"].items()}
        self._meaning = np.array(content["meaning"])
        self._intercepts = np.array(content["intercepts"])
        self.labels = frozenset(n[2:] for n in self._idf if n.startswith("l:"))

    def told(self, text: str, passage: Labelled, context: str) -> dict[str, Told]:
        """What a passage tells, by category; a category that is hardly worth a look is absent."""
        whole = view(text, passage, context)
        if len(whole.words) < _LEAST_WORDS:
            return {}
        probable = self._probabilities(whole)
        if max(probable) < _WORTH_A_LOOK:
            return {}
        runs = ((run, view(text, passage, context, *run)) for run in clauses(text))
        parts = [(run, seen) for run, seen in runs if len(seen.words) >= _LEAST_WORDS]
        parts = parts or [((0, len(text)), whole)]
        by_part = [self._probabilities(seen) for _, seen in parts]
        told = {}
        for index, category in enumerate(CATEGORIES):
            if probable[index] >= _WORTH_A_LOOK:
                best = int(np.argmax([of_part[index] for of_part in by_part]))
                (start, end), seen = parts[best]
                words = self._words(seen, index)
                told[category] = Told(start, end, float(probable[index]), words)
        return told

    def _probabilities(self, seen: View) -> Vector:
        scores = self._intercepts + self._meaning @ meaning(seen)
        for name, value in weighed(features(seen), self._idf).items():
            scores = scores + value * self._weights[name]
        return 1 / (1 + np.exp(-scores))

    def _words(self, seen: View, index: int) -> tuple[str, ...]:
        gave = {
            name[2:]: value * self._weights[name][index]
            for name, value in weighed(features(seen), self._idf).items()
            if name.startswith("w:") and " " not in name and "_" not in name
        }
        best = sorted(gave, key=lambda word: (-gave[word], word))[:3]
        return tuple(word for word in best if gave[word] > 0)


@cache
def spillover_model() -> SpilloverModel:
    """The bundled model."""
    return SpilloverModel()
