"""Places and their people as expressions over folded text."""

import re
from dataclasses import replace
from functools import cache

from nlp.coding.labels import fold, term_expression, word_at
from nlp.coding.wordindex import Expression, Word

# Names that are also common words or rivers: a place only when called one ("département du Nord").
_AMBIGUOUS = frozenset(
    fold(name)
    for name in (
        "Nord", "Manche", "Somme", "Centre", "Lot", "Cher", "Var", "Tours", "Nice", "Gap", "Landes",
        "Loire", "Creuse", "Vienne", "Orne", "Aisne", "Ain", "Marne", "Rhône", "Laval", "Valence",
    )
)  # fmt: skip
REGION = "Région "
# "Centre – Val de Loire"
_BETWEEN_WORDS = r"(?:[\s'\-]{1,2}|\s[-–]\s)"
_NAME_END = r"(?!\w|-\w)"
_CALLED_A_PLACE = r"(?:departements?|regions?|ville|dans) (?:de la |de l'|de |du |d'|le |la |l')?"
_ENDINGS = r"\w{0,4}(?:ais|ois|ien|een|ain|in|on|ard|and|iste|ol)(?:e|ne)?s?"


@cache
def name_expression(name: str) -> Expression:
    """What finds a place by its name."""
    called_region = name.startswith(REGION)
    words = re.split(r"[\s'-]+", fold(name.removeprefix(REGION)))
    pattern = _BETWEEN_WORDS.join(map(re.escape, words))
    if called_region:  # the "Sud" of "la région Sud" alone; the authority is told by "la région"
        return literal(f"(?<=region ){pattern}", _NAME_END, words[0])
    if fold(name) in _AMBIGUOUS:
        firsts = ("departement", "departements", "region", "regions", "ville", "dans")
        return literal(_CALLED_A_PLACE + pattern, _NAME_END, *firsts)
    return replace(literal(pattern, _NAME_END, words[0]), then=word_at("".join(words[1:2])))


@cache
def demonym_expression(demonym: str) -> Expression:
    """What finds a people by its name."""
    return term_expression(demonym, r"(?<![\w-])")


def formed_demonym(name: str) -> Expression | None:
    """What finds the people of a place, formed from its longest word; None for a short name."""
    word = max(re.findall(r"\w+", fold(name)), key=len)
    stem = word[: max(4, len(word) - 1)]
    if len(word) < 5:
        return None
    pattern = rf"(?<![\w-])(?!{word}(?!\w)){re.escape(stem)}{_ENDINGS}(?!\w)"
    return Expression(pattern, Word(prefixes=(stem,)))


def literal(pattern: str, after: str, *firsts: str) -> Expression:
    """A pattern for a ``WordIndex``, followed by ``after``; it begins with one of ``firsts``."""
    words = frozenset(map(word_at, firsts)) - {""}
    return Expression(f"(?<![\\w-]){pattern}{after}", Word(words))
