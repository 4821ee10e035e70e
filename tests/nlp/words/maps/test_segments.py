"""A running text in segments, and what a segment holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.words.maps.segments import NO_PAUSE, PAUSES, pauses_after, presences, segments


def _cut(text: str, size: int) -> list[str]:
    words = text.split()
    pauses = [PAUSES.get(word[-1], NO_PAUSE) for word in words]
    numbers = segments([0] * len(words), [0] * len(words), size, pauses)
    return [
        " ".join(word for word, n in zip(words, numbers, strict=True) if n == number)
        for number in range(max(numbers) + 1)
    ]


def test_cases_of_rainette() -> None:
    # tests/testthat/test_split_segments.R of the R package, version 0.3.2: where it cuts
    text = "a ! b c d."
    assert _cut(text, 40) == ["a ! b c d."]
    assert _cut(text, 1) == ["a", "!", "b", "c", "d."]
    assert _cut(text, 2) == ["a !", "b c", "d."]
    assert _cut(text, 3) == ["a !", "b c d."]


def test_a_segment_ends_with_a_sentence_where_one_ends_near() -> None:
    sentences = np.repeat(np.arange(5), [33, 20, 45, 38, 11])
    numbers = segments(np.zeros(147), sentences)
    assert np.bincount(numbers).tolist() == [33, 20, 45, 49]


def test_a_comma_counts_where_no_sentence_ends() -> None:
    pauses = np.full(100, NO_PAUSE)
    pauses[36] = PAUSES[","]
    assert np.bincount(segments(np.zeros(100), np.zeros(100), 40, pauses)).tolist() == [37, 40, 23]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 12)), max_size=5), st.integers(1, 50))
def test_no_segment_crosses_documents_or_is_too_long(
    lengths: list[tuple[int, int]], size: int
) -> None:
    documents = np.repeat(np.arange(len(lengths)), [tokens for tokens, _ in lengths])
    sentences = np.concatenate([[], *(np.arange(n) // every for n, every in lengths)])
    numbers = segments(documents, sentences, size)
    assert len(numbers) == len(documents)
    assert set(np.diff(numbers)) <= {0, 1}
    for number in set(numbers):
        assert len(set(documents[numbers == number])) == 1
        assert (numbers == number).sum() <= max(1.4 * size, 1)


def test_marks_between_words_tell_what_a_cut_is_worth() -> None:
    tokens = ["oui", ",", "non", "»", "!", "peut-être", "demain", ":", ";"]
    words = [token[0].isalpha() for token in tokens]
    marks = [PAUSES.get(token, NO_PAUSE) for token in tokens]
    assert pauses_after(words, marks).tolist() == [1, 6, NO_PAUSE, 5]
    assert pauses_after([False], [6.0]).tolist() == []


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    for arguments in (([0, 0], [0]), ([0], [0], 0), ([0], [0], 4, [1.0, 1.0])):
        with pytest.raises(ValueError, match="one document, sentence and pause a token"):
            segments(*arguments)


def test_presence_is_told_and_the_counts_stay() -> None:
    counts = np.array([[0, 3], [1, 0]])
    assert presences(counts).toarray().tolist() == [[0, 1], [1, 0]]
    assert counts.tolist() == [[0, 3], [1, 0]]
