"""Where a campaign's files lie, and the events that its stages tell."""

import errno
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Told the stage, how many are done and of how many (0: not known)."""


class InputError(Exception):
    """What a person gave cannot be used: one line with the file, what is wrong, and what to do."""


@dataclass(frozen=True)
class Event:
    """One thing that a stage did, met or refused; a line of ``log.jsonl``.

    ``stage`` is crawl, import, read, code, count or report; ``level`` is info, warning or error;
    ``name`` is a stable identifier in snake case (``robots_disallowed``, ``pdf_without_text``);
    ``subject`` is the URL, file or authority it speaks of; ``reason`` is a sentence for a person.
    """

    stage: str
    level: str
    name: str
    subject: str
    reason: str


FAILURES = frozenset({"expectation_failed", "source_failed"})
"""Names of events after which a command ends with status 1."""


# Folders of corpora/ that hold the project's own data.
_RESERVED = frozenset({"codebooks", "gold", "reference", "sample", "schemas", "sources"})


@dataclass(frozen=True)
class Campaign:
    """One crawl or import of one set of sources at one time."""

    name: str
    home: Path

    @classmethod
    def named(cls, name: str, home: Path | None = None) -> "Campaign":
        """The campaign of that name under ``home`` (default: the working directory).

        Raises InputError if the name could not be one folder's name.
        """
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
            raise InputError(
                f"campaign name {name!r}: use letters, digits, '.', '_' and '-', at most 64"
            )
        if name.lower() in _RESERVED or name.lower().endswith((".py", ".md")):
            raise InputError(f"campaign name {name!r}: corpora/{name} holds data of the program")
        return cls(name, home or Path.cwd())

    @property
    def corpus(self) -> Path:
        """``corpora/<campaign>/``: the archive and the documents read from it."""
        return self.home / "corpora" / self.name

    @property
    def archive(self) -> Path:
        """The folder of the campaign's WARC files."""
        return self.corpus / "archive"

    @property
    def outputs(self) -> Path:
        """``outputs/<campaign>/``: tables, figures and report."""
        return self.home / "outputs" / self.name

    @property
    def state(self) -> Path:
        """``campaign.json``: what the results were made from; there only while they are whole."""
        return self.outputs / "campaign.json"


def write_events(path: Path, events: Iterable[Event]) -> None:
    """Write events to ``path``, one JSON object a line, replacing what was there."""
    lines = [json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in events]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(lines))


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file in one piece; raises OSError.

    After a crash, on a full disk and for who reads it meanwhile, what was there before is whole.
    What is there and is no file (a device, a pipe, a folder) is refused: it would be replaced.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no file; a device, a pipe or a folder stays as it is")
    # another's own, where two processes write the same file
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            # else a power cut may leave the new name with nothing in it; 0.4 ms a call on ext4
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def read_events(path: Path) -> Iterator[Event]:
    """The events of a log; none where there is no such file.

    In the place of a line that cannot be read stands the event ``log_damaged``.
    """
    if not path.exists():
        return
    # str.splitlines would cut at a U+2028 in a title
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                event = Event(**json.loads(line))
                if not all(isinstance(value, str) for value in vars(event).values()):
                    raise TypeError
            except (ValueError, TypeError, RecursionError):
                reason = f"line {number} cannot be read; what it told is lost"
                event = Event(path.stem, "warning", "log_damaged", path.name, reason)
            yield event
