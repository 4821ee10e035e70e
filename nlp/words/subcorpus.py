"""Sub-corpora: the tokens for which all conditions hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpora.campaign import InputError
from nlp.words.corpus import PLACES, Corpus, Mask
from nlp.words.metadata import KEYS, checked_key, resolved, tokens_with
from nlp.words.query import find

QUERY = "query"

_CONDITION = re.compile(r"\s*(?P<key>\w+)\s*(?P<sign>!?=)\s*(?P<value>.+?)\s*", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """``key=value`` or ``key!=value``; the key ``query`` asks for sentences with a match."""

    key: str
    value: str
    negated: bool = False


def read_condition(text: str) -> Condition:
    """A condition as it is written; raises InputError where it is none."""
    match = _CONDITION.fullmatch(text)
    if not match:
        raise InputError(f"--where {text!r}: write key=value or key!=value")
    if match["key"] != QUERY and match["key"] not in KEYS:
        checked_key(match["key"])
    return Condition(match["key"], match["value"], match["sign"] == "!=")


def subcorpus(corpus: Corpus, conditions: Sequence[Condition | str]) -> Corpus:
    """The tokens for which every condition holds; vocabularies and texts are those of the corpus.

    Several conditions on one key, none of them negated, are alternatives. Raises InputError for
    an unknown key or value, and where no word is left.
    """
    chosen: dict[str, Mask] = {}
    kept = np.ones(len(corpus), dtype=bool)
    for given in conditions:
        condition = read_condition(given) if isinstance(given, str) else given
        mask = _tokens(corpus, condition)
        if condition.negated:
            kept &= ~mask
        else:
            chosen[condition.key] = chosen.get(condition.key, False) | mask
    for mask in chosen.values():
        kept &= mask
    part = corpus.take(kept)
    if not part.word.any():
        said = " and ".join(map(_said, conditions))
        raise InputError(f"no word of the corpus is left where {said}: ask for less at once")
    return part


def places_kept(corpus: Corpus, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The places that conditions on places leave, in their order.

    Raises InputError for a place that the corpus has not, and where none is left.
    """
    said = [
        (resolved(corpus, "place", one.value), one.negated)
        for one in conditions
        if one.key == "place"
    ]
    asked = {place for place, negated in said if not negated} or set(PLACES)
    left = tuple(place for place in PLACES if place in asked and (place, True) not in said)
    if not left:
        raise InputError(
            f"no place is left where {' and '.join(map(_said, conditions))}: ask for less at once"
        )
    return left


def _tokens(corpus: Corpus, condition: Condition) -> Mask:
    if condition.key == QUERY:
        matches = find(corpus, condition.value)
        return np.isin(corpus.sentence, corpus.sentence[matches.first])
    value = resolved(corpus, checked_key(condition.key), condition.value)
    return tokens_with(corpus, condition.key, value)


def _said(given: Condition | str) -> str:
    if isinstance(given, str):
        return given
    return f"{given.key}{'!=' if given.negated else '='}{given.value}"
