"""Boilerplate: what repeats over the pages of one site is of the site, whatever tags it bears."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from nlp.reading.documents import Document

_FEWEST_PAGES = 3
_SHARE_OF_PAGES = 0.5


def mark_boilerplate(documents: Iterable[Document]) -> list[Document]:
    """The same documents, with the lines that open or close half of a site's pages marked.

    Only runs at the start and the end of a page are marked: a condition that a council repeats in
    the middle of all its calls ("have your seat in the region") is a condition of each. A site with
    fewer than three pages is left as it is.
    """
    documents = list(documents)
    sites: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, document in enumerate(documents):
        sites[document.authority, urlsplit(document.url).netloc].append(position)
    for positions in sites.values():
        if len(positions) < _FEWEST_PAGES:
            continue
        pages = [_keys(documents[position]) for position in positions]
        counts = Counter(key for page in pages for key in set(page))
        least = max(_FEWEST_PAGES, _SHARE_OF_PAGES * len(positions))
        common = {key for key, count in counts.items() if count >= least}
        for position, keys in zip(positions, pages, strict=True):
            documents[position] = _marked(documents[position], keys, common)
    return documents


def _keys(document: Document) -> list[str]:
    return [" ".join(document.text[b.start : b.end].lower().split()) for b in document.blocks]


def _marked(document: Document, keys: list[str], common: set[str]) -> Document:
    title = " ".join(document.title.lower().split())
    blocks = document.blocks
    repeated = [
        block.boilerplate or (key in common and key != title)
        for block, key in zip(blocks, keys, strict=True)
    ]
    own = [index for index, is_repeated in enumerate(repeated) if not is_repeated]
    if not own:
        return document
    first, last = own[0], own[-1]
    # The heading above the page's own first words is theirs, though every page has one like it.
    while first > 0 and blocks[first - 1].kind == "heading" and not blocks[first - 1].boilerplate:
        first -= 1
    marked = tuple(
        block if block.boilerplate or first <= index <= last else replace(block, boilerplate=True)
        for index, block in enumerate(blocks)
    )
    return document if marked == blocks else replace(document, blocks=marked)
