"""Data files with a schema: bad ones stop at load with file, line and reason."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from corpora import BUNDLED
from corpora.campaign import InputError

# libyaml reads eleven times faster than the same loader in Python, which is there without it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """What a YAML text holds; raises yaml.YAMLError, ValueError for a date that is none."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = read_yaml((BUNDLED / "schemas" / f"{name}.yml").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


class DataFile:
    """A YAML file read and checked against ``corpora/schemas/<schema>.yml``.

    ``content`` is what the file holds. Raises InputError naming file, line and reason.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise InputError(f"{path}: cannot be read ({reason})") from error
        try:
            self._root = yaml.compose(text, Loader=_LOADER)
            self.content: Any = read_yaml(text)
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2014-13-45
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            reason = getattr(error, "problem", None) or " ".join(str(error).split())
            raise InputError(f"{path}:{line}: {reason}") from error
        self._refuse_repeated_keys(self._root)
        errors = list(_validator(schema).iter_errors(self.content))
        if errors:
            first = min(errors, key=lambda error: self.line(error.absolute_path))
            raise self.error(list(first.absolute_path), _reason(first))

    def _refuse_repeated_keys(self, node: yaml.Node | None) -> None:
        # YAML keeps the last of two like keys without a word: what the first says would be lost.
        children: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise InputError(f"{self.path}:{line}: {key.value!r} is given twice")
                seen.add(str(key.value))
                children.append(value)
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        for child in children:
            self._refuse_repeated_keys(child)

    def line(self, path: Sequence[str | int]) -> int:
        """The line (from 1) of the value at a path of keys and indexes."""
        node, line = self._root, 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def error(self, path: Sequence[str | int], reason: str) -> InputError:
        """An InputError at the line of the value at ``path``."""
        where = ".".join(map(str, path))
        return InputError(f"{self.path}:{self.line(path)}: {where + ': ' if where else ''}{reason}")


def _reason(error: ValidationError) -> str:
    if not isinstance(error.schema, dict):
        return error.message
    if error.validator == "additionalProperties":
        known = ", ".join(sorted(error.schema.get("properties", {})))
        return f"{error.message} (known keys: {known})"
    if error.validator in ("oneOf", "pattern") and "description" in error.schema:
        return f"{error.instance!r} is not {error.schema['description']}"
    return error.message
