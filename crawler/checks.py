"""What is checked before a crawl begins: whom sites may ask, and that a campaign is one crawl."""

import re
from collections.abc import Sequence
from pathlib import Path

from corpora.campaign import Campaign, InputError, write_whole
from crawler.archive.capture import segments
from crawler.sources import Source, SourceFile, load_sources


def checked_contact(contact: str, loopback: bool) -> str:
    contact = contact.strip()
    if not re.fullmatch(r"[\x20-\x27\x2a-\x7e]{3,200}", contact):
        raise InputError(f"contact {contact!r}: give a mail address or the address of a page")
    if not loopback and "@" not in contact and "://" not in contact:
        raise InputError(
            f"contact {contact!r}: give a mail address or the address of a page, "
            "so that the sites crawled know whom to ask"
        )
    return contact


def keep_sources(campaign: Campaign, path: Path, file: SourceFile) -> None:
    """Copy the sources into the campaign; sources may be added to it, not changed nor dropped."""
    copy = campaign.corpus / "sources.yml"
    if copy.exists():
        kept = {source.identity for source in file.sources}
        for source in load_sources(copy).sources:
            if source.identity not in kept:
                raise InputError(
                    f"{path}: campaign {campaign.name} was crawled with another {source.id!r} "
                    f"(see {copy}); crawl under another name, or with the same sources and more"
                )
    text = path.read_bytes()
    if not copy.exists() or copy.read_bytes() != text:
        write_whole(copy, text)


def is_crawled(campaign: Campaign, file: SourceFile) -> bool:
    held = {path.name.rpartition("-")[0] for path in segments(campaign.archive)}
    return not held.isdisjoint(source.id for source in file.sources)


def refuse_other_shard(campaign: Campaign, file: SourceFile, chosen: Sequence[Source]) -> None:
    """One campaign holds one shard: a second one's log would replace the first one's."""
    left_out = {source.id for source in file.sources} - {source.id for source in chosen}
    held = {path.name.rpartition("-")[0] for path in segments(campaign.archive)}
    if other := sorted(left_out & held):
        raise InputError(
            f"campaign {campaign.name} already holds {', '.join(other)}, which this shard leaves "
            "out; crawl each shard under a name of its own, then merge"
        )
