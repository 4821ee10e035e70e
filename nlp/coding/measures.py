"""Measures named in a passage: rates, sums, durations, dates, as labelled spans with their value."""

import re
from collections.abc import Iterator
from datetime import date

from nlp.coding.labels import Span

_NUMBER_WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "dix-huit": 18, "vingt": 20, "vingt-et-un": 21, "trente": 30,
    "soixante": 60, "quatre-vingt-dix": 90, "dizaine": 10, "quinzaine": 15, "vingtaine": 20,
}  # fmt: skip
_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
}  # fmt: skip
_WORDS = "|".join(sorted(_NUMBER_WORDS, key=lambda word: -len(word)))
_NUMBER = rf"(?:\d+|{_WORDS})"

_PERCENT = re.compile(r"(?<![\d,.])(\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|pour ?cents?\b|p\. ?100)")
_MONEY = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[ .]\d{3})+|\d+)(?:,(\d{1,2}))? ?"
    r"(k ?€|m ?€|millions? d'euros|millions?(?= d'€)|milliers d'euros|€|euros?\b|eur\b)"
)
_DURATION = re.compile(
    rf"(?<!\w)(?:(?:au moins|une|un) )?({_NUMBER})(?: ?\(\d+\))?(?: d[e'])? ?"
    r"(jours?|semaines?|mois|ans?|annees?)(?!\w)"
)
_DATE_WORDS = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er)?(?: |-)({'|'.join(_MONTHS)})\.?(?:[ -]((?:19|20)\d\d))?(?!\w)"
)
_DATE_DIGITS = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d|\d\d)(?![\d/])")
_UNITS = {"j": "D", "s": "W", "m": "M", "a": "Y"}


def measure_spans(folded: str, year: str = "") -> Iterator[Span]:
    """Labelled measures of folded text: percent, money (euros), duration and date.

    ``year`` completes dates that name none; such a date's value ends in ``?``. Without it they are
    left out, as are dates that no calendar has (31 avril).
    """
    for match in _PERCENT.finditer(folded):
        yield Span(match.start(), match.end(), "percent", match[1].replace(",", "."))
    for match in _MONEY.finditer(folded):
        yield Span(match.start(), match.end(), "money", _euros(match))
    for match in _DURATION.finditer(folded):
        number = _NUMBER_WORDS.get(match[1]) or int(match[1])
        yield Span(match.start(), match.end(), "duration", f"P{number}{_UNITS[match[2][0]]}")
    for match in _DATE_WORDS.finditer(folded):
        yield from _date(match, match[3] or year, _MONTHS[match[2]], "" if match[3] else "?")
    for match in _DATE_DIGITS.finditer(folded):
        yield from _date(match, match[3] if len(match[3]) == 4 else "20" + match[3], int(match[2]))


def _euros(match: re.Match[str]) -> str:
    whole = int(re.sub(r"\D", "", match[1]))
    unit = match[3]
    value = float(f"{whole}.{match[2] or 0}")
    value *= 1000 if unit.startswith(("k", "millier")) else 1_000_000 if unit[0] == "m" else 1
    return f"{value:g}" if value < 1e6 else str(int(value))


def _date(match: re.Match[str], year: str, month: int, mark: str = "") -> Iterator[Span]:
    try:
        day = date(int(year), month, int(match[1]))
    except ValueError:
        return
    yield Span(match.start(), match.end(), "date", day.isoformat() + mark)


def in_days(duration: str) -> float:
    """An ISO 8601 duration of one unit (``P2W``) in days, to compare by: a month is 30, a year 365."""
    number, unit = int(duration[1:-1]), duration[-1]
    return number * {"D": 1, "W": 7, "M": 30, "Y": 365}[unit]
