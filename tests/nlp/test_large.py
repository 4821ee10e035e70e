"""Pages as no council writes them: each is coded, or said not to be, in time and memory."""

import random
import re
import resource
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import Campaign, Event, read_events
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter
from nlp.coding.codebook import load_codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.matching import Coder
from nlp.coding.passages import cut, passages
from nlp.counting.results import Row, read_table
from tests.conftest import Told, aect
from tests.nlp.coding.handmade import block, document

COUNCIL = "Conseil régional d'Ombrelle"
CONDITION = "Le demandeur doit avoir son siège social dans la région Ombrelle."
WORDS = re.findall(
    r"\w+",
    "le vent souffle sur une plaine où des chevaux gris dorment près du vieux moulin pendant que "
    "la pluie tombe encore loin vers les collines vertes et les bois sombres",
)
MEMORY = 2 * 1024**3


def prose(words: int, seed: int = 1, *, stops: bool = True) -> str:
    """So many words, in sentences of fifteen, or in none."""
    chance = random.Random(seed)  # noqa: S311
    said = [chance.choice(WORDS) for _ in range(words)]
    if stops:
        for place in range(14, words, 15):
            said[place - 14] = said[place - 14].capitalize()
            said[place] += "."
    return " ".join(said)


PAGES: Mapping[str, str] = {
    "appel-long": "<h1>Appel à projets : règlement</h1>"
    + "".join(f"<p>{prose(500, seed)}</p>" for seed in range(60))
    + f"<h2>Bénéficiaires</h2><p>{CONDITION}</p>",
    "appel-une-ligne": f"<h1>Appel à projets</h1><p>{CONDITION} {prose(20_000)} {CONDITION}</p>",
    "english": "<h1>Calls for projects</h1><p>The Region supports associations that carry out with "
    "a local partner a project which is useful to the inhabitants. Applicants must have their "
    "head office in the region and apply before the end of October.</p>",
    "menu": "<nav><ul><li><a href='/a'>Accueil</a></li><li><a href='/b'>La Région</a></li><li>"
    "<a href='/c'>Contact</a></li></ul></nav>",
}


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, Told]:
    campaign = Campaign.named("large", tmp_path_factory.mktemp("large"))
    writer = ArchiveWriter(campaign.archive, "large", {"software": "test"})
    for name, main in PAGES.items():
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        head.protocol = "HTTP/1.1"
        body = f"<html><head><title>{name}</title></head><body>{main}</body></html>".encode()
        day = datetime(2014, 8, 26, 10, tzinfo=UTC)
        writer.write(
            Exchange(f"http://ombrelle.example/{name}", day, body, head),
            {"authority": COUNCIL, "kind": "call" if name.startswith("appel") else ""},
        )
    writer.close()

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    return campaign, aect(campaign.home, "analyse", "large", before=limited)


def of_page(campaign: Campaign, name: str) -> Row:
    (row,) = (r for r in read_table(campaign, "documents") if r["url"].endswith(f"/{name}"))
    return row


def told_of(campaign: Campaign, name: str) -> list[Event]:
    events = read_events(campaign.outputs / "log.jsonl")
    return [event for event in events if event.subject.endswith(f"/{name}")]


def test_the_analysis_ends_within_its_memory(analysed: tuple[Campaign, Told]) -> None:
    assert analysed[1].status == 0, analysed[1].err


@pytest.mark.parametrize("name", ["appel-long", "appel-une-ligne"])
def test_a_condition_is_found_among_ten_thousands_of_words(
    analysed: tuple[Campaign, Told], name: str
) -> None:
    page = of_page(analysed[0], name)
    assert int(page["words"]) > 20_000
    found = [
        row["quote"]
        for row in read_table(analysed[0], "references")
        if row["document_id"] == page["document_id"] and row["code"] == "applicant.location"
    ]
    assert CONDITION in found
    assert max(map(len, found)) <= 3_000


def test_another_language_is_told_not_coded(analysed: tuple[Campaign, Told]) -> None:
    assert of_page(analysed[0], "english")["language"] == "en"
    assert [event.name for event in told_of(analysed[0], "english")] == ["other_language"]


def test_nothing_but_a_menu_is_told(analysed: tuple[Campaign, Told]) -> None:
    assert [event.name for event in told_of(analysed[0], "menu")] == ["empty_page"]
    assert not [r for r in read_table(analysed[0], "documents") if r["url"].endswith("/menu")]
    report = analysed[0].outputs / "report" / "pages.html"
    assert "http://ombrelle.example/menu" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("stops", [True, False])
def test_a_line_of_half_a_million_characters_is_cut_and_coded(stops: bool) -> None:
    line = prose(80_000, stops=stops)[:500_000]
    page = document(block("paragraph", f"{line} {CONDITION}"))
    cuts = cut(page)
    found = list(passages(page, cuts))
    assert "".join(one.text for one in found).replace(" ", "") == page.text.replace(" ", "")
    assert max(len(one.text) for one in found) <= 3_000
    coder = Coder(load_codebook(), Gazetteer(()))
    codes = {reference.code for reference in coder.references(page, "call", cuts)}
    assert "applicant.location" in codes


def test_an_endless_word_is_cut_too() -> None:
    page = document(block("paragraph", "a" * 10_000))
    assert [len(one.text) for one in passages(page)] == [3_000, 2_000, 3_000, 2_000]
