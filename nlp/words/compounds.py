"""Compound terms that a reader may want in the list, proposed by how their words hold together."""

import re

import numpy as np
import polars
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.coding.running import POS
from nlp.words.corpus import Corpus
from nlp.words.statistics.association import associations
from nlp.words.statistics.contingency import Contingency

SHAPES: tuple[tuple[str, ...], ...] = (
    ("NOUN", "ADJ"),
    ("NOUN", "NOUN"),
    ("NOUN", "ADP", "NOUN"),
    ("NOUN", "ADP", "DET", "NOUN"),
    ("NOUN", "ADJ", "ADJ"),
    ("NOUN", "ADP", "NOUN", "ADJ"),
)
"""Parts of speech of terms: "coopération décentralisée", "appel à projets", "droits de l'homme"."""

LEAST = 3

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]*)*")


def compound_candidates(
    corpus: Corpus, *, least: int = LEAST, shapes: tuple[tuple[str, ...], ...] = SHAPES
) -> polars.DataFrame:
    """Sequences of one of the shapes met ``least`` times or more that the list has not yet.

    The first and the last word are held against each other over all places where the shape stands:
    f both, F the last, t the first, T all. Columns: term (commonest form), lemmas (as the list
    asks for them), shape, f, F, t, T, documents, g2, log_dice; sorted from the highest G² down:
    logDice is 14 for any two words that are met three times, always together. Raises InputError
    where no sequence is met so often.
    """
    frames = [frame for shape in shapes if (frame := _of_shape(corpus, shape, least)) is not None]
    if not frames:
        raise InputError(
            f"no sequence of words that is not on the list is met {least} times; ask for fewer "
            "(--least 2)"
        )
    return polars.concat(frames).sort(["g2", "f", "lemmas"], descending=[True, True, False])


def _of_shape(corpus: Corpus, shape: tuple[str, ...], least: int) -> polars.DataFrame | None:
    first = _places(corpus, shape)
    width = len(shape)
    if not len(first):
        return None
    words = np.stack([corpus.lemma[first + step] for step in range(width)], axis=1)
    found, back, times = np.unique(words, axis=0, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(times >= least)
    if not len(kept):
        return None
    heads = np.bincount(words[:, 0], minlength=len(corpus.lemmas))[found[kept, 0]]
    tails = np.bincount(words[:, -1], minlength=len(corpus.lemmas))[found[kept, -1]]
    scores = associations(Contingency.of(times[kept], tails, heads, len(first)))
    back = back.ravel()
    forms, documents = [], []
    for row in kept.tolist():
        places = first[back == row]
        spelled = [corpus.spelled(int(one), int(one) + width).lower() for one in places]
        forms.append(min(set(spelled), key=lambda form: (-spelled.count(form), form)))
        documents.append(len(set(corpus.document[places].tolist())))
    lemmas = [" ".join(corpus.lemmas[place] for place in row) for row in found[kept].tolist()]
    return polars.DataFrame(
        {
            "term": forms,
            "lemmas": lemmas,
            "shape": [" ".join(shape)] * len(kept),
            "f": times[kept].astype(np.int64),
            "F": tails.astype(np.int64),
            "t": heads.astype(np.int64),
            "T": np.full(len(kept), len(first)),
            "documents": documents,
            "g2": scores.g2,
            "log_dice": scores.log_dice,
        }
    )


def _places(corpus: Corpus, shape: tuple[str, ...]) -> NDArray[np.int64]:
    """The tokens where the shape begins, in one sentence, and no known compound does."""
    last = len(corpus) - len(shape) + 1
    if last < 1:
        return np.zeros(0, dtype=np.int64)
    plain = np.array([bool(_WORD.fullmatch(form)) for form in corpus.forms])
    held = corpus.sentence[:last] == corpus.sentence[len(shape) - 1 :]
    for step, pos in enumerate(shape):
        held = held & (corpus.pos[step : step + last] == POS.index(pos))
        held = held & plain[corpus.form[step : step + last]]
    held = held & (corpus.term[:last] == corpus.lemma[:last])
    return np.flatnonzero(held)
