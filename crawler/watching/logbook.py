"""The crawl's log from one run to the next: what stays told, and what a source's end means."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from corpora.campaign import Event, read_events
from crawler.sources import Source
from crawler.watching.standing import Standing

LOG = "crawl.jsonl"

ONCE = frozenset(
    ("segment_recovered", "capture_damaged", "earlier_damaged", "rendering_incomplete",
     "script_redirect")
)  # fmt: skip
"""Names of events that a later run cannot tell again, from its archive or otherwise."""

_OF_A_SCRIPT = "a script asked for it"
"""How the reasons begin of what a rendered page lacks; a page is rendered once."""


def remembered(corpus: Path) -> Iterator[Event]:
    """Events of a campaign's last log that its next one must tell too."""
    for event in read_events(corpus / LOG):
        if event.name in ONCE or event.reason.startswith(_OF_A_SCRIPT):
            yield event


def broken_off(
    sources: Iterable[Source], standings: Mapping[str, Standing], log: str
) -> Iterator[Event]:
    """An event for each source whose crawl ended otherwise than the crawl's other events tell.

    To be asked where nobody stopped the crawl: ``finished`` is an end in order, and so is
    ``refused``, of which the site's refusal tells.
    """
    for source in sources:
        end = standings[source.id].end
        if end not in ("finished", "refused"):
            how = f"in disorder ({end})" if end else "without a word"
            reason = f"its crawl ended {how}, see {log}; the same command goes on from here"
            yield Event("crawl", "error", "source_failed", source.name, reason)
