"""What a campaign's last analysis found, while nothing it rests on changes: kinds, references."""

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from corpora import BUNDLED
from crawler.sources import Source
from nlp.coding.codebook import Code, Codebook
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labelling import LEVEL_WORDS
from nlp.coding.language import model_version
from nlp.coding.learnt import spillover_model
from nlp.coding.matching import Coder
from nlp.coding.passages import Cuts, cut
from nlp.coding.references import Kind, Reference
from nlp.lines import Lines, LinesWriter
from nlp.reading.documents import Document
from nlp.reading.shelf import digest_of


def kinds_of(documents: Sequence[Document], memory: Path) -> Mapping[str, Kind]:
    """The kind of each document by id.

    They are kept in the file ``memory``, so that a changed codebook need not wait for the model to
    learn and judge anew what it would judge alike.
    """
    digest = _digest(documents)
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        if kept["digest"] == digest:
            return {id_: Kind(**kind) for id_, kind in kept["kinds"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none kept, or not by this program: found out anew
    # scikit-learn takes seconds to load, and so does the model to learn.
    from nlp.coding.kinds import classify_all, default_model

    kinds = classify_all(documents, default_model())
    content = {"digest": digest, "kinds": {id_: asdict(kind) for id_, kind in kinds.items()}}
    partial = memory.with_suffix(".part")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(memory)
    return kinds


def _digest(documents: Sequence[Document]) -> str:
    """Of all that kinds rest on: the documents, what the model learns from, and how it learns."""
    digest = hashlib.sha256((BUNDLED / "gold" / "kinds.jsonl").read_bytes())
    digest.update(version("scikit-learn").encode())
    for module in ("kinds.py", "features.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    for document in documents:
        digest.update(digest_of(document).encode())
    return digest.hexdigest()


class RememberingCoder:
    """Codes documents as ``Coder`` does, but each only by the codes that the last analysis had not.

    A code is run again where its entry, a word list it names, a source, the program or the document
    changed. Where sentences end is remembered too: finding that out takes longer than a code.
    """

    def __init__(self, codebook: Codebook, sources: Sequence[Source], memory: Path) -> None:
        """``memory`` is the file of what the last analysis found, replaced when this one ends."""
        self._codebook, self._gazetteer = codebook, Gazetteer(sources)
        ground = _ground(sources)
        self._digests = {
            code.id: _sha(ground, repr(_told_by(code)), repr(_lists(codebook, [code])))
            for code in codebook.codes
        }
        self._cut_by = _sha(Path(__file__).with_name("passages.py").read_bytes(), version("pysbd"))
        self._coders: dict[tuple[str, ...], Coder] = {}
        self._known, self._new = Lines(memory), LinesWriter(memory)

    def __enter__(self) -> "RememberingCoder":
        self._new.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._new.__exit__(*raised)

    def code(self, document: Document, kind: str) -> tuple[list[Reference], Cuts]:
        """A document's references by the codes for its kind, in order; where its sentences end."""
        key = digest_of(document)
        known = self._known.get(key) or {}
        known_cuts = _cuts(known) if known.get("cut_by") == self._cut_by else None
        cuts = cut(document) if known_cuts is None else known_cuts
        known_references = _references(known)
        remembered = known_references or {}
        codes = [code.id for code in self._codebook.codes if kind in code.kinds]
        digests = [self._digests[code] for code in codes]
        found = {code: remembered.get(self._digests[code]) for code in codes}
        if missing := tuple(code for code in codes if found[code] is None):
            anew: dict[str, list[Reference]] = {code: [] for code in missing}
            for reference in self._coder(missing).references(document, kind, cuts):
                anew[reference.code].append(reference)
            found |= anew
        told = {code: references or [] for code, references in found.items()}
        if None not in (known_cuts, known_references) and list(remembered) == digests:
            self._new.copy(self._known.raw(key))
        else:
            self._new.write(
                key,
                {
                    "cut_by": self._cut_by,
                    "cuts": [[index, *spans] for index, spans in cuts.items()],
                    "references": {self._digests[c]: list(map(vars, told[c])) for c in codes},
                },
            )
        return sorted(chain.from_iterable(told.values()), key=lambda one: one.start), cuts

    def _coder(self, codes: tuple[str, ...]) -> Coder:
        """A coder for some of the codes, that labels only what they look at."""
        if codes not in self._coders:
            self._coders[codes] = Coder(part_of(self._codebook, codes), self._gazetteer)
        return self._coders[codes]


def part_of(codebook: Codebook, codes: Container[str]) -> Codebook:
    """The codebook of some of its codes, by id, with the word lists that they look at."""
    chosen = tuple(code for code in codebook.codes if code.id in codes)
    return replace(codebook, codes=chosen, lexicon=_lists(codebook, chosen))


def examples_digests(codebook: Codebook) -> dict[str, str]:
    """For each code, by id, a digest of all that decides whether it keeps its examples."""
    ground = _ground(())
    return {
        code.id: _sha(
            ground,
            repr(_told_by(code)),
            repr([replace(one, place="") for one in (*code.examples, *code.counter_examples)]),
            repr(_lists(codebook, [code])),
        )
        for code in codebook.codes
    }


def _ground(sources: Sequence[Source]) -> str:
    """A digest of what every code rests on: program, model, data, the campaign's sources."""
    return _sha(_program(), model_version(), repr(tuple(sources)))


@cache
def _program() -> str:
    folders = (BUNDLED / "reference", BUNDLED / "gold", BUNDLED / "sources")
    data = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    program = sorted(Path(__file__).parent.glob("*.py"))
    return _sha(*(path.read_bytes() for path in (*program, *data)))


def _told_by(code: Code) -> Code:
    """A code without what changes no reference: names, examples, the lines it stands on."""
    patterns = tuple(replace(pattern, place="") for pattern in code.patterns)
    cues = tuple(replace(cue, place="") for cue in code.cues)
    bare: dict[str, Any] = {"label": {}, "definition": {}, "examples": (), "counter_examples": ()}
    return replace(code, patterns=patterns, cues=cues, **bare)


def _lists(codebook: Codebook, codes: Iterable[Code]) -> dict[str, tuple[str, ...]]:
    """The word lists that codes may look at: any whose name stands somewhere in their entries.

    Those that the program itself names are among them, and of a learnt code those that the weights
    know.
    """
    codes = tuple(codes)
    words = set(re.findall(r"\w+", repr([_told_by(code) for code in codes]))) | LEVEL_WORDS.keys()
    if any(pattern.learnt for code in codes for pattern in code.patterns):
        words |= spillover_model().labels
    return {name: terms for name, terms in codebook.lexicon.items() if name in words}


def _references(known: Mapping[str, Any]) -> dict[str, list[Reference]] | None:
    try:
        return {
            digest: [Reference(**{**one, "tags": tuple(one["tags"])}) for one in references]
            for digest, references in known["references"].items()
        }
    except (KeyError, TypeError, AttributeError):
        return None  # not written by this program: found anew


def _cuts(known: Mapping[str, Any]) -> Cuts | None:
    try:
        return {
            index: tuple((start, end) for start, end in spans) for index, *spans in known["cuts"]
        }
    except (KeyError, TypeError, ValueError):
        return None


def _sha(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()
