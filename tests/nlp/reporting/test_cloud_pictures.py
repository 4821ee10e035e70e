"""A cloud tells the truth: sizes by what they say, a legend to check them, nothing hidden."""

import csv
import io
import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from nlp.counting.stores import csv_bytes
from nlp.reporting.pictures.cloudlayout import HEIGHT, LEAST_SIZE, WIDTH, Item, font, lay_out
from nlp.reporting.pictures.cloudlegend import SHADES, Source, plate, references
from nlp.reporting.pictures.cloudwords import Cloud, CloudWord, cloud_of
from nlp.reporting.wording import Wording
from tests.nlp.reporting.svg import lines_of, read_svg, word_of, words_of

SOURCE = Source(("essai",), 2, 12, "2026-01-02", "2026-01-05")


def made(
    weights: Sequence[tuple[str, float]], parts: Sequence[str] = ("Pages",), side: int = 0
) -> Cloud:
    words = [
        CloudWord(word, word, [word], side, int(weight), 1, 3, weight) for word, weight in weights
    ]
    return cloud_of("count", "lemma_content", parts, [12] * len(parts), words)


def drawn(cloud: Cloud, language: str = "fr") -> bytes:
    return plate(cloud, "Un nuage", SOURCE, Wording(language)).svg()


def sizes_of(svg: bytes) -> dict[str, float]:
    return {word_of(text): float(text.get("font-size", "0")) for text in words_of(svg)}


def test_four_times_as_often_is_twice_as_high_and_the_legend_agrees() -> None:
    svg = drawn(made([("région", 400), ("lycées", 100), ("eau", 25), ("mars", 10)]))
    size = sizes_of(svg)
    assert size["région"] == pytest.approx(2 * size["lycées"], abs=0.02)
    assert size["région"] == pytest.approx(4 * size["eau"], abs=0.03)
    scale = size["région"] / math.sqrt(400)
    legend = {
        text.text: float(text.get("font-size", "0"))
        for text in read_svg(svg).iter("{*}text")
        if (text.text or "").isdigit()
    }
    assert 2 <= len(legend) <= 3
    for number, height in legend.items():
        assert height == pytest.approx(scale * math.sqrt(int(number or "0")), abs=0.02)
    assert "la surface des lettres suit le nombre d'occurrences" in lines_of(svg)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text("aéÉgjlmWœ-", min_size=1, max_size=24),
            st.floats(0.5, 5000),
            st.integers(0, 1),
        ),
        min_size=1,
        max_size=16,
    ),
    st.booleans(),
)
def test_words_never_shrink_overlap_or_leave_the_field(
    words: list[tuple[str, float, int]], two: bool
) -> None:
    items = sorted(
        (Item(text, weight, side if two else 0) for text, weight, side in words),
        key=lambda item: -item.weight,
    )
    places = lay_out(items, 2 if two else 1)
    assert places == lay_out(items, 2 if two else 1)
    shown = [(item, place) for item, place in zip(items, places, strict=True) if place]
    assert shown, "never an empty picture"
    assert len({round(p.size / math.sqrt(i.weight) / 0.05) for i, p in shown}) <= 2
    boxes: list[tuple[float, float, float, float]] = []
    for item, place in shown:
        assert place.size >= LEAST_SIZE - 0.01
        left, top, right, bottom = font(place.size).getbbox(item.text, anchor="ls")
        box = place.x + left, place.y + top, place.x + right, place.y + bottom
        inside = (0, WIDTH) if not two else ((0, WIDTH / 2), (WIDTH / 2, WIDTH))[item.side]
        assert inside[0] - 1 <= box[0] <= box[2] <= inside[1] + 1
        assert -1 <= box[1] <= box[3] <= HEIGHT + 1
        for other in boxes:
            apart = box[0] >= other[2] or other[0] >= box[2]
            assert apart or box[1] >= other[3] or other[1] >= box[3], item.text
        boxes.append(box)
    for side in (0, 1):
        kept = [place is not None for item, place in zip(items, places, strict=True)
                if item.side == side]  # fmt: skip
        assert kept == sorted(kept, reverse=True), "the heaviest are shown, without a hole"


def test_what_is_not_shown_is_counted_and_in_the_table() -> None:
    cloud = made([(f"mot{number:03d}", 400 - number) for number in range(300)])
    svg = drawn(cloud)
    shown = len(words_of(svg))
    assert 50 < shown < 300
    assert f"{300 - shown} mots sur 300 ne sont pas montrés" in lines_of(svg)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(*split(cloud)).decode())))
    assert len(rows) == 300
    assert sum(bool(row["size"]) for row in rows) == shown
    assert min(int(r["count"]) for r in rows if r["size"]) > max(
        int(r["count"]) for r in rows if not r["size"]
    )


def split(cloud: Cloud) -> tuple[list[str], list[list[str | int | float | bool | None]]]:
    header, *rows = cloud.table()
    return [str(cell) for cell in header], rows


def test_equal_weights_are_of_one_size_and_the_legend_says_so() -> None:
    svg = drawn(made([(f"mot{number}", 5) for number in range(20)]))
    assert len(set(sizes_of(svg).values())) == 1
    assert "Tous les mots ont le même poids, donc la même taille." in lines_of(svg)
    assert "Tous les mots (20) sont montrés." in lines_of(svg)


def test_one_word_and_one_that_outweighs_all_others() -> None:
    assert list(sizes_of(drawn(made([("coopération", 7)])))) == ["coopération"]
    steep = drawn(made([("énorme", 100_000), *((f"petit{n}", 3.0) for n in range(40))]))
    assert list(sizes_of(steep)) == ["énorme"]
    assert "40 mots sur 41 ne sont pas montrés" in lines_of(steep)
    assert "le même poids" not in lines_of(steep)


def test_no_word_is_no_picture() -> None:
    with pytest.raises(ValueError, match="no picture"):
        drawn(made([]))
    assert made([("1234", 5), ("€", 3)]).total == 0


HOSTILE = {
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "&amp;\u202eedoc": "&amp; edoc",
    "=cmd|'/c'!A1": "=cmd|'/c'!A1",
    "half\ud800": "half",
    "nul\x00\x0bl": "nul l",
    "e\u0301te\u0301": "été",
    "Z" + "\u0301" * 300: "\u0179\u0301\u0301",
    "W" * 300: "W" * 29 + "…",
}


def test_hostile_words_are_text_and_stay_in_their_place() -> None:
    cloud = made([(word, 30 - rank) for rank, word in enumerate(HOSTILE)])
    picture = plate(cloud, "<b>\u202etitre", SOURCE, Wording("fr"))
    root = read_svg(picture.svg())
    assert {etree.QName(element).localname for element in root.iter()} <= {
        "svg", "title", "desc", "text", "rect",
    }  # fmt: skip
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on")]
    assert list(sizes_of(picture.svg())) == list(HOSTILE.values())
    with Image.open(io.BytesIO(picture.png())) as image:
        assert image.size == (2 * picture.width, 2 * picture.height)
    told = csv_bytes(*split(cloud)).decode("utf-8")
    assert "'=cmd" in told
    assert "\u202e" not in told


def test_words_that_would_look_alike_are_told_apart() -> None:
    words = [
        CloudWord(lemma, "suivi", ["suivi"], 0, times, 0, 1, times)
        for lemma, times in (("suivi", 9), ("suivre", 5), ("suivre\u200b", 3))
    ]
    shown = [w.shown for w in cloud_of("count", "lemma_content", ["P"], [1], words).words]
    assert shown == ["suivi", "suivre", "suivi (2)"]


def test_hovering_gives_the_counts_and_text_stays_text() -> None:
    svg = drawn(made([("coopération", 1200), ("eau", 400)]), "en")
    first = words_of(svg)[0]
    assert word_of(first) == "coopération"
    told = first.findtext("{*}title", "").replace("\u00a0", " ")
    assert told == "coopération: 1,200 occurrences; 3 of 12 pages; forms: coopération"
    assert float(first.get("textLength", "0")) > 0
    assert "'DejaVu Sans', Verdana" in read_svg(svg).get("font-family", "")
    assert "sans-serif" in read_svg(svg).get("font-family", "")


def test_a_side_without_words_says_so_and_a_long_name_is_cut() -> None:
    long_name = "Conseil régional de la très longue Plaine-de-Thiel-et-d'ailleurs"
    svg = drawn(made([("eau", 5), ("air", 3)], (long_name, "Sorvange")))
    assert "aucun mot sur-employé" in lines_of(svg)
    assert "Plai…" in lines_of(svg)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_ink_is_readable_on_white_and_shades_stay_apart_in_grey() -> None:
    svg = drawn(made([("eau", 5)], ("A", "B")))
    inks = {text.get("fill", "") for text in read_svg(svg).iter("{*}text")}
    for colour in inks | {shade for side in SHADES for shade in side}:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour
    for side in SHADES:
        light, middle, dark = map(luminance, side)
        assert (light + 0.05) / (middle + 0.05) > 1.4
        assert (middle + 0.05) / (dark + 0.05) > 1.4


def test_references_are_round_and_within_the_scores() -> None:
    assert references(17, 170, 6.3) == [20, 50, 100]
    assert references(301, 400, 1.7) == [200, 300]
    assert references(5, 5, 10) == [5]
    assert references(1.3, 4.4, 20) == [2, 3]
