"""Gold: what careful readers found, in the project's own words, whatever file it comes from."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpora.campaign import InputError
from corpora.sample.truth import CallTruth, load_truth

_LABELS = (
    "page_kind", "applicant_location", "applicant_location_kinds", "france_actions",
    "france_action_kinds", "partner_operator", "partner_countries", "partner_duration_stated",
    "min_age", "cofunding_rate_max", "amount_max", "deadlines", "excluded_expenses",
    "international_solidarity", "announces", "economic", "sociocultural", "institution",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One text, page or call as the gold judges it.

    ``urls`` and ``title`` say how to find it among a campaign's documents (by URL, or the last part
    of one, or by title); ``labels`` holds only fields that were decided: a field that is absent
    does not count, None or an empty value means "not stated".
    """

    key: str
    authority: str
    urls: tuple[str, ...]
    title: str
    labels: Mapping[str, Any]


def load_gold(path: Path, records: Path | None = None) -> list[Judged]:
    """Gold from a folder (an edition of the sample web) or from JSON Lines.

    A line has ``id`` or ``url``, perhaps ``authority`` and ``title``, and labels at the top or
    under ``labels``. ``records`` is a JSON list whose objects of the same ``id`` give title
    (``name``), URL (``origin_url``) and authority (``financers``). Raises InputError with file and
    line.
    """
    if path.is_dir():
        return list(_of_edition(path))
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error
    about = _records(records) if records else {}
    judged = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                fields = json.loads(line)
                judged.append(_of_line(fields, about.get(str(fields.get("id")), {})))
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise InputError(f"{path}:{number}: not a line of gold ({error})") from error
    return judged


def _records(path: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        return {str(record["id"]): record for record in json.loads(path.read_text("utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a JSON list of records with an id ({error})") from error


def _of_line(fields: Mapping[str, Any], record: Mapping[str, Any]) -> Judged:
    labels = fields.get("labels", fields)
    financers = record.get("financers") or [""]
    path = urlsplit(record.get("origin_url") or "").path
    if record and path in ("", "/"):
        path = f"/aides/{record.get('slug', '')}"
    # None means "undecided" for a field that readers choose from values, "not stated" for a number.
    undecided = {"cofunding_rate_max", "amount_max", "min_age"}
    return Judged(
        key=str(fields.get("id", fields.get("url"))),
        authority=fields.get("authority")
        or next((f for f in financers if "égion" in f), financers[0]),
        urls=tuple(filter(None, [fields.get("url", ""), path, str(fields.get("id", ""))])),
        title=fields.get("title") or record.get("name", ""),
        labels={
            name: labels[name]
            for name in _LABELS
            if name in labels and (labels[name] is not None or name in undecided)
        },
    )


def _of_edition(folder: Path) -> Iterator[Judged]:
    for council in load_truth(folder):
        site = f"http://{council.slug}.localhost"
        for page in council.pages:
            yield Judged(
                page.path, council.authority, (site + page.path,), "", {"page_kind": page.kind}
            )
        for call in council.calls:
            urls = tuple(site + path for path in call.paths)
            yield Judged(urls[0], council.authority, urls, "", _call_labels(call))
        labels = {
            "council_announces": council.announces_spillovers,
            "council_nature": council.nature,
            "council_institution": council.institution,
        }
        yield Judged(council.authority, council.authority, (), "", labels)


def _call_labels(call: CallTruth) -> dict[str, Any]:
    labels = {name: getattr(call, name) for name in _LABELS if hasattr(call, name)}
    return labels | {
        "partner_duration_stated": bool(call.partner_duration),
        "international_solidarity": call.solidarity,
    }


def plain(text: str) -> str:
    """A title or path made comparable: letters and digits in lower case, single spaces."""
    return re.sub(r"\W+", " ", text.lower()).strip()
