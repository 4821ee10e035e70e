"""Two small campaigns of invented councils on disk, each with its report, and their comparison."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.campaign import Campaign
from nlp.coding.references import Coding
from nlp.comparing.comparison import Comparison, compare
from nlp.comparing.tables import write_comparison
from nlp.counting.stores import write_tables
from nlp.counting.study import measure, read_published
from nlp.counting.tables import build_tables
from nlp.reading.documents import write_documents
from nlp.reporting.comparing.writing import write_comparison_pages
from nlp.reporting.report import write_report
from tests.nlp.counting.handmade import (
    CODEBOOK,
    SORVANGE,
    VALMORIERE,
    call,
    campaign,
    document,
    reference,
)

HOSTILE = '</a><script>alert(1)</script> "onmouseover="alert(2)'
PREFERRED = "dont le siège est, de préférence, en Valmorière"


def later() -> Coding:
    """The handmade campaign's next edition: one call looser, one gone, hostile words in both."""
    then = campaign()
    page, chart, _, _, _, other = then.documents
    rules = document(
        VALMORIERE,
        f"Appel à projets solidarité internationale {HOSTILE}",
        ("heading", "Bénéficiaires"),
        ("item", f"Associations {PREFERRED}"),
        ("item", "Une présence de dix jours sur place, dix jours au moins"),
        ("item", f"Un bilan est demandé <img src=x onerror=alert(3)> {HOSTILE}"),
    )
    told = document(
        VALMORIERE,
        page.title,
        *((block.kind, page.text[block.start : block.end]) for block in page.blocks[1:]),
        ("paragraph", "La région ouvre une maison au Bénin."),
    )
    announced = reference(told, "spillover.territory.economic", "crée des emplois")
    seat = reference(rules, "applicant.location", PREFERRED, "preferred")
    council = replace(
        then.authorities[0],
        pages_read=3,
        evidence={"announces_spillovers": (announced.id,), "economic": (announced.id,)},
    )
    documents = (told, chart, rules, other)
    kinds = [then.kinds[one.id] for one in (page, chart, then.documents[2], other)]
    now = call(
        rules,
        applicant_location="preferred",
        amount_max=5000.0,
        partner_countries_list=tuple(f"Pays {number:02}" for number in range(20)),
        evidence={"applicant_location": (seat.id,)},
    )
    return replace(
        then,
        documents=documents,
        kinds=dict(zip((one.id for one in documents), kinds, strict=True)),
        references=(announced, seat),
        calls=(now,),
        authorities=(council, then.authorities[1]),
        lemmas={},
    )


def analysed(home: Path, name: str, coding: Coding, language: str = "fr") -> Campaign:
    """The campaign on disk, as an analysis leaves it."""
    target, councils, published = Campaign(name, home), [VALMORIERE, SORVANGE], read_published()
    write_tables(build_tables(coding, CODEBOOK, councils, published, language), target.outputs)
    write_documents(target.corpus / "documents.jsonl", coding.documents)
    labels = {lang: {code.id: code.label[lang] for code in CODEBOOK.codes} for lang in ("fr", "en")}
    write_report(
        target.outputs,
        coding,
        measure(coding, councils, published),
        {},
        (),
        labels,
        dict.fromkeys(labels["fr"], 0.5),
        campaign=name,
        versions={},
        councils=councils,
        language=language,
    )
    state = {"program": "p", "fingerprint": f"{name} {language}", "language": language}
    target.state.write_text(json.dumps(state), encoding="utf-8")
    return target


def compared(before: Campaign, after: Campaign) -> Comparison:
    """What ``aect compare`` does, but for what it prints."""
    comparison = compare(before, after)
    write_comparison(comparison, after)
    write_comparison_pages(comparison, after)
    return comparison


@pytest.fixture(scope="session")
def analysed_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two analysed campaigns; to be copied only."""
    home = tmp_path_factory.mktemp("analysed")
    analysed(home, "2014", campaign())
    analysed(home, "2026", later())
    return home


def copied(home: Path, folder: Path) -> tuple[Campaign, Campaign]:
    shutil.copytree(home, folder, dirs_exist_ok=True)
    return Campaign("2014", folder), Campaign("2026", folder)


@pytest.fixture(scope="session")
def years(
    analysed_years: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Campaign, Campaign]:
    """Two campaigns compared; to be read only."""
    both = copied(analysed_years, tmp_path_factory.mktemp("years"))
    compared(*both)
    return both


@pytest.fixture
def fresh(analysed_years: Path, tmp_path: Path) -> tuple[Campaign, Campaign]:
    """The same two, not yet compared, to do with what one likes."""
    return copied(analysed_years, tmp_path)


@pytest.fixture
def done(years: tuple[Campaign, Campaign], tmp_path: Path) -> tuple[Campaign, Campaign]:
    """The same two, compared, to do with what one likes."""
    return copied(years[0].home, tmp_path)
