"""The families are counted once, in the right place."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.references import Kind
from nlp.counting.families import UNIT_NAME, FamilyCount, count_families
from tests.nlp.counting.handmade import CODEBOOK, SORVANGE, VALMORIERE, campaign, document


def counted(authority: str = VALMORIERE) -> dict[tuple[str, str], FamilyCount]:
    counts = count_families(campaign(), CODEBOOK.families, [VALMORIERE, SORVANGE])
    return {(c.family, c.place): c for c in counts if c.authority == authority}


def test_names_titles_and_running_text_are_counted_apart() -> None:
    cells = counted()
    # Two names of units; the second is met again in a sentence and counts once.
    assert cells["europe", "name"].occurrences == 2
    assert cells["europe", "name"].documents == 2
    assert cells["international", "name"].occurrences == 1
    # The page's title and "Une région européenne"; the heading that repeats the title is not new.
    assert cells["europe", "title"].occurrences == 2
    # The menu is boilerplate, the unit's name no running text.
    assert cells["europe", "body"].occurrences == 0
    assert cells["decentralisee", "body"].occurrences == 1


def test_terms_that_only_look_so_are_left_out() -> None:
    body = counted()["decentralisee", "body"]
    assert (body.occurrences, body.documents) == (1, 1)


def test_copies_are_not_counted_twice() -> None:
    # "internationale": the page and last year's call, not the copy of the rules.
    assert counted()["international", "body"].occurrences == 2


def test_rate_is_per_thousand_words_of_the_place() -> None:
    cell = counted()["international", "title"]
    assert cell.per_1000_words == pytest.approx(1000 * cell.occurrences / cell.words)
    assert counted(SORVANGE)["europe", "name"].per_1000_words == 0


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        (
            "La Direction de l'Europe et de l'international assure le suivi des dossiers.",
            "Direction de l'Europe et de l'international",
        ),
        ("le Service coopération décentralisée instruit", "Service coopération décentralisée"),
        ("DIRECTION DES AFFAIRES EUROPÉENNES - Mme X", "DIRECTION DES AFFAIRES EUROPÉENNES"),
        ("Direction Europe-International pilote", "Direction Europe-International"),
        ("Le Service est ouvert à l'international", None),
        ("une direction européenne", None),
    ],
)
def test_a_unit_is_named_up_to_its_verb(sentence: str, name: str | None) -> None:
    match = UNIT_NAME.search(sentence)
    assert (match and match.group()) == name


WORDS = st.sampled_from(["europe", "international", "Direction", "de", "l'Europe", "Mali", "aide"])


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=5, unique_by=tuple))
def test_every_occurrence_in_prose_stands_in_exactly_one_place(paragraphs: list[list[str]]) -> None:
    texts = [" ".join(words) for words in paragraphs]
    page = document(SORVANGE, "Page", *(("paragraph", text) for text in texts))
    coding = replace(campaign(), documents=(page,), kinds={page.id: Kind("other", 1, "hand")})
    counts = count_families(coding, CODEBOOK.families, [SORVANGE])
    found: Counter[str] = Counter()
    for count in counts:
        found[count.family] += count.occurrences
    repeated = len(UNIT_NAME.findall(page.text)) - len(set(UNIT_NAME.findall(page.text)))
    assert found["international"] <= page.text.count("international")
    if not repeated:
        assert found["europe"] == page.text.lower().count("europe")
