"""A corpus written into a folder, as another tool reads it."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.campaign import InputError
from nlp.words.corpus import Corpus
from nlp.words.exchange import iramuteq, matrix, tei, tidy, txm
from nlp.words.exchange.texts import File, Written, written_texts

FORMATS: Mapping[str, Callable[[Corpus, Sequence[Written]], Iterator[File]]] = {
    "iramuteq": iramuteq.files,
    "txm": txm.files,
    "tei": tei.files,
    "tidy": tidy.files,
    "matrix": matrix.files,
}


@dataclass(frozen=True)
class Exported:
    """The files that were written, in their order, and what they hold."""

    files: tuple[Path, ...]
    texts: int
    tokens: int


def export(corpus: Corpus, folder: Path, to: str) -> Exported:
    """Write a corpus into an empty or new folder; ``to`` is one of ``FORMATS``.

    Texts of which no word is in the corpus are left out. Raises InputError for an unknown format,
    a corpus without words, and a folder that holds anything or cannot be written: nothing is ever
    overwritten, and after a failure nothing is left.
    """
    if to not in FORMATS:
        raise InputError(f"format {to!r}: there are {', '.join(FORMATS)}")
    texts = written_texts(corpus)
    if not texts:
        raise InputError(f"{folder}: nothing was written, no text of the corpus holds a word")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(f"{folder}: is not empty; give a folder that is empty or new")
        names = _write(folder, FORMATS[to](corpus, texts))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error})") from error
    tokens = sum(one.last - one.first for one in texts)
    return Exported(tuple(folder / name for name in names), len(texts), tokens)


def _write(folder: Path, files: Iterator[File]) -> list[str]:
    """Write all files beside, then move them to their place: an export is whole or not there."""
    partial = folder / f".{os.getpid()}.part"
    partial.mkdir()
    names: list[str] = []
    try:
        for name, content in files:
            with (partial / name).open("xb") as file:
                file.writelines(content)
            names.append(name)
        for name in names:
            (partial / name).rename(folder / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return names
