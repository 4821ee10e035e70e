"""The wording of two editions, sentence by sentence and word by word."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from nlp.comparing.wording import SentenceChange, compare_wording, marks
from nlp.comparing.wordings import Sentence, sentences
from tests.nlp.comparing.made import page
from tests.nlp.counting.handmade import document


def made(*texts: str) -> tuple[Sentence, ...]:
    return tuple(Sentence("d", 0, len(text), text) for text in texts)


def kinds(changes: Sequence[SentenceChange]) -> list[tuple[str, str, str]]:
    return [(c.kind, c.then.text if c.then else "", c.now.text if c.now else "") for c in changes]


def test_sentences_are_kept_changed_removed_or_added() -> None:
    then = made("Déposez avant mai 2014.", "Deux ans d'existence sont demandés.", "Siège en ville.")
    now = made("Déposez avant mai 2026.", "Trois ans d'existence sont demandés.", "Un bilan, svp !")
    assert kinds(compare_wording(then, now)) == [
        ("kept", "Déposez avant mai 2014.", "Déposez avant mai 2026."),
        ("changed", "Deux ans d'existence sont demandés.", "Trois ans d'existence sont demandés."),
        ("added", "", "Un bilan, svp !"),
        ("removed", "Siège en ville.", ""),
    ]


def test_a_sentence_that_moved_is_kept() -> None:
    changes = compare_wording(made("Premier.", "Second."), made("Second.", "Premier."))
    assert {change.kind for change in changes} == {"kept"}


def test_the_words_that_differ_are_marked() -> None:
    then, now = "Deux ans d'existence.", "Trois ans d'existence au moins."
    old, new = marks(then, now)
    assert [then[start:end] for start, end in old] == ["Deux"]
    assert [now[start:end] for start, end in new] == ["Trois", "au moins"]


def test_boilerplate_and_what_was_said_already_are_left_out_and_offsets_lead_back() -> None:
    one = document("Ombrelle", "Appel", ("paragraph", "Menu", True), ("paragraph", "Un. Deux."))
    other = page("Règlement", "Deux.", "Trois.")
    found = sentences([one, other])
    assert [sentence.text for sentence in found] == ["Un.", "Deux.", "Trois."]
    texts = {one.id: one.text, other.id: other.text}
    assert all(texts[s.document_id][s.start : s.end] == s.text for s in found)


WORDS = st.lists(st.sampled_from(["eau", "siège", "deux", "ans", "Ombrelle", "projet"]), min_size=1)
TEXTS = st.lists(WORDS.map(" ".join), unique_by=str.lower, max_size=8)


@given(TEXTS, TEXTS)
def test_every_sentence_of_both_is_told_once(then: list[str], now: list[str]) -> None:
    changes = compare_wording(made(*then), made(*now))
    assert sorted(c.then.text for c in changes if c.then) == sorted(then)
    assert [c.now.text for c in changes if c.now] == now
    for change in changes:
        assert change.then or change.kind == "added"
        assert change.now or change.kind == "removed"


@given(st.text(max_size=60), st.text(max_size=60))
def test_marks_lie_within_their_sentences_in_order(then: str, now: str) -> None:
    for text, runs in zip((then, now), marks(then, now), strict=True):
        edges = [edge for run in runs for edge in run]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(text) for edge in edges)
