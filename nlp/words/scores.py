"""Words that characterise parts: specificities and keyness, with counts, dispersion and effect."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.words.corpus import Corpus
from nlp.words.counting import LexicalTable, Unit, Which, lexical_table, table_of
from nlp.words.partition import Partition
from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.dispersion import Dispersion, dispersion
from nlp.words.statistics.keyness import conservative_log_ratio, log_ratio
from nlp.words.statistics.keyness import keyness as measures_of
from nlp.words.statistics.lexical import Floats
from nlp.words.statistics.multiple import holm
from nlp.words.statistics.specificity import probabilities, specificities_of
from nlp.words.statistics.weighting import tf_idf

# A word met less often over the whole corpus cannot be characteristic of a part.
LEAST_FREQUENCY = 5
_CELLS_AT_ONCE = 500_000
# From here on chance explains a score once in a hundred at most, and once in twenty.
LEAST_SPECIFICITY = 2.0
LEAST_G2 = 3.84

Columns = dict[str, Floats]


@dataclass(frozen=True)
class Scored:
    """Scores as a table, how many ``tests`` were made for it, and a line that says what is in it.

    What was tested and is not in the table scored less than ``at_least``.
    """

    frame: polars.DataFrame
    tests: int
    at_least: float


def specificities(
    corpus: Corpus,
    cut: Partition,
    *,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_FREQUENCY,
    at_least: float = LEAST_SPECIFICITY,
) -> Scored:
    """Lafon's specificity of each unit in each part, |score| from ``at_least`` up.

    Columns: the unit (lemma or form), shown (its commonest form), part, f, F, t, T (``least``: F
    from there up), expected, specificity, p (two-sided), p_holm (for all tests), log_ratio and lrc
    (effect, and its bound nearer to 0), tf_idf (over the parts), documents (that hold it) and
    dp_norm (its dispersion over all documents: 0 even, 1 in one; empty where there is one). Sorted
    by part, then from the most specific down.
    """

    def score(table: Contingency, tests: int) -> Columns:
        scores = specificities_of(table.f, table.frequency[:, 0], table.size[0])
        return {
            "specificity": scores,
            "p": probabilities(scores),
            "log_ratio": log_ratio(table),
            "lrc": conservative_log_ratio(table, tests=tests),
        }

    return _scored(corpus, cut, unit, which, least, at_least, score)


def keyness(
    corpus: Corpus,
    cut: Partition,
    *,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_FREQUENCY,
    at_least: float = LEAST_G2,
) -> Scored:
    """How much more, or less, each unit is used in a part than in the rest: |G²| from ``at_least``.

    Columns as of ``specificities``, with g2 in place of specificity, and chi2, chi2_yates and
    difference (the difference coefficient, -1 to 1) besides.
    """

    def score(table: Contingency, tests: int) -> Columns:
        found = measures_of(table, tests=tests)
        return {
            "g2": found.g2,
            "p": found.p,
            "chi2": found.chi2,
            "chi2_yates": found.chi2_yates,
            "difference": found.difference,
            "log_ratio": found.log_ratio,
            "lrc": found.lrc,
        }

    return _scored(corpus, cut, unit, which, least, at_least, score)


def _scored(
    corpus: Corpus,
    cut: Partition,
    unit: Unit,
    which: Which,
    least: int,
    at_least: float,
    score: Callable[[Contingency, int], Columns],
) -> Scored:
    table = lexical_table(corpus, cut, unit, which)
    rows = table.least(least)
    if not len(rows):
        raise InputError(
            f"no {unit} stands {least} times or more in the corpus; ask for fewer (--least 1)"
        )
    tests = len(rows) * len(table.parts)
    spread = _spread(corpus, cut, unit, which)
    frames = [
        _kept(table, chosen, cells, score(cells, tests), spread, at_least)
        for chosen, cells in _batches(table, rows)
    ]
    frame = polars.concat(frames)
    measure = next(name for name in ("specificity", "g2") if name in frame.columns)
    frame = frame.with_columns(_holm(frame["p"].to_numpy(), tests)).sort(
        ["part", measure, unit], descending=[False, True, False]
    )
    order = [unit, "shown", "part", "f", "F", "t", "T", "expected", measure, "p", "p_holm"]
    return Scored(
        frame.select(*order, *(name for name in frame.columns if name not in order)),
        tests,
        at_least,
    )


def _spread(corpus: Corpus, cut: Partition, unit: Unit, which: Which) -> Dispersion:
    """Over documents, of the same words, in the same order."""
    document = np.where(cut.part >= 0, corpus.document, -1).astype(np.int32)
    names = tuple(text.id for text in corpus.texts)
    return dispersion(table_of(corpus, document, names, unit, which).counts)


def _batches(
    table: LexicalTable, rows: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], Contingency]]:
    """The two-by-two tables of some rows, so many at a time that they are never all in memory."""
    size = max(1, _CELLS_AT_ONCE // max(1, len(table.parts)))
    for start in range(0, len(rows), size):
        chosen = rows[start : start + size]
        yield (
            chosen,
            Contingency.of(
                table.counts[chosen].toarray(),
                table.frequencies[chosen][:, None],
                table.sizes[None, :],
                table.total,
            ),
        )


def _kept(
    table: LexicalTable,
    rows: NDArray[np.int64],
    cells: Contingency,
    scores: Columns,
    spread: Dispersion,
    at_least: float,
) -> polars.DataFrame:
    measure = next(iter(scores.values()))
    row, part = np.nonzero(np.abs(measure) >= at_least)
    unit = rows[row]
    parts_with = np.count_nonzero(cells.f, axis=1)
    weights = tf_idf(cells.f, parts_with[:, None], len(table.parts))
    return polars.DataFrame(
        {
            table.unit: [table.units[place] for place in unit],
            "shown": [table.shown[place] for place in unit],
            "part": [table.parts[place] for place in part],
            "f": cells.f[row, part].astype(np.int64),
            "F": table.frequencies[unit],
            "t": table.sizes[part],
            "T": np.full(len(row), table.total),
            "expected": cells.expected[row, part],
            **{name: column[row, part] for name, column in scores.items()},
            "tf_idf": weights[row, part],
            "documents": spread.range[unit],
            "dp_norm": polars.Series(spread.dp_norm[unit]).set(
                polars.Series(spread.reason[unit] != ""), None
            ),
        },
        schema_overrides=dict.fromkeys((table.unit, "shown", "part"), polars.String),
    )


def _holm(p: NDArray[Any], tests: int) -> polars.Series:
    return polars.Series("p_holm", holm(p, tests).p, dtype=polars.Float64)
