"""``datasette.json``: how Datasette shows the SQLite file (``datasette study.sqlite -m …``)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nlp.counting.database import sql_name
from nlp.counting.keys import LINKS
from nlp.counting.tables import Table
from nlp.exporting.wording import wording

_FACETS = {
    "documents": ["authority", "kind", "mime", "language", "kind_certain"],
    "references": ["code", "authority", "certain", "value"],
    "codes": ["unit"],
    "authorities": ["announces_spillovers", "nature"],
    "calls": [
        "authority", "edition", "applicant_location", "france_actions",
        "international_solidarity", "superseded",
    ],
    "families": ["family", "place", "authority"],
    "specificities": ["part"],
    "call_evidence": ["field"],
    "authority_evidence": ["field"],
}  # fmt: skip
_SORTED = {
    "codes": {"sort_desc": "references"},
    "families": {"sort_desc": "occurrences"},
    "specificities": {"sort_desc": "specificity"},
}
# What stands in a cell in place of the key that it holds.
_LABELS = {"documents": "title", "codes": "label", "calls": "title", "study": "label"}

# Where a word is said, with the page that says it.
_SEARCH = """\
select r.authority, d.title, c.label as code, r.quote, d.captured_at, d.url, r.certain
from references_fts
join "references" as r on r.rowid = references_fts.rowid
join documents as d using (document_id)
join codes as c on c.code = r.code
where references_fts match escape_fts(:{word})
order by r.authority, d.title, r.start"""


def metadata_bytes(tables: Sequence[Table], campaign: str, language: str) -> bytes:
    """Titles, explained tables and columns, facets, order and a search, in ``language``."""
    words = wording(language)
    shown = {table.name: _table(table, language) for table in tables}
    shown |= {link.name: _links(link.name, language) for link in LINKS}
    search = words["datasette"]["search"]
    metadata = {
        "title": words["package"]["title"].format(campaign=campaign),
        "description": words["package"]["about"],
        "source": f"aect, {campaign}",
        "databases": {
            "study": {
                "tables": shown,
                "queries": {
                    search["name"]: {
                        "title": search["title"],
                        "description": search["about"],
                        "sql": _SEARCH.format(word=search["word"]),
                    }
                },
            }
        },
    }
    return (json.dumps(metadata, ensure_ascii=False, indent=2) + "\n").encode()


def _table(table: Table, language: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "title": wording(language)["tables"][table.name],
        "description": table.about,
        "columns": {sql_name(column.name): column.about for column in table.columns},
        **_SORTED.get(table.name, {}),
    }
    if table.name in _FACETS:
        found["facets"] = _FACETS[table.name]
    if table.name in _LABELS:
        found["label_column"] = _LABELS[table.name]
    return found


def _links(name: str, language: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {"description": wording(language)["datasette"]["links"][name]}
    return found | ({"facets": _FACETS[name]} if name in _FACETS else {})
