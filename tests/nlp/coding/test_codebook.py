"""The codebook keeps its own word: its examples are found, and a bad entry stops at load."""

import re
from pathlib import Path

import pytest

from corpora.campaign import InputError
from nlp.coding.codebook import BUNDLED_CODEBOOK, Code, Example, load_codebook
from nlp.coding.examples import check_examples
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labelling import LEVEL_WORDS
from nlp.coding.matching import Coder
from nlp.coding.notation import Notation
from tests.nlp.coding.handmade import OMBRELLE

CODEBOOK = load_codebook()
EXAMPLES = [(code, example) for code in CODEBOOK.codes for example in code.examples]
COUNTER_EXAMPLES = [(code, example) for code in CODEBOOK.codes for example in code.counter_examples]

SMALL = """\
lexicon:
  seat: [siège social, siège]
  must: [doit, doivent]
codes:
  - id: applicant.seat
    label: {fr: Siège, en: Seat}
    definition: {fr: Le siège est ici., en: The seat is here.}
    unit: call
    kinds: [call]
    patterns:
      - {id: here, match: ["<seat> ~3 <own>"], value: required}
    cues:
      - {id: asked, match: ["<must>"], by: 0.1}
    tags: {office: [seat]}
    examples:
      - {text: Son siège est en Ombrelle.}
    counter_examples:
      - {text: Son siège est au Mali.}
"""


def _names(pairs: list[tuple[Code, Example]]) -> list[str]:
    return [f"{code.id}: {example.text[:40]}" for code, example in pairs]


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=_names(EXAMPLES))
def test_every_example_is_found(coder: Coder, code: Code, example: Example) -> None:
    found = coder.findings(code, example.text, example.context, OMBRELLE)
    certain = [(finding.value, set(finding.tags)) for finding in found if finding.certain]
    assert certain, f"only to check, or not at all: {found}"
    if example.value:
        certain = [(value, tags) for value, tags in certain if value == example.value]
        assert certain, f"another value: {found}"
    if example.tags:
        assert any(set(example.tags) <= tags for _, tags in certain), f"other tags: {found}"


@pytest.mark.parametrize(("code", "example"), COUNTER_EXAMPLES, ids=_names(COUNTER_EXAMPLES))
def test_no_counter_example_is_found(coder: Coder, code: Code, example: Example) -> None:
    found = coder.findings(code, example.text, example.context, OMBRELLE)
    assert not [
        finding
        for finding in found
        if finding.certain and (not example.value or finding.value == example.value)
    ]


def test_the_bundled_codebook_is_whole() -> None:
    assert CODEBOOK.families
    for code in CODEBOOK.codes:
        assert CODEBOOK.code(code.id) is code
        # A name used twice in a code would leave one of the two without its patterns.
        names = [part.id for part in (*code.patterns, *code.cues)]
        assert len(names) == len(set(names)), code.id


def test_every_pattern_of_labels_reads_as_notation() -> None:
    for code in CODEBOOK.codes:
        for part in (*code.patterns, *code.cues):
            for match in part.match:
                if isinstance(match, str):
                    Notation(match)


def test_a_small_codebook_loads(tmp_path: Path) -> None:
    (tmp_path / "book.yml").write_text(SMALL, encoding="utf-8")
    code = load_codebook(tmp_path).code("applicant.seat")
    assert code.patterns[0].value == "required"
    assert (code.patterns[0].score, code.threshold) == (1.0, 0.5)
    assert code.tags == {"office": ("seat",)}
    place = f"{tmp_path / 'book.yml'}:16"
    assert code.examples == (Example("Son siège est en Ombrelle.", place=place),)
    check_examples(load_codebook(tmp_path))


BAD = {
    "missing key of a code": ("    unit: call", "    unite: call", "unit"),
    "unknown key of a code": ("    unit: call", "    unit: call\n    size: 1", "size"),
    "unknown key of a pattern": ("value: required}", "worth: required}", "worth"),
    "unknown unit": ("unit: call", "unit: region", "region"),
    "score beyond 1": ("value: required}", "score: 2}", "2 is greater"),
    "unknown word list in a pattern": ('["<seat> ~3 <own>"]', '["<seet> ~3 <own>"]', "seet"),
    "unknown word list after a gap": ('["<seat> ~3 <own>"]', '["<seat> ~3!seet <own>"]', "seet"),
    "unknown word list in a choice": ('["<seat> ~3 <own>"]', '["<seat|seet> <own>"]', "seet"),
    "unknown word list in a context": ("value: required}", "where: [seet]}", "seet"),
    "unknown word list in a cue": ('["<must>"]', '["<moust>"]', "moust"),
    "unknown word list in a tag": ("tags: {office: [seat]}", "tags: {office: [seet]}", "seet"),
    "word list called as a measure": ("  must: [doit, doivent]", "  percent: [doit]", "taken"),
    "no counter-example": ("      - {text: Son siège est au Mali.}", "      []", "non-empty|short"),
    "threshold beyond 1": ("unit: call", "unit: call\n    threshold: 1.5", "1.5 is greater"),
    "score under 0": ("value: required}", "score: -0.5}", "-0.5 is less"),
    "unknown kind of page": ("kinds: [call]", "kinds: [appel]", "'appel' is not one of"),
    "no kind of pattern": ('["<seat> ~3 <own>"]', "[{LOWER: siège}]", "is not a notation"),
    "no name of a code": ("applicant.seat", "Applicant seat", "is not a code's name"),
    "term of nothing but an ending": ("[doit, doivent]", '[doit, "*"]', r"'\*' matches everything"),
    "term of one letter": ("[doit, doivent]", "[doit, d*]", r"'d\*' matches everything"),
    "capital and any ending": ("[doit, doivent]", "[doit, Œ*]", r"'Œ\*' matches everything"),
    "blank term": ("[doit, doivent]", '[doit, " "]', "' '"),
    "pattern of nothing but an ending": ('["<seat> ~3 <own>"]', '["<seat> ~3 *"]', "no element"),
    "pattern of one letter": ('["<seat> ~3 <own>"]', '["s*"]', r"'s\*' matches everything"),
    "nothing asked for": ('["<seat> ~3 <own>"]', '["<seat>? ~3 <own>?"]', "match everything"),
    "cue of one letter": ('["<must>"]', '["a* <must>?"]', "matches everything"),
    "value that the code cannot give": (
        "{text: Son siège est en Ombrelle.}",
        "{text: Son siège est en Ombrelle., value: preferred}",
        r"value 'preferred' \(it gives required\)",
    ),
    "tag that the code cannot give": (
        "{text: Son siège est au Mali.}",
        "{text: Son siège est au Mali., tags: [branch]}",
        r"tag 'branch' \(it gives office\)",
    ),
    "not YAML": ("unit: call", "unit: [call", "expected"),
}


@pytest.mark.parametrize(("old", "new", "reason"), BAD.values(), ids=BAD)
def test_a_bad_entry_stops_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in SMALL
    path = tmp_path / "book.yml"
    path.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=reason) as stopped:
        load_codebook(tmp_path)
    message = str(stopped.value)
    assert message.startswith(f"{path}:")
    assert "\n" not in message
    line = int(message.removeprefix(f"{path}:").partition(":")[0])
    bad_line = SMALL[: SMALL.index(old)].count("\n") + 1
    # What is missing or not closed is told at the entry or at the next line, not beyond.
    assert bad_line - 8 <= line <= bad_line + 1


def test_a_bad_entry_is_told_at_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "book.yml"
    path.write_text(SMALL.replace('"<must>"', '"<moust>"'), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        load_codebook(tmp_path)
    assert f"{path}:13: " in str(stopped.value)


FAMILY = """\
families:
  - id: europe
    label: {fr: Europe, en: Europe}
    definition: {fr: L'Europe., en: Europe.}
    patterns: [europe, européen*]
"""
LISTS, _, CODES = SMALL.partition("codes:")


@pytest.mark.parametrize(
    ("one", "other", "line", "reason"),
    [
        (SMALL, f"codes:{CODES}", 2, "'applicant.seat' is declared twice, first in {}:5"),
        (LISTS, "lexicon:\n  seat: [adresse]\n", 2, "declared first in {}:2"),
        (FAMILY, f"# again\n{FAMILY}", 3, "'europe' is declared twice, first in {}:2"),
    ],
    ids=["code", "word list", "family"],
)
def test_what_two_files_claim_is_told_with_both_places(
    tmp_path: Path, one: str, other: str, line: int, reason: str
) -> None:
    (tmp_path / "a.yml").write_text(one, encoding="utf-8")
    (tmp_path / "b.yml").write_text(other, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        load_codebook(tmp_path)
    message = str(stopped.value)
    assert message.startswith(f"{tmp_path / 'b.yml'}:{line}: ")
    assert message.endswith(reason.format(tmp_path / "a.yml"))


@pytest.mark.parametrize("part", ["patterns", "exclude"])
def test_a_family_may_not_hold_every_word(tmp_path: Path, part: str) -> None:
    text = f"{FAMILY}    exclude: [europe 1]\n".replace(f"{part}: [", f"{part}: [e*, ")
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"families\.0\.{part}\.0: the term 'e\*' matches every"):
        load_codebook(tmp_path)


def test_a_code_may_use_a_word_list_of_a_later_file(tmp_path: Path) -> None:
    lists, _, codes = SMALL.partition("codes:")
    (tmp_path / "a.yml").write_text(f"codes:{codes}", encoding="utf-8")
    (tmp_path / "z.yml").write_text(lists, encoding="utf-8")
    assert load_codebook(tmp_path).code("applicant.seat")


@pytest.mark.parametrize("folder", ["", "not-there"])
def test_an_empty_folder_stops(tmp_path: Path, folder: str) -> None:
    with pytest.raises(InputError, match="no codebook file"):
        load_codebook(tmp_path / folder)


@pytest.mark.parametrize(
    "match",
    [
        '["<seat ~3 <own>"]',
        '["<must>? ~3"]',
        '[[{LOWER: siège, OP: "?!"}]]',
        "[[{LOWERED: siège}]]",
    ],
    ids=["no notation", "matches everything", "bad operator", "unknown attribute"],
)
def test_a_pattern_that_cannot_be_compiled_stops(
    tmp_path: Path, gazetteer: Gazetteer, match: str
) -> None:
    text = SMALL.replace('["<seat> ~3 <own>"]', match)
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"book\.yml:\d+: ") as stopped:
        Coder(load_codebook(tmp_path), gazetteer)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Son siège est en Ombrelle.",
            "Son bureau est en Ombrelle.",
            (
                ":16: applicant.seat: example 'Son bureau est en Ombrelle.': expected a passage, "
                "found nothing"
            ),
        ),
        (
            "{text: Son siège est en Ombrelle.}",
            "{text: Son adresse est en Ombrelle., value: required, tags: [office]}",
            (
                ":16: applicant.seat: example 'Son adresse est en Ombrelle.': expected required "
                "tagged office, found nothing"
            ),
        ),
        (
            "value: required}",
            "value: required, score: 0.4}",
            (
                ":16: applicant.seat: example 'Son siège est en Ombrelle.': expected a passage, "
                "found required tagged office (rule here, score 0.4, under the threshold 0.5)"
            ),
        ),
        (
            "Son siège est au Mali.",
            "Un siège en Ombrelle.",
            (
                ":18: applicant.seat: counter-example 'Un siège en Ombrelle.': expected no "
                "passage, found required tagged office (rule here, score 1)"
            ),
        ),
    ],
    ids=["not found", "not found as it is", "only to check", "found all the same"],
)
def test_an_example_that_is_not_kept_stops_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in SMALL
    (tmp_path / "book.yml").write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        check_examples(load_codebook(tmp_path))
    assert str(stopped.value) == f"{tmp_path / 'book.yml'}{told}"


@pytest.mark.parametrize(
    "match",
    ["[{}]", '[{OP: "*"}]', "[{IS_ALPHA: true}]", "{dependency: [{RIGHT_ID: a, RIGHT_ATTRS: {}}]}"],
)
def test_a_spacy_pattern_that_matches_everything_stops(tmp_path: Path, match: str) -> None:
    text = SMALL.replace('["<must>"]', f"[{match}]")
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"book\.yml:13: .* matches everything") as stopped:
        check_examples(load_codebook(tmp_path))
    assert "\n" not in str(stopped.value)


def test_a_spacy_pattern_that_matches_something_passes(tmp_path: Path) -> None:
    text = SMALL.replace('["<must>"]', "[[{LEMMA: devoir}, {POS: VERB}]]")
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    check_examples(load_codebook(tmp_path))


def test_the_bundled_codebook_keeps_its_word() -> None:
    check_examples(CODEBOOK)


def test_the_version_follows_the_files(tmp_path: Path) -> None:
    path = tmp_path / "book.yml"
    path.write_text(SMALL, encoding="utf-8")
    first = load_codebook(tmp_path).version
    assert load_codebook(tmp_path).version == first
    path.write_text(SMALL.replace("doivent", "devront"), encoding="utf-8")
    second = load_codebook(tmp_path).version
    (tmp_path / "more.yml").write_text("lexicon: {more: [encore]}", encoding="utf-8")
    assert len({first, second, load_codebook(tmp_path).version}) == 3


def test_the_bundled_codebook_is_the_default() -> None:
    assert load_codebook(BUNDLED_CODEBOOK).version == CODEBOOK.version


def test_every_word_list_is_used_by_a_code() -> None:
    book = load_codebook()
    parts = [part for code in book.codes for part in (*code.patterns, *code.cues)]
    notations = [match for part in parts for match in part.match if isinstance(match, str)]
    used = {name for text in notations for group in re.findall(r"[<!]([\w|]+)", text)
            for name in group.split("|")}  # fmt: skip
    used.update(name for part in parts for name in part.where)
    used.update(name for code in book.codes for p in code.patterns for name in p.not_where)
    used.update(
        name for code in book.codes for names in (code.tags or {}).values() for name in names
    )
    assert set(book.lexicon) - used - LEVEL_WORDS.keys() == set()


def test_the_region_on_a_ministrys_page_is_nobodys_home(coder: Coder) -> None:
    code = coder.codebook.code("applicant.location")
    text = "Participation d'acteurs de la région"
    ministry = coder.findings(code, text, "Critères d'éligibilité", "Ministère de la Culture")
    council = coder.findings(code, text, "Critères d'éligibilité", OMBRELLE)
    assert not ministry
    assert council
