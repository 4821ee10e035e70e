"""Passages: the sentences and items of a document, each with the context that governs it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise

import pysbd  # type: ignore[import-untyped]

from nlp.reading.documents import Block, Document

# pysbd is thorough and slow: blocks of one short sentence, the most of them, need no cutting.
_INNER_END = re.compile(r"[.!?;]\s+\S")
# What lost line breaks leave behind: "du pays.Placée au cœur", "la population • De vraies",
# "territoires », - elles s'ouvrent".
_LOST_BREAK = re.compile(
    r"(?<=[a-zà-ÿ]{3}[.!?])(?=[A-ZÀ-Þ](?:[a-zà-ÿ]|['’]))|(?<=\s)(?=[•·▪➢✓]\s+\S)"
    r"|(?<=[;:,.…]\s)(?=[-–—]\s+\S)"
)


@dataclass(frozen=True)
class Passage:
    """A run of a document: ``document.text[start:end] == text``.

    ``context`` is the headings above, the lead-in of a list and the field label, joined by
    `` > ``; ``block`` is the index of its block, ``page`` its PDF page.
    """

    start: int
    end: int
    text: str
    context: str
    block: int
    page: int


@cache
def _segmenter() -> pysbd.Segmenter:
    return pysbd.Segmenter(language="fr", clean=False, char_span=True)


# Coding and vocabulary ask for the same blocks one after the other, and sites repeat theirs.
@lru_cache(maxsize=50_000)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    edges = [0, *(match.start() for match in _LOST_BREAK.finditer(text)), len(text)]
    return tuple(
        (start + first, start + last)
        for start, end in pairwise(edges)
        for first, last in _cut(text[start:end])
    )


def _cut(text: str) -> tuple[tuple[int, int], ...]:
    if not _INNER_END.search(text):
        return ((0, len(text)),)
    spans = tuple(_placed(_segmenter().processor(text).process(), text))
    # pysbd drops or repeats what it cannot place ("J! ! ! J", a "∯" of its own alphabet).
    edges = [0, *chain.from_iterable(spans), len(text)]
    between = (text[end:start] for end, start in zip(edges[::2], edges[1::2], strict=True))
    placed = edges == sorted(edges) and not "".join(between).strip()
    return spans if placed else ((0, len(text)),)


def _placed(sentences: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence stands in ``text``, white space after it included.

    pysbd's own search compiles an expression a sentence, which takes half of its time.
    """
    reached = 0
    for sentence in filter(None, sentences):
        start = text.find(sentence)
        while start >= 0:
            end = start + len(sentence)
            end += len(text) - end - len(text[end:].lstrip())
            if end > reached:
                yield start, end
                reached = end
                break
            start = text.find(sentence, end)


def passages(document: Document) -> Iterator[Passage]:
    """Every passage outside boilerplate, in order, headings included."""
    headings: dict[int, str] = {}
    lead_in = ""
    for index, block in enumerate(document.blocks):
        if block.boilerplate:
            continue
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            headings = {level: words for level, words in headings.items() if level < block.level}
        context = " > ".join([*headings.values(), *_nearer(block, lead_in)])
        if block.kind == "heading":
            headings[block.level] = text
            lead_in = ""
        elif block.kind != "item":
            lead_in = text[-200:] if text.rstrip().endswith((":", ": ")) else ""
        for start, end in _sentences(text):
            piece = text[start:end]
            start += len(piece) - len(piece.lstrip())
            end -= len(piece) - len(piece.rstrip())
            if start < end:
                yield Passage(
                    block.start + start,
                    block.start + end,
                    text[start:end],
                    context,
                    index,
                    block.page,
                )


def _nearer(block: Block, lead_in: str) -> list[str]:
    return [words for words in (lead_in if block.kind == "item" else "", block.label) if words]
