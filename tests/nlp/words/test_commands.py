"""``aect words`` as a person runs it: tables, files, and one line for what cannot be done."""

import csv
import io
import json
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from corpora.campaign import Campaign, InputError
from nlp.words.commands import app
from nlp.words.concordance import addresses, concordance
from nlp.words.reading import read_corpus
from nlp.words.showing import show
from tests.nlp.words.conftest import OMBRELLE, SORVANGE

Run = Callable[..., str]


@pytest.fixture
def words(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a subcommand in the campaigns' folder; what it says, or InputError."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> str:
        told = CliRunner().invoke(app, list(map(str, arguments)))
        if isinstance(told.exception, InputError):
            raise told.exception
        assert told.exit_code == 0, told.output
        return told.stdout

    return run


def rows(told: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told)))


BOTH = ("2014", "2026")


def test_specificities_by_year_of_two_campaigns(words: Run) -> None:
    told = rows(words("specificities", *BOTH, "--by", "year", "--least", 2, "--format", "csv"))
    assert {row["part"] for row in told} <= {"2014", "2026"}
    shown = words("specificities", *BOTH, "--by", "kind", "--least", 2)
    assert "tests; |specificity| from 2 up" in shown
    assert "words counted" in shown or "nothing scores so high" in shown


def test_words_are_weighted_by_tf_idf_over_the_parts(words: Run) -> None:
    parts = ("2014", "--by", "council", "--least", 1, "--format", "csv")
    told = rows(words("keyness", *parts)) + rows(words("specificities", *parts))
    alone = [row for row in told if row["f"] == row["F"]]
    assert alone
    for row in told:
        # of two parts: log10(2 / 1) for a word of one of them, nothing for a word of both
        weight = int(row["f"]) * math.log10(2) if row in alone else 0
        assert float(row["tf_idf"]) == pytest.approx(weight, abs=1e-4)


def test_keyness_counts_forms_when_asked(words: Run) -> None:
    told = rows(
        words("keyness", *BOTH, "--unit", "form", "--words", "all", "--least", 1, "--format", "csv")
    )
    assert told
    assert {"form", "g2", "lrc", "p_holm", "dp_norm"} <= set(told[0])


def test_a_concordance_as_json_leads_to_its_page(words: Run) -> None:
    told = json.loads(words("concordance", "2014", "-q", "malienne", "--format", "json"))
    assert [line["match"] for line in told] == ["malienne"]
    assert told[0]["page"].startswith("archive/")
    assert told[0]["council"] == OMBRELLE


def test_tables_fit_80_columns_with_words_and_numbers_whole(
    words: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked = ("--words", "all", "--least", 1, "--top", 400)
    for shown in (
        words("keyness", *BOTH, "--by", "place", *asked),
        words("specificities", *BOTH, "--by", "place", *asked),
        words("cooccurrence", *BOTH, "-q", "coopération", *asked),
    ):
        lines = [line.rstrip() for line in shown.splitlines()]
        assert all(len(line) <= 80 for line in lines if ";" not in line)
        # No number goes on in a second line, and no name of a column is cut anywhere but twice.
        assert not any(re.fullmatch(r"\s{3,}[\d.e+-]+(\s+[\d.e+-]+)*", line) for line in lines)
    assert "name\n" in words("keyness", *BOTH, "--by", "place", *asked).replace(" ", "")


def test_each_match_on_a_terminal_links_to_its_place(home: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(home)
    found = concordance(read_corpus([Campaign.named("2014")]), "malienne")
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100, color_system="standard")
    monkeypatch.setattr("nlp.words.showing.out", terminal)
    show(found, "table", columns=("left", "match", "right"), links=addresses(found))
    page = (home / "outputs" / "2014" / "report").resolve().as_uri() + "/archive/"
    assert page in terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "#:~:text=" in terminal.file.getvalue()  # type: ignore[attr-defined]


def test_where_keeps_and_by_groups(words: Run) -> None:
    told = rows(
        words(
            "concordance", *BOTH, "-q", "coopération", "--where", "year=2014", "--by", "council",
            "--format", "csv",
        )
    )  # fmt: skip
    assert {row["year"] for row in told} == {"2014"}
    assert {row["part"] for row in told} == {OMBRELLE, SORVANGE}


def test_families_and_the_names_that_join_them(words: Run) -> None:
    shown = words("families", *BOTH, "--by", "year")
    assert "told_apart" in shown
    told = rows(words("families", "2014", "--names", "--format", "csv"))
    assert [row["families"] for row in told] == ["europe|international"]


def test_families_show_the_places_asked_for_with_the_counts_of_the_whole(words: Run) -> None:
    def counts(*where: str) -> set[tuple[str, ...]]:
        asked = [part for one in where for part in ("--where", one)]
        told = rows(words("families", "2014", *asked, "--format", "csv"))
        return {tuple(row[name] for name in ("part", "family", "place", "words")) for row in told}

    every = counts()
    body = {row for row in every if row[2] == "body"}
    assert counts("place=body") == counts("place!=name", "place!=title") == body
    assert counts("place=title", "place=name") == every - body
    for where, told in (
        (("place=body", "place!=body"), "no place is left"),
        (("place=menu",), "no place 'menu' in the corpus; there are: name, title, body"),
    ):
        with pytest.raises(InputError, match=told):
            counts(*where)
    with pytest.raises(InputError, match="--names lists names of units"):
        words("families", "2014", "--names", "--where", "place=body")


def test_what_only_counts_needs_no_second_part(words: Run) -> None:
    one = ("2014", "--where", f"council={OMBRELLE}", "--format", "csv")
    told = rows(words("families", *one, "--by", "year"))
    assert {(row["part"], row["dp_norm"]) for row in told} == {("2014", "")}
    lines = rows(words("concordance", *one, "-q", "coopération", "--by", "council"))
    assert {row["part"] for row in lines} == {OMBRELLE}
    with pytest.raises(InputError, match="all words are one part"):
        words("keyness", *one, "--by", "year")


def test_cooccurrence_within_a_window(words: Run) -> None:
    told = rows(
        words("cooccurrence", "2014", "-q", "coopération", "--window", 3, "--format", "csv")
    )
    assert all(float(row["log_dice"]) <= 14 for row in told)
    assert "sentences" in words("cooccurrence", "2014", "-q", "coopération", "--least", 1)


def test_a_map_has_axes_and_a_picture(words: Run, home: Path) -> None:
    told = rows(words("map", *BOTH, "--by", "kind", "--least", 1, "--format", "csv"))
    assert {row["kind"] for row in told} == {"part", "word"}
    assert {"coordinate_1", "contribution_2", "cos2_2"} <= set(told[0])
    assert (home / "outputs" / "2026" / "figures" / "words-map.svg").exists()


def test_classes_of_short_segments(words: Run, home: Path) -> None:
    asked = ("classes", *BOTH, "--least", 1, "--size", 8, "--k", 2, "--class-size", 1)
    shown = words(*asked)
    assert "unclassified" in shown
    assert "made no class" not in shown
    told = rows(words(*asked, "--passages", "--format", "csv"))
    assert told
    assert {row["class"] for row in told} <= {"1", "2"}
    assert all(len(row["text"].split()) < 20 for row in told)
    by = words(*asked, "--by", "year", "--format", "csv")
    assert len(rows(by)) == 4
    assert (home / "outputs" / "2026" / "figures" / "words-classes.png").exists()


def test_groups_too_small_for_a_class_are_told(words: Run) -> None:
    asked = ("classes", *BOTH, "--least", 1, "--size", 5, "--k", 9)
    every = rows(words(*asked, "--class-size", 1, "--format", "csv"))
    sizes = {row["class"]: int(row["size"]) for row in every}
    least = sorted(sizes.values())[-2]
    assert min(sizes.values()) < least
    shown = words(*asked, "--class-size", least)
    assert f"of fewer than {least} segments" in shown
    kept = rows(words(*asked, "--class-size", least, "--format", "csv"))
    assert all(int(row["size"]) >= least for row in kept)
    with pytest.raises(InputError, match="in classes of 99 segments or more"):
        words(*asked, "--class-size", 99)


def test_files_hold_all_rows(words: Run, tmp_path: Path) -> None:
    file = tmp_path / "new" / "kwic.parquet"
    words("concordance", "2014", "-q", "lycée", "--format", "parquet", "--out", file)
    assert len(polars.read_parquet(file)) == 5


def test_what_is_no_file_is_left_as_it_is(words: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(InputError, match=r"cannot be written \(it is no file"):
            words("families", "2014", "--format", "csv", "--out", path)
    assert pipe.is_fifo()


def test_a_stop_list_of_ones_own(words: Run, tmp_path: Path) -> None:
    stop = tmp_path / "stop.txt"
    stop.write_text("lycée lycées  # said too often\n", encoding="utf-8")
    asked = ("keyness", "2014", "--by", "council", "--least", 1, "--format", "csv", "--stop", stop)
    assert "lycée" not in {row["lemma"] for row in rows(words(*asked))}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("families", "1999"), "run `aect analyse 1999` first"),
        (("specificities", "2014", "--by", "x"), "'x' is no metadata of a corpus"),
        (("keyness", "2014"), "all words are one part"),
        (("keyness", "2014", "--by", "council", "--least", 99), "ask for fewer"),
        (("concordance", "2014", "-q", "xylophone"), "'xylophone' does not occur"),
        (("concordance", "2014", "-q", "[x"), "character 2"),
        (("cooccurrence", "2014", "-q", "xylophone"), "does not occur"),
        (("families", "2014", "--where", "kind=x"), "no kind 'x' in the corpus"),
        (("families", "2014", "--format", "parquet"), "needs a file: give --out"),
        (("families", "2014", "--out", "x.csv"), "give --format csv"),
        (("keyness", "2014", "--by", "kind", "--stop", "none.txt"), "none.txt: the stop list"),
        (("map", "2014", "--by", "kind", "--least", 99), "map: too few words"),
        (("compounds", "2014", "--least", 99), "is met 99 times"),
        (("families", "../x"), "campaign name '../x'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: Run, arguments: tuple[object, ...], told: str
) -> None:
    with pytest.raises(InputError) as error:
        words(*arguments)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_every_table_can_be_cut_down_and_written() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    tables = ("families", "specificities", "keyness", "concordance", "cooccurrence", "map")
    for name in (*tables, "classes", "compounds"):
        options = {option for one in commands[name].params for option in one.opts}
        assert {"--where", "--format", "--out"} <= options, name
        assert "--by" in options or name == "compounds"
