"""Clouds of a corpus: what is counted for them, between whom, and what cannot be drawn."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpora.campaign import Campaign, InputError
from nlp.reporting.pictures.cloudwords import Cloud, CloudWord
from nlp.words.cloud import cloud_source, frequency_cloud, part_cloud, write_cloud, written_kind
from nlp.words.commands import app
from nlp.words.corpus import Corpus
from nlp.words.subcorpus import subcorpus
from tests.nlp.reporting.svg import lines_of, words_of
from tests.nlp.words.conftest import OMBRELLE
from tests.nlp.words.handmade import corpus_of, text

CORPUS = corpus_of(
    (text(1, "Ombrelle"), ["Les/le/DET projets/projet projet projets/projet eau"] * 6),
    (text(2, "Ombrelle"), ["Projets/projet eau eau coopération_décentralisée"] * 3),
    (text(3, "Sorvange", kind="call"), ["lycées/lycée lycée eau !/!/PUNCT"] * 7),
    (text(4, "Tarvenne"), ["air eau air"] * 4),
)


def by_lemma(cloud: Cloud) -> dict[str, CloudWord]:
    return {word.lemma: word for word in cloud.words}


def test_frequencies_are_counted_by_lemma_and_shown_by_the_commonest_form() -> None:
    cloud, title = frequency_cloud(CORPUS)
    words = by_lemma(cloud)
    assert words["projet"].shown == "projets"
    assert words["projet"].times == words["projet"].score == 21
    assert words["projet"].forms == ["projets", "projet"]
    assert words["projet"].documents == 2
    assert words["eau"].times == 6 + 6 + 7 + 4
    assert "le" not in words
    assert cloud.documents == [4]
    assert title == "Les mots les plus fréquents"
    by_form = by_lemma(frequency_cloud(CORPUS, unit="form")[0])
    assert (by_form["projets"].times, by_form["projet"].times) == (15, 6)


def test_two_parts_face_to_face_count_only_each_other() -> None:
    cloud, title = part_cloud(CORPUS, "council=Ombrelle", "Sorvange")
    assert cloud.parts == ["Ombrelle", "Sorvange"]
    assert cloud.documents == [2, 1]
    words = by_lemma(cloud)
    assert (words["projet"].side, words["projet"].times, words["projet"].elsewhere) == (0, 21, 0)
    assert (words["lycée"].side, words["lycée"].times) == (1, 14)
    assert "air" not in words
    assert title == "Ombrelle et Sorvange\u00a0: les mots de chacun"


@pytest.mark.parametrize("measure", ["specificity", "g2"])
def test_a_part_against_the_rest_is_one_side_or_two(measure: str) -> None:
    alone, _ = part_cloud(CORPUS, "kind=call", measure=measure)  # type: ignore[arg-type]
    assert [word.lemma for word in alone.words] == ["lycée"]
    assert alone.parts == ["Appel à projets"]
    both, _ = part_cloud(CORPUS, "kind=call", "rest", measure=measure)  # type: ignore[arg-type]
    assert both.parts == ["Appel à projets", "Le reste"]
    assert {word.lemma: word.side for word in both.words} == {
        "lycée": 0, "projet": 1, "air": 1,
    }  # fmt: skip


def test_a_key_of_two_values_is_two_sides_without_more_ado() -> None:
    assert part_cloud(CORPUS, "kind")[0].parts == ["Appel à projets", "Autre"]


@pytest.mark.parametrize(
    ("by", "against", "said"),
    [
        ("council", "", "3 parts, a cloud shows one or two"),
        ("council", "Sorvange", "needs the other part"),
        ("council=Ombrelle", "Ombrelle", "the same part"),
        ("council=Ombrelle", "Nulle-Part", "no council 'Nulle-Part'"),
        ("nothing=Ombrelle", "", "'nothing' is no metadata"),
        ("code=a", "b", "give --against rest"),
        ("place=body", "title", "give --against rest"),
    ],
)
def test_what_is_no_part_is_said_on_a_line(by: str, against: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        part_cloud(CORPUS, by, against)
    assert "\n" not in str(error.value)


def test_parts_that_say_the_same_are_no_empty_picture() -> None:
    same = corpus_of((text(1, "A"), ["eau air"] * 5), (text(2, "B"), ["eau air"] * 5))
    with pytest.raises(InputError, match="no word stands out in 'A' or 'B'"):
        part_cloud(same, "council")
    signs = corpus_of((text(1, "A"), ["12 13 €"]))
    with pytest.raises(InputError, match="no word stands out in the corpus"):
        frequency_cloud(signs)


def test_other_files_than_pictures_are_refused(tmp_path: Path) -> None:
    assert written_kind(Path("Nuage.SVG")) == "svg"
    with pytest.raises(InputError, match="give --out FILE"):
        written_kind(Path("nuage.pdf"))
    cloud, title = frequency_cloud(CORPUS)
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_cloud(tmp_path / "taken" / "n.svg", cloud, title, cloud_source(CORPUS, []))


def test_a_compound_is_one_word_under_its_own_name(corpus: Corpus) -> None:
    words = by_lemma(frequency_cloud(corpus)[0])
    assert words["coopération décentralisée"].shown == "coopération décentralisée"
    assert words["coopération décentralisée"].forms == ["coopération décentralisée"]


def test_the_source_names_what_was_kept_and_when_it_was_captured(
    corpus: Corpus, campaigns: tuple[Campaign, ...]
) -> None:
    where = f"council={OMBRELLE}"
    source = cloud_source(subcorpus(corpus, [where]), campaigns, [where])
    assert source.campaigns == ["2014", "2026"]
    assert (source.councils, source.pages) == (1, 3)
    assert (source.first, source.last) == ("2014-08-26", "2014-08-26")
    assert source.where == [where]


def test_the_command_writes_picture_and_table(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)

    def run(*arguments: str) -> tuple[bytes, list[dict[str, str]]]:
        svg = tmp_path / "out" / "nuage.svg"
        told = CliRunner().invoke(app, ["cloud", "2014", "2026", *arguments, "--out", str(svg)])
        assert told.exit_code == 0, told.output
        with svg.with_suffix(".csv").open(encoding="utf-8", newline="") as table:
            return svg.read_bytes(), list(csv.DictReader(table))

    svg, rows = run("--where", f"council={OMBRELLE}")
    assert len(words_of(svg)) == sum(bool(row["size"]) for row in rows) > 5
    assert f"campagnes 2014, 2026 (council={OMBRELLE})" in lines_of(svg)
    assert run("--where", f"council={OMBRELLE}")[0] == svg
    english, _ = run("--lang", "en", "--unit", "form")
    assert "Words counted by written form, function words left out." in lines_of(english)
    refused = CliRunner().invoke(app, ["cloud", "2014", "--against", "rest"])
    assert isinstance(refused.exception, InputError)
