"""The sentences of documents, and their words folded: what is compared of a text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.coding.labels import fold
from nlp.coding.passages import passages
from nlp.reading.documents import Document

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NUMBERED = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence or item of a document: ``document.text[start:end] == text``."""

    document_id: str
    start: int
    end: int
    text: str

    @property
    def plain(self) -> str:
        """Its words as they are compared: folded, years left out, white space and stops ignored."""
        return plain(self.text)


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """A text's words folded, each year a year: what an edition changes without rewording."""
    return " ".join(_WORD.findall(_YEAR.sub("annee", fold(text))))


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, folded; short ones and numbers left out."""
    counted: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(fold(text)):
            bare = word.split("'")[-1]
            if len(bare) > _SHORT and not _NUMBERED.search(bare):
                counted[bare] += 1
    return counted


def sentences(documents: Sequence[Document]) -> tuple[Sentence, ...]:
    """The sentences of the documents in order, boilerplate and what was said already left out."""
    found: dict[str, Sentence] = {}
    for document in documents:
        for passage in passages(document):
            sentence = Sentence(document.id, passage.start, passage.end, passage.text)
            if sentence.plain:
                found.setdefault(sentence.plain, sentence)
    return tuple(found.values())
