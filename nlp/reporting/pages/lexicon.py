"""The words of the campaign: the commonest, the lexical families, what is specific to a council."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path

from nlp.coding.references import Coding

_FREQUENT = 40
_SPECIFIC = 12
# Below one chance in twenty a word is no more than banal in its part (log10 of 0.05).
_LEAST_SPECIFICITY = 1.3


@dataclass(frozen=True)
class FamilyCell:
    """What a council says of a family at one place: occurrences, and per thousand words."""

    family: str
    place: str
    occurrences: int
    rate: float


@dataclass(frozen=True)
class SpecificWord:
    """A word over-used by a council: ``count`` there of ``total``; ``score`` is Lafon's."""

    form: str
    count: int
    total: int
    score: float


def frequent_words(coding: Coding, most: int = _FREQUENT) -> list[tuple[str, int]]:
    """The ``most`` commonest lemmas in their commonest written form, with their numbers."""
    total: Counter[str] = Counter()
    for counts in coding.lemmas.values():
        total.update(counts)
    ordered = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [(coding.forms.get(lemma, lemma), number) for lemma, number in ordered]


def families(tables: Path) -> dict[str, list[FamilyCell]]:
    """The cells of ``families.csv`` by council, in the file's order; empty where it is not there.

    A council whose cells are all 0 has them too.
    """
    found: dict[str, list[FamilyCell]] = {}
    for row in _rows(tables / "families.csv"):
        cell = FamilyCell(
            row["family"], row["place"], int(row["occurrences"]), float(row["per_1000_words"])
        )
        found.setdefault(row["authority"], []).append(cell)
    return found


def specific_words(tables: Path) -> dict[str, list[SpecificWord]]:
    """The most specific words of ``specificities.csv`` by council; empty where it is not there."""
    found: dict[str, list[tuple[float, str, SpecificWord]]] = {}
    for row in _rows(tables / "specificities.csv"):
        score = float(row["specificity"])
        if score >= _LEAST_SPECIFICITY:
            word = SpecificWord(row["form"], int(row["f"]), int(row["F"]), score)
            found.setdefault(row["part"], []).append((score, row["lemma"], word))
    return {
        council: [word for _, _, word in nlargest(_SPECIFIC, words, key=lambda w: w[:2])]
        for council, words in sorted(found.items())
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
