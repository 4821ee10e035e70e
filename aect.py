"""The front door: the ``aect`` command, one subcommand a stage.

Each command imports its own stage: spaCy, scikit-learn and Matplotlib take seconds to load, and
most commands, and every mistake in writing one, need none of them.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from corpora import BUNDLED
from corpora.campaign import Campaign, InputError, read_events
from corpora.console import CampaignName, finish, out, say, warn
from crawler.commands import Contact, Loopback, Since, Sources, crawl
from crawler.commands import app as crawler_commands
from nlp.coding.codebook import BUNDLED_CODEBOOK
from nlp.counting.results import read_table
from nlp.reporting.comparing.commands import app as comparing_commands
from nlp.reporting.comparing.commands import compare
from nlp.reporting.terminal import figures_table, scores_table, stages
from nlp.words.commands import app as word_commands

if TYPE_CHECKING:
    from nlp.analysis import Analysis

# What Typer raises for wrong usage: a class it carries along but gives no name of its own.
_UsageError: Any = typer.BadParameter.__base__

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="""Re-run the study of what French councils announce of their international action.

    sources ─crawl▶ archive ─analyse▶ documents, coded passages, tables, pictures, report.
    Each stage reads what the one before left, so every command can be run again: it redoes only
    what changed. Start with `aect demo`.""",
)
Codebook = Annotated[Path, typer.Option(help="Folder of the codebook's YAML files.")]
Language = Annotated[
    Literal["fr", "en"], typer.Option("--lang", help="Language of tables and report.")
]

SAMPLES = ("sample-2014", "sample-2026")


app.add_typer(crawler_commands)
app.add_typer(comparing_commands)
app.add_typer(word_commands, name="words")


@app.command()
def demo() -> None:
    """The whole study on the sample web: crawl and analyse its two editions, compare, report."""
    from corpora.sample.edition import bundled
    from corpora.sample.server import serve

    campaigns = [Campaign.named(name) for name in SAMPLES]
    for campaign in campaigns:
        with serve(bundled(campaign.name.removeprefix("sample-"))) as address:
            os.environ["http_proxy"] = address
            sources = BUNDLED / "sources" / f"{campaign.name}.yml"
            crawl(campaign, sources, "aect demo, on this machine", loopback=True)
    analyses = [_analyse(campaign, BUNDLED_CODEBOOK, "fr") for campaign in campaigns]
    before, after = campaigns
    compare(before, after)
    for campaign, analysis in zip(campaigns, analyses, strict=True):
        _report(campaign, analysis)


@app.command("import")
def import_command(
    campaign: CampaignName,
    paths: Annotated[
        list[Path],
        typer.Argument(help="HTML, PDF, DOCX, ODT, TXT, WARC, WACZ, IRaMuTeQ, TXM, TEI."),
    ],
    metadata: Annotated[
        Path | None,
        typer.Option(help="CSV: path,authority,kind,url,date,title (only path needed)."),
    ] = None,
) -> None:
    """Bring local files and archives into a campaign by the same road as a crawl."""
    from crawler.archive.captures import read_captures
    from crawler.imports.importing import import_paths
    from crawler.sources import campaign_sources
    from nlp.coding.gazetteer import bundled_sources

    target = Campaign.named(campaign)
    events = import_paths(target, paths, metadata, campaign_sources(target) or bundled_sources())
    for event in events:
        if event.level != "info":
            warn(f"{event.subject}: {event.reason}")
    held = sum(1 for _ in read_captures(target.archive))
    if not held:
        raise InputError(f"{campaign}: nothing could be imported")
    say(f"{target.archive} holds {held} records")


@app.command("analyse")
def analyse_command(
    campaign: CampaignName, codebook: Codebook = BUNDLED_CODEBOOK, lang: Language = "fr"
) -> None:
    """Documents, coded passages, tables, pictures and report; only what changed is redone."""
    target = Campaign.named(campaign)
    analysis = _analyse(target, codebook, lang)
    _headlines(target, analysis)
    finish(analysis.expectations_failed)


@app.command()
def run(
    campaign: CampaignName,
    sources: Sources,
    contact: Contact = "",
    since: Since = "",
    loopback: Loopback = False,
    codebook: Codebook = BUNDLED_CODEBOOK,
    lang: Language = "fr",
) -> None:
    """Crawl, then analyse."""
    from nlp.analysis import checked_codebook

    target = Campaign.named(campaign)
    checked_codebook(target, codebook)  # a crawl takes hours: a mistake is told before it
    crawl(target, sources, contact, since=since, loopback=loopback)
    analysis = _analyse(target, codebook, lang)
    _headlines(target, analysis)
    finish(analysis.expectations_failed)


@app.command("evaluate")
def evaluate_command(
    campaign: CampaignName,
    gold: Annotated[Path, typer.Option(help="JSON Lines, or a folder of the sample web.")],
    records: Annotated[
        Path | None,
        typer.Option(help="JSON list that gives a gold id its title, URL and authority."),
    ] = None,
    agreement: Annotated[
        Path | None,
        typer.Option(help="CSV: field,alpha; Krippendorff's alpha between human readings."),
    ] = None,
) -> None:
    """Scores per field against gold, with 95 % intervals, and every error with its quotes."""
    from nlp.evaluating.alpha import read_agreement
    from nlp.evaluating.evaluation import evaluate
    from nlp.evaluating.gold import load_gold
    from nlp.evaluating.writing import write_evaluation

    target = Campaign.named(campaign)
    judged = load_gold(gold, records)
    evaluation = evaluate(target, judged, read_agreement(agreement) if agreement else {})
    written = write_evaluation(evaluation, target.outputs / "evaluation")
    out.print(scores_table(evaluation.scores))
    found = evaluation.judged - len(evaluation.missing)
    for line in (
        f"{found} of {evaluation.judged} gold texts found in the campaign",
        f"quotes: {evaluation.exact} of {evaluation.quotes} exact",
        evaluation.kinds,
        *map(str, written),
    ):
        say(line)
    for fault in evaluation.faults:
        warn(fault)
    if evaluation.faults:
        raise typer.Exit(1)


@app.command("serve")
def serve_command(
    campaigns: Annotated[
        list[str] | None, typer.Argument(help="Campaigns with a report; without any, all.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8014,
) -> None:
    """Show reports and replay their pages in a browser on this machine, until Ctrl-C.

    Campaigns that a named one is compared with are shown as well.
    """
    from nlp.reporting.serving import reports, serve

    serve(reports(Path.cwd(), campaigns or []), port, say)


@app.command("verify")
def verify_command(campaign: CampaignName) -> None:
    """Check every record's digest, every document's record, every reference's quote.

    Of a campaign that was not analysed yet, the records' digests alone.
    """
    from nlp.verifying import verify

    result = verify(Campaign.named(campaign))
    for problem in result.problems:
        warn(problem)
    checked = f"{result.records} records"
    if result.analysed:
        checked += f", {result.documents} documents, {result.references} references"
    else:
        checked += " (the archive alone: the campaign was not analysed)"
    out.print(f"{checked}: {len(result.problems)} problems", highlight=False)
    if result.problems:
        raise typer.Exit(1)


def _analyse(campaign: Campaign, codebook: Path, language: str) -> "Analysis":
    from nlp.analysis import analyse

    with stages(out, campaign.name) as tell:
        analysis = analyse(campaign, codebook_folder=codebook, language=language, progress=tell)
    _equip(campaign)
    return analysis


def _equip(campaign: Campaign) -> None:
    """Put the archive, and what replays it in a browser, beside the report."""
    from crawler.archive.packaging import package
    from nlp.reporting.replay.equipping import equip

    try:
        package(campaign)
    except InputError as error:
        warn(f"{error}; the report shows plain copies of the pages")
    if not equip(campaign):
        say("replay is not installed (`make replay`): the report shows plain copies of the pages")


def _headlines(campaign: Campaign, analysis: "Analysis") -> None:
    from nlp.reporting.comparing.listing import refresh

    out.print(figures_table(read_table(campaign, "study"), campaign.name))
    _report(campaign, analysis)
    for line in refresh(campaign):
        warn(line)


def _report(campaign: Campaign, analysis: "Analysis") -> None:
    log = campaign.outputs / "log.jsonl"
    refused = [e for e in read_events(log) if e.stage != "code" and e.level != "info"]
    if refused:
        say(f"{len(refused)} pages or files not wholly fetched or read: see the report or {log}")
    if not analysis.redone:
        say(f"{campaign.name}: nothing changed since the last analysis")
    say(f"report: {analysis.report}")


def main() -> None:
    """Run the command; bad usage or input is one line on stderr and exit status 2."""
    try:
        status = app(standalone_mode=False)
    except _UsageError as error:
        command = error.ctx.command_path if error.ctx else "aect"
        if message := " ".join(error.format_message().split()):  # none where help was shown
            warn(f"aect: {message} (see `{command} --help`)")
        sys.exit(2)
    except InputError as error:
        warn(f"aect: {error}")
        sys.exit(2)
    except OSError as error:  # a folder that may not be written, a disk that is full
        warn(f"aect: {error.filename or Path.cwd()}: {error.strerror or error}")
        sys.exit(2)
    if status == 130:  # what Typer makes of Ctrl-C, without a word
        warn("aect: stopped; the same command goes on from here")
    sys.exit(status)


if __name__ == "__main__":
    main()
