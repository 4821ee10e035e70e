"""Clauses: of a long sentence the part that says what was found."""

import re
from itertools import pairwise

_LEAST_WORDS = 4
# Where a clause ends and another begins. A comma alone parts the members of a list, which belong
# together; with one of these words after it, it parts clauses.
_EDGE = re.compile(
    r"[;:!?…•]\s+|\s[-–—]\s+|\.\s+(?=[A-ZÀ-Þ])"
    r"|,\s+(?=(?:et |mais |ou )?(?:qui|que|qu'|dont|où|ce qui|elle|elles|il|ils|on|nous|c'est|afin"
    r"|pour|car|mais|puis|ainsi|grâce|tout en|avec|dans|par|sur|lors|au titre|en particulier"
    r"|notamment|de sorte|de manière|en vue|en lien|en s'|en \w+ant|à travers|au travers|sans|selon"
    r"|comme|lorsque|quand|tandis|alors|depuis|si|même|via)\b)"
    r"|\s(?=(?:afin|pour que|dans le but|en vue|de sorte|de manière à|de façon à|et qui|et dont"
    r"|grâce à|tout en|tandis|alors)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def clauses(text: str) -> list[tuple[int, int]]:
    """Where each clause of a sentence stands, end to end.

    A clause of fewer than four words goes with the one after it, or the last with the one before.
    """
    edges = [0]
    for match in _EDGE.finditer(text.replace("’", "'")):
        if len(_WORD.findall(text, edges[-1], match.end())) >= _LEAST_WORDS:
            edges.append(match.end())
    if len(edges) > 1 and len(_WORD.findall(text, edges[-1])) < _LEAST_WORDS:
        edges.pop()
    return list(pairwise([*edges, len(text)]))


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clauses of a sentence that hold ``text[start:end]``, without the space around them."""
    parts = clauses(text)
    first = max(begin for begin, _ in parts if begin <= start)
    last = min(stop for _, stop in parts if stop >= end)
    piece = text[first:last]
    bare = piece.strip(" \t\n\r,;:•–—-…")
    first += piece.index(bare)
    return first, first + len(bare)
