"""Corpora in a folder: what stands there, what is refused, and that nothing foreign is touched."""

import csv
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from corpora.campaign import Campaign, InputError
from crawler.archive.capture import read_body
from crawler.archive.captures import read_captures
from crawler.imports.importing import import_paths
from nlp.words.corpus import Corpus
from nlp.words.exchange.exporting import FORMATS, export
from nlp.words.exchange.tei import TEI
from nlp.words.reading import read_corpus
from nlp.words.subcorpus import subcorpus
from tests.conftest import aect, contents
from tests.nlp.words.exchange.drawn import compound, corpus_of_tokens
from tests.nlp.words.handmade import text


def paragraph(words: str) -> list[tuple[str, bool]]:
    return [(word, False) for word in words.split()]


@pytest.fixture
def small() -> Corpus:
    call = text(1, "Conseil régional d'Ombrelle", kind="call")
    other = text(2, "Conseil régional de Sorvange")
    paragraphs = [paragraph("Les lycées"), paragraph("**** *x_y")]
    return corpus_of_tokens(
        [(call, [paragraph("La coopération décentralisée")]), (other, paragraphs)]
    )


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_corpus_gives_the_same_bytes(to: str, corpus: Corpus, tmp_path: Path) -> None:
    first, second = (export(corpus, tmp_path / name, to) for name in "ab")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert [file.name for file in first.files] == [file.name for file in second.files]
    assert set(contents(tmp_path / "a")) == {file.name for file in first.files}
    assert (first.texts, first.tokens) == (len(corpus.texts), len(corpus))


def test_an_iramuteq_corpus(small: Corpus, tmp_path: Path) -> None:
    export(compound(small, 1, 2, "coopération décentralisé"), tmp_path / "i", "iramuteq")
    assert (tmp_path / "i/corpus.txt").read_text(encoding="utf-8") == (
        "**** *id_0000000000000001 *campaign_2014 *council_ConseilRegionalDOmbrelle *map_2014"
        " *year_2014 *kind_call *language_fr\n"
        "La coopération_décentralisée\n"
        "\n"
        "**** *id_0000000000000002 *campaign_2014 *council_ConseilRegionalDeSorvange *map_2014"
        " *year_2014 *kind_other *language_fr\n"
        "Les lycées\n"
        "\n"
        "＊＊＊＊ ＊x＿y\n"
        "\n"
    )
    legend = (tmp_path / "i/variables.csv").read_text(encoding="utf-8").splitlines()
    assert legend[0] == "variable,written,value"
    assert "council,*council_ConseilRegionalDOmbrelle,Conseil régional d'Ombrelle" in legend


def test_a_compound_that_iramuteq_would_cut_again_is_not_tied(tmp_path: Path) -> None:
    tokens = [("chef", False), ("-", True), ("lieu", True), ("de", False), ("ville", False)]
    cut = compound(corpus_of_tokens([(text(1, "A"), [tokens])]), 0, 5, "chef-lieu de ville")
    export(cut, tmp_path / "i", "iramuteq")
    assert "\nchef-lieu de ville\n" in (tmp_path / "i/corpus.txt").read_text(encoding="utf-8")


def test_a_tei_file_is_built_as_tei_has_it(corpus: Corpus, tmp_path: Path) -> None:
    export(corpus, tmp_path / "t", "tei")
    for file in (tmp_path / "t").glob("*.xml"):
        root = etree.parse(str(file)).getroot()
        assert {etree.QName(one).namespace for one in root.iter()} == {TEI}
        for path, names in {
            "": ["teiHeader", "text"],
            "teiHeader": ["fileDesc", "profileDesc"],
            "teiHeader/fileDesc": ["titleStmt", "publicationStmt", "notesStmt", "sourceDesc"],
            "text": ["body"],
        }.items():
            element = root.find(re.sub(r"(\w+)", rf"{{{TEI}}}\1", path)) if path else root
            assert element is not None
            assert [etree.QName(one).localname for one in element] == names
        steps = {
            tuple(etree.QName(one).localname for one in word.iterancestors())
            for word in root.iter(f"{{{TEI}}}w")
        }
        assert steps == {("s", "p", "body", "text", "TEI")}
        assert all(
            set(word.attrib) == {"lemma", "pos", "type"} for word in root.iter(f"{{{TEI}}}w")
        )


def test_tidy_columns_and_what_is_joined_to_them(small: Corpus, tmp_path: Path) -> None:
    export(small, tmp_path / "r", "tidy")
    with (tmp_path / "r/tokens.csv").open(encoding="utf-8", newline="") as file:
        tokens = list(csv.DictReader(file))
    with (tmp_path / "r/documents.csv").open(encoding="utf-8", newline="") as file:
        documents = {row["doc_id"]: row for row in csv.DictReader(file)}
    assert list(tokens[0])[:7] == [
        "doc_id", "paragraph_id", "sentence_id", "token_id", "token", "lemma", "pos",
    ]  # fmt: skip
    assert [(row["sentence_id"], row["token_id"]) for row in tokens] == [
        ("1", "1"), ("1", "2"), ("1", "3"), ("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"),
    ]  # fmt: skip
    assert {row["doc_id"] for row in tokens} == set(documents)
    assert documents["0000000000000002"]["text"] == "Les lycées\n**** *x_y"
    assert documents["0000000000000001"]["council"] == "Conseil régional d'Ombrelle"


def test_formulas_are_defused_and_halves_of_words_are_not(tmp_path: Path) -> None:
    tokens = [*paragraph('=HYPERLINK("x") -vous - +33 -2 -A1'), ("mot", False)]
    corpus = corpus_of_tokens([(text(1, "=cmd|' /C calc'!A0", title="@SUM(1)"), [tokens])])
    export(corpus, tmp_path / "r", "tidy")
    with (tmp_path / "r/tokens.csv").open(encoding="utf-8", newline="") as file:
        found = [row["token"] for row in csv.DictReader(file)]
    assert found == ['\'=HYPERLINK("x")', "-vous", "-", "'+33", "-2", "'-A1", "mot"]
    for to in ("txm", "iramuteq", "tei", "matrix"):
        export(corpus, tmp_path / to, to)
        for path in (tmp_path / to).glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as table:
                cells = [cell for row in csv.reader(table) for cell in row]
            assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")], path


def test_names_come_from_ids_alone(small: Corpus, tmp_path: Path) -> None:
    evil = [replace(one, id="../x", title="../../etc/passwd") for one in small.texts]
    done = export(replace(small, texts=tuple(evil)), tmp_path / "t", "txm")
    names = [file.name for file in done.files]
    assert len(set(names)) == 3
    assert all(name.replace(".", "").isalnum() for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t"]


def test_one_page_in_two_campaigns_is_two_texts(small: Corpus, tmp_path: Path) -> None:
    both = [replace(small.texts[0], campaign=name) for name in ("2014", "2026")]
    export(replace(small, texts=tuple(both)), tmp_path / "t", "txm")
    with (tmp_path / "t/metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["campaign"]) for row in csv.DictReader(file)]
    assert rows == [("0000000000000001", "2014"), ("0000000000000001x2", "2026")]
    assert (tmp_path / "t/0000000000000001x2.txt").exists()


def test_a_sub_corpus_leaves_out_the_texts_it_has_no_word_of(
    corpus: Corpus, tmp_path: Path
) -> None:
    calls = subcorpus(corpus, ["kind=call", "campaign=2014"])
    done = export(calls, tmp_path / "x", "tei")
    assert done.texts == 1
    assert len(list((tmp_path / "x").glob("*.xml"))) == 1


def test_what_is_refused(small: Corpus, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="format 'nvivo': there are iramuteq, txm, tei"):
        export(small, tmp_path / "n", "nvivo")
    assert not (tmp_path / "n").exists()
    nothing = small.take(small.form < 0)
    with pytest.raises(InputError, match="no text of the corpus holds a word"):
        export(nothing, tmp_path / "n", "txm")
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "corpus.txt").write_text("mine")
    with pytest.raises(InputError, match="taken: is not empty"):
        export(small, taken, "iramuteq")
    assert contents(tmp_path) == {"taken/corpus.txt": contents(taken)["corpus.txt"]}
    with pytest.raises(InputError, match=r"corpus\.txt: cannot be written"):
        export(small, taken / "corpus.txt", "iramuteq")
    assert (taken / "corpus.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(small: Corpus, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        export(small, tmp_path / "n", "txm")


def test_a_failure_midway_leaves_nothing(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        yield "metadata.csv", [b"id\n"]
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FORMATS, "txm", full)
    with pytest.raises(InputError, match="No space left"):
        export(small, tmp_path / "n", "txm")
    assert list((tmp_path / "n").iterdir()) == []


@pytest.mark.parametrize("to", ["iramuteq", "txm", "tei"])
def test_an_export_is_imported_as_a_campaign(
    to: str, campaigns: tuple[Campaign, ...], tmp_path: Path
) -> None:
    corpus = read_corpus([campaigns[0]])
    export(corpus, tmp_path / to, to)
    again = Campaign.named("again", tmp_path)
    events = import_paths(again, [tmp_path / to], None, ())
    assert [event for event in events if event.level != "info"] == []
    found = {capture.url: capture for capture in read_captures(again.archive)}
    assert len(found) == len(corpus.texts)
    for number, known in enumerate(corpus.texts):
        capture = found[known.url]
        assert (capture.authority, capture.kind, capture.title) == (
            known.council, known.kind, known.title,
        )  # fmt: skip
        assert capture.captured_at[:4] == known.year
        body = read_body(again.archive, capture).content.decode("utf-8")
        tokens = np.flatnonzero(corpus.document == number).tolist()
        assert " ".join(body.split()) == corpus.spelled(tokens[0], tokens[-1] + 1)
    assert import_paths(again, [tmp_path / to], None, ())
    assert len(list(read_captures(again.archive))) == len(found)


def test_the_command(home: Path, tmp_path: Path) -> None:
    told = aect(home, "words", "export", "2014", "2026", "--to", "tidy", "--where", "kind=call",
                tmp_path / "r")  # fmt: skip
    assert (told.status, told.err) == (0, "")
    assert "2 files, 2 texts" in told.out
    unknown = aect(home, "words", "export", "2014", "--to", "nvivo", tmp_path / "n")
    assert unknown.status == 2
    assert unknown.err.count("\n") == 1
    assert "iramuteq" in unknown.err
