"""Cooccurrences: which words stand in the same sentence as a node, or within some words of it."""

from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray
from scipy.sparse import coo_array  # type: ignore[import-untyped]

from corpora.campaign import InputError
from nlp.words.corpus import NO_TERM, Corpus, Mask
from nlp.words.counting import Unit, Which, counted, shown_as, unit_column
from nlp.words.partition import Partition
from nlp.words.query import Matches, absent, find
from nlp.words.scores import Scored
from nlp.words.statistics.association import associations
from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.dispersion import dispersion
from nlp.words.statistics.keyness import log_ratio
from nlp.words.statistics.multiple import holm

SENTENCE = 0
"""The span that is a whole sentence; any other is so many words left and right of the node."""

LEAST_TOGETHER = 2

Integers64 = NDArray[np.int64]


@dataclass(frozen=True)
class _Counts:
    """Per collocate ``unit``: ``together`` and ``frequency``; ``size`` t, ``total`` T.

    ``pairs`` are the collocate's row and the document of each thing counted as together, and
    ``around`` the size of each document's surroundings of the node.
    """

    unit: Integers64
    together: Integers64
    frequency: Integers64
    size: int
    total: int
    pairs: tuple[Integers64, Integers64]
    around: Integers64


def cooccurrences(
    corpus: Corpus,
    query: str,
    *,
    span: int = SENTENCE,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_TOGETHER,
) -> Scored:
    """The collocates of a node (the matches of a query), met with it ``least`` times or more.

    In a sentence (``span`` 0) sentences are counted: f with both, F with the collocate, t with the
    node, T all of them. Within ``span`` counted words on each side, in the same sentence, words
    are: f of the collocate around the node, F in the corpus, t all around the node, T all. The
    node's own words are not counted around it. Columns: the unit, shown, f, F, t, T, node (its
    occurrences), expected, g2, p, p_holm (for all collocates met), log_dice, mi, t_score,
    log_ratio, documents (with both) and dp_norm (how f is spread over the documents of the node: 0
    as the node is). Sorted from the highest G² down.

    Raises InputError where the node does not occur, or never with another word.
    """
    node = find(corpus, query)
    if not len(node):
        raise absent(query)
    column, names = unit_column(corpus, unit)
    words = counted(corpus, unit, which)
    inside = _inside(corpus, node, unit)
    if span == SENTENCE:
        counts = _in_sentences(corpus, node, column, words & ~inside)
    else:
        counts = _in_windows(corpus, node, column, words, inside, span)
    tests = len(counts.unit)
    if not tests:
        raise InputError(f"{query!r} stands alone: no word that is counted is around it")
    nodes = counts.size if span == SENTENCE else len(node)
    cells = Contingency.of(counts.together, counts.frequency, counts.size, counts.total)
    scores = associations(cells, nodes)
    table = coo_array(
        (np.ones(len(counts.pairs[0]), dtype=np.int64), counts.pairs),
        shape=(tests, len(corpus.texts)),
    ).tocsr()
    spread = dispersion(table, counts.around)
    frame = polars.DataFrame(
        {
            unit: [names[place] for place in counts.unit],
            "shown": [shown_as(corpus, unit, int(place)) for place in counts.unit],
            "f": counts.together,
            "F": counts.frequency,
            "t": np.full(tests, counts.size),
            "T": np.full(tests, counts.total),
            "node": np.full(tests, len(node)),
            "expected": scores.expected,
            "g2": scores.g2,
            "p": scores.p,
            "p_holm": holm(scores.p).p,
            "log_dice": scores.log_dice,
            "mi": scores.mi,
            "t_score": scores.t_score,
            "log_ratio": log_ratio(cells),
            "documents": spread.range,
            "dp_norm": np.where(spread.reason == "", spread.dp_norm, np.nan),
        }
    )
    frame = frame.filter(polars.col("f") >= least).with_columns(
        polars.col("dp_norm").fill_nan(None)
    )
    return Scored(frame.sort(["g2", unit], descending=[True, False]), tests, float(least))


def by_part(
    corpus: Corpus,
    query: str,
    cut: Partition | None = None,
    *,
    span: int = SENTENCE,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_TOGETHER,
) -> Scored:
    """The same for each part of a partition alone, with a column ``part``; p_holm for all tests.

    A part without the node has no rows. Raises InputError where no part has it.
    """
    if cut is None:
        return cooccurrences(corpus, query, span=span, unit=unit, which=which, least=least)
    found: list[tuple[str, Scored]] = []
    refused: InputError | None = None
    for place, name in enumerate(cut.names):
        part = corpus.take(cut.part == place)
        try:
            scored = cooccurrences(part, query, span=span, unit=unit, which=which, least=least)
        except InputError as error:
            refused = error
        else:
            found.append((name, scored))
    if not found:
        raise refused or InputError(f"{query!r}: no part of the corpus holds a word")
    tests = sum(scored.tests for _, scored in found)
    frame = polars.concat(
        scored.frame.select(polars.lit(name).alias("part"), polars.all()) for name, scored in found
    )
    p_holm = polars.Series("p_holm", holm(frame["p"].to_numpy(), tests).p, dtype=polars.Float64)
    return Scored(frame.with_columns(p_holm), tests, float(least))


def _inside(corpus: Corpus, node: Matches, unit: Unit) -> Mask:
    """The node's tokens; by lemma also the compound that a node is a part of, at its head.

    "appel à projets" would else be the first collocate of "projet", which it holds itself.
    """
    edges = np.zeros(len(corpus) + 1, dtype=np.int64)
    np.add.at(edges, node.first, 1)
    np.add.at(edges, node.last, -1)
    inside = edges.cumsum()[:-1] > 0
    if unit == "lemma":
        places = np.arange(len(corpus))
        heads = np.maximum.accumulate(np.where(corpus.term != NO_TERM, places, 0))[inside]
        inside[heads[corpus.sentence[heads] == corpus.sentence[inside]]] = True
    return inside


def _in_sentences(corpus: Corpus, node: Matches, column: NDArray[np.int32], words: Mask) -> _Counts:
    numbers, sentence = np.unique(corpus.sentence, return_inverse=True)
    with_node = np.zeros(len(numbers), dtype=bool)
    with_node[sentence[node.first]] = True
    of_sentence = np.zeros(len(numbers), dtype=np.int64)
    of_sentence[sentence] = corpus.document
    # The node's own sentences count its words elsewhere: a word is there with the node or not.
    # Sorted, not np.unique: that hashes first, which takes several times as long.
    pairs = np.sort(column[words].astype(np.int64) * len(numbers) + sentence[words])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    unit, where = np.divmod(pairs, len(numbers))
    near = with_node[where]
    units, row = np.unique(unit[near], return_inverse=True)
    frequency = np.bincount(unit, minlength=int(unit.max(initial=0)) + 1)[units]
    return _Counts(
        units,
        np.bincount(row, minlength=len(units)),
        frequency,
        int(with_node.sum()),
        len(numbers),
        (row, of_sentence[where[near]]),
        np.bincount(of_sentence[with_node], minlength=len(corpus.texts)),
    )


def _in_windows(
    corpus: Corpus,
    node: Matches,
    column: NDArray[np.int32],
    words: Mask,
    inside: Mask,
    span: int,
) -> _Counts:
    places = np.flatnonzero(words & ~inside)
    first = np.searchsorted(places, node.first)
    last = np.searchsorted(places, node.last)
    steps = np.arange(span)
    left, right = first[:, None] - 1 - steps, last[:, None] + steps
    around = np.concatenate([left, right], axis=1)
    home = np.repeat(corpus.sentence[node.first][:, None], 2 * span, axis=1)
    there = (around >= 0) & (around < len(places))
    token = places[around[there]] if len(places) else np.zeros(0, dtype=np.int64)
    # Windows that overlap hold a word once: the table counts words, not pairs.
    token = np.unique(token[corpus.sentence[token] == home[there]])
    units, row = np.unique(column[token].astype(np.int64), return_inverse=True)
    total = column[words].astype(np.int64)
    frequency = np.bincount(total, minlength=int(total.max(initial=0)) + 1)[units]
    return _Counts(
        units,
        np.bincount(row, minlength=len(units)),
        frequency,
        len(token),
        int(words.sum()),
        (row, corpus.document[token].astype(np.int64)),
        np.bincount(corpus.document[token], minlength=len(corpus.texts)),
    )
