"""Ten times the documents: how many times the time and the memory of ``aect analyse``?

``python benchmarks/growth.py [--documents 1000] [--times 10]`` writes two campaigns of invented
pages (the sample web's, each with other words in its sentences, under council after council) and
analyses each in a process of its own.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]

from corpora.campaign import Campaign
from corpora.sample.edition import bundled, load_edition
from corpora.sample.render import render_page
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter
from nlp.coding.kinds import GOLD, read_records

_TEXT = re.compile(r"(?<=>)[^<>]{25,}(?=<)")
_WORD = re.compile(r"[^\W\d_]{4,12}")
_DAY = datetime(2014, 8, 26, 10, tzinfo=UTC)


def main() -> None:
    """Print seconds, CPU seconds and peak memory of both sizes, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    sizes = [options.documents, options.documents * options.times]
    print("| documents | seconds | CPU seconds | peak MB |\n| --- | --- | --- | --- |", flush=True)
    found = []
    for size in dict.fromkeys(sizes):
        with tempfile.TemporaryDirectory() as folder:
            campaign = Campaign.named("growth", Path(folder))
            _write(campaign, size)
            found.append(_analyse(campaign))
        print(f"| {size:,} | {' | '.join(f'{one:,.0f}' for one in found[-1])} |", flush=True)
    ratios = " | ".join(f"{b / a:.2f}" for a, b in zip(found[0], found[-1], strict=True))
    print(f"| times {options.times} | {ratios} |")


def _write(campaign: Campaign, size: int) -> None:
    chance = random.Random(1)  # noqa: S311 - texts to measure on
    words = sorted({w for record in read_records(GOLD) for w in _WORD.findall(record.text)})
    writer = ArchiveWriter(campaign.archive, "growth", {"software": "benchmarks/growth.py"})
    for (authority, url, page), _ in zip(_pages(), range(size), strict=False):
        body = _TEXT.sub(lambda text: _varied(text[0], words, chance), page)
        head = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        writer.write(Exchange(url, _DAY, body.encode(), head), {"authority": authority})
    writer.close()


def _pages() -> Iterator[tuple[str, str, str]]:
    """Authority, URL and HTML of page after page, under other names in each round."""
    sites = load_edition(bundled("2014")).sites
    for number in range(sys.maxsize):
        for site in sites:
            host = f"n{number}.{site.host}"
            for page in site.pages:
                if page.status == 200:
                    html = re.sub(r"charset=[\"\w-]+", 'charset="utf-8"', render_page(site, page))
                    name = f"{site.name} ({number})"
                    yield name, f"http://{host}{page.path}", html.replace(site.host, host)


def _varied(text: str, words: list[str], chance: random.Random) -> str:
    """The text with every eighth word or so followed by another, so that no two are the same."""
    kept = text.split(" ")
    for place in sorted(chance.sample(range(len(kept)), len(kept) // 8 + 1), reverse=True):
        kept.insert(place + 1, chance.choice(words))
    return " ".join(kept)


def _analyse(campaign: Campaign) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak MB of the command, with all processes that it starts."""
    start = time.perf_counter()
    child = os.fork()
    if not child:
        os.chdir(campaign.home)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.execv(  # noqa: S606 - this interpreter
            sys.executable, [sys.executable, "-P", "-m", "aect", "analyse", campaign.name]
        )
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("the analysis failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
