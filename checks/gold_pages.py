"""Single judged pages, imported and analysed, against their gold; outside the tests.

Each line of the gold is an object with ``id``, ``authority``, ``title``, ``text`` and ``labels``,
perhaps ``year``; lines of one ``id`` by several ``coder`` are one page. The program is told the
authority, the address, the year and the title; the kind it has to decide itself. Prints the scores
of ``aect evaluate``, to which ``--agreement`` is passed on.

    python checks/gold_pages.py --gold PAGES.jsonl --agreement ALPHAS.csv
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

CAMPAIGN = "judged-pages"


def main() -> int:
    """Run the check; the exit status is that of the command that failed, or of the last."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--agreement", type=Path, help="CSV field,alpha: between human readings")
    parser.add_argument("--home", type=Path, help="where the campaign goes (default: temporary)")
    options = parser.parse_args()
    if not (options.gold and options.gold.exists()):
        sys.stdout.write(f"gold pages: check left out, not there: --gold {options.gold or ''}\n")
        return 0
    gold = options.gold.resolve()
    more = ("--agreement", options.agreement.resolve()) if options.agreement else ()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.home or Path(temporary)).resolve()
        table = write_pages(gold, home / "pages")
        return (
            aect(home, "import", CAMPAIGN, table.parent / "texts", "--metadata", table)
            or aect(home, "analyse", CAMPAIGN)
            or aect(home, "evaluate", CAMPAIGN, "--gold", gold, *more)
        )


def aect(home: Path, *arguments: object) -> int:
    """Run ``aect`` in ``home``, its words going to the terminal; returns its exit status."""
    # -P: the campaign's folder corpora/ must not be taken for the package
    command = [sys.executable, "-P", "-m", "aect", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "120"}
    return subprocess.run(command, cwd=home, env=environment, check=False).returncode  # noqa: S603


def write_pages(gold: Path, folder: Path) -> Path:
    """Write each text to a file, and the table that says what they are; returns the table."""
    texts = folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    table = folder / "metadata.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "authority", "kind", "url", "date", "title"])
        lines = map(json.loads, filter(str.strip, gold.read_text("utf-8").split("\n")))
        # A page that several people read stands once a reader.
        pages = {str(page["id"]): page for page in lines}
        for number, page in enumerate(pages.values()):
            text = texts / f"{number:04}.txt"
            text.write_text(page["text"], "utf-8")
            url = f"https://gold.example/{quote(str(page['id']), safe='')}"
            date = str(page.get("year") or "")
            path = text.relative_to(folder).as_posix()
            writer.writerow([path, page["authority"], "", url, date, page.get("title", "")])
    return table


if __name__ == "__main__":
    sys.exit(main())
