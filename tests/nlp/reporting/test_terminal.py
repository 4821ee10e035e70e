"""What every command loads before it does anything, and what it shows."""

import subprocess
import sys

from tests.conftest import environment

SLOW = {"numpy", "polars", "spacy", "sklearn", "matplotlib", "scipy"}
"""Libraries that take long to load; the commands that need them load them."""


def test_the_command_starts_without_slow_libraries() -> None:
    asked = f"import sys, aect; print(sorted({SLOW!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"
