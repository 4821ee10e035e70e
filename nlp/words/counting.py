"""Lexical tables: how often each form or lemma stands in each part of a corpus."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array  # type: ignore[import-untyped]

from corpora.campaign import InputError
from nlp.words.corpus import Corpus, Integers, Mask
from nlp.words.partition import Partition

Unit = Literal["lemma", "form"]
Which = Literal["content", "all"]
"""Which words are counted: those of open classes that are no stop words, or all."""


@dataclass(frozen=True)
class LexicalTable:
    """``counts`` (units U × parts P, sparse, whole numbers), rows and columns sorted by name.

    ``units`` are lemmas or forms in lower case, ``shown`` how each is shown: a lemma by its
    commonest form. The sizes t of the parts are the sums of columns: words that are not counted are
    in no size.
    """

    unit: Unit
    counts: csr_array
    units: tuple[str, ...]
    shown: tuple[str, ...]
    parts: tuple[str, ...]

    @cached_property
    def frequencies(self) -> NDArray[np.int64]:
        """F (U): occurrences of each unit in the corpus."""
        return np.asarray(self.counts.sum(axis=1)).ravel().astype(np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """``t`` (P): words counted in each part."""
        return np.asarray(self.counts.sum(axis=0)).ravel().astype(np.int64)

    @property
    def total(self) -> int:
        """T: words counted in the corpus."""
        return int(self.sizes.sum())

    def least(self, frequency: int) -> NDArray[np.int64]:
        """The rows of units met so often or more."""
        return np.flatnonzero(self.frequencies >= frequency)


def counted(corpus: Corpus, unit: Unit = "lemma", which: Which = "content") -> Mask:
    """Which tokens are counted; by lemma, a compound counts at its first token."""
    if unit == "form":
        return corpus.content if which == "content" else corpus.word
    heads = corpus.term != corpus.lemma
    words = corpus.content | heads if which == "content" else corpus.word
    return words & (corpus.term >= 0)


def unit_column(corpus: Corpus, unit: Unit = "lemma") -> tuple[Integers, tuple[str, ...]]:
    """For each token the place of its unit in the names that come second."""
    if unit == "lemma":
        return corpus.term, corpus.lemmas
    to_lower, names = corpus.lower
    return to_lower[corpus.form], names


def lexical_table(
    corpus: Corpus, cut: Partition, unit: Unit = "lemma", which: Which = "content"
) -> LexicalTable:
    """How often each unit stands in each part of a partition.

    Raises InputError where a part holds no word that is counted.
    """
    table = table_of(corpus, cut.part, cut.names, unit, which)
    for name, size in zip(table.parts, table.sizes.tolist(), strict=True):
        if not size:
            raise InputError(
                f"--by {cut.by}: the part {name!r} holds no word that is counted; count all words "
                "(--words all), or leave it out (--where)"
            )
    return table


def documents_table(corpus: Corpus, unit: Unit = "lemma", which: Which = "content") -> LexicalTable:
    """The same with each text as a part, those without a counted word too."""
    ids = tuple(text.id for text in corpus.texts)
    return table_of(corpus, corpus.document, ids, unit, which)


def table_of(
    corpus: Corpus, part: Integers, names: tuple[str, ...], unit: Unit, which: Which
) -> LexicalTable:
    """How often each unit stands in each part, ``part`` being its place in ``names`` (or -1)."""
    column, vocabulary = unit_column(corpus, unit)
    chosen = counted(corpus, unit, which) & (part >= 0)
    found, back = np.unique(column[chosen], return_inverse=True)
    order = sorted(range(len(found)), key=lambda row: vocabulary[found[row]])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    ones = np.ones(len(back), dtype=np.int64)
    counts = coo_array((ones, (rank[back], part[chosen])), shape=(len(found), len(names))).tocsr()
    places = [int(found[row]) for row in order]
    return LexicalTable(
        unit,
        counts,
        tuple(vocabulary[place] for place in places),
        tuple(shown_as(corpus, unit, place) for place in places),
        names,
    )


def shown_as(corpus: Corpus, unit: Unit, place: int) -> str:
    """A unit as it is shown: a lemma by its commonest form in the corpus."""
    if unit == "form":
        return corpus.lower[1][place]
    return corpus.common_form.get(place, corpus.lemmas[place])
