"""Exports in themselves: the same bytes for the same study, nothing made twice, nothing lost."""

import json
import subprocess
import sys
import time
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpora.campaign import Event, InputError
from nlp.coding.references import Coding, Kind
from nlp.counting.kept import MEMORY
from nlp.counting.study import read_published
from nlp.counting.tables import build_tables
from nlp.exporting import exports
from nlp.exporting.datasheet import datasheet, markdown
from nlp.exporting.listing import downloads_of
from nlp.exporting.plain import file_name, file_text, one_line, writable
from nlp.exporting.refi import project_bytes
from nlp.exporting.wording import wording
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, campaign, document
from tests.nlp.exporting.hostile import COUNCIL, EVENTS, coding, written

NAMESPACE = {"q": "urn:QDA-XML:project:1.0"}
EXPORTS = {"study.qdpx", "study.qdc", "datapackage.json", "datasette.json", "datasheet.md"}


def bytes_of(outputs: Path) -> dict[str, bytes]:
    files = (path for path in outputs.rglob("*") if path.is_file())
    return {path.relative_to(outputs).as_posix(): path.read_bytes() for path in files}


def test_same_study_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.nlp.exporting.hostile import coding,"
        " written; written(Path(sys.argv[1]), coding())"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "other")], check=True, cwd=root)
    here, other = bytes_of(written(tmp_path / "here", coding())), bytes_of(tmp_path / "other")
    assert here.keys() >= EXPORTS
    for file in here.keys() | other.keys():
        if file != MEMORY:  # it names the program's files, which may change while tests run
            assert here[file] == other[file], file


def test_what_has_not_changed_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(written(tmp_path, coding()))

    def again(*_: object) -> None:
        raise AssertionError("made anew")

    for made in ("project_bytes", "codebook_bytes", "package_bytes", "metadata_bytes", "datasheet"):
        monkeypatch.setattr(exports, made, again)
    assert bytes_of(written(tmp_path, coding())) == before
    with pytest.raises(AssertionError, match="made anew"):
        written(tmp_path, replace(coding(), references=coding().references[1:]))


def test_after_a_change_the_same_bytes_as_if_written_for_the_first_time(tmp_path: Path) -> None:
    written(tmp_path / "again", coding())
    written(tmp_path / "again", campaign())
    assert bytes_of(tmp_path / "again") == bytes_of(written(tmp_path / "once", campaign()))


@pytest.mark.parametrize("file", sorted(EXPORTS))
def test_what_somebody_changed_or_removed_is_written_anew(tmp_path: Path, file: str) -> None:
    before = bytes_of(written(tmp_path, campaign()))
    (tmp_path / file).write_bytes(b"{}")
    assert bytes_of(written(tmp_path, campaign())) == before
    (tmp_path / file).unlink()
    assert bytes_of(written(tmp_path, campaign())) == before


def test_english_where_asked_for(tmp_path: Path) -> None:
    french = bytes_of(written(tmp_path / "fr", campaign()))
    english = bytes_of(written(tmp_path / "en", campaign(), language="en"))
    for file in EXPORTS - {"study.qdpx"}:
        assert "Retombées" not in english[file].decode()
        assert french[file] != english[file]
    assert "# Datasheet of the corpus" in english["datasheet.md"].decode()
    assert project(tmp_path / "en").find("q:Users/q:User", NAMESPACE).get("name") == "aect (sure)"


def project(outputs: Path) -> etree._Element:
    with zipfile.ZipFile(outputs / "study.qdpx") as archive:
        return etree.fromstring(archive.read("project.qde"))


def test_a_campaign_without_any_page_is_exported_too(tmp_path: Path) -> None:
    written(tmp_path, Coding((), {}, (), (), (), {}, {}, "v"))
    assert project(tmp_path).find("q:Sources", NAMESPACE) is None
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    assert len(package["resources"]) == 8
    assert COUNCIL.split("<")[0].strip('|" ')[:7] in (tmp_path / "datasheet.md").read_text()


def test_passages_of_one_code_at_one_place_are_one_selection(tmp_path: Path) -> None:
    given = campaign()
    twice = replace(given.references[0], id="other", value="second")
    written(tmp_path, replace(given, references=(*given.references, twice)))
    told = [
        one.findtext("q:Description", namespaces=NAMESPACE) or ""
        for one in project(tmp_path).iter("{*}PlainTextSelection")
    ]
    assert len(told) == 3
    assert sum("second" in text and len(text.splitlines()) == 2 for text in told) == 1


def test_identifiers_are_those_of_the_thing_in_every_campaign(tmp_path: Path) -> None:
    def guids(outputs: Path) -> list[str]:
        return [str(one.get("guid")) for one in project(outputs).iter() if one.get("guid")]

    one = guids(written(tmp_path / "one", campaign(), name="2014"))
    other = guids(written(tmp_path / "other", campaign(), name="2026"))
    assert one == other
    both = {guid for guid in one if one.count(guid) > 1}
    assert not both


def test_five_thousand_passages(tmp_path: Path) -> None:
    """As many as the study of 22 councils might have: in a second or two, each at its place."""
    given = campaign()
    sentence = "L'action n° {} crée des emplois en Valmorière 📅. "
    text = "".join(sentence.format(number) for number in range(100))
    pages = tuple(
        replace(document(VALMORIERE, f"Page {n}", ("paragraph", text)), url=f"http://x.test/{n}")
        for n in range(50)
    )
    starts = [i for i in range(len(text)) if text.startswith("crée des emplois", i)]
    model = given.references[0]
    references = tuple(
        replace(model, id=f"{n}-{start}", document_id=page.id, start=start, end=start + 16)
        for n, page in enumerate(pages)
        for start in starts
    )
    kinds = {page.id: Kind("call", 1.0, "hand") for page in pages}
    large = replace(given, documents=pages, references=references, kinds=kinds)
    began = time.process_time()
    (tmp_path / "study.qdpx").write_bytes(project_bytes(large, CODEBOOK, "2014", "fr"))
    assert time.process_time() - began < 4
    found = 0
    with zipfile.ZipFile(tmp_path / "study.qdpx") as archive:
        for source in etree.fromstring(archive.read("project.qde")).iter("{*}TextSource"):
            name = source.get("plainTextPath").removeprefix("internal://")
            content = archive.read(f"sources/{name}").decode("utf-8")
            for one in source.iter("{*}PlainTextSelection"):
                place = slice(int(one.get("startPosition")), int(one.get("endPosition")))
                found += content[place] == "crée des emplois"
    assert found == len(references) == 5000


@given(st.text(st.characters(), max_size=40))
def test_a_text_keeps_its_length_and_comes_back_whole(text: str) -> None:
    plain = file_text(text)
    assert len(plain) == len(text)
    assert len(plain.encode("utf-16-le")) == 2 * len(text)
    back = plain.encode("utf-8").decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    assert back == plain
    etree.fromstring(f"<a>{writable(text).replace('&', ' ').replace('<', ' ')}</a>")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], max_codepoint=0xFFFF)))
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert file_text(text.lstrip("\ufeff")) == text.lstrip("\ufeff")


def test_letters_that_are_two_units_elsewhere_stay_letters() -> None:
    assert file_text("𝐀𝐩𝐩𝐞𝐥 📅") == "Appel \ufffd"
    assert unicodedata.is_normalized("NFC", file_text("é"))


@given(st.text(st.characters(), max_size=300), st.integers(1, 60))
def test_a_name_is_a_file_s_name_on_any_system(text: str, most: int) -> None:
    name = file_name(text, most)
    assert len(name.encode("utf-8")) <= most
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not set(name) & set('<>:"/\\|?*\x00\n\r\t\u202e')
    assert one_line(name) == name


def test_downloads_are_those_that_are_there(tmp_path: Path) -> None:
    assert downloads_of(tmp_path, "fr") == ()
    written(tmp_path, campaign())
    found, english = downloads_of(tmp_path, "fr"), downloads_of(tmp_path, "en")
    assert [one.path for one in found[:3]] == ["study.xlsx", "study.sqlite", "datasette.json"]
    assert {one.path for one in found} == bytes_of(tmp_path).keys() - {MEMORY}
    for one, other in zip(found, english, strict=True):
        assert one.size == (tmp_path / one.path).stat().st_size
        assert one.about
        assert one.about != other.about


def sheet(language: str = "fr", events: tuple[Event, ...] = EVENTS) -> str:
    tables = build_tables(coding(), CODEBOOK, [COUNCIL, "Muet"], read_published(), language)
    return markdown(datasheet(tables, events, {"aect": "9"}, "2014", language))


def test_the_datasheet_tells_what_the_tables_hold() -> None:
    told = sheet()
    assert "21 documents de 4 collectivités" in told
    assert "Copies, gardées et non comptées : 1." in told
    assert "appel à projets (18)" in told
    assert "19 passages codés sûrs et 1 à vérifier, sous 3 codes" in told
    assert "Captures du 2014-08-26 au 2014-08-26" in told
    assert "fermées aux robots (robots.txt) (1)." in told
    assert "Collectivités sans aucune page lue : Muet." in told
    assert SORVANGE not in told
    assert sheet(events=()).count("Pages signalées au journal : aucune.") == 1
    assert "18" in sheet("en")


def test_the_datasheet_counts_pages_left_out_as_foreign() -> None:
    reason = "the page is in 'de': read, not coded"
    events = tuple(
        Event("code", "info", "other_language", f"http://x.test/{page}", reason) for page in (1, 2)
    )
    told = "journal : dans une autre langue, lues mais non codées (2)."
    assert told in sheet(events=events)
    assert "in another language, read but not coded (2)." in sheet("en", events)


def test_the_datasheet_takes_no_markup_from_a_council() -> None:
    tables = build_tables(campaign(), CODEBOOK, [COUNCIL], read_published())
    told = markdown(datasheet(tables, (), {}, "2014", "fr"))
    assert r"\<b\>Îles\</b\>" in told
    assert r"\[liens\](http" in told


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    written(tmp_path, campaign())
    (tmp_path / "study.qdpx").unlink()
    (tmp_path / "study.qdpx").mkdir()
    with pytest.raises(InputError, match=r"study\.qdpx: cannot be written") as error:
        written(tmp_path, campaign())
    assert "\n" not in str(error.value)
    assert not list(tmp_path.glob("*.part"))
    (tmp_path / "study.qdpx").rmdir()
    assert bytes_of(written(tmp_path, campaign())).keys() >= EXPORTS


def test_exporting_never_loads_spacy() -> None:
    code = (
        "import sys, nlp.exporting.exports, nlp.exporting.listing; sys.exit('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def keys(told: object) -> object:
    return {name: keys(told[name]) for name in told} if isinstance(told, dict) else None


def test_both_languages_say_the_same_things() -> None:
    # a comma in an unquoted text of a flow mapping cuts it, and makes a key of the rest
    assert keys(wording("fr")) == keys(wording("en"))
    assert keys(wording("fr"))
