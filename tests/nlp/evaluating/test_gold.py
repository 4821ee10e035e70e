"""Gold of every shape says the same thing once it is loaded."""

import json
from pathlib import Path

import pytest

from corpora.campaign import InputError
from corpora.sample.edition import bundled
from corpora.sample.truth import load_truth
from nlp.evaluating.fields import FIELDS
from nlp.evaluating.gold import Passage, load_gold, plain


def _lines(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_may_stand_at_the_top_or_below(tmp_path: Path) -> None:
    about = {"url": "http://o.example/a", "authority": "Ombrelle", "title": "Appel"}
    labels = {"applicant_location": "required", "cofunding_rate_max": 50}
    (flat,) = load_gold(_lines(tmp_path / "g.jsonl", about | labels))
    (nested,) = load_gold(_lines(tmp_path / "h.jsonl", about | {"labels": labels}))
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


BAD = [
    ({}, "neither id nor url"),
    ({"id": "b", "applicant_locaton": "required"}, "unknown field 'applicant_locaton'; known are"),
    ({"id": "b", "labels": {"colour": 1}}, "unknown field 'colour'"),
    ({"id": "b", "title_quote": "x"}, "unknown field 'title_quote'"),
    ({"id": "b", "labels": {}, "page_kind": "call"}, "page_kind stands beside labels"),
    ({"id": "b", "applicant_location": "maybe"}, "'maybe' is none of its values; use required"),
    ({"id": "b", "page_kind": ["call"]}, "none of its values"),
    ({"id": "b", "partner_operator": "yes"}, "'yes' is not true, false or null"),
    ({"id": "b", "amount_max": "1000"}, "'1000' is not a number"),
    ({"id": "b", "amount_max": True}, "True is not a number"),
    ({"id": "b", "cofunding_rate_max": -1}, "-1 is not a number of 0 or more"),
    ({"id": "b", "deadlines": "2014-05-15"}, "is not a list of texts"),
    ({"id": "b", "deadlines": ["15/05/2014"]}, "'15/05/2014' is not a date"),
    ({"id": "b", "applicant_location_kinds": ["seat"]}, "'seat' is none of its values"),
    ({"id": "b", "min_age": 3}, "3 is not a text"),
    ({"id": "b", "authority": 3}, "authority: 3 is not a text"),
    ({"id": "b", "spillovers": "none"}, "'none' is not a list"),
    ({"id": "b", "spillovers": 0}, "0 is not a list"),
    ({"id": "b", "spillovers": [{"category": ["economic"], "quote": "x"}]}, "unknown code"),
    ({"id": "b", "spillovers": [{"category": "economic", "quote": 3}]}, "3 is not a text"),
    ({"id": "b", "spillovers": [{"category": "economic"}]}, "has to give category and quote"),
    ({"id": "b", "spillovers": [{"category": "jobs", "quote": "x"}]}, "unknown code 'jobs'"),
    ({"id": "b", "spillovers": [{"category": "economic", "quote": ""}]}, "a quote is empty"),
    (
        {"id": "b", "spillovers": [{"category": "economic", "quote": "x", "sure": 1}]},
        "unknown field 'sure'",
    ),
    ({"id": "b", "applicant_location_quote": 3}, "3 is not a text"),
    (
        {"id": "b", "text": "Du siège.", "applicant_location_quote": "Du lieu"},
        "applicant_location_quote: the quote 'Du lieu' is not in the text",
    ),
    (
        {"id": "b", "text": "Du siège.", "spillovers": [{"category": "economic", "quote": "x"}]},
        "spillovers: the quote 'x' is not in the text",
    ),
    ({"id": "a", "page_kind": "call"}, "id 'a' stands at line 1 already"),
    ({"id": "b", "title": "\ud800"}, "not a line of gold"),
]


@pytest.mark.parametrize(("line", "told"), BAD, ids=[told for _, told in BAD])
def test_gold_that_means_nothing_stops_with_its_line(
    tmp_path: Path, line: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError) as stopped:
        load_gold(_lines(tmp_path / "g.jsonl", {"id": "a"}, line))
    assert str(stopped.value).startswith(f"{tmp_path / 'g.jsonl'}:2: ")
    assert told in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_quote_may_differ_from_its_text_in_white_space_and_signs(tmp_path: Path) -> None:
    line = {
        "id": "a", "text": "L’aide va aux asso-\nciations du\u00a0Centre.", "level": "region",
        "labels": {
            "page_kind": "international_page", "hard": True, "one_coder": True, "note": "x",
            "applicant_location": "required",
            "applicant_location_quote": "l'aide va aux associations du Centre",
            "spillovers": [
                {"category": "economic", "quote": "du Centre", "precise": False, "hard": True}
            ],
        },
    }  # fmt: skip
    (judged,) = load_gold(_lines(tmp_path / "g.jsonl", line))
    assert judged.quotes == {"applicant_location": "l'aide va aux associations du Centre"}
    assert judged.passages == (Passage("economic", "du Centre"),)
    assert judged.place == f"{tmp_path / 'g.jsonl'}:1"


@pytest.mark.parametrize(
    ("labels", "passages"),
    [
        ({"spillovers": []}, ()),
        ({"spillovers": None}, None),
        ({"page_kind": "international_page", "spillovers": []}, ()),
        ({"page_kind": None, "spillovers": []}, None),
        ({"page_kind": "call", "spillovers": []}, None),
        ({"page_kind": "international_page"}, None),
    ],
)
def test_passages_are_judged_on_pages_agreed_to_be_international(
    tmp_path: Path, labels: dict[str, object], passages: tuple[Passage, ...] | None
) -> None:
    (judged,) = load_gold(_lines(tmp_path / "g.jsonl", {"id": "a", "labels": labels}))
    assert judged.passages == passages


def test_two_readings_count_where_they_agree(tmp_path: Path) -> None:
    passage = {"category": "economic", "quote": "de nouveaux marchés pour nos entreprises"}
    wider = {"category": "economic", "quote": "attend de nouveaux marchés pour nos entreprises."}
    about = {"id": "a", "authority": "Ombrelle"}
    one = about | {
        "coder": "A", "applicant_location": "required",
        "applicant_location_quote": "du siège", "deadlines": ["2014-05-15", "2014-10-01"],
        "amount_max": None, "partner_operator": True, "spillovers": [passage],
    }  # fmt: skip
    two = about | {
        "coder": "B", "applicant_location": "required",
        "applicant_location_quote": "siège", "deadlines": ["2014-10-01", "2014-05-15"],
        "amount_max": 300, "partner_operator": None, "spillovers": [wider],
    }  # fmt: skip
    single = {"id": "b", "coder": "A", "page_kind": "call"}
    both, alone = load_gold(_lines(tmp_path / "g.jsonl", one, single, two))
    assert both.labels == {
        "applicant_location": "required",
        "deadlines": ["2014-05-15", "2014-10-01"],
    }
    assert both.quotes == {"applicant_location": "du siège"}
    assert both.passages == (Passage(**passage),)
    assert [reading["amount_max"] for reading in both.readings] == [None, 300]
    assert (alone.labels, alone.readings) == ({"page_kind": "call"}, ())


def test_passages_that_readers_do_not_share_do_not_count(tmp_path: Path) -> None:
    passage = {"category": "economic", "quote": "de nouveaux marchés"}
    lines = [
        {"id": "a", "coder": coder, "spillovers": spillovers}
        for coder, spillovers in (("A", [passage]), ("B", [passage | {"category": "institution"}]))
    ]
    (judged,) = load_gold(_lines(tmp_path / "g.jsonl", *lines))
    assert judged.passages is None


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({"coder": "A"}, {"coder": "A"}, "by 'A' stands at line 1 already"),
        ({"coder": "A"}, {}, "give each reading its coder"),
        ({}, {"coder": "B"}, "give each reading its coder"),
    ],
)
def test_an_id_stands_once_a_reader(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], told: str
) -> None:
    with pytest.raises(InputError, match=r"g\.jsonl:2: ") as stopped:
        load_gold(_lines(tmp_path / "g.jsonl", {"id": 7} | first, {"id": "7"} | second))
    assert told in str(stopped.value)


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
    listed = [len(judged.passages) for judged in pages if judged.passages is not None]
    assert len(listed) == sum(one.labels["page_kind"] == "international_page" for one in pages)
    assert sum(listed) > 20
    statuses = {status for one in calls for status in one.labels["legal_status"]}
    assert statuses <= set(FIELDS["legal_status"].values)


def test_titles_are_compared_by_their_words() -> None:
    assert plain(" Appel à projets – 2014 ! ") == plain("appel à  projets (2014)")
    assert plain("!") == ""
