"""``aect evaluate`` as a person meets it: what it prints, writes, and leaves as exit status."""

import json
import sys
from pathlib import Path

import pytest

import aect
from corpora.campaign import Campaign
from tests.nlp.evaluating.conftest import SITE, SORVANGE

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(campaign.home)
    monkeypatch.setenv("COLUMNS", "80")
    return campaign.home


def _evaluate(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    command = ["aect", "evaluate", "essai", *map(str, arguments)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        aect.main()
    return int(ended.value.code or 0)


def _gold(home: Path, *lines: dict[str, object]) -> Path:
    path = home / "gold.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


CALL = {"url": f"{SITE}/aides/appel", "page_kind": "call", "applicant_location": "preferred"}
PAGE = {
    "url": "http://s.example/monde", "authority": SORVANGE,
    "spillovers": [{"category": "economic", "quote": "de nouveaux marchés"}],
}  # fmt: skip


def test_scores_are_grouped_and_what_was_written_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert _evaluate(monkeypatch, "--gold", _gold(home, CALL, PAGE)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    lines = [line.split()[0] for line in told.out.splitlines() if line.strip()]
    shown = [line for line in lines if line in {"kinds", "criteria", "spillovers", "passages"}]
    assert shown == ["kinds", "criteria", "passages"]
    assert "spillover_passages_any_category" in lines
    assert "…" not in told.out
    assert max(map(len, told.out.splitlines()[:12])) <= 80
    assert "2 of 2 gold texts found in the campaign" in told.out
    assert "quotes: 7 of 7 exact" in told.out
    assert "kinds: learnt from 306 pages of 20 authorities, none of them judged here" in told.out
    written = [Path(line) for line in told.out.splitlines() if line.startswith(str(home))]
    assert [path.name for path in written] == [
        "index.html", "scores.csv", "errors.csv", "confusion.csv", "coverage.csv", "coverage.png",
        "coverage.svg",
    ]  # fmt: skip
    assert all(path.is_file() for path in written)


def test_what_was_not_found_is_named_after_the_scores(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    lost = {"id": "nowhere", "page_kind": "call"}
    gold = _gold(home, CALL | {"applicant_location_quote": "ailleurs [x]"}, lost)
    assert _evaluate(monkeypatch, "--gold", gold) == 1
    told = capsys.readouterr()
    assert "page_kind" in told.out
    assert "1 of 2 gold texts found in the campaign" in told.out
    misplaced, missing = told.err.splitlines()
    assert misplaced.startswith(f"{gold}:1: ")
    assert "'ailleurs [x]'" in misplaced
    assert missing == f"{gold}:2: nowhere: not in the campaign"


def test_published_agreement_stands_beside(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (home / "a.csv").write_text("field,alpha\napplicant_location,0.87\n", "utf-8")
    assert _evaluate(monkeypatch, "--gold", _gold(home, CALL), "--agreement", "a.csv") == 0
    assert "0.87" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (CALL | {"applicant_location": "maybe"}, "gold.jsonl:2: applicant_location: 'maybe'"),
        (CALL | {"colour": "blue"}, "gold.jsonl:2: unknown field 'colour'"),
        (PAGE, "gold.jsonl:2: id 'http://s.example/monde' stands at line 1 already"),
    ],
)
def test_bad_gold_stops_before_anything_is_written(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    line: dict[str, object],
    told: str,
) -> None:
    assert _evaluate(monkeypatch, "--gold", _gold(home, PAGE, line)) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert told in said
    assert not (home / "outputs" / "essai" / "evaluation").exists()
