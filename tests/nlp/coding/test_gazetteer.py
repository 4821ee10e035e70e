"""Which places are home, for a council, a département, a city, and for nobody."""

import csv

import pytest

from corpora import BUNDLED
from nlp.coding.gazetteer import Gazetteer, aid_recipients, bundled_sources
from nlp.coding.labels import fold
from tests.nlp.coding.handmade import OMBRELLE

BRETAGNE = "Conseil régional de Bretagne"
PACA = "Conseil régional de Provence-Alpes-Côte d'Azur"


@pytest.fixture(scope="module")
def bundled() -> Gazetteer:
    return Gazetteer(())


def _places(gazetteer: Gazetteer, authority: str, text: str) -> list[tuple[str, str]]:
    spans = gazetteer.territory(authority).spans(text, fold(text))
    return sorted((span.label, text[span.start : span.end]) for span in spans)


@pytest.mark.parametrize(
    ("authority", "text", "places"),
    [
        (BRETAGNE, "En Bretagne", [("own", "Bretagne")]),
        (BRETAGNE, "à Rennes et à Saint-Malo", [("own", "Rennes"), ("own", "Saint-Malo")]),
        (BRETAGNE, "dans le Finistère", [("own", "Finistère")]),
        (BRETAGNE, "Côtes d’Armor", [("own", "Côtes d’Armor")]),
        (BRETAGNE, "les associations bretonnes", [("own_demonym", "bretonnes")]),
        (BRETAGNE, "à Nantes et en Alsace", [("other_place", "Alsace"), ("other_place", "Nantes")]),
        (BRETAGNE, "en Grande-Bretagne", []),
        ("Conseil régional d'Auvergne-Rhône-Alpes", "en Auvergne", [("own", "Auvergne")]),
        ("Conseil régional d'Auvergne", "en Auvergne", [("own", "Auvergne")]),
        (
            "Conseil régional d'Auvergne",
            "en Auvergne-Rhône-Alpes",
            [("other_place", "Auvergne-Rhône-Alpes")],
        ),
        (
            "Conseil départemental d'Ille-et-Vilaine",
            "Ille-et-Vilaine",
            [("own", "Ille-et-Vilaine")],
        ),
        ("Conseil départemental d'Ille-et-Vilaine", "Finistère", [("other_place", "Finistère")]),
        (PACA, "en PACA, en région Sud", [("own", "PACA"), ("own", "Sud")]),
        (PACA, "La Région Sud aide les pays du Sud", [("own_council", "Sud")]),
        ("Région Sud", "à Marseille", [("own", "Marseille")]),
        (BRETAGNE, "en région Sud", []),
        ("Région Centre-Val de Loire", "Centre – Val de Loire", [("own", "Centre – Val de Loire")]),
        ("Conseil régional de Normandie", "haut-normande", [("own_demonym", "haut-normande")]),
        ("Conseil régional de Nouvelle-Aquitaine", "à Guéret", [("own", "Guéret")]),
        ("Conseil régional du Grand Est", "en Lorraine", [("own", "Lorraine")]),
        (
            "Région Alsace Champagne-Ardenne Lorraine",
            "de Reims à Metz",
            [("own", "Metz"), ("own", "Reims")],
        ),
        ("Département de la Corse-du-Sud", "en Corse-du-Sud", [("own", "Corse-du-Sud")]),
        ("Conseil départemental de la Haute-Loire", "Haute-Loire", [("own", "Haute-Loire")]),
        ("Ville de Rennes", "à Rennes", [("own", "Rennes")]),
        ("Ville de Rennes", "les jeunes rennaises", [("own_demonym", "rennaises")]),
        ("Ville de Rennes", "à Nantes", [("other_place", "Nantes")]),
        ("Ministère des Affaires étrangères", "à Rennes", [("other_place", "Rennes")]),
        ("Ministère des Affaires étrangères", "une association bretonne", []),
    ],
)
def test_whose_place_it_is(
    bundled: Gazetteer, authority: str, text: str, places: list[tuple[str, str]]
) -> None:
    assert _places(bundled, authority, text) == places


@pytest.mark.parametrize(
    ("authority", "text"),
    [
        ("Conseil départemental de la Loire", "les châteaux de la Loire"),
        ("Conseil départemental du Nord", "les pays du Nord et du Sud"),
        ("Conseil régional du Centre", "Centre de ressources"),
        ("Conseil régional des Pays de la Loire", "au bord de la Loire"),
        ("Conseil régional de Provence-Alpes-Côte d'Azur", "Nice idea"),
    ],
)
def test_a_name_that_is_also_a_word_is_no_place_by_itself(
    bundled: Gazetteer, authority: str, text: str
) -> None:
    assert _places(bundled, authority, text) == []


@pytest.mark.parametrize(
    ("authority", "text"),
    [
        ("Conseil départemental de la Loire", "département de la Loire"),
        ("Conseil départemental du Nord", "département du Nord"),
        ("Conseil régional du Centre", "dans le Centre"),
        ("Conseil régional du Centre", "département du Cher"),
        ("Conseil régional de Provence-Alpes-Côte d'Azur", "ville de Nice"),
    ],
)
def test_a_name_that_is_also_a_word_is_home_where_it_is_called_a_place(
    bundled: Gazetteer, authority: str, text: str
) -> None:
    assert [label for label, _ in _places(bundled, authority, text)] == ["own"]


def test_a_place_needs_a_capital(bundled: Gazetteer) -> None:
    assert _places(bundled, BRETAGNE, "le mali, la bretagne") == []
    assert _places(bundled, BRETAGNE, "La réunion du comité") == []


def test_a_departement_is_not_at_home_in_the_whole_region(bundled: Gazetteer) -> None:
    council = bundled.territory("Conseil départemental de la Haute-Corse")
    assert council.names == {"Haute-Corse"}


def test_a_region_of_an_ambiguous_name_is_called_one(bundled: Gazetteer) -> None:
    found = _places(bundled, "Conseil régional du Centre", "les associations de la région Centre")
    assert [label for label, _ in found] == ["own"]


def test_a_country_is_read_by_its_everyday_name(bundled: Gazetteer) -> None:
    text = "au Mali, en Côte d’Ivoire et en Guinée-Bissau"
    spans = bundled.territory(BRETAGNE).spans(text, fold(text))
    assert [(s.label, s.value) for s in sorted(spans)] == [
        ("country", "Mali"),
        ("country", "Côte d'Ivoire"),
        ("country", "Guinée-Bissau"),
    ]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("en Guinée Bissau", "Guinée-Bissau"),
        ("au Burkina-Faso", "Burkina Faso"),
        ("en RD Congo", "République démocratique du Congo"),
        ("dans la bande de Gaza", "Palestine"),
        ("aux Seychelles", "Seychelles"),
        ("à Trinidad et Tobago", "Trinité-et-Tobago"),
        ("à Saint-Christophe et Niévès", "Saint-Christophe-et-Niévès"),
        ("au Nigeria", "Nigéria"),
        ("en Angleterre", "Royaume-Uni"),
    ],
)
def test_a_country_is_read_however_it_is_written(
    bundled: Gazetteer, text: str, country: str
) -> None:
    spans = bundled.territory(BRETAGNE).spans(text, fold(text))
    assert {span.value for span in spans if span.label == "country"} == {country}


def test_the_recipients_of_aid_are_those_of_the_list_of_2024() -> None:
    recipients = aid_recipients()
    assert len(recipients) == 141
    assert {"Mali", "Chine", "Panama", "Montserrat", "Palestine"} <= recipients
    # Graduated, or never on it.
    assert not {"Antigua-et-Barbuda", "Chili", "Uruguay", "Seychelles", "Russie"} & recipients


def test_every_recipient_of_aid_is_found_as_a_country(bundled: Gazetteer) -> None:
    territory = bundled.territory(OMBRELLE)
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8") as file:
        recipients = [row["name"] for row in csv.DictReader(file) if row["dac"] == "true"]
    for name in recipients:
        spans = territory.spans(name, fold(name))
        assert name in {span.value for span in spans if span.label == "country"}, name


@pytest.mark.parametrize(
    ("authority", "text"),
    [
        ("Ville de Clairbourg", "Clairbourg, les jeunes clairbourgeois"),
        ("Communauté d'agglomération de Montserein (presse)", "Montserein, les Montsereinois"),
        ("Mairie de Grisol", "Grisol, une association grisolaise"),
    ],
)
def test_a_town_that_no_list_knows_is_at_home_by_its_name(
    bundled: Gazetteer, authority: str, text: str
) -> None:
    territory = bundled.territory(authority)
    assert territory.level == "city"
    found = [span.label for span in sorted(territory.spans(text, fold(text)))]
    assert found == ["own", "own_demonym"]


def test_a_demonym_is_not_formed_where_one_is_known(bundled: Gazetteer) -> None:
    assert _places(bundled, BRETAGNE, "bretagnais") == []


def test_a_ministry_is_at_home_nowhere(bundled: Gazetteer) -> None:
    territory = bundled.territory("Ministère des Affaires étrangères")
    assert territory.names == frozenset()
    found = territory.spans("À Rennes, en Bretagne", fold("À Rennes, en Bretagne"))
    assert {span.label for span in found} == {"other_place"}


@pytest.mark.parametrize("source", bundled_sources(), ids=lambda source: source.name)
def test_a_bundled_council_is_known_by_each_of_its_names(bundled: Gazetteer, source) -> None:  # type: ignore[no-untyped-def]
    for name in (source.name, f"Région {source.territory}", source.name.upper(), *source.aliases):
        found = bundled.source(name)
        assert found is not None, name
        assert found.territory == source.territory, name


def test_a_campaigns_own_source_comes_first(gazetteer: Gazetteer, bundled: Gazetteer) -> None:
    assert bundled.source(OMBRELLE) is None
    found = gazetteer.source(OMBRELLE)
    assert found is not None
    assert found.id == "ombrelle"
    text = "à Clairbourg, en Haute-Ombre, les Ombrelloises, à Rennes"
    assert _places(gazetteer, OMBRELLE, text) == [
        ("other_place", "Rennes"),
        ("own", "Clairbourg"),
        ("own", "Haute-Ombre"),
        ("own_demonym", "Ombrelloises"),
    ]
