"""What an analysis made and from what: made again only where what it was made from has changed.

Tables, pictures and pages are remembered in one file of a campaign's outputs. What lies there
counts as kept only while it is byte for byte what was written.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

MEMORY = ".made.json"
"""In ``outputs``: part of the results → name → digest of what it was made from, of its files."""

_PACKAGE = Path(__file__).resolve().parents[1]
_WRITTEN_IN = frozenset({".py", ".j2", ".css", ".js", ".yml"})
_LIBRARIES = (
    "fonttools", "jinja2", "lxml", "matplotlib", "numpy", "pillow", "polars", "scipy",
    "sqlite-utils", "xlsxwriter",
)  # fmt: skip


_WRITTEN = "*"
"""Name under which a part remembers which files it wrote."""


class Kept:
    """One part of a campaign's results (its tables, its pages): which of it need not be made again.

    Whoever asks for something and is told no makes it, and closes in the end. What was not asked
    for is forgotten: of the files that the part owns, also removed.
    """

    def __init__(
        self, outputs: Path, part: str, ground: object = None, owned: Sequence[str] = ()
    ) -> None:
        """``ground`` is what all of the part rests on, besides the program.

        ``owned`` are glob patterns, below ``outputs``, of files that none but this part writes.
        """
        self._outputs, self._part, self._owned = outputs, part, owned
        self._ground = sha(program(), ground)
        self._known = _read(outputs).get(part, {})
        self._made: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._always: set[str] = set()
        self._values: dict[str, list[Any]] = {}
        self._held: dict[str, str] = {}
        self._stale: set[str] = set()

    def holds(self, name: str, *made_from: object, files: Sequence[str] = ()) -> bool:
        """Whether the files of that name are there, as this program made them from the same.

        ``files`` are paths below ``outputs``; without any, the name is the path.
        """
        files = tuple(files) or (name,)
        digest = sha(self._ground, made_from)
        self._made[name] = digest, files
        held = [self._digest(file) for file in files]
        if all(held) and self._known.get(name) == [digest, *held]:
            return True
        self._stale.update(files)
        return False

    def wrote(self, *files: str) -> None:
        """Files (paths below ``outputs``) that are written anew each time, kept or not."""
        self._always.update(files)

    def value(self, name: str, made_from: object, find: Callable[[], Any]) -> Any:
        """What ``find`` gives, or gave when it was made from the same, as JSON brings it back."""
        digest = sha(self._ground, made_from)
        known = self._known.get(name)
        whole = isinstance(known, list) and len(known) == 3
        if not whole or known[:2] != [digest, sha(json.dumps(known[2]))]:
            found = json.dumps(find())
            known = [digest, sha(found), json.loads(found)]
        self._values[name] = known
        return known[2]

    def close(self) -> None:
        """Remove what was written before and not asked for now; remember the rest. Raises OSError.

        What somebody else put among the files is left alone.
        """
        files = self._always | {file for _, files in self._made.values() for file in files}
        gone = {self._outputs / file for file in self._known.get(_WRITTEN, ()) if file not in files}
        for pattern in self._owned:
            for path in gone.intersection(self._outputs.glob(pattern)):
                path.unlink()
        for file in self._stale:  # another file by now
            self._held.pop(file, None)
        made: dict[str, list[Any]] = {_WRITTEN: sorted(files)} if self._owned else {}
        made |= self._values
        for name, (digest, of_name) in self._made.items():
            held = [self._digest(file) for file in of_name]
            if all(held):
                made[name] = [digest, *held]
        memory = {**_read(self._outputs), self._part: made}
        partial = self._outputs / f"{MEMORY}.part"
        partial.write_text(json.dumps(dict(sorted(memory.items())), indent=0) + "\n", "utf-8")
        partial.replace(self._outputs / MEMORY)

    def _digest(self, file: str) -> str:
        """Of a file's bytes; empty where there is none."""
        if file not in self._held:
            try:
                content = (self._outputs / file).read_bytes()
                self._held[file] = hashlib.sha256(content).hexdigest()
            except OSError:
                self._held[file] = ""
        return self._held[file]


def _read(outputs: Path) -> Mapping[str, Any]:
    try:
        memory = json.loads((outputs / MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # none yet, or cut off: all is made anew
    if isinstance(memory, dict) and all(isinstance(part, dict) for part in memory.values()):
        return memory
    return {}


def sha(*things: object) -> str:
    """SHA-256 of what ``repr`` tells of things; half a surrogate pair in them does no harm."""
    return hashlib.sha256(repr(things).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def program() -> str:
    """A digest of the program: its files, and the versions of the libraries that write results."""
    digest = hashlib.sha256(repr((sys.version, [version(name) for name in _LIBRARIES])).encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in _WRITTEN_IN and "vendor" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()
