"""The players come from npm, whole and as recorded, or not at all."""

import base64
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from nlp.reporting.replay import vendoring
from nlp.reporting.replay.vendoring import FILES, PACKAGES, Package, UnavailableError, vendor


def tarball(package: Package, content: bytes = b"text") -> bytes:
    """What npm would bring of a package."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name in ("../evil.js", *(f"package/{one}" for one in package.files.values())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Small packages, with the digests recorded as those of the real ones are."""
    made = {package.name: tarball(package) for package in PACKAGES}
    known = tuple(
        Package(
            one.name,
            one.version,
            one.licence,
            base64.b64encode(hashlib.sha512(made[one.name]).digest()).decode(),
            one.files,
        )
        for one in PACKAGES
    )
    monkeypatch.setattr(vendoring, "PACKAGES", known)
    return made


def test_what_npm_brings_is_kept_with_its_licences(
    recorded: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "vendor"
    asked = []

    def fetch(package: Package, _: Path) -> bytes:
        asked.append(package.name)
        return recorded[package.name]

    vendor(folder, fetch)
    assert {path.name for path in folder.iterdir()} == {*FILES, "VERSIONS.txt"}
    assert "AGPL-3.0-or-later" in (folder / "VERSIONS.txt").read_text("utf-8")
    assert list(tmp_path.iterdir()) == [folder]
    vendor(folder, fetch)
    assert asked == ["replaywebpage", "pdfjs-dist"]
    (folder / "LICENSE-pdfjs.txt").unlink()
    vendor(folder, fetch)
    assert (folder / "LICENSE-pdfjs.txt").exists()


def test_another_content_is_refused_and_leaves_nothing(
    recorded: dict[str, bytes], tmp_path: Path
) -> None:
    def fetch(package: Package, _: Path) -> bytes:
        return (
            recorded["replaywebpage"] if package.name == "replaywebpage" else tarball(package, b"")
        )

    with pytest.raises(UnavailableError, match=r"pdfjs-dist.*SHA-512"):
        vendor(tmp_path / "vendor", fetch)
    assert not (tmp_path / "vendor").exists()


def test_without_npm_one_line_says_what_to_do(tmp_path: Path) -> None:
    root = Path(vendoring.__file__).parents[3]
    script = (
        "import pathlib, sys; from nlp.reporting.replay import vendoring;"
        "vendoring.vendored = lambda folder: False;"
        "sys.exit(vendoring.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert "npm" in line
    assert "make replay" in line
