"""Patterns of spaCy's Matcher, as JSON, read as queries: the same steps as the notation's.

Read without spaCy, since tokens are kept: ``[{"LEMMA": "aide"}, {"POS": "ADJ", "OP": "?"}]``.
Keys and operators mean what spaCy's documentation of the Matcher says.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from corpora.campaign import InputError
from nlp.words.steps import MOST, Every, Expression, Not, Some, Step, Test

_ATTRIBUTES = {"ORTH": ("form", "l"), "TEXT": ("form", "l"), "LOWER": ("form", "cl"),
               "LEMMA": ("lemma", "l"), "POS": ("pos", "l")}  # fmt: skip
_TIMES = {"1": (1, 1), "?": (0, 1), "*": (0, MOST), "+": (1, MOST)}
_BRACES = re.compile(r"\{(\d*)(,?)(\d*)\}")


def is_matcher(query: str) -> bool:
    """Whether a query is a list of token descriptions, which the notation never begins with."""
    return re.match(r"\s*\[\s*\{", query) is not None


def steps_of(query: str) -> tuple[Step, ...]:
    """The steps of a pattern; raises InputError, saying what is wrong."""
    try:
        tokens = json.loads(query)
    except ValueError as error:
        raise InputError(f"query {query!r}: is no JSON ({error})") from error
    if not all(isinstance(token, dict) for token in tokens):
        raise InputError(f"query {query!r}: each token is an object such as {{'LEMMA': 'aide'}}")
    return tuple(_step(query, token) for token in tokens)


def _step(query: str, token: Mapping[str, Any]) -> Step:
    conditions = [_condition(query, key, token[key]) for key in token if key != "OP"]
    return Step(Every(tuple(conditions)), *_times(query, token.get("OP", "1")))


def _condition(query: str, key: str, value: Any) -> Expression:
    if key not in _ATTRIBUTES:
        known = ", ".join(_ATTRIBUTES)
        raise InputError(f"query {query!r}: {key!r} is not kept (there are: {known}, OP)")
    attribute, flags = _ATTRIBUTES[key]
    if isinstance(value, str):
        return Test(attribute, value, flags)
    if isinstance(value, dict) and len(value) == 1:
        (how, listed), *_ = value.items()
        if how in ("IN", "NOT_IN") and isinstance(listed, list) and all(map(_is_text, listed)):
            one = Some(tuple(Test(attribute, text, flags) for text in listed))
            return one if how == "IN" else Not(one)
        if how == "REGEX" and isinstance(listed, str):
            return Test(attribute, _searched(query, listed), flags.replace("l", ""))
    raise InputError(f'query {query!r}: {key} takes a text, {{"IN": […]}}, "NOT_IN" or "REGEX"')


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _searched(query: str, pattern: str) -> str:
    """A regular expression for the whole that holds one anywhere in it, as spaCy searches."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise InputError(
            f"query {query!r}: {pattern!r} is no regular expression ({error})"
        ) from error
    return f".*(?:{pattern}).*"


def _times(query: str, operator: object) -> tuple[int, int]:
    if operator in _TIMES:
        return _TIMES[str(operator)]
    found = _BRACES.fullmatch(str(operator))
    if found and (found[1] or found[3]):
        least = int(found[1] or 0)
        most = int(found[3] or MOST) if found[2] else least
        if least <= most <= MOST:
            return least, most
    known = f"1, ?, *, +, {{n}}, {{n,m}} up to {MOST}"
    raise InputError(f"query {query!r}: OP {operator!r} is not one of {known}")
