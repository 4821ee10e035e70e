"""Passages: the sentences and items of a document, each with the context that governs it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise

import pysbd  # type: ignore[import-untyped]

from nlp.reading.documents import Block, Document

# pysbd is thorough and slow: blocks of one short sentence, the most of them, need no cutting.
_INNER_END = re.compile(r"[.!?;]\s+\S")
# Nor is there much to weigh where all ends stand between a word of two letters and a capital, with
# no list or quotation around: two thirds of the blocks of several sentences.
_CERTAIN_END = r"(?:(?<=[a-zà-ÿ]{2})\.|\?)(?: (?=[A-ZÀ-ÖØ-Þ])(?!I[ ']|[A-Z]\.)|$)"
_PLAIN = re.compile(
    r"(?=[A-Za-zÀ-ÖØ-öø-ÿ])(?:[0-9A-Za-zÀ-ÖØ-öø-ÿœ ,:;%€°/–\u00a0\u202f]|-(?!-)"
    rf"|(?<=[A-Za-zÀ-ÖØ-öø-ÿ])['’](?=[A-Za-zÀ-ÖØ-öø-ÿ])|{_CERTAIN_END})+"
)
_NEXT = re.compile(r"(?<=[.?] )")
# What lost line breaks leave behind: "du pays.Placée au cœur", "la population • De vraies",
# "territoires », - elles s'ouvrent".
_LOST_BREAK = re.compile(
    r"(?<=[a-zà-ÿ]{3}[.!?])(?=[A-ZÀ-Þ](?:[a-zà-ÿ]|['’]))|(?<=\s)(?=[•·▪➢✓]\s+\S)"
    r"|(?<=[;:,.…]\s)(?=[-–—]\s+\S)"
)
# Its time grows with the square of the text: a line of 500,000 characters would take two minutes.
_AT_ONCE = 5_000
# No sentence is that long; a list without any full stop may be, or data that a script left.
_LONGEST = 3_000
_END = re.compile(r"[.!?…]\s+(?=[A-ZÀ-Þ])")
_SPACE = re.compile(r"\s+")


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


Spans = tuple[tuple[int, int], ...]
Cuts = Mapping[int, Spans]
"""Where the sentences of a block stand in it, by block; blocks of one sentence are left out."""


def _sentences(text: str) -> Spans:
    return _short_sentences(text) if len(text) <= _AT_ONCE else _cut_up(text)


# Sites repeat their blocks.
@lru_cache(maxsize=5_000)
def _short_sentences(text: str) -> Spans:
    return _cut_up(text)


def _cut_up(text: str) -> Spans:
    edges = [0, *(match.start() for match in _LOST_BREAK.finditer(text)), len(text)]
    return tuple(
        part
        for start, end in pairwise(edges)
        for first, last in _portions(text, start, end, _AT_ONCE, _END)
        for one, other in _cut(text[first:last])
        for part in _portions(text, first + one, first + other, _LONGEST, _SPACE)
    )


def _portions(
    text: str, start: int, end: int, most: int, seam: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """A run of text in portions of at most ``most`` characters, cut at the last seam of each."""
    while end - start > most:
        window = start, start + most
        stop = max((match.end() for match in seam.finditer(text, *window)), default=0)
        if stop <= start:
            stop = max((match.end() for match in _SPACE.finditer(text, *window)), default=window[1])
        yield start, stop
        start = stop
    yield start, end


def _cut(text: str) -> tuple[tuple[int, int], ...]:
    if not _INNER_END.search(text):
        return ((0, len(text)),)
    if _PLAIN.fullmatch(text):
        return tuple(pairwise([0, *(match.end() for match in _NEXT.finditer(text)), len(text)]))
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


def cut(document: Document) -> Cuts:
    """Where the sentences of a document end, to be found once and then remembered."""
    whole = document.text
    spans = {
        index: _sentences(whole[block.start : block.end])
        for index, block in enumerate(document.blocks)
        if not block.boilerplate
    }
    return {index: found for index, found in spans.items() if len(found) > 1}


def passages(document: Document, cuts: Cuts | None = None) -> Iterator[Passage]:
    """Every passage outside boilerplate, in order, headings included.

    ``cuts`` are what ``cut`` gave of the same document.
    """
    if cuts is None:
        cuts = cut(document)
    headings: dict[int, str] = {}
    lead_in = ""
    whole = document.text
    for index, block in enumerate(document.blocks):
        if block.boilerplate:
            continue
        text = whole[block.start : block.end]
        if block.kind == "heading":
            headings = {level: words for level, words in headings.items() if level < block.level}
        context = " > ".join([*headings.values(), *_nearer(block, lead_in)])
        if block.kind == "heading":
            headings[block.level] = text
            lead_in = ""
        elif block.kind != "item":
            lead_in = text[-200:] if text.rstrip().endswith((":", ": ")) else ""
        for start, end in cuts.get(index, ((0, len(text)),)):
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
