"""What the subcommands of ``aect words`` share: their options, the corpus they ask, the answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    import polars

    from nlp.words.corpus import Corpus
    from nlp.words.subcorpus import Condition

Format = Literal["table", "csv", "json", "parquet"]

Campaigns = Annotated[
    list[str], typer.Argument(help="Campaigns that were analysed; several make one corpus.")
]
By = Annotated[str, typer.Option(help="What cuts the corpus: council, year, kind, code, ….")]
Where = Annotated[
    list[str] | None,
    typer.Option(help="Keep only key=value (or key!=value, query=…); may be given several times."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
Out = Annotated[Path | None, typer.Option(help="File to write instead of standard output.")]
UnitOption = Annotated[
    Literal["lemma", "form"], typer.Option("--unit", help="Count lemmas or forms as written.")
]
WordsOption = Annotated[
    Literal["content", "all"],
    typer.Option("--words", help="Count words that tell something, or all."),
]
Stop = Annotated[Path | None, typer.Option(help="A stop list of your own: words, # for remarks.")]
Top = Annotated[int, typer.Option(min=1, help="Rows shown on the terminal, of each part.")]
Least = Annotated[int, typer.Option(min=1, help="Leave out what is met less often.")]
Language = Annotated[Literal["fr", "en"], typer.Option("--lang", help="Of the picture.")]
Query = Annotated[
    str,
    typer.Option(
        "--query", "-q", help='A word, or patterns: \'[lemma="coopération"] [pos="ADJ"]\'.'
    ),
]


def corpus_of(
    names: Sequence[str], where: Sequence["str | Condition"] | None, stop: Path | None = None
) -> "Corpus":
    """The corpus of those campaigns, cut down to what --where keeps; raises InputError."""
    # NumPy, SciPy and polars take a second to load: not for a mistake in writing a command.
    from nlp.coding.lemmas import read_stop_words
    from nlp.words.reading import campaigns_named, read_corpus
    from nlp.words.subcorpus import read_condition, subcorpus

    conditions = [read_condition(one) if isinstance(one, str) else one for one in where or ()]
    corpus = read_corpus(list(campaigns_named(names)), stop=read_stop_words(stop) if stop else None)
    return subcorpus(corpus, conditions) if conditions else corpus


def answer(frame: "polars.DataFrame", format_: Format, out: Path | None, **told: Any) -> None:
    """Show a table, or write it: ``told`` are columns and notes, as in ``nlp.words.showing``."""
    from nlp.words.showing import show

    show(frame, format_, out, **told)


def first_rows(frame: "polars.DataFrame", top: int, format_: Format) -> "polars.DataFrame":
    """On the terminal the first rows of each part; in files all of them."""
    if format_ != "table":
        return frame
    if "part" not in frame.columns:
        return frame.head(top)
    return frame.group_by("part", maintain_order=True).head(top)


def total(frame: "polars.DataFrame") -> tuple[str, ...]:
    """A note that says how many words were counted."""
    return (f"T = {frame['T'][0]} words counted",) if len(frame) else ("nothing scores so high",)
