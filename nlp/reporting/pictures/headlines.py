"""Pictures of the overview: the study's figures beside the published, and who announces what."""

import textwrap
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.coding.references import Authority, Coding
from nlp.counting.study import Measured
from nlp.reporting.pages.front import NATURES, Picture, by_nature
from nlp.reporting.pictures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    QUIET,
    Drawing,
    codebook_line,
    frame,
    plain,
    publish,
    source_line,
)
from nlp.reporting.wording import Wording, short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 5
# Fill, ink and sign of a nature: the sign tells it where colours cannot be seen.
_LOOK: Mapping[str, tuple[str, str, str]] = {
    "economic": (BLUE, "white", "●"),
    "sociocultural": (ORANGE, INK, "◆"),
    "both": (GREEN, "white", "■"),
    "none": (PALE, QUIET, "·"),
}

_WORDS = {
    "fr": {
        "study": "Les chiffres de l'étude, rejoués",
        "study_alt": "Pour chaque chiffre, une barre et un trait : {figures}.",
        "told": "{label} : {found}, publié {published}",
        "found": "trouvé ici",
        "published": "publié pour 2014 (M. Gely)",
        "councils": "Qui annonce quoi : la nature des retombées annoncées",
        "councils_alt": "Une case par conseil, rangée par nature. {natures}.",
        "group": "{number} {nature} : {names}",
        "and": " ; ",
        "institution": "annonce aussi des retombées pour l'institution",
        "heads": ("chiffre", "libellé", "trouvé", "sur", "publié", "publié sur"),
        "council_heads": ("conseil", "nature", "pour l'institution"),
    },
    "en": {
        "study": "The study's figures, counted again",
        "study_alt": "For each figure a bar and a line: {figures}.",
        "told": "{label}: {found}, published {published}",
        "found": "found here",
        "published": "published for 2014 (M. Gely)",
        "councils": "Who announces what: the nature of announced spillovers",
        "councils_alt": "One box a council, by nature. {natures}.",
        "group": "{number} {nature}: {names}",
        "and": "; ",
        "institution": "also announces spillovers for the institution",
        "heads": ("figure", "label", "found", "of", "published", "published of"),
        "council_heads": ("council", "nature", "for the institution"),
    },
}


def draw_headlines(
    coding: Coding,
    study: Sequence[Measured],
    councils: Collection[str],
    campaign: str,
    outputs: Path,
    lang: str = "fr",
    *,
    twin: bool = False,
) -> tuple[Picture, ...]:
    """Draw ``figures/study`` and ``figures/councils`` as PNG and SVG under ``outputs``.

    ``councils`` are the names of all councils of the campaign. What there is nothing to draw of is
    not drawn. ``lang`` is fr or en; ``twin`` whether it is the report's second language. Raises
    InputError where the files cannot be written.
    """
    source = source_line(coding, campaign, lang)
    drawn = {}
    shares = [row for row in study if row.of]
    if shares:
        drawn["study"] = _study(study, shares, source, Wording(lang))
    decided = {council.authority: council for council in coding.authorities}
    every = [
        decided.get(name) or Authority(name, False, "none", False, False, 0, 0, {})
        for name in sorted({*councils, *decided})
    ]
    if every:
        drawn["councils"] = _councils(every, source, Wording(lang))
    note = codebook_line(coding, lang)
    return publish(drawn, outputs, ("study", "councils"), note, lang if twin else "")


def _study(
    study: Sequence[Measured], shares: Sequence[Measured], source: str, wording: Wording
) -> Drawing:
    lang = wording.language
    words = _WORDS[lang]
    told = [
        (
            row.published.label.get(lang, row.published.id),
            wording.measure(row.value, row.of),
            wording.measure(row.published.value, row.published.of),
        )
        for row in shares
    ]
    alt = str(words["study_alt"]).format(
        figures=str(words["and"]).join(
            str(words["told"]).format(label=label, found=found, published=published)
            for label, found, published in told
        )
    )

    def draw() -> "Figure":
        from matplotlib.figure import Figure

        height = 1.5 + 0.52 * len(shares)
        figure = Figure(figsize=(9, height))
        axes = figure.add_axes((0.39, 0.6 / height, 0.48, (height - 1.45) / height))
        for row, one in enumerate(shares):
            axes.barh(row, 100, 0.62, color=PALE)
            axes.barh(row, 100 * one.value / (one.of or 1), 0.62, color=BLUE)
            published = one.published
            if published.value is not None and published.of:
                at = 100 * published.value / published.of
                axes.plot([at, at], [row - 0.42, row + 0.42], color="white", lw=5.5, clip_on=False)
                axes.plot([at, at], [row - 0.42, row + 0.42], color=ORANGE, lw=3, clip_on=False)
            text = told[row][1].replace("\u00a0", " ")
            axes.text(103, row, text, va="center", fontsize=10, fontweight="bold", color=INK)
        labels = [textwrap.fill(label, 40) for label, _, _ in told]
        axes.set_yticks(range(len(shares)), labels, fontsize=9)
        axes.set_ylim(len(shares) - 0.4, -0.6)
        axes.set_xlim(0, 100)
        axes.set_xticks([0, 50, 100], ["0", "50 %", "100 %"], fontsize=8, color=QUIET)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        _legend(figure, str(words["found"]), str(words["published"]))
        frame(figure, str(words["study"]), source)
        return figure

    table = [
        words["heads"],
        *(
            (
                row.published.id,
                row.published.label.get(lang, row.published.id),
                row.value,
                row.of,
                row.published.value,
                row.published.of,
            )
            for row in study
        ),
    ]
    return Drawing(draw, str(words["study"]), alt, (told, source), table)


def _legend(figure: "Figure", found: str, published: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    height = figure.get_size_inches()[1]
    signs = [Patch(color=BLUE), Line2D([], [], color=ORANGE, lw=3, marker="|", linestyle="none",
             markersize=13, markeredgewidth=3)]  # fmt: skip
    figure.legend(
        signs,
        [found, published],
        loc="upper left",
        bbox_to_anchor=(0.01, 1 - 0.45 / height),
        ncols=2,
        frameon=False,
        fontsize=9,
    )


def _councils(councils: Sequence[Authority], source: str, wording: Wording) -> Drawing:
    words = _WORDS[wording.language]
    groups = by_nature(councils)
    said = {nature: wording.say(f"natures.{nature}") for nature in NATURES}
    alt = str(words["councils_alt"]).format(
        natures=str(words["and"]).join(
            str(words["group"]).format(
                number=len(members),
                nature=said[nature],
                names=", ".join(short_name(council.authority) for council in members),
            )
            for nature, members in groups
        )
    )

    def draw() -> "Figure":
        from matplotlib.figure import Figure

        lines = sum(-(-len(members) // _COLUMNS) for _, members in groups)
        body = 0.42 * lines + 0.52 * len(groups)
        height = body + 1.0
        figure = Figure(figsize=(9, height))
        axes = figure.add_axes((0.02, 0.55 / height, 0.96, body / height))
        axes.set_xlim(0, _COLUMNS)
        axes.set_ylim(body, 0)
        axes.axis("off")
        top = 0.0
        for nature, members in groups:
            sign = _LOOK[nature][2]
            number = wording.count(len(members), "council_count").replace("\u00a0", " ")
            text = f"{sign}  {number} · {said[nature]}"
            axes.text(0.02, top + 0.33, text, fontsize=10.5, fontweight="bold", va="center")
            top += 0.52
            for place, council in enumerate(members):
                _box(axes, place % _COLUMNS, top + 0.42 * (place // _COLUMNS), nature, council)
            top += 0.42 * -(-len(members) // _COLUMNS)
        if any(council.institution for council in councils):
            note = f"★ {words['institution']}. {source}"
        else:
            note = source
        frame(figure, str(words["councils"]), note)
        return figure

    table = [
        words["council_heads"],
        *((c.authority, said[c.nature or "none"], c.institution) for c in councils),
    ]
    shown = [(c.authority, c.nature, c.institution) for c in councils]
    return Drawing(draw, str(words["councils"]), alt, (shown, source), table)


def _box(axes: "Axes", column: int, top: float, nature: str, council: Authority) -> None:
    from matplotlib.patches import Rectangle

    fill, ink, sign = _LOOK[nature]
    axes.add_patch(Rectangle((column + 0.015, top), 0.97, 0.36, facecolor=fill))
    name = plain(short_name(council.authority), 24)
    star = " ★" if council.institution else ""
    axes.text(column + 0.06, top + 0.18, f"{sign} {name}{star}", color=ink, fontsize=8.5,
              va="center")  # fmt: skip
