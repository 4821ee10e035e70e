"""Councils matched across the map: which of then became which of now, and by what."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from corpora import BUNDLED
from crawler.sources import Source
from nlp.coding.labels import fold

# "Conseil régional d'Alsace", "Région Bretagne", "Collectivité territoriale de Corse" → the place.
_BODY = re.compile(
    r"^(?:le |la )?(?:conseils? (?:regional|general|departemental|regionaux)|region|departement|"
    r"collectivite(?: territoriale| europeenne)?)\b(?: (?:de la|de l'|des|du|de|d'))? ?"
)


@dataclass(frozen=True)
class CouncilPair:
    """The councils of then (none, one, or several that merged) that are one council of now.

    ``now`` is empty for a council that only the earlier campaign has. ``rule`` says by what they
    were matched: former (names that the sources give), map_2016 (the bundled table), name, or none.
    """

    then: tuple[str, ...]
    now: str
    rule: str

    @property
    def name(self) -> str:
        """The name to show: that of now, else that of then."""
        return self.now or self.then[0]

    @property
    def panel(self) -> str:
        """Where the pair stands: both years (matched), or one of them (then_only, now_only)."""
        if not self.now:
            return "then_only"
        return "matched" if self.then else "now_only"


def place_of(name: str) -> str:
    """The territory that a council's name holds, folded: "Conseil régional d'Alsace" → alsace."""
    plain = " ".join(re.split(r"[\s\-]+", fold(name)))
    return _BODY.sub("", plain).removeprefix("la ").strip() or plain


def match_councils(
    before: Iterable[str],
    after: Iterable[str],
    before_sources: Iterable[Source] = (),
    after_sources: Iterable[Source] = (),
) -> tuple[CouncilPair, ...]:
    """Every council of both campaigns in one pair, by name of now, then those of then alone.

    A council of then belongs to one of now: to the one whose source calls it ``former``, else the
    one that the map of 2016 names, else the one of the same name or alias.
    """
    old = {name: _names(name, before_sources) for name in sorted(set(before) - {""})}
    new = {name: _names(name, after_sources) for name in sorted(set(after) - {""})}
    former = {s.name: frozenset(place_of(f) for f in s.former) for s in after_sources}
    mapped = {name: frozenset(_map_2016(names)) for name, names in new.items()}
    found: dict[str, tuple[str, str]] = {}
    steps: Sequence[tuple[str, Mapping[str, frozenset[str]]]] = (
        ("former", former),
        ("map_2016", mapped),
        ("name", new),
    )
    for rule, wanted in steps:
        for now in new:
            for then, names in old.items():
                if then not in found and names & wanted.get(now, frozenset()):
                    found[then] = (now, rule)
    pairs = []
    for now in new:
        own = sorted(then for then, (target, _) in found.items() if target == now)
        rules = sorted({rule for target, rule in found.values() if target == now})
        pairs.append(CouncilPair(tuple(own), now, "+".join(rules) or "none"))
    pairs += [CouncilPair((then,), "", "none") for then in old if then not in found]
    return tuple(pairs)


def _names(name: str, sources: Iterable[Source]) -> frozenset[str]:
    """The folded names of the places that a council goes by."""
    own = next((source for source in sources if source.name == name), None)
    others = (own.territory, *own.aliases) if own else ()
    return frozenset(place_of(one) for one in (name, *others))


def _map_2016(names: frozenset[str]) -> Iterable[str]:
    """The regions of 2014, folded, that became the region of these names and were called else."""
    return (then for then, now in _table() if now in names and then != now)


@cache
def _table() -> tuple[tuple[str, str], ...]:
    with (BUNDLED / "reference" / "councils-2016.csv").open(encoding="utf-8") as file:
        return tuple(
            (place_of(row["region_2014"]), place_of(row["region_2016"]))
            for row in csv.DictReader(file)
        )
