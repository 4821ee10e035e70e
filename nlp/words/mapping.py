"""The map of a vocabulary: correspondence analysis of the parts of a corpus and their words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.reporting.pictures.drawing import Drawing
from nlp.reporting.wording import Wording
from nlp.words.captions import key_label, labels, part_label, source_of
from nlp.words.corpus import Corpus
from nlp.words.counting import Unit, Which, lexical_table
from nlp.words.maps.correspondence import Correspondence, Profiles, correspondence
from nlp.words.maps.drawing import MapCaptions, factor_map
from nlp.words.partition import Partition

AXES = 2
LEAST_FREQUENCY = 5


@dataclass(frozen=True, eq=False)
class VocabularyMap:
    """Parts × words analysed, with their names, as a table and ready to be drawn.

    ``frame`` has a row for each part and each word: kind (part or word), name, shown, frequency,
    mass, and per axis coordinate_1, contribution_1, cos2_1, ….
    """

    by: str
    analysed: Correspondence
    parts: tuple[str, ...]
    words: tuple[str, ...]
    frame: polars.DataFrame

    def drawing(self, corpus: Corpus, language: str = "fr") -> Drawing:
        """The picture of this map of ``corpus``, in the reader's language."""
        said, by = labels(language, "map"), key_label(corpus, self.by, language)
        wording = Wording(language)
        names = [
            said["axis"].format(number=number, share=wording.rate(round(100 * share, 1)))
            for number, share in enumerate(self.analysed.shares[:AXES].tolist(), 1)
        ]
        captions = MapCaptions(
            language=language,
            title=said["title"].format(by=by),
            axes=(names[0], names[1]) if len(names) > 1 else ("", ""),
            parts=said["parts"].format(by=by),
            words=said["words"],
            note=said["note"],
            unnamed=said["unnamed"],
            source=source_of(corpus, language),
            alt=said["alt"],
        )
        parts = [part_label(corpus, self.by, name, language) for name in self.parts]
        return factor_map(self.analysed, parts, self.words, captions)


def vocabulary_map(
    corpus: Corpus,
    cut: Partition,
    *,
    unit: Unit = "lemma",
    which: Which = "content",
    least: int = LEAST_FREQUENCY,
    axes: int = AXES,
) -> VocabularyMap:
    """Correspondence analysis of the parts and the words met ``least`` times or more.

    Raises InputError where too few words are met so often, or a part holds none of them.
    """
    table = lexical_table(corpus, cut, unit, which)
    rows = table.least(least)
    counts = table.counts[rows].T.tocsr()
    sizes = np.asarray(counts.sum(axis=1)).ravel()
    if len(rows) < 2 or not sizes.all():
        raise InputError(
            f"map: too few words stand {least} times or more in every part; ask for fewer "
            "(--least), or for larger parts"
        )
    analysed = correspondence(counts, axes)
    words = tuple(table.units[row] for row in rows)
    shown = tuple(table.shown[row] for row in rows)
    frame = polars.concat(
        [
            _points("part", table.parts, table.parts, sizes, analysed.rows),
            _points("word", words, shown, table.frequencies[rows], analysed.columns),
        ]
    )
    return VocabularyMap(cut.by, analysed, table.parts, shown, frame)


def _points(
    kind: str,
    names: Sequence[str],
    shown: Sequence[str],
    frequencies: NDArray[np.int64],
    cloud: Profiles,
) -> polars.DataFrame:
    axes: dict[str, NDArray[np.float64]] = {}
    for axis in range(cloud.coordinates.shape[1]):
        axes[f"coordinate_{axis + 1}"] = cloud.coordinates[:, axis]
        axes[f"contribution_{axis + 1}"] = cloud.contributions[:, axis]
        axes[f"cos2_{axis + 1}"] = cloud.cos2[:, axis]
    head = {"kind": [kind] * len(names), "name": list(names), "shown": list(shown)}
    return polars.DataFrame(
        {**head, "frequency": frequencies.astype(np.int64), "mass": cloud.masses, **axes}
    )
