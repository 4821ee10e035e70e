"""What a person sees on the terminal: tables, and how far the stages are.

Names and titles come from crawled text: they are shown as they are, never as markup.
"""

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

if TYPE_CHECKING:  # both bring NumPy: every command and `--help` load this module
    from nlp.comparing.comparison import Comparison
    from nlp.evaluating.agreement import Estimate, Score


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


def comparison_table(comparison: "Comparison", labels: Mapping[str, str]) -> Table:
    """The study's figures: published, then, now, and the change in the matched panel.

    ``labels`` name the figures by id.
    """
    before, after = comparison.before.name, comparison.after.name
    table = Table("", "2014", before, after, "panel", title="Figures of the study")
    for one in comparison.figures:
        then, now = one.then, one.now
        table.add_row(
            Text(labels.get(now.id, now.label)),
            _share(now.gely_2014, now.gely_of),
            _share(then.value, then.of),
            _share(now.value, now.of),
            f"{one.panel_now - one.panel_then:+d}",
        )
    return table


def _share(value: int | None, of: int | None) -> str:
    return "/".join(str(number) for number in (value, of) if number is not None)


def scores_table(scores: "Mapping[str, Score]") -> Table:
    """Scores by field and value, in groups; narrow enough for 80 columns."""
    from nlp.evaluating.fields import group_of

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


def _two_decimals(value: "Estimate | float | None") -> str:
    number = value if value is None or isinstance(value, float) else value.value
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
