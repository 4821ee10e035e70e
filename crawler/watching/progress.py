"""What a crawl shows while it runs: bars on a terminal, lines in a log, or nothing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column

from corpora.console import printable
from crawler.sources import Source
from crawler.watching.standing import Standing

LINE_SECONDS, LINE_EXCHANGES = 30.0, 50
"""In a log, a council speaks after so long, or after so many exchanges."""


@dataclass
class _Said:
    at: float
    exchanges: int = 0
    ended: bool = False


class Progress:
    """Shows each source's standing, ``budgets`` being the requests that each may have.

    ``console`` is None where nothing is shown.

    A bar is full when the budget of requests is spent or the crawl has closed.
    """

    def __init__(
        self,
        budgets: Mapping[Source, int],
        console: Console | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console, self._clock = console, clock
        self._budgets = {source.id: budget for source, budget in budgets.items()}
        self._names = {source.id: source.name for source in budgets}
        self._said = {source.id: _Said(clock()) for source in budgets}
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        if console is not None and console.is_terminal:
            name = Column(ratio=2, no_wrap=True, overflow="ellipsis")
            self._bars = Bars(
                TextColumn("{task.description}", table_column=name),
                BarColumn(bar_width=12),
                TextColumn("{task.fields[count]}", table_column=Column(ratio=3)),
                console=console,
                expand=True,
            )
            self._tasks = {
                source.id: self._bars.add_task(escape(source.name), total=budget, count="")
                for source, budget in budgets.items()
            }

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def show(self, source: str, standing: Standing) -> None:
        """Where a source's crawl stands now."""
        if self._bars:
            done = self._budgets[source] if standing.end else standing.spent
            self._bars.update(self._tasks[source], completed=done, count=_count(standing))
        elif self._console is not None and self._is_due(self._said[source], standing):
            self.say(f"{self._names[source]}: {_count(standing)}")

    def say(self, line: str) -> None:
        """A line for the person at the terminal or the reader of the log."""
        if self._console is not None:
            self._console.print(escape(printable(line)), highlight=False, soft_wrap=True)

    def _is_due(self, said: _Said, standing: Standing) -> bool:
        now, exchanges = self._clock(), standing.fetched + standing.archived
        ended = bool(standing.end) and not said.ended
        due = exchanges - said.exchanges >= LINE_EXCHANGES or now - said.at >= LINE_SECONDS
        if ended or (due and not said.ended):
            said.at, said.exchanges, said.ended = now, exchanges, ended
            return True
        return False


def _count(standing: Standing) -> str:
    parts = [f"{standing.fetched} fetched"]
    if standing.archived:
        parts.append(f"{standing.archived} from the archive")
    parts.append(f"{standing.relevant} relevant")
    if not standing.end:
        parts.append(f"{standing.queued} queued")
        if standing.waiting:
            parts.append(f"{standing.waiting} waiting {standing.pause:g} s each")
    elif standing.end != "finished":
        parts.append(f"stopped ({standing.end})")
    return ", ".join(parts)


def shown(budgets: Mapping[Source, int], progress: bool) -> Progress:
    """Progress on standard error, or none."""
    return Progress(budgets, Console(stderr=True) if progress else None)
