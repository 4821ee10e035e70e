"""What maps and trees of classes say: numbers and parts as a reader of the language writes them."""

import re
from dataclasses import replace

from matplotlib.figure import Figure
from matplotlib.text import Text

from nlp.words.captions import key_label, part_label, source_of
from nlp.words.classing import vocabulary_classes
from nlp.words.corpus import Corpus
from nlp.words.mapping import vocabulary_map
from nlp.words.partition import partition
from tests.nlp.words.handmade import corpus_of, text

KINDS = corpus_of(
    (text(0, "A", kind="call"), ["aide projet dossier eau"] * 300),
    (text(1, "A", kind="other"), ["air terre eau feu projet"] * 60),
    (text(2, "B", kind="organisation"), ["direction service eau aide feu"] * 50),
)


def shown(figure: Figure) -> set[str]:
    return {one.get_text().replace("\n", " ") for one in figure.findobj(Text)}


def test_a_map_is_in_the_readers_language() -> None:
    found = vocabulary_map(KINDS, partition(KINDS, "kind"))
    french, english = (shown(found.drawing(KINDS, language).draw()) for language in ("fr", "en"))
    assert {"Appel à projets", "Autre", "Organisation"} <= french
    assert {"Call for projects", "Other", "Organisation"} <= english
    (axis,) = [said for said in french if said.startswith("Axe 1")]
    share = re.fullmatch(r"Axe 1 \((\d+),(\d)\u00a0% de l'inertie\)", axis)
    assert share
    assert f"Axis 1 ({share[1]}.{share[2]}% of inertia)" in english
    assert any("1\u202f750 mots comptés" in said for said in french)
    assert any("1,750 words counted" in said for said in english)


def test_a_tree_of_classes_is_in_the_readers_language() -> None:
    found = vocabulary_classes(KINDS, k=3, size=5, least_class=20)
    french, english = (shown(found.drawing(KINDS, language).draw()) for language in ("fr", "en"))
    said = source_of(KINDS)
    assert any(said in one for one in french)
    sizes = {one for one in french if re.fullmatch(r"\d+ segments, \d+\u00a0%", one)}
    assert len(sizes) >= 2
    assert {one.replace("\u00a0", "") for one in sizes} <= english


def test_parts_are_called_by_their_labels_where_they_have_one(corpus: Corpus) -> None:
    assert part_label(corpus, "council", "other", "fr") == "Other", "a name stays a name"
    assert part_label(corpus, "kind", "other", "fr") == "Autre"
    coded = replace(KINDS, aliases={"code": {"Échéance": "call.deadline"}})
    assert part_label(coded, "code=call.deadline", "call.deadline", "fr") == "Échéance"
    assert part_label(coded, "code=call.deadline", "rest", "en") == "The rest"
    assert key_label(coded, "kind=call", "fr") == "nature de page\u00a0: Appel à projets"
    assert key_label(coded, "kind", "en") == "kind of page"
