"""Which pages hold which words: the full text of the report's search, a script a first letter."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase

from nlp.reading.documents import Document
from nlp.reporting.pages.searching import script

OTHER = "0"
INITIALS = (*ascii_lowercase, OTHER)
"""What the scripts are named after; words that begin with no such letter are in the last."""

_WORD = re.compile(r"[^\W_]{2,30}")


def word_shards(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Name and text of each script, for documents in the order of the search's pages.

    Each holds its words, sorted and folded as ``report.js`` folds a query, with the ranks of their
    pages, each told as its distance from the one before. Menus and what else repeats over a site
    are left out, as they would be found everywhere.
    """
    ranks: dict[str, list[int]] = {}
    for rank, document in enumerate(documents):
        text = document.text
        found: set[str] = set()
        for block in document.blocks:
            if not block.boilerplate:
                found.update(_WORD.findall(text[block.start : block.end].lower()))
        for word in {_fold(word) for word in found}:
            ranks.setdefault(word, []).append(rank)
    shards: dict[str, list[list[object]]] = {initial: [] for initial in INITIALS}
    for word, places in sorted(ranks.items()):
        distances = [places[0], *(b - a for a, b in pairwise(places))]
        shards[word[0] if word[0] in shards else OTHER].append([word, distances])
    for initial, words in shards.items():
        yield f"words-{initial}", script(f"words-{initial}", words)


@lru_cache(100_000)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
