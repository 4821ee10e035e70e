"""Measures named in a passage, as labelled spans with their value."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from nlp.coding.labels import Span

_UNITS_WORDS = (
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS_WORDS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_NUMBER_WORDS = (
    {word: number for number, word in enumerate(_UNITS_WORDS, start=1)}
    | {"une": 1, "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30}
    | _TENS_WORDS
    | {f"{ten}-et-un": value + 1 for ten, value in _TENS_WORDS.items()}
    | {
        f"{ten}-{unit}": value + number
        for ten, value in _TENS_WORDS.items()
        for number, unit in enumerate(_UNITS_WORDS[1:9], start=2)
    }
    | {"quatre-vingts": 80, "quatre-vingt-dix": 90}
)
_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12, "janv": 1, "fevr": 2, "fev": 2,
    "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WORDS = "|".join(
    word.replace("-", "[ -]") for word in sorted(_NUMBER_WORDS, key=lambda word: -len(word))
)
_NUMBER = rf"(?:\d{{1,4}}|{_WORDS})"

_PERCENT = re.compile(r"(?<![\d,.])(\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|pour ?cents?\b|p\. ?100)")
_PERCENT_WORDS = re.compile(rf"\b({_WORDS}|cent) pour cent\b")
# "de 20 % à 50 %", "entre 20 et 50 %": the lower end is no rate of its own.
_PERCENT_RANGE_GOES_ON = re.compile(r" (?:(?P<to>a|-)|et) \d{1,3}(?:[.,]\d{1,2})? ?%")
_BETWEEN = re.compile(r"\bentre $")
_SHARES = {"moitie": "50", "un quart": "25", "trois quarts": "75", "deux tiers": "66.67"}
_SHARE = re.compile(
    rf"\b({'|'.join(_SHARES)}) (?:du|des|de la|de l'|de ce|de ces|de son|de leur|de votre) ?"
    r"(?:couts?|budget|depenses?|frais|prix|montant (?:total|global|hors|des|du projet)"
    r"|investissement|facture|achat|devis|billet|tarif)"
)
_MONEY = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[ .]\d{3}){1,4}|\d{1,12})(?:,(\d{1,2}))?\)? ?"
    r"(k ?€|m ?€|millions? d'euros|millions?(?= d'€)|milliers d'euros|€|euros?\b|eur\b)"
    # "500 €/ha" is the price of a unit, no sum; "250 € / maximum 5 000 €" are two, and 5 000 €
    # "/projet" is what the aid may be.
    r"(?! ?(?:ht|ttc)? ?/(?! ?(?:max|min|plaf|projets?\b|dossiers?\b|structures?\b|associations?\b"
    r"|beneficiaires?\b|laureats?\b|an\b)))"
)
# "mille euros", "deux mille cinq cents euros"
_MONEY_WORDS = re.compile(
    rf"\b(?:(?:(?P<thousands>{_WORDS}) )?(?P<thousand>mille) ?)?"
    rf"(?:(?:(?P<hundreds>{_WORDS}) )?(?P<hundred>cents?) ?)?(?<=[a-z] )euros\b"
)
# "soixante-dix mille" is not read by its last words.
_NUMBER_BEFORE = re.compile(rf"\b(?:{_WORDS}|cents?|mille)[ -]$")
_MONEY_RANGE = re.compile(r"(?<![\d,.])\d{1,3}(?:[ .]?\d{3})*(?: ?€| euros?)? (?:a|et|-) $")
_DURATION = re.compile(
    rf"(?<!\w)(?<![a-z]-)(?:entre (?P<least>{_NUMBER}) et |de (?P<from>{_NUMBER}) a "
    rf"|(?P<first>\d{{1,2}}) ?(?:-|–|/|a|et) ?)?(?:une? )?"
    rf"(?P<number>{_NUMBER})(?: ?\(\d+\))?(?: d[e'])? ?"
    r"(?P<unit>jours?|semaines?|mois|ans?|annees?|exercices)(?!\w)"
)
_DATE_WORDS = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er)?(?: |-)({'|'.join(_MONTHS)})\.?(?:[ -]((?:19|20)\d\d))?(?!\w)"
)
_DATE_ISO = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])")
_DATE_DIGITS = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:([/.])(\d{1,2})\2|-(\d{1,2})-(?=\d{4}))((?:19|20)\d\d|\d\d)"
    r"(?![\d/]|[.-]\d)"
)
# Ages at which calls let the young apply; no association is asked to have existed so long.
_AGES_OF_PERSONS = range(11, 31)
# "du (lundi) 3 mars (à 9 h) au vendredi 30 avril", "entre le 3 mars et le 30 avril"
_WEEKDAY = r"(?:(?:\w+di|dimanche) )?"
_HOUR = r"(?:\d{1,2} ?(?:h|:|heures?)(?: ?\d\d)?|midi|minuit|inclus)"
_PERIOD = re.compile(
    rf"(?:,? \(?(?:a (?:partir de )?)?{_HOUR}\)?)?"
    rf"(?:,? +(?:et )?(?:jusqu'au|au) {_WEEKDAY}| ?[-–—] ?|(?P<and>,? et (?:le )?{_WEEKDAY}))"
)
_BETWEEN_THE = re.compile(rf"\bentre (?:le )?{_WEEKDAY}$")
# "du 1er au 31 mars": the first day borrows the month of the last.
_DAY_BEFORE = re.compile(
    rf"\b(?:du {_WEEKDAY}\d{{1,2}}(?:er)? (?:et )?(?:au|jusqu'au) {_WEEKDAY}"
    rf"|entre le {_WEEKDAY}\d{{1,2}}(?:er)? et le {_WEEKDAY})$"
)
_UNITS = {"j": "D", "s": "W", "m": "M", "a": "Y", "e": "Y"}


def measure_spans(folded: str, year: str = "") -> Iterator[Span]:
    """Labelled measures of folded text.

    They are percent (of a range of rates the upper end), money (euros), money_range (its value: the
    upper end), duration, duration_range (its value: the lower end), age (of a person, 11 to 30
    years), date, and of a period period_start (no date besides) and period_end (a date too). A date
    that names no year takes that of the next date that does ("le 14 mars et le 12 septembre 2014");
    failing that ``year``: its value then ends in ``?``, and it is a day_of_year too; failing both
    it is left out, as are dates that no calendar has (31 avril).
    """
    yield from _rates(folded)
    for match in _MONEY.finditer(folded):
        yield Span(match.start(), match.end(), "money", _euros(match))
        before = _MONEY_RANGE.search(folded, 0, match.start())
        if before:
            yield Span(before.start(), match.end(), "money_range", _euros(match))
    yield from _spelt_out_sums(folded)
    for match in _DURATION.finditer(folded):
        # Of "de un à six mois" the lower end is what is asked at least.
        lower = match["least"] or match["from"] or match["first"]
        number = lower or match["number"]
        least = _NUMBER_WORDS.get(number.replace(" ", "-")) or int(number)
        value = f"P{least}{_UNITS[match['unit'][0]]}"
        yield Span(match.start(), match.end(), "duration", value)
        if lower:
            yield Span(match.start(), match.end(), "duration_range", value)
        if match["unit"].startswith("an") and least in _AGES_OF_PERSONS:
            yield Span(match.start(), match.end(), "age", value)
    for span in _periods(folded, sorted(_dates(folded, year))):
        yield span
        if span.label == "date" and span.value.endswith("?"):
            yield span._replace(label="day_of_year")


def _rates(folded: str) -> Iterator[Span]:
    for match in _PERCENT.finditer(folded):
        goes_on = _PERCENT_RANGE_GOES_ON.match(folded, match.end())
        if not goes_on or not (goes_on["to"] or _BETWEEN.search(folded, 0, match.start())):
            yield Span(match.start(), match.end(), "percent", match[1].replace(",", "."))
    # Trying every number word at every word costs more than all else here, so ask for these first.
    for match in _PERCENT_WORDS.finditer(folded) if " pour cent" in folded else ():
        value = 100 if match[1] == "cent" else _NUMBER_WORDS[match[1].replace(" ", "-")]
        yield Span(match.start(), match.end(), "percent", str(value))
    for match in _SHARE.finditer(folded):
        yield Span(*match.span(1), "percent", _SHARES[match[1]])


def _dates(folded: str, year: str) -> Iterator[Span]:
    dates = list(_DATE_WORDS.finditer(folded))
    for position, match in enumerate(dates):
        named = next((later[3] for later in dates[position:] if later[3]), "")
        stated = named or year, _MONTHS[match[2]], match[1]
        yield from _date(match, *stated, "" if named else "?")
    for match in _DATE_DIGITS.finditer(folded):
        written = match[5] if len(match[5]) == 4 else "20" + match[5]
        yield from _date(match, written, int(match[3] or match[4]), match[1])
    for match in _DATE_ISO.finditer(folded):
        yield from _date(match, match[1], int(match[2]), match[3])


def _periods(folded: str, dates: Sequence[Span]) -> Iterator[Span]:
    """The dates; one that opens a period is ``period_start``, and its end ``period_end`` too."""
    for position, span in enumerate(dates):
        following = dates[position + 1] if position + 1 < len(dates) else None
        period = following and _PERIOD.fullmatch(folded, span.end, following.start)
        if (
            following
            and period
            and (not period["and"] or _BETWEEN_THE.search(folded, 0, span.start))
        ):
            yield span._replace(label="period_start")
            yield following._replace(label="period_end")
        else:
            yield span
            if _DAY_BEFORE.search(folded, 0, span.start):
                yield span._replace(label="period_end")


def _euros(match: re.Match[str]) -> str:
    whole = int(re.sub(r"\D", "", match[1]))
    unit = match[3]
    value = float(f"{whole}.{match[2] or 0}")
    value *= 1000 if unit.startswith(("k", "millier")) else 1_000_000 if unit[0] == "m" else 1
    return f"{value:.2f}".removesuffix("00").removesuffix(".")


def _spelt_out_sums(folded: str) -> Iterator[Span]:
    if "mille euros" in folded or "cents euros" in folded or "cent euros" in folded:
        for match in _MONEY_WORDS.finditer(folded):
            whole = not _NUMBER_BEFORE.search(folded, 0, match.start())
            if whole and (match["thousand"] or match["hundred"]):
                yield Span(match.start(), match.end(), "money", str(_spelt_out(match)))


def _spelt_out(match: re.Match[str]) -> int:
    thousands, hundreds = (
        _NUMBER_WORDS[match[group].replace(" ", "-")] if match[group] else 1
        for group in ("thousands", "hundreds")
    )
    return 1000 * thousands * bool(match["thousand"]) + 100 * hundreds * bool(match["hundred"])


def _date(match: re.Match[str], year: str, month: int, day: str, mark: str = "") -> Iterator[Span]:
    try:
        named = date(int(year), month, int(day))
    except ValueError:
        return
    yield Span(match.start(), match.end(), "date", named.isoformat() + mark)


def in_days(duration: str) -> float:
    """An ISO 8601 duration of one unit (``P2W``) in days, to compare by.

    A month counts 30 days, a year 365.
    """
    number, unit = int(duration[1:-1]), duration[-1]
    return number * {"D": 1, "W": 7, "M": 30, "Y": 365}[unit]
