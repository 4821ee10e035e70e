"""Pictures of the counts: sources and references per code, and the calls' criteria."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.coding.codebook import Codebook
from nlp.coding.labels import fold
from nlp.coding.references import Call, Coding
from nlp.counting.study import solidarity_calls
from nlp.counting.tables import count_codes
from nlp.reporting.pages.front import Picture
from nlp.reporting.pictures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    QUIET,
    SKY,
    Drawing,
    codebook_line,
    frame,
    plain,
    publish,
    source_line,
)  # fmt: skip
from nlp.reporting.wording import short_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_CRITERIA: Mapping[str, str] = {
    "applicant_location": "applicant.location",
    "legal_status": "applicant.legal_status",
    "min_age": "applicant.min_age",
    "france_actions": "france.actions",
    "partner_operator": "partner.operator",
    "partner_countries": "partner.countries",
    "partner_duration": "partner.duration",
    "cofunding_rate_max": "funding.rate_max",
    "amount_max": "funding.amount_max",
    "deadlines": "call.deadline",
    "excluded_expenses": "funding.excluded_expenses",
}
# State → colour, sign and the sign's colour: the sign says it where colours cannot be seen.
_STATES = {
    "required": (BLUE, "●", "white"),
    "preferred": (ORANGE, "◐", INK),
    "encouraged": (SKY, "○", INK),
    "stated": (GREEN, "✓", "white"),
    "not_stated": (PALE, "·", QUIET),
}
_CALLS_A_PICTURE = 60

_WORDS = {
    "fr": {
        "codes": "Sources et références par code",
        "codes_alt": "Barres : {found} codes trouvés sur {all} ; le plus fréquent : {top}.",
        "sources": "sources (documents)",
        "references": "références (passages)",
        "matrix": "Critères des appels de solidarité internationale",
        "matrix_alt": "Tableau : {calls} appels, {criteria} critères. Les plus énoncés : {top}.",
        "required": "exigé",
        "preferred": "préféré",
        "encouraged": "encouragé",
        "stated": "énoncé",
        "not_stated": "non précisé",
        "nothing": "aucun",
        "label": "libellé",
        "council": "conseil",
        "call": "appel",
        "and": "{title} ({part} sur {parts})",
    },
    "en": {
        "codes": "Sources and references per code",
        "codes_alt": "Bars: {found} codes found of {all}; the most frequent: {top}.",
        "sources": "sources (documents)",
        "references": "references (passages)",
        "matrix": "Criteria of the calls for international solidarity",
        "matrix_alt": "Table: {calls} calls, {criteria} criteria. Most often stated: {top}.",
        "required": "required",
        "preferred": "preferred",
        "encouraged": "encouraged",
        "stated": "stated",
        "not_stated": "not stated",
        "nothing": "none",
        "label": "label",
        "council": "council",
        "call": "call",
        "and": "{title} ({part} of {parts})",
    },
}


def draw_figures(
    coding: Coding,
    codebook: Codebook,
    campaign: str,
    outputs: Path,
    lang: str = "fr",
    *,
    twin: bool = False,
) -> tuple[Picture, ...]:
    """Draw ``figures/codes`` and ``figures/criteria-matrix`` as PNG and SVG under ``outputs``.

    More calls than fit one picture go on in ``criteria-matrix-2`` and so on; without any call there
    is no matrix. ``lang`` is fr or en; ``twin`` whether it is the report's second language. Raises
    InputError where the files cannot be written.
    """
    source = source_line(coding, campaign, lang)
    drawn = {"codes": _codes(coding, codebook, source, lang)}
    calls = sorted(solidarity_calls(coding), key=lambda call: fold(_council(call)))
    parts = [calls[i : i + _CALLS_A_PICTURE] for i in range(0, len(calls), _CALLS_A_PICTURE)]
    for number, part in enumerate(parts, 1):
        title = _WORDS[lang]["matrix"]
        if len(parts) > 1:
            title = _WORDS[lang]["and"].format(title=title, part=number, parts=len(parts))
        name = "criteria-matrix" if number == 1 else f"criteria-matrix-{number}"
        drawn[name] = _matrix(part, codebook, title, source, lang)
    note = codebook_line(coding, lang)
    return publish(drawn, outputs, ("codes", "criteria-matrix*"), note, lang if twin else "")


def _codes(coding: Coding, codebook: Codebook, source: str, lang: str) -> Drawing:
    words, counts = _WORDS[lang], count_codes(coding, codebook)
    labels = [textwrap.fill(code.label[lang], 34) for code in codebook.codes]
    found = [code for code in codebook.codes if counts[code.id].references]
    top = max(found, key=lambda code: counts[code.id].references, default=None)
    alt = words["codes_alt"].format(
        found=len(found), all=len(labels), top=top.label[lang] if top else words["nothing"]
    )

    def draw() -> "Figure":
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        height = 1.9 + 0.46 * max(1, len(labels))
        figure = Figure(figsize=(9, height))
        axes = figure.add_axes((0.33, 0.75 / height, 0.62, (height - 1.75) / height))
        widest = 1
        for shift, key, colour in ((-0.2, "sources", BLUE), (0.2, "references", ORANGE)):
            values = [getattr(counts[code.id], key) for code in codebook.codes]
            places = [row + shift for row in range(len(labels))]
            bars = axes.barh(places, values, 0.38, color=colour, label=words[key])
            axes.bar_label(bars, padding=3, fontsize=8, color=QUIET)
            widest = max([widest, *values])
        axes.set_yticks(range(len(labels)), labels, fontsize=9)
        axes.set_ylim(max(1, len(labels)) - 0.5, -0.5)
        axes.set_xlim(0, widest * 1.08)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(axis="x", labelsize=8, colors=QUIET)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=PALE)
        axes.set_axisbelow(True)
        figure.legend(
            loc="upper left",
            bbox_to_anchor=(0.02, 1 - 0.45 / height),
            ncols=2,
            frameon=False,
            fontsize=9,
        )
        frame(figure, words["codes"], source)
        return figure

    shown = [(code.label[lang], counts[code.id]) for code in codebook.codes]
    table = [("code", words["label"], words["sources"], words["references"])] + [
        (code.id, code.label[lang], counts[code.id].sources, counts[code.id].references)
        for code in codebook.codes
    ]
    return Drawing(draw, words["codes"], alt, (shown, source), table)


def _state(call: Call, field: str) -> str:
    value = getattr(call, field)
    if isinstance(value, str) and value in _STATES:
        return value
    return "not_stated" if value is None or value in ("", (), False) else "stated"


def _matrix(
    calls: Sequence[Call], codebook: Codebook, title: str, source: str, lang: str
) -> Drawing:
    words = _WORDS[lang]
    names = {code.id: code.label[lang] for code in codebook.codes}
    labels = [names.get(code, field.replace("_", " ")) for field, code in _CRITERIA.items()]
    states = [[_state(call, field) for field in _CRITERIA] for call in calls]
    often = [sum(row[index] != "not_stated" for row in states) for index in range(len(labels))]
    ranked = sorted(range(len(labels)), key=lambda index: -often[index])
    top = [labels[index] for index in ranked if often[index]][:3]
    alt = words["matrix_alt"].format(
        calls=len(calls), criteria=len(labels), top=", ".join(top) or words["nothing"]
    )

    def draw() -> "Figure":
        figure = _draw_matrix(states, [_name(call) for call in calls], labels)
        _draw_legend(figure, words)
        frame(figure, title, source)
        return figure

    table = [(words["council"], words["call"], *labels)] + [
        (call.authority, call.title, *(words[state] for state in row))
        for call, row in zip(calls, states, strict=True)
    ]
    return Drawing(draw, title, alt, (states, list(map(_name, calls)), labels, source), table)


def _draw_matrix(
    states: Sequence[Sequence[str]], calls: Sequence[str], criteria: Sequence[str]
) -> "Figure":
    import numpy as np
    from matplotlib.collections import PatchCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath

    left, right, top, bottom = 5.9, 1.5, 2.3, 0.55  # margins in inches, for labels of full length
    wide, high = 0.55 * len(criteria), 0.27 * len(calls)
    width, height = left + wide + right, top + high + bottom
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((left / width, bottom / height, wide / width, high / height))
    cells = [(c, r, state) for r, line in enumerate(states) for c, state in enumerate(line)]
    boxes = [Rectangle((column, row), 1, 1) for column, row, _ in cells]
    fills = [_STATES[state][0] for _, _, state in cells]
    axes.add_collection(PatchCollection(boxes, facecolors=fills, edgecolor="white", lw=1.5))
    # As markers, all of a kind at once: as texts the signs took most of the time of drawing.
    for state, (_, sign, ink) in _STATES.items():
        places = [(column + 0.5, row + 0.5) for column, row, held in cells if held == state]
        outline = TextPath((0, 0), sign, size=9)
        middle = outline.get_extents().get_points().mean(axis=0)
        points = np.asarray(outline.vertices) - middle
        axes.plot(
            *zip(*places, strict=True) if places else ((), ()),
            linestyle="none", marker=Outline(points, outline.codes), color=ink,
            markersize=2 * float(np.abs(points).max()), markeredgewidth=0,
        )  # fmt: skip
    axes.set_xlim(0, len(criteria))
    axes.set_ylim(len(calls), 0)
    axes.set_yticks([row + 0.5 for row in range(len(calls))], calls, fontsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks(
        [column + 0.5 for column in range(len(criteria))],
        [plain(label, 34) for label in criteria],
        rotation=40, ha="left", rotation_mode="anchor", fontsize=8.5,
    )  # fmt: skip
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _draw_legend(figure: "Figure", words: Mapping[str, str]) -> None:
    from matplotlib.patches import Rectangle

    width, height = figure.get_size_inches()
    for index, (state, (fill, sign, ink)) in enumerate(_STATES.items()):
        x, y = (0.2 + 1.15 * index) / width, 1 - 0.8 / height
        middle = y + 0.1 / height
        figure.add_artist(
            Rectangle(
                (x, y), 0.28 / width, 0.2 / height, facecolor=fill, transform=figure.transFigure
            )
        )
        figure.text(x + 0.14 / width, middle, sign, color=ink, fontsize=9, ha="center", va="center")
        figure.text(x + 0.36 / width, middle, words[state], fontsize=8.5, va="center")


def _council(call: Call) -> str:
    return plain(short_name(call.authority), 26)


def _name(call: Call) -> str:
    return f"{_council(call)} · {plain(call.title, 56)}"
