"""References → decisions: what a call asks, what a council announces, by rules that can be read.

Only references at or above their code's threshold decide. Where one of the others would decide
differently, the decision is "to check".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from nlp.coding.gazetteer import aid_recipients
from nlp.coding.measures import in_days
from nlp.coding.references import Authority, Call, CallGroup, Kind, Reference
from nlp.reading.documents import Document

_NATURES = {
    "spillover.territory.economic": "economic",
    "spillover.territory.sociocultural": "sociocultural",
}
_INSTITUTION = "spillover.institution"
# Of several passages that say the same, another being the surest changes no decision.
_NO_DECISIONS = frozenset({"applicant_location_quote", "evidence", "to_check"})

_Decided = TypeVar("_Decided", Call, Authority)


@dataclass(frozen=True)
class Themes:
    """What a call is about: linked to the international, for international solidarity.

    ``uncounted``: what it says at its head is of firms abroad or of culture abroad, which the study
    does not count.
    """

    international: bool
    solidarity: bool
    uncounted: bool = False


class _Found:
    """References that decide, by code, best first.

    ``evidence`` notes which references each field of a decision rests on.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        self._by_code: defaultdict[str, list[Reference]] = defaultdict(list)
        for reference in references:
            self._by_code[reference.code].append(reference)
        for found in self._by_code.values():
            found.sort(key=lambda r: (-r.score, r.document_id, r.start))
        self.evidence: dict[str, tuple[str, ...]] = {}

    def take(self, field: str, code: str, *values: str) -> list[Reference]:
        """The references of a code (of these values, if any are given), noted as evidence."""
        found = [r for r in self._by_code[code] if not values or r.value in values]
        if found:
            self.evidence[field] = tuple(reference.id for reference in found)
        return found


def decide_call(group: CallGroup, references: Iterable[Reference], themes: Themes) -> Call:
    """Decide every criterion of a call from the references of its documents.

    Of several forces the stronger wins (required over preferred or encouraged); of several rates or
    ceilings the highest of those found with nearly the best score (a passage that says it outright
    outweighs one that only names a figure); of several durations and ages likewise the shortest,
    since all are minima. A call that asks for a partner in countries which all receive aid is for
    international solidarity, whatever it calls itself.
    """
    return _with_doubts(references, lambda certain: _call(group, certain, themes))


def _call(group: CallGroup, certain: Iterable[Reference], themes: Themes) -> Call:
    found = _Found(certain)
    location = _strongest(found, "applicant_location", "applicant.location", "preferred")
    france = _strongest(found, "france_actions", "france.actions", "encouraged")
    countries = found.take("partner_countries", "partner.countries")
    left_out = found.take("partner_countries_list", "partner.excluded_countries")
    rates = [float(r.value) for r in _surest(found.take("cofunding_rate_max", "funding.rate_max"))]
    amounts = [float(r.value) for r in _surest(found.take("amount_max", "funding.amount_max"))]
    operator = bool(found.take("partner_operator", "partner.operator"))
    named = _countries(countries, left_out)
    # It may never name what it is for: "des projets conçus avec les villages de Madagascar".
    in_the_south = bool(operator and named) and aid_recipients().issuperset(named)
    in_the_south = in_the_south and not themes.uncounted
    return Call(
        call_id=group.id,
        authority=group.authority,
        title=group.title,
        edition=group.edition,
        superseded=group.superseded,
        document_ids=group.document_ids,
        urls=group.urls,
        applicant_location=location[0].value if location else "not_stated",
        applicant_location_kinds=_tags(location, "unspecified"),
        applicant_location_quote=location[0].quote if location else "",
        france_actions=france[0].value if france else "not_stated",
        france_action_kinds=_tags(france),
        partner_operator=operator,
        partner_countries=bool(countries),
        partner_countries_list=named,
        partner_duration=_shortest(found.take("partner_duration", "partner.duration")),
        legal_status=_tags(found.take("legal_status", "applicant.legal_status")),
        min_age=_shortest(found.take("min_age", "applicant.min_age")),
        cofunding_rate_max=max((rate for rate in rates if rate <= 100), default=None),
        amount_max=max(amounts, default=None),
        deadlines=_dates(found.take("deadlines", "call.deadline")),
        excluded_expenses=bool(found.take("excluded_expenses", "funding.excluded_expenses")),
        # A page taken for a call that asks for nothing is shown, but counts in no figure.
        international_solidarity=(themes.solidarity or in_the_south) and bool(found.evidence),
        international=(themes.international or in_the_south) and bool(found.evidence),
        evidence=found.evidence,
    )


def decide_authority(
    name: str,
    documents: Sequence[Document],
    kinds: Mapping[str, Kind],
    references: Iterable[Reference],
    calls: Iterable[Call],
) -> Authority:
    """Decide what a council announces, from its international pages and calls.

    A call that has nothing to do with the international announces no spillover of international
    action, whatever it promises (jobs, firms): its passages do not count.
    """
    calls = [call for call in calls if call.authority == name]
    speaking = {d.id for d in documents if kinds[d.id].kind == "international_page"}
    speaking.update(d for call in calls if call.international for d in call.document_ids)
    own = [r for r in references if r.authority == name and r.document_id in speaking]
    current = sum(call.international_solidarity and not call.superseded for call in calls)
    read = sum(d.authority == name and not d.duplicate_of for d in documents)
    return _with_doubts(own, lambda certain: _authority(name, certain, current, read))


def _authority(name: str, certain: Iterable[Reference], calls: int, pages_read: int) -> Authority:
    found = _Found(certain)
    natures = {
        nature: found.take(nature, code, "announced") for code, nature in sorted(_NATURES.items())
    }
    institution = found.take("institution", _INSTITUTION, "announced")
    announced = [nature for nature, passages in natures.items() if passages]
    everything = [*institution, *(r for passages in natures.values() for r in passages)]
    precise = [reference for reference in everything if "precise" in reference.tags]
    if everything:
        found.evidence["announces_spillovers"] = tuple(r.id for r in everything)
    if precise:
        found.evidence["precise"] = tuple(reference.id for reference in precise)
    return Authority(
        authority=name,
        announces_spillovers=bool(everything),
        nature="both" if len(announced) > 1 else (announced or ["none"])[0],
        institution=bool(institution),
        precise=bool(precise),
        calls=calls,
        pages_read=pages_read,
        evidence=found.evidence,
    )


def _with_doubts(
    references: Iterable[Reference], decide: Callable[[Iterable[Reference]], _Decided]
) -> _Decided:
    """What the certain references decide, with the fields that one more of the others would change.

    It is taken as a person would accept it: as surely as the surest of its code.
    """
    ordered = sorted(references, key=lambda r: (-r.score, r.document_id, r.start, r.id))
    certain: list[Reference] = [reference for reference in ordered if reference.certain]
    decided = decide(certain)
    best = {reference.code: reference.score for reference in reversed(certain)}
    changed: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
    to_check: defaultdict[str, list[str]] = defaultdict(list)
    for reference in ordered:
        if reference.certain:
            continue
        said = (reference.code, reference.value, reference.tags)
        if said not in changed:
            sure = max(reference.score, best.get(reference.code, 0.0))
            accepted = replace(reference, certain=True, score=sure)
            changed[said] = _differing(decided, decide([*certain, accepted]))
        for name in changed[said]:
            to_check[name].append(reference.id)
    return replace(decided, to_check={name: tuple(ids) for name, ids in sorted(to_check.items())})


def _differing(one: _Decided, other: _Decided) -> tuple[str, ...]:
    names = [field.name for field in fields(one) if field.name not in _NO_DECISIONS]
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _strongest(found: _Found, field: str, code: str, weaker: str) -> list[Reference]:
    return found.take(field, code, "required") or found.take(field, code, weaker)


def _tags(references: Iterable[Reference], default: str = "") -> tuple[str, ...]:
    tags = {tag for reference in references for tag in reference.tags}
    return tuple(sorted(tags - {default})) or tuple(sorted(tags))


def _surest(references: Sequence[Reference]) -> list[Reference]:
    """Those within 0.2 of the best score; ``references`` come best first."""
    return [r for r in references if r.value and r.score >= references[0].score - 0.2]


def _shortest(references: Sequence[Reference]) -> str:
    return min((r.value for r in _surest(references)), key=in_days, default="")


def _dates(references: Iterable[Reference]) -> tuple[str, ...]:
    """Sorted dates; one whose year was inferred gives way to the same date with its year stated."""
    dates = {reference.value for reference in references}
    return tuple(sorted(d for d in dates if not (d.endswith("?") and d[:-1] in dates)))


def _countries(eligible: Iterable[Reference], left_out: Iterable[Reference]) -> tuple[str, ...]:
    """The eligible countries by name, those that are left out taken away.

    "dac" stands for every recipient of aid; "defined" names none.
    """
    named = _names(eligible)
    if "dac" in named:
        named |= aid_recipients()
    return tuple(sorted(named - {"dac", "defined", ""} - _names(left_out)))


def _names(references: Iterable[Reference]) -> set[str]:
    return {name for reference in references for name in reference.value.split("|")}
