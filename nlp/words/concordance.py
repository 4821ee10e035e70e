"""Concordance (KWIC): every match of a query with what stands left and right of it."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import polars

from corpora.campaign import Campaign, InputError
from nlp.coding.labels import fold
from nlp.reporting.pages.fragments import coded
from nlp.reporting.pages.places import archived_page
from nlp.words.corpus import PLACES, Corpus
from nlp.words.counting import Unit
from nlp.words.partition import OUTSIDE, Partition
from nlp.words.query import Matches, find

Order = Literal["text", "left", "right", "match"]

_COLUMNS = {
    "left": polars.String, "match": polars.String, "right": polars.String,
    "council": polars.String, "campaign": polars.String, "year": polars.String,
    "title": polars.String, "document_id": polars.String, "start": polars.Int64,
    "end": polars.Int64, "place": polars.String, "url": polars.String, "page": polars.String,
}  # fmt: skip
_SORTED_BY = 5
_NEAR = 4


def concordance(
    corpus: Corpus,
    query: str,
    *,
    width: int = 10,
    sort: Order = "text",
    cut: Partition | None = None,
) -> polars.DataFrame:
    """A line for each match, with ``width`` tokens on both sides, inside the page's block.

    Columns: left, match, right, council, campaign, year, title, document_id, start and end
    (characters of the document's text), place (name, title, body), url, and page: where the line
    stands in the report's archived copy, below ``outputs/<campaign>/report/``. ``sort`` is by the
    running text, by the words left (the nearest first) or right of the match, or by the match;
    case and accents aside. With a partition, lines come part by part, and a column says which.
    Raises InputError where the query cannot be read.
    """
    return lines(corpus, find(corpus, query), width=width, sort=sort, cut=cut)


def lines(
    corpus: Corpus,
    matches: Matches,
    *,
    width: int = 10,
    sort: Order = "text",
    cut: Partition | None = None,
) -> polars.DataFrame:
    """The lines of matches, as ``concordance`` gives them."""
    rows: list[dict[str, str | int]] = []
    keys: list[tuple[object, ...]] = []
    for first, last in zip(matches.first.tolist(), matches.last.tolist(), strict=True):
        low, high = _around(corpus, first, last, width)
        text = corpus.texts[corpus.document[first]]
        left, match = corpus.spelled(low, first), corpus.spelled(first, last)
        right = corpus.spelled(last, high)
        rows.append(
            {
                "left": left,
                "match": match,
                "right": right,
                "council": text.council,
                "campaign": text.campaign,
                "year": text.year,
                "title": text.title,
                "document_id": text.id,
                "start": int(corpus.start[first]),
                "end": int(corpus.end[last - 1]),
                "place": _place(corpus, first),
                "url": text.url,
                "page": place_in_page(corpus, first, last),
            }
        )
        part = int(cut.part[first]) if cut else OUTSIDE
        if cut:
            rows[-1]["part"] = cut.names[part] if part != OUTSIDE else ""
        keys.append((part, *_SORTS[sort](left, match, right)))
    order = sorted(range(len(rows)), key=lambda row: (keys[row], row))
    schema = {**({"part": polars.String} if cut else {}), **_COLUMNS}
    return polars.DataFrame([rows[row] for row in order], schema=schema)


_SORTS: dict[Order, Callable[[str, str, str], tuple[object, ...]]] = {
    "text": lambda left, match, right: (),
    "left": lambda left, match, right: (fold(left).split()[::-1][:_SORTED_BY], fold(match)),
    "right": lambda left, match, right: (fold(right).split()[:_SORTED_BY], fold(match)),
    "match": lambda left, match, right: (fold(match), fold(right).split()[:_SORTED_BY]),
}


def _around(corpus: Corpus, first: int, last: int, width: int) -> tuple[int, int]:
    """The tokens from which and to which a line goes: of the same block of the same document."""
    low, high = max(0, first - width), min(len(corpus), last + width)
    same = (corpus.document[low:high] == corpus.document[first]) & (
        corpus.block[low:high] == corpus.block[first]
    )
    here = np.flatnonzero(same)
    return low + int(here[0]), low + int(here[-1]) + 1


def _place(corpus: Corpus, token: int) -> str:
    return PLACES[corpus.place[token]]


def place_in_page(corpus: Corpus, first: int, last: int) -> str:
    """Path and fragment of a match in its campaign's report; a browser scrolls to the words.

    The fragment names the words and their neighbours (``#:~:text=``), which needs no mark in the
    page.
    """
    low, high = _around(corpus, first, last, _NEAR)
    # A browser finds whole words alone: "l'" without "association" is none.
    while low < first and _touches(corpus, low):
        low += 1
    while high > last and high < len(corpus) and _touches(corpus, high):
        high -= 1
    before, after = corpus.spelled(low, first), corpus.spelled(last, high)
    words = [coded(corpus.spelled(first, last))]
    if before:
        words.insert(0, f"{coded(before)}-")
    if after:
        words.append(f"-{coded(after)}")
    page = archived_page(corpus.texts[corpus.document[first]].id)
    return f"{page}#:~:text={','.join(words)}"


def addresses(lines_: polars.DataFrame) -> list[str]:
    """The address (``file:``) of each line's place, in the reports of this working folder."""
    return [
        f"{(Campaign.named(campaign).outputs / 'report').resolve().as_uri()}/{page}"
        for campaign, page in lines_.select("campaign", "page").iter_rows()
    ]


def _touches(corpus: Corpus, token: int) -> bool:
    """Whether nothing stands between a token and the one before it."""
    return token > 0 and bool(
        corpus.start[token] == corpus.end[token - 1]
        and corpus.document[token] == corpus.document[token - 1]
    )


def reading_back(
    corpus: Corpus, word: str, unit: Unit | Literal["family"] = "lemma", **told: int | Order
) -> polars.DataFrame:
    """The lines of a word of any table or picture: a lemma (or compound), a form, a family.

    Raises InputError where the word does not occur.
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    if unit == "family":
        found = concordance(corpus, f'[family="{escaped}"]+', **told)  # type: ignore[arg-type]
    elif unit == "form":
        found = concordance(corpus, f'[form="{escaped}"%cl]', **told)  # type: ignore[arg-type]
    else:
        found = concordance(corpus, f'[term="{escaped}"%l]', **told)  # type: ignore[arg-type]
    if found.is_empty():
        raise InputError(f"the {unit} {word!r} does not occur in the corpus")
    return found
