"""Hyphens at line ends: which are typesetting, which are spelling."""

import re
from collections.abc import Iterable

from wordfreq import zipf_frequency

_HEAD = re.compile(r"([^\W\d_]+)-$")
_TAIL = re.compile(r"^([^\W\d_]+)")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
# Both halves everyday words, and the joined form a rarity: a compound ("savoir-faire").
_EVERYDAY = 4.0
_RARE = 3.0
_LONGEST_WORD = 40


def hyphenated_words(lines: Iterable[str]) -> frozenset[str]:
    """The hyphenated words that stand inside the lines, in lower case."""
    return frozenset(
        match.group().lower() for line in lines for match in _HYPHENATED.finditer(line)
    )


def joined(before: str, after: str, spelled: frozenset[str]) -> str:
    """Two lines as one; a hyphen between them goes if it only broke a word.

    It goes if the joined form is a known French word and the document does not spell the word with
    a hyphen elsewhere (``spelled``, from ``hyphenated_words``).
    """
    head, tail = _HEAD.search(before[-_LONGEST_WORD:]), _TAIL.match(after)
    if not head or not tail:
        return f"{before} {after}" if before and after else before + after
    left, right = head[1].lower(), tail[1].lower()
    if f"{left}-{right}" in spelled or not tail[1].islower():
        return before + after
    return before[:-1] + after if _is_word(left, right) else before + after


def _is_word(left: str, right: str) -> bool:
    known = zipf_frequency(left + right, "fr")
    parts = min(zipf_frequency(left, "fr"), zipf_frequency(right, "fr"))
    if known == 0:
        return parts == 0
    return not (known < _RARE and parts >= _EVERYDAY)
