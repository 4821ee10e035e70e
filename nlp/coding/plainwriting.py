"""Plain writing: the same text as the French model knows it, and where each character stood.

The model learnt from newspapers: typographic apostrophes, headings in capitals and inclusive
writing each cost it the part of speech, and with that the lemma.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from nlp.coding.commonness import very_common

_APOSTROPHES = str.maketrans("’ʼ‘´", "''''")

_FEMININE = (
    "trice|rice|ières?|ière|ères?|ère|euse|esse|elle|elles|celles|enne|ienne|ée|ale|aine|onne|ive"
    "|ette|ne|le|te|tes|se|ve|fe|e"
)
_MARK = "[·•∙⋅‧]"  # points of many shapes; none of them stands inside another word
_STEM = r"(?<!\w)(?P<stem>[^\W\d_]{2,})"
_INCLUSIVE = tuple(
    re.compile(_STEM + ending, re.IGNORECASE)
    for ending in (
        # citoyen·ne·s, élu·e, tou·te·s, acteur·rice·s, lycéen·nes; projet·s
        rf"{_MARK}(?:(?:{_FEMININE})(?:{_MARK}?(?P<plural>s))?|(?P<only>s|x))(?!\w)",
        # élu-e-s, acteur-rice-s, agriculteurs-trices, habitant-e
        r"-(?:(?:[nltsv]?e|t?rice|euse|i?ère)-(?P<plural>s)|(?:t?rice|euse|ne)(?P<more>s)?|e)(?![\w-])",
        # lycéen.ne.s, élu.e.s, acteur.rice.s; a full stop alone is no such mark
        rf"\.(?:{_FEMININE})\.(?P<plural>s)(?!\w)",
        # étudiant(e)s, agriculteur(trice)s, association(s)
        rf"\((?:(?:{_FEMININE})\)(?P<plural>s)?|(?:e|ne|trice)(?P<more>s)\)|(?P<only>s|x)\))(?!\w)",
        # acteurs/trices, étudiant/e
        r"/(?:(?:trice|rice|euse|ère|ne)(?P<more>s)?|e(?P<plural>s)?)(?!\w)",
    )
)
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}(?:[ '’-]{1,3}[A-ZÀ-ÖØ-Þ]+)*(?![\w.])")
_CAPITAL_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ]+")
_LONGEST_ACRONYM = 6
_SHORTEST_WORD = 3
_SMALL_WORDS = frozenset(
    ("À", "AU", "AUX", "D", "DE", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "PAR", "POUR")
)


@dataclass(frozen=True)
class PlainText:
    """``text`` as the model gets it; ``place(i)`` is where its character ``i`` stood."""

    text: str
    places: tuple[int, ...] = ()

    def place(self, index: int) -> int:
        """The offset in the text as written; of an end, where what was written ends."""
        return self.places[index] if self.places else index


def plain(text: str, acronyms: Collection[str] = ()) -> PlainText:
    """A passage in plain writing: ``élu·e·s`` as ``élus``, headings in small letters.

    ``acronyms`` stay in capitals wherever they stand.
    """
    flat = text.translate(_APOSTROPHES)
    flat = _CAPITALS.sub(lambda run: _small(run[0], acronyms), flat)
    spans = sorted(
        {m.span(): _masculine(m) for pattern in _INCLUSIVE for m in pattern.finditer(flat)}.items()
    )
    if not spans:
        return PlainText(flat)
    pieces: list[str] = []
    places: list[int] = []
    reached = 0
    for (start, end), word in spans:
        if start < reached:
            continue
        pieces += (flat[reached:start], word)
        places += range(reached, start)
        places += range(start, start + len(word))
        reached = end
    pieces.append(flat[reached:])
    places += range(reached, len(flat) + 1)
    return PlainText("".join(pieces), tuple(places))


def _masculine(match: re.Match[str]) -> str:
    stem = match["stem"]
    found = match.groupdict()
    plural = found.get("plural") or found.get("more") or found.get("only") or ""
    if match[0].endswith("tes") and stem.lower() in ("tou", "tous"):
        plural = "s"
    return stem if stem[-1] in "sxz" else stem + plural.lower()


def _small(run: str, acronyms: Collection[str]) -> str:
    """Words in capitals as words, unless acronyms: as a long one, a common one or "ET" tells."""
    words = set(_CAPITAL_WORD.findall(run)) - set(acronyms)
    told = words & _SMALL_WORDS or any(
        len(word) > _LONGEST_ACRONYM or (len(word) > _SHORTEST_WORD and very_common(word))
        for word in words
    )
    if not told:
        return run
    small = _CAPITAL_WORD.sub(lambda w: w[0] if w[0] in acronyms else w[0].lower(), run)
    return small[0].upper() + small[1:]
