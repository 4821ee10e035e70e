"""``datapackage.json``: what every CSV holds, for whoever reads it by program.

Data Package version 2: it alone has a type for cells of several values, and readers of version 1
take a version 2 package for one of theirs.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Rules:
    """What holds of the tables of a package beside the types of their columns.

    By table: ``keys`` are the columns that no two rows share, ``foreign`` those that hold another
    table's key (column, table, key there). By table and column: ``values`` are all that a cell may
    hold; ``shares`` are from 0 to 1; ``digests`` are SHA-256.
    """

    keys: Mapping[str, Sequence[str]]
    foreign: Mapping[str, Sequence[tuple[str, str, str]]]
    values: Mapping[tuple[str, str], Sequence[str]]
    shares: Collection[tuple[str, str]] = ()
    digests: Collection[tuple[str, str]] = ()


_OF_CAMPAIGN = Rules(
    KEYS,
    FOREIGN,
    {
        ("documents", "kind"): ["call", "international_page", "organisation", "other"],
        ("authorities", "nature"): ["economic", "sociocultural", "both", "none"],
        ("calls", "applicant_location"): [v for v in _CALL_FIELD if v != "encouraged"],
        ("calls", "france_actions"): [v for v in _CALL_FIELD if v != "preferred"],
        ("codes", "unit"): ["call", "authority"],
        ("families", "place"): ["name", "title", "body"],
    },
    {("documents", "kind_score"), ("references", "score")},
    {("documents", "sha256")},
)


def package_bytes(tables: Sequence[Table], outputs: Path, campaign: str, language: str) -> bytes:
    """The descriptor of the tables as CSV in ``outputs``, which are read for bytes and digest.

    Raises OSError where one is missing.
    """
    words = wording(language)
    files = {table: f"tables/{table.name}.csv" for table in tables}
    about = (
        campaign,
        words["package"]["title"].format(campaign=campaign),
        words["package"]["about"],
    )
    return described(files, outputs, about, words["tables"], _OF_CAMPAIGN)


def described(
    files: Mapping[Table, str],
    folder: Path,
    about: tuple[str, str, str],
    titles: Mapping[str, str],
    rules: Rules,
) -> bytes:
    """The descriptor of ``files``, tables with their CSV's place in ``folder``, where it will lie.

    ``about`` are the package's name, title and description; ``titles`` those of the tables, by
    name. Raises OSError where a file is missing.
    """
    name, title, description = about
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": f"aect-{re.sub('[^a-z0-9._-]', '-', name.lower())}",
        "title": title,
        "description": description,
        "resources": [
            _resource(table, path, (folder / path).read_bytes(), titles[table.name], rules)
            for table, path in files.items()
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(
    table: Table, path: str, content: bytes, title: str, rules: Rules
) -> Mapping[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(table.name, column, rules) for column in table.columns],
        "missingValues": [""],
    }
    if keys := rules.keys.get(table.name):
        schema["primaryKey"] = keys
    schema["foreignKeys"] = [
        {"fields": [column], "reference": _reference(table.name, to, key)}
        for column, to, key in rules.foreign.get(table.name, ())
    ]
    return {
        "name": table.name,
        "type": "table",
        "title": title,
        "description": table.about,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": _DIALECT,
        "schema": schema,
    }


def _reference(table: str, to: str, key: str) -> Mapping[str, Any]:
    there = {} if to == table else {"resource": to}  # none: the table itself
    return {**there, "fields": [key]}


def _field(table: str, column: Column, rules: Rules) -> Mapping[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, column.type),
        "description": column.about,
    }
    if column.type == "list":
        field |= {"delimiter": SEPARATOR, "itemType": "string"}
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints = _constraints(table, column, rules)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(table: str, column: Column, rules: Rules) -> Mapping[str, Any]:
    place, found = (table, column.name), dict[str, Any]()
    keys = rules.keys.get(table, ())
    if column.name in keys:
        found["required"] = True
        if len(keys) == 1:
            found["unique"] = True
    if place in rules.values:
        found["enum"] = rules.values[place]
    if place in rules.shares:
        found |= {"minimum": 0, "maximum": 1}
    elif column.type == "integer":
        found["minimum"] = 0
    if place in rules.digests:
        found["pattern"] = "[0-9a-f]{64}"
    return found
