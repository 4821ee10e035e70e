"""The gazetteer: which places a text of a given authority names, and whose they are."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from corpora import BUNDLED
from crawler.sources import Source, load_sources
from nlp.coding.labels import Span, by_length, fold
from nlp.coding.placenames import (
    REGION,
    demonym_expression,
    formed_demonym,
    literal,
    name_expression,
)
from nlp.coding.wordindex import Expression, WordIndex

# "la Région X", "le Conseil régional de X": the authority; "en région X", "de la Région X": a
# place.
_ACTOR = re.compile(
    r"(?:(?:^|[^\w'])(?<!de )(?<!dans )(?<!sur )(?<!en )(?:la region|le departement)"
    r"|conseil (?:regional|general|departemental)) (?:de la |de l'|des |du |de |d')?$"
)
_LEVELS = {
    "department": re.compile(r"\b(?:departement(?:al)?|conseil general)\b"),
    "city": re.compile(r"\b(?:ville|commune|communaute|metropole|agglomeration|mairie)\b"),
}
# "Ville de Cergy (presse)" → Cergy: what an authority that no list knows is called after.
_CALLED_AFTER = re.compile(
    r"(?:[Rr]égion|[Cc]onseil \w+|[Dd]épartement|[Vv]ille|[Cc]ommune|[Mm]airie|\w*[Mm]étropole"
    r"|[Cc]ommunauté (?:d['’]agglomération|urbaine|de communes)|[Cc]ollectivité)"
    r" (?:de la |de l['’]|des |du |de |d['’])?(?P<name>[A-ZÀ-Þ][\w'’ -]*\w)"
)
_COUNCIL = re.compile(
    r"\b(?:region|conseil (?:regional|general|departemental)|departement|collectivite|ville|mairie"
    r"|commune|metropole|agglomeration)\b"
)


@dataclass(frozen=True)
class Place:
    """A French place; ``region`` and ``code`` are INSEE codes of the map of 2016, or empty."""

    name: str
    demonyms: tuple[str, ...]
    level: str
    region: str
    code: str = ""


class Territory:
    """What counts as home for one authority.

    ``names`` are its places: none where it is at home nowhere. ``level`` is region, department or
    city: what "le département" means depends on who says it.
    """

    def __init__(
        self,
        names: Iterable[str],
        demonyms: Iterable[str],
        elsewhere: Iterable[str],
        *,
        at_home: bool,
        level: str = "region",
    ) -> None:
        self.names = frozenset(names)
        self.level = level
        # Whether "la région" can be its own: a ministry's is somebody else's; a council that no
        # source knows has one all the same.
        self.at_home = at_home
        self._countries, countries = _countries()
        self._peoples, peoples = _country_demonyms()
        # Of a town that no list knows, "saumurois" is formed from its name.
        formed = [] if demonyms else filter(None, map(formed_demonym, by_length(self.names)))
        self._index = WordIndex(
            (
                map(name_expression, by_length(self.names)),
                [*map(demonym_expression, by_length(demonyms)), *formed],
                map(name_expression, by_length(elsewhere)),
                countries,
                peoples,
            )
        )

    def spans(self, text: str, folded: str) -> list[Span]:
        """Labelled places: own, own_council, own_demonym, other_place, country, foreign.

        own_council is the name of the authority that acts ("la Région Bretagne soutient"); foreign
        is a country's people or adjective. It and country have the country's name as value.
        """
        found: list[Span] = []
        taken: list[tuple[int, int]] = []
        for sort, number, start, end in self._index.find(folded):
            if sort == _OWN_DEMONYM:
                if any(s <= start and end <= e for s, e in taken):
                    continue  # "la Lorraine" is no Lorraine woman
                found.append(Span(start, end, "own_demonym"))
                taken.append((start, end))
            elif sort == _FOREIGN:
                found.append(Span(start, end, "foreign", self._peoples[number]))
            elif not _capital(text, start, end):
                continue
            elif sort == _OWN:
                actor = _ACTOR.search(folded, 0, start)
                found.append(Span(start, end, "own_council" if actor else "own"))
                taken.append((start, end))
            elif sort == _OTHER:
                if not any(s < end and start < e for s, e in taken):
                    found.append(Span(start, end, "other_place"))
            elif not any(s <= start and end <= e for s, e in taken):
                found.append(Span(start, end, "country", self._countries[number]))
        return found


# The lists of a territory's index, in the order in which one gives way to another.
_OWN, _OWN_DEMONYM, _OTHER, _COUNTRY, _FOREIGN = range(5)


def _capital(text: str, start: int, end: int) -> bool:
    # An article does not count: "La réunion du comité" is no island.
    words = re.sub(r"^(?:la|le|les)\s", "", text[start:end], flags=re.IGNORECASE)
    return any(map(str.isupper, words))


@cache
def aid_recipients() -> frozenset[str]:
    """The countries on the DAC's list of recipients of official development assistance."""
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        return frozenset(row["name"] for row in csv.DictReader(file) if row["dac"] == "true")


@cache
def _countries() -> tuple[tuple[str, ...], tuple[Expression, ...]]:
    """Countries' names, and what finds each: an expression a written form, longest first."""
    names: dict[str, str] = {}
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split("|")):
                if name:
                    names[fold(name)] = row["name"]
    ordered = by_length(names)
    return tuple(names[name] for name in ordered), tuple(
        literal(re.escape(name), r"(?![\w-])", name) for name in ordered
    )


@cache
def _country_demonyms() -> tuple[tuple[str, ...], tuple[Expression, ...]]:
    """Countries' names, and what finds each: an expression a demonym."""
    countries, expressions = [], []
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for demonym in filter(None, row["demonyms"].split("|")):
                countries.append(row["name"])
                expressions.append(demonym_expression(demonym))
    return tuple(countries), tuple(expressions)


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


@cache
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

    # Documents come authority by authority, and a territory holds thousands of expressions.
    @lru_cache(maxsize=8)  # noqa: B019 - one gazetteer lives as long as the program
    def territory(self, authority: str) -> Territory:
        """The territory of the authority of that name.

        It is empty where nothing in the name is a place.
        """
        names, demonyms = self._home(authority)
        elsewhere = [
            name
            for source in self._sources
            for name in (source.territory, *source.former, *source.departments, *source.cities)
            if name not in names
        ]
        at_home = not authority or bool(names) or bool(_COUNCIL.search(fold(authority)))
        return Territory(names, demonyms, elsewhere, at_home=at_home, level=_level(authority))

    def source(self, authority: str) -> Source | None:
        """The source whose name, alias or territory the authority's name holds."""
        folded = fold(authority)
        for source in self._sources:
            if folded in map(fold, (source.name, source.territory, *source.aliases)):
                return source
        held = [
            (len(name), -place)
            for place, source in enumerate(self._sources)
            # A short name ("PACA") may stand for somebody else's place: "relais PACA".
            for name in (source.territory, *(a for a in source.aliases if " " in a))
            if _holds(folded, fold(name))
        ]
        return self._sources[-max(held)[1]] if held else None

    def _home(self, authority: str) -> tuple[list[str], list[str]]:
        folded = fold(authority)
        smaller = [p for p in _places() if _holds(folded, fold(p.name))]
        source = self.source(authority)
        if source is None and not smaller:
            called_after = _CALLED_AFTER.search(authority)
            return [called_after["name"]] if called_after else [], []
        if source is None or (_level(authority) != "region" and smaller):
            return [p.name for p in smaller], [d for p in smaller for d in p.demonyms]
        # What a merged region's parts were called, and their people, are its own.
        parts = [source, *(s for s in self._sources if s.territory in source.former)]
        names = [
            name
            for part in parts
            for name in (part.territory, *part.departments, *part.cities, *_short_names(part))
        ]
        names.extend(source.former)
        inside = [place for place in _places() if place.name in names]
        demonyms = [d for part in parts for d in part.demonyms]
        return names, [*demonyms, *(d for place in inside for d in place.demonyms)]


def _short_names(source: Source) -> list[str]:
    """Names of a council that are a place: "PACA", and "Sud" where it is called a region."""
    full = (source.territory, *source.former)
    return [
        alias
        for alias in source.aliases
        if not _COUNCIL.match(fold(alias))
        or (alias.startswith(REGION) and alias.removeprefix(REGION) not in full)
    ]


def _level(authority: str) -> str:
    folded = fold(authority)
    return next((level for level, word in _LEVELS.items() if word.search(folded)), "region")


def _holds(folded: str, name: str) -> bool:
    # Most names are not even part of the text: no expression is compiled for them.
    return (
        name in folded and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", folded) is not None
    )
