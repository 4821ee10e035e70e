"""What is checked before a crawl begins: whom sites may ask, and that a campaign is one crawl."""

import json
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


SINCE = "since.json"
"""In the corpus of a campaign that is held against an earlier one: against which."""


def keep_since(campaign: Campaign, since: Campaign | None, *, crawled: bool) -> None:
    """Hold a campaign to the one that it is held against: its pages say what changed since then.

    ``crawled`` tells whether pages are archived already. Raises InputError where it was begun with
    another one, or goes on without.
    """
    path = campaign.corpus / SINCE
    kept = read_since(path)
    asked = since.name if since else ""
    if asked == kept:
        return
    if kept and crawled:
        raise InputError(
            f"campaign {campaign.name} was crawled with --since {kept}: go on with that, or crawl "
            f"under another name (to go on without, delete {path})"
        )
    if asked:
        write_whole(path, json.dumps({"since": asked}) + "\n")
    else:
        path.unlink(missing_ok=True)


def read_since(path: Path) -> str:
    """The name of the earlier campaign in a file SINCE; empty where there is none."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["since"])
    except FileNotFoundError:
        return ""
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f'{path}: damaged: write {{"since": "NAME"}} with the campaign that --since named, '
            "or delete it"
        ) from error


def refuse_other_shard(campaign: Campaign, file: SourceFile, chosen: Sequence[Source]) -> None:
    """One campaign holds one shard: a second one's log would replace the first one's."""
    left_out = {source.id for source in file.sources} - {source.id for source in chosen}
    held = {path.name.rpartition("-")[0] for path in segments(campaign.archive)}
    if other := sorted(left_out & held):
        raise InputError(
            f"campaign {campaign.name} already holds {', '.join(other)}, which this shard leaves "
            "out; crawl each shard under a name of its own, then merge"
        )
