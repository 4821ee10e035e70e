"""Tidy tables for R: a row a token, and a row a text, joined by ``doc_id``."""

from collections.abc import Iterator, Sequence

from nlp.coding.running import POS
from nlp.words.corpus import NO_TERM, PLACES, Corpus
from nlp.words.exchange.texts import (
    METADATA,
    File,
    Written,
    known_of,
    on_one_line,
    paragraphs,
    running_text,
    table,
)

TOKENS = (
    "doc_id", "paragraph_id", "sentence_id", "token_id", "token", "lemma", "pos", "term", "place",
    "content", "start", "end",
)  # fmt: skip
DOCUMENTS = ("doc_id", "text", *METADATA[1:])


def files(corpus: Corpus, texts: Sequence[Written]) -> Iterator[File]:
    """``tokens.csv`` (columns as spacyr names them) and ``documents.csv``, which has the texts."""
    yield "tokens.csv", table(TOKENS, (row for one in texts for row in _tokens(corpus, one)))
    yield "documents.csv", table(DOCUMENTS, (_document(corpus, one) for one in texts))


def _tokens(corpus: Corpus, one: Written) -> Iterator[tuple[str | int | bool, ...]]:
    columns = (
        corpus.block, corpus.sentence, corpus.form, corpus.lemma, corpus.pos, corpus.term,
        corpus.place, corpus.content, corpus.start, corpus.end,
    )  # fmt: skip
    sentence, place, before = 0, 0, None
    for block, number, form, lemma, pos, term, where, content, start, end in zip(
        *(column[one.first : one.last].tolist() for column in columns), strict=True
    ):
        if number != before:
            sentence, place, before = sentence + 1, 0, number
        place += 1
        yield (
            one.name,
            block,
            sentence,
            place,
            on_one_line(corpus.forms[form]),
            on_one_line(corpus.lemmas[lemma]),
            POS[pos],
            "" if term == NO_TERM else on_one_line(corpus.lemmas[term]),
            PLACES[where],
            content,
            start,
            end,
        )


def _document(corpus: Corpus, one: Written) -> tuple[str, ...]:
    lines = (running_text(corpus, *tokens) for tokens in paragraphs(corpus, one))
    return (one.name, "\n".join(lines), *(list(known_of(one).values())[1:]))
