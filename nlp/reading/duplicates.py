"""Duplicates: documents of one authority that say the same, linked so that none counts twice."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nlp.reading.documents import Document

_SHINGLE_WORDS = 5
# A copy in another frame lost 0.12 to a note and a heading of its own; of 77 real aids, many from
# one mould, no two reach 0.7.
_SIMILAR = 0.85
_FEWEST_SHINGLES = 20
# Two texts at 0.85 share none of their eight smallest hashes less than once in 10^6.
_SKETCH = 8
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Print:
    words: str
    shingles: frozenset[int]
    years: frozenset[str]


def link_duplicates(documents: Iterable[Document]) -> list[Document]:
    """The same documents in the same order, copies with ``duplicate_of`` set.

    Compared are the words outside boilerplate, in shingles of five, at a Jaccard index of 0.85;
    texts that name different years are editions, not copies. The original is the one captured on
    the earlier day, then the one with the shorter URL.
    """
    documents = list(documents)
    by_authority: dict[str, list[int]] = defaultdict(list)
    for position, document in enumerate(documents):
        by_authority[document.authority].append(position)
    for positions in by_authority.values():
        positions.sort(key=lambda position: _seniority(documents[position]))
        _link([*positions], documents)
    return documents


def _seniority(document: Document) -> tuple[str, int, str]:
    # The second of a capture is chance: only its day tells an old copy from a new one.
    return document.capture.captured_at[:10], len(document.url), document.url


def _fingerprint(document: Document) -> _Print:
    text = " ".join(
        document.text[b.start : b.end] for b in document.blocks if not b.boilerplate
    ).lower()
    words = _WORD.findall(text)
    shingles = frozenset(
        zlib.crc32(" ".join(words[start : start + _SHINGLE_WORDS]).encode())
        for start in range(max(0, len(words) - _SHINGLE_WORDS + 1))
    )
    return _Print(" ".join(words), shingles, frozenset(_YEAR.findall(f"{document.title} {text}")))


def _link(positions: list[int], documents: list[Document]) -> None:
    same: dict[str, str] = {}
    sketches: dict[int, list[tuple[str, _Print]]] = defaultdict(list)
    for position in positions:
        document = documents[position]
        mark = _fingerprint(document)
        original = same.get(mark.words) or same.get(document.capture.digest)
        sketch = sorted(mark.shingles)[:_SKETCH]
        if not original:
            original = _near(mark, [pair for key in sketch for pair in sketches[key]])
        if original:
            documents[position] = replace(document, duplicate_of=original)
            continue
        same[mark.words] = same[document.capture.digest] = document.id
        for key in sketch:
            sketches[key].append((document.id, mark))


def _near(mark: _Print, candidates: list[tuple[str, _Print]]) -> str:
    if len(mark.shingles) < _FEWEST_SHINGLES:
        return ""
    tried: set[str] = set()
    for identity, other in candidates:
        if identity in tried or other.years != mark.years:
            continue
        tried.add(identity)
        shared = len(mark.shingles & other.shingles)
        if shared >= _SIMILAR * (len(mark.shingles) + len(other.shingles) - shared):
            return identity
    return ""
