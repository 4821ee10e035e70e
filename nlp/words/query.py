"""Where a query matches: patterns over the columns of a corpus, whole vocabularies at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.campaign import InputError
from nlp.coding.labels import fold
from nlp.coding.running import POS
from nlp.words.corpus import PLACES, Corpus, Mask
from nlp.words.families import family_tokens
from nlp.words.metadata import listed, resolved
from nlp.words.notation import parse
from nlp.words.steps import Every, Expression, Not, Step, Test

Integers64 = NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """Matches in running order, none of which overlaps another: tokens ``first`` to ``last``.

    Two arrays (int64) of one length; the token at ``last`` is the first after the match.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)


def absent(query: str) -> InputError:
    """What to say of a query that matches nothing."""
    hint = ""
    if query.isalpha():
        hint = f"; accents count: write '\"{query}\"%d' for a form with any accents"
    return InputError(f"{query!r} does not occur in the corpus{hint}")


def find(corpus: Corpus, query: str) -> Matches:
    """Every match of a query: from the left, each as long as it can be, in one sentence.

    Raises InputError where the query cannot be read or names what there is not.
    """
    return _Finder(corpus).find(parse(query))


class _Finder:
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def find(self, steps: Sequence[Step]) -> Matches:
        corpus = self._corpus
        tokens = len(corpus)
        if not tokens:
            return Matches(np.zeros(0, np.int64), np.zeros(0, np.int64))
        if len(steps) == 1 and steps[0].least == steps[0].most == 1:
            found = np.flatnonzero(self._tokens(steps[0].expression))
            return Matches(found, found + 1)
        # A slot that nothing matches stands after each sentence: no match can cross it.
        slots = np.arange(tokens)
        slots[1:] += np.cumsum(np.diff(corpus.sentence) != 0)
        size = int(slots[-1]) + 2
        reach: Integers64 = np.arange(
            size + 1, dtype=np.int64
        )  # how far what follows reaches; -1 where it does not match
        for step in reversed(steps):
            mask = np.zeros(size, dtype=bool)
            mask[slots] = self._tokens(step.expression)
            reach = _stepped(mask, step, reach)
        ends = reach[slots]
        starts = np.flatnonzero(ends > slots)
        token_at = np.full(size + 1, -1)
        token_at[slots] = np.arange(tokens)
        firsts, lasts, free = [], [], 0
        for first, end in zip(starts.tolist(), ends[starts].tolist(), strict=True):
            if first >= free:
                free = int(token_at[end - 1]) + 1
                firsts.append(first)
                lasts.append(free)
        return Matches(np.array(firsts, dtype=np.int64), np.array(lasts, dtype=np.int64))

    def _tokens(self, expression: Expression) -> Mask:
        corpus = self._corpus
        if isinstance(expression, Test):
            found = self._test(expression)
            return ~found if expression.negated else found
        if isinstance(expression, Not):
            return ~self._tokens(expression.part)
        every = isinstance(expression, Every)
        held = np.full(len(corpus), every)
        for part in expression.parts:
            held = held & self._tokens(part) if every else held | self._tokens(part)
        return held

    def _test(self, test: Test) -> Mask:
        corpus = self._corpus
        if test.attribute == "form":
            return _matching(corpus.forms, test)[corpus.form]
        if test.attribute == "lemma":
            return _matching(corpus.lemmas, test)[corpus.lemma]
        if test.attribute == "term":
            return _matching(corpus.lemmas, test)[corpus.term] & (corpus.term >= 0)
        if test.attribute == "pos":
            return _known(POS, test)[corpus.pos]
        if test.attribute == "place":
            return _known(PLACES, test)[corpus.place]
        if test.attribute == "code":
            return corpus.coded(resolved(corpus, "code", test.value))
        return family_tokens(corpus, test.value)


def _stepped(mask: Mask, step: Step, reach: Integers64) -> Integers64:
    """How far a match reaches from each slot, the step standing as often as it can there."""
    size = len(mask)
    best = reach.copy() if step.least == 0 else np.full(size + 1, -1, dtype=np.int64)
    standing = np.ones(size + 1, dtype=bool)
    standing[size] = False
    runs = np.append(mask, False)
    for times in range(1, step.most + 1):
        # standing[i]: the step matches at each of i .. i + times - 1
        shifted = np.zeros(size + 1, dtype=bool)
        shifted[: size + 2 - times] = runs[times - 1 :]
        standing &= shifted
        if not standing.any():
            break
        if times >= step.least:
            ahead = np.full(size + 1, -1, dtype=np.int64)
            ahead[: size + 1 - times] = reach[times:]
            best = np.where(standing, np.maximum(best, ahead), best)
    return best


def _known(values: Sequence[str], test: Test) -> Mask:
    """As ``_matching``, of a list that is closed: what is not on it is a mistake."""
    found = _matching(values, test)
    if not found.any():
        raise InputError(f"no {test.attribute} {test.value!r}; {listed(values, test.attribute)}")
    return found


def _matching(vocabulary: Sequence[str], test: Test) -> Mask:
    """Which words of a vocabulary a test's value matches as a whole, whatever its apostrophes."""
    change = fold if "d" in test.flags else _straight
    flags = re.IGNORECASE if "c" in test.flags or "d" in test.flags else 0
    # Of a regular expression only letters with accents change: \W is no \w.
    value = "".join(sign if sign.isascii() else change(sign) for sign in test.value)
    if "l" in test.flags:
        said = value.lower() if flags else value
        return np.array(
            [(change(w).lower() if flags else change(w)) == said for w in vocabulary], dtype=bool
        )
    expression = re.compile(value, flags)
    return np.array([bool(expression.fullmatch(change(w))) for w in vocabulary], dtype=bool)


def _straight(text: str) -> str:
    return text.replace("’", "'")
