"""Matrix Market: how often each lemma stands in each text, with the names of rows and columns."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.io import mmwrite  # type: ignore[import-untyped]
from scipy.sparse import coo_array  # type: ignore[import-untyped]

from nlp.words.corpus import Corpus
from nlp.words.counting import documents_table
from nlp.words.exchange.texts import METADATA, File, Written, known_of, on_one_line, table


def files(corpus: Corpus, texts: Sequence[Written]) -> Iterator[File]:
    """``matrix.mtx`` (texts × lemmas), ``rows.csv`` and ``columns.csv``; both count from 1.

    Counted are the words that all counts of this program count by default: content words, terms of
    several words as one.
    """
    counted = documents_table(corpus)
    places = corpus.document[[one.first for one in texts]]
    counts = counted.counts[:, places].T.tocsr()
    counts.sort_indices()
    yield "matrix.mtx", _matrix(coo_array(counts))
    yield (
        "rows.csv",
        table(
            ("row", "doc_id", *METADATA[1:]),
            ((place, *known_of(one).values()) for place, one in enumerate(texts, 1)),
        ),
    )
    yield (
        "columns.csv",
        table(
            ("column", "lemma", "shown", "frequency", "documents"),
            (
                (place, on_one_line(lemma), on_one_line(shown), frequency, documents)
                for place, (lemma, shown, frequency, documents) in enumerate(
                    zip(
                        counted.units,
                        counted.shown,
                        counted.frequencies.tolist(),
                        np.diff(counted.counts.indptr).tolist(),
                        strict=True,
                    ),
                    1,
                )
            ),
        ),
    )


def _matrix(counts: coo_array) -> Iterator[bytes]:
    buffer = io.BytesIO()
    mmwrite(buffer, counts, comment="", field="integer", symmetry="general")
    yield buffer.getvalue()
