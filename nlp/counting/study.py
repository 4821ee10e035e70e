"""The study's figures: what it published, and the same counted on a campaign."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpora import BUNDLED
from corpora.schema import DataFile
from nlp.coding.references import Authority, Call, Coding

STUDY_2014 = BUNDLED / "reference" / "study-2014.yml"


@dataclass(frozen=True)
class Published:
    """A figure of the study; ``value`` and ``of`` are None where it published none.

    ``label`` and ``definition`` (how it is counted here) are by language: fr, en.
    """

    id: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    value: int | None
    of: int | None


@dataclass(frozen=True)
class Measured:
    """A figure counted on a campaign: ``value`` out of ``of`` (None where it is no share).

    ``authorities`` and ``call_ids`` are those counted, ``reference_ids`` the passages it rests on.
    ``to_check`` is how many decisions to check lie behind it: fields of calls or councils that it
    counts by, whichever way they were decided, and calls of which no page is surely a call.
    """

    published: Published
    value: int
    of: int | None
    authorities: tuple[str, ...]
    call_ids: tuple[str, ...]
    reference_ids: tuple[str, ...]
    to_check: int


@dataclass(frozen=True)
class _Councils:
    """A figure that counts councils by a field; ``shown_by`` are the keys of its evidence."""

    field: str
    shown_by: tuple[str, ...]
    counted: Callable[[Authority], bool]


@dataclass(frozen=True)
class _Calls:
    """A figure that counts current calls for international solidarity."""

    field: str
    counted: Callable[[Call], bool]
    share: bool = True


_FIGURES: Mapping[str, _Councils | _Calls | None] = {
    "councils_announcing": _Councils(
        "announces_spillovers", ("announces_spillovers",), lambda a: a.announces_spillovers
    ),
    "councils_economic": _Councils("nature", ("economic",), lambda a: a.nature == "economic"),
    "councils_sociocultural": _Councils(
        "nature", ("sociocultural",), lambda a: a.nature == "sociocultural"
    ),
    "councils_both_natures": _Councils(
        "nature", ("economic", "sociocultural"), lambda a: a.nature == "both"
    ),
    "councils_institution": _Councils("institution", ("institution",), lambda a: a.institution),
    "councils_with_international_call": None,
    "solidarity_calls": _Calls("international_solidarity", lambda _: True, share=False),
    "calls_without_france_action": _Calls(
        "france_actions", lambda c: c.france_actions not in {"required", "encouraged"}
    ),
    "calls_with_france_action": _Calls(
        "france_actions", lambda c: c.france_actions in {"required", "encouraged"}
    ),
    "calls_without_location": _Calls(
        "applicant_location", lambda c: c.applicant_location != "required"
    ),
}


def read_published(path: Path = STUDY_2014) -> tuple[Published, ...]:
    """The published figures of a file. Raises InputError naming file, line and reason."""
    file = DataFile(path, "published")
    for index, entry in enumerate(file.content["figures"]):
        if entry["id"] not in _FIGURES:
            known = ", ".join(sorted(_FIGURES))
            reason = f"{entry['id']!r} is no figure counted here (known: {known})"
            raise file.error(["figures", index, "id"], reason)
    return tuple(
        Published(
            entry["id"], entry["label"], entry["definition"], entry.get("value"), entry.get("of")
        )
        for entry in file.content["figures"]
    )


def solidarity_calls(coding: Coding) -> tuple[Call, ...]:
    """The current calls for international solidarity, by authority, title and id."""
    chosen = (c for c in coding.calls if c.international_solidarity and not c.superseded)
    return tuple(sorted(chosen, key=lambda c: (c.authority, c.title, c.call_id)))


def measure(
    coding: Coding, councils: Collection[str], published: Collection[Published]
) -> tuple[Measured, ...]:
    """Every published figure counted on ``coding``, in the order given.

    ``councils`` are the names of all councils of the campaign, those without any page included: a
    share of councils is out of their number.
    """
    return tuple(_measure(coding, len(set(councils)), figure) for figure in published)


def _measure(coding: Coding, councils: int, figure: Published) -> Measured:
    rule = _FIGURES[figure.id]
    if isinstance(rule, _Councils):
        found = [authority for authority in coding.authorities if rule.counted(authority)]
        return Measured(
            figure,
            value=len(found),
            of=councils,
            authorities=tuple(sorted(a.authority for a in found)),
            call_ids=(),
            reference_ids=_evidence(found, *rule.shown_by),
            to_check=sum(rule.field in authority.to_check for authority in coding.authorities),
        )
    if rule is None:
        # Several calls of one council make one council: what is counted are the authorities.
        calls = [
            call
            for call in coding.calls
            if (call.international or call.international_solidarity) and not call.superseded
        ]
        return _of_calls(
            figure,
            calls,
            "international",
            len({c.authority for c in calls}),
            councils,
            _doubts(coding, "international"),
        )
    current = solidarity_calls(coding)
    calls = [call for call in current if rule.counted(call)]
    return _of_calls(
        figure,
        calls,
        rule.field,
        len(calls),
        len(current) if rule.share else None,
        _doubts(coding, "international_solidarity", rule.field),
    )


def _of_calls(
    figure: Published,
    calls: Collection[Call],
    field: str,
    value: int,
    of: int | None,
    to_check: int,
) -> Measured:
    return Measured(
        figure,
        value,
        of,
        authorities=tuple(sorted({call.authority for call in calls})),
        call_ids=tuple(sorted(call.call_id for call in calls)),
        reference_ids=_evidence(calls, field),
        to_check=to_check,
    )


def _doubts(coding: Coding, scope: str, *fields: str) -> int:
    """Decisions to check in current calls that are, or may be, in ``scope``: it, and ``fields``."""
    calls = [
        call
        for call in coding.calls
        if not call.superseded and (getattr(call, scope) or scope in call.to_check)
    ]
    surely = {id_ for id_, kind in coding.kinds.items() if kind.kind == "call" and kind.certain}
    return sum(
        surely.isdisjoint(call.document_ids)
        + sum(field in call.to_check for field in {scope, *fields})
        for call in calls
    )


def _evidence(decided: Collection[Authority] | Collection[Call], *fields: str) -> tuple[str, ...]:
    return tuple(
        sorted({ref for one in decided for field in fields for ref in one.evidence.get(field, ())})
    )
