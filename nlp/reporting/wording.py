"""The report's words: interface labels, numbers, dates and values as a reader writes them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from corpora.campaign import InputError
from corpora.schema import read_yaml

# U+202F and U+00A0: French typography keeps thousands and units together on a line.
_THIN, _HARD = "\u202f", "\u00a0"
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_PERIODS = {
    "fr": {"Y": ("an", "ans"), "M": ("mois", "mois"), "W": ("semaine", "semaines"),
           "D": ("jour", "jours")},
    "en": {"Y": ("year", "years"), "M": ("month", "months"), "W": ("week", "weeks"),
           "D": ("day", "days")},
}  # fmt: skip
_DURATION = re.compile(r"P(?=\d)(?:\d+[YMWD])+")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(\??)")
_COUNCIL = re.compile(r"^Conseil régional (?:de la |de l['’]|des |du |de |d['’])?(?=.)")
_SPACED_SIGN = re.compile(" (?=[;:?!»])|(?<=«) ")
_LABELS = re.compile(r"labels(?:-([a-z]+))?\.yml")


LANGUAGES = ("fr", "en")
"""What a report can be written in."""


class Wording:
    """One language's labels (by attribute of ``labels.yml``) and formats.

    Those of ``labels-NAME.yml`` stand under NAME.
    """

    def __init__(self, language: str) -> None:
        """Load the labels of ``language``; InputError where there are none."""
        if language not in LANGUAGES:
            raise InputError(
                f"report language {language!r}: reports can be written in {', '.join(LANGUAGES)}"
            )
        self.language = language
        self.labels: Mapping[str, Any] = _labels()[language]

    def say(self, key: str, **words: object) -> str:
        """The label at dotted ``key``, with its ``{names}`` filled in."""
        label: Any = self.labels
        for part in key.split("."):
            label = label[part]
        return str(label).format(**words) if words else str(label)

    def name(self, group: str, key: str) -> str:
        """The label of a value of an open list; the value itself where no label was foreseen."""
        return str(self.labels[group].get(key, key))

    def count(self, number: int, noun: str) -> str:
        """``3 pages``: a number with its noun (a list of two in the labels)."""
        # French treats 0 and 1 as singular, English only 1.
        single = number in ((0, 1) if self.language == "fr" else (1,))
        return f"{self.number(number)}{_HARD}{self.labels[noun][0 if single else 1]}"

    def number(self, value: float) -> str:
        """A number with the language's separators and at most two decimals."""
        return self._separated(f"{value:,.2f}")

    def score(self, value: float) -> str:
        """A score as the tables hold it: with two decimals, 0.497 would pass its threshold 0.5."""
        return self._separated(f"{value:,.3f}")

    def _separated(self, text: str) -> str:
        text = text.rstrip("0").removesuffix(".")
        if self.language == "fr":
            return text.translate({ord(","): _THIN, ord("."): ","})
        return text

    def measure(self, value: int | None, of: int | None) -> str:
        """``15 sur 22``: a figure of the study; one that does not exist is a dash."""
        if value is None:
            return self.say("none_cell")
        if of is None:
            return self.number(value)
        return f"{self.number(value)}{_HARD}{self.say('of')}{_HARD}{self.number(of)}"

    def rate(self, percent: float) -> str:
        return f"{self.number(percent)}{_HARD if self.language == 'fr' else ''}%"

    def money(self, euros: float) -> str:
        amount = self.number(euros)
        return f"{amount}{_HARD}€" if self.language == "fr" else f"€{amount}"

    def value(self, raw: str) -> str:
        """A decision's value: known words, ISO dates and durations; else as it is."""
        if day := _DAY.fullmatch(raw):
            told = self._day(*(int(part) for part in day.groups()[:3]))
            return f"{told} {self.say('year_inferred')}" if day[4] else told
        if _DURATION.fullmatch(raw):
            periods = _PERIODS[self.language]
            return " ".join(
                f"{int(n)}{_HARD}{periods[unit][int(n) > 1]}"
                for n, unit in re.findall(r"(\d+)([YMWD])", raw)
            )
        return self.name("values", raw)

    def coded(self, code: str, raw: str) -> str:
        """A reference's value, which its code says how to read; several are joined with ``|``."""
        number = float(raw) if re.fullmatch(r"\d+(\.\d+)?", raw) else None
        if number is not None and code == "funding.rate_max":
            return self.rate(number)
        if number is not None and code == "funding.amount_max":
            return self.money(number)
        return ", ".join(self.tag(code, part) for part in raw.split("|"))

    def tag(self, code: str, raw: str) -> str:
        """What qualifies a reference; a legal status shares the word "education" with an action."""
        statuses = self.labels["statuses"] if code == "applicant.legal_status" else {}
        return str(statuses[raw]) if raw in statuses else self.value(raw)

    def moment(self, iso: str) -> str:
        """A capture's date and time, in UTC; the text itself where it is no ISO 8601 time."""
        try:
            moment = datetime.fromisoformat(iso)
        except ValueError:
            return iso
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
        day = self._day(moment.year, moment.month, moment.day)
        if self.language == "fr":
            clock = f"à{_HARD}{moment:%H}{_HARD}h{_HARD}{moment:%M}{_THIN}min{_THIN}{moment:%S}"
            return f"{day} {clock} UTC"
        return f"{day} at {moment:%H:%M:%S} UTC"

    def event(self, name: str) -> str:
        """What an event of the log tells, in words; its own name where no words were foreseen."""
        return str(self.labels["compare"]["reason"].get(name, name.replace("_", " ")))

    def day(self, iso: str) -> str:
        """The day of a capture's time; the text itself where it is none."""
        return self.value(iso[:10])

    def _day(self, year: int, month: int, day: int) -> str:
        # "31 avril" stands on real pages: such a date is shown, not corrected, so no datetime here.
        months = _MONTHS[self.language].split()
        name = months[month - 1] if 1 <= month <= len(months) else str(month)
        ordinal = "1er" if self.language == "fr" and day == 1 else str(day)
        return f"{ordinal}{_HARD}{name}{_HARD}{year}"


def short_name(authority: str) -> str:
    """A regional council by its territory's name alone, where a list has no room for more."""
    return _COUNCIL.sub("", authority)


@cache
def _labels() -> Mapping[str, Mapping[str, Any]]:
    """All labels, by language."""
    every: dict[str, dict[str, Any]] = {language: {} for language in LANGUAGES}
    for file in sorted(files("nlp.reporting").iterdir(), key=lambda file: file.name):
        if found := _LABELS.fullmatch(file.name):
            labels = read_yaml(file.read_text(encoding="utf-8"))
            labels["fr"] = _kept_together(labels["fr"])
            for language in LANGUAGES:
                every[language].update(
                    {found[1]: labels[language]} if found[1] else labels[language]
                )
    return every


def _kept_together(label: Any) -> Any:
    """A French label, or what holds some: no line begins with a sign or ends with a guillemet."""
    if isinstance(label, str):
        return _SPACED_SIGN.sub(_HARD, label)
    if isinstance(label, dict):
        return {key: _kept_together(value) for key, value in label.items()}
    return [_kept_together(one) for one in label] if isinstance(label, list) else label
