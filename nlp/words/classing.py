"""Classes of a corpus: its segments classified by their words, after Reinert."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.reporting.pictures.drawing import Drawing
from nlp.words.captions import labels, source_of
from nlp.words.corpus import Corpus
from nlp.words.counting import Unit, Which, table_of
from nlp.words.maps.classes import Classification, classify
from nlp.words.maps.profiles import ClassProfiles, profiles, typical_segments
from nlp.words.maps.segments import NO_PAUSE, PAUSES, pauses_after, segments
from nlp.words.maps.tree import TreeCaptions, class_tree
from nlp.words.partition import OUTSIDE, Partition
from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.keyness import chi_squared, p_values

SEGMENT = 40
CLASSES = 6
LEAST_FREQUENCY = 5
LEAST_CLASS = 5
"""Segments of a class, and of a group that is cut once more (rainette's ``min_split_members``)."""


_WORDS = {
    "class": polars.Int64, "name": polars.String, "shown": polars.String, "chi2": polars.Float64,
    "p": polars.Float64, "segments": polars.Int64, "of": polars.Int64, "size": polars.Int64,
    "share": polars.Float64,
}  # fmt: skip
_PASSAGES = {
    "class": polars.Int64, "score": polars.Float64, "text": polars.String,
    "council": polars.String, "campaign": polars.String, "title": polars.String,
    "document_id": polars.String, "start": polars.Int64, "end": polars.Int64,
    "url": polars.String,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class VocabularyClasses:
    """Classes of segments: their words, and the passages most typical of each.

    ``words``: class, name, shown, chi2, p, segments (of the class with the word), of (all with
    it), size (of the class), share (of the classified). ``passages``: class, score, text, council,
    campaign, title, document_id, start, end, url. ``first`` is each segment's first token;
    ``tests`` how many χ² were made.
    """

    found: Classification
    first: NDArray[np.int64]
    profile: ClassProfiles
    names: tuple[str, ...]
    words: polars.DataFrame
    passages: polars.DataFrame
    tests: int

    def drawing(self, corpus: Corpus, language: str = "fr") -> Drawing:
        """The tree of these classes of ``corpus``, in the reader's language."""
        captions = TreeCaptions(
            language=language, source=source_of(corpus, language), **labels(language, "classes")
        )
        return class_tree(self.found, self.profile, self.names, captions)


def vocabulary_classes(
    corpus: Corpus,
    *,
    k: int = CLASSES,
    size: int = SEGMENT,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_FREQUENCY,
    least_class: int = LEAST_CLASS,
    passages: int = 5,
) -> VocabularyClasses:
    """Classify the corpus's segments of about ``size`` words by the words they hold (Reinert).

    Words met fewer than ``least`` times are left out; a group of fewer than ``least_class``
    segments is no class, and is not cut. Raises InputError where there are not two classes: too
    little text, or segments that are all alike.
    """
    segment, words_at = _segmented(corpus, size)
    places = np.full(len(corpus), OUTSIDE)
    places[words_at] = segment
    numbered = tuple(map(str, range(int(segment.max(initial=-1)) + 1)))
    table = table_of(corpus, places, numbered, unit, which)
    rows_kept = table.least(least)
    presence = table.counts[rows_kept].T.tocsr()
    names = [table.units[row] for row in rows_kept]
    shown = tuple(table.shown[row] for row in rows_kept)
    found = classify(presence, k, min_split_members=least_class, min_class_members=least_class)
    if not found.splits:
        raise InputError(
            f"classes: the text cannot be cut in classes of {least_class} segments or more (too "
            "short, or all alike); take more of it, shorter segments (--size), or smaller classes "
            "(--class-size)"
        )
    profile = profiles(presence, found.classes, len(found.leaves))
    sizes = profile.sizes.tolist()
    rows = [
        {
            "class": number, "name": names[word.word], "shown": shown[word.word],
            "chi2": word.chi2, "p": word.p, "segments": word.inside, "of": word.everywhere,
            "size": class_size, "share": class_size / sum(sizes),
        }
        for number, class_size in enumerate(sizes, 1)
        for word in profile.words(number)
    ]  # fmt: skip
    quoted = [
        {"class": number, "score": score, **_quoted(corpus, segment, words_at, place)}
        for number in range(1, len(sizes) + 1)
        for place, score in typical_segments(presence, found.classes, profile, number, passages)
    ]
    starts = words_at[np.unique(segment, return_index=True)[1]]
    return VocabularyClasses(
        found, starts, profile, shown, polars.DataFrame(rows, schema=_WORDS),
        polars.DataFrame(quoted, schema=_PASSAGES),
        int(profile.chi2.size),
    )  # fmt: skip


def classes_by_part(classes: VocabularyClasses, cut: Partition) -> polars.DataFrame:
    """In which parts the segments of each class stand, a segment where its first word does.

    Columns: class, part, segments, expected, chi2 (signed, two by two, without Yates' correction),
    p, share (of the part's classified segments that are of the class).
    """
    part, of_class = cut.part[classes.first], classes.found.classes
    counts = np.zeros((len(classes.found.leaves), len(cut.names)), dtype=np.int64)
    held = (part != OUTSIDE) & (of_class > 0)
    np.add.at(counts, (of_class[held] - 1, part[held]), 1)
    cells = Contingency.of_table(counts)
    chi2 = chi_squared(cells)
    row, column = np.indices(counts.shape)
    sizes = np.maximum(1, counts.sum(axis=0))
    return polars.DataFrame(
        {
            "class": row.ravel() + 1,
            "part": [cut.names[place] for place in column.ravel()],
            "segments": counts.ravel(),
            "expected": cells.expected.ravel(),
            "chi2": chi2.ravel(),
            "p": p_values(chi2).ravel(),
            "share": (counts / sizes).ravel(),
        }
    )


def _segmented(corpus: Corpus, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The segment of each word of the corpus, and the tokens that are words."""
    words_at = np.flatnonzero(corpus.word)
    marks = np.array([PAUSES.get(form, NO_PAUSE) for form in corpus.forms])[corpus.form]
    pauses = pauses_after(corpus.word, marks)
    return segments(corpus.document[words_at], corpus.sentence[words_at], size, pauses), words_at


def _quoted(
    corpus: Corpus, segment: NDArray[np.int64], words_at: NDArray[np.int64], number: int
) -> dict[str, Any]:
    inside = words_at[segment == number]
    first, last = int(inside[0]), int(inside[-1]) + 1
    text = corpus.texts[corpus.document[first]]
    return {
        "text": corpus.spelled(first, last), "council": text.council, "campaign": text.campaign,
        "title": text.title, "document_id": text.id, "start": int(corpus.start[first]),
        "end": int(corpus.end[last - 1]), "url": text.url,
    }  # fmt: skip
