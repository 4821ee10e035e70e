"""The lemmas of a campaign's running text, counted per document."""

import hashlib
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp.coding.language import analyse, model_version
from nlp.coding.passages import Cuts, passages
from nlp.lines import Lines, LinesWriter
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of

_COUNTED = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "ADV"})
# Passages are analysed so many at a time, whatever documents they come from.
_AT_ONCE = 512
# A site says the same on every page; another site does not.
_KEPT_PASSAGES = 10_000

Words = dict[str, dict[str, int]]
"""Lemma → lower-case form → how often."""


class VocabularyCounter:
    """Counts the lemmas of documents, and keeps them in a file for the next run.

    A passage that recurs is analysed once. After the ``with`` block, ``forms`` leads from a lemma
    to its commonest written form, and ``lemmas`` from a document's id to the counts of its lemmas.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known, self._new = Lines(memory), LinesWriter(memory)
        self._made_by = _made_by()
        self._waiting: list[tuple[Document, Words | list[str]]] = []
        self._texts: dict[str, None] = {}
        self._analysed: OrderedDict[str, list[tuple[str, str]]] = OrderedDict()
        self._keys: dict[str, str] = {}
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.lemmas: Mapping[str, Mapping[str, int]] = {}
        self.forms: Mapping[str, str] = {}

    def __enter__(self) -> "VocabularyCounter":
        self._new.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            self._analyse()
        self._new.__exit__(*raised)
        self.lemmas = _Lemmas(Lines(self._memory), self._keys)
        self.forms = {
            lemma: min(counts, key=lambda form: (-counts[form], form))
            for lemma, counts in sorted(self._forms.items())
        }

    def count(self, document: Document, cuts: Cuts | None = None) -> None:
        """Count a document's lemmas; ``cuts`` are where its sentences end, if that is known."""
        known = self._known.get(digest_of(document)) or {}
        if known.get("made_by") == self._made_by and _sound(known):
            self._waiting.append((document, known["words"]))
        else:
            texts = [passage.text for passage in passages(document, cuts)]
            self._waiting.append((document, texts))
            self._texts |= dict.fromkeys(text for text in texts if text not in self._analysed)
        if max(len(self._texts), len(self._waiting)) >= _AT_ONCE:
            self._analyse()

    def _analyse(self) -> None:
        new, self._texts = list(self._texts), {}
        for text, doc in zip(new, analyse(new) if new else (), strict=True):
            self._analysed[text] = [
                (token.lemma_.lower(), token.lower_)
                for token in doc
                if token.pos_ in _COUNTED
                and not token.is_stop
                and token.is_alpha
                and len(token) > 2
            ]
        for document, held in self._waiting:
            self._add(document, held if isinstance(held, dict) else self._words(held))
        self._waiting = []
        while len(self._analysed) > _KEPT_PASSAGES:
            self._analysed.popitem(last=False)

    def _words(self, texts: Iterable[str]) -> Words:
        words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for lemma, form in self._analysed[text]:
                words[lemma][form] += 1
        return {lemma: dict(sorted(forms.items())) for lemma, forms in sorted(words.items())}

    def _add(self, document: Document, words: Words) -> None:
        key = self._keys[document.id] = digest_of(document)
        for lemma, forms in words.items():
            self._forms[lemma].update(forms)
        self._new.write(key, {"made_by": self._made_by, "words": words})


class _Lemmas(Mapping[str, Mapping[str, int]]):
    """The counts of each document's lemmas, read from the file when asked for."""

    def __init__(self, lines: Lines, keys: Mapping[str, str]) -> None:
        self._lines, self._keys = lines, keys

    def __getitem__(self, document_id: str) -> Mapping[str, int]:
        content = self._lines.get(self._keys[document_id]) or {"words": {}}
        return {lemma: sum(forms.values()) for lemma, forms in content["words"].items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _made_by() -> str:
    """A digest of what the counts rest on besides the text: model and program."""
    digest = hashlib.sha256(model_version().encode())
    for module in ("language.py", "passages.py", "vocabulary.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    return digest.hexdigest()


def _sound(known: Mapping[str, Any]) -> bool:
    words = known.get("words")
    return isinstance(words, dict) and all(isinstance(forms, dict) for forms in words.values())
