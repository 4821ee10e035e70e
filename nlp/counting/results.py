"""A campaign's tables, read back by the results contract."""

import csv

from corpora.campaign import Campaign, InputError

Row = dict[str, str]


def read_table(campaign: Campaign, table: str) -> list[Row]:
    """The rows of ``tables/<table>.csv``, cells as text.

    Raises InputError, saying what to run, where the campaign has no results.
    """
    path = campaign.outputs / "tables" / f"{table}.csv"
    if not path.exists():
        raise InputError(
            f"campaign {campaign.name!r} has no results ({path} is missing): run "
            f"`aect analyse {campaign.name}` first"
        )
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
