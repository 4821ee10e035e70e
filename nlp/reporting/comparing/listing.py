"""Which comparisons a campaign has, whether they are still right, and the page that lists them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.campaign import Campaign, write_whole
from nlp.comparing.comparison import Comparison
from nlp.reporting.comparing.labels import CompareWording
from nlp.reporting.comparing.overview import FOLLOWED
from nlp.reporting.comparing.places import LIST, main_language, read_json
from nlp.reporting.pages.places import COMPARISONS
from nlp.reporting.site import Site, open_report

_COUNTED = {
    "pairs": "pair_count",
    "changes": "changed_count",
    "gone": "gone_count",
    "new": "new_count",
    "not_captured": "missed_count",
}
MADE = "comparison.json"
"""Beside a comparison's tables: what it was made from, and its headline."""


@dataclass(frozen=True)
class Listed:
    """A comparison on the list.

    ``stale`` says why it is out of date: stale_after, stale_before (analysed again since),
    gone_before (its results are not there any more), or empty.
    """

    before: str
    after: str
    stale: str
    counts: Mapping[str, int]


def write_made(comparison: Comparison, after: Campaign) -> Path:
    """Write down what a comparison was made from; the file."""
    before = Campaign(comparison.before.name, after.home)
    statuses = Counter(call.status for call in comparison.calls)
    told = {
        "before": before.name,
        "after": after.name,
        "codebook": comparison.after.codebook,
        "made_from": {one.name: _made_from(one.outputs) for one in (before, after)},
        "counts": {
            "pairs": sum(statuses[status] for status in FOLLOWED),
            "changes": sum(len(call.changes) for call in comparison.calls),
            **{status: statuses[status] for status in ("gone", "new", "not_captured")},
        },
    }
    path = after.outputs / COMPARISONS / before.name / MADE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return path


def comparisons_of(outputs: Path) -> tuple[Listed, ...]:
    """The comparisons that a campaign's outputs hold, by name of the earlier campaign."""
    return tuple(
        _listed(path, outputs) for path in sorted((outputs / COMPARISONS).glob(f"*/{MADE}"))
    )


def write_comparisons(site: Site, outputs: Path) -> None:
    """Write the page that lists the comparisons of a campaign, in the site's language."""
    wording = CompareWording(site.wording.language)
    site.write(
        LIST,
        "compare/list.html.j2",
        words=wording,
        told=wording.told,
        comparisons=[_shown(one, wording) for one in comparisons_of(outputs)],
    )


def refresh(campaign: Campaign) -> tuple[str, ...]:
    """Write the lists anew on which a campaign stands; what is out of date now, a line each."""
    others = {
        path.parents[2]
        for path in (campaign.home / "outputs").glob(f"*/{COMPARISONS}/{campaign.name}/{MADE}")
    }
    stale: list[str] = []
    for outputs in sorted({campaign.outputs, *others}):
        listed = [
            one for one in comparisons_of(outputs) if campaign.name in (one.before, one.after)
        ]
        if listed and (outputs / "report").is_dir():
            for site in open_report(outputs, outputs.name, {}, {}, main_language(outputs)):
                write_comparisons(site, outputs)
        stale += [
            f"the comparison of {one.before} and {one.after} is out of date: run "
            f"`aect compare {one.before} {one.after}`"
            for one in listed
            if one.stale
        ]
    return tuple(stale)


def _listed(path: Path, outputs: Path) -> Listed:
    told: Mapping[str, Any] = read_json(path)
    before, after = path.parent.name, outputs.name
    made_from, counted = (_mapping(told.get(name)) for name in ("made_from", "counts"))
    counts = {name: number for name, number in counted.items() if isinstance(number, int)}
    return Listed(before, after, next(_stale(before, after, made_from, outputs), ""), counts)


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _stale(before: str, after: str, made_from: Mapping[str, str], outputs: Path) -> Iterator[str]:
    earlier = outputs.parent / before
    if not (earlier / "tables").is_dir():
        yield "gone_before"
    elif _made_from(earlier) != made_from.get(before):
        yield "stale_before"
    if _made_from(outputs) != made_from.get(after):
        yield "stale_after"


def _made_from(outputs: Path) -> str:
    """The digest of all that a campaign's results depend on; empty while they are being made."""
    return str(read_json(outputs / "campaign.json").get("fingerprint", ""))


def _shown(one: Listed, wording: CompareWording) -> dict[str, str]:
    counts = {name: wording.count(one.counts.get(name, 0), noun) for name, noun in _COUNTED.items()}
    return {
        "href": f"{COMPARISONS}/{one.before}/index.html",
        "before": one.before,
        "stale": one.stale
        and wording.told(f"list.{one.stale}", before=one.before, after=one.after),
        "summary": wording.told("list.summary", **counts),
    }
