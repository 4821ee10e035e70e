"""Every command can be run again: it redoes only what changed, and the same bytes come back."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpora.campaign import Campaign, read_events
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from nlp.coding.codebook import BUNDLED_CODEBOOK
from nlp.counting.results import read_table
from tests.conftest import AECT, Study, aect, contents, environment

NOWHERE = "http://127.0.0.1:9"
"""A proxy where nobody listens: whoever asks it for a page is found out."""


@pytest.fixture
def home(small: Study, tmp_path: Path) -> Path:
    """A copy of the small study, in another folder than the one it was made in."""
    for part in ("corpora", "outputs"):
        shutil.copytree(small.campaign.home / part, tmp_path / part)
    return tmp_path


MADE = ("documents", "readings", "kinds", "coded", "vocabulary")
"""What an analysis keeps beside the archive."""


def forget(campaign: Campaign) -> None:
    shutil.rmtree(campaign.outputs)
    for made in campaign.corpus.glob("*.json*"):
        if made.stem in MADE:
            made.unlink()


def test_analysing_again_changes_nothing(small: Study, home: Path) -> None:
    assert small.told.status == 0, small.told.err
    assert "nothing changed" not in small.told.out
    before = contents(home)
    told = aect(home, "analyse", "small", http_proxy=NOWHERE)
    assert told.status == 0, told.err
    assert "nothing changed since the last analysis" in told.out
    assert contents(home) == before


def test_the_same_bytes_come_back_from_the_archive_alone(small: Study, home: Path) -> None:
    campaign = Campaign.named("small", home)
    forget(campaign)
    (campaign.archive / "captures.json").unlink()

    told = aect(home, "analyse", "small", http_proxy=NOWHERE)

    assert told.status == 0, told.err
    assert contents(campaign.outputs) == contents(small.campaign.outputs)
    assert contents(campaign.corpus) == contents(small.campaign.corpus)


def test_another_codebook_codes_anew_without_fetching_or_reading(small: Study, home: Path) -> None:
    campaign = Campaign.named("small", home)
    folder = home / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)
    applicant = folder / "applicant.yml"
    applicant.write_text(applicant.read_text("utf-8").replace("head_office", "seat_here"), "utf-8")
    read = campaign.corpus / "readings.jsonl"
    # a reader that had run would have replaced the file
    untouched = read.stat().st_ino, read.stat().st_mtime_ns
    gathered = all_but_coded(campaign)

    told = aect(home, "analyse", "small", "--codebook", folder, http_proxy=NOWHERE)

    assert told.status == 0, told.err
    assert "nothing changed" not in told.out
    assert (read.stat().st_ino, read.stat().st_mtime_ns) == untouched
    assert all_but_coded(campaign) == gathered
    old, new = small.table("references"), read_table(campaign, "references")
    assert {row["codebook_version"] for row in old}.isdisjoint(
        row["codebook_version"] for row in new
    )
    assert sum("head_office" in row["tags"] for row in old) > 0
    assert sum("head_office" in row["tags"] for row in new) == 0


def all_but_coded(campaign: Campaign) -> dict[str, str]:
    return {name: d for name, d in contents(campaign.corpus).items() if name != "coded.jsonl"}


def edited(file: Path, edit: Callable[[Any], None]) -> None:
    content = yaml.safe_load(file.read_text("utf-8"))
    edit(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def test_changed_codes_give_what_a_cold_analysis_gives(home: Path, tmp_path: Path) -> None:
    campaign = Campaign.named("small", home)
    folder = tmp_path / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)

    def analysed(**more: str) -> str:
        wanted = ("analyse", "small", "--codebook", folder)
        told = aect(home, *wanted, http_proxy=NOWHERE, **more)
        assert told.status == 0, told.err[-1000:]
        return told.err

    before = contents(campaign.outputs)
    edited(folder / "france.yml", lambda f: f["codes"][0]["patterns"][0].update(score=0.51))
    told = analysed(PYTHONPROFILEIMPORTTIME="1")
    imported = set(re.findall(r"\| +(\w+)$", told, re.MULTILINE))
    # It takes a tenth of a cold analysis as long as these stay out.
    assert "polars" in imported
    assert imported.isdisjoint({"spacy", "sklearn", "scipy", "matplotlib"})
    after = contents(campaign.outputs)
    assert after["tables/references.csv"] != before["tables/references.csv"]
    assert after["tables/specificities.csv"] == before["tables/specificities.csv"]
    edited(folder / "families.yml", lambda f: f["families"][0]["patterns"].append("territoire*"))
    analysed()
    changed = contents(campaign.outputs)
    assert changed["tables/families.parquet"] != after["tables/families.parquet"]
    edited(folder / "spillovers.yml", lambda f: f["codes"][0].update(kinds=["call"]))
    analysed()
    clouds = "figures/cloud-specificity-spillovers.png"
    assert contents(campaign.outputs)[clouds] != changed[clouds]
    warm = contents(campaign.outputs), contents(campaign.corpus)
    forget(campaign)
    analysed()
    assert warm == (contents(campaign.outputs), contents(campaign.corpus))


def test_what_somebody_changed_or_removed_is_written_again(home: Path) -> None:
    """Pages and pictures that are there, made from the same, stay: others must not be taken."""
    campaign = Campaign.named("small", home)
    before = contents(campaign.outputs)
    archived = sorted((campaign.outputs / "report" / "archive").iterdir())
    archived[0].write_text("changed", "utf-8")
    archived[1].unlink()
    beside = archived[0].parent / "somebody-s.html"
    beside.write_text("notes", "utf-8")
    (campaign.outputs / "figures" / "codes.svg").unlink()
    for name in ("study.xlsx", "tables/specificities.parquet", "tables/families.csv"):
        (campaign.outputs / name).write_text("changed", "utf-8")
    campaign.state.unlink()  # as after a run that was stopped

    told = aect(home, "analyse", "small", http_proxy=NOWHERE)

    assert told.status == 0, told.err
    assert beside.read_text("utf-8") == "notes"  # what somebody put there is left alone
    beside.unlink()
    assert contents(campaign.outputs) == before


def test_crawling_again_fetches_nothing(home: Path, small_sources: Path) -> None:
    last_run = "corpora/small/crawl.json"  # what that run asked for: this time, nothing
    before = contents(home)
    wanted = ("crawl", "small", "--sources", small_sources, "--loopback", "--contact", "the tests")
    told = aect(home, *wanted, http_proxy=NOWHERE)
    assert told.status == 0, told.err
    assert re.search(r"^small: 0 exchanges archived, \d\d+ already there$", told.out, re.MULTILINE)
    after = contents(home)
    assert before.pop(last_run) != after.pop(last_run)
    assert after == before


def test_ctrl_c_leaves_what_the_same_command_completes(
    small: Study, tmp_path: Path, web: str, small_sources: Path
) -> None:
    campaign = Campaign.named("small", tmp_path)
    wanted = ("crawl", "small", "--sources", small_sources, "--loopback", "--contact", "the tests")
    process = subprocess.Popen(
        [*AECT, *map(str, wanted)],
        cwd=tmp_path,
        env=environment(http_proxy=web),
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not any(campaign.archive.glob("*.open")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.splitlines()[-1] == "aect: stopped; the same command goes on from here"
    assert "Traceback" not in said
    assert not list(campaign.archive.glob("*.open"))
    assert list(verify_archive(campaign.archive)) == []
    names = [event.name for event in read_events(campaign.corpus / "crawl.jsonl")]
    assert "crawl_interrupted" in names
    stopped_at = len(list(read_captures(campaign.archive)))
    whole = sorted(capture.url for capture in read_captures(small.campaign.archive))
    assert stopped_at < len(whole)

    told = aect(tmp_path, *wanted, http_proxy=web)

    assert told.status == 0, told.err
    assert f"{len(whole) - stopped_at} exchanges archived, {stopped_at} already there" in told.out
    assert sorted(capture.url for capture in read_captures(campaign.archive)) == whole
