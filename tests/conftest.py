"""The command line as a person runs it, and two studies of the sample web that it made."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from corpora import BUNDLED
from corpora.campaign import Campaign
from corpora.sample.edition import bundled
from corpora.sample.server import serve
from nlp.counting.results import Row, read_table

# -P: the folder may hold a corpora/ of its own, which must not be taken for the package
AECT = (sys.executable, "-P", "-m", "aect")

SMALL = ("cote-orlanne", "grand-arvey", "haute-lintre")
"""Councils of the sample with a call published twice, one of last year, and a scanned PDF."""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Study:
    """A campaign and what the command that made it said."""

    campaign: Campaign
    told: Told

    def table(self, name: str) -> list[Row]:
        return read_table(self.campaign, name)


def environment(**more: str) -> dict[str, str]:
    """This process's environment without its proxies: tests reach loopback alone.

    Compiled modules are kept: compiling spaCy anew for each command would take minutes.
    """
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | more


def aect(
    folder: Path, *arguments: object, before: Callable[[], None] | None = None, **more: str
) -> Told:
    """Run ``aect`` in a folder; ``before`` runs in the child, ``more`` joins its environment."""
    done = subprocess.run(
        [*AECT, *map(str, arguments)],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
        preexec_fn=before,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def contents(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """What ``aect demo`` leaves; to be read only."""
    home = tmp_path_factory.mktemp("demo")
    return Study(Campaign.named("sample-2014", home), aect(home, "demo"))


@pytest.fixture(scope="session")
def web() -> Iterator[str]:
    """The sample web on loopback; the address is to be used as ``http_proxy``."""
    with serve(bundled("2014")) as address:
        yield address


@pytest.fixture(scope="session")
def small_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sources file with some councils of the sample web."""
    declared = yaml.safe_load((BUNDLED / "sources" / "sample-2014.yml").read_text("utf-8"))
    declared["sources"] = [one for one in declared["sources"] if one["id"] in SMALL]
    file = tmp_path_factory.mktemp("sources") / "small.yml"
    file.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, web: str, small_sources: Path) -> Study:
    """Some councils crawled and analysed by ``aect run``; to be read or copied only."""
    home = tmp_path_factory.mktemp("small")
    wanted = ("run", "small", "--sources", small_sources, "--loopback", "--contact", "the tests")
    return Study(Campaign.named("small", home), aect(home, *wanted, http_proxy=web))
