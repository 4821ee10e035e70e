"""``aect words export``: a corpus into a folder for another tool."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from corpora.console import say


def export_command(
    campaigns: Annotated[
        list[str], typer.Argument(help="Campaigns that were analysed; several make one corpus.")
    ],
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    to: Annotated[
        Literal["iramuteq", "txm", "tei", "tidy", "matrix"],
        typer.Option(help="Who reads it: docs/exchange.md says what each format carries."),
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(help="Keep only key=value (or key!=value, query=…); several times."),
    ] = None,
) -> None:
    """The corpus for another tool: IRaMuTeQ, TXM, XML-TEI, tables for R, Matrix Market."""
    # NumPy, SciPy and polars take a second to load: not for a mistake in writing a command.
    from nlp.words.exchange.exporting import export
    from nlp.words.reading import campaigns_named, read_corpus
    from nlp.words.subcorpus import read_condition, subcorpus

    conditions = [read_condition(text) for text in where or ()]
    corpus = read_corpus(list(campaigns_named(campaigns)))
    done = export(subcorpus(corpus, conditions) if conditions else corpus, folder, to)
    say(f"{folder}: {len(done.files)} files, {done.texts} texts, {done.tokens} tokens")
