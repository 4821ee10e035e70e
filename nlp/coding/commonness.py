"""What the model makes of words that its lists do not know, mended by how common words are."""

import re
from functools import lru_cache

# On Zipf's scale, where 3 is once in a million words: below the first no word is known.
_UNKNOWN = 1.5
_RARE = 2.8
_COMMON = 3.3
_VERY_COMMON = 4.2
_FAR = 2.5
# A feminine is never ten times as common as its masculine: "tourisme" is none of "tourism".
_FAR_FROM_MASCULINE = 1.0
_PARTICIPLE = re.compile(r"[éiu]e?s?$")
_DEMONYM = re.compile(r"(?:ois|ais)$")


@lru_cache(maxsize=100_000)
def commonness(word: str) -> float:
    """How common a word is in French, on Zipf's scale (0 where it is not known)."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, "fr")


def very_common(word: str) -> bool:
    """Whether a word in capitals is that word, and no acronym that only looks like it."""
    return commonness(word.lower()) >= _VERY_COMMON


def singular(lower: str) -> str:
    """A noun or adjective without the ending of its plural."""
    if lower.endswith("aux") and commonness(f"{lower[:-3]}al") >= _COMMON:
        return f"{lower[:-3]}al"
    if lower.endswith(("eaux", "eux")) and commonness(lower[:-1]) > _UNKNOWN:
        return lower[:-1]
    return lower[:-1] if lower.endswith("s") and len(lower) > 2 else lower


def mended(lower: str, lemma: str, pos: str) -> tuple[str, str]:
    """Lemma and part of speech of a form in lower case, better than what the model says.

    The model takes capitals for names ("Territoires"), cuts an -e from what it takes for an
    adjective ("partenair"), makes verbs ("originairer"), and cuts the -s of what is none
    ("arrière-marai").
    """
    if pos == "PROPN":
        one = singular(lower)
        if one != lower and commonness(one) >= _COMMON and commonness(lower) >= _RARE:
            return one, "NOUN"
        return lemma, pos
    if (
        pos == "ADJ"
        and singular(lower) == f"{lemma}e"
        and commonness(lemma) < commonness(lower) - _FAR_FROM_MASCULINE
    ):
        return singular(lower), pos
    if lemma == lower or commonness(lemma) >= max(_UNKNOWN, commonness(lower) - _FAR):
        return lemma, pos
    if lower == f"{lemma}s":
        last, whole = lemma.rpartition("-")[2], lower.rpartition("-")[2]
        rare = commonness(last) < max(_UNKNOWN, commonness(whole) - _FAR)
        kept = _DEMONYM.search(lower) or (rare and commonness(whole) > _UNKNOWN)
        return (lower, pos) if kept else (lemma, pos)
    if commonness(lower) < _UNKNOWN:
        return lemma, pos
    if pos == "VERB":
        made_up = lemma.endswith("er") and not _PARTICIPLE.search(lower)
        return (singular(lower), "ADJ") if made_up else (lemma, pos)
    return (singular(lower), pos) if singular(lower) == f"{lemma}e" else (lemma, pos)
