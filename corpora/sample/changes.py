"""What became of an earlier edition's calls and spillovers; read by tests alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.campaign import InputError
from corpora.sample.edition import load_site
from corpora.sample.schema import checked

Told = str | float | tuple[str, ...] | None
"""A quote, a rate or amount, or dates."""


@dataclass(frozen=True)
class Place:
    """A call: its council's slug and the first of its paths."""

    council: str
    path: str


@dataclass(frozen=True)
class FieldTruth:
    """One coded field that changed, against which former council's call, and how.

    ``then`` and ``now`` are quotes of criteria, else values; empty or None where not stated.
    """

    council: str
    field: str
    type: str
    then: Told
    now: Told


@dataclass(frozen=True)
class CallChanges:
    """A call then (none: new; two: merged) and now (None: gone or not captured)."""

    then: tuple[Place, ...]
    now: Place | None
    status: str
    changes: tuple[FieldTruth, ...]


@dataclass(frozen=True)
class CouncilChanges:
    """All that changed at one council; ``former`` are slugs of the earlier edition."""

    council: str
    former: tuple[str, ...]
    nature_then: str
    nature_now: str
    calls: tuple[CallChanges, ...]


def load_changes(edition: Path, earlier: Path) -> tuple[CouncilChanges, ...]:
    """What changed at every council of ``edition`` since ``earlier``, by slug.

    Raises InputError (file and reason) where a fragment is missing, malformed, or speaks of a path
    or council that its edition does not have.
    """
    return tuple(_council(found.parent, earlier) for found in sorted(edition.glob("*/site.yml")))


def _council(folder: Path, earlier: Path) -> CouncilChanges:
    file = folder / "changes.yml"
    if not file.exists():
        raise InputError(f"{file}: missing; say what changed since {earlier.name}")
    fields = checked(file.read_text(encoding="utf-8"), "changes", file)
    if fields["council"] != folder.name:
        raise InputError(f"{file}: council {fields['council']!r} is not the folder's name")
    told = CouncilChanges(
        council=fields["council"],
        former=tuple(fields["former"]),
        nature_then=fields["spillovers"]["then"],
        nature_now=fields["spillovers"]["now"],
        calls=tuple(_call(call, folder.name, file) for call in fields["calls"]),
    )
    _check(told, folder, earlier, file)
    return told


def _call(stated: dict[str, Any], council: str, file: Path) -> CallChanges:
    then = tuple(Place(**place) for place in stated["then"])
    changes = []
    for change in stated["changes"]:
        if len(then) > 1 and "council" not in change:
            raise InputError(f"{file}: {stated['now']}: {change['field']}: say of which `council`")
        against = change.get("council", then[0].council if then else "")
        values = {key: _told(change[key]) for key in ("then", "now")}
        changes.append(FieldTruth(against, change["field"], change["type"], **values))
    now = Place(council, stated["now"]) if stated["now"] else None
    return CallChanges(then, now, stated["status"], tuple(changes))


def _told(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(told: CouncilChanges, folder: Path, earlier: Path, file: Path) -> None:
    paths = {slug: set(_paths(earlier / slug, file)) for slug in told.former}
    now = set(_paths(folder, file))
    for call in told.calls:
        for place in call.then:
            if place.path not in paths.get(place.council, ()):
                raise InputError(f"{file}: {place.council} of {earlier.name} has no {place.path}")
        if call.now and call.now.path not in now:
            raise InputError(f"{file}: no page or file has the path {call.now.path}")
        for change in call.changes:
            if change.council not in {place.council for place in call.then}:
                raise InputError(f"{file}: {change.field}: no call of {change.council!r} is named")


def _paths(folder: Path, file: Path) -> Iterator[str]:
    if not (folder / "site.yml").exists():
        raise InputError(f"{file}: there is no council {folder.name!r} in {folder.parent.name}")
    site = load_site(folder)
    yield from (page.path for page in site.pages if page.status == 200)
    yield from (document.path for document in site.files)
