"""A real pywb on loopback: what other people's replay makes of our archives.

It lives in an environment of its own (`make peers`), because it pins what this program needs newer.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import environment

_ROOT = Path(__file__).resolve().parents[2]
_SERVER = _ROOT / "tests" / "peers" / "serve_pywb.py"


@dataclass(frozen=True)
class Pywb:
    """An installed pywb; ``bin`` is the folder of its commands."""

    bin: Path

    def add(self, folder: Path, collection: str, *archives: Path) -> None:
        """Put WARC or WACZ files into a collection below ``folder``; made where it is not there."""
        if not (folder / "collections" / collection).exists():
            self._manage(folder, "init", collection)
        self._manage(folder, "add", "--unpack-wacz", collection, *map(str, archives))

    @contextmanager
    def serving(self, folder: Path) -> Iterator[str]:
        """The address at which the folder's collections are served, without a slash at its end.

        ``/<collection>/<time>id_/<url>`` replays bytes as they were sent (``time``: 14 digits);
        ``/<collection>/cdx?url=…&output=json`` answers as a CDX service.
        """
        log = folder / "pywb.log"
        with (
            log.open("w") as told,
            subprocess.Popen(
                [self.bin / "python", _SERVER],
                cwd=folder,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
            ) as server,
        ):
            # leaving closes its standard input, at which it ends
            address = server.stdout.readline().strip()
            assert address, log.read_text()
            yield address

    def _manage(self, folder: Path, *arguments: str) -> None:
        done = subprocess.run(
            [self.bin / "wb-manager", *arguments],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def installed() -> Pywb:
    """The pywb to test with (AECT_PYWB names another environment); skips the test without one."""
    home = Path(os.environ.get("AECT_PYWB") or _ROOT / ".peers" / "pywb")
    if not (home / "bin" / "wb-manager").exists():
        pytest.skip(f"no pywb in {home}: `make peers` installs it, or AECT_PYWB names one")
    return Pywb(home / "bin")
