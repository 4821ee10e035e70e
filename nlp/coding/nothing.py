"""Passages that say nothing: what finds something in them would find it everywhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from corpora import BUNDLED
from corpora.schema import read_yaml
from nlp.coding.labels import Lexicon, fold
from nlp.coding.notation import Labelled, Notation

_PASSAGES = BUNDLED / "reference" / "nothing.yml"


@dataclass(frozen=True)
class _Passages:
    sentences: tuple[str, ...]
    no_words: str


@cache
def _passages() -> _Passages:
    content = read_yaml(_PASSAGES.read_text(encoding="utf-8"))
    return _Passages(tuple(content["sentences"]), content["no_words"])


def finds_everything(find: Callable[[str], Sequence[object]]) -> bool:
    """Whether ``find`` finds something in every sentence that says nothing."""
    return all(find(sentence) for sentence in _passages().sentences)


class Nothing:
    """The passages that say nothing, labelled by word lists."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._lists = lists
        lexicon = Lexicon(lists)

        def labelled(text: str) -> Labelled:
            folded = fold(text)
            return Labelled(folded, tuple(sorted(lexicon.spans(folded, text))))

        self._sentences = {text: labelled(text) for text in _passages().sentences}
        self._no_words = labelled(_passages().no_words)

    def broad_term(self, name: str) -> str:
        """The first term of a list that would find everything (``*``, ``a*``), or an empty string.

        It finds words that do not exist, or something in every sentence.
        """
        if not self._broad(name):
            return ""
        terms = self._lists[name]
        return next((term for term in terms if Nothing({"": [term]})._broad("")), "")

    def found_by(self, notation: Notation) -> bool:
        """Whether a notation finds words that do not exist, or something in every sentence."""
        return any(notation.find(self._no_words)) or finds_everything(
            lambda sentence: list(notation.find(self._sentences[sentence]))
        )

    def _broad(self, name: str) -> bool:
        return name in self._no_words.labels or all(
            name in labelled.labels for labelled in self._sentences.values()
        )
