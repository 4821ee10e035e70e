"""Partition: a corpus cut into parts by what is known of its texts, or by its codes."""

from dataclasses import dataclass

import numpy as np

from corpora.campaign import InputError
from nlp.words.corpus import PLACES, Corpus, Integers
from nlp.words.metadata import checked_key, listed, resolved, tokens_with, value_of, values

OUTSIDE = -1
REST = "rest"
CODED = "coded"


@dataclass(frozen=True)
class Partition:
    """Parts that no token shares.

    ``part`` (N, int32) is for each token the place of its part in ``names``, or ``OUTSIDE`` where
    nothing is known of it; ``by`` is what the corpus was cut by.
    """

    by: str
    names: tuple[str, ...]
    part: Integers


def partition(corpus: Corpus, by: str, *, least: int = 2) -> Partition:
    """The corpus cut by a key, or by one value of it against the rest (``code=call.deadline``).

    ``code`` alone cuts coded passages from the rest: passages of several codes may overlap.
    Raises InputError, naming what there is, for an unknown key or value, or where there are fewer
    than ``least`` parts: what compares needs two, what only counts needs one.
    """
    key, equals, value = by.partition("=")
    checked_key(key)
    if equals or key == "code":
        name = resolved(corpus, key, value) if equals else CODED
        inside = tokens_with(corpus, key, name) if equals else corpus.coded()
        cut = Partition(by, (name, REST), np.where(inside, 0, 1).astype(np.int32))
        return _whole(corpus, cut, least)
    names = values(corpus, key)
    places = {name: place for place, name in enumerate(names)}
    if key == "place":
        lookup = np.array([places.get(name, OUTSIDE) for name in PLACES], dtype=np.int32)
        return _whole(corpus, Partition(by, names, lookup[corpus.place]), least)
    lookup = np.array([places.get(name, OUTSIDE) for name in value_of(corpus, key)], dtype=np.int32)
    return _whole(corpus, Partition(by, names, lookup[corpus.document]), least)


def _whole(corpus: Corpus, cut: Partition, least: int) -> Partition:
    """The partition, if there are parts enough and all hold words."""
    sizes = np.bincount(cut.part[corpus.word & (cut.part >= 0)], minlength=len(cut.names))
    empty = [name for name, size in zip(cut.names, sizes.tolist(), strict=True) if not size]
    if empty:
        raise InputError(f"--by {cut.by}: the part {empty[0]!r} holds no word of the corpus")
    if len(cut.names) < least:
        raise InputError(
            f"--by {cut.by}: all words are one part ({listed(cut.names, cut.by)}); give another "
            "--by, or several campaigns"
        )
    return cut
