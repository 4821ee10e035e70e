"""Passages are the text itself, cut where it is said, with what governs it."""

import re
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.coding import passages as passages_module
from nlp.coding.passages import passages
from nlp.reading.documents import Document
from tests.nlp.coding.handmade import block, document

# ∯ and the like stand for full stops inside pysbd.
_WORDS = st.sampled_from(
    ["Le projet", " est", ". ", "! ", "? ", "; ", " : ", "M. ", "art. 3", "« ", " »", "\n", "  ",
     "J", "…", "∯", "1. ", "Oui. ", "http://a.fr/?b=c. ", "é", "\u00a0"]
)  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_WORDS, min_size=1, max_size=10).map("".join), st.text(min_size=1, max_size=20)
)
_BLOCKS = st.builds(
    block,
    st.sampled_from(["heading", "paragraph", "item", "cell", "field"]),
    _TEXTS,
    level=st.integers(0, 6),
    label=st.sampled_from(["", "Bénéficiaires"]),
    page=st.integers(0, 3),
    boilerplate=st.booleans(),
)
DOCUMENTS = st.lists(_BLOCKS, max_size=6).map(lambda blocks: document(*blocks))


@settings(deadline=None)
@given(DOCUMENTS)
@example(document(block("paragraph", "J! ! ! J")))
@example(document(block("paragraph", "Un ∯ deux. Trois ∯ quatre. Cinq")))
def test_every_passage_is_a_part_of_its_block_and_no_word_is_lost(made: Document) -> None:
    last, read = 0, dict.fromkeys(range(len(made.blocks)), "")
    for passage in passages(made):
        assert made.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert passage.start >= last, "in order, without overlap"
        last = passage.end
        home = made.blocks[passage.block]
        assert home.start <= passage.start < passage.end <= home.end
        assert not home.boilerplate
        assert passage.page == home.page
        read[passage.block] += passage.text
    for index, home in enumerate(made.blocks):
        words = "" if home.boilerplate else made.text[home.start : home.end]
        assert "".join(read[index].split()) == "".join(words.split())


_PLAIN_WORDS = st.sampled_from(
    ["le", "projet", "Il", "I", "etc", "art", "vol", "M", "à", "a", "É", "12", "p.ex", ".", "?",
     ". ", "? ", ". L", ", ", " ; ", "'", "-", "–", "%", "\u00a0", " ", "  ", " pdf ", "Co. KG"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(_PLAIN_WORDS, min_size=3, max_size=9).map("".join))
def test_a_plain_text_is_cut_as_any_other(text: str) -> None:
    with mock.patch.object(passages_module, "_PLAIN", re.compile(r"(?!)")):
        expected = passages_module._cut(text)
    assert passages_module._cut(text) == expected


def _contexts(*blocks) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {passage.text: passage.context for passage in passages(document(*blocks))}


def test_sentences_are_cut_and_abbreviations_are_not() -> None:
    made = document(block("paragraph", "M. Dupont écrit. Le projet doit durer ; il dure."))
    found = [passage.text for passage in passages(made)]
    assert found == ["M. Dupont écrit.", "Le projet doit durer ; il dure."]


def test_the_context_is_headings_then_lead_in_then_label() -> None:
    contexts = _contexts(
        block("heading", "Appel", level=1),
        block("heading", "Critères", level=2),
        block("paragraph", "Le projet devra :"),
        block("item", "durer un an", label="Durée"),
    )
    assert contexts["Appel"] == ""
    assert contexts["Critères"] == "Appel"
    assert contexts["Le projet devra :"] == "Appel > Critères"
    assert contexts["durer un an"] == "Appel > Critères > Le projet devra : > Durée"


def test_a_heading_ends_those_of_its_level_and_below() -> None:
    contexts = _contexts(
        block("heading", "Appel", level=1),
        block("heading", "Critères", level=2),
        block("heading", "Détail", level=3),
        block("heading", "Montant", level=2),
        block("paragraph", "Au plus 50 %."),
    )
    assert contexts["Au plus 50 %."] == "Appel > Montant"


def test_a_lead_in_governs_its_list_alone() -> None:
    contexts = _contexts(
        block("paragraph", "Sont exclus :"),
        block("item", "les frais de siège"),
        block("item", "les salaires"),
        block("paragraph", "Merci."),
        block("item", "autre liste"),
    )
    assert contexts["les frais de siège"] == contexts["les salaires"] == "Sont exclus :"
    assert contexts["Merci."] == contexts["autre liste"] == ""


@pytest.mark.parametrize("kind", ["heading", "paragraph", "item", "cell", "field"])
def test_boilerplate_is_neither_read_nor_governs(kind: str) -> None:
    contexts = _contexts(
        block("heading", "Actualités", level=1, boilerplate=True),
        block(kind, "Nous utilisons des cookies :", level=1, boilerplate=True),
        block("item", "un projet"),
    )
    assert contexts == {"un projet": ""}


def test_a_field_is_read_under_its_label() -> None:
    assert _contexts(block("field", "Ombrelle", label="Territoire")) == {"Ombrelle": "Territoire"}


def test_a_document_without_blocks_has_no_passage() -> None:
    assert list(passages(document())) == []
