"""The commands that fill and look after an archive: crawl, merge, status, package."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpora.campaign import Campaign
from corpora.console import CampaignName, finish, out, say

if TYPE_CHECKING:
    from crawler.crawl import CrawlOutcome

Sources = Annotated[Path, typer.Option(help="YAML file of the councils to crawl.")]
Contact = Annotated[
    str,
    typer.Option(
        envvar="AECT_CONTACT", help="Mail address or page told to the sites in the user agent."
    ),
]
Loopback = Annotated[
    bool,
    typer.Option("--loopback", help="Allow servers on this machine, without delays (for tests)."),
]
Since = Annotated[
    str, typer.Option(help="An earlier campaign: ask for its pages whether they changed.")
]

app = typer.Typer()


@app.command("crawl")
def crawl_command(
    campaign: CampaignName,
    sources: Sources,
    contact: Contact = "",
    since: Since = "",
    shard: Annotated[
        str, typer.Option(help="1/4 crawls the first quarter of the sources; see `aect merge`.")
    ] = "",
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="Read a past period's pages from a web archive.")
    ] = False,
    period: Annotated[
        str,
        typer.Option(help="With --from-archive: 2014, 2014-03..2014-09 (default: the campaign)."),
    ] = "",
    source: Annotated[
        str, typer.Option(help="With --from-archive: a CDX service (default: Internet Archive).")
    ] = "",
    replay: Annotated[str, typer.Option(help="With --source: where it replays its captures.")] = "",
    loopback: Loopback = False,
) -> None:
    """Crawl and archive the councils' pages and calls; resumes when run again."""
    from crawler.past.period import Past
    from crawler.shards.share import Shard

    past = None
    if from_archive:
        past = Past.of(period or campaign, source, replay, loopback=loopback)
    elif period or source or replay:
        raise typer.BadParameter("--period, --source and --replay go with --from-archive")
    outcome = crawl(
        Campaign.named(campaign),
        sources,
        contact,
        since=since,
        shard=Shard.parse(shard) if shard else None,
        past=past,
        loopback=loopback,
    )
    finish(outcome.expectations_failed)


def crawl(
    campaign: Campaign, sources: Path, contact: str, *, since: str = "", **options: Any
) -> "CrawlOutcome":
    """Crawl and say what was archived and what changed; the options are ``crawler.crawl``'s."""
    from crawler.changes import KINDS
    from crawler.crawl import crawl as run

    earlier = Campaign.named(since, campaign.home) if since else None
    outcome = run(campaign, sources, contact=contact, since=earlier, **options)
    say(f"{campaign.name}: {outcome.fetched} exchanges archived, {outcome.archived} already there")
    if earlier:
        counted = Counter(change.change for change in outcome.changes)
        told = ", ".join(f"{counted[kind]} {kind.replace('_', ' ')}" for kind in KINDS)
        say(f"since {earlier.name}: {told} (see {campaign.corpus / 'changes.jsonl'})")
    say(f"crawl report: {campaign.corpus / 'crawl.html'}")
    return outcome


@app.command("merge")
def merge_command(
    campaign: CampaignName,
    parts: Annotated[list[str], typer.Argument(help="Campaigns or folders of corpora/<campaign>.")],
) -> None:
    """Join campaigns that were crawled apart (`crawl --shard`) into one."""
    from crawler.shards.merging import merge

    merged = merge(Campaign.named(campaign), [Path(part) for part in parts])
    say(f"{campaign}: {len(merged.taken)} WARC files taken, {merged.present} already there")
    for event in merged.events:
        say(f"{event.subject}: {event.reason}")


@app.command("status")
def status_command(campaign: CampaignName) -> None:
    """How far a campaign's crawl is, council by council; also while it runs."""
    from crawler.watching.status import remarks, status, table

    told = status(Campaign.named(campaign))
    out.print(table(told))
    for line in remarks(told):
        say(line)


@app.command("package")
def package_command(campaign: CampaignName) -> None:
    """One WACZ of the campaign's archive, for replay in pywb or ReplayWeb.page."""
    from crawler.archive.packaging import package

    say(str(package(Campaign.named(campaign))))
