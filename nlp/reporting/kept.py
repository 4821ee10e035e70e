"""Pages of the report that need not be written again: they are there, made from the same."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nlp.reading.shelf import digest_of
from nlp.reporting.evidence import Quote

_MEMORY = ".pages.json"


class KeptPages:
    """The pages of some folders of a report; of an earlier one stays only what is made again."""

    def __init__(self, outputs: Path, folders: Iterable[str], *ground: object) -> None:
        """``ground`` is what every page rests on, besides the program."""
        self._memory, self._report = outputs / _MEMORY, outputs / "report"
        self._folders = [self._report / folder for folder in folders]
        for folder in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
        self._ground = repr(ground).encode("utf-8", "replace") + _program()
        self._made: dict[str, list[str]] = {}
        self._known: dict[str, list[str]] = {}
        with suppress(OSError, ValueError):
            known = json.loads(self._memory.read_text(encoding="utf-8"))
            self._known = known if isinstance(known, dict) else {}

    def is_same(self, path: str, *shows: object) -> bool:
        """Whether the page at ``path`` is there, as written by this program from ``shows``."""
        digest = hashlib.sha256(self._ground)
        digest.update(repr(shows).encode("utf-8", "replace"))
        self._made[path] = [digest.hexdigest()]
        return self._known.get(path) == [*self._made[path], self._held(path)]

    def close(self) -> None:
        """Remove what no page was made for, and remember the others."""
        for folder in self._folders:
            for page in folder.iterdir():
                if page.relative_to(self._report).as_posix() not in self._made:
                    page.unlink()
        made = {path: [*made_from, self._held(path)] for path, made_from in self._made.items()}
        self._memory.write_text(json.dumps(made, indent=0) + "\n", encoding="utf-8")

    def _held(self, path: str) -> str:
        try:
            return hashlib.sha256((self._report / path).read_bytes()).hexdigest()
        except OSError:
            return ""


def told_by(quotes: Iterable[Quote]) -> list[tuple[object, ...]]:
    """What a page shows of quotes; their documents, which may be long, by digest."""
    return [(q.reference, q.before, q.after, q.live, digest_of(q.document)) for q in quotes]


def _program() -> bytes:
    package = Path(__file__).parent
    parts = [*package.glob("*.py"), *package.glob("*.yml"), *package.glob("templates/*.j2")]
    return b"\0".join(path.read_bytes() for path in sorted(parts))
