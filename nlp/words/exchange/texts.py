"""What every format writes: the texts of a corpus, their paragraphs, what is known of them."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nlp.counting.stores import defused
from nlp.exporting.plain import writable
from nlp.words.corpus import NO_TERM, Corpus, Text

File = tuple[str, Iterable[bytes]]
"""A file's name and its content in pieces."""

VARIABLES = ("campaign", "council", "map", "year", "published", "kind", "language", "call")
METADATA = ("id", *VARIABLES, "url", "title")

# What some reader of plain text ends a line at: Python's codecs, which IRaMuTeQ reads with, do so
# at all of them, and would cut a paragraph at a U+2028 that a page brought along.
_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_WORD = re.compile(r"\w+")
# Tokens that only look like formulas: a sign alone, and the second half of "renseignez-vous", which
# can call nothing and name no cell. With an apostrophe before they would be other words in R.
_HARMLESS = re.compile(r"[=+\-@]|-[^\W\d_]+|-?\d+")
_CHUNK = 2**20


@dataclass(frozen=True)
class Written:
    """A text that has words: tokens ``first`` to before ``last`` of the corpus.

    ``name`` is its id, unique in the corpus and of letters and digits alone: files are named so.
    """

    name: str
    text: Text
    first: int
    last: int


def written_texts(corpus: Corpus) -> tuple[Written, ...]:
    """The texts of which any word is in the corpus, in its order."""
    ends = np.searchsorted(corpus.document, np.arange(len(corpus.texts) + 1)).tolist()
    words = np.concatenate([[0], np.cumsum(corpus.word)])
    found: list[Written] = []
    taken: set[str] = set()
    for text, first, last in zip(corpus.texts, ends, ends[1:], strict=False):
        if words[first] < words[last]:
            found.append(Written(_free_name(text.id, taken), text, first, last))
    return tuple(found)


def _free_name(id_: str, taken: set[str]) -> str:
    plain = re.fullmatch("[A-Za-z0-9]{1,64}", id_)
    base = id_ if plain else hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    # A page that has not changed has one id in two campaigns. No id of ours holds an x.
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}x{number}"
    taken.add(name)
    return name


def paragraphs(corpus: Corpus, one: Written) -> Iterator[tuple[int, int]]:
    """The tokens of each block of a text: first, and the one after the last."""
    yield from _runs(corpus.block[one.first : one.last].tolist(), one.first)


def sentences(corpus: Corpus, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The same for the sentences among tokens."""
    yield from _runs(corpus.sentence[first:last].tolist(), first)


def _runs(values: list[int], offset: int) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[start]:
            yield offset + start, offset + place
            start = place


def pieces(corpus: Corpus, first: int, last: int, bind: str = " ") -> Iterator[tuple[str, str]]:
    """Each token as ``(gap, form)``: nothing or a space, or ``bind`` inside a compound."""
    start, end = corpus.start[first:last].tolist(), corpus.end[first:last].tolist()
    forms = [on_one_line(corpus.forms[form]) for form in corpus.form[first:last].tolist()]
    inside = _bound(corpus, first, last, forms) if bind != " " else frozenset()
    for place, form in enumerate(forms):
        if place == 0 or start[place] == end[place - 1]:
            yield "", form
        else:
            yield (bind if place in inside else " "), form


def running_text(corpus: Corpus, first: int, last: int, bind: str = " ") -> str:
    """Tokens as running text."""
    return "".join(gap + form for gap, form in pieces(corpus, first, last, bind))


def _bound(corpus: Corpus, first: int, last: int, forms: list[str]) -> frozenset[int]:
    """Places of the tokens that go on a compound whose words are all plain words."""
    terms, lemmas = corpus.term[first:last].tolist(), corpus.lemma[first:last].tolist()
    found: set[int] = set()
    place = 0
    while place < len(terms):
        after = place + 1
        if terms[place] not in (lemmas[place], NO_TERM):
            while after < len(terms) and terms[after] == NO_TERM:
                after += 1
            if all(_WORD.fullmatch(form) for form in forms[place:after]):
                found.update(range(place + 1, after))
        place = after
    return frozenset(found)


def on_one_line(text: str) -> str:
    """Text on one line for whoever reads it, and of characters that XML can hold."""
    return _BREAKS.sub(" ", writable(text))


def known_of(one: Written) -> dict[str, str]:
    """The values of ``METADATA``; what is not known is empty."""
    fields = {name: on_one_line(getattr(one.text, name)).strip() for name in METADATA[1:]}
    return {"id": one.name, **fields}


def table(header: Iterable[str], rows: Iterable[Iterable[str | int]]) -> Iterator[bytes]:
    """Rows as CSV: UTF-8, commas, LF; what a spreadsheet would take for a formula is defused."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(map(_cell, row))
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def _cell(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _HARMLESS.fullmatch(text) else defused(text)


def metadata_file(texts: Iterable[Written]) -> File:
    """``metadata.csv``: a row a text, its id first, as TXM wants it."""
    return "metadata.csv", table(METADATA, (tuple(known_of(one).values()) for one in texts))
