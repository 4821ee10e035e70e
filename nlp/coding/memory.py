"""The kinds that a campaign's last analysis found, while nothing they rest on changes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from corpora import BUNDLED
from nlp.coding.references import Kind
from nlp.reading.documents import Document


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
        digest.update(repr(document).encode())
    return digest.hexdigest()
