"""The harvest: how many relevant pages a crawl found for how many it fetched.

Relevant by the crawler's own judgement, by words: the analysis, which reads whole sentences,
decides later and otherwise. Files are judged by the links that lead to them, since only the
analysis opens them.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.campaign import Campaign, write_whole

HARVEST = "harvest.json"

MARKS = (50, 100, 200, 400, 600)
"""Fetches after which the curve says how much was found; the last fetch is told as well."""


@dataclass(frozen=True)
class Found:
    """A relevant page: after how many fetches it came, its points and what earned them."""

    url: str
    after: int
    points: int
    why: dict[str, int]


@dataclass(frozen=True)
class Harvest:
    """One source's harvest.

    ``fetched`` counts requests, as the budget does; ``left`` links that waited when it ended;
    ``copies`` are relevant pages whose text had been read under another address.
    """

    source: str
    fetched: int
    left: int
    copies: int
    pages: tuple[Found, ...]

    @property
    def relevant(self) -> int:
        return len(self.pages)

    def curve(self) -> dict[int, int]:
        """Relevant pages found by fetches, at each of MARKS that was reached and at the end."""
        marks = [mark for mark in MARKS if mark < self.fetched] + [self.fetched]
        return {mark: sum(page.after <= mark for page in self.pages) for mark in marks}


def keep_harvest(folder: Path, harvest: Harvest) -> None:
    """Write a source's harvest into ``harvest.json`` of a folder, beside those of the others.

    Sources close one after the other in one process, which holds the archive's lock.
    """
    every = {one.source: one for one in _harvests(folder)} | {harvest.source: harvest}
    told = {}
    for source, one in every.items():
        entry = asdict(one) | {"relevant": one.relevant, "curve": one.curve()}
        told[source] = {name: entry[name] for name in _FIELDS}
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / HARVEST, text + "\n")


_FIELDS = ("fetched", "relevant", "left", "copies", "curve", "pages")


def read_harvest(campaign: Campaign) -> tuple[Harvest, ...]:
    """The harvests of a campaign's crawl, by source; none where it was only imported."""
    return _harvests(campaign.corpus)


def merge_harvests(folders: Sequence[Path], into: Campaign) -> None:
    """Join the harvests of shards, whose sources differ, into one campaign's.

    A folder is a campaign's (``corpora/<campaign>``), from whatever machine.
    """
    for folder in folders:
        for harvest in _harvests(folder):
            keep_harvest(into.corpus, harvest)


def _harvests(folder: Path) -> tuple[Harvest, ...]:
    found = []
    for source, one in sorted(_read(folder / HARVEST).items()):
        with suppress(LookupError, TypeError):  # as for the file itself
            pages = tuple(Found(**page) for page in one["pages"])
            found.append(Harvest(source, one["fetched"], one["left"], one["copies"], pages))
    return tuple(found)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """What the file tells; nothing where it cannot be read: each crawl writes it anew."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
