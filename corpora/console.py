"""What the commands share: where they speak to a person, and how a campaign is named to them."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from corpora.campaign import Event

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""All control characters but line ends and tabs, and those that turn the direction of a line."""

out = Console()
err = Console(stderr=True)

CampaignName = Annotated[str, typer.Argument(help="The campaign's name (2014, 2026, …).")]


def say(line: str) -> None:
    """A line on standard output, as it is: a path or a title may look like markup."""
    out.print(printable(line), highlight=False, markup=False, soft_wrap=True)


def warn(line: str) -> None:
    """A line on standard error."""
    err.print(printable(line), highlight=False, markup=False, soft_wrap=True)


def printable(line: str) -> str:
    """A line without characters that command a terminal: what was crawled may move its cursor."""
    return _COMMANDS.sub("\ufffd", line)


def finish(expectations_failed: Sequence[Event]) -> None:
    """Tell which expectations failed; exit status 1 where any did."""
    for event in expectations_failed:
        warn(f"{event.subject}: {event.reason}")
    if expectations_failed:
        raise typer.Exit(1)
