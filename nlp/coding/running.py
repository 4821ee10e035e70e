"""Running text as tokens: what the model said of each, in a form that is small to keep.

Nothing here imports spaCy: what was analysed once is read back without it.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

POS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip
"""Universal parts of speech; a token's is kept as a letter, ``A`` for the first."""

LETTERS = {name: chr(ord("A") + place) for place, name in enumerate(POS)}

_BETWEEN = "\t"  # no token holds one

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Run:
    """The tokens of one passage: a letter, a lemma and two offsets in the passage for each."""

    pos: str
    lemmas: str
    offsets: "array[int]"


def run_of(tokens: Iterable[tuple[int, int, str, str]]) -> Run:
    """A run of tokens given as start, end, lemma and part of speech."""
    offsets, letters, lemmas = array("L"), [], []
    for start, end, lemma, pos in tokens:
        offsets.extend((start, end))
        letters.append(LETTERS.get(pos, LETTERS["X"]))
        lemmas.append(lemma)
    return Run("".join(letters), _BETWEEN.join(lemmas), offsets)


@dataclass(frozen=True)
class Running:
    """The tokens of a document in running order, as columns of the same length.

    ``pos`` are places in ``POS``; ``lemmas`` the model's; ``starts`` and ``ends`` characters of
    ``document.text``; ``blocks`` indexes of ``document.blocks``; ``sentences`` count from 0.
    """

    pos: NDArray[np.uint8]
    lemmas: tuple[str, ...]
    starts: Integers
    ends: Integers
    blocks: Integers
    sentences: Integers

    def __len__(self) -> int:
        return len(self.lemmas)


def kept(passages: Iterable[tuple[int, int, Run]]) -> dict[str, Any]:
    """What is kept of a document's passages, given as block, start and run: a JSON object.

    Per passage its block and how many tokens; per token its letter, its lemma, the distance from
    the token before and its length. They are long strings, not lists: whoever reads a line for
    something else passes over them in no time.
    """
    sentences: list[int] = []
    spans: list[int] = []
    pos: list[str] = []
    lemmas: list[str] = []
    reached = 0
    for block, start, run in passages:
        if not run.pos:
            continue
        sentences += (block, len(run.pos))
        pos.append(run.pos)
        lemmas.append(run.lemmas)
        for first, last in zip(run.offsets[::2], run.offsets[1::2], strict=True):
            spans += (start + first - reached, last - first)
            reached = start + last
    return {
        "sentences": " ".join(map(str, sentences)),
        "pos": "".join(pos),
        "lemmas": _BETWEEN.join(lemmas),
        "spans": " ".join(map(str, spans)),
    }


KEPT = ("sentences", "pos", "lemmas", "spans")


def is_kept(content: Mapping[str, Any]) -> bool:
    """Whether all of what ``kept`` gives is there, without reading it token by token."""
    if not all(isinstance(content.get(name), str) for name in KEPT):
        return False
    tokens = len(content["pos"])
    told = content["lemmas"].count(_BETWEEN) + 1, content["spans"].count(" ") + 1
    return told == ((tokens, 2 * tokens) if tokens else (1, 1))


def running(content: Mapping[str, Any]) -> Running | None:
    """The tokens that ``kept`` gave, or None where they are not there or not whole."""
    if not is_kept(content):
        return None
    try:
        sentences = _numbers(content["sentences"]).reshape(-1, 2)
        spans = _numbers(content["spans"]).reshape(-1, 2)
        pos = np.frombuffer(content["pos"].encode("ascii"), dtype=np.uint8) - ord("A")
    except ValueError:
        return None
    counts = sentences[:, 1]
    whole = len(pos) == len(spans) == counts.sum() and (pos < len(POS)).all()
    if not whole or (counts < 1).any() or (spans[:, 1] < 1).any():
        return None
    ends = spans.sum(axis=1).cumsum().astype(np.int32)
    return Running(
        pos=pos,
        lemmas=tuple(content["lemmas"].split(_BETWEEN)) if len(pos) else (),
        starts=ends - spans[:, 1],
        ends=ends,
        blocks=np.repeat(sentences[:, 0], counts),
        sentences=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
    )


def _numbers(text: str) -> Integers:
    return np.array(text.split(), dtype=np.int32)
