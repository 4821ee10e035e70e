"""The map and the tree of classes as pictures: what they show, and that they never differ."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from corpora.campaign import InputError
from nlp.reporting.pictures.drawing import Drawing, publish
from nlp.words.maps.classes import classify
from nlp.words.maps.correspondence import correspondence
from nlp.words.maps.drawing import MapCaptions, factor_map
from nlp.words.maps.profiles import profiles
from nlp.words.maps.tree import TreeCaptions, class_tree

PARTS = ("Brelande", "Estuaire-d’Anglemont", "Val-d’Aubrelle", "Monts-d’Ozanne")
WORDS = tuple(f"mot{chr(97 + n // 26)}{chr(97 + n % 26)}é" for n in range(60))
COUNTS = np.random.default_rng(4).poisson(3, (4, 60)) + 9 * (
    np.arange(60)[None, :] % 5 == np.arange(4)[:, None]
)
MAP = MapCaptions(
    language="fr",
    title="Carte des lemmes",
    axes=("Axe 1 : 41,2 % de l’inertie", "Axe 2 : 30,0 % de l’inertie"),
    parts="conseils",
    words="lemmes",
    note="Deux points proches ont des profils semblables.",
    unnamed="{count} points sans nom.",
    source="Source : campagne d’essai.",
    alt="Carte.",
)
TREE = TreeCaptions(
    language="fr",
    title="Classes",
    number="Classe {number}",
    size="{segments} segments · {share}",
    cut="χ² {chi2}",
    empty="aucun mot propre",
    note="Taille : χ².",
    source="Source : campagne d’essai.",
    alt="Arbre.",
)


def _texts(figure: Figure) -> list[Text]:
    return [t for t in figure.findobj(Text) if t.get_text() and t.get_visible()]


def _labels(figure: Figure, names: set[str]) -> dict[str, np.ndarray]:
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    return {
        text.get_text(): Text.get_window_extent(text, renderer).extents
        for text in _texts(figure)
        if text.get_text() in names
    }


def test_the_map_names_parts_and_the_words_that_make_the_plane() -> None:
    analysed = correspondence(COUNTS)
    figure = factor_map(analysed, PARTS, WORDS, MAP, most=20).draw()
    shown = {text.get_text() for text in _texts(figure)}
    assert set(PARTS) <= shown
    assert {MAP.title, *MAP.axes} <= shown
    weights = analysed.columns.contributions[:, :2] @ analysed.eigenvalues[:2]
    assert shown & set(WORDS) == {WORDS[place] for place in np.argsort(-weights)[:20]}
    assert not any("sans nom" in text for text in shown)


def test_names_for_which_there_is_no_room_are_told() -> None:
    # fifty words of one profile lie on one point: few of their names find a place around it
    counts = np.hstack((COUNTS[:, :3], np.repeat(COUNTS[:, 3:4], 50, axis=1)))
    figure = factor_map(correspondence(counts), PARTS, WORDS[:53], MAP, most=53).draw()
    shown = {text.get_text().replace("\n", " ") for text in _texts(figure)}
    unnamed = len({*WORDS[:53], *PARTS} - shown)
    assert unnamed > 20
    assert f"{unnamed} points sans nom" in next(text for text in shown if MAP.source in text)


def test_numbers_are_written_as_the_language_has_them() -> None:
    def ticks(language: str) -> list[str]:
        captions = replace(MAP, language=language)
        figure = factor_map(correspondence(COUNTS), PARTS, WORDS, captions).draw()
        figure.draw_without_rendering()
        return [tick.get_text() for tick in figure.axes[0].get_xticklabels()]

    french = ticks("fr")
    assert any("," in tick for tick in french)
    assert [tick.replace(",", ".") for tick in french] == ticks("en")
    shown = {text.get_text() for text in _texts(_tree(segments=3000).draw())}
    assert any(re.fullmatch("χ² \\d+\u202f\\d{3}", text) for text in shown)
    assert any(re.fullmatch("1\u202f\\d{3} segments · 3\\d\u00a0%", text) for text in shown)


def test_no_name_on_the_map_covers_another() -> None:
    figure = factor_map(correspondence(COUNTS), PARTS, WORDS, MAP, most=60).draw()
    boxes = list(_labels(figure, {*PARTS, *WORDS}).values())
    assert len(boxes) > 30
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = (one[:2] >= other[2:]).any() or (other[:2] >= one[2:]).any()
            assert apart, (one, other)


def test_a_part_without_words_is_not_drawn() -> None:
    counts = COUNTS.copy()
    counts[1] = 0
    shown = {
        t.get_text() for t in _texts(factor_map(correspondence(counts), PARTS, WORDS, MAP).draw())
    }
    assert PARTS[1] not in shown
    assert PARTS[0] in shown


def test_what_all_names_begin_with_is_told_once() -> None:
    parts = tuple(f"Conseil régional de {name}" for name in ("Brelande", "Bresle", "Orle", "Thiel"))
    shown = {
        t.get_text() for t in _texts(factor_map(correspondence(COUNTS), parts, WORDS, MAP).draw())
    }
    assert {"Brelande", "Bresle", "Orle", "Thiel", "conseils · Conseil régional de …"} <= shown


@pytest.mark.parametrize("counts", [COUNTS[:2], COUNTS[:1], np.ones((4, 60))])
def test_what_has_no_two_axes_is_no_map(counts: np.ndarray) -> None:
    with pytest.raises(InputError, match="a map has 2; take three parts or more"):
        factor_map(correspondence(counts), PARTS, WORDS, MAP)


def _tree(k: int = 3, words: tuple[str, ...] = WORDS[:30], segments: int = 240) -> Drawing:
    told = np.arange(segments) % k
    own = np.arange(30) % k
    chance = np.random.default_rng(3).random((segments, 30))
    held = chance < np.where(told[:, None] == own, 0.35, 0.04)
    found = classify(held, k)
    return class_tree(found, profiles(held, found.classes, k), words, TREE)


def test_the_tree_shows_each_class_with_its_size_and_its_words_by_chi2() -> None:
    figure = _tree().draw()
    texts = _texts(figure)
    shown = [text.get_text() for text in texts]
    assert [t for t in shown if t.startswith("Classe ")] == ["Classe 1", "Classe 2", "Classe 3"]
    sizes = [int(found[1]) for t in shown if (found := re.match(r"(\d+) segments", t))]
    assert sum(sizes) == 240
    assert len([t for t in shown if t.startswith("χ² ")]) == 2
    columns: dict[float, list[Text]] = {}
    for text in texts:
        if text.get_text() in WORDS:
            columns.setdefault(text.get_position()[0], []).append(text)
    assert sorted(columns) == [0, 1, 2]
    for column in columns.values():
        heights = [text.get_fontsize() for text in column]
        assert heights == sorted(heights, reverse=True)
        assert len({WORDS.index(text.get_text()) % 3 for text in column}) == 1


def test_a_long_word_stays_in_its_column() -> None:
    words = ("anticonstitutionnellement étrange",) * 30
    figure = _tree(words=words).draw()
    FigureCanvasAgg(figure)
    widths = [
        text.get_window_extent().width
        for text in _texts(figure)
        if text.get_text() == "anticonstitutionnellement étr…"
    ]
    assert len(widths) > 20
    assert max(widths) <= figure.bbox.width / 3


def test_no_class_is_no_picture() -> None:
    found = classify(np.ones((9, 4)), 3)
    with pytest.raises(InputError, match="not cut in classes"):
        class_tree(found, profiles(np.ones((9, 4)), found.classes, 0), WORDS, TREE)


def test_hostile_names_are_drawn_as_they_stand() -> None:
    parts = ("$\\frac{", "<script>", "a\nb\x00c", "%s {0}")
    figure = factor_map(correspondence(COUNTS), parts, ("$x$",) * 60, MAP).draw()
    assert "a b c" in {text.get_text() for text in _texts(figure)}


def test_pictures_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    made = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        parts = ("$a$", "b", "c", "d")
        mapped = factor_map(correspondence(COUNTS), parts, WORDS, MAP, most=12)
        drawings = {"map-hostile": mapped, "classes": _tree(k=2)}
        pictures = publish(drawings, folder, ("map-*", "classes"))
        assert [picture.alt for picture in pictures] == ["Carte.", "Arbre."]
        files = sorted((folder / "figures").iterdir())
        assert [f.name for f in files] == [f"{n}.{k}" for n in ("classes", "map-hostile")
                                           for k in ("png", "svg")]  # fmt: skip
        made.append([file.read_bytes() for file in files])
        with Image.open(folder / "figures" / "classes.png") as image:
            assert image.width > 1000
    assert made[0] == made[1]
