"""The gazetteer: which places a text of a given authority names, and whose they are."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from corpora import BUNDLED
from crawler.sources import Source, load_sources
from nlp.coding.labels import Span, fold, term_pattern

# Names that are also common words or rivers: a place only when called one ("département du Nord").
_AMBIGUOUS = frozenset(
    fold(name)
    for name in (
        "Nord", "Manche", "Somme", "Centre", "Lot", "Cher", "Var", "Tours", "Nice", "Gap", "Landes",
        "Loire", "Creuse", "Vienne", "Orne", "Aisne", "Ain", "Marne", "Rhône", "Laval", "Valence",
    )  # fmt: skip
)
# "la Région X", "le Conseil régional de X": the authority; "en région X", "de la Région X": a place.
_ACTOR = re.compile(
    r"(?:(?:^|[^\w'])(?<!de )(?<!dans )(?<!sur )(?<!en )(?:la region|le departement)"
    r"|conseil (?:regional|general|departemental)) (?:de la |de l'|des |du |de |d')?$"
)
_CALLED_A_PLACE = r"(?:departements?|ville|dans) (?:de la |de l'|de |du |d'|le |la |l')?"


@dataclass(frozen=True)
class Place:
    """A French place; ``region`` and ``code`` are INSEE codes of the map of 2016, or empty."""

    name: str
    demonyms: tuple[str, ...]
    level: str
    region: str
    code: str = ""


@dataclass
class Territory:
    """What counts as home for one authority: compiled expressions over folded text."""

    own: re.Pattern[str] | None
    own_demonym: re.Pattern[str] | None
    other: re.Pattern[str]
    names: frozenset[str] = field(default_factory=frozenset)

    def spans(self, text: str, folded: str) -> list[Span]:
        """Labelled places: own, own_demonym, other_place, country and foreign (a country's people or
        adjective), these two with the country's name as value; own_council where the name is that of
        the authority that acts ("la Région Bretagne soutient")."""
        found = [
            Span(
                match.start(),
                match.end(),
                "own_council" if _ACTOR.search(folded, 0, match.start()) else "own",
            )
            for match in (self.own.finditer(folded) if self.own else ())
            if _capital(text, match.start(), match.end())
        ]
        found += [
            Span(match.start(), match.end(), "own_demonym")
            for match in (self.own_demonym.finditer(folded) if self.own_demonym else ())
        ]
        taken = [(span.start, span.end) for span in found]
        for match in self.other.finditer(folded):
            inside = any(s < match.end() and match.start() < e for s, e in taken)
            if not inside and _capital(text, match.start(), match.end()):
                found.append(Span(match.start(), match.end(), "other_place"))
        names, regex = _countries()
        for match in regex.finditer(folded):
            if _capital(text, match.start(), match.end()) and not any(
                s <= match.start() and match.end() <= e for s, e in taken
            ):
                found.append(Span(match.start(), match.end(), "country", names[match[0]]))
        return found + _foreign_spans(folded)


def _capital(text: str, start: int, end: int) -> bool:
    return any(character.isupper() for character in text[start:end])


@cache
def _countries() -> tuple[dict[str, str], re.Pattern[str]]:
    names: dict[str, str] = {}
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split("|")):
                if name:
                    names[fold(name)] = row["name"]
    alternatives = sorted(map(re.escape, names), key=lambda name: (-len(name), name))
    return names, re.compile(r"(?<![\w-])(?:" + "|".join(alternatives) + r")(?![\w-])")


def _foreign_spans(folded: str) -> list[Span]:
    countries, regex = _country_demonyms()
    return [
        Span(match.start(), match.end(), "foreign", countries[match.lastindex or 0])
        for match in regex.finditer(folded)
    ]


@cache
def _country_demonyms() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Country names by the number of the group that finds their demonyms."""
    countries, groups = [""], []
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["demonyms"]:
                countries.append(row["name"])
                groups.append("(" + "|".join(map(term_pattern, row["demonyms"].split("|"))) + ")")
    return tuple(countries), re.compile(r"(?<![\w-])(?:" + "|".join(groups) + r")(?!\w)")


@cache
def dac_recipients() -> tuple[str, ...]:
    """The countries on the DAC list of recipients, by everyday French name, sorted."""
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        return tuple(sorted(row["name"] for row in csv.DictReader(file) if row["dac"] == "true"))


@cache
def _places() -> tuple[Place, ...]:
    with (BUNDLED / "reference" / "places.csv").open(encoding="utf-8") as file:
        return tuple(
            Place(
                row["name"],
                tuple(filter(None, row["demonyms"].split("|"))),
                row["level"],
                row["region"],
                row["code"],
            )
            for row in csv.DictReader(file)
        )


def bundled_sources() -> tuple[Source, ...]:
    """The councils of both maps, 2016 first."""
    folder = BUNDLED / "sources"
    return tuple(
        source
        for name in ("regions-2016.yml", "regions-2014.yml")
        for source in load_sources(folder / name).sources
    )


class Gazetteer:
    """Finds the territory of an authority by its name."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """``sources`` are the campaign's own; the bundled councils are known besides."""
        self._sources = (*sources, *bundled_sources())

    @cache  # noqa: B019 - one gazetteer lives as long as the program
    def territory(self, authority: str) -> Territory:
        """The territory of the authority of that name; empty where nothing in the name is a place."""
        names, demonyms = self._home(authority)
        elsewhere = [
            name
            for source in self._sources
            for name in (source.territory, *source.former, *source.departments, *source.cities)
            if name not in names
        ]
        return Territory(
            _names_regex(names), _demonyms_regex(demonyms), _names_regex(elsewhere) or _NOTHING,
            frozenset(names),
        )  # fmt: skip

    def source(self, authority: str) -> Source | None:
        """The source whose name, alias or territory the authority's name holds."""
        folded = fold(authority)
        for source in self._sources:
            if folded in map(fold, (source.name, source.territory, *source.aliases)):
                return source
        holders = [s for s in self._sources if re.search(rf"\b{re.escape(fold(s.territory))}\b", folded)]
        return max(holders, key=lambda source: len(source.territory), default=None)

    def _home(self, authority: str) -> tuple[list[str], list[str]]:
        folded = fold(authority)
        smaller = [p for p in _places() if re.search(rf"(?<![\w-]){re.escape(fold(p.name))}(?![\w-])", folded)]
        source = self.source(authority)
        local = re.search(r"\b(?:ville|commune|metropole|agglomeration|departement|mairie)\b", folded)
        if source is None or (local and smaller):
            return [p.name for p in smaller], [d for p in smaller for d in p.demonyms]
        names = [source.territory, *source.former, *source.departments, *source.cities]
        inside = [p for p in _places() if p.name in source.departments or p.name in source.cities]
        demonyms = [*source.demonyms, *(d for p in inside for d in p.demonyms)]
        return names, demonyms


_NOTHING = re.compile(r"(?!)")


def _names_regex(names: Sequence[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    parts = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        pattern = r"[\s'\-]{1,2}".join(map(re.escape, re.split(r"[\s'-]+", fold(name))))
        parts.append(_CALLED_A_PLACE + pattern if fold(name) in _AMBIGUOUS else pattern)
    return re.compile(r"(?<![\w-])(?:" + "|".join(parts) + r")(?![\w]|-\w)")


def _demonyms_regex(demonyms: Sequence[str]) -> re.Pattern[str] | None:
    if not demonyms:
        return None
    ordered = sorted(set(demonyms), key=lambda word: (-len(word), word))
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(term_pattern, ordered)) + r")(?!\w)")
