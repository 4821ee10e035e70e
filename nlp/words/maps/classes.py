"""Reinert's descending hierarchical classification: segments that use the same words."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse  # type: ignore[import-untyped]

from corpora.campaign import InputError
from nlp.words.maps.cutting import cut
from nlp.words.maps.segments import presences

Ints = NDArray[np.int64]

Stop = Literal["k", "too_small", "alike"]


@dataclass(frozen=True)
class Split:
    """One cut: the node that was cut, its two children, how many segments each took, the χ².

    Nodes are numbered as they arise: 0 is all segments, the s-th cut (from 0) makes 2s + 1 and
    2s + 2, the second being the one on the axis's positive side. A child counts the units it was
    given; some lose all their words and stay unclassified. Where a child became no class because
    it was too small, what is left of a cut's two sides takes the cut's place in the tree.
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
    segments all use the same words (``alike``). Without a cut there is no class. ``dropped`` are
    the sizes of groups that were too small for a class: their segments are unclassified.
    """

    splits: tuple[Split, ...]
    leaves: tuple[int, ...]
    classes: Ints
    stop: Stop
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class _Node:
    number: int
    members: Ints
    table: sparse.csr_array


def classify(
    presence: ArrayLike | sparse.sparray,
    k: int = 10,
    *,
    min_split_members: int = 5,
    min_class_members: int = 1,
    cc_test: float = 0.3,
    tsj: int = 3,
) -> Classification:
    """Classify segments, one row each, by the words they hold, one column each, in up to ``k``.

    Any count above 0 is presence. Each time the group with most segments is cut in two (see
    ``nlp.words.maps.cutting``), if it holds ``min_split_members`` and 3 words at least; one whose
    segments are all alike is left whole, and the next is cut. The names and defaults are those of
    the R package rainette, but for ``min_class_members``: as in IRaMuTeQ (its ``mincl``), groups
    that are smaller at the end are no class; there are then fewer than ``k``.

    Source: M. Reinert, "Une méthode de classification descendante hiérarchique", Cahiers de
    l'analyse des données 8(2), 1983; "Alceste", Bulletin de méthodologie sociologique 26, 1990,
    doi 10.1177/075910639002600103. Raises InputError where fewer than two classes are asked for.
    """
    if k < 2:
        raise InputError(f"classification: {k} classes asked for; ask for 2 or more")
    table = presences(presence)
    groups = [_Node(0, np.arange(table.shape[0]), table)]
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
    large = [group for group in groups if group.members.size >= min_class_members]
    kept = _pruned(splits, {group.number for group in large})
    found = large if kept else []
    classes = np.zeros(table.shape[0], dtype=np.int64)
    for number, group in enumerate(found, 1):
        classes[group.members] = number
    dropped = [group.members.size for group in groups if group not in large] if splits else []
    return Classification(
        kept, tuple(group.number for group in found), classes, stop, tuple(sorted(dropped))
    )


def _pruned(splits: list[Split], leaves: set[int]) -> tuple[Split, ...]:
    """The tree above the leaves that are left: cuts of which one side is gone are no cuts."""
    standing = {leaf: leaf for leaf in leaves}
    kept: list[Split] = []
    for split in reversed(splits):
        sides = [standing[child] for child in split.children if child in standing]
        if len(sides) == 2:
            kept.append(replace(split, children=(sides[0], sides[1])))
            standing[split.node] = split.node
        elif sides:
            standing[split.node] = sides[0]
    return tuple(reversed(kept))


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
