"""What each page of the sample really says; read by tests and ``aect evaluate`` alone."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html

from corpora.campaign import InputError
from corpora.sample.edition import Site, load_site
from corpora.sample.schema import checked


@dataclass(frozen=True)
class Spillover:
    """An announced spillover: its exact words and the page that has them."""

    path: str
    nature: str
    quote: str


@dataclass(frozen=True)
class PageTruth:
    """What kind of document the page or file at ``path`` is."""

    path: str
    kind: str


@dataclass(frozen=True)
class CallTruth:
    """What one edition of one call says; the fields are those of ``nlp.coding.references.Call``.

    ``solidarity`` stands for ``international_solidarity``; ``paths`` are the pages and files that
    make the call, copies included.
    """

    paths: tuple[str, ...]
    solidarity: bool
    international: bool
    edition: str
    superseded: bool
    applicant_location: str
    applicant_location_kinds: tuple[str, ...]
    applicant_location_quote: str
    france_actions: str
    france_action_kinds: tuple[str, ...]
    partner_operator: bool
    partner_countries: bool
    partner_countries_list: tuple[str, ...]
    partner_duration: str
    legal_status: tuple[str, ...]
    min_age: str
    cofunding_rate_max: float | None
    amount_max: float | None
    deadlines: tuple[str, ...]
    excluded_expenses: bool


@dataclass(frozen=True)
class CouncilTruth:
    """What one council announces, and all its pages and calls."""

    slug: str
    authority: str
    announces_spillovers: bool
    nature: str
    institution: bool
    precise: bool
    spillovers: tuple[Spillover, ...]
    pages: tuple[PageTruth, ...]
    calls: tuple[CallTruth, ...]


_UNSAID_OF_A_CALL: dict[str, Any] = {
    "superseded": False,
    "applicant_location_kinds": [],
    "applicant_location_quote": "",
    "france_action_kinds": [],
    "partner_operator": False,
    "partner_countries": False,
    "partner_countries_list": [],
    "partner_duration": "",
    "legal_status": [],
    "min_age": "",
    "cofunding_rate_max": None,
    "amount_max": None,
    "deadlines": [],
    "excluded_expenses": False,
}


def load_truth(edition: Path) -> tuple[CouncilTruth, ...]:
    """The truth of every council of an edition's folder, by slug.

    Raises InputError (file and reason) where a fragment is missing, malformed, speaks of a path
    that the council does not have, or has no kind for one that it has.
    """
    return tuple(_council(found.parent) for found in sorted(edition.glob("*/site.yml")))


def _council(folder: Path) -> CouncilTruth:
    file = folder / "truth.yml"
    if not file.exists():
        raise InputError(f"{file}: missing; every council of an edition has its truth beside it")
    fields = checked(file.read_text(encoding="utf-8"), "truth", file)
    truth = CouncilTruth(
        slug=folder.name,
        authority=fields["authority"],
        **fields["council"],
        spillovers=tuple(Spillover(**spillover) for spillover in fields.get("spillovers", ())),
        pages=tuple(PageTruth(**page) for page in fields["pages"]),
        calls=tuple(_call(call) for call in fields.get("calls", ())),
    )
    _check(truth, load_site(folder), file)
    return truth


def _call(stated: dict[str, Any]) -> CallTruth:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in (_UNSAID_OF_A_CALL | stated).items()
    }
    return CallTruth(**fields)


def _check(truth: CouncilTruth, site: Site, file: Path) -> None:
    if truth.authority != site.name:
        raise InputError(f"{file}: authority {truth.authority!r} is not the site's {site.name!r}")
    readable = {page.path for page in site.pages if page.status == 200}
    readable |= {document.path for document in site.files}
    told = [page.path for page in truth.pages]
    mentioned = set(told) | {spillover.path for spillover in truth.spillovers}
    mentioned |= {path for call in truth.calls for path in call.paths}
    for path in sorted(mentioned - readable):
        raise InputError(f"{file}: the council has no page or file {path}")
    for path in sorted(readable - set(told)):
        raise InputError(f"{file}: no kind is given for {path}")
    for path in sorted({path for path in told if told.count(path) > 1}):
        raise InputError(f"{file}: two kinds are given for {path}")


def source_text(site: Site, path: str) -> str:
    """The words that were authored for ``path``, title first, white space made single spaces."""
    for page in site.pages:
        if page.path == path:
            root = html.fragment_fromstring(page.body, create_parent="div")
            # A cell or item ends a word even where the markup leaves no space between the two.
            return " ".join(" ".join([page.title, *root.itertext()]).split())
    file = next(file for file in site.files if file.path == path)
    text = re.sub(r"(?m)^(#+|-) |\*\*|\|", " ", file.body)
    return " ".join(f"{file.title} {text}".split())
