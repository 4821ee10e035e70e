"""The lemmas of a campaign's running text, counted per document."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.coding.language import analyse, model_version
from nlp.coding.passages import passages
from nlp.reading.documents import Document

_COUNTED = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "ADV"})

Words = list[tuple[str, str]]
"""The (lemma, lower-case form) of each counted word of a passage."""


@dataclass(frozen=True)
class Vocabulary:
    """``lemmas``: document id → lemma → count; ``forms``: lemma → its commonest written form."""

    lemmas: Mapping[str, Mapping[str, int]]
    forms: Mapping[str, str]


def count_vocabulary(documents: Sequence[Document], cache: Path) -> Vocabulary:
    """Count the lemmas of documents, copies left out.

    A passage that recurs is analysed once, and ``cache`` keeps what was analysed for the next run.
    """
    texts = {
        document.id: [passage.text for passage in passages(document)]
        for document in documents
        if not document.duplicate_of
    }
    known = _read(cache)
    distinct = {text: _key(text) for doc_texts in texts.values() for text in doc_texts}
    new = [text for text, key in distinct.items() if key not in known]
    for text, doc in zip(new, analyse(new) if new else (), strict=True):
        known[distinct[text]] = [
            (token.lemma_.lower(), token.lower_)
            for token in doc
            if token.pos_ in _COUNTED and not token.is_stop and token.is_alpha and len(token) > 2
        ]
    if new:
        _write(cache, {key: known[key] for key in sorted(distinct.values())})
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lemmas: dict[str, Mapping[str, int]] = {}
    for document_id, doc_texts in texts.items():
        words = [pair for text in doc_texts for pair in known[distinct[text]]]
        lemmas[document_id] = dict(sorted(Counter(lemma for lemma, _ in words).items()))
        for lemma, form in words:
            forms[lemma][form] += 1
    commonest = {
        lemma: min(counts, key=lambda form: (-counts[form], form))
        for lemma, counts in sorted(forms.items())
    }
    return Vocabulary(lemmas, commonest)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _read(cache: Path) -> dict[str, Words]:
    if not cache.exists():
        return {}
    content = json.loads(cache.read_text(encoding="utf-8"))
    if content["model"] != model_version():
        return {}
    known: dict[str, list[list[str]]] = content["words"]
    return {key: [(lemma, form) for lemma, form in words] for key, words in known.items()}


def _write(cache: Path, words: Mapping[str, Words]) -> None:
    partial = cache.with_suffix(".part")
    content = {"model": model_version(), "words": words}
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(cache)
