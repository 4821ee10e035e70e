"""What a crawl shows while it runs: bars on a terminal, lines in a log, or nothing."""

from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from crawler.sources import Source


class Progress:
    """Counts exchanges by source. ``console`` is None where nothing is shown."""

    def __init__(self, sources: Sequence[Source], console: Console | None) -> None:
        self._console = console
        self._names = {source.id: source.name for source in sources}
        self._anew: Counter[str] = Counter()
        self._archived: Counter[str] = Counter()
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        if console is not None and console.is_terminal:
            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(bar_width=20),
                TextColumn("{task.fields[count]}"),
                console=console,
            )
            self._tasks = {
                source.id: self._bars.add_task(escape(source.name), total=None, count="")
                for source in sources
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

    def step(self, source: str, *, anew: bool) -> None:
        """One exchange more: fetched anew, or answered from the archive."""
        (self._anew if anew else self._archived)[source] += 1
        if self._bars:
            self._bars.update(self._tasks[source], count=self._count(source))

    def finish(self, source: str) -> None:
        """The source's crawl is closed."""
        if self._bars:
            self._bars.update(self._tasks[source], total=1, completed=1, count=self._count(source))
        else:
            self.say(f"{self._names[source]}: {self._count(source)}")

    def say(self, line: str) -> None:
        """A line for the person at the terminal or the reader of the log."""
        if self._console is not None:
            self._console.print(escape(line), highlight=False)

    def _count(self, source: str) -> str:
        known = self._archived[source]
        return f"{self._anew[source]} fetched" + (f", {known} from the archive" if known else "")


def shown(sources: Sequence[Source], progress: bool) -> Progress:
    """Progress on standard error, or none."""
    return Progress(sources, Console(stderr=True) if progress else None)
