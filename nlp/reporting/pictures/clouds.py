"""Word clouds: the commonest words, and those characteristic of a part of the corpus."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.coding.references import Coding
from nlp.counting.characteristic import vocabulary_digest
from nlp.counting.kept import Kept, sha
from nlp.reading.shelf import digest_of
from nlp.reporting.pages.front import Picture
from nlp.reporting.pictures.drawing import (
    BLUE,
    GREEN,
    QUIET,
    VERMILION,
    Drawing,
    frame,
    plain,
    publish,
    source_line,
)
from nlp.words.statistics.specificity import specificities

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT = 1200, 640
_MOST_WORDS = 90
# Below one chance in twenty a word is no more than banal in its part.
_LEAST_SPECIFICITY = 1.3
_SPILLOVERS = "spillover."
_WORD = re.compile(r"[^\W\d_]{3,}")

_WORDS = {
    "fr": {
        "frequency": "Les mots les plus fréquents des pages internationales",
        "spillovers": "Les mots caractéristiques des retombées annoncées",
        "calls": "Les mots caractéristiques des appels à projets",
        "pages": "Les mots caractéristiques des pages internationales",
        "frequency_note": "Taille : fréquence.",
        "spillovers_note": "Taille : spécificité (Lafon) des passages codés face au reste.",
        "calls_note": "Taille : spécificité (Lafon) des appels, face aux pages internationales.",
        "pages_note": "Taille : spécificité (Lafon) des pages internationales, face aux appels.",
        "alt": "Nuage de mots. Les premiers : {words}.",
    },
    "en": {
        "frequency": "The commonest words of the international pages",
        "spillovers": "Words characteristic of the announced spillovers",
        "calls": "Words characteristic of the calls for projects",
        "pages": "Words characteristic of the international pages",
        "frequency_note": "Size: frequency.",
        "spillovers_note": "Size: specificity (Lafon) of the coded passages against the rest.",
        "calls_note": "Size: specificity (Lafon) of the calls, against the international pages.",
        "pages_note": "Size: specificity (Lafon) of the international pages, against the calls.",
        "alt": "Word cloud. First words: {words}.",
    },
}


def draw_clouds(
    coding: Coding, campaign: str, outputs: Path, lang: str = "fr"
) -> tuple[Picture, ...]:
    """Draw the campaign's word clouds as PNG and SVG in ``outputs/figures``.

    ``cloud-frequency`` weighs the words of the international pages by frequency. Three weigh words
    by Lafon's specificity, a part against the rest: ``cloud-specificity-spillovers`` the passages
    coded as spillovers, ``-calls`` and ``-pages`` calls and international pages against each other.
    A cloud without a word is not drawn. Raises InputError where a file cannot be written.
    """
    kept = Kept(outputs, "clouds")
    weights = kept.value("weights", _rests_on(coding), lambda: _weights(coding))
    source = source_line(coding, campaign, lang)
    drawings = {}
    for name, words in weights:
        if words:
            key = name.removeprefix("specificity-")
            note = f"{_WORDS[lang][key + '_note']} {source}"
            drawings[f"cloud-{name}"] = _cloud(dict(words), _WORDS[lang][key], note, lang)
    pictures = publish(drawings, outputs, ("cloud-*",))
    kept.close()
    return pictures


def _weights(coding: Coding) -> list[tuple[str, list[tuple[str, float]]]]:
    """The words of each cloud with their weights, heaviest first."""
    pages, calls = _lemmas(coding, "international_page"), _lemmas(coding, "call")
    inside, outside = _passages(coding)
    weights: Mapping[str, Mapping[str, float]] = {
        "frequency": pages,
        "specificity-spillovers": characteristic(inside, outside),
        "specificity-calls": characteristic(calls, pages),
        "specificity-pages": characteristic(pages, calls),
    }
    return [(name, list(_shown(words, coding.forms).items())) for name, words in weights.items()]


def _rests_on(coding: Coding) -> str:
    """A digest of all that weights rest on: vocabulary, documents, kinds, coded spillovers."""
    documents = [
        (digest_of(document), document.duplicate_of, coding.kinds[document.id].kind)
        for document in coding.documents
    ]
    return sha(vocabulary_digest(coding), documents, _spans(coding))


def _spans(coding: Coding) -> dict[str, list[tuple[int, int]]]:
    """Where each document's passages surely coded as spillovers stand, in order."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for ref in sorted(coding.references, key=lambda ref: ref.start):
        if ref.certain and ref.code.startswith(_SPILLOVERS):
            spans.setdefault(ref.document_id, []).append((ref.start, ref.end))
    return spans


def characteristic(part: Mapping[str, int], rest: Mapping[str, int]) -> dict[str, float]:
    """The words over-used in ``part`` against ``rest``, with their specificity."""
    words = sorted(part.keys() | rest.keys())
    if not words:
        return {}
    table = [[part.get(word, 0), rest.get(word, 0)] for word in words]
    scores: Sequence[float] = specificities(table)[:, 0].tolist()
    return {
        word: score
        for word, score in zip(words, scores, strict=True)
        if score >= _LEAST_SPECIFICITY and part.get(word, 0) > 1
    }


def _lemmas(coding: Coding, kind: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for document in coding.documents:
        if coding.kinds[document.id].kind == kind:
            total.update(coding.lemmas.get(document.id, {}))
    return total


def _passages(coding: Coding) -> tuple[Counter[str], Counter[str]]:
    """Words inside and outside the passages coded as spillovers, in calls and international pages.

    Lemmas are counted by document, so a word of a passage is led back to a lemma by its commonest
    form or a plain ending; words that reach none (stop words, rarer verb forms) count on neither
    side.
    """
    lemma_of = {form: lemma for lemma, form in sorted(coding.forms.items(), reverse=True)}
    lemma_of |= {lemma: lemma for counts in coding.lemmas.values() for lemma in counts}
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    spans = _spans(coding)
    for document in coding.documents:
        kind = coding.kinds[document.id].kind
        if document.duplicate_of or kind not in {"international_page", "call"}:
            continue
        held = spans.get(document.id, [])
        starts = [start for start, _ in held]
        reached = list(accumulate((end for _, end in held), max, initial=0))
        for block in document.blocks:
            if block.boilerplate:
                continue
            for match in _WORD.finditer(document.text, block.start, block.end):
                word = match.group().lower()
                endings = (word, word[:-1], word[:-2], word[:-3] + "al")
                lemma = next((lemma_of[form] for form in endings if form in lemma_of), None)
                if lemma:
                    within = match.start() < reached[bisect_right(starts, match.start())]
                    (inside if within else outside)[lemma] += 1
    return inside, outside


def _shown(weights: Mapping[str, float], forms: Mapping[str, str]) -> dict[str, float]:
    """Weights by written form, heaviest first; ties by word, since the layout follows the order."""
    shown: dict[str, float] = {}
    for lemma in sorted(weights):
        word = plain(forms.get(lemma, lemma), 30)
        if _WORD.search(word):
            shown[word] = max(shown.get(word, 0.0), weights[lemma])
    heaviest = sorted(shown.items(), key=lambda item: (-item[1], item[0]))
    return dict(heaviest[:_MOST_WORDS])


def _cloud(weights: Mapping[str, float], title: str, source: str, lang: str) -> Drawing:
    alt = _WORDS[lang]["alt"].format(words=", ".join(list(weights)[:12]))

    def draw() -> "Figure":
        return _draw(weights, title, source)

    return Drawing(draw, title, alt, (list(weights.items()), source))


def _draw(weights: Mapping[str, float], title: str, source: str) -> "Figure":
    """The words where WordCloud puts them, as outlines: no font is needed where they are read."""
    from matplotlib import get_data_path
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D
    from wordcloud import WordCloud  # type: ignore[import-untyped]

    font_file = str(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    cloud = WordCloud(
        font_path=font_file, width=_WIDTH, height=_HEIGHT, margin=10, prefer_horizontal=1.0,
        relative_scaling=0.4, max_font_size=110, min_font_size=10, random_state=1,
    ).generate_from_frequencies(dict(weights))  # fmt: skip
    width, body, top, bottom = 10.0, 10.0 * _HEIGHT / _WIDTH, 0.6, 0.55
    height = body + top + bottom
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, bottom / height, 1, body / height))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(_HEIGHT, 0)
    axes.axis("off")
    font = FontProperties(fname=font_file)
    colours = (BLUE, VERMILION, GREEN, QUIET)
    for rank, ((word, _), size, (row, column), _, _) in enumerate(cloud.layout_):
        outline = TextPath((0, 0), word, size=size, prop=font)
        # WordCloud places the ink's upper left corner, in rows that run downwards. The outlines of
        # the font have a point at every extreme, which spares the solving of each curve.
        ink = outline.vertices[outline.codes != Outline.CLOSEPOLY]
        left, top_of_ink = ink[:, 0].min(), ink[:, 1].max()
        place = Affine2D().scale(1, -1).translate(int(column) - left, int(row) + top_of_ink)
        colour = colours[rank % len(colours)]
        word_patch = PathPatch(outline.transformed(place), facecolor=colour, linewidth=0)
        # Not as a patch: the limits are set, and need not be sought in every curve.
        axes.add_artist(word_patch)
    frame(figure, title, source)
    return figure
