"""``aect words map`` and ``aect words classes``: tables, and a picture in the figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.words.asking import (
    By,
    Campaigns,
    FormatOption,
    Language,
    Least,
    Out,
    Stop,
    Top,
    UnitOption,
    Where,
    WordsOption,
    answer,
    corpus_of,
)

if TYPE_CHECKING:
    from nlp.reporting.pictures.drawing import Drawing

ONE_CLASS = 0.8
"""Share of the segments from which a class is all of the text, and the others what is none."""


def map_command(
    campaigns: Campaigns,
    by: By = "council",
    where: Where = None,
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    least: Least = 5,
    lang: Language = "fr",
    top: Top = 15,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Correspondence analysis of parts and words: coordinates, contributions, cos²; a picture."""
    from nlp.words.mapping import vocabulary_map
    from nlp.words.partition import partition

    corpus = corpus_of(campaigns, where, stop)
    found = vocabulary_map(corpus, partition(corpus, by), unit=unit, which=words, least=least)
    picture = _draw(campaigns, "words-map", found.drawing(corpus, lang))
    shares = ", ".join(f"{share:.1%}" for share in found.analysed.shares.tolist())
    by_weight = found.frame.sort("kind", "contribution_1", "name", descending=[False, True, False])
    shown = by_weight.group_by("kind", maintain_order=True).head(top)
    columns = [name for name in found.frame.columns if name not in ("name", "mass")]
    notes = (f"inertia {found.analysed.inertia:.4f}; axes: {shares}", f"picture: {picture}")
    answer(shown if format_ == "table" else found.frame, format_, out, columns=columns, notes=notes)


def classes_command(
    campaigns: Campaigns,
    by: Annotated[
        str, typer.Option(help="In which parts the classes stand, not their words.")
    ] = "",
    where: Where = None,
    number: Annotated[int, typer.Option("--k", min=2, max=30, help="Classes asked for.")] = 6,
    size: Annotated[int, typer.Option(min=5, max=1000, help="Words of a segment.")] = 40,
    class_size: Annotated[
        int, typer.Option(min=1, help="Segments of a class; smaller groups stay unclassified.")
    ] = 5,
    passages: Annotated[
        bool, typer.Option("--passages", help="The most typical passages, not the words.")
    ] = False,
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    least: Least = 5,
    lang: Language = "fr",
    top: Top = 12,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Descending classification of segments after Reinert: words and passages of each class."""
    from nlp.words.classing import classes_by_part, vocabulary_classes
    from nlp.words.partition import partition

    corpus = corpus_of(campaigns, where, stop)
    cut = partition(corpus, by) if by else None
    found = vocabulary_classes(
        corpus,
        k=number,
        size=size,
        unit=unit,
        which=words,
        least=least,
        least_class=class_size,
        passages=top,
    )
    picture = _draw(campaigns, "words-classes", found.drawing(corpus, lang))
    columns: tuple[str, ...] = ("class", "shown", "chi2", "p", "segments", "of", "size", "share")
    frame = found.words
    if cut:
        frame = classes_by_part(found, cut)
        columns = ("class", "part", "segments", "expected", "chi2", "p", "share")
    elif passages:
        frame = found.passages
        columns = ("class", "score", "council", "text")
    if format_ == "table" and not cut:
        frame = frame.group_by("class", maintain_order=True).head(top)
    unclassified = int((found.found.classes == 0).sum())
    sizes = found.profile.sizes
    largest, share = int(sizes.argmax()) + 1, float(sizes.max() / sizes.sum())
    one_class = (
        f"class {largest} holds {share:.0%} of the classified segments, the others stand apart "
        "(tables, lists of links?): ask for more classes (--k), or leave those out (--where)"
    )
    dropped = found.found.dropped
    small = (
        f"{len(dropped)} group{'s' * (len(dropped) > 1)} of fewer than {class_size} segments "
        f"({sum(dropped)} in all) made no class (--class-size)"
    )
    notes = (
        f"{len(frame) if cut else found.tests} tests",
        f"{len(found.found.classes)} segments, {unclassified} unclassified",
        *([small] if dropped else []),
        *([one_class] if share > ONE_CLASS else []),
        f"picture: {picture}",
    )
    answer(frame, format_, out, columns=columns, notes=notes)


def _draw(campaigns: Sequence[str], name: str, drawing: "Drawing") -> Path:
    """The picture in the last campaign's figures; as a comparison stands in the later one's."""
    from corpora.campaign import Campaign
    from nlp.reporting.pictures.drawing import publish

    outputs = Campaign.named(campaigns[-1]).outputs
    publish({name: drawing}, outputs, [name])
    return outputs / "figures" / f"{name}.png"
