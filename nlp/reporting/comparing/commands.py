"""The command that compares two campaigns: tables, pages, and what it tells on the terminal."""

from typing import Annotated, Literal

import typer

from corpora.campaign import Campaign, InputError
from corpora.console import CampaignName, out, say, warn
from nlp.reporting.terminal import comparison_table

app = typer.Typer()


@app.command("compare")
def compare_command(
    before: CampaignName,
    after: CampaignName,
    lang: Annotated[
        Literal["fr", "en"] | None,
        typer.Option("--lang", help="Language of what is told here; pages are in both."),
    ] = None,
) -> None:
    """One year against another: figures, calls, criteria, wording, spillovers, families."""
    compare(Campaign.named(before), Campaign.named(after), lang)


def compare(before: Campaign, after: Campaign, language: str | None = None) -> None:
    """Compare, write tables and pages, and tell what changed; by default in the report's language.

    Raises InputError where the two cannot be compared, or where the pages cannot be written.
    """
    from nlp.comparing import comparison
    from nlp.comparing.tables import write_comparison
    from nlp.reporting.comparing.labels import figure_labels
    from nlp.reporting.comparing.writing import headline, write_comparison_pages

    if before.name == after.name:
        raise InputError(f"{before.name} and {after.name} are one campaign: name two to compare")
    found = comparison.compare(before, after)
    pages = write_comparison_pages(found, after)  # first: they are refused where others' lie there
    written = write_comparison(found, after, next(iter(pages)))
    told = language or next(iter(pages))
    out.print(comparison_table(found, figure_labels(told)))
    for line in headline(found, told):
        say(line)
    for line in found.warnings:
        warn(line)
    say(f"tables: {written[0].parent}")
    say(f"comparison: {pages[told]}")
