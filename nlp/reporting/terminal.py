"""What a person sees on the terminal: tables, and how far the stages are.

Names and titles come from crawled text: they are shown as they are, never as markup.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from corpora.campaign import Progress
from nlp.counting.comparison import Change
from nlp.counting.results import Row
from nlp.evaluating.agreement import Score


def figures_table(rows: Iterable[Row], campaign: str) -> Table:
    """The study's figures found in a campaign beside those published; ``rows`` are of study.csv."""
    table = Table("", campaign, "2014", title="Figures of the study")
    for row in rows:
        found, published = (
            "/".join(filter(None, (row[value], row[of])))
            for value, of in (("value", "of"), ("gely_2014", "gely_of"))
        )
        table.add_row(Text(row["label"]), found, published)
    return table


def changes_table(changes: Iterable[Change], before: str, after: str) -> Table:
    """What differs between two campaigns."""
    table = Table("figure or council", "decision", before, after)
    for change in changes:
        table.add_row(*map(Text, (change.subject, change.field, change.before, change.after)))
    return table


def scores_table(scores: Mapping[str, Score]) -> Table:
    """Precision, recall, F1 with its interval and the number judged, per field."""
    table = Table("field", "P", "R", "F1", "95 %", "n")
    for name, one in scores.items():
        c = one.counts
        shown = [f"{value:.2f}" for value in (c.precision, c.recall, c.f1)]
        table.add_row(Text(name), *shown, f"{one.low:.2f}-{one.high:.2f}", str(one.support))
    return table


@contextmanager
def stages(console: Console, campaign: str) -> Iterator[Progress]:
    """Show how far the stages are: bars on a terminal, a line a stage in a log."""
    if not console.is_terminal:
        told: set[str] = set()

        def tell(stage: str, _done: int, _total: int) -> None:
            if stage not in told:
                told.add(stage)
                console.print(f"{campaign}: {stage}", highlight=False, markup=False)

        yield tell
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Bars(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield show
