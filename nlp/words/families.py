"""Lexical families in a corpus: where their words stand, apart in names, titles and body."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import polars
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.coding.codebook import Family, load_codebook
from nlp.coding.labels import fold, terms_regex
from nlp.words.corpus import PLACES, Corpus, Mask
from nlp.words.metadata import listed
from nlp.words.partition import OUTSIDE, REST, Partition
from nlp.words.statistics.dispersion import dispersion

_NAME, _TITLE = PLACES.index("name"), PLACES.index("title")


@cache
def bundled_families() -> tuple[Family, ...]:
    """The families of the bundled codebook."""
    return load_codebook().families


def family_named(name: str, families: Sequence[Family] | None = None) -> Family:
    """The family of that id or label; raises InputError, naming those there are."""
    known = bundled_families() if families is None else families
    for family in known:
        if fold(name) in (fold(family.id), *map(fold, family.label.values())):
            return family
    raise InputError(f"no lexical family {name!r}; {listed([f.id for f in known], 'family')}")


@dataclass(frozen=True)
class Hits:
    """Words of a family: tokens ``first`` to ``last`` (int64), and whether each is told apart.

    What is told apart only looks so: the codebook excludes it, as it does the State's laws of
    decentralisation from the family of decentralised cooperation.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    apart: Mask


def family_hits(corpus: Corpus, family: Family) -> Hits:
    """All words of a family, in running order."""
    text, starts = corpus.folded
    found = [match.span() for match in terms_regex(family.patterns).finditer(text)]
    spans = np.array(found, dtype=np.int64).reshape(-1, 2)
    apart = np.zeros(len(spans), dtype=bool)
    if family.exclude:
        for match in terms_regex(family.exclude).finditer(text):
            apart |= (spans[:, 0] >= match.start()) & (spans[:, 0] < match.end())
    first = np.searchsorted(starts, spans[:, 0], side="right") - 1
    last = np.searchsorted(starts, spans[:, 1], side="left")
    return Hits(first, last, apart)


def family_tokens(corpus: Corpus, name: str) -> Mask:
    """Which tokens are words of a family, without those told apart."""
    hits = family_hits(corpus, family_named(name))
    inside = np.zeros(len(corpus), dtype=bool)
    for first, last in zip(hits.first[~hits.apart], hits.last[~hits.apart], strict=True):
        inside[first:last] = True
    return inside


@dataclass(frozen=True)
class Stretch:
    """Words of one place as families count them; ``repeated`` where a name was met before.

    ``first`` is -1 for a page's title, which is no part of its text.
    """

    part: int
    document: int
    place: int
    text: str
    first: int
    repeated: bool


def stretches(corpus: Corpus, cut: Partition) -> Iterator[Stretch]:
    """The corpus in stretches of one place: titles of pages too, each word once.

    As in ``families.csv``: a heading that repeats its page's title is not counted again, and a name
    counts once in a part however often it is repeated.
    """
    if not len(corpus):
        return
    changes = (
        (np.diff(corpus.document) != 0)
        | (np.diff(corpus.block) != 0)
        | (np.diff(corpus.place) != 0)
        | (np.diff(cut.part) != 0)
    )
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(corpus)]
    named: set[tuple[int, str]] = set()
    document, title = -1, ""
    for first, last in pairwise(edges):
        part, place = int(cut.part[first]), int(corpus.place[first])
        if corpus.document[first] != document:
            document = int(corpus.document[first])
            title = _folded(corpus.texts[document].title)
            yield Stretch(_titled(cut, part), document, _TITLE, title, -1, repeated=False)
        text = corpus.folded_words(first, last)
        if place == _TITLE and title.startswith(text):
            continue
        repeated = place == _NAME and (part, text) in named
        if place == _NAME:
            named.add((part, text))
        yield Stretch(part, document, place, text, first, repeated)


def _titled(cut: Partition, first: int) -> int:
    """The part of a page's title: that of its first word, but where places are parts."""
    key, _, value = cut.by.partition("=")
    if key != "place":
        return first
    title = PLACES[_TITLE]
    if title in cut.names:
        return cut.names.index(title)
    return cut.names.index(REST) if value else OUTSIDE


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


class _Finder:
    def __init__(self, family: Family) -> None:
        self.id = family.id
        self._terms = terms_regex(family.patterns)
        self._exclude = terms_regex(family.exclude) if family.exclude else None

    def count(self, text: str) -> tuple[int, int]:
        """Words of the family in folded text, and those told apart."""
        spans = [match.span() for match in self._exclude.finditer(text)] if self._exclude else []
        found = [match.start() for match in self._terms.finditer(text)]
        apart = sum(any(start <= one < end for start, end in spans) for one in found)
        return len(found) - apart, apart


def families(
    corpus: Corpus,
    cut: Partition,
    known: Sequence[Family] | None = None,
    places: Sequence[str] = PLACES,
) -> polars.DataFrame:
    """A row for each part, family and place that it has, zeros too; of ``places`` alone.

    Columns: part, family, place, occurrences, words (of the place in the part), per_1000_words,
    documents, told_apart (occurrences that only look so), and over all parts dp_norm and
    parts_with. Places come in the order name, title, body.
    """
    finders = [_Finder(f) for f in (bundled_families() if known is None else known)]
    shape = len(finders), len(PLACES), len(cut.names)
    counts, apart = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    words = np.zeros(shape[1:], dtype=np.int64)
    documents: dict[tuple[int, int, int], set[int]] = {}
    for one in stretches(corpus, cut):
        if one.part == OUTSIDE:
            continue
        words[one.place, one.part] += 0 if one.repeated else len(one.text.split())
        for row, finder in enumerate(finders):
            found, excluded = finder.count(one.text)
            if found:
                documents.setdefault((row, one.place, one.part), set()).add(one.document)
            if not one.repeated:
                counts[row, one.place, one.part] += found
                apart[row, one.place, one.part] += excluded
    rows = []
    for place, name in enumerate(PLACES):
        spread = dispersion(counts[:, place, :], np.maximum(words[place], counts[:, place].max(0)))
        for row, finder in enumerate(finders):
            for part, part_name in enumerate(cut.names):
                size, number = int(words[place, part]), int(counts[row, place, part])
                rows.append(
                    {
                        "part": part_name,
                        "family": finder.id,
                        "place": name,
                        "occurrences": number,
                        "words": size,
                        "per_1000_words": 1000 * number / size if size else 0.0,
                        "documents": len(documents.get((row, place, part), ())),
                        "told_apart": int(apart[row, place, part]),
                        "dp_norm": None if spread.reason[row] else float(spread.dp_norm[row]),
                        "parts_with": int(np.count_nonzero(counts[row, place])),
                    }
                )
    rank = {name: number for number, name in enumerate(PLACES)}
    order = {finder.id: number for number, finder in enumerate(finders)}
    rows.sort(key=lambda row: (row["part"], order[str(row["family"])], rank[str(row["place"])]))
    frame = polars.DataFrame(rows, schema_overrides={"dp_norm": polars.Float64})
    kept = polars.col("place").is_in(list(places))
    if cut.by.partition("=")[0] == "place":  # a place has no words of another
        whose, where = polars.col("part"), polars.col("place")
        kept &= (whose == where) | ((whose == REST) & (where != cut.names[0]))
    return frame.filter(kept)


def juxtapositions(
    corpus: Corpus, cut: Partition, known: Sequence[Family] | None = None
) -> polars.DataFrame:
    """The names that carry words of two families or more ("Europe et international").

    Columns: part, name, families (ids in the order of their words, joined with ``|``), times (how
    often the name stands in the part), url (of the first page that has it); sorted.
    """
    terms = {
        family.id: terms_regex(family.patterns)
        for family in (bundled_families() if known is None else known)
    }
    rows: dict[tuple[int, str], dict[str, str | int]] = {}
    for one in stretches(corpus, cut):
        if one.place != _NAME or one.part == OUTSIDE:
            continue
        met = {
            id_: match.start() for id_, regex in terms.items() if (match := regex.search(one.text))
        }
        if len(met) < 2:
            continue
        key = one.part, one.text
        if key in rows:
            rows[key]["times"] = int(rows[key]["times"]) + 1
        else:
            rows[key] = {
                "part": cut.names[one.part],
                "name": _spelled(corpus, one),
                "families": "|".join(sorted(met, key=lambda id_: (met[id_], id_))),
                "times": 1,
                "url": corpus.texts[one.document].url,
            }
    schema = {"part": str, "name": str, "families": str, "times": int, "url": str}
    return polars.DataFrame([rows[key] for key in sorted(rows)], schema=schema)


def _spelled(corpus: Corpus, one: Stretch) -> str:
    last = one.first
    while (
        last < len(corpus)
        and corpus.document[last] == one.document
        and corpus.block[last] == corpus.block[one.first]
        and corpus.place[last] == one.place
    ):
        last += 1
    return " ".join(corpus.spelled(one.first, last).split())
