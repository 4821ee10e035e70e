"""The two programs that replay pages in a browser, fetched at build and never kept in the project.

``python -m nlp.reporting.replay.vendoring`` asks npm for them, holds each package to the digest
recorded here, and puts the few files that are served beside this module. Both are free software:
ReplayWeb.page (with wabac.js) is under AGPL-3.0-or-later, PDF.js under Apache-2.0; their licences
travel with them, into every report.
"""

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.campaign import write_whole
from corpora.console import say, warn

VENDOR = Path(__file__).parent / "vendor"
_PATIENCE = 300
"""Seconds that npm may take for one package."""


@dataclass(frozen=True)
class Package:
    """One npm package: its version, the SHA-512 of its tarball, and which files of it are served.

    ``files`` leads from the name under which a file is kept to its name in the package.
    """

    name: str
    version: str
    licence: str
    integrity: str
    files: Mapping[str, str]


PACKAGES = (
    Package(
        "replaywebpage",
        "2.5.3",
        "AGPL-3.0-or-later",
        "nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ==",
        {"ui.js": "ui.js", "archive-worker.js": "sw.js", "LICENSE-replaywebpage.txt": "LICENSE"},
    ),
    Package(
        "pdfjs-dist",
        "6.5.438",
        "Apache-2.0",
        "vg8Pw1x+AFKy4AMDvhuWl5cOYV8d698UoEANoFFhc79hqXDnZQqnOXoxw3HG907WHOg1JYOvLhP756boddFxpA==",
        # .js: many web servers do not know .mjs, and browsers refuse a module of unknown type
        {
            "pdf.js": "legacy/build/pdf.min.mjs",
            "pdf-worker.js": "legacy/build/pdf.worker.min.mjs",
            "LICENSE-pdfjs.txt": "LICENSE",
        },
    ),
)
FILES = tuple(name for package in PACKAGES for name in package.files)


class UnavailableError(Exception):
    """The packages cannot be had: one line with the reason and what to do."""


def vendored(folder: Path = VENDOR) -> bool:
    """Whether every file is there, of the versions named here."""
    try:
        told = (folder / "VERSIONS.txt").read_text(encoding="utf-8")
    except OSError:
        return False
    return told == _versions() and all((folder / name).is_file() for name in FILES)


def vendor(
    folder: Path = VENDOR, fetch: Callable[[Package, Path], bytes] | None = None
) -> Sequence[Path]:
    """Put the files into ``folder`` and return their paths; what is there already is left alone.

    Raises UnavailableError where npm is missing, fails, or gives something else than was asked.
    """
    if vendored(folder):
        return [folder / name for name in FILES]
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            found |= _unpacked(package, (fetch or _from_npm)(package, Path(scratch)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "VERSIONS.txt").unlink(missing_ok=True)  # stopped from here on, it must not pass
    for name, content in found.items():
        write_whole(folder / name, content)
    write_whole(folder / "VERSIONS.txt", _versions())
    return [folder / name for name in FILES]


def _versions() -> str:
    return "".join(f"{p.name} {p.version} {p.licence}\n" for p in PACKAGES)


def _from_npm(package: Package, scratch: Path) -> bytes:
    """The package's tarball, from whatever registry npm is set to."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(
            "npm was not found; install it and run `make replay`: until then reports show plain "
            "copies of the archived pages"
        )
    asked = f"{package.name}@{package.version}"
    try:
        subprocess.run(  # noqa: S603 - our own words
            [npm, "pack", "--silent", "--pack-destination", str(scratch), asked],
            cwd=scratch,
            check=True,
            capture_output=True,
            timeout=_PATIENCE,
        )
        return next(scratch.glob(f"{package.name}-*.tgz")).read_bytes()
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        raise UnavailableError(
            f"npm could not bring {asked} ({type(error).__name__}); reports show plain copies of "
            "the archived pages until `make replay` succeeds"
        ) from error


def _unpacked(package: Package, tarball: bytes) -> dict[str, bytes]:
    """The wanted files of a tarball, by the names under which they are kept."""
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    if digest != package.integrity:
        raise UnavailableError(
            f"{package.name}@{package.version}: its SHA-512 is not the recorded one; nothing was "
            "installed"
        )
    found = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as tar:
        for kept, name in package.files.items():
            member = tar.extractfile(f"package/{name}")  # digest checked: the file is there
            assert member is not None  # noqa: S101
            found[kept] = member.read()
    return found


def main() -> int:
    """Fetch what is missing; without it one line, and exit status 0: reports do without."""
    try:
        vendor()
    except (UnavailableError, OSError) as error:
        warn(f"replay: {error}")
        return 0
    say("replay: " + ", ".join(f"{p.name} {p.version} ({p.licence})" for p in PACKAGES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
