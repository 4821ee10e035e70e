"""Corpus: the tokens of campaigns as columns, in running order, with what is known of each text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlp.coding.labels import fold
from nlp.coding.running import POS

Integers = NDArray[np.int32]
Mask = NDArray[np.bool_]

PLACES = ("name", "title", "body")
"""Where in a page a token stands; ``Corpus.place`` holds places in this tuple."""

NO_TERM = -1

_END = "\ue000"  # of private use: no text that was read holds one

_NAME = POS.index("PROPN")
_NO_WORDS = [POS.index(name) for name in ("PUNCT", "SYM")]


@dataclass(frozen=True)
class Text:
    """What is known of one document of a corpus.

    ``map`` is the map of regions that its campaign is of (2014, or 2016 for the one since);
    ``year`` the one that the campaign's name says, else that of the capture; ``published`` the
    year that the page says it was published or changed in, or empty; ``call`` the id of the call
    it is part of, or empty.
    """

    id: str
    campaign: str
    council: str
    map: str
    year: str
    published: str
    kind: str
    language: str
    url: str
    title: str
    call: str = ""


@dataclass(frozen=True)
class CodedSpan:
    """A coded passage: characters ``start`` to ``end`` of the text at ``document``."""

    document: int
    code: str
    start: int
    end: int


@dataclass(frozen=True)
class Corpus:
    """Tokens in running order, as columns of the same length N.

    ``form`` and ``lemma`` (N, int32) are places in ``forms`` (as written) and ``lemmas``; ``term``
    is what is counted by lemma: that of a compound (``coopération décentralisée``) at its first
    token and ``NO_TERM`` at its others, elsewhere the lemma. ``pos`` (uint8) are places in
    ``nlp.coding.running.POS``; ``document`` places in ``texts``; ``block`` indexes of the
    document's blocks; ``sentence`` numbers of sentences, rising through the corpus; ``start`` and
    ``end`` characters of the document's text; ``place`` (uint8) places in ``PLACES``; ``content``
    (bool) marks words that tell something: of an open class, and no stop word. ``aliases`` lead,
    for a kind of metadata, from another way to say a value (a council's id, a code's label) to it.
    """

    forms: tuple[str, ...]
    lemmas: tuple[str, ...]
    texts: tuple[Text, ...]
    form: Integers
    lemma: Integers
    term: Integers
    pos: NDArray[np.uint8]
    document: Integers
    block: Integers
    sentence: Integers
    start: Integers
    end: Integers
    place: NDArray[np.uint8]
    content: Mask
    spans: tuple[CodedSpan, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.form)

    @cached_property
    def word(self) -> Mask:
        """Which tokens are words: all but punctuation and signs."""
        return ~np.isin(self.pos, _NO_WORDS)

    @cached_property
    def lower(self) -> tuple[Integers, tuple[str, ...]]:
        """Per form (as in ``forms``) the place of its lower-case spelling, and these, sorted."""
        spelled = [form.lower() for form in self.forms]
        names = sorted(set(spelled))
        place = {name: index for index, name in enumerate(names)}
        return np.array([place[name] for name in spelled], dtype=np.int32), tuple(names)

    def take(self, mask: Mask) -> "Corpus":
        """The tokens that the mask (N, bool) marks; texts and vocabularies stay, to compare.

        Where tokens between two are left out a sentence ends, so that no query matches across.
        """
        cut = {
            one.name: getattr(self, one.name)[mask]
            for one in fields(self)
            if isinstance(getattr(self, one.name), np.ndarray)
        }
        kept = np.flatnonzero(mask)
        ends = (np.diff(kept) > 1) | (np.diff(cut["sentence"]) != 0)
        cut["sentence"] = np.concatenate([[0], np.cumsum(ends)]).astype(np.int32)[: len(kept)]
        return replace(self, **cut)

    def spelled(self, first: int, last: int) -> str:
        """The tokens from ``first`` to before ``last`` as running text, one space for any gap."""
        if first >= last:
            return ""
        pieces = [self.forms[self.form[first]]]
        for token in range(first + 1, last):
            near = (
                self.start[token] == self.end[token - 1]
                and self.document[token] == self.document[token - 1]
            )
            pieces.append(("" if near else " ") + self.forms[self.form[token]])
        return "".join(pieces)

    @cached_property
    def folded(self) -> tuple[str, NDArray[np.int64]]:
        """All tokens as one text, folded, and where each begins in it.

        Between the tokens of a sentence stands one space or nothing, between sentences what no
        term of several words can cross.
        """
        if not len(self):
            return "", np.zeros(0, dtype=np.int64)
        spelled = [fold(form) for form in self.forms]
        near = (self.start[1:] == self.end[:-1]) & (self.document[1:] == self.document[:-1])
        between = np.where(near, 0, 1) + 2 * (self.sentence[1:] != self.sentence[:-1])
        gaps = ("", " ", _END, f" {_END} ")
        widths = np.array([len(gap) for gap in gaps])
        lengths = np.array([len(form) for form in spelled])[self.form]
        starts = np.concatenate([[0], np.cumsum(lengths[:-1] + widths[between])])
        pieces = [spelled[self.form[0]]]
        for form, gap in zip(self.form[1:].tolist(), between.tolist(), strict=True):
            pieces += (gaps[gap], spelled[form])
        return "".join(pieces), starts.astype(np.int64)

    def folded_words(self, first: int, last: int) -> str:
        """The tokens from ``first`` to before ``last``, folded, one space for any gap."""
        text, starts = self.folded
        end = starts[last - 1] + len(self.forms[self.form[last - 1]])
        return text[starts[first] : end].replace(f" {_END} ", " ").replace(_END, "")

    @cached_property
    def common_form(self) -> Mapping[int, str]:
        """For each place in ``lemmas`` that is a term, its commonest form.

        What is mostly a name keeps its capital, all else is in lower case.
        """
        return _common_forms(self)

    def coded(self, code: str = "") -> Mask:
        """Which tokens lie in a passage of that code; without one, in any coded passage."""
        inside = np.zeros(len(self), dtype=bool)
        firsts = np.searchsorted(self.document, np.arange(len(self.texts) + 1))
        for span in self.spans:
            if code in ("", span.code):
                first, last = firsts[span.document], firsts[span.document + 1]
                low = first + int(np.searchsorted(self.start[first:last], span.start))
                high = first + int(np.searchsorted(self.start[first:last], span.end))
                inside[low:high] = True
        return inside


def _common_forms(corpus: Corpus) -> Mapping[int, str]:
    to_lower, _ = corpus.lower
    heads = np.flatnonzero(corpus.term >= 0)
    names = np.bincount(
        corpus.term[heads], corpus.pos[heads] == _NAME, minlength=len(corpus.lemmas)
    )
    total = np.bincount(corpus.term[heads], minlength=len(corpus.lemmas))
    # One number for each pair: to sort pairs as such takes twenty times as long.
    pairs = corpus.term[heads].astype(np.int64) * len(corpus.forms) + corpus.form[heads]
    found, number = np.unique(pairs, return_counts=True)
    terms, forms = np.divmod(found, len(corpus.forms))
    spelled, back = np.unique(terms * len(corpus.lower[1]) + to_lower[forms], return_inverse=True)
    term, lower = np.divmod(spelled, len(corpus.lower[1]))
    order = np.lexsort((lower, -np.bincount(back, number), term))
    best = order[np.unique(term[order], return_index=True)[1]]
    is_name = 2 * names > total
    written: dict[int, Counter[str]] = {}
    named = is_name[terms]
    for group, form, times in zip(
        back[named].tolist(), forms[named].tolist(), number[named].tolist(), strict=True
    ):
        written.setdefault(group, Counter())[corpus.forms[form]] += times
    shown: dict[int, str] = {}
    for place, low, group in zip(
        term[best].tolist(), lower[best].tolist(), best.tolist(), strict=True
    ):
        name = corpus.lemmas[place]
        # Of a compound only its first word is at this place: it is shown as the list has it; an
        # acronym in capitals.
        if " " in name or name != name.lower():
            shown[place] = name
        elif is_name[place]:
            shown[place] = _commonest(written[group])
        else:
            shown[place] = corpus.lower[1][low]
    return shown


def _commonest(written: Counter[str]) -> str:
    """The commonest spelling; one in capitals alone only where there is no other."""
    return min(written, key=lambda form: (form.isupper(), -written[form], form))
