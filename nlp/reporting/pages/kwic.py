"""A small concordance: the commonest words, each in lines of different councils (KWIC)."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.coding.references import Coding
from nlp.reading.documents import Document
from nlp.reporting.pages.fragments import coded
from nlp.reporting.pages.places import archived_page

_WORDS = 12
_LINES = 6
_AROUND = 60  # characters on each side


@dataclass(frozen=True)
class Line:
    """A word where it stands; ``href`` leads to it in the page's archived copy."""

    left: str
    match: str
    right: str
    council: str
    href: str


@dataclass(frozen=True)
class Word:
    """A word with its number in the campaign and some of its lines, each of another council."""

    form: str
    number: int
    lines: tuple[Line, ...]


def concordance(coding: Coding) -> tuple[Word, ...]:
    """The commonest words of the running text that are found as written; copies left out."""
    total: Counter[str] = Counter()
    for counts in coding.lemmas.values():
        total.update(counts)
    ordered = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]
    forms = {coding.forms.get(lemma, lemma): number for lemma, number in ordered}
    if not forms:
        return ()
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(forms)))})\b", re.IGNORECASE)
    found: dict[str, dict[str, Line]] = {form: {} for form in forms}
    wanted = {form.lower(): lines for form, lines in found.items()}
    for document in sorted(coding.documents, key=lambda d: (d.authority, d.url, d.id)):
        full = all(len(lines) == _LINES or document.authority in lines for lines in found.values())
        if document.duplicate_of or full:
            continue
        for word, line in _lines(document, pattern):
            lines = wanted.get(word, {})
            if len(lines) < _LINES:
                lines.setdefault(document.authority, line)
    return tuple(
        Word(form, forms[form], tuple(lines.values())) for form, lines in found.items() if lines
    )


def _lines(document: Document, pattern: re.Pattern[str]) -> Iterator[tuple[str, Line]]:
    text = document.text
    for block in document.blocks:
        if block.boilerplate or block.kind != "paragraph":
            continue
        for match in pattern.finditer(text, block.start, block.end):
            start, end = match.span()
            left = text[max(block.start, start - _AROUND) : start]
            if start - _AROUND > block.start:
                left = left.partition(" ")[2]  # no half words
            right = text[end : min(block.end, end + _AROUND)]
            if end + _AROUND < block.end:
                right = right.rpartition(" ")[0]
            yield (
                match[0].lower(),
                Line(left, match[0], right, document.authority, _place(document, match[0], right)),
            )


def _place(document: Document, word: str, right: str) -> str:
    # A text fragment: the browser looks for the word and what follows it, whole words alone.
    words = coded(f"{word}{' '.join(right.split(' ')[:4])}".strip())
    return f"{archived_page(document.id)}#:~:text={words}"
