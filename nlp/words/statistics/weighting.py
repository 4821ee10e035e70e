"""Weights of words in the parts of a corpus: TF-IDF."""

import numpy as np
from numpy.typing import ArrayLike

from nlp.words.statistics.lexical import Floats


def tf_idf(counts: ArrayLike, parts_with: ArrayLike, parts: int) -> Floats:
    """Tf · log10(N / df): tf the count itself, N the parts, df those that hold the word.

    The convention of ``dfm_tfidf()`` of the R package quanteda; no smoothing, no normalisation: a
    word of every part weighs 0 everywhere, and so does one that is nowhere. ``counts`` and
    ``parts_with`` broadcast to one shape. Source: G. Salton & C. Buckley, "Term-weighting
    approaches in automatic text retrieval", Information Processing & Management 24, 1988, p. 513.
    """
    found = np.asarray(parts_with, dtype=np.float64)
    idf = np.log10(max(1, parts) / np.where(found > 0, found, max(1, parts)))
    weights: Floats = np.asarray(counts, dtype=np.float64) * idf + 0.0
    return weights
