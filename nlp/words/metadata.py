"""What is known of a text or a stretch of it, as keys and values: what parts are cut by."""

from collections.abc import Iterable

import numpy as np

from corpora.campaign import InputError
from nlp.coding.labels import fold
from nlp.words.corpus import PLACES, Corpus, Mask

TEXT_KEYS = (
    "campaign", "council", "map", "year", "published", "kind", "language", "call", "document",
)  # fmt: skip
"""Keys of which a whole text has one value; fields of ``Text``, ``document`` its id."""

KEYS = (*TEXT_KEYS, "place", "code")

_SHOWN = 12


def checked_key(key: str) -> str:
    """The key; raises InputError, naming those there are, where it is none."""
    if key not in KEYS:
        raise InputError(f"{key!r} is no metadata of a corpus; there are: {', '.join(KEYS)}")
    return key


def value_of(corpus: Corpus, key: str) -> tuple[str, ...]:
    """For each text of the corpus its value of a text key, or an empty string."""
    field = "id" if key == "document" else key
    return tuple(getattr(text, field) for text in corpus.texts)


def values(corpus: Corpus, key: str) -> tuple[str, ...]:
    """The values of a key that any token of the corpus has, sorted; of places, in their order."""
    if checked_key(key) == "place":
        return tuple(PLACES[place] for place in np.unique(corpus.place).tolist())
    present = np.unique(corpus.document).tolist()
    if key == "code":
        there = set(present)
        return tuple(sorted({span.code for span in corpus.spans if span.document in there}))
    of_texts = value_of(corpus, key)
    return tuple(sorted({of_texts[document] for document in present} - {""}))


def resolved(corpus: Corpus, key: str, value: str) -> str:
    """The value as the corpus has it: said exactly, by another name, or but for case and accents.

    Raises InputError, naming what there is, for a value that no token has.
    """
    known = values(corpus, key)
    by_name = {fold(name): name for name in known}
    for other, name in corpus.aliases.get(key, {}).items():
        if name in known:
            by_name.setdefault(fold(other), name)
    if value in known:
        return value
    if found := by_name.get(fold(value.strip())):
        return found
    raise InputError(f"no {key} {value!r} in the corpus; {listed(known, key)}")


def listed(known: Iterable[str], what: str) -> str:
    """A list of what there is, for a message of one line."""
    names = list(known)
    if not names:
        return f"no {what} is known of it"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"there are: {', '.join(names[:_SHOWN])}{more}"


def tokens_with(corpus: Corpus, key: str, value: str) -> Mask:
    """Which tokens have a value (as ``resolved`` gives it)."""
    if key == "place":
        return np.equal(corpus.place, PLACES.index(value))
    if key == "code":
        return corpus.coded(value)
    chosen = np.array([one == value for one in value_of(corpus, key)], dtype=bool)
    return np.take(chosen, corpus.document)
