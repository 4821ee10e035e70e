"""The downloads as users meet them: in other people's programs, with a hostile corpus in them."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from nlp.exporting.plain import file_text
from tests.nlp.counting.handmade import SORVANGE, VALMORIERE
from tests.nlp.exporting.hostile import COUNCIL, LONG, PASSAGE, TITLES, coding, written
from tests.nlp.exporting.peers import ask_datasette, project_schema, read

EXCEL_CELL = 32_767


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("hostile") / "2014", coding())


@pytest.fixture(scope="module")
def readers(outputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(outputs, tmp_path_factory.mktemp("unpacked"))


def sound(text: str) -> str:
    """What a table holds in place of a crawled text: half a surrogate is no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def undone(cell: str) -> str:
    """A CSV cell without the apostrophe that defused it."""
    return cell[1:] if re.match("''*[=+\\-@\t\r\n]", cell) else cell


def decoded(cell: str) -> str:
    """A cell as Excel shows it; openpyxl leaves its notation of control characters."""
    return re.sub("_x00([0-9A-F]{2})_", lambda code: chr(int(code[1], 16)), cell)


def test_both_libraries_find_every_quote_at_its_place(readers: dict[str, Any]) -> None:
    """One counts code points, the other UTF-16 units; the quotes are those of the tables."""
    expected = sorted([
        *[file_text(PASSAGE)] * len(TITLES),
        "crée des emplois", "dont le siège est en Valmorière", "dix jours au moins",
    ])  # fmt: skip
    assert sorted(one["text"] for one in readers["pyqdpx"]) == expected
    assert sorted(one["text"] for one in readers["pyrefiqda"]["selections"]) == expected
    assert "\u00e9\u0301" in file_text(PASSAGE)


def test_unsure_passages_have_a_user_of_their_own(readers: dict[str, Any]) -> None:
    users = {one["text"]: one["user"] for one in readers["pyqdpx"]}
    assert users["dix jours au moins"] == "aect (à vérifier)"
    assert {user for text, user in users.items() if text != "dix jours au moins"} == {"aect (sûr)"}


def test_a_selection_says_what_decided_it(readers: dict[str, Any]) -> None:
    about = {one["source"]: one["about"] for one in readers["pyqdpx"] if "=rule()" in one["about"]}
    assert len(about) == len(TITLES)
    assert sum("page 7" in text for text in about.values()) == 1


def test_codes_are_a_tree_with_labels(readers: dict[str, Any]) -> None:
    codes = readers["pyrefiqda"]["codes"]
    assert readers["pyrefiqda"]["codebook"] == codes
    (spillover,) = (code for code in codes if code[0] == "Retombées")
    ((territory, codable, _, leaves),) = spillover[3]
    assert (territory, codable) == ("Retombées pour le territoire", False)
    assert [leaf[:2] for leaf in leaves] == [["Retombées économiques", True]]
    used = {one["code"] for one in readers["pyrefiqda"]["selections"]}
    assert leaves[0][2] in used


def test_councils_are_cases_and_copies_stay_out(readers: dict[str, Any]) -> None:
    cases = readers["pyrefiqda"]["cases"]
    assert cases[VALMORIERE] == 4
    assert cases[SORVANGE] == 0
    assert len(cases) == 3
    assert not any("copie" in name for name in readers["pyrefiqda"]["sources"])


def test_names_of_sources_are_names_of_files_anywhere(readers: dict[str, Any]) -> None:
    names = readers["pyrefiqda"]["sources"]
    assert len(set(names)) == len(names)
    for name in names:
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f\u202a-\u202e]', name)
        assert len(name.encode()) < 220
    assert readers["pyrefiqda"]["files"] == sorted(readers["pyrefiqda"]["files"])


def test_the_project_fits_the_standard_s_schema(outputs: Path) -> None:
    schema = etree.XMLSchema(etree.parse(project_schema()))
    with zipfile.ZipFile(outputs / "study.qdpx") as project:
        names = project.namelist()
        schema.assertValid(etree.fromstring(project.read("project.qde")))
        sources = [project.read(name) for name in names if name.startswith("sources/")]
    assert names[0] == "project.qde"
    assert all(re.fullmatch(r"sources/[0-9a-f-]{36}\.txt", name) for name in names[1:])
    assert not any(b"\r" in source or source.startswith(b"\xef\xbb\xbf") for source in sources)


def test_the_package_describes_what_the_tables_hold(readers: dict[str, Any]) -> None:
    package = readers["frictionless"]
    assert (package["valid"], package["errors"]) == (True, [])
    titles = {undone(row["title"] or "") for row in package["rows"]["documents"]}
    assert {sound(title) for title in TITLES} <= titles
    quotes = [undone(row["quote"]) for row in package["rows"]["references"]]
    assert quotes.count(PASSAGE) == len(TITLES)
    calls = {row["call_id"]: row for row in package["rows"]["calls"]}
    assert calls["c1"]["partner_countries_list"] == ["Mali", "Sénégal"]
    assert calls["c1"]["partner_operator"] is True
    assert all(all(about) for about in package["about"].values())


def test_the_package_tells_of_changed_tables(tmp_path: Path) -> None:
    changed = written(tmp_path / "2014", coding())
    for file, old, new in (
        ("documents", b",call,", b",coal,"),
        ("authorities", SORVANGE.encode(), VALMORIERE.encode()),
        ("calls", b"true", b"vrai"),
        ("study", b"e", b"\xc3\xa9"),
    ):
        path = changed / "tables" / f"{file}.csv"
        path.write_bytes(path.read_bytes().replace(old, new))
    (report,) = read(changed, tmp_path, "frictionless").values()
    kinds = {error[0] for error in report["errors"]}
    assert kinds >= {"constraint-error", "primary-key", "foreign-key", "type-error", "hash-count"}


def test_the_workbook_holds_text_that_runs_nowhere(readers: dict[str, Any]) -> None:
    book = readers["openpyxl"]
    for sheet in book.values():
        assert "f" not in sheet["types"]
        assert sheet["links"] == 0
        assert sheet["widest"] <= 91
    titles = {decoded(row[4] or "") for row in book["documents"]["rows"]}
    shown = {sound(title) for title in TITLES if title and title != LONG}
    assert shown <= titles
    assert any(title.startswith("=très long") and len(title) == EXCEL_CELL for title in titles)


def test_the_workbook_can_be_read_by_people(readers: dict[str, Any]) -> None:
    book = readers["openpyxl"]
    assert next(iter(book)) == "columns"
    for name, sheet in book.items():
        assert sheet["frozen"] == ("A2" if name == "columns" else "B2")
        assert sheet["filter"].startswith("A1:")
    explained = {(row[0], row[2]): row[4] for row in book["columns"]["rows"]}
    header = book["references"]["rows"][0]
    assert all(explained["references", column] for column in header)
    assert any(text.startswith("Part des") or len(text) > 60 for text in book["study"]["wrapped"])
    assert not any(len(text) > 1000 for sheet in book.values() for text in sheet["wrapped"])


@pytest.fixture(scope="module")
def datasette(outputs: Path) -> dict[str, tuple[int, str]]:
    asked = [
        "/study.json",
        "/study/references.json?_labels=on&_shape=objects&_size=max",
        "/study/references.json?_search=creer+emplois&_shape=objects",
        "/study/documents.json?_search=LONG&_size=1",
        "/study/calls/c1",
        "/study/documents?_size=max",
        "/study/passages.json?mot=siege&_shape=objects",
        "/study/study",
        "/study/call_documents.json?_labels=on&_shape=objects",
        "/-/metadata.json",
    ]
    return dict(zip(asked, ask_datasette(outputs, *asked), strict=True))


def body(answers: dict[str, tuple[int, str]], start: str) -> str:
    (status, text) = next(answer for path, answer in answers.items() if path.startswith(start))
    assert status == 200, text[:500]
    return text


def test_datasette_facets_and_labels(datasette: dict[str, tuple[int, str]]) -> None:
    answer = json.loads(body(datasette, "/study/references.json?_labels"))
    facets = answer["facet_results"]
    assert list(facets) == ["code", "authority", "certain", "value"]
    economic = facets["code"]["results"][0]
    assert (economic["label"], economic["count"]) == ("Retombées économiques", len(TITLES) + 1)
    certain = {one["value"]: one["count"] for one in facets["certain"]["results"]}
    assert certain == {1: len(TITLES) + 3, 0: 1}
    labels = {row["document_id"]["label"] for row in answer["rows"]}
    assert "../../../etc/passwd" in labels


def test_datasette_searches_quotes_without_accents(datasette: dict[str, tuple[int, str]]) -> None:
    answer = json.loads(body(datasette, "/study/references.json?_search=creer"))
    assert answer["filtered_table_rows_count"] == len(TITLES)
    assert all(row["quote"] == PASSAGE for row in answer["rows"])
    (found,) = {row["quote"] for row in json.loads(body(datasette, "/study/passages"))["rows"]}
    assert found == "dont le siège est en Valmorière"
    assert json.loads(body(datasette, "/study/documents.json?_search"))["rows"]


def test_datasette_leads_from_a_row_to_what_it_rests_on(
    datasette: dict[str, tuple[int, str]],
) -> None:
    page = body(datasette, "/study/calls/c1")
    assert "/study/call_evidence?call_id=c1" in page
    assert "/study/call_documents?call_id=c1" in page
    rows = json.loads(body(datasette, "/study/call_documents.json"))["rows"]
    assert {row["document_id"]["label"] for row in rows} >= {"Appel à projets (copie)"}


def test_datasette_explains_the_columns(datasette: dict[str, tuple[int, str]]) -> None:
    assert "Identifiant du document" in body(datasette, "/study/documents?")
    tables = {one["name"]: one for one in json.loads(body(datasette, "/study.json"))["tables"]}
    shown = {name for name, one in tables.items() if not one["hidden"]}
    assert shown == {
        "documents", "references", "codes", "authorities", "calls", "families", "specificities",
        "study", "call_documents", "call_evidence", "authority_evidence", "study_authorities",
        "study_calls", "study_references",
    }  # fmt: skip
    assert tables["references"]["fts_table"] == "references_fts"


def test_datasette_escapes_what_was_crawled(datasette: dict[str, tuple[int, str]]) -> None:
    page = body(datasette, "/study/documents?")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert COUNCIL.split("<")[1] not in page.split("<b>")[0]
