"""How fast is the crawl, and how much memory does it take?

``python benchmarks/crawl.py [--rounds 5] [--memory 500 20000]`` crawls a council's site on this
machine (500 HTML pages of 37 KB, compressed, and 50 PDF files of 120 KB), pauses off and one
connection on all sides, one after the other in every round: the program's own crawl; Scrapy with
the same handler, a plain spider and no archive; ``wget --warc-file``; and two shards of the crawl
at the same time, each with half the site. Pages per second are counted from the first answer to
the last, as the server sees them. Then the peak memory of the crawling process by size of the site.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from loopsite import Served, served

PAGES, FILES = 500, 50

_OURS = """
import json, resource, sys
from pathlib import Path
from corpora.campaign import Campaign
from crawler.crawl import crawl
home = Path(sys.argv[1])
campaign = Campaign.named("mesure", home)
crawl(campaign, home / "sources.yml", contact="a@example.org", loopback=True, progress=False)
kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
print(json.dumps([resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds]))
"""

_PLAIN = """
import sys
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor
class Plain(Spider):
    name = "plain"
    start_urls = [sys.argv[1] + "/"]
    links = LinkExtractor(deny_extensions=[])
    def parse(self, response):
        if hasattr(response, "text"):
            yield from response.follow_all(self.links.extract_links(response))
handler = "crawler.manners.safety.SafeHandler"
process = AsyncCrawlerProcess({
    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}, "LOOPBACK_ALLOWED": True,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR",
    "DEFAULT_REQUEST_HEADERS": {"Accept-Encoding": "gzip, deflate"},
})
process.crawl(Plain)
process.start()
"""


def main() -> None:
    """Print pages per second with their ratios, then the memory, as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, nargs="*", default=[500, 20_000])
    options = parser.parse_args()
    if options.rounds:
        _speed(options.rounds)
    if options.memory:
        _memory(options.memory)


def _speed(rounds: int) -> None:
    with ExitStack() as running:
        site = running.enter_context(served(PAGES, FILES))
        halves = [running.enter_context(served(PAGES // 2, FILES // 2)) for _ in range(2)]
        # each gives answers per second, or raises where too few came
        ways: dict[str, Callable[[Path], float]] = {
            "aect": lambda folder: _rate([site], [_ours(folder, site)]),
            "Scrapy, nothing archived": lambda folder: _rate([site], [_python(_PLAIN, site.url)]),
            "aect, two shards": lambda folder: _rate(
                halves, [_ours(folder / str(n), half) for n, half in enumerate(halves)]
            ),
        }
        if shutil.which("wget"):
            ways["wget --warc-file"] = lambda folder: _rate([site], [_wget(folder, site)])
        found: dict[str, list[float]] = {way: [] for way in ways}
        used: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, measure in ways.items():
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                with tempfile.TemporaryDirectory() as folder:
                    found[way].append(measure(Path(folder)))
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used[way].append(_cpu(after) - _cpu(before))
    medians = {way: statistics.median(rates) for way, rates in found.items()}
    print("| way | pages/s | least | most | CPU seconds, start included |")
    print("| --- | --- | --- | --- | --- |")
    for way, rates in found.items():
        spent = statistics.median(used[way])
        print(f"| {way} | {medians[way]:.0f} | {min(rates):.0f} | {max(rates):.0f} | {spent:.1f} |")
    print("\n| ratio of medians | |\n| --- | --- |")
    for way in ("aect", "aect, two shards"):
        for other in ("Scrapy, nothing archived", "wget --warc-file"):
            if other in medians:
                print(f"| {way} / {other} | {medians[way] / medians[other]:.2f} |", flush=True)


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _rate(sites: list[Served], processes: list["subprocess.Popen[str]"]) -> float:
    """Answers per second of sites that are crawled at the same time by a process each."""
    for process in processes:
        process.communicate()
        if process.returncode not in (0, 8):  # wget's word for a dead link
            raise SystemExit(f"{process.args!r} failed")
    told = [site.seconds() for site in sites]
    counts = [count for count, _ in told]
    if sum(counts) < 0.99 * (PAGES + FILES):
        raise SystemExit(f"only {sum(counts)} answers: {' '.join(map(str, processes[0].args))}")  # type: ignore[arg-type]
    # each with its own clock: one starts a moment later than the other
    return sum(count / seconds for count, seconds in told)


def _python(script: str, *arguments: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    for name in ("http_proxy", "HTTP_PROXY"):
        environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ours(folder: Path, site: Served, budget: int = 2 * PAGES) -> "subprocess.Popen[str]":
    folder.mkdir(exist_ok=True)
    (folder / "sources.yml").write_text(
        f"crawl: {{pages_per_source: {budget}}}\n"
        "sources: [{id: a, code: a, name: A, territory: A, sites: [127.0.0.1], spider: listing,"
        f" entry_pages: ['{site.url}/']}}]\n"
    )
    return _python(_OURS, str(folder))


def _wget(folder: Path, site: Served) -> "subprocess.Popen[str]":
    # as a user would type it; wget asks for nothing compressed where it writes a WARC
    command = ["wget", "--recursive", "--level=inf", "--quiet", "--no-proxy", "--delete-after"]
    command += [f"--warc-file={folder}/site", f"--directory-prefix={folder}", f"{site.url}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)


def _memory(sizes: list[int]) -> None:
    print("\n| pages | pages/s | peak MB of the crawling process | of its parent |")
    print("| --- | --- | --- | --- |")
    peaks = []
    for size in sizes:
        with served(size, size // 10) as site, tempfile.TemporaryDirectory() as folder:
            said, _ = _ours(Path(folder), site, 2 * size).communicate()
            count, seconds = site.seconds()
        parent, child = json.loads(said)
        peaks.append(child)
        print(f"| {count:,} | {count / seconds:.0f} | {child:.0f} | {parent:.0f} |", flush=True)
    print(f"| ratio | | {peaks[-1] / peaks[0]:.2f} | |")


if __name__ == "__main__":
    main()
