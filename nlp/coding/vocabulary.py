"""The running text of a campaign as tokens, analysed once and kept; its lemmas per document."""

import hashlib
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nlp.coding.language import analyse, model_version
from nlp.coding.lemmas import Lemmas, bundled_lemmas, is_acronym, lemmas_digest
from nlp.coding.passages import Cuts, Passage, passages
from nlp.coding.plainwriting import PlainText, plain
from nlp.coding.running import KEPT, POS, Run, Running, is_kept, kept, run_of, running
from nlp.lines import Lines, LinesWriter
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of

# Passages are analysed so many at a time, whatever documents they come from.
_AT_ONCE = 512
# A site says the same on every page; another site does not.
_KEPT_PASSAGES = 10_000

_ANALYSING = (
    "commonness.py", "language.py", "passages.py", "plainwriting.py", "running.py", "vocabulary.py",
)  # fmt: skip

Words = dict[str, dict[str, int]]
"""Lemma → lower-case form → how often."""


class VocabularyCounter:
    """Analyses documents and counts their lemmas; keeps both in a file for the next run.

    A passage that recurs is analysed once. Where only what corrects lemmas has changed, nothing is
    analysed anew. After the ``with`` block, ``forms`` leads from a lemma to its commonest written
    form, and ``lemmas`` from a document's id to the counts of its lemmas.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known, self._new = Lines(memory), LinesWriter(memory)
        self._analysed_by, self._counted_by = analysed_by(), _counted_by()
        self._corrections = bundled_lemmas()
        self._waiting: list[tuple[Document, list[Passage] | None]] = []
        self._texts: dict[str, None] = {}
        self._analysed: OrderedDict[str, Run] = OrderedDict()
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
        if known.get("analysed_by") == self._analysed_by and is_kept(known):
            if not self._waiting:
                self._add(document, known)
                return
            # Lines are kept in the order of the documents: it is read again when its turn comes.
            self._waiting.append((document, None))
        else:
            found = list(passages(document, cuts))
            self._waiting.append((document, found))
            self._texts |= dict.fromkeys(p.text for p in found if p.text not in self._analysed)
        if max(len(self._texts), len(self._waiting)) >= _AT_ONCE:
            self._analyse()

    def _analyse(self) -> None:
        new, self._texts = list(self._texts), {}
        plain_texts = [plain(text, self._corrections.acronyms) for text in new]
        docs = analyse([one.text for one in plain_texts]) if new else ()
        for text, written, doc in zip(new, plain_texts, docs, strict=True):
            self._analysed[text] = _run(doc, written)
        for document, found in self._waiting:
            if found is None:
                self._add(document, self._known.get(digest_of(document)) or {})
            else:
                runs = ((p.block, p.start, self._analysed[p.text]) for p in found)
                self._add(document, kept(runs))
        self._waiting = []
        while len(self._analysed) > _KEPT_PASSAGES:
            self._analysed.popitem(last=False)

    def _add(self, document: Document, content: Mapping[str, Any]) -> None:
        key = self._keys[document.id] = digest_of(document)
        if content.get("counted_by") == self._counted_by and _sound(content):
            words: Words = content["words"]
            self._new.copy(self._known.raw(key))
        else:
            tokens = running(content)
            words = words_of(tokens, document.text, self._corrections) if tokens else {}
            made_by = {"analysed_by": self._analysed_by, "counted_by": self._counted_by}
            parts = {name: content[name] for name in KEPT}
            self._new.write(key, {**made_by, "words": words, **parts})
        for lemma, forms in words.items():
            self._forms[lemma].update(forms)


def words_of(tokens: Running, text: str, corrections: Lemmas) -> Words:
    """The words of a document that are counted, sorted; a compound counts as one."""
    forms = [
        text[start:end]
        for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    ]
    said = [
        corrections.corrected(form, lemma, POS[pos])
        for form, lemma, pos in zip(forms, tokens.lemmas, tokens.pos.tolist(), strict=True)
    ]
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    taken: set[int] = set()
    lemmas = [lemma for lemma, _ in said]
    for first, length, term in corrections.compounds_in(lemmas, tokens.sentences.tolist()):
        taken.update(range(first, first + length))
        words[term][term] += 1
    for place, (form, (lemma, pos)) in enumerate(zip(forms, said, strict=True)):
        if place not in taken and corrections.counts(form, lemma, pos):
            words[lemma][form if lemma.isupper() else form.lower()] += 1
    return {lemma: dict(sorted(found.items())) for lemma, found in sorted(words.items())}


def _run(doc: Iterable[Any], written: PlainText) -> Run:
    return run_of(
        (
            written.place(token.idx),
            written.place(token.idx + len(token)),
            token.text.rstrip("s") if is_acronym(token.text.rstrip("s")) else _lemma(token.lemma_),
            token.pos_,
        )
        for token in doc
        if not token.is_space
    )


def _lemma(lemma: str) -> str:
    return " ".join(lemma.split())


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


def analysed_by() -> str:
    """A digest of what the tokens rest on besides the text: model, acronyms and program."""
    acronyms = sorted(bundled_lemmas().acronyms)
    digest = hashlib.sha256(f"{model_version()} {version('wordfreq')} {acronyms}".encode())
    for module in _ANALYSING:
        digest.update(Path(__file__).with_name(module).read_bytes())
    return digest.hexdigest()


def _counted_by() -> str:
    return lemmas_digest()


def _sound(known: Mapping[str, Any]) -> bool:
    words = known.get("words")
    return isinstance(words, dict) and all(isinstance(forms, dict) for forms in words.values())
