"""Rates, sums, durations and dates as administrative French writes them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.coding.labels import fold
from nlp.coding.measures import in_days, measure_spans


def _read(text: str, label: str, year: str = "") -> list[str]:
    return [span.value for span in measure_spans(fold(text), year) if span.label == label]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("50 %", "50"),
        ("50%", "50"),
        ("50\u00a0%", "50"),
        ("33,5 %", "33.5"),
        ("66.67 %", "66.67"),
        ("70 pour cent", "70"),
        ("70 p. 100", "70"),
        ("quatre-vingts pour cent", "80"),
        ("cent pour cent", "100"),
    ],
)
def test_rates(text: str, rate: str) -> None:
    assert _read(f"Le taux est de {text} du coût", "percent") == [rate]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("de 20 % à 50 %", ["50"]),
        ("entre 20 % et 50 %", ["50"]),
        ("20 à 50 %", ["50"]),
        ("20 % - 50 %", ["50"]),
        ("20 % et 50 %", ["20", "50"]),
        ("70 % à la signature, 30 % au solde", ["70", "30"]),
        ("la moitié du budget", ["50"]),
        ("la moitié de la subvention", []),
        ("les trois quarts des dépenses", ["75"]),
        ("un quart du prix", ["25"]),
        ("les deux tiers des membres", []),
    ],
)
def test_of_a_range_of_rates_only_the_upper_end(text: str, rates: list[str]) -> None:
    assert _read(f"Une aide : {text}", "percent") == rates


def test_the_price_of_a_unit_is_no_sum_but_a_slash_may_part_two() -> None:
    assert _read("400 €/ha, 500 € HT / m2", "money") == []
    assert _read("minimum 250 € / maximum : 5 000 €", "money") == ["250", "5000"]
    assert _read("5 000 €/projet, 300 €/an, 20 €/animal", "money") == ["5000", "300"]


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("10 000 €", 10_000),
        ("10\u00a0000\u00a0€", 10_000),
        ("10\u202f000\u202f€", 10_000),
        ("10.000 euros", 10_000),
        ("10000 EUR", 10_000),
        ("1,5 M€", 1_500_000),
        ("2 millions d'euros", 2_000_000),
        ("1,5 million d’euros", 1_500_000),
        ("15 k€", 15_000),
        ("2,5 k€", 2_500),
        ("3 milliers d'euros", 3_000),
        ("1 200 000 €", 1_200_000),
        ("1 200,50 €", 1_200.5),
        ("12 345,67 €", 12_345.67),
        ("1 euro", 1),
        ("mille euros", 1_000),
        ("quinze mille euros", 15_000),
        ("deux mille cinq cents euros", 2_500),
        ("cinq cents euros", 500),
        ("cinq cents (500) euros", 500),
    ],
)
def test_sums(text: str, euros: float) -> None:
    (value,) = _read(f"Une aide de {text} au plus", "money")
    assert float(value) == euros
    assert re.fullmatch(r"\d+(\.\d+)?", value), "a plain number, without exponent"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("dix jours", "P10D"),
        ("10 jours", "P10D"),
        ("une quinzaine de jours", "P15D"),
        ("une durée comprise entre six et dix-huit mois", "P6M"),
        ("une dizaine de jours", "P10D"),
        ("quinze (15) jours", "P15D"),
        ("trois semaines", "P3W"),
        ("six mois", "P6M"),
        ("dix-huit mois", "P18M"),
        ("deux ans", "P2Y"),
        ("2 ans", "P2Y"),
        ("un an", "P1Y"),
        ("au moins un an", "P1Y"),
        ("deux années", "P2Y"),
    ],
)
def test_durations(text: str, duration: str) -> None:
    assert _read(f"Il faut rester {text} sur place", "duration") == [duration]


@pytest.mark.parametrize("text", ["soixante-dix jours", "vingt et un jours"])
def test_a_number_of_several_words_is_not_read_by_its_last(text: str) -> None:
    assert _read(text, "duration") in ([], ["P70D"], ["P21D"])
    assert _read("soixante-dix mille euros", "money") in ([], ["70000"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15 octobre 2014", "2014-10-15"),
        ("15\u00a0octobre\u00a02014", "2014-10-15"),
        ("1er mars 2015", "2015-03-01"),
        ("30 AOÛT 2014", "2014-08-30"),
        ("15/10/2014", "2014-10-15"),
        ("15.10.2014", "2014-10-15"),
        ("15/10/14", "2014-10-15"),
        ("29 février 2016", "2016-02-29"),
        ("15-10-2014", "2014-10-15"),
        ("2014-10-15", "2014-10-15"),
        ("15 oct. 2014", "2014-10-15"),
    ],
)
def test_dates(text: str, day: str) -> None:
    assert _read(f"avant le {text} à midi", "date") == [day]
    assert _read(f"avant le {text} à midi", "date", year="2009") == [day], (
        "the text's own year wins"
    )


def test_a_date_without_year_takes_the_given_one_and_says_so() -> None:
    assert _read("avant le 15 mars", "date", year="2014") == ["2014-03-15?"]
    assert _read("avant le 15 mars", "date") == []


@pytest.mark.parametrize(
    "text",
    [
        "du 3 mars au 15 mai 2014",
        "du 3 mars 2014 à 9h au jeudi 15 mai 2014 à midi",
        "du 3 mars (10 h) et jusqu'au 15 mai 2014",
        "entre le 3 mars et le 15 mai 2014",
        "03/03/2014 - 15/05/2014",
        "du 1er au 15 mai 2014",
        "entre le lundi 5 et le jeudi 15 mai 2014",
    ],
)
def test_a_period_has_an_end_and_no_other_date(text: str) -> None:
    assert _read(f"Ouvert {text}", "period_end") == ["2014-05-15"]
    assert _read(f"Ouvert {text}", "date") == ["2014-05-15"]


def test_two_dates_are_no_period() -> None:
    text = "les 3 mars et 15 mai 2014"
    assert _read(text, "period_end") == []
    assert _read(text, "date") == ["2014-03-03", "2014-05-15"]


def test_a_day_that_names_no_year_may_come_back_every_year() -> None:
    assert _read("avant le 15 mars", "day_of_year", year="2014") == ["2014-03-15?"]
    assert _read("avant le 15 mars 2014", "day_of_year", year="2014") == []


@pytest.mark.parametrize("text", ["31 avril 2014", "31/04/2014", "29 février 2015", "0 mai 2014"])
def test_a_day_that_no_calendar_has_is_left_out(text: str) -> None:
    assert _read(text, "date", year="2014") == []
    assert _read(text.rpartition(" ")[0], "date", year="2014") == []


@pytest.mark.parametrize("text", ["2014 est loin", "article 12", "cinq pays", "100", "le mois", ""])
def test_a_bare_number_is_no_measure(text: str) -> None:
    assert list(measure_spans(fold(text), "2014")) == []


def test_a_measure_carries_the_words_it_was_read_from() -> None:
    text = "Jusqu’à 50 % du coût, dans la limite de 10 000 €, avant le 15 mai 2014."
    found = {span.label: text[span.start : span.end] for span in measure_spans(fold(text))}
    assert found == {"percent": "50 %", "money": "10 000 €", "date": "15 mai 2014"}


_PIECES = st.sampled_from(
    ["9" * 30, "10 000", "1,5", " €", " M€", " %", " jours", " ans", "31", " avril", " 2014", "/",
     ".", "dix", "-", "er ", "٣", "²", "\u00a0"]
)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)), st.text(max_size=4))
@example("9" * 400 + " €", "")
@example("9" * 5000 + " jours", "")
def test_no_text_makes_it_stumble(text: str, year: str) -> None:
    for span in measure_spans(fold(text), year):
        assert 0 <= span.start < span.end <= len(text)
        if span.label in ("percent", "money"):
            assert float(span.value) >= 0
        elif span.label == "duration":
            assert in_days(span.value) >= 0


def test_durations_compare_in_days() -> None:
    ordered = ["P10D", "P2W", "P1M", "P6W", "P6M", "P1Y"]
    assert sorted(ordered, key=in_days) == ordered
