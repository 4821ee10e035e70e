"""PDFs are opened in a process of its own, with bounds.

pdfium is native code: a file of a megabyte made it take 2.1 GB, and what makes it crash would end
an analysis of thousands of other files.
"""

import atexit
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from nlp.reading.pieces import Piece, Reading, Refusal

MOST_MEMORY = 450 * 2**20
"""Bytes of the process that opens a PDF; one of 1500 pages of text takes 60 MB."""

MOST_SECONDS = 120
"""Of processor time for one file."""


def read_pdf(content: bytes, url: str = "", charset: str = "") -> Reading:
    """Read a PDF's text layer as ``nlp.reading.pdf.read_pdf`` does, within bounds.

    Raises what that raises, and Refusal ``pdf_unreadable`` for a file that goes beyond them.
    """
    answer = _opener().ask(content)
    if answer is None:
        reason = (
            f"opening it takes more than {MOST_MEMORY // 2**20} MB or {MOST_SECONDS} s, "
            "or breaks the reader"
        )
        raise Refusal("pdf_unreadable", reason)
    if "refused" in answer:
        raise Refusal(*answer["refused"])
    if "failed" in answer:
        raise RuntimeError(answer["failed"])
    return Reading(
        title=answer["title"],
        pieces=tuple(Piece(**piece) for piece in answer["pieces"]),
        language=answer["language"],
        date=answer["date"],
        warnings=tuple((name, reason) for name, reason in answer["warnings"]),
    )


class _Opener:
    """The process, started when it is first needed and after each file that ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, content: bytes) -> dict[str, Any] | None:
        """What the process says of a file, or None where that ended it."""
        if self._process is not None and (answer := self._try(content)) is not None:
            return answer
        # what earlier files left in its memory must not decide: a file ends it only by itself
        self._start()
        return self._try(content)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        self.end()
        home = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nlp.reading.confined"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )

    def _try(self, content: bytes) -> dict[str, Any] | None:
        process: Any = self._process
        try:
            _send(process.stdin, content)
            answer: dict[str, Any] = json.loads(_receive(process.stdout))
        except (OSError, EOFError, ValueError):
            self.end()
            return None
        return answer


@cache
def _opener() -> _Opener:
    opener = _Opener()
    atexit.register(opener.end)
    return opener


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes:
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    data = stream.read(int.from_bytes(head, "big"))
    if len(data) < int.from_bytes(head, "big"):
        raise EOFError
    return data


def _serve() -> None:
    """Answer file after file, until there is no more or one goes beyond the bounds."""
    from nlp.reading import pdf  # pdfium is loaded here alone

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    while True:
        try:
            content = _receive(sys.stdin.buffer)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)  # its signal ends the process
        try:
            answer = asdict(pdf.read_pdf(content))
        except Refusal as refusal:
            answer = {"refused": [refusal.name, refusal.reason]}
        except MemoryError:
            return
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        _send(sys.stdout.buffer, json.dumps(answer).encode())


if __name__ == "__main__":
    _serve()
