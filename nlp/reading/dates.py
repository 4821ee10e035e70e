"""The day on which a page says it was published or changed."""

import re
from collections.abc import Iterable

from nlp.reading.normal import tidy

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv", "février fevrier févr", "mars", "avril avr", "mai", "juin",
            "juillet juil", "août aout", "septembre sept", "octobre oct", "novembre nov",
            "décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?(?!\d)")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)\b")
_WRITTEN = re.compile(
    r"\b(\d{1,2})(?:er)?\s+("
    + "|".join(sorted(_MONTHS, key=len, reverse=True))
    + r")\.?\s+((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:mise? à jour|dernière (?:mise à jour|modification)|modifiée?|actualisée?|màj|maj)"
    r"(?: (?:de la page|du site|le contenu))?\s*(?:le)?\s*:?\s*(?:le\s+)?(?:\w+\s+)?(?=\d)",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:publiée?|mise? en ligne|publication|posté|rédigé|parue?|^date)"
    r"\s*(?:le)?\s*:?\s*(?:le\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di\s+|dimanche\s+)?(?=\d)",
    re.IGNORECASE,
)

# Where a line dates its page it does so at once; further on, texts of law are dated.
_HEAD_CHARACTERS = 80


def _iso(year: str, month: int, day: int) -> str:
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return ""
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"


def first_date(text: str) -> str:
    """The date that ``text`` starts with, as ISO 8601 (a month alone: ``2018-02``), or empty."""
    if match := _ISO.match(text):
        return _iso(match[1], int(match[2]), int(match[3] or 0))
    if match := _NUMERIC.match(text):
        return _iso(match[3], int(match[2]), int(match[1]))
    if match := _WRITTEN.match(text):
        return _iso(match[3], _MONTHS[match[2].lower()], int(match[1]))
    return ""


def stated_date(texts: Iterable[str]) -> str:
    """The date of a line such as ``Mis à jour le 12/03/2014`` or ``Publié le 3 mars 2014``.

    A change wins over a publication; the first of each counts. Empty if no line says it.
    """
    published = ""
    for text in texts:
        head = text[:_HEAD_CHARACTERS]
        if (match := _CHANGED.search(head)) and (date := first_date(head[match.end() :])):
            return date
        if not published and (match := _PUBLISHED.search(head)):
            published = first_date(head[match.end() :])
    return published


def declared_date(value: str) -> str:
    """The date of a machine-readable attribute (``2014-03-12T10:00:00+01:00``), or empty."""
    return first_date(tidy(value)[:40])


def not_after(date: str, captured_at: str) -> str:
    """``date`` unless it lies after the capture: a page cannot have changed after it was read."""
    return date if date and (not captured_at or date <= captured_at[: len(date)]) else ""
