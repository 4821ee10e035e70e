"""Reinert's descending hierarchical classification: segments that use the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse  # type: ignore[import-untyped]

from corpora.campaign import InputError
from nlp.words.maps.cutting import cut
from nlp.words.maps.segments import presences, units

Ints = NDArray[np.int64]

Stop = Literal["k", "too_small", "alike"]


@dataclass(frozen=True)
class Split:
    """One cut: the node that was cut, its two children, how many segments each took, the χ².

    Nodes are numbered as they arise: 0 is all segments, the s-th cut (from 0) makes 2s + 1 and
    2s + 2, the second being the one on the axis's positive side. A child counts the units it was
    given; some lose all their words and stay unclassified.
    """

    node: int
    children: tuple[int, int]
    sizes: tuple[int, int]
    chi2: float


@dataclass(frozen=True, eq=False)
class Classification:
    """A tree of classes: its cuts in order, and the class of each segment.

    ``leaves`` are the nodes that are classes, from left to right in the tree: class c is
    ``leaves[c - 1]``. ``classes`` holds one number a segment, 0 for unclassified. ``stop`` says
    what ended it: ``k`` classes reached; no group large enough left (``too_small``); groups whose
    segments all use the same words (``alike``). Without a cut there is no class.
    """

    splits: tuple[Split, ...]
    leaves: tuple[int, ...]
    classes: Ints
    stop: Stop


@dataclass(frozen=True, eq=False)
class _Node:
    number: int
    members: Ints
    table: sparse.csr_array


def classify(
    presence: ArrayLike | sparse.sparray,
    k: int = 10,
    *,
    min_segment_size: int = 0,
    documents: Sequence[int] | Ints | None = None,
    min_split_members: int = 5,
    cc_test: float = 0.3,
    tsj: int = 3,
) -> Classification:
    """Classify segments, one row each, by the words they hold, one column each, in up to ``k``.

    Any count above 0 is presence. Each time the group with most segments is cut in two (see
    ``nlp.words.maps.cutting``), if it holds ``min_split_members`` and 3 words at least; one whose
    segments are all alike is left whole, and the next is cut. ``min_segment_size`` joins segments
    of fewer different words to their neighbours in the same of ``documents`` before.
    The names and defaults are those of the R package rainette.

    Source: M. Reinert, "Une méthode de classification descendante hiérarchique", Cahiers de
    l'analyse des données 8(2), 1983; "Alceste", Bulletin de méthodologie sociologique 26, 1990,
    doi 10.1177/075910639002600103. Raises InputError where fewer than two classes are asked for.
    """
    if k < 2:
        raise InputError(f"classification: {k} classes asked for; ask for 2 or more")
    table = presences(presence)
    unit = np.arange(table.shape[0])
    if min_segment_size > 1:
        if documents is None or len(documents) != table.shape[0]:
            raise ValueError("classify: joining short segments needs the document of each")
        unit = units(np.diff(table.indptr), documents, min_segment_size)
    unit = np.unique(unit, return_inverse=True)[1]
    joined = presences(_joined(table, unit))
    groups = [_Node(0, np.arange(joined.shape[0]), joined)]
    splits: list[Split] = []
    whole: set[int] = set()
    stop: Stop = "k"
    while len(groups) < k:
        open_groups = [group for group in groups if _can_be_cut(group, whole, min_split_members)]
        if not open_groups:
            stop = "alike" if whole else "too_small"
            break
        # max takes the first of equals, the leftmost in the tree
        group = max(open_groups, key=lambda group: group.members.size)
        halves = _halved(group, len(splits), cc_test, tsj)
        if halves is None:
            whole.add(group.number)
            continue
        low, high, chi2 = halves
        sizes = low.members.size, high.members.size
        splits.append(Split(group.number, (low.number, high.number), sizes, chi2))
        place = groups.index(group)
        groups[place : place + 1] = low, high
    if not splits:
        groups = []
    classes = np.zeros(joined.shape[0], dtype=np.int64)
    for number, group in enumerate(groups, 1):
        classes[group.members] = number
    return Classification(
        tuple(splits), tuple(group.number for group in groups), classes[unit], stop
    )


def _can_be_cut(group: _Node, whole: set[int], least: int) -> bool:
    # Below three rows or columns a first axis says nothing.
    enough = group.members.size >= max(least, 3) and min(group.table.shape) >= 3
    return enough and group.number not in whole


def _halved(
    group: _Node, number: int, cc_test: float, tsj: int
) -> tuple[_Node, _Node, float] | None:
    """The group's two halves and the χ² of its cut, the ``number``-th; None where all are alike."""
    rows = np.flatnonzero(np.diff(group.table.indptr))
    words = np.flatnonzero(np.asarray(group.table.sum(axis=0)).ravel())
    if not rows.size:
        return None
    found = cut(group.table[rows][:, words], cc_test, tsj)
    if found is None:
        return None
    low, high = (
        _Node(2 * number + child, group.members[chosen], group.table[chosen][:, words[kept]])
        for child, (chosen, kept) in enumerate(
            ((rows[~found.high], found.kept[0]), (rows[found.high], found.kept[1])), 1
        )
    )
    return low, high, found.chi2


def _joined(table: sparse.csr_array, unit: Ints) -> sparse.csr_array:
    """Segments of one unit summed into one row."""
    units_by_segment = (unit, np.arange(unit.size))
    shape = (int(unit.max(initial=-1)) + 1, unit.size)
    return sparse.csr_array((np.ones(unit.size), units_by_segment), shape=shape) @ table
