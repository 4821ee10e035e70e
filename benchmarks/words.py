"""Specificities, concordance and cooccurrences over a million words, against plain loops.

``python benchmarks/words.py [--rounds 5] [--tokens 1000000] [--cells 4000]``. Each side starts from
its own kind of corpus, held in memory: columns, or Python lists (``plainwords.py``); ours also
gives what the loops leave out: the other scores, the dispersion, the place in the archived page.
What both find must be the same. The loop over the cells of specificities does a random subset of
them and is scaled up. NLTK's ``ConcordanceIndex`` is timed too where NLTK is installed.
"""

import argparse
import math
import multiprocessing
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars
from plainwords import (
    AFTER,
    BEFORE,
    NODE,
    SPAN,
    Cooccurrents,
    Line,
    Plain,
    looped_counts,
    looped_pattern,
    looped_sentences,
    looped_windows,
    looped_word,
    made_up,
)
from specificity import LOOPS

from nlp.words.concordance import concordance
from nlp.words.cooccurrences import cooccurrences
from nlp.words.corpus import Corpus
from nlp.words.partition import partition
from nlp.words.query import find
from nlp.words.scores import LEAST_FREQUENCY, LEAST_SPECIFICITY, Scored, specificities

_WORD = f'[lemma="{NODE}"]'
_PATTERN = f'[lemma="{BEFORE}"] []{{0,2}} [lemma="{AFTER}"]'

_OURS: dict[str, Callable[[Corpus], Any]] = {
    "specificities": lambda corpus: specificities(corpus, partition(corpus, "council")),
    "concordance of a word": lambda corpus: concordance(corpus, _WORD),
    "concordance of a pattern": lambda corpus: concordance(corpus, _PATTERN),
    "cooccurrences in sentences": lambda corpus: cooccurrences(corpus, _WORD),
    "cooccurrences in a window": lambda corpus: cooccurrences(corpus, _WORD, span=SPAN),
}
_LOOPS: dict[str, Callable[[Plain], Any]] = {
    "concordance of a word": looped_word,
    "concordance of a pattern": looped_pattern,
    "cooccurrences in sentences": looped_sentences,
    "cooccurrences in a window": looped_windows,
}
_LOOP = "loop over the tokens"


def main() -> None:
    """Time all in every round, hold the results against each other, print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=4000)
    options = parser.parse_args()
    corpus = made_up(options.tokens)
    peaks = {name: _peak(partial(work, corpus)) for name, work in _OURS.items()}
    plain = Plain.of(corpus)
    ours: dict[str, list[float]] = {}
    theirs: dict[tuple[str, str], list[float]] = {}
    found: dict[str, Any] = {}
    for _ in range(options.rounds):
        for name, work in _OURS.items():
            # Another corpus each time: one remembers what it worked out for an earlier question.
            fresh = replace(corpus)
            start = time.perf_counter()
            found[name] = work(fresh)
            ours.setdefault(name, []).append(time.perf_counter() - start)
        for name, loop in _LOOPS.items():
            start = time.perf_counter()
            looped = loop(plain)
            theirs.setdefault((name, _LOOP), []).append(time.perf_counter() - start)
            (_same_lines if name.startswith("concordance") else _same_pairs)(found[name], looped)
        for against, seconds, scores in _looped_specificities(plain, options.cells):
            theirs.setdefault(("specificities", against), []).append(seconds)
            _same_scores(found["specificities"], scores)
        for against, seconds in _nltk(plain, find(corpus, _WORD).first.tolist()):
            theirs.setdefault(("concordance of a word", against), []).append(seconds)
    _print(corpus, found, ours, theirs, peaks)


def _looped_specificities(
    plain: Plain, cells: int
) -> Iterator[tuple[str, float, dict[tuple[str, str], float]]]:
    """Seconds, those of the cells scaled up from so many of them, and the scores of these."""
    start = time.perf_counter()
    table = looped_counts(plain, LEAST_FREQUENCY)
    counting = time.perf_counter() - start
    chosen = random.Random(1).sample(sorted(table), min(cells, len(table)))  # noqa: S311
    for name, one in LOOPS.items():
        start = time.perf_counter()
        scores = {key: one(*table[key]) for key in chosen}
        scoring = time.perf_counter() - start
        yield f"{name}, after counting", counting + scoring * len(table) / len(chosen), scores


def _nltk(plain: Plain, places: list[int]) -> Iterator[tuple[str, float]]:
    """Seconds of NLTK for its index and the lines, and for the lines alone; nothing without it."""
    try:
        from nltk.text import ConcordanceIndex  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        return
    start = time.perf_counter()
    index = ConcordanceIndex(plain.lemma)
    indexed = time.perf_counter() - start
    start = time.perf_counter()
    lines = index.find_concordance(NODE)
    shown = time.perf_counter() - start
    _agree([line.offset for line in lines] == places, "NLTK")
    yield "NLTK: index and lines", indexed + shown
    yield "NLTK: lines alone, of an index made before", shown


def _same_lines(ours: polars.DataFrame, theirs: list[Line]) -> None:
    rows = ours.select("left", "match", "right", "council", "start", "end").rows()
    _agree(bool(theirs) and rows == theirs, "concordance")


def _same_pairs(ours: Scored, theirs: Cooccurrents) -> None:
    rows = ours.frame.select("lemma", "f", "F", "t", "T", "g2").rows()
    _agree(len(rows) == len(theirs) > 0, "cooccurrences")
    for lemma, *counts, g2 in rows:
        _agree(tuple(counts) == theirs[lemma][:4], lemma)
        _agree(math.isclose(g2, theirs[lemma][4], rel_tol=1e-6, abs_tol=1e-6), lemma)


def _same_scores(ours: Scored, theirs: dict[tuple[str, str], float]) -> None:
    rows = ours.frame.select("lemma", "part", "specificity").iter_rows()
    kept = {(lemma, part): score for lemma, part, score in rows}
    _agree(not kept.keys().isdisjoint(theirs), "specificities")
    for key, score in theirs.items():
        if key in kept or abs(score) > LEAST_SPECIFICITY + 1e-6:
            _agree(key in kept and math.isclose(kept[key], score, rel_tol=1e-6), " ".join(key))


def _agree(same: bool, what: str) -> None:
    if not same:
        raise SystemExit(f"{what}: what the two sides found is not the same")


def _peak(work: Callable[[], object]) -> tuple[float, float]:
    """The most memory that a fork holds while it works, in MB: in all, and beyond its corpus."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def measured() -> None:
        before = _held("VmRSS")
        work()
        sender.send((_held("VmHWM"), _held("VmHWM") - before))

    child = context.Process(target=measured)
    child.start()
    sender.close()
    peak: tuple[float, float] = receiver.recv()
    child.join()
    return peak


def _held(what: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(rf"{what}:\s+(\d+)", status)[0]) / 1024


def _print(
    corpus: Corpus,
    found: dict[str, Any],
    ours: dict[str, list[float]],
    theirs: dict[tuple[str, str], list[float]],
    peaks: dict[str, tuple[float, float]],
) -> None:
    rows = {name: one.frame if isinstance(one, Scored) else one for name, one in found.items()}
    print(
        f"{len(corpus):,} tokens, {len(corpus.texts):,} documents, {len(corpus.lemmas):,} lemmas\n"
    )
    print("| | lines | aect, s | peak, MB | beyond the corpus, MB | against | s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |")
    for (name, against), times in sorted(theirs.items()):
        mine, loop = statistics.median(ours[name]), statistics.median(times)
        cells = [name, f"{rows[name].height:,}", f"{mine:.3f}"]
        cells += [f"{megabytes:.0f}" for megabytes in peaks[name]]
        cells += [against, f"{loop:.3f}", f"{loop / mine:,.1f}"]
        print(f"| {' | '.join(cells)} |")
    if not any(against.startswith("NLTK") for _, against in theirs):
        print("\nNLTK is not installed: its concordance is left out.")


if __name__ == "__main__":
    main()
