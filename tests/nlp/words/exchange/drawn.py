"""Corpora as crawled pages make them at their worst, and what another program should read."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from nlp.coding.running import POS
from nlp.words.corpus import NO_TERM, PLACES, Corpus, Text
from tests.nlp.words.handmade import text

Token = tuple[str, bool]
"""A form, and whether it stands right after the token before."""

NASTY = (
    "****", "-*", "*", "$", "_", "=1+1", "-vous", "+", "@x", "<b>", "&amp;", "]]>", '"', "'",
    "../x", "\0", "\u2028", "\x85", "\r\n", "\ufeff", "\ud800", "🎉", "l'", "œuvre", ",", ".", "(",
    "10\u00a0000",
)  # fmt: skip

# Wide forms stand for the characters that IRaMuTeQ takes for marks; what is of private use, no
# reader of pages lets through.
_FORMS = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=("Zs", "Cs", "Co", "Cn"), exclude_characters="＊＄＿"),
        min_size=1,
        max_size=6,
    ),
)
_PARAGRAPHS = st.lists(
    st.lists(st.tuples(_FORMS, st.booleans()), min_size=1, max_size=6), min_size=1, max_size=4
)
_VALUES = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn")), max_size=8)


@st.composite
def drawn_texts(draw: st.DrawFn) -> list[tuple[Text, list[list[Token]]]]:
    """One to three texts with their paragraphs, each with a word at least."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        known = text(number, draw(_VALUES), title=draw(_VALUES), kind=draw(st.sampled_from(KINDS)))
        found.append((known, [*draw(_PARAGRAPHS), [("mot", False)]]))
    return found


KINDS = ("call", "international_page", "organisation", "other", "")


def corpus_of_tokens(documents: Sequence[tuple[Text, Sequence[Sequence[Token]]]]) -> Corpus:
    """A corpus of texts, their paragraphs one sentence each; all tokens are nouns."""
    forms: dict[str, int] = {}
    rows: list[tuple[int, ...]] = []
    sentence = 0
    for document, (_, paragraphs) in enumerate(documents):
        at = 0
        for block, tokens in enumerate(paragraphs):
            at += 1
            for form, near in tokens:
                at += 0 if near else 1
                place = forms.setdefault(form, len(forms))
                rows.append((place, document, block, sentence, at, at + len(form)))
                at += len(form)
            sentence += 1
    columns = np.array(rows, dtype=np.int32).reshape(-1, 6).T
    count = len(rows)
    return Corpus(
        forms=tuple(forms),
        lemmas=tuple(form.lower() for form in forms),
        texts=tuple(known for known, _ in documents),
        form=columns[0],
        lemma=columns[0],
        term=columns[0].copy(),
        pos=np.full(count, POS.index("NOUN"), dtype=np.uint8),
        document=columns[1],
        block=columns[2],
        sentence=columns[3],
        start=columns[4],
        end=columns[5],
        place=np.full(count, PLACES.index("body"), dtype=np.uint8),
        content=np.ones(count, dtype=bool),
    )


def compound(corpus: Corpus, first: int, length: int, term: str) -> Corpus:
    """The corpus with tokens from ``first`` counted as one term."""
    terms = corpus.term.copy()
    terms[first : first + length] = NO_TERM
    terms[first] = len(corpus.lemmas)
    return replace(corpus, lemmas=(*corpus.lemmas, term), term=terms)
