"""``aect words cloud``: a picture whose words are as large as they are frequent, or specific."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from corpora.console import say
from nlp.words.asking import (
    Campaigns,
    Language,
    Stop,
    UnitOption,
    Where,
    WordsOption,
    corpus_of,
)


def cloud_command(
    campaigns: Campaigns,
    by: Annotated[
        str, typer.Option(help="key=value: a part; a key of two values: these face to face.")
    ] = "",
    against: Annotated[
        str, typer.Option(help="Another value of --by, or rest: the two face to face.")
    ] = "",
    where: Where = None,
    measure: Annotated[
        Literal["specificity", "g2"], typer.Option(help="What the size of a part's words says.")
    ] = "specificity",
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    lang: Language = "fr",
    out: Annotated[
        Path | None,
        typer.Option(help="FILE.svg or FILE.png, its table beside it; else in the figures."),
    ] = None,
) -> None:
    """A cloud of words with its legend: by frequency, of a part, or of two parts face to face."""
    from corpora.campaign import Campaign, InputError
    from nlp.reporting.pictures.clouds import drawing
    from nlp.reporting.pictures.drawing import publish
    from nlp.reporting.wording import Wording
    from nlp.words.cloud import cloud_source, frequency_cloud, part_cloud, write_cloud, written_kind
    from nlp.words.reading import campaigns_named

    if against and not by:
        raise InputError(f"--against {against!r} needs the other part: --by key=value")
    if out:
        written_kind(out)
    corpus = corpus_of(campaigns, where, stop)
    if by:
        cloud, title = part_cloud(
            corpus, by, against, measure=measure, unit=unit, which=words, language=lang
        )
    else:
        cloud, title = frequency_cloud(corpus, unit=unit, which=words, language=lang)
    source = cloud_source(corpus, campaigns_named(campaigns), where or ())
    if out:
        table = write_cloud(out, cloud, title, source, lang)
    else:
        outputs = Campaign.named(campaigns[-1]).outputs
        drawn = drawing(cloud, title, source, Wording(lang))
        publish({"words-cloud": drawn}, outputs, ["words-cloud"])
        out = outputs / "figures" / "words-cloud.svg"
        table = out.with_suffix(".csv")
    say(f"{out}: {len(cloud.drawn)} words of {cloud.total}; their counts: {table}")
