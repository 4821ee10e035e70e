"""Segments: a running text cut every so many words, at the end of a sentence where it can be."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse  # type: ignore[import-untyped]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SENTENCE = 6.0
NO_PAUSE = 0.01
# How much a cut after a mark is worth; IRaMuTeQ's weights, which the R package rainette keeps.
PAUSES = {
    ".": SENTENCE,
    "?": SENTENCE,
    "!": SENTENCE,
    "…": SENTENCE,
    ":": 5.0,
    ";": 4.0,
    ",": 1.0,
}
_WINDOW = 0.4


def segments(
    documents: ArrayLike, sentences: ArrayLike, size: int = 40, pauses: ArrayLike | None = None
) -> Ints:
    """The segment of each token, numbered from 0 in running order; none crosses documents.

    ``documents`` and ``sentences`` hold one number a token, in running order; ``pauses`` what a
    cut after the token is worth where no sentence ends (``PAUSES``; by default nothing). While more
    than 1.4 × ``size`` tokens of a document are left, the next cut falls within them where
    worth / (1 + distance from ``size`` tokens) is greatest, the first of equals; what is left is
    the document's last segment. Raises ValueError on arrays of different lengths or no size.
    """
    document, sentence = np.asarray(documents), np.asarray(sentences)
    worth = np.full(document.shape, NO_PAUSE) if pauses is None else np.array(pauses, float)
    if not document.ndim == 1 or not document.shape == sentence.shape == worth.shape or size < 1:
        raise ValueError("segments: one document, sentence and pause a token, and a size from 1 up")
    worth = np.maximum(worth, NO_PAUSE)
    ends = np.append(np.flatnonzero(np.diff(document)) + 1, document.size)
    worth[:-1][np.diff(sentence) != 0] = SENTENCE
    starts = np.zeros(document.size, dtype=np.int64)
    begin = 0
    for end in ends.tolist():
        starts[begin:end][:1] = 1
        for place in _cuts(worth[begin:end], size):
            starts[begin + place] = 1
        begin = end
    return np.cumsum(starts) - 1


def pauses_after(words: ArrayLike, marks: ArrayLike) -> Floats:
    """What a cut after each word is worth, by the marks that stand between it and the next.

    ``words`` (N, bool) tells a running text's words from its marks; ``marks`` (N,) what each token
    is worth as a mark: ``PAUSES.get(form, NO_PAUSE)``. The result has one number a word.
    """
    places = np.flatnonzero(words)
    worth = np.asarray(marks, dtype=np.float64)
    found: Floats = np.maximum.reduceat(worth, places) if places.size else np.zeros(0)
    return found


def _cuts(worth: Floats, size: int) -> Iterator[int]:
    """The places of one document where a new segment begins."""
    reach = int(size * (1 + _WINDOW))
    nearness = 1.0 + np.abs(np.arange(1, reach + 1) - size)
    place = 0
    while worth.size - place > size * (1 + _WINDOW):
        place += int(np.argmax(worth[place : place + reach] / nearness)) + 1
        yield place


def presences(counts: ArrayLike | sparse.sparray) -> sparse.csr_array:
    """1 where a segment holds a word, whatever how often; one row a segment, one column a word."""
    table = sparse.csr_array(counts, copy=True)
    table.sum_duplicates()
    return (table > 0).astype(np.float64)
