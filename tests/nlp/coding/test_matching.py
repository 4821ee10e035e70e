"""Codebook × document: what is coded, with which value, and where it stands."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.campaign import InputError
from nlp.coding.matching import Coder, Finding
from nlp.coding.references import Reference
from nlp.reading.documents import Document
from tests.nlp.coding.handmade import OMBRELLE, block, document
from tests.nlp.coding.test_passages import DOCUMENTS

BOOK = """\
lexicon:
  seat: [siège social, siège]
  must: [doit, doivent]
  bonus: [priorité]
  doubt: [parfois]
  criteria: [critère]
  news: [actualité]
codes:
  - id: seat
    label: {fr: Siège, en: Seat}
    definition: {fr: Siège, en: Seat}
    unit: call
    kinds: [call]
    threshold: 0.5
    untagged: unspecified
    tags: {head_office: [seat]}
    patterns: PATTERNS
    cues: CUES
    examples: [{text: Oui.}]
    counter_examples: [{text: Non.}]
"""
HERE = '{id: here, match: ["<seat> ~4 <own>"], value: required, score: 0.6}'
Make = Callable[[str], Coder]


def _book(*patterns: str, cues: str = "") -> str:
    return BOOK.replace("PATTERNS", f"[{', '.join(patterns)}]").replace("CUES", f"[{cues}]")


def _findings(coder: Coder, text: str, context: str = "") -> list[Finding]:
    return coder.findings(coder.codebook.code("seat"), text, context, OMBRELLE)


def _references(coder: Coder, made: Document, kind: str = "call") -> list[Reference]:
    return list(coder.references(made, kind))


def test_a_reference_quotes_its_passage_and_says_where_it_stands(coder_of: Make) -> None:
    made = document(
        block("heading", "Appel à projets", level=1),
        block("paragraph", "Bonjour. Le siège doit être en Ombrelle. Merci.", page=2),
    )
    (reference,) = _references(coder_of(_book(HERE)), made)
    assert reference.quote == "Le siège doit être en Ombrelle."
    assert made.text[reference.start : reference.end] == reference.quote
    assert (reference.document_id, reference.authority) == (made.id, OMBRELLE)
    assert (reference.code, reference.value, reference.tags) == (
        "seat",
        "required",
        ("head_office",),
    )
    assert (reference.block, reference.page, reference.rule) == (1, 2, "here")
    assert (reference.score, reference.certain) == (0.6, True)


def test_only_documents_of_the_codes_kinds_are_coded(coder_of: Make) -> None:
    made = document(block("paragraph", "Le siège est en Ombrelle."))
    assert _references(coder_of(_book(HERE)), made, "international_page") == []


def test_boilerplate_is_never_coded(coder_of: Make) -> None:
    made = document(block("paragraph", "Le siège est en Ombrelle.", boilerplate=True))
    assert _references(coder_of(_book(HERE)), made) == []


def test_the_same_page_gives_the_same_references(coder_of: Make) -> None:
    made = document(block("paragraph", "Le siège est en Ombrelle. Un siège à Clairbourg."))
    first = _references(coder_of(_book(HERE)), made)
    assert len({reference.id for reference in first}) == 2
    assert _references(coder_of(_book(HERE)), made) == first


def test_below_its_threshold_a_reference_is_to_check_and_far_below_it_is_none(
    coder_of: Make,
) -> None:
    doubt = '{id: maybe, match: ["<doubt>"], by: -0.2}'
    (finding,) = _findings(coder_of(_book(HERE, cues=doubt)), "Siège parfois en Ombrelle")
    assert not finding.certain
    assert finding.score < 0.5
    made = document(block("paragraph", "Siège parfois en Ombrelle"))
    (reference,) = _references(coder_of(_book(HERE, cues=doubt)), made)
    assert not reference.certain
    strong = doubt.replace("-0.2", "-0.6")
    assert _findings(coder_of(_book(HERE, cues=strong)), "Siège parfois en Ombrelle") == []


def test_a_cue_changes_the_value_and_is_named_in_the_rule(coder_of: Make) -> None:
    coder = coder_of(_book(HERE, cues='{id: rather, match: ["<bonus>"], value: preferred}'))
    (plain,) = _findings(coder, "Le siège est en Ombrelle")
    (cued,) = _findings(coder, "Priorité : siège en Ombrelle")
    assert (plain.value, plain.rule) == ("required", "here")
    assert cued.value == "preferred"
    assert "here" in cued.rule
    assert "rather" in cued.rule


def test_a_cue_with_near_counts_only_close_by(coder_of: Make) -> None:
    cue = '{id: rather, match: ["<bonus>"], value: preferred, near: 3}'
    coder = coder_of(_book(HERE, cues=cue))
    (close,) = _findings(coder, "Une priorité au siège en Ombrelle")
    (far,) = _findings(coder, "Priorité aux jeunes de moins de vingt ans ; siège en Ombrelle")
    assert (close.value, far.value) == ("preferred", "required")


def test_a_cue_may_hang_on_the_context_alone(coder_of: Make) -> None:
    coder = coder_of(_book(HERE, cues="{id: scored, where: [criteria], value: preferred}"))
    assert _findings(coder, "siège en Ombrelle", "Critères")[0].value == "preferred"
    assert _findings(coder, "siège en Ombrelle", "Montant")[0].value == "required"


def test_a_pattern_may_ask_for_a_context_and_refuse_one(coder_of: Make) -> None:
    pattern = '{id: bare, match: ["<seat>"], where: [criteria], not_where: [news]}'
    coder = coder_of(_book(pattern))
    assert _findings(coder, "le siège", "Les critères")
    assert not _findings(coder, "le siège", "Le budget")
    assert not _findings(coder, "le siège", "Actualités > Critères")


def test_the_best_of_several_patterns_is_kept(coder_of: Make) -> None:
    better = '{id: better, match: ["<must> & <seat>"], value: required, score: 0.9}'
    (finding,) = _findings(coder_of(_book(HERE, better)), "Le siège doit être en Ombrelle")
    assert (finding.rule, finding.score) == ("better", 0.9)


def test_of_patterns_as_sure_the_one_whose_words_stand_closest_is_kept(coder_of: Make) -> None:
    must = '{id: must, match: ["<must> ~9 <own>"], value: required, score: 0.6}'
    rather = '{id: rather, match: ["<bonus> ~9 <own>"], value: preferred, score: 0.6}'
    for patterns in ((must, rather), (rather, must)):
        coder = coder_of(_book(*patterns))
        (near_bonus,) = _findings(coder, "Tous doivent dire, par priorité, où en Ombrelle")
        (near_must,) = _findings(coder, "La priorité va à ceux qui doivent vivre en Ombrelle")
        assert (near_bonus.value, near_must.value) == ("preferred", "required")


def test_scores_stay_between_0_and_1(coder_of: Make) -> None:
    cue = '{id: sure, match: ["<must>"], by: 1}'
    (finding,) = _findings(coder_of(_book(HERE, cues=cue)), "Le siège doit être en Ombrelle")
    assert finding.score == 1.0


def test_no_tag_applies_and_the_untagged_one_is_told(coder_of: Make) -> None:
    (finding,) = _findings(coder_of(_book('{id: a, match: ["<must>"]}')), "Il doit venir")
    assert finding.tags == ("unspecified",)


def test_words_that_a_cue_takes_away_qualify_nothing(coder_of: Make) -> None:
    told = '{id: told, match: ["<must>"]}'
    for cue in ("", '{id: theirs, match: ["<bonus> ~3 <seat>"], untag: true}'):
        coder = coder_of(_book(told, cues=cue))
        (own,) = _findings(coder, "Il doit avoir un siège")
        (other,) = _findings(coder, "Il doit donner priorité au siège")
        assert own.tags == ("head_office",)
        assert other.tags == (("unspecified",) if cue else ("head_office",))


@pytest.mark.parametrize(
    ("value", "read"),
    [("@percent", ["20"]), ("@percent.last", ["30"]), ("@percent.all", ["20|30"])],
)
def test_a_value_is_read_from_the_passage(coder_of: Make, value: str, read: list[str]) -> None:
    pattern = f'{{id: a, match: ["<percent> ~9 <percent>"], value: "{value}"}}'
    found = _findings(coder_of(_book(pattern)), "20 % du coût, puis 30 % du reste")
    assert [finding.value for finding in found] == read


def test_each_value_of_a_measure_is_told_and_a_force_once(coder_of: Make) -> None:
    rates = _findings(
        coder_of(_book('{id: a, match: ["<percent>"], value: "@percent"}')), "20 %, 30 %"
    )
    assert sorted(finding.value for finding in rates) == ["20", "30"]
    force = _findings(
        coder_of(_book('{id: a, match: ["<seat>"], value: required}')), "siège, siège"
    )
    assert [finding.value for finding in force] == ["required"]


def test_a_date_without_year_takes_the_documents(coder_of: Make) -> None:
    coder = coder_of(_book('{id: a, match: ["<date>"], value: "@date"}'))
    made = document(block("paragraph", "Avant le 15 mai."), date="2014-03-02")
    assert [reference.value for reference in _references(coder, made)] == ["2014-05-15?"]
    undated = document(block("paragraph", "Avant le 15 mai."), date="")
    assert _references(coder, undated) == []


def test_home_depends_on_whose_page_it_is(coder_of: Make) -> None:
    coder = coder_of(_book(HERE))
    code = coder.codebook.code("seat")
    assert coder.findings(code, "siège à Rennes", "", "Conseil régional de Bretagne")
    assert not coder.findings(code, "siège à Rennes", "", OMBRELLE)
    assert not coder.findings(code, "siège à Rennes", "", "Ministère de la Culture")


def test_a_pattern_over_tokens_asks_spacy(coder_of: Make) -> None:
    pattern = (
        "{id: tokens, match: [[{LEMMA: siège}, {POS: ADP, OP: '?'}, {LOWER: ombrelle}]], value: x}"
    )
    coder = coder_of(_book(pattern))
    assert [finding.value for finding in _findings(coder, "Les sièges en Ombrelle")] == ["x"]
    assert _findings(coder, "Les sièges de l'Ombrelle") == []


def test_a_pattern_over_grammar_asks_spacy(coder_of: Make) -> None:
    nodes = (
        "{RIGHT_ID: verb, RIGHT_ATTRS: {LEMMA: organiser}}, "
        "{LEFT_ID: verb, REL_OP: '>', RIGHT_ID: what, RIGHT_ATTRS: {DEP: {IN: [obj, 'obl:arg']}}}"
    )
    coder = coder_of(_book(f"{{id: grammar, match: [{{dependency: [{nodes}]}}], value: x}}"))
    text = "L'association organise une restitution publique."
    assert [finding.rule for finding in _findings(coder, text)] == ["grammar"]
    assert _findings(coder, "L'association est accueillie.") == []


@pytest.mark.parametrize(
    "match",
    ["{dependency: [{RIGHT_ID: a, RIGHT_ATTRS: {}}, {LEFT_ID: z, REL_OP: '>'}]}", "[{OP: '?!'}]"],
)
def test_a_pattern_that_spacy_rejects_stops(coder_of: Make, match: str) -> None:
    with pytest.raises(InputError, match=r"seat.*bad"):
        coder_of(_book(f"{{id: bad, match: [{match}]}}"))


_SENTENCES = st.sampled_from(
    ["Le siège doit être en Ombrelle. ", "Une aide de 10 000 € au plus, soit 50 %. ",
     "Avant le 15 mai 2014. ", "Les jeunes Ombrellois s'ouvrent au monde ! ", "Pays : Mali, Togo. "]
)  # fmt: skip
_CODED = st.lists(
    st.lists(_SENTENCES, min_size=1, max_size=4).map(lambda texts: "".join(texts).strip()),
    min_size=1,
    max_size=3,
).map(lambda texts: document(*(block("paragraph", text) for text in texts)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(_CODED, DOCUMENTS), st.sampled_from(["call", "international_page"]))
def test_every_reference_quotes_the_text_at_its_offsets(
    coder: Coder, made: Document, kind: str
) -> None:
    found = _references(coder, made, kind)
    assert [reference.start for reference in found] == sorted(
        reference.start for reference in found
    )
    for reference in found:
        assert made.text[reference.start : reference.end] == reference.quote
        home = made.blocks[reference.block]
        assert home.start <= reference.start < reference.end <= home.end
        assert not home.boilerplate
        code = coder.codebook.code(reference.code)
        assert kind in code.kinds
        assert reference.certain == (reference.score >= code.threshold)
        assert 0 <= reference.score <= 1
