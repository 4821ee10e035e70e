"""Gold of every shape says the same thing once it is loaded."""

import json
from pathlib import Path

import pytest

from corpora.campaign import InputError
from corpora.sample.edition import bundled
from corpora.sample.truth import load_truth
from nlp.evaluating.gold import load_gold, plain


def _lines(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_may_stand_at_the_top_or_below(tmp_path: Path) -> None:
    about = {"url": "http://o.example/a", "authority": "Ombrelle", "title": "Appel"}
    labels = {"applicant_location": "required", "cofunding_rate_max": 50}
    flat, nested = load_gold(
        _lines(tmp_path / "g.jsonl", about | labels, about | {"labels": labels})
    )
    assert flat == nested
    assert flat.labels == labels
    assert (flat.key, flat.authority, flat.title) == ("http://o.example/a", "Ombrelle", "Appel")
    assert flat.urls == ("http://o.example/a",)


def test_what_is_undecided_does_not_count_and_what_is_not_stated_does(tmp_path: Path) -> None:
    labels = {
        "applicant_location": None,
        "amount_max": None,
        "partner_operator": False,
        "note": "x",
    }
    (judged,) = load_gold(_lines(tmp_path / "g.jsonl", {"id": "a", "labels": labels}))
    assert judged.labels == {"amount_max": None, "partner_operator": False}


def test_records_tell_where_a_text_stands(tmp_path: Path) -> None:
    records = [
        {
            "id": 7, "name": "Appel solidaire", "slug": "appel-solidaire",
            "origin_url": "http://o.example/aides/solidaire",
            "financers": ["Europe", "Région Ombrelle"],
        },
        {"id": 8, "name": "Sans page", "slug": "sans-page", "origin_url": None, "financers": []},
    ]  # fmt: skip
    beside = tmp_path / "records.json"
    beside.write_text(json.dumps(records), encoding="utf-8")
    gold = _lines(tmp_path / "g.jsonl", {"id": "7", "labels": {}}, {"id": 8}, {"id": 9})
    known, pageless, unknown = load_gold(gold, beside)
    assert (known.key, known.title, known.authority) == ("7", "Appel solidaire", "Région Ombrelle")
    assert "/aides/solidaire" in known.urls
    assert any("sans-page" in url for url in pageless.urls)
    assert (unknown.key, unknown.title) == ("9", "")


def test_blank_lines_are_no_gold_and_odd_separators_no_new_line(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "title": "un\u2028deux"}, ensure_ascii=False)
    gold = load_gold(_lines(tmp_path / "g.jsonl", line, "", "  ", {"id": "b"}))
    assert [(judged.key, judged.title) for judged in gold] == [("a", "un\u2028deux"), ("b", "")]


@pytest.mark.parametrize("line", ["{", "[1]", '"words"', "3", '{"id": "a", "labels": 3}'])
def test_a_bad_line_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    path = _lines(tmp_path / "g.jsonl", {"id": "a"}, "", line)
    with pytest.raises(InputError, match=r"g\.jsonl:3: not a line of gold") as stopped:
        load_gold(path)
    assert "\n" not in str(stopped.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: cannot be read"):
        load_gold(tmp_path / "absent.jsonl")
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.jsonl: cannot be read"):
        load_gold(latin)


@pytest.mark.parametrize("text", ["", "{}x", '{"id": 1}', "[1]", '[{"name": "x"}]'])
def test_bad_records_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"r\.json: not a JSON list"):
        load_gold(_lines(tmp_path / "g.jsonl", {"id": "a"}), tmp_path / "r.json")


def test_an_edition_of_the_sample_is_gold() -> None:
    folder = bundled("2014")
    councils = load_truth(folder)
    gold = load_gold(folder)
    pages = [judged for judged in gold if "page_kind" in judged.labels]
    calls = [judged for judged in gold if "applicant_location" in judged.labels]
    announced = [judged for judged in gold if "council_announces" in judged.labels]
    assert len(pages) == sum(len(council.pages) for council in councils)
    assert len(calls) == sum(len(council.calls) for council in councils)
    assert [judged.authority for judged in announced] == [council.authority for council in councils]
    assert len(pages) + len(calls) + len(announced) == len(gold)
    for judged in (*pages, *calls):
        assert judged.urls
        assert all(url.startswith("http://") for url in judged.urls)
    first, truth = calls[0], next(council.calls[0] for council in councils if council.calls)
    assert first.labels["international_solidarity"] == truth.solidarity
    assert first.labels["partner_duration_stated"] == bool(truth.partner_duration)


def test_titles_are_compared_by_their_words() -> None:
    assert plain(" Appel à projets – 2014 ! ") == plain("appel à  projets (2014)")
    assert plain("!") == ""
