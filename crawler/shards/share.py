"""Shards: one list of sources, crawled by several machines, each its share.

Sources that share a host stay together, because politeness is kept by host and no machine knows of
another's requests. Shares are dealt in the file's order, like cards: they differ by one group at
most, where a hash of the id would give one machine 3 of 13 councils and another 6. A source added
at the end of the file changes no other's share, unless it ties two groups together: then the second
goes where the first is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.campaign import InputError
from crawler.sources import Source


@dataclass(frozen=True)
class Shard:
    """Share ``number`` (from 1) of ``count``."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """The shard that ``2/4`` names; raises InputError."""
        match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
        if match and 1 <= int(match[1]) <= int(match[2]):
            return cls(int(match[1]), int(match[2]))
        raise InputError(f"shard {text!r}: give a share and of how many, from 1/4 to 4/4")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def sources_of(shard: Shard, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The shard's sources, in the order given; raises InputError where there are none."""
    dealt = _dealt(sources)
    chosen = tuple(
        source
        for source, turn in zip(sources, dealt, strict=True)
        if turn % shard.count == shard.number - 1
    )
    if not chosen:
        raise InputError(
            f"shard {shard}: no source falls to it, {len(set(dealt))} shares are all there are "
            "(sources that share a host stay together)"
        )
    return chosen


def _dealt(sources: Sequence[Source]) -> list[int]:
    """The turn at which each source is dealt: that of the first source it shares a host with."""
    turns: list[int] = []
    opened = 0
    for number, source in enumerate(sources):
        tied = {turns[n] for n, other in enumerate(sources[:number]) if _share_host(source, other)}
        turn = min(tied, default=opened)
        opened += not tied
        turns = [turn if one in tied else one for one in turns] + [turn]
    return turns


def _share_host(one: Source, other: Source) -> bool:
    return any(
        mine == theirs or mine.endswith("." + theirs) or theirs.endswith("." + mine)
        for mine in one.sites
        for theirs in other.sites
    )
