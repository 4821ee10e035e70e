"""What a report is equipped with to replay its pages, and what its replay pages know."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.campaign import Campaign
from nlp.coding.references import Coding
from nlp.reporting.pages.places import anchor, slug
from nlp.reporting.replay import equipping
from nlp.reporting.replay.equipping import equip
from nlp.reporting.report import write_report
from tests.conftest import contents
from tests.nlp.reporting import study_made_up as made
from tests.nlp.reporting.test_in_browser import hostile

WACZ = b"PK a package"


def write(campaign: Campaign, coding: Coding, language: str = "fr") -> Path:
    index = write_report(
        campaign.outputs,
        coding,
        made.study(coding),
        {},
        (),
        {"fr": made.LABELS, "en": made.LABELS},
        dict.fromkeys(made.LABELS, 0.5),
        campaign=campaign.name,
        versions={},
        councils=made.NAMES,
        language=language,
    )
    return index.parent


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    one = Campaign.named("essai", tmp_path)
    one.corpus.mkdir(parents=True)
    (one.corpus / "essai.wacz").write_bytes(WACZ)
    return one


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Players of no content."""
    folder = tmp_path / "vendor"
    folder.mkdir()
    for names in equipping._SERVED.values():
        for name in names:
            (folder / name).write_text(name, "utf-8")
    monkeypatch.setattr(equipping, "vendored", lambda at: at == folder)
    return folder


def test_every_quote_is_told_with_what_marks_it(campaign: Campaign) -> None:
    coding = hostile()
    report = write(campaign, coding)
    documents = {document.id: document for document in coding.documents}
    files = {path.stem for path in (report / "replay" / "documents").iterdir()}
    assert files == {slug(id_) for id_ in documents}
    for reference in coding.references:
        document = documents[reference.document_id]
        path = report / "replay" / "documents" / f"{slug(document.id)}.json"
        facts = json.loads(path.read_text("utf-8"))
        told = facts["quotes"][anchor(reference.id)]
        assert told["doubt"] == ("" if reference.certain else "à vérifier")
        before, after = told["around"]
        text = document.text.encode("utf-8", "replace").decode()  # half a character is none
        assert before + told["quote"] + after in text
        assert facts["digest"] == document.capture.digest
        assert not facts["live"] or facts["live"].startswith(("http://", "https://"))


def test_a_second_report_is_the_same_and_writes_nothing_anew(campaign: Campaign) -> None:
    report = write(campaign, made.coding())
    first, place = contents(report / "replay"), report / "replay" / "documents"
    for path in place.iterdir():
        os.utime(path, ns=(1, 1))
    write(campaign, made.coding())
    assert contents(report / "replay") == first
    assert {path.stat().st_mtime_ns for path in place.iterdir()} == {1}


def test_what_left_the_campaign_leaves_the_report(campaign: Campaign) -> None:
    coding = made.coding()
    report = write(campaign, coding)
    gone = coding.documents[-1]
    assert (report / "replay" / "documents" / f"{slug(gone.id)}.json").exists()
    write(campaign, replace(coding, documents=coding.documents[:-1]), "en")
    assert not (report / "replay" / "documents" / f"{slug(gone.id)}.json").exists()
    assert (report / "fr" / "replay" / "index.html").exists()
    assert not (report / "en" / "replay").exists()


def test_a_report_is_equipped_with_the_archive_and_its_digest(
    campaign: Campaign, vendor: Path
) -> None:
    assert equip(campaign, vendor)
    folder = campaign.outputs / "report" / "replay"
    facts = json.loads((folder / "archive.json").read_text("utf-8"))
    assert facts["player"] is True
    assert (facts["file"], facts["bytes"]) == ("essai.wacz", len(WACZ))
    assert facts["sha256"] == hashlib.sha256(WACZ).hexdigest()
    assert (folder / "essai.wacz").samefile(campaign.corpus / "essai.wacz")
    for licence in ("player/LICENSE-replaywebpage.txt", "pdf/LICENSE-pdfjs.txt"):
        assert (folder / licence).is_file()
    before = contents(folder)
    assert equip(campaign, vendor)
    assert contents(folder) == before


def test_where_a_disk_has_no_links_the_archive_is_copied(
    campaign: Campaign, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refused)
    equip(campaign, vendor)
    placed = campaign.outputs / "report" / "replay" / "essai.wacz"
    assert placed.read_bytes() == WACZ
    assert not placed.samefile(campaign.corpus / "essai.wacz")


def test_what_a_report_is_no_longer_equipped_with_is_removed(
    campaign: Campaign, vendor: Path
) -> None:
    equip(campaign, vendor)
    folder = campaign.outputs / "report" / "replay"
    (folder / "former-name.wacz").write_bytes(WACZ)
    (campaign.corpus / "essai.wacz").unlink()
    assert not equip(campaign, vendor / "gone")
    assert contents(folder).keys() == {"archive.json"}
    assert json.loads((folder / "archive.json").read_text("utf-8")) == {"player": False}
