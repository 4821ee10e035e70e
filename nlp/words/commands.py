"""``aect words``: questions to the words of analysed campaigns, one subcommand a method."""

from typing import Annotated, Literal

import typer

from corpora.campaign import InputError
from nlp.words.asking import (
    By,
    Campaigns,
    FormatOption,
    Least,
    Out,
    Query,
    Stop,
    Top,
    UnitOption,
    Where,
    WordsOption,
    answer,
    corpus_of,
    first_rows,
    total,
)
from nlp.words.cloud_command import cloud_command
from nlp.words.exchange.command import export_command
from nlp.words.map_commands import classes_command, map_command

app = typer.Typer(
    no_args_is_help=True,
    help="""Words of analysed campaigns: families, specificities, keyness, concordance, ….

    Several campaigns make one corpus. --where keeps a part of it (key=value or key!=value, several
    times), --by cuts it: campaign, council, map, year, published, kind, language, call, document,
    place, code, or key=value against the rest.""",
)

app.command("export")(export_command)
app.command("map")(map_command)
app.command("classes")(classes_command)
app.command("cloud")(cloud_command)


@app.command()
def families(
    campaigns: Campaigns,
    by: By = "council",
    where: Where = None,
    names: Annotated[
        bool, typer.Option("--names", help="List the names that carry two families instead.")
    ] = False,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Lexical families apart in names, titles and body; or names that join two of them."""
    from nlp.words.families import families as counts
    from nlp.words.families import juxtapositions
    from nlp.words.partition import partition
    from nlp.words.subcorpus import places_kept, read_condition

    # A page's title is no token of its text: what --where asks of places is asked of the rows.
    conditions = [read_condition(text) for text in where or ()]
    corpus = corpus_of(campaigns, [one for one in conditions if one.key != "place"])
    places = places_kept(corpus, conditions)
    cut = partition(corpus, by, least=1)
    if names:
        if "name" not in places:
            raise InputError("--names lists names of units: leave --where place=… out")
        found = juxtapositions(corpus, cut)
        answer(found, format_, out, columns=("part", "name", "families", "times"))
        return
    answer(
        counts(corpus, cut, places=places),
        format_,
        out,
        columns=(
            "part", "family", "place", "occurrences", "per_1000_words", "documents", "told_apart",
            "dp_norm",
        ),
        notes=(
            "dp_norm: over the parts, 0 even, 1 in one alone",
            "told_apart: words that only look so, counted in no family",
        ),
    )  # fmt: skip


@app.command()
def specificities(
    campaigns: Campaigns,
    by: By = "council",
    where: Where = None,
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    least: Least = 5,
    top: Top = 10,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Lafon's specificities: the words that chance does not explain in a part, or their lack."""
    from nlp.words.partition import partition
    from nlp.words.scores import specificities as scores

    corpus = corpus_of(campaigns, where, stop)
    found = scores(corpus, partition(corpus, by), unit=unit, which=words, least=least)
    columns = (
        "part", "shown", "specificity", "f", "F", "t", "log_ratio", "documents", "dp_norm",
        "p_holm",
    )  # fmt: skip
    note = f"{found.tests} tests; |specificity| from {found.at_least:g} up, p_holm for all tests"
    answer(
        first_rows(found.frame, top, format_),
        format_,
        out,
        columns=columns,
        notes=(note, *total(found.frame)),
    )


@app.command()
def keyness(
    campaigns: Campaigns,
    by: By = "campaign",
    where: Where = None,
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    least: Least = 5,
    top: Top = 10,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Each part against the rest: G², χ², log ratio and its conservative bound."""
    from nlp.words.partition import partition
    from nlp.words.scores import keyness as scores

    corpus = corpus_of(campaigns, where, stop)
    found = scores(corpus, partition(corpus, by), unit=unit, which=words, least=least)
    columns = (
        "part", "shown", "g2", "f", "F", "t", "log_ratio", "lrc", "documents", "dp_norm", "p_holm",
    )  # fmt: skip
    note = f"{found.tests} tests; |G²| from {found.at_least:g} up, p_holm for all tests"
    answer(
        first_rows(found.frame, top, format_),
        format_,
        out,
        columns=columns,
        notes=(note, *total(found.frame)),
    )


@app.command()
def concordance(
    campaigns: Campaigns,
    query: Query,
    by: Annotated[str, typer.Option(help="Group the lines by a key as well.")] = "",
    where: Where = None,
    sort: Annotated[
        Literal["text", "left", "right", "match"], typer.Option(help="How lines are sorted.")
    ] = "text",
    width: Annotated[int, typer.Option(min=0, max=200, help="Tokens on each side.")] = 10,
    top: Annotated[int, typer.Option(min=1, help="Lines shown on the terminal.")] = 50,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Every match with what stands around it (KWIC), and where to read it in the archived page."""
    from nlp.words.concordance import addresses
    from nlp.words.concordance import concordance as lines
    from nlp.words.partition import partition
    from nlp.words.query import absent

    corpus = corpus_of(campaigns, where)
    cut = partition(corpus, by, least=1) if by else None
    found = lines(corpus, query, width=width, sort=sort, cut=cut)
    if found.is_empty():
        raise absent(query)
    shown = found.head(top) if format_ == "table" else found
    columns = (*(("part",) if by else ()), "left", "match", "right", "council")
    some = f" ({top} shown, --top for more)" if len(found) > top else ""
    note = (
        f"{len(found)} line{'s' * (len(found) > 1)}{some}; each match links to its place in the "
        "archived page, where the terminal shows links; --format csv has it in the column page, "
        "below outputs/<campaign>/report/"
    )
    answer(shown, format_, out, columns=columns, notes=(note,), links=addresses(shown))


@app.command()
def cooccurrence(
    campaigns: Campaigns,
    query: Query,
    by: Annotated[str, typer.Option(help="Apart in each part of the corpus.")] = "",
    where: Where = None,
    window: Annotated[
        int, typer.Option(min=0, max=100, help="Words on each side; 0 for the sentence.")
    ] = 0,
    unit: UnitOption = "lemma",
    words: WordsOption = "content",
    stop: Stop = None,
    least: Least = 2,
    top: Top = 20,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """The words that stand with others more often than chance has it: G², logDice, MI."""
    from nlp.words.cooccurrences import by_part
    from nlp.words.partition import partition

    corpus = corpus_of(campaigns, where, stop)
    cut = partition(corpus, by, least=1) if by else None
    found = by_part(corpus, query, cut, span=window, unit=unit, which=words, least=least)
    columns = (
        *(("part",) if by else ()), "shown", "f", "F", "t", "g2", "log_dice", "mi", "log_ratio",
        "documents", "dp_norm", "p_holm",
    )  # fmt: skip
    what = "sentences" if window == 0 else "words"
    note = (
        f"{found.tests} tests; f, F, t count {what}; met {least} times or more; dp_norm over the "
        "documents of the node, 0 where as even as the node"
    )
    answer(first_rows(found.frame, top, format_), format_, out, columns=columns, notes=(note,))


@app.command()
def compounds(
    campaigns: Campaigns,
    where: Where = None,
    least: Least = 3,
    top: Top = 40,
    format_: FormatOption = "table",
    out: Out = None,
) -> None:
    """Terms of several words that the list of compounds has not, for a reader to choose from."""
    from nlp.words.compounds import compound_candidates

    found = compound_candidates(corpus_of(campaigns, where), least=least)
    shown = found.head(top) if format_ == "table" else found
    answer(
        shown,
        format_,
        out,
        columns=("term", "lemmas", "f", "F", "t", "documents", "g2", "log_dice"),
    )
