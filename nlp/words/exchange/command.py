"""``aect words export``: a corpus into a folder for another tool."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from corpora.console import say
from nlp.words.asking import Campaigns, Where, corpus_of


def export_command(
    campaigns: Campaigns,
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    to: Annotated[
        Literal["iramuteq", "txm", "tei", "tidy", "matrix"],
        typer.Option(help="Who reads it: docs/exchange.md says what each format carries."),
    ],
    where: Where = None,
) -> None:
    """The corpus for another tool: IRaMuTeQ, TXM, XML-TEI, tables for R, Matrix Market."""
    # NumPy, SciPy and polars take a second to load: not for a mistake in writing a command.
    from nlp.words.exchange.exporting import export

    done = export(corpus_of(campaigns, where), folder, to)
    say(f"{folder}: {len(done.files)} files, {done.texts} texts, {done.tokens} tokens")
