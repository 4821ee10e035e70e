"""Association: how strongly two words that occur together belong together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.keyness import log_likelihood, p_values
from nlp.words.statistics.lexical import Floats, is_whole


@dataclass(frozen=True)
class Association:
    """Scores of pairs, with the counts beside them; arrays of one shape.

    Where ``reason`` is not empty every pair would occur together as often, whatever its words: G²,
    MI and t-score are 0 and say nothing. ``p`` belongs to ``g2``, not corrected for their number.
    """

    together: Floats
    frequency: Floats
    node: Floats
    expected: Floats
    g2: Floats
    p: Floats
    mi: Floats
    t_score: Floats
    log_dice: Floats
    reason: NDArray[np.str_]


def associations(table: Contingency, node: ArrayLike | None = None) -> Association:
    """The measures of pairs that occur together once or more.

    In sentences, a two-by-two table counts sentences: f with both words, F with the collocate,
    t with the node, T all. In windows it counts words: f times the collocate inside windows around
    the node, F in the corpus, t words inside windows, T all; ``node``, the occurrences of the node,
    is then asked for, because logDice rests on it, and not on t.

    Raises ValueError on a pair that never occurs together: MI, t-score and logDice would be -∞.
    """
    g2 = log_likelihood(table)
    nodes = table.size if node is None else np.asarray(node, dtype=np.float64)
    return Association(
        together=table.f,
        frequency=table.frequency,
        node=np.broadcast_to(nodes, table.f.shape),
        expected=table.expected,
        g2=g2,
        p=p_values(g2),
        mi=mutual_information(table),
        t_score=t_score(table),
        log_dice=log_dice(table.f, table.frequency, nodes),
        reason=table.reason,
    )


def mutual_information(table: Contingency) -> Floats:
    """MI = log2(f / E): 1 where the pair is twice as frequent as by chance. It favours rare words.

    Source: K. W. Church & P. Hanks, "Word association norms, mutual information, and lexicography",
    Computational Linguistics 16, 1990, p. 22-29.

    Raises ValueError on a pair that never occurs together.
    """
    _met(table.f)
    return np.log2(table.f / table.expected) + 0.0


def t_score(table: Contingency) -> Floats:
    """(f - E) / √f: how far from chance in standard deviations. It favours frequent words.

    Source: K. Church, W. Gale, P. Hanks & D. Hindle, "Using statistics in lexical analysis", 1991.

    Raises ValueError on a pair that never occurs together.
    """
    _met(table.f)
    return (table.f - table.expected) / np.sqrt(table.f) + 0.0


def log_dice(together: ArrayLike, frequency: ArrayLike, node: ArrayLike) -> Floats:
    """14 + log2(2 f / (F + n)), n the node's frequency: 14 where neither is without the other.

    The corpus's size has no part in it, so that corpora can be compared; one more is twice as
    often. More than 14 can only come of windows that hold one occurrence several times.

    Source: P. Rychlý, "A lexicographer-friendly association score", RASLAN 2008, p. 6-9.

    Raises ValueError on broken counts, or a pair or a word that never occurs.
    """
    counts = [np.asarray(one, dtype=np.float64) for one in (together, frequency, node)]
    if not all(is_whole(one) for one in counts):
        raise ValueError("pairs are counted in whole numbers from 0 up")
    _met(counts[0])
    if not bool(np.all((counts[1] > 0) & (counts[2] > 0))):
        raise ValueError("a pair occurs together, but one of its words never occurs")
    return 14 + np.log2(2 * counts[0] / (counts[1] + counts[2]))


def _met(together: Floats) -> None:
    if not bool(np.all(together > 0)):
        raise ValueError("a pair that never occurs together has no MI, t-score or logDice")
