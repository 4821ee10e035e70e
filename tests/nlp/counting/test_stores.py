"""What people open: CSV, workbook, Parquet and SQLite say the same, safely, and always the same."""

import csv
import io
import json
import resource
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.counting.kept import MEMORY
from nlp.counting.stores import csv_bytes, defused, write_csv, write_tables
from nlp.counting.study import read_published
from nlp.counting.tables import Table, build_tables
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, campaign


def tables(lang: str = "fr") -> tuple[Table, ...]:
    return build_tables(campaign(), CODEBOOK, [VALMORIERE, SORVANGE], read_published(), lang)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outputs = tmp_path_factory.mktemp("outputs") / "2014"
    write_tables(tables(), outputs)
    return outputs


def rows(outputs: Path, name: str) -> list[dict[str, str]]:
    with (outputs / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_cells(written: Path) -> None:
    current = next(row for row in rows(written, "calls") if row["call_id"] == "c1")
    assert current["applicant_location_quote"] == "'=siège en Valmorière"
    assert current["partner_operator"] == "true"
    assert current["excluded_expenses"] == "false"
    assert current["cofunding_rate_max"] == "50"
    assert current["amount_max"] == ""
    raw = (written / "tables" / "calls.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.startswith(b"call_id,authority,title,")


def test_negative_specificities_stay_numbers(written: Path) -> None:
    values = [float(row["specificity"]) for row in rows(written, "specificities")]
    assert any(value < 0 for value in values)


def test_parquet_says_what_csv_says(written: Path) -> None:
    for table in tables():
        frame = polars.read_parquet(written / "tables" / f"{table.name}.parquet")
        assert frame.columns == [column.name for column in table.columns]
        assert frame.rows() == list(table.rows)


def test_sqlite_searches_without_accents_and_joins(written: Path) -> None:
    with sqlite3.connect(written / "study.sqlite") as db:
        found = db.execute(
            'select d.title from references_fts f join "references" r on r.rowid = f.rowid '
            "join documents d using (document_id) where references_fts match 'valmoriere'"
        ).fetchall()
        titles = db.execute(
            "select count(*) from documents_fts where documents_fts match 'solidarite'"
        ).fetchone()
        keys = {row[2] for row in db.execute('pragma foreign_key_list("references")')}
        clash = db.execute("select F_corpus >= f from specificities").fetchall()
        broken = db.execute("pragma foreign_key_check").fetchall()
    assert ("Appel à projets solidarité internationale",) in found
    assert titles == (1,)
    assert keys == {"documents", "authorities", "codes"}
    assert broken == []
    assert set(clash) == {(1,)}


def test_sqlite_takes_lists_of_keys_apart(written: Path) -> None:
    with sqlite3.connect(written / "study.sqlite") as db:
        pages = db.execute(
            "select d.title from call_documents join documents d using (document_id) "
            "where call_id = 'c1' order by d.title"
        ).fetchall()
        fields = db.execute(
            'select field, r.quote from call_evidence join "references" r using (reference_id)'
        ).fetchall()
        councils = db.execute("select authority from study_authorities").fetchall()
        copies = db.execute(
            "select count(duplicate_of), count(distinct duplicate_of) from documents"
        ).fetchone()
        plan = db.execute(
            "explain query plan select * from call_documents where document_id = ''"
        ).fetchall()
    assert [title for (title,) in pages] == [
        "Appel à projets (copie)", "Appel à projets solidarité internationale",
    ]  # fmt: skip
    assert fields == [("applicant_location", "dont le siège est en Valmorière")]
    assert (VALMORIERE,) in councils
    assert copies == (1, 1)  # NULL, not an empty text, where a page is no copy
    assert "USING INDEX" in plan[0][3]


def test_a_council_with_a_bar_in_its_name_breaks_no_link(tmp_path: Path) -> None:
    coding = campaign()
    barred = replace(coding.authorities[0], authority="Conseil | des Îles")
    coding = replace(coding, authorities=(barred, *coding.authorities[1:]))
    write_tables(build_tables(coding, CODEBOOK, [], read_published()), tmp_path)
    with sqlite3.connect(tmp_path / "study.sqlite") as db:
        assert db.execute("pragma foreign_key_check").fetchall() == []
        assert ("Conseil | des Îles",) in db.execute("select authority from authorities").fetchall()


def test_workbook_holds_text_never_formulas(written: Path) -> None:
    with zipfile.ZipFile(written / "study.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "/sheet" in name]
        names = book.read("xl/workbook.xml").decode()
    assert any(">=siège en Valmorière" in sheet for sheet in sheets)
    assert not any("<f>" in sheet for sheet in sheets)
    assert 'name="columns" sheetId="1"' in names
    assert sum('state="frozen"' in sheet for sheet in sheets) == len(tables()) + 1


def test_same_study_same_bytes(written: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.nlp.counting.test_stores import tables;"
        "from nlp.counting.stores import write_tables; write_tables(tables(), Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "o")], check=True, cwd=root)
    files = sorted(path.relative_to(written) for path in written.rglob("*") if path.is_file())
    assert len(files) == 2 * len(tables()) + len(["study.xlsx", "study.sqlite", ".made.json"])
    for file in files:
        if file.name != MEMORY:  # it names the program's files, which may change while tests run
            assert (tmp_path / "o" / file).read_bytes() == (written / file).read_bytes(), file


def coded_anew() -> tuple[Table, ...]:
    """The tables where the codes found something else, the words and the families did not."""
    coding = campaign()
    coding = replace(coding, references=coding.references[1:], codebook_version="another")
    return build_tables(coding, CODEBOOK, [VALMORIERE, SORVANGE], read_published())


def bytes_of(outputs: Path) -> dict[str, bytes]:
    files = (path for path in outputs.rglob("*") if path.is_file())
    return {path.relative_to(outputs).as_posix(): path.read_bytes() for path in files}


def test_after_a_change_the_same_bytes_as_if_written_for_the_first_time(tmp_path: Path) -> None:
    write_tables(tables(), tmp_path / "again")
    write_tables(coded_anew(), tmp_path / "again")
    write_tables(coded_anew(), tmp_path / "once")
    assert bytes_of(tmp_path / "again") == bytes_of(tmp_path / "once")
    assert bytes_of(tmp_path / "once") != bytes_of(write_all(tmp_path / "first"))


def write_all(outputs: Path) -> Path:
    write_tables(tables(), outputs)
    return outputs


def test_what_takes_long_to_find_is_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(tables(), tmp_path)

    def again(*_: object) -> None:
        raise AssertionError("found anew")

    monkeypatch.setattr("nlp.counting.tables.specificity_rows", again)
    monkeypatch.setattr("nlp.counting.tables.count_families", again)
    write_tables(coded_anew(), tmp_path)
    lemmas = {id_: {**counts, "autre": 9} for id_, counts in campaign().lemmas.items()}
    coding = replace(campaign(), lemmas=lemmas)
    with pytest.raises(AssertionError, match="found anew"):
        write_tables(build_tables(coding, CODEBOOK, [], read_published()), tmp_path)


@pytest.mark.parametrize(
    "file",
    [
        "tables/specificities.parquet", "tables/specificities.csv", "tables/families.parquet",
        "tables/calls.csv", "study.xlsx", "study.sqlite", ".made.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_what_somebody_changed_is_written_anew(tmp_path: Path, file: str, harm: str) -> None:
    before = bytes_of(write_all(tmp_path))
    path = tmp_path / file
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] + b"" if harm == "cut" else b"{}")
    assert bytes_of(write_all(tmp_path)) == before


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    outputs = tmp_path / "2014"
    write_tables(tables(), outputs)
    before = {path: path.read_bytes() for path in outputs.rglob("*") if path.is_file()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, limits[1]))
        with pytest.raises(InputError, match="cannot be written") as error:
            write_tables(tables("en"), outputs)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(error.value)
    assert str(outputs) in str(error.value)
    assert {p: p.read_bytes() for p in outputs.rglob("*") if p.is_file()} == before


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n1.aé,\"\0＝"), max_size=8))
def test_defusing_can_be_undone_and_leaves_no_formula(text: str) -> None:
    safe = defused(text)
    number = safe.startswith("-") and safe[1:].replace(".", "", 1).isdigit()
    assert number or not safe.lstrip("\0").startswith(tuple("=+-@\t\r\n＝＋－＠"))
    inside = safe.lstrip("'").lstrip("\0")
    marked = safe.startswith("'") and inside.startswith(tuple("=+-@\t\r\n＝"))
    assert (safe[1:] if marked else safe) == text


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5)
)
def test_any_text_comes_back_from_csv(texts: list[str]) -> None:
    written = csv_bytes(["quote", "code"], ((text, "x") for text in texts))
    lines = io.StringIO(written.decode("utf-8"), newline="")
    back = [row[0] for row in list(csv.reader(lines))[1:]]
    assert json.dumps(back) == json.dumps([defused(text) for text in texts])


def test_one_csv_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "compare").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        write_csv(tmp_path / "compare" / "a.csv", ["a"], [["b"]])


def test_broken_characters_do_not_stop_the_tables(tmp_path: Path) -> None:
    coding = campaign()
    page = replace(coding.documents[0], title="Europe \ud800 \x00 international")
    coding = replace(coding, documents=(page, *coding.documents[1:]))
    write_tables(build_tables(coding, CODEBOOK, [], read_published()), tmp_path)
    titles = [row["title"] for row in rows(tmp_path, "documents")]
    assert "Europe ? \x00 international" in titles
