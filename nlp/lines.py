"""What a run remembers for the next: JSON Lines, each found by its key and read when asked for.

A campaign of ten thousand pages is gone through page by page: in memory is where each line stands.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

_KEY = re.compile(rb'\{"key": "([0-9a-f]+)", ')
_END = b"}\n"


class Lines:
    """The lines of a file by key, in their order; none where there is no such file.

    A line that was cut off or is not ours is not there. An open file is read on as it was, even
    when it is replaced.
    """

    def __init__(self, path: Path) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._file: BinaryIO | None = None
        try:
            self._file = path.open("rb")
        except OSError:
            return
        start = 0
        for line in self._file:
            key = _KEY.match(line)
            if key and line.endswith(_END):
                self._places[key[1].decode()] = start, len(line)
            start += len(line)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def raw(self, key: str) -> bytes:
        """The line as it was written; nothing where there is none."""
        if self._file is None or key not in self._places:
            return b""
        start, length = self._places[key]
        return os.pread(self._file.fileno(), length, start)

    def get(self, key: str) -> dict[str, Any] | None:
        """The content of a line, or None."""
        try:
            content: dict[str, Any] = json.loads(self.raw(key) or b"null")
        except ValueError:
            return None
        return content


class LinesWriter:
    """Writes such a file beside its place, and puts it there when all of it is written."""

    def __init__(self, path: Path) -> None:
        self._path, self._partial = path, path.with_suffix(".part")

    def __enter__(self) -> "LinesWriter":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._partial.open("wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if kind is None:
            self._partial.replace(self._path)

    def write(self, key: str, content: Mapping[str, Any]) -> None:
        """Add a line; ``key`` is hexadecimal."""
        line = json.dumps({"key": key, **content}, ensure_ascii=False)
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")

    def copy(self, line: bytes) -> None:
        """Add a line as another file has it."""
        self._file.write(line)
