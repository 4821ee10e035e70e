"""Both editions of the sample web crawled, analysed and compared, against the authors' changes.

Prints, per type of change, how many changes of criteria were found, invented and missed, and the
F1; then the fields that went wrong. With ``--verbose`` each of them is told: the call, what the
authors say, what was found, and the passages that decided. Needs no data but the project's own, and
some minutes; ``--home FOLDER`` keeps both campaigns, so that the next time only what changed is
redone.

    python checks/editions.py
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
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
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--verbose", action="store_true", help="tell every field that is wrong")
    parser.add_argument("--home", type=Path, help="where the campaigns go (default: temporary)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.home or Path(temporary)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        before, after = (_analysed(year, home) for year in (THEN, NOW))
        _report(compare(before, after), options.verbose)
    return 0


def _analysed(year: str, home: Path) -> Campaign:
    campaign = Campaign.named(f"sample-{year}", home)
    sources = BUNDLED / "sources" / f"sample-{year}.yml"
    with serve(bundled(year)) as proxy:
        os.environ["http_proxy"] = proxy
        crawl(campaign, sources, contact="check of the sample", loopback=True, progress=False)
    analyse(campaign)
    return campaign


def _report(comparison: Comparison, verbose: bool) -> None:
    right, invented, missed = Counter[str](), Counter[str](), Counter[str]()
    statuses, fields = Counter[bool](), Counter[str]()
    wrong: list[str] = []
    for council in load_changes(bundled(NOW), bundled(THEN)):
        for call in council.calls:
            for place in call.then:
                url = f"http://{place.council}.localhost{place.path}"
                found = _found(comparison, url)
                status = found.status if found else "no call"
                statuses[status == call.status] += 1
                if status != call.status:
                    wrong.append(f"{url}: {call.status}, found {status}")
                if not call.changes:
                    continue
                truth = {(c.field, c.type) for c in call.changes if c.council == place.council}
                told = {(c.field, c.type) for c in found.changes} if found else set()
                right.update(type_ for _, type_ in truth & told)
                invented.update(type_ for _, type_ in told - truth)
                missed.update(type_ for _, type_ in truth - told)
                fields.update({field for field, _ in truth ^ told})
                for field in sorted({field for field, _ in truth ^ told}):
                    said = [type_ for name, type_ in truth if name == field]
                    made = [type_ for name, type_ in told if name == field]
                    wrong.append(f"{url}: {field} {said or 'same'}, found {made or 'same'}")
                    if found:
                        wrong += _passages(comparison, found, field)
    lines = [f"{'':12}{'right':>8}{'invented':>10}{'missed':>8}{'F1':>7}"]
    for type_ in (*TYPES, "all"):
        counts = [c.total() if type_ == "all" else c[type_] for c in (right, invented, missed)]
        f1 = 2 * counts[0] / max(1, 2 * counts[0] + counts[1] + counts[2])
        lines.append(f"{type_:12}{counts[0]:8}{counts[1]:10}{counts[2]:8}{f1:7.2f}")
    lines.append(f"statuses of calls of {THEN}: {statuses[True]} of {statuses.total()} right")
    lines += [f"wrong in {field}: {number}" for field, number in fields.most_common()]
    sys.stdout.write("\n".join([*lines, *(wrong if verbose else ())]) + "\n")


def _passages(comparison: Comparison, found: ComparedCall, field: str) -> Iterator[str]:
    sides = ((THEN, comparison.before, found.match.then), (NOW, comparison.after, found.match.now))
    for year, campaign, call in sides:
        if call is None:
            continue
        yield f"    {year}: {getattr(call, field)}"
        for id_ in call.evidence.get(field, ()):
            if reference := campaign.references.get(id_):
                yield f"        {reference.score} {reference.rule}: {reference.quote}"


def _found(comparison: Comparison, url: str) -> ComparedCall | None:
    for call in comparison.calls:
        if call.match.then and address(url) in map(address, call.match.then.urls):
            return call
    return None


if __name__ == "__main__":
    sys.exit(main())
