"""How does a large report do? ``python benchmarks/report.py [--quotes 5000] [--pages 3000]``.

Writes the report of a made-up campaign of that size, cold and once more with nothing changed, and
opens it from disk in Chromium: its overview, the longest page of quotes, and the search.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.archive.capture import Capture
from crawler.rendering.chromium import find_chromium
from nlp.coding.references import Coding, Kind, Reference
from nlp.reading.documents import Block, Document
from nlp.reporting.report import write_report

_CODES = ("spillover.territory.economic", "applicant.location", "partner.countries")
_SEARCHES = ("e", "em", "emplois", "emplois 4999", "accueil page 17")
_LOOK = """words => { const form = document.getElementById('search'); return words.map(word => {
  const start = performance.now();
  form.elements.q.value = word;
  dispatchEvent(new HashChangeEvent('hashchange'));
  return performance.now() - start; }); }"""


def main() -> None:
    """Measure, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=3000)
    options = parser.parse_args()
    coding = campaign(options.quotes, options.pages)
    with tempfile.TemporaryDirectory() as folder:
        outputs = Path(folder)
        print("| what | measured |\n| --- | ---: |")
        _say("written, cold", f"{_timed(lambda: _write(outputs, coding)):.1f} s")
        _say("written, nothing changed", f"{_timed(lambda: _write(outputs, coding)):.1f} s")
        report = outputs / "report"
        first = [report / name for name in ("index.html", "style.css", "report.js")]
        _say("first page with its assets", _size(first))
        _say("search index", _size((report / "search").iterdir()))
        _say("whole report, both languages", _size(report.rglob("*.*")))
        _browse(report)


def campaign(quotes: int, pages: int) -> Coding:
    """A campaign of 22 councils with so many quotes of three codes in so many pages."""
    documents = [_document(number) for number in range(pages)]
    references = [_reference(documents[n % pages], n) for n in range(quotes)]
    kinds = {document.id: Kind("international_page", 0.9, "made up") for document in documents}
    return Coding(tuple(documents), kinds, tuple(references), (), (), {}, {}, "0")


def _document(number: int) -> Document:
    lines = [f"La Région ouvre un chantier d’emplois numéro {number + n} sur ses ports." for n in
             range(0, 40, 4)]  # fmt: skip
    blocks, start = [], 0
    for line in lines:
        blocks.append(Block("paragraph", start, start + len(line)))
        start += len(line) + 1
    url = f"http://conseil-{number % 22}.localhost/page-{number}"
    digest = sha256(url.encode()).hexdigest()
    capture = Capture(
        url=url, authority=f"Conseil régional de Val-{number % 22}", status=200, mime="text/html",
        captured_at="2014-09-24T09:00:00Z", digest=digest, warc="made-up.warc.gz", offset=number,
        record_id=f"<urn:uuid:{digest[:8]}>",
    )  # fmt: skip
    return Document(
        digest[:16], capture.authority, f"Accueil, page {number}", url, "text/html", "fr", "",
        "\n".join(lines), tuple(blocks), (), capture,
    )  # fmt: skip


def _reference(document: Document, number: int) -> Reference:
    index = number % len(document.blocks)
    block = document.blocks[index]
    return Reference(
        f"r{number}", document.id, document.authority, _CODES[number % len(_CODES)], "",
        block.start, block.end, document.text[block.start : block.end], index, 0, "made up", 0.9,
    )  # fmt: skip


def _write(outputs: Path, coding: Coding) -> None:
    labels = {code: code.replace(".", " ") for code in _CODES}
    write_report(
        outputs, coding, (), {}, (), {"fr": labels, "en": labels}, dict.fromkeys(_CODES, 0.5),
        campaign="large", versions={},
    )  # fmt: skip


def _browse(report: Path) -> None:
    from playwright.sync_api import sync_playwright

    longest = max((report / "evidence").iterdir(), key=lambda path: path.stat().st_size)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), chromium_sandbox=False)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for path in (report / "index.html", longest, report / "pages.html", report / "check.html"):
            spent = _timed(partial(page.goto, path.as_uri()))
            size = path.stat().st_size / 1000
            _say(f"{path.name} ({size:,.0f} kB), loaded", f"{1000 * spent:.0f} ms")
        spent = _timed(lambda: _open_search(page, report))
        _say("search.html, its index loaded", f"{1000 * spent:.0f} ms")
        for word, spent in zip(_SEARCHES, page.evaluate(_LOOK, _SEARCHES), strict=True):
            _say(f"search for “{word}”", f"{spent:.0f} ms")
        browser.close()


def _open_search(page: Any, report: Path) -> None:
    page.goto((report / "search.html").as_uri())
    page.wait_for_selector("#search[data-ready]")


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _size(files: Any) -> str:
    return f"{sum(file.stat().st_size for file in files if file.is_file()) / 1000:,.0f} kB"


def _say(what: str, measured: str) -> None:
    print(f"| {what} | {measured} |", flush=True)


if __name__ == "__main__":
    main()
