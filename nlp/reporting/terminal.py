"""What a person sees on the terminal: tables, and how far the stages are.

Names and titles come from crawled text: they are shown as they are, never as markup.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from corpora.campaign import Progress
from nlp.counting.results import Row
from nlp.evaluating.agreement import Estimate, Score
from nlp.evaluating.fields import group_of

if TYPE_CHECKING:
    from nlp.comparing.analysed import Figure
    from nlp.comparing.comparison import Comparison


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


def comparison_table(comparison: "Comparison") -> Table:
    """The study's figures then and now, and how many calls came, went and changed."""
    before, after = comparison.before.name, comparison.after.name
    table = Table("figure", before, after)
    for one in comparison.figures:
        table.add_row(Text(one.now.id), _share(one.then), _share(one.now))
    table.add_section()
    for status, number in Counter(call.status for call in comparison.calls).items():
        table.add_row(Text(f"calls {status.replace('_', ' ')}"), "", str(number))
    changed = Counter(change.type for call in comparison.calls for change in call.changes)
    for kind, number in sorted(changed.items()):
        table.add_row(Text(f"criteria {kind}"), "", str(number))
    return table


def _share(figure: "Figure") -> str:
    return f"{figure.value}/{figure.of}" if figure.of is not None else str(figure.value)


def scores_table(scores: Mapping[str, Score]) -> Table:
    """Scores by field and value, in groups; narrow enough for 80 columns."""
    caption = (
        "n: texts judged. 95 %: interval of F1 (of a field of several values: macro-F1).\n"
        "α: Krippendorff's, program and gold; αr: between readers."
    )
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False, caption=caption)
    table.add_column("field", no_wrap=True)
    for name in ("n", "P", "R", "F1", "95 %", "acc.", "α", "αr"):
        table.add_column(name, justify="right", no_wrap=True)
    group = ""
    for name, one in scores.items():
        if group_of(name) != group:
            if group:
                table.add_section()
            group = group_of(name)
            table.add_row(Text(group, style="bold"))
        several = one.macro_f1 is not None
        f1 = one.macro_f1 if several else one.f1
        table.add_row(
            Text(name),
            str(one.texts),
            "" if several else _two_decimals(one.precision),
            "" if several else _two_decimals(one.recall),
            _two_decimals(f1),
            f"{f1.low:.2f}-{f1.high:.2f}" if f1 else "",
            _two_decimals(one.accuracy),
            _two_decimals(one.alpha),
            _two_decimals(one.alpha_readers),
        )
    return table


def _two_decimals(value: Estimate | float | None) -> str:
    number = value.value if isinstance(value, Estimate) else value
    return "" if number is None else f"{number:.2f}"


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
