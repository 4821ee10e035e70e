"""Reading the sample's YAML: every mistake becomes one line with the file and the reason."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from corpora.campaign import InputError
from corpora.schema import read_yaml

_SCHEMA = Path(__file__).with_name("schema.yml")


@cache
def _validator(kind: str) -> Draft202012Validator:
    schemas = read_yaml(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$defs": schemas["$defs"], **schemas[kind]})


def _plain(value: Any) -> Any:
    """YAML reads ``2014-05-15`` as a date, but a day is a string everywhere in the sample."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def checked(text: str, kind: str, file: Path) -> dict[str, Any]:
    """The mapping that ``text`` (YAML) holds, valid as a ``kind`` of ``schema.yml``.

    Raises InputError with ``file``, the place and the reason otherwise.
    """
    try:
        fields = _plain(read_yaml(text))
    except yaml.YAMLError as error:
        raise InputError(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from None
    for mistake in sorted(_validator(kind).iter_errors(fields), key=lambda e: e.json_path):
        raise InputError(f"{file}: {mistake.json_path}: {mistake.message}")
    return dict(fields)


def front_matter(file: Path, kind: str) -> tuple[dict[str, Any], str]:
    """The checked fields between the two ``---`` lines of ``file``, and the text after them."""
    text = file.read_text(encoding="utf-8")
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise InputError(f"{file}: no front matter; begin it with fields between two '---' lines")
    return checked(parts[1], kind, file), parts[2].strip() + "\n"
