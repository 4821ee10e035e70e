"""Queries match what their notation says, in one sentence, and wrong ones say where."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.words.corpus import Corpus
from nlp.words.query import absent, find
from tests.nlp.words.handmade import corpus_of, text

AID = corpus_of(
    (
        text(0, "Ombrelle"),
        [
            "La/le/DET Région aide/aider/VERB des/un/DET projets/projet locaux/local/ADJ ././PUNCT",
            "Les/le/DET projets/projet aidés/aider/VERB durent/durer/VERB ././PUNCT",
        ],
    ),
    (text(1, "Sorvange"), ["Projets/projet/NOUN locaux/local/ADJ"]),
)


def matched(corpus: Corpus, query: str) -> list[str]:
    found = find(corpus, query)
    return [
        corpus.spelled(first, last) for first, last in zip(found.first, found.last, strict=True)
    ]


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("projet", ["projets", "projets", "Projets"]),
        ("PROJETS", ["projets", "projets", "Projets"]),
        ('"projets"', ["projets", "projets"]),
        ('"PROJETS"%c', ["projets", "projets", "Projets"]),
        ('"region"%d', ["Région"]),
        ('"Proj.*"', ["Projets"]),
        ('"region" %cd', ["Région"]),
        (r'"\W"%d', [".", "."]),
        ('"(?P<a>R)égion"%d', ["Région"]),
        ('"RÉGION"%dl', ["Région"]),
        ('[lemma="AIDER" %c & form!="AIDÉS"%c]', ["aide"]),
        ('"."%l', [".", "."]),
        ("projet local", ["projets locaux", "Projets locaux"]),
        ('[lemma="projet"] [pos="ADJ"]', ["projets locaux", "Projets locaux"]),
        ('[lemma="soutenir|aid.r"]', ["aide", "aidés"]),
        ('[pos="NOUN" & lemma!="projet"]', ["Région"]),
        ('[!(pos="NOUN" | pos="ADJ" | pos="DET")]', ["aide", ".", "aidés", "durent", "."]),
        ('[pos="DET"]? "projets"', ["des projets", "Les projets"]),
        ('[pos="VERB"]{2}', ["aidés durent"]),
        ('[pos="VERB"]+', ["aide", "aidés durent"]),
        ('"aide" []{0,2} "locaux"', ["aide des projets locaux"]),
        ('"locaux" [] "Les"', []),
        ('[word="Les"]', ["Les"]),
    ],
)  # fmt: skip
def test_a_query_matches(query: str, matches: list[str]) -> None:
    assert matched(AID, query) == matches


ELIDED = corpus_of(
    (text(0, "Ombrelle"), ["L'/le/DET aide/aide aujourd'hui/aujourd'hui/ADV d'/de/ADP été/été"]),
    (text(1, "Sorvange"), ["l’/le/DET aide/aide aujourd’hui/aujourd’hui/ADV"]),
)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("l'aide", ["L' aide", "l’ aide"]),
        ("L’aide aujourd'hui", ["L' aide aujourd'hui", "l’ aide aujourd’hui"]),
        ("aujourd’hui", ["aujourd'hui", "aujourd’hui"]),
        ('"l\'"%c', ["L'", "l’"]),
        ('[lemma="aujourd.hui"]', ["aujourd'hui", "aujourd’hui"]),
        (unicodedata.normalize("NFD", "été"), ["été"]),
        ("d'été", ["d' été"]),
    ],
)
def test_words_are_found_as_they_are_typed(query: str, matches: list[str]) -> None:
    assert matched(ELIDED, query) == matches


def test_a_word_that_is_not_there_may_have_accents() -> None:
    told = str(absent("ete"))
    assert (
        told
        == """'ete' does not occur in the corpus; accents count: write '"ete"%d' for a \
form with any accents"""
    )
    assert matched(ELIDED, '"ete"%d') == ["été"]
    assert "accents" not in str(absent('[lemma="x"]'))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "empty query"),
        ("[", "character 2: ends too early"),
        ('[lemme="x"]', "character 2: 'lemme' is no attribute"),
        ('[lemma="x"', r"a \] is missing"),
        ("[lemma=x]", 'stands in quotes: lemma="x"'),
        ('[lemma "x"]', "character 8: = or != is missing"),
        ('"("', "is no regular expression"),
        ('"a"{3,1}', "the smaller first"),
        ('"a"{,}', "from 0 to"),
        ("projet?", "matches nothing at all"),
        ("]", "begins no pattern"),
        ('[family="xyz"]', "no lexical family 'xyz'; there are: europe"),
        ('[code="xyz"]', "no code 'xyz' in the corpus"),
        ('[pos="NOM"]', "no pos 'NOM'; there are: ADJ, ADP"),
        ('[place!="menu"]', "no place 'menu'; there are: name, title, body"),
    ],
)
def test_a_wrong_query_says_what_and_where(query: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as error:
        find(AID, query)
    assert "\n" not in str(error.value)


LETTERS = st.text("abc", min_size=1, max_size=12)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "[ab]", "."]), st.sampled_from(["", "?", "*", "+", "{2}"])
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=4), STEPS)
def test_patterns_over_tokens_match_as_expressions_over_letters(
    sentences: list[str], steps: list[tuple[str, str]]
) -> None:
    """A token a letter: what the longest match of an expression takes, the query takes."""
    corpus = corpus_of((text(0, "Ombrelle"), [" ".join(letters) for letters in sentences]))
    query = " ".join(f'"{letter}"{times}' for letter, times in steps)
    if all(times in ("?", "*") for _, times in steps):
        with pytest.raises(InputError, match="matches nothing"):
            find(corpus, query)
        return
    expression = re.compile("".join(letter + times for letter, times in steps))
    expected = []
    for letters in sentences:
        at = 0
        while at < len(letters):
            ends = [
                end
                for end in range(at + 1, len(letters) + 1)
                if expression.fullmatch(letters, at, end)
            ]
            if ends:
                expected.append(" ".join(letters[at : max(ends)]))
            at = max(ends, default=at + 1)
    assert matched(corpus, query) == expected
