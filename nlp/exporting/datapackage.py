"""``datapackage.json``: what every CSV holds, for whoever reads it by program.

Data Package version 2: it alone has a type for cells of several values, and readers of version 1
take a version 2 package for one of theirs.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.counting.keys import FOREIGN, KEYS
from nlp.counting.tables import SEPARATOR, Column, Table
from nlp.exporting.wording import wording

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {"text": "string"}

# Told, as readers that guess take the quotes in a council's name for its end.
_DIALECT = {
    "$schema": f"{_PROFILES}/tabledialect.json",
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}

_CALL_FIELD = ["required", "preferred", "encouraged", "not_stated"]
_VALUES = {
    ("documents", "kind"): ["call", "international_page", "organisation", "other"],
    ("authorities", "nature"): ["economic", "sociocultural", "both", "none"],
    ("calls", "applicant_location"): [v for v in _CALL_FIELD if v != "encouraged"],
    ("calls", "france_actions"): [v for v in _CALL_FIELD if v != "preferred"],
    ("codes", "unit"): ["call", "authority"],
    ("families", "place"): ["name", "title", "body"],
}
_SHARES = {("documents", "kind_score"), ("references", "score")}
_DIGESTS = {("documents", "sha256")}


def package_bytes(tables: Sequence[Table], outputs: Path, campaign: str, language: str) -> bytes:
    """The descriptor of the tables as CSV in ``outputs``, which are read for bytes and digest.

    Raises OSError where one is missing.
    """
    words = wording(language)["package"]
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": f"aect-{re.sub('[^a-z0-9._-]', '-', campaign.lower())}",
        "title": words["title"].format(campaign=campaign),
        "description": words["about"],
        "resources": [_resource(table, outputs, language) for table in tables],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: Table, outputs: Path, language: str) -> Mapping[str, Any]:
    path = f"tables/{table.name}.csv"
    content = (outputs / path).read_bytes()
    return {
        "name": table.name,
        "type": "table",
        "title": wording(language)["tables"][table.name],
        "description": table.about,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": _DIALECT,
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [_field(table.name, column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": KEYS[table.name],
            "foreignKeys": [
                {"fields": [column], "reference": _reference(table.name, to, key)}
                for column, to, key in FOREIGN.get(table.name, [])
            ],
        },
    }


def _reference(table: str, to: str, key: str) -> Mapping[str, Any]:
    there = {} if to == table else {"resource": to}  # none: the table itself
    return {**there, "fields": [key]}


def _field(table: str, column: Column) -> Mapping[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, column.type),
        "description": column.about,
    }
    if column.type == "list":
        field |= {"delimiter": SEPARATOR, "itemType": "string"}
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints = _constraints(table, column)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(table: str, column: Column) -> Mapping[str, Any]:
    place, found = (table, column.name), dict[str, Any]()
    if column.name in KEYS[table]:
        found["required"] = True
        if len(KEYS[table]) == 1:
            found["unique"] = True
    if place in _VALUES:
        found["enum"] = _VALUES[place]
    if place in _SHARES:
        found |= {"minimum": 0, "maximum": 1}
    elif column.type == "integer":
        found["minimum"] = 0
    if place in _DIGESTS:
        found["pattern"] = "[0-9a-f]{64}"
    return found
