"""Patterns of spaCy's Matcher find what the Matcher itself finds."""

import json

import pytest
import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

from corpora.campaign import InputError
from nlp.words.query import find
from tests.nlp.words.handmade import corpus_of, text

SENTENCE = (
    "La/le/DET Région/région/NOUN aide/aider/VERB des/un/DET projets/projet/NOUN locaux/local/ADJ "
    "././PUNCT"
)


def by_spacy(pattern: list[dict[str, object]]) -> list[str]:
    words, lemmas, tags = zip(*(token.split("/") for token in SENTENCE.split()), strict=True)
    doc = Doc(spacy.blank("fr").vocab, words=list(words), lemmas=list(lemmas), pos=list(tags))
    matcher = Matcher(doc.vocab)
    matcher.add("asked", [pattern], greedy="LONGEST")
    return sorted(doc[start:end].text for _, start, end in matcher(doc))


@pytest.mark.parametrize(
    "pattern",
    [
        [{"LEMMA": "aider"}, {"POS": "DET", "OP": "?"}, {"LOWER": "projets"}],
        [{"TEXT": "Région"}],
        [{"LOWER": "région"}],
        [{"POS": {"IN": ["ADJ", "VERB"]}}],
        [{"POS": {"NOT_IN": ["DET", "PUNCT", "ADJ"]}, "OP": "+"}],
        [{"ORTH": {"REGEX": "oj"}}, {"POS": "ADJ", "OP": "*"}],
        [{"POS": "DET"}, {}, {"POS": "ADJ", "OP": "{0,1}"}],
    ],
)
def test_a_pattern_finds_what_spacy_finds(pattern: list[dict[str, object]]) -> None:
    corpus = corpus_of((text(0, "Ombrelle"), [SENTENCE]))
    found = find(corpus, json.dumps(pattern))
    spelled = [corpus.spelled(a, b) for a, b in zip(found.first, found.last, strict=True)]
    assert sorted(spelled) == by_spacy(pattern)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('[{"LEMMA": "aide"', "is no JSON"),
        ('[{"DEP": "nsubj"}]', "'DEP' is not kept"),
        ('[{"LEMMA": "aide", "OP": "!"}]', "OP '!' is not one of"),
        ('[{"LEMMA": {"REGEX": "("}}]', "is no regular expression"),
        ('[{"LEMMA": ["aide"]}]', "LEMMA takes a text"),
        ('[{"LEMMA": "aide", "OP": "?"}]', "matches nothing at all"),
    ],
)
def test_what_cannot_be_asked_is_told(query: str, told: str) -> None:
    with pytest.raises(InputError, match=told.replace("(", r"\(")):
        find(corpus_of((text(0, "Ombrelle"), [SENTENCE])), query)
