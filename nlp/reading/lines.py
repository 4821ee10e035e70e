"""Lines: what one line of text is (item, field, heading, paragraph), whatever file it came from."""

import re

from nlp.reading.normal import after_bullet, tidy
from nlp.reading.pieces import Piece

_LABEL = re.compile(r"([A-ZÀ-ÖØ-ÞŒ0-9][^:;.!?,()«»\"]{1,70}?(?:\s?\([^():]{1,30}\))?)\s?:\s+(?=\S)")
_DIVISION = re.compile(
    r"(?:article|titre|chapitre|section|annexe|partie|volet|axe|étape|phase)\s+"
    r"(?:\d{1,2}|[ivx]{1,5}|[a-f]|premier|1er|unique)\b|annexe\s*$",
    re.IGNORECASE,
)
_OUTLINE = re.compile(r"(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2}){0,3}|[A-H])\s?[.)–-]?\s+(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDED = (".", ";", ",", "!", "…")
LABEL_WORDS = 5
BOLD_LABEL_WORDS = 10
HEADING_CHARACTERS = 120


def label_of(text: str, *, bold: bool = False) -> str:
    """The label of a line such as ``Bénéficiaires : les associations``; empty if it has none."""
    match = _LABEL.match(text)
    if not match or _DIVISION.match(text):
        return ""
    label = match[1].strip()
    limit = BOLD_LABEL_WORDS if bold else LABEL_WORDS
    return label if len(label.split()) <= limit and _WORD.search(label) else ""


def ends_sentence(text: str) -> bool:
    """True if the line closes a sentence or a member of a list, so that it is no heading."""
    return text.endswith(_ENDED)


def is_division(text: str) -> bool:
    """True for the headings of rules: ``Article 3 – Bénéficiaires``, ``Annexe 1 : …``."""
    return (
        len(text) <= HEADING_CHARACTERS
        and not text.endswith((".", ";", ","))
        and _DIVISION.match(text) is not None
    )


def is_shouted(text: str) -> bool:
    """True for a short line in capitals that is more than an acronym or a date."""
    letters = [character for character in text if character.isalpha()]
    return (
        len(letters) >= 6
        and len(text) <= HEADING_CHARACTERS
        and sum(map(str.isupper, letters)) >= 0.9 * len(letters)
        and not text.endswith((".", ";", ","))
        and (len(text.split()) > 1 or len(letters) >= 8)
    )


def is_outlined(text: str) -> bool:
    """True for a short numbered line without end: ``1. Objectifs``, ``II – Les bénéficiaires``."""
    return (
        len(text) <= 90
        and len(text.split()) <= 12
        and not text.endswith((".", ";", ",", ":"))
        and _OUTLINE.match(text) is not None
    )


def piece(
    text: str,
    kind: str = "paragraph",
    *,
    level: int = 0,
    label: str = "",
    page: int = 0,
    boilerplate: bool = False,
    bold: bool = False,
) -> Piece | None:
    """The piece that a line makes; None if it holds no letter or digit.

    A paragraph may turn out to be an item (bullet), a field (label and value) or a heading
    (``Article 3 …``, or all in ``bold`` and short); an item loses its bullet and may have a label.
    """
    text = tidy(text)
    if not any(map(str.isalnum, text)):
        return None
    if kind in ("paragraph", "item") and (rest := after_bullet(text)):
        kind, text, level = "item", rest, max(level, 1)
    if kind in ("paragraph", "item") and not label:
        label = label_of(text, bold=bold)
        if label and kind == "paragraph":
            kind = "field"
    if kind == "paragraph":
        if is_division(text):
            kind, level = "heading", 4
        elif bold and len(text) <= HEADING_CHARACTERS and not ends_sentence(text):
            kind, level = "heading", 5
    return Piece(kind, text, level, label, page, boilerplate)
