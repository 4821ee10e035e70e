"""Clouds of a corpus: its commonest words, those of a part of it, and two parts face to face."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from corpora.campaign import Campaign, InputError, write_whole
from nlp.counting.stores import csv_bytes
from nlp.reading.shelf import Shelf
from nlp.reporting.pictures.cloudlegend import Source, plate
from nlp.reporting.pictures.clouds import LEAST_SPECIFICITY
from nlp.reporting.pictures.cloudwords import Cloud, CloudWord, cloud_of, commonest
from nlp.reporting.wording import Wording
from nlp.words.captions import part_label
from nlp.words.corpus import Corpus
from nlp.words.counting import (
    LexicalTable,
    Unit,
    Which,
    counted,
    lexical_table,
    table_of,
    unit_column,
)
from nlp.words.metadata import checked_key, resolved
from nlp.words.partition import OUTSIDE, REST, Partition, partition
from nlp.words.scores import LEAST_G2
from nlp.words.statistics.contingency import Contingency
from nlp.words.statistics.keyness import log_likelihood
from nlp.words.statistics.lexical import Floats
from nlp.words.statistics.specificity import specificities_of

Measure = Literal["specificity", "g2"]

_KINDS = (".svg", ".png")
_LEAST = {"specificity": LEAST_SPECIFICITY, "g2": LEAST_G2}
_LEAST_TIMES = 2


def frequency_cloud(
    corpus: Corpus, *, unit: Unit = "lemma", which: Which = "content", language: str = "fr"
) -> tuple[Cloud, str]:
    """The words of a corpus by how often they occur, and a title.

    Raises InputError where no word is counted.
    """
    part = np.where(corpus.word, 0, OUTSIDE).astype(np.int32)
    cut = Partition("", ("",), part)
    table = table_of(corpus, part, cut.names, unit, which)
    scores = np.asarray(table.counts.toarray(), dtype=np.float64)
    cloud = _cloud(corpus, cut, table, which, "count", scores)
    return _drawn(cloud), Wording(language).say("clouds.titles.of_corpus")


def part_cloud(
    corpus: Corpus,
    by: str,
    against: str = "",
    *,
    measure: Measure = "specificity",
    unit: Unit = "lemma",
    which: Which = "content",
    language: str = "fr",
) -> tuple[Cloud, str]:
    """The words over-used in parts of a corpus, and a title.

    ``by`` a key and a value: one part against the rest; with ``against``, another value (or
    ``rest``): the two face to face; ``by`` a key of which there are two values: these face to face.
    Only words met twice or more in a part, with a score that chance gives once in twenty at most.
    Raises InputError for an unknown key or value, for more than two parts, and where no word is
    over-used.
    """
    cut, sides = _parts(corpus, by, against)
    table = lexical_table(corpus, cut, unit, which)
    counts = np.asarray(table.counts.toarray(), dtype=np.float64)
    if measure == "specificity":
        scores = specificities_of(
            counts, table.frequencies.astype(float), table.sizes.astype(float)
        )
    else:
        scores = log_likelihood(
            Contingency.of(
                counts, table.frequencies[:, None], table.sizes[None, :], table.total
            )
        )  # fmt: skip
    scores = np.where((scores >= _LEAST[measure]) & (counts >= _LEAST_TIMES), scores, 0.0)
    wording = Wording(language)
    names = [part_label(corpus, by, name, language) for name in cut.names]
    cloud = _cloud(corpus, cut, table, which, measure, scores[:, :sides])
    cloud = cloud._replace(parts=names[:sides])
    key = "clouds.titles.of_part" if sides == 1 else "clouds.titles.of_two"
    return _drawn(cloud), wording.say(key, part=names[0], other=names[1])


def _drawn(cloud: Cloud) -> Cloud:
    if not cloud.drawn:
        parts = " or ".join(repr(part) for part in cloud.parts if part) or "the corpus"
        raise InputError(
            f"cloud: no word stands out in {parts}; give larger parts, or count all words "
            "(--words all)"
        )
    return cloud


def _parts(corpus: Corpus, by: str, against: str) -> tuple[Partition, int]:
    """The two parts, and how many of them are shown."""
    key, equals, value = by.partition("=")
    checked_key(key)
    if not against:
        cut = partition(corpus, by)
        if len(cut.names) > 2:
            raise InputError(
                f"--by {by}: {len(cut.names)} parts, a cloud shows one or two; give one "
                f"(--by {key}={cut.names[0]!r}), and --against another"
            )
        return cut, 1 if equals or key == "code" else 2
    if not equals:
        raise InputError(f"--against {against!r} needs the other part: --by {key}=value")
    if against.strip().lower() == REST:
        return partition(corpus, by), 2
    if key in ("code", "place"):
        raise InputError(f"--against {against!r}: with {key}, give --against rest")
    chosen = resolved(corpus, key, value), resolved(corpus, key, against)
    if chosen[0] == chosen[1]:
        raise InputError(f"--against {against!r}: the same part as --by {by}")
    cut = partition(corpus, key)
    place = {name: number for number, name in enumerate(chosen)}
    lookup = np.array([place.get(name, OUTSIDE) for name in (*cut.names, "")], dtype=np.int32)
    return Partition(by, chosen, lookup[cut.part]), 2


def _cloud(
    corpus: Corpus, cut: Partition, table: LexicalTable, which: Which, measure: str, scores: Floats
) -> Cloud:
    """The words with a score above 0; as many sides as there are columns of scores."""
    met = _met(corpus, cut, table, which)
    counts = table.counts.toarray()
    words: list[CloudWord] = []
    for side in range(scores.shape[1]):
        words += [
            CloudWord(
                table.units[row], table.shown[row], commonest(met.forms[side, row]), side,
                int(counts[row, side]), int(table.frequencies[row] - counts[row, side]),
                met.documents[side, row], round(float(scores[row, side]), 4),
            )
            for row in np.flatnonzero(scores[:, side] > 0).tolist()
        ]  # fmt: skip
    parts = cut.names[: scores.shape[1]]
    sizes = [
        len(np.unique(corpus.document[corpus.word & (cut.part == side)]))
        for side in range(len(parts))
    ]
    return cloud_of(measure, f"{table.unit}_{which}", parts, sizes, words)


class _Met(NamedTuple):
    """By part and row of a table: in which forms a unit was met, how often, in how many texts."""

    forms: dict[tuple[int, int], Counter[str]]
    documents: Counter[tuple[int, int]]


def _met(corpus: Corpus, cut: Partition, table: LexicalTable, which: Which) -> _Met:
    column, names = unit_column(corpus, table.unit)
    to_lower, spelled = corpus.lower
    rows = {name: row for row, name in enumerate(table.units)}
    row_of = np.array([rows.get(name, OUTSIDE) for name in names], dtype=np.int32)
    chosen = np.flatnonzero(counted(corpus, table.unit, which) & (cut.part >= 0))
    side, row = cut.part[chosen], row_of[column[chosen]]
    forms: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    written = np.stack([side, row, to_lower[corpus.form[chosen]]])
    found, times = np.unique(written, axis=1, return_counts=True)
    for (part, unit, form), number in zip(found.T.tolist(), times.tolist(), strict=True):
        name = table.units[unit]
        # Of a compound only its first word is at this place.
        forms[part, unit][name if " " in name else spelled[form]] += number
    held = np.unique(np.stack([side, row, corpus.document[chosen]]), axis=1)
    return _Met(forms, Counter((part, unit) for part, unit, _ in held.T.tolist()))


def cloud_source(
    corpus: Corpus, campaigns: Iterable[Campaign], where: Sequence[str] = ()
) -> Source:
    """What a cloud of a corpus is drawn from: its campaigns, councils, pages, days of capture.

    ``where`` are the conditions that cut the corpus down to what it is.
    """
    texts = [corpus.texts[document] for document in np.unique(corpus.document).tolist()]
    wanted = {(text.campaign, text.id) for text in texts}
    days: set[str] = set()
    for campaign in campaigns:
        for document in Shelf(campaign.corpus / "documents.jsonl").documents():
            if (campaign.name, document.id) in wanted:
                days.add(document.capture.captured_at[:10])
    known = sorted(days - {""}) or [""]
    names = sorted({text.campaign for text in texts})
    councils = len({text.council for text in texts})
    return Source(names, councils, len(texts), known[0], known[-1], where)


def written_kind(path: Path) -> str:
    """Svg or png, as the file's ending says; raises InputError for another."""
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise InputError(f"{path}: a cloud is written as .svg or .png; give --out FILE.svg")
    return kind[1:]


def write_cloud(path: Path, cloud: Cloud, title: str, source: Source, language: str = "fr") -> Path:
    """Write a cloud as SVG or PNG, as the file's ending says, and its table beside it, as CSV.

    Returns the table's path. Raises InputError for another ending, or where a file cannot be
    written.
    """
    kind = written_kind(path)
    buffer = BytesIO()
    plate(cloud, title, source, Wording(language)).savefig(buffer, format=kind)
    table = path.with_suffix(".csv")
    header, *rows = cloud.table()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, buffer.getvalue())
        write_whole(table, csv_bytes(map(str, header), rows))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return table
