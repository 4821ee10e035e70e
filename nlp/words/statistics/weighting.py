"""Weights of words in the parts of a corpus: TF-IDF."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.words.statistics.lexical import Floats, Table, dense


@dataclass(frozen=True)
class Weights:
    """TF-IDF of a lexical table, of its shape; the counts beside it, and one number a word of each.

    ``parts_with`` is df, in how many of the ``parts`` the word is; where ``reason`` is not empty
    all the word's weights are 0.
    """

    weights: Floats
    counts: Floats
    idf: Floats
    parts_with: NDArray[np.int64]
    parts: int
    reason: NDArray[np.str_]


def tf_idf(table: Table) -> Weights:
    """Tf · log10(N / df): tf the count itself, N the parts that hold any word, df those with this.

    The convention of ``dfm_tfidf()`` of the R package quanteda; no smoothing, no normalisation: a
    word of every part weighs 0 everywhere. Source: G. Salton & C. Buckley, "Term-weighting
    approaches in automatic text retrieval", Information Processing & Management 24, 1988, p. 513.

    Raises ValueError on a table that is not two-dimensional or holds a negative or broken count.
    """
    counts = dense(table)
    parts_with = np.count_nonzero(counts, axis=1)
    parts = int(np.count_nonzero(counts.sum(axis=0)))
    idf = inverse_document_frequency(parts_with, parts)
    return Weights(
        weights=counts * idf[:, None],
        counts=counts,
        idf=idf,
        parts_with=parts_with,
        parts=parts,
        reason=np.select([parts_with == 0, parts_with == parts], ["absent", "in every part"], ""),
    )


def inverse_document_frequency(parts_with: ArrayLike, parts: int) -> Floats:
    """log10(N / df), 0 for a word that is nowhere."""
    found = np.asarray(parts_with, dtype=np.float64)
    return np.log10(max(1, parts) / np.where(found > 0, found, max(1, parts))) + 0.0
