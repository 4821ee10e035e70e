"""Both editions of the sample web crawled, analysed and compared, against the authors' changes.

Prints, per type of change, how many changes of criteria were found, invented and missed, and the
F1; then the fields that went wrong. Needs no data but the project's own, and some minutes.

    python checks/editions.py
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from corpora import BUNDLED
from corpora.campaign import Campaign
from corpora.sample.changes import load_changes
from corpora.sample.edition import bundled
from corpora.sample.server import serve
from crawler.crawl import crawl
from nlp.analysis import analyse
from nlp.comparing.analysed import address
from nlp.comparing.comparison import ComparedCall, Comparison, compare
from nlp.comparing.criteria import TYPES

THEN, NOW = "2014", "2026"


def main() -> int:
    """Run the check; its exit status is 0 whatever the scores."""
    with tempfile.TemporaryDirectory() as home:
        before, after = (_analysed(year, Path(home)) for year in (THEN, NOW))
        _report(compare(before, after))
    return 0


def _analysed(year: str, home: Path) -> Campaign:
    campaign = Campaign.named(f"sample-{year}", home)
    sources = BUNDLED / "sources" / f"sample-{year}.yml"
    with serve(bundled(year)) as proxy:
        os.environ["http_proxy"] = proxy
        crawl(campaign, sources, contact="check of the sample", loopback=True, progress=False)
    analyse(campaign)
    return campaign


def _report(comparison: Comparison) -> None:
    right, invented, missed = Counter[str](), Counter[str](), Counter[str]()
    statuses, fields = Counter[bool](), Counter[str]()
    for council in load_changes(bundled(NOW), bundled(THEN)):
        for call in council.calls:
            for place in call.then:
                found = _found(comparison, f"http://{place.council}.localhost{place.path}")
                statuses[found is not None and found.status == call.status] += 1
                if not call.changes:
                    continue
                truth = {(c.field, c.type) for c in call.changes if c.council == place.council}
                told = {(c.field, c.type) for c in found.changes} if found else set()
                right.update(type_ for _, type_ in truth & told)
                invented.update(type_ for _, type_ in told - truth)
                missed.update(type_ for _, type_ in truth - told)
                fields.update({field for field, _ in truth ^ told})
    lines = [f"{'':12}{'right':>8}{'invented':>10}{'missed':>8}{'F1':>7}"]
    for type_ in (*TYPES, "all"):
        counts = [c.total() if type_ == "all" else c[type_] for c in (right, invented, missed)]
        f1 = 2 * counts[0] / max(1, 2 * counts[0] + counts[1] + counts[2])
        lines.append(f"{type_:12}{counts[0]:8}{counts[1]:10}{counts[2]:8}{f1:7.2f}")
    lines.append(f"statuses of calls of {THEN}: {statuses[True]} of {statuses.total()} right")
    lines += [f"wrong in {field}: {number}" for field, number in fields.most_common()]
    sys.stdout.write("\n".join(lines) + "\n")


def _found(comparison: Comparison, url: str) -> ComparedCall | None:
    for call in comparison.calls:
        if call.match.then and address(url) in map(address, call.match.then.urls):
            return call
    return None


if __name__ == "__main__":
    sys.exit(main())
