"""The words that are characteristic of each council, as rows of a table."""

import hashlib
from array import array
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from nlp.coding.references import Coding
from nlp.words.statistics.lexical import Floats
from nlp.words.statistics.specificity import specificities_of

# A word met less often over the whole corpus cannot be characteristic of a part.
_LEAST_FREQUENCY = 5
# Beyond this many cells only those are kept that chance explains once in a hundred at most.
_MANY_CELLS = 50_000
_CELLS_AT_ONCE = 500_000
_LEAST_SPECIFICITY = 2.0


def vocabulary_digest(coding: Coding) -> str:
    """A digest of all that the rows rest on: each document's council, its lemmas, their forms."""
    digest = hashlib.sha256()
    for document in coding.documents:
        counts = sorted(coding.lemmas.get(document.id, {}).items())
        digest.update(repr((document.authority, counts)).encode("utf-8", "surrogatepass"))
    digest.update(repr(sorted(coding.forms.items())).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def specificity_rows(coding: Coding) -> Iterator[dict[str, str | int | float]]:
    """A row of ``specificities.csv`` for each word and council that chance hardly explains."""
    counted = _Counted(coding)
    sizes, total = counted.sizes, int(counted.sizes.sum())
    least = _LEAST_SPECIFICITY if len(counted.kept) * len(sizes) > _MANY_CELLS else 0.0
    for rows, counts in counted.batches(max(1, _CELLS_AT_ONCE // max(1, len(sizes)))):
        frequencies = counts.sum(axis=1)
        scores = specificities_of(counts, frequencies, sizes)
        for row, column in np.argwhere(np.abs(scores) >= least).tolist():
            lemma = counted.lemmas[rows[row]]
            yield {
                "lemma": lemma,
                "part": counted.parts[column],
                "f": int(counts[row, column]),
                "F": int(frequencies[row]),
                "t": int(sizes[column]),
                "T": total,
                "specificity": round(float(scores[row, column]), 4) + 0.0,  # never -0
                "form": coding.forms.get(lemma, lemma),
            }


class _Counted:
    """Lemmas × councils: thousands by hundreds, of which few cells hold anything.

    ``lemmas`` and ``parts`` are sorted; ``kept`` are the places of the lemmas met often enough.
    """

    def __init__(self, coding: Coding) -> None:
        lemmas: dict[str, int] = {}
        parts: dict[str, int] = {}
        places, numbers = array("q"), array("d")
        for document in coding.documents:
            for lemma, number in coding.lemmas.get(document.id, {}).items():
                places.append(lemmas.setdefault(lemma, len(lemmas)))
                places.append(parts.setdefault(document.authority, len(parts)))
                numbers.append(number)
        self.lemmas, self.parts = sorted(lemmas), sorted(parts)
        rows, columns = np.frombuffer(places, dtype=np.int64).reshape(-1, 2).T
        rows, columns = _ranks(lemmas)[rows], _ranks(parts)[columns]
        width = max(1, len(self.parts))
        self._cells, inverse = np.unique(rows * width + columns, return_inverse=True)
        self._counts = np.bincount(inverse, np.frombuffer(numbers))
        rows, columns = np.divmod(self._cells, width)
        sizes = np.bincount(columns, self._counts, minlength=len(self.parts))
        self.sizes: Floats = sizes.astype(np.float64)
        frequencies = np.bincount(rows, self._counts, minlength=len(self.lemmas))
        self.kept = np.flatnonzero(frequencies >= _LEAST_FREQUENCY)

    def batches(self, size: int) -> Iterator[tuple[list[int], Floats]]:
        """The kept lemmas' places, so many at a time, with their counts in every part."""
        width = len(self.parts)
        for start in range(0, len(self.kept), size):
            rows = self.kept[start : start + size].tolist()
            counts = np.zeros((len(rows), width))
            for line, row in enumerate(rows):
                first, last = np.searchsorted(self._cells, (row * width, (row + 1) * width))
                counts[line, self._cells[first:last] - row * width] = self._counts[first:last]
            yield rows, counts


def _ranks(places: Mapping[str, int]) -> NDArray[np.int64]:
    """For each place the rank of its name among all, sorted."""
    ranks = np.empty(len(places), dtype=np.int64)
    ranks[[places[name] for name in sorted(places)]] = np.arange(len(places))
    return ranks
