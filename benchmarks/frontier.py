"""How many of the pages that matter does a crawl find within its budget?

``python benchmarks/frontier.py [--budget 600] [--layout menu …]`` crawls an invented council's site
of 20,000 pages, 60 of which matter, in each of its layouts, with the program's own crawl and, as a
baseline, breadth first with the same budget from the same start (and the same sitemaps).
"""

import argparse
import re
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html

from corpora.campaign import Campaign
from crawler.archive.capture import is_frame
from crawler.crawl import crawl
from crawler.watching.harvest import read_harvest

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.crawler.bigsite import LAYOUTS, SPIDERS, BigSite, served

MARKS = (50, 100, 200, 400, 600)


def main() -> None:
    """Print for each layout how many were found after so many fetches, by crawl and by baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=int, default=600)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--layout", nargs="*", default=LAYOUTS, choices=LAYOUTS)
    parser.add_argument("--missed", action="store_true", help="name the pages that were not found")
    options = parser.parse_args()
    marks = [mark for mark in MARKS if mark <= options.budget]
    print(f"| layout | order | {' | '.join(map(str, marks))} | share | judged right | seconds |")
    print(f"| --- | --- | {'--- | ' * len(marks)}--- | --- | --- |")
    for layout in options.layout:
        site = BigSite(layout, options.pages)
        started = time.perf_counter()
        fetched, judged = _crawled(site, options.budget)
        seconds = time.perf_counter() - started
        _row(site, "aect", fetched, marks, judged, f"{seconds:.0f}")
        _row(site, "breadth first", _breadth_first(site, options.budget), marks, "", "")
        if options.missed:
            titles = {site.path_of[node.number]: node.title for node in site.nodes}
            for path in sorted(site.targets - set(fetched)):
                print(f"  missed: {titles[path]} ({path})")


def _row(
    site: BigSite, order: str, fetched: list[str], marks: list[int], judged: str, seconds: str
) -> None:
    counts = [len(site.targets & set(fetched[:mark])) for mark in marks]
    share = f"{100 * counts[-1] / len(site.targets):.0f} %"
    cells = " | ".join(map(str, counts))
    print(f"| {site.layout} | {order} | {cells} | {share} | {judged} | {seconds} |", flush=True)


def _crawled(site: BigSite, budget: int) -> tuple[list[str], str]:
    """Targets in the order in which the program's crawl asked, and how it judged the pages."""
    with tempfile.TemporaryDirectory() as folder, served(site) as server:
        sources = Path(folder) / "sources.yml"
        sources.write_text(
            f"crawl: {{pages_per_source: {budget}}}\n"
            "sources: [{id: essai, code: e, name: Essai, territory: Essai, sites: ['127.0.0.1'],"
            f" spider: {SPIDERS.get(site.layout, 'listing')}, entry_pages: ['{server.url}/']}}]\n"
        )
        campaign = Campaign.named("essai", Path(folder))
        crawl(campaign, sources, contact="essai@example.org", loopback=True, progress=False)
        (harvest,) = read_harvest(campaign)
        asked = [path for path in server.asked if not is_frame(f"http://essai{path}")]
    found = {
        _bare(urlsplit(page.url)._replace(scheme="", netloc="").geturl()) for page in harvest.pages
    }
    right = len(found & site.targets)
    return [_bare(path) for path in asked], f"{right} of {len(found)}"


def _breadth_first(site: BigSite, budget: int) -> list[str]:
    """The first so many targets, level by level, as a crawler without order would ask."""
    queue = deque(["/"])
    if site.layout in SPIDERS:
        for number in range(5):
            listed = site.answer(f"/plan-{number}.xml")[2].decode()
            queue += re.findall(r"<loc>http://HOST([^<]+)</loc>", listed)
    seen = set(queue)
    fetched: list[str] = []
    while queue and len(fetched) < budget:
        path = queue.popleft()
        fetched.append(path)
        _, kind, body = site.answer(path)
        if not kind.startswith("text/html"):
            continue
        for link in html.fromstring(body).xpath("//a/@href"):
            target = _bare(urldefrag(urljoin(path, link)).url)
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return fetched


def _bare(target: str) -> str:
    return re.sub(r";jsessionid=\w+", "", target)


if __name__ == "__main__":
    main()
