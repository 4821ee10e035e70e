"""What is exported comes back: by this program's own import, and by other people's readers."""

import codecs
import csv
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from lxml import etree
from scipy.io import mmread  # type: ignore[import-untyped]

from crawler.imports.corpora import corpus_texts
from crawler.imports.described import Tables, description, read_table
from crawler.imports.metadata import Row
from nlp.coding.running import POS
from nlp.words.corpus import Text
from nlp.words.counting import documents_table
from nlp.words.exchange.exporting import export
from nlp.words.exchange.iramuteq import written_values
from nlp.words.exchange.texts import known_of, on_one_line, written_texts
from tests.nlp.words.exchange.drawn import Token, corpus_of_tokens, drawn_texts
from tests.nlp.words.handmade import text

Drawn = list[tuple[Text, list[list[Token]]]]
TEI = "{http://www.tei-c.org/ns/1.0}"


def running(tokens: Sequence[Token]) -> str:
    """A paragraph as a reader sees it: a run of white space is one space."""
    pieces = [("" if near else " ") + on_one_line(form) for form, near in tokens]
    return " ".join("".join(pieces).split())


def squeezed(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


def exported(drawn: Drawn, to: str, folder: str) -> Path:
    path = Path(folder) / "export"
    export(corpus_of_tokens(drawn), path, to)
    return path


@pytest.mark.parametrize("to", ["iramuteq", "tei"])
@settings(max_examples=60, deadline=None)
@given(drawn=drawn_texts())
def test_texts_and_what_is_known_of_them_come_back(to: str, drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = exported(drawn, to, folder)
        files = [path / "corpus.txt"] if to == "iramuteq" else sorted(path.glob("*.xml"))
        tables = Tables()
        found = {text.name: text for file in files for text in corpus_texts(file, tables) or ()}
        texts = written_texts(corpus_of_tokens(drawn))
        assert set(found) == {one.name for one in texts}
        for one, (_, paragraphs) in zip(texts, drawn, strict=True):
            back = found[one.name]
            assert squeezed(back.body) == [line for line in map(running, paragraphs) if line]
            known = {name: value for name, value in known_of(one).items() if value}
            assert known.items() <= dict(back.variables).items()
            row = description(back.variables, Row("", 0)).row
            assert (row.kind, row.url) == (known.get("kind", ""), known["url"])


@settings(max_examples=60, deadline=None)
@given(drawn=drawn_texts())
def test_txm_has_a_file_and_a_row_for_each_text(drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = exported(drawn, "txm", folder)
        texts = written_texts(corpus_of_tokens(drawn))
        rows = read_table(path / "metadata.csv")
        for one, (_, paragraphs) in zip(texts, drawn, strict=True):
            content = (path / f"{one.name}.txt").read_bytes().decode("utf-8")
            assert squeezed(content) == [line for line in map(running, paragraphs) if line]
            assert corpus_texts(path / f"{one.name}.txt", Tables()) is None
            assert rows[one.name] == known_of(one)
        assert len(list(path.iterdir())) == len(texts) + 1


@settings(max_examples=60, deadline=None)
@given(drawn=drawn_texts())
def test_iramuteq_finds_the_texts_by_its_own_rules(drawn: Drawn) -> None:
    """It iterates over the lines that Python's codecs make, and looks at how each begins."""
    with tempfile.TemporaryDirectory() as folder:
        path = exported(drawn, "iramuteq", folder)
        heads: list[str] = []
        lines: list[list[str]] = []
        with codecs.open(str(path / "corpus.txt"), "r", "utf-8") as file:
            for line in file:
                assert not line.startswith("-*")
                if line.startswith("****"):
                    heads.append(line)
                    lines.append([])
                elif line.strip():
                    lines[-1].append(line)
        assert len(heads) == len(drawn)
        for head, paragraphs, (_, written) in zip(heads, lines, drawn, strict=True):
            assert re.fullmatch(r"\*{4}( \*[a-z]+_[A-Za-z0-9]+)+\n", head)
            assert len(paragraphs) == sum(1 for one in written if running(one))
            assert not set("".join(paragraphs)) & set("*$_")


@settings(max_examples=60, deadline=None)
@given(drawn=drawn_texts())
def test_every_token_comes_back_from_tei_and_from_the_tidy_table(drawn: Drawn) -> None:
    corpus = corpus_of_tokens(drawn)
    with tempfile.TemporaryDirectory() as folder:
        tidy, tei = Path(folder) / "tidy", Path(folder) / "tei"
        export(corpus, tidy, "tidy")
        export(corpus, tei, "tei")
        with (tidy / "tokens.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        forms = [on_one_line(corpus.forms[form]) for form in corpus.form.tolist()]
        assert [re.sub("^'(?='*\0*[=+@\t\r＝＋－＠-])", "", row["token"]) for row in rows] == forms
        assert [int(row["end"]) for row in rows] == corpus.end.tolist()
        assert [int(row["paragraph_id"]) for row in rows] == corpus.block.tolist()
        assert {row["pos"] for row in rows} == {POS[place] for place in corpus.pos.tolist()}
        words = []
        for one in written_texts(corpus):
            tree = etree.parse(str(tei / f"{one.name}.xml"))
            words += [word.text or "" for word in tree.iter(f"{TEI}w")]
        assert words == forms


def test_a_matrix_is_what_scipy_reads(tmp_path: Path) -> None:
    words = (["a", "b", "a"], ["c"], ["b", "c", "c"])
    drawn = [(text(n, "A"), [[(form, False) for form in one]]) for n, one in enumerate(words)]
    corpus = corpus_of_tokens(drawn)
    export(corpus, tmp_path / "m", "matrix")
    matrix = mmread(tmp_path / "m/matrix.mtx")
    assert np.array_equal(matrix.toarray(), documents_table(corpus).counts.toarray().T)
    assert matrix.toarray().tolist() == [[2, 1, 0], [0, 0, 1], [0, 1, 2]]
    with (tmp_path / "m/columns.csv").open(encoding="utf-8") as file:
        columns = list(csv.DictReader(file))
    assert [(row["column"], row["lemma"], row["documents"]) for row in columns] == [
        ("1", "a", "1"), ("2", "b", "2"), ("3", "c", "2"),
    ]  # fmt: skip
    with (tmp_path / "m/rows.csv").open(encoding="utf-8") as file:
        assert [row["doc_id"] for row in csv.DictReader(file)] == [one.id for one, _ in drawn]


def test_values_that_only_accents_part_are_written_apart() -> None:
    written = written_values({"Côté", "Cote", "côte", "", "=1+1", "日本"})
    assert "" not in written
    assert len({key.casefold() for key in written.values()}) == len(written) == 5
    assert all(re.fullmatch("[A-Za-z0-9]+", key) for key in written.values())
    assert unicodedata.is_normalized("NFC", "".join(written))
