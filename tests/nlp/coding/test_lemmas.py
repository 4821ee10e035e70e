"""Lemmas as a reader expects them, held to a gold; lists that are wrong are told."""

import shutil
from pathlib import Path

import pytest
import yaml

from corpora.campaign import InputError
from nlp.coding import vocabulary
from nlp.coding.language import analyse
from nlp.coding.lemmas import REFERENCE, bundled_lemmas, load_lemmas, read_stop_words
from nlp.coding.plainwriting import plain
from nlp.coding.running import POS

GOLD = yaml.safe_load(Path(__file__).with_name("lemmas.yml").read_text(encoding="utf-8"))
REST = "acronyms: []\nelisions: {}\n"
LEAST = {"tuned": 0.98, "held_out": 0.93}


def _judged(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Form → the model's lemma; form → ours."""
    lemmas = bundled_lemmas()
    written = plain(text, lemmas.acronyms)
    raw, mended = analyse([text, written.text])
    run = vocabulary._run(mended, written)
    ours: dict[str, str] = {}
    starts, ends = run.offsets[::2], run.offsets[1::2]
    said = zip(starts, ends, run.lemmas.split("\t"), run.pos, strict=True)
    for start, end, lemma, letter in said:
        form = text[start:end]
        ours.setdefault(form, lemmas.corrected(form, lemma, POS[ord(letter) - ord("A")])[0])
    return {token.text: token.lemma_ for token in reversed(list(raw))}, ours


@pytest.mark.parametrize("part", sorted(LEAST))
def test_lemmas_are_those_of_the_gold(part: str) -> None:
    before = after = of = 0
    wrong = []
    for sentence in GOLD[part]:
        theirs, ours = _judged(sentence["text"])
        for form, lemma in sentence["lemmas"].items():
            of += 1
            before += theirs.get(form, "").lower() == lemma.lower()
            after += ours.get(form) == lemma
            if ours.get(form) != lemma:
                wrong.append((form, ours.get(form), lemma))
    assert of > 80
    assert after / of >= LEAST[part], wrong
    assert after > before + of / 10


@pytest.mark.parametrize(
    ("form", "model", "said"),
    [
        ("décentralisées", ("décentraliser", "VERB"), ("décentralisé", "ADJ")),
        ("Bretonne", ("Bretonne", "PROPN"), ("breton", "NOUN")),
        ("Lorraine", ("Lorraine", "PROPN"), ("lorraine", "PROPN")),
        ("qu’", ("qu’", "PROPN"), ("que", "SCONJ")),
        ("ONGs", ("ONG", "NOUN"), ("ONG", "PROPN")),
        ("Feder", ("Feder", "PROPN"), ("FEDER", "PROPN")),
        ("vie", ("vie", "NOUN"), ("vie", "NOUN")),
        ("Territoires", ("Territoires", "PROPN"), ("territoire", "NOUN")),
        ("Bruxelles", ("Bruxelles", "PROPN"), ("bruxelles", "PROPN")),
        ("partenaires", ("partenair", "ADJ"), ("partenaire", "ADJ")),
        ("tourisme", ("tourism", "ADJ"), ("tourisme", "ADJ")),
        ("paie", ("pai", "ADJ"), ("paie", "ADJ")),
        ("ouverte", ("ouvert", "ADJ"), ("ouvert", "ADJ")),
        ("taux", ("tal", "ADJ"), ("taux", "NOUN")),
        ("arrière-marais", ("arrière-marai", "NOUN"), ("arrière-marais", "NOUN")),
        ("réputée", ("réputer", "VERB"), ("réputer", "VERB")),
    ],
)
def test_what_the_model_gets_wrong_is_mended(
    form: str, model: tuple[str, str], said: tuple[str, str]
) -> None:
    assert bundled_lemmas().corrected(form, *model) == said


def test_the_longest_compound_is_taken_and_none_crosses_a_sentence() -> None:
    lemmas = [
        "éducation",
        "à",
        "le",
        "citoyenneté",
        "et",
        "à",
        "le",
        "solidarité",
        "international",
        "appel",
        "à",
        "projet",
    ]
    one = [0] * len(lemmas)
    found = list(bundled_lemmas().compounds_in(lemmas, one))
    assert found == [
        (0, 9, "éducation à la citoyenneté et à la solidarité internationale"),
        (9, 3, "appel à projets"),
    ]
    assert list(bundled_lemmas().compounds_in(lemmas[9:], [0, 0, 1])) == []


@pytest.mark.parametrize(
    ("form", "lemma", "pos", "counts"),
    [
        ("projets", "projet", "NOUN", True),
        ("UE", "UE", "PROPN", True),
        ("co-financement", "co-financement", "NOUN", True),
        ("an", "an", "NOUN", False),
        ("notamment", "notamment", "ADV", False),
        ("est", "être", "VERB", False),
        ("la", "le", "DET", False),
        ("2014", "2014", "NOUN", False),
        ("@aide", "@aide", "NOUN", False),
    ],
)
def test_words_that_tell_something_count(form: str, lemma: str, pos: str, counts: bool) -> None:
    assert bundled_lemmas().counts(form, lemma, pos) is counts


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("lemmas.yml", "words: []\nacronyms: []\n", r"lemmas\.yml:1: .*elisions"),
        (
            "lemmas.yml",
            "words: [{lemma: a, pos: ADJ, forms: [b]},\n  {lemma: c, pos: ADJ, forms: [B]}]\n"
            + REST,
            r"lemmas\.yml:2: words\.1\.forms: 'B' is given a lemma twice",
        ),
        ("compounds.yml", "compounds: {x: seul}\n", r"compounds\.yml:1: .*the lemmas of its words"),
        ("stopwords.txt", "# nothing\n", "holds no word"),
    ],
)
def test_a_wrong_list_is_told(tmp_path: Path, file: str, text: str, told: str) -> None:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    (tmp_path / "reference" / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_lemmas(tmp_path / "reference")


def test_a_stop_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt: the stop list cannot be read"):
        read_stop_words(tmp_path / "none.txt")
