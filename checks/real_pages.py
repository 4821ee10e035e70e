"""A crawl of real pages served on loopback, against gold; outside the tests: they are not ours.

``SERVE.py`` is a forward proxy that serves one site per council: ``--list`` prints a line
``authority<TAB>front page<TAB>number of pages`` per council, ``--port N`` serves them. The check
crawls and analyses them all and prints the scores of ``aect evaluate``.

    python checks/real_pages.py --serve SERVE.py --gold GOLD.jsonl --records RECORDS.json
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from rapidfuzz import fuzz, process

from corpora import BUNDLED

CAMPAIGN = "real-pages"
ALIKE = 85
"""Least similarity, of 100, of two names of one council ("de la Réunion", "de La Réunion")."""


def main() -> int:
    """Run the check; the exit status is that of the last command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    for name in ("serve", "gold", "records"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--agreement", type=Path, help="CSV field,alpha: between human readings")
    parser.add_argument("--home", type=Path, help="where the campaign goes (default: temporary)")
    options = parser.parse_args()
    files = {name: getattr(options, name) for name in ("serve", "gold", "records")}
    missing = [
        f"--{name} {path or ''}" for name, path in files.items() if not (path and path.exists())
    ]
    if missing:
        sys.stdout.write(f"real pages: check left out ({', '.join(missing)} not there)\n")
        return 0
    serve, gold, records = (path.resolve() for path in files.values())
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.home or Path(temporary)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        sources = home / "sources.yml"
        declared = {"sources": list(declare(listed(serve)))}
        sources.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), "utf-8")
        with served(serve) as address:
            contact = "a check on this machine"
            told = ("run", CAMPAIGN, "--sources", sources, "--loopback", "--contact", contact)
            # 1: done, an expectation failed; it was told, and the scores are wanted all the same
            if (status := aect(home, *told, http_proxy=address)) not in (0, 1):
                return status
        more = ("--agreement", options.agreement.resolve()) if options.agreement else ()
        return aect(home, "evaluate", CAMPAIGN, "--gold", gold, "--records", records, *more)


def aect(home: Path, *arguments: object, **more: str) -> int:
    """Run ``aect`` in ``home``, its words going to the terminal; returns its exit status."""
    # -P: the campaign's folder corpora/ must not be taken for the package
    command = [sys.executable, "-P", "-m", "aect", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "120"} | more
    return subprocess.run(command, cwd=home, env=environment, check=False).returncode  # noqa: S603


def listed(serve: Path) -> Iterator[tuple[str, str, int]]:
    """Authority, front page and number of pages of each council that is served."""
    command = [sys.executable, str(serve), "--list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    for line in done.stdout.splitlines():
        authority, front, pages = line.split("\t")
        yield authority, front, int(pages)


def declare(served_councils: Iterator[tuple[str, str, int]]) -> Iterator[dict[str, Any]]:
    """Sources of the served sites; what is known of the councils comes from the bundled sources."""
    bundled = yaml.safe_load((BUNDLED / "sources" / "regions-2016.yml").read_text("utf-8"))
    known = {source["name"]: source for source in bundled["sources"]}
    for number, (authority, front, pages) in enumerate(served_councils):
        host = urlsplit(front).hostname or ""
        found = process.extractOne(authority, list(known), scorer=fuzz.ratio, score_cutoff=ALIKE)
        source = known[found[0]] if found else {"id": f"unknown-{number}", "code": "?"}
        yield source | {
            "name": authority,
            "territory": source.get("territory", authority),
            "sites": [host],
            "entry_pages": [front],
            "spider": "sitemap",
            "expect": {"pages_min": pages, "pages_max": pages + 10},
        }


@contextmanager
def served(serve: Path) -> Iterator[str]:
    """The server on a free port while the block runs; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, str(serve), "--port", str(port)], stdout=subprocess.DEVNULL
    ) as server:
        try:
            until = time.monotonic() + 20
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{serve} does not serve on port {port}")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
