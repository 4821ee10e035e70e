"""A made-up corpus of any size, as columns and as Python lists, and plain loops over the lists.

What ``words.py`` runs the program against: what one would write without it, in one pass.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from nlp.coding.running import POS
from nlp.words.corpus import Corpus, Text

LEMMAS, COUNCILS, GRAMMATICAL = 20_000, 22, 100
SENTENCE_LENGTH, BLOCK_LENGTH, DOCUMENT_LENGTH = 20, 60, 600
NODE, BEFORE, AFTER = "mot150", "mot8", "mot12"
AROUND, SPAN = 10, 5


def made_up(tokens: int, seed: int = 0) -> Corpus:
    """20,000 lemmas in two forms each, by Zipf's law; a tenth of a council's words are its own."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, LEMMAS + 1)
    lemma = random.choice(LEMMAS, size=tokens, p=weights / weights.sum()).astype(np.int32)
    place = np.arange(tokens, dtype=np.int32)
    document = place // DOCUMENT_LENGTH
    own = random.random(tokens) < 0.1
    lemma[own] = (document[own] % COUNCILS) * 500 + 1000 + random.integers(500, size=own.sum())
    stop = place % SENTENCE_LENGTH == SENTENCE_LENGTH - 1
    lemma[stop] = LEMMAS
    form = 2 * lemma + (random.random(tokens) < 0.3)
    form[stop] = 2 * LEMMAS
    lemmas = [f"mot{rank}" for rank in range(LEMMAS)]
    forms = [spelled for word in lemmas for spelled in (word, f"{word}s")]
    forms.append(".")
    lengths = np.array([len(one) for one in forms], dtype=np.int32)[form]
    # One space before every token but a full stop and the first of a document.
    ends = np.cumsum(lengths + ~stop)
    before = ends[document * DOCUMENT_LENGTH] - lengths[document * DOCUMENT_LENGTH]
    end = (ends - before).astype(np.int32)
    return Corpus(
        forms=tuple(forms), lemmas=(*lemmas, "."),
        texts=tuple(_text(number) for number in range(int(document[-1]) + 1)),
        form=form.astype(np.int32), lemma=lemma, term=lemma.copy(),
        pos=np.where(stop, POS.index("PUNCT"), POS.index("NOUN")).astype(np.uint8),
        document=document, block=place % DOCUMENT_LENGTH // BLOCK_LENGTH,
        sentence=place // SENTENCE_LENGTH, start=end - lengths, end=end,
        place=np.full(tokens, 2, dtype=np.uint8), content=~stop & (lemma >= GRAMMATICAL),
    )  # fmt: skip


def _text(number: int) -> Text:
    url = f"http://benchmark.example/{number}"
    council = f"Council {number % COUNCILS:02}"
    return Text(f"{number:016x}", "2014", council, "2014", "2014", "", "other", "fr", url, "Page")


@dataclass(frozen=True)
class Plain:
    """The same corpus as Python lists, a value a token, and the running text of each document."""

    lemma: list[str]
    document: list[int]
    block: list[int]
    sentence: list[int]
    start: list[int]
    end: list[int]
    content: list[bool]
    running: list[str]
    council: list[str]

    @classmethod
    def of(cls, corpus: Corpus) -> "Plain":
        running: list[list[str]] = [[] for _ in corpus.texts]
        for number, form in zip(corpus.document.tolist(), corpus.form.tolist(), strict=True):
            running[number] += (" ", corpus.forms[form])
        texts = ["".join(pieces)[1:].replace(" .", ".") for pieces in running]
        lemma = [corpus.lemmas[one] for one in corpus.lemma.tolist()]
        return cls(
            lemma,
            *(corpus.document.tolist(), corpus.block.tolist(), corpus.sentence.tolist()),
            *(corpus.start.tolist(), corpus.end.tolist(), corpus.content.tolist()),
            running=texts,
            council=[text.council for text in corpus.texts],
        )


# ── concordance ─────────────────────────────────────────────────────────────────────────────────

Line = tuple[str, str, str, str, int, int]


def looped_word(plain: Plain) -> list[Line]:
    return [_line(plain, at, at + 1) for at, lemma in enumerate(plain.lemma) if lemma == NODE]


def looped_pattern(plain: Plain) -> list[Line]:
    """Two words with at most two others between them, the longest match first."""
    lines, free = [], 0
    for at, lemma in enumerate(plain.lemma):
        if lemma == BEFORE and at >= free:
            for last in range(min(at + 3, len(plain.lemma) - 1), at, -1):
                if plain.lemma[last] == AFTER and plain.sentence[last] == plain.sentence[at]:
                    lines.append(_line(plain, at, last + 1))
                    free = last + 1
                    break
    return lines


def _line(plain: Plain, first: int, last: int) -> Line:
    low, high = first, last
    home = plain.document[first], plain.block[first]
    while low > max(0, first - AROUND) and (plain.document[low - 1], plain.block[low - 1]) == home:
        low -= 1
    stop = min(len(plain.lemma), last + AROUND)
    while high < stop and (plain.document[high], plain.block[high]) == home:
        high += 1
    text, start, end = plain.running[home[0]], plain.start[first], plain.end[last - 1]
    left, right = text[plain.start[low] : start], text[end : plain.end[high - 1]]
    return left.strip(), text[start:end], right.strip(), plain.council[home[0]], start, end


# ── cooccurrences ───────────────────────────────────────────────────────────────────────────────

Cooccurrents = dict[str, tuple[int, int, int, int, float]]


def looped_sentences(plain: Plain) -> Cooccurrents:
    sentences: dict[int, set[str]] = {}
    nodes = set()
    for lemma, sentence, content in zip(plain.lemma, plain.sentence, plain.content, strict=True):
        words = sentences.setdefault(sentence, set())
        if lemma == NODE:
            nodes.add(sentence)
        elif content:
            words.add(lemma)
    together: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    for sentence, words in sentences.items():
        frequency.update(words)
        if sentence in nodes:
            together.update(words)
    return _scored(together, frequency, len(nodes), len(sentences))


def looped_windows(plain: Plain) -> Cooccurrents:
    near: set[int] = set()
    for at, lemma in enumerate(plain.lemma):
        if lemma == NODE:
            for step in (-1, 1):
                there, met = at + step, 0
                while met < SPAN and 0 <= there < len(plain.lemma):
                    if plain.sentence[there] != plain.sentence[at]:
                        break
                    if plain.content[there] and plain.lemma[there] != NODE:
                        near.add(there)
                        met += 1
                    there += step
    together = Counter(plain.lemma[there] for there in near)
    pairs = zip(plain.lemma, plain.content, strict=True)
    frequency = Counter(lemma for lemma, content in pairs if content)
    return _scored(together, frequency, len(near), frequency.total())


def _scored(together: Counter[str], frequency: Counter[str], size: int, total: int) -> Cooccurrents:
    """f, F, t, T and G² of each that is met twice or more; signed as ours."""
    found = {}
    for lemma, f in together.items():
        if f >= 2:
            big = frequency[lemma]
            cells = (f, big - f, size - f, total - big - size + f)
            rows, columns = (big, total - big), (size, total - size)
            means = [row * column / total for column in columns for row in rows]
            order = (cells[0], cells[2], cells[1], cells[3])
            g2 = 2 * sum(o * math.log(o / e) for o, e in zip(order, means, strict=True) if o)
            found[lemma] = f, big, size, total, g2 if f >= means[0] else -g2
    return found


# ── specificities ───────────────────────────────────────────────────────────────────────────────

Cell = tuple[int, int, int, int]


def looped_counts(plain: Plain, least: int) -> dict[tuple[str, str], Cell]:
    """f, F, t, T of each lemma met ``least`` times or more, in each council."""
    counts: dict[str, Counter[str]] = {}
    for lemma, document, content in zip(plain.lemma, plain.document, plain.content, strict=True):
        if content:
            counts.setdefault(plain.council[document], Counter())[lemma] += 1
    frequency: Counter[str] = Counter()
    for words in counts.values():
        frequency.update(words)
    total = frequency.total()
    return {
        (lemma, council): (words[lemma], big, size, total)
        for council, words in sorted(counts.items())
        for size in [words.total()]
        for lemma, big in frequency.items()
        if big >= least
    }
