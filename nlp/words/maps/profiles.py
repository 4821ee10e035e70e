"""What tells classes of segments apart: their words, and their most typical segments."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse  # type: ignore[import-untyped]
from scipy.special import chdtrc  # type: ignore[import-untyped]

from nlp.words.maps.segments import presences

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_P = 0.05


class ClassWord(NamedTuple):
    """One word in one class: the table's column, and in how many segments of it and of all."""

    word: int
    inside: int
    everywhere: int
    chi2: float
    p: float


@dataclass(frozen=True, eq=False)
class ClassProfiles:
    """The words of K classes, over the segments that are classified.

    ``sizes`` (K,) segments in each class; ``inside`` (K, W) segments of the class that hold the
    word, ``everywhere`` (W,) of all classes; ``chi2`` (K, W) and ``p`` (K, W): negative χ² where
    the word is rarer in the class than elsewhere. Of K × W tests, one in twenty is under .05 by
    chance alone.
    """

    sizes: Ints
    inside: Ints
    everywhere: Ints
    chi2: Floats
    p: Floats

    def words(self, number: int, most: int | None = None) -> list[ClassWord]:
        """The words typical of a class (from 1), with p under .05.

        The strongest first; of equals the commoner one, then the table's order.
        """
        row = number - 1
        chi2 = self.chi2[row]
        found = np.flatnonzero((chi2 > 0) & (self.p[row] < MOST_P))
        # Rounded, so that equal tables do not change places by their last digit.
        keys = (found, -self.everywhere[found], -np.round(chi2[found], 9))
        return [
            ClassWord(
                int(word),
                int(self.inside[row, word]),
                int(self.everywhere[word]),
                float(self.chi2[row, word]),
                float(self.p[row, word]),
            )
            for word in found[np.lexsort(keys)][:most]
        ]


def profiles(presence: ArrayLike | sparse.sparray, classes: Ints, k: int) -> ClassProfiles:
    """The profile of each of ``k`` classes: a χ² of word and class in a table of two by two.

    Rows of ``presence`` are segments, columns words; ``classes`` the class of each segment, 0 for
    none. Of the classified segments, those in the class or not are crossed with those that hold
    the word or not: Pearson's χ² without Yates' correction, one degree of freedom, as IRaMuTeQ's
    profiles give it. 0, with p 1, where a margin is empty.
    """
    table = presences(presence)
    member = np.asarray(classes)[None, :] == np.arange(1, k + 1)[:, None]
    inside: Floats = (table.T @ member.T.astype(np.float64)).T
    sizes, everywhere = member.sum(axis=1), inside.sum(axis=0)
    total, size = float(sizes.sum()), sizes[:, None].astype(np.float64)
    surplus = inside * total - size * everywhere
    margins = size * (total - size) * everywhere * (total - everywhere)
    chi2 = np.divide(
        total * surplus * np.abs(surplus), margins, out=np.zeros_like(inside), where=margins > 0
    )
    return ClassProfiles(
        sizes.astype(np.int64),
        inside.astype(np.int64),
        everywhere.astype(np.int64),
        chi2 + 0.0,
        np.asarray(chdtrc(1, np.abs(chi2)), dtype=np.float64),
    )


def typical_segments(
    presence: ArrayLike | sparse.sparray,
    classes: Ints,
    found: ClassProfiles,
    number: int,
    most: int = 10,
) -> list[tuple[int, float]]:
    """The segments most typical of a class (from 1) with their scores, highest first.

    A segment's score is the sum of the χ² of the class's typical words (``ClassProfiles.words``)
    that it holds: IRaMuTeQ's absolute score. Of equals the first in the text.
    """
    table = presences(presence)
    weights = np.zeros(table.shape[1])
    for word in found.words(number):
        weights[word.word] = word.chi2
    members = np.flatnonzero(np.asarray(classes) == number)
    scores = table[members] @ weights
    order = np.lexsort((members, -np.round(scores, 9)))[:most]
    return [(int(members[place]), float(scores[place])) for place in order if scores[place] > 0]
