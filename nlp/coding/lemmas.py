"""Lemmas as readers expect them: the model's known mistakes put right, compounds kept as one.

All of it is data: ``corpora/reference/lemmas.yml``, ``compounds.yml``, ``stopwords.txt`` and the
demonyms of ``countries.csv``, ``places.csv`` and the bundled sources. Nothing here imports spaCy.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from corpora import BUNDLED
from corpora.campaign import InputError
from corpora.schema import DataFile
from nlp.coding.commonness import mended
from nlp.coding.gazetteer import bundled_sources
from nlp.coding.plainwriting import plain

REFERENCE = BUNDLED / "reference"
_FILES = ("lemmas.yml", "compounds.yml", "stopwords.txt", "countries.csv", "places.csv")

COUNTED = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "ADV"})
"""The parts of speech whose words are counted: the open classes."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ACRONYM = re.compile(r"(?![IVXLC]+$)[A-ZÀ-ÖØ-Þ]{2,}[0-9]?")
_SHORTEST = 3

Said = tuple[str, str]
"""A lemma and its part of speech."""


@dataclass(frozen=True)
class Lemmas:
    """What is known better than by the model.

    ``said`` leads from a form in lower case, and a part of speech or an empty string for any, to
    what it is; ``acronyms`` are written in capitals; ``compounds`` lead from the lemma of a first
    word to the lemmas of all words and the term, longest first; ``stop`` are forms in lower case.
    """

    said: Mapping[tuple[str, str], Said]
    acronyms: frozenset[str]
    demonyms: Mapping[str, str]
    names: frozenset[str]
    compounds: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    stop: frozenset[str]
    _memory: dict[tuple[str, str, str], Said] = field(default_factory=dict, repr=False)

    def corrected(self, form: str, lemma: str, pos: str) -> Said:
        """Lemma and part of speech of a token as written, from what the model says of it.

        The lemma is in lower case, but for an acronym's.
        """
        key = form, lemma, pos
        found = self._memory.get(key)
        if found is None:
            found = self._memory[key] = self._corrected(form, lemma, pos)
        return found

    def _corrected(self, form: str, lemma: str, pos: str) -> Said:
        bare = plain(form).text
        lower = bare.lower()
        said = self.said.get((lower, pos)) or self.said.get((lower, ""))
        if said:
            return said
        if bare[:1].isupper() and bare.upper() in self.acronyms:
            return bare.upper(), "PROPN"
        if is_acronym(lemma):
            return lemma, "PROPN"
        if lower in self.demonyms and bare not in self.names:
            return self.demonyms[lower], pos if pos in ("ADJ", "NOUN") else "NOUN"
        if bare in self.names:
            return lower, pos
        return mended(lower, lemma.lower().replace("’", "'"), pos)

    def compounds_in(
        self, lemmas: Sequence[str], sentences: Sequence[int]
    ) -> Iterator[tuple[int, int, str]]:
        """The compounds in corrected lemmas: first place, number of words, term.

        None overlaps another or crosses a sentence's end; of two at one place, the longer.
        """
        free = 0
        for place, lemma in enumerate(lemmas):
            if lemma in self.compounds and place >= free:
                for words, term in self.compounds[lemma]:
                    after = place + len(words)
                    if (
                        tuple(lemmas[place:after]) == words
                        and sentences[after - 1] == sentences[place]
                    ):
                        yield place, len(words), term
                        free = after
                        break

    def counts(self, form: str, lemma: str, pos: str, stop: frozenset[str] | None = None) -> bool:
        """Whether a word is one that tells: of an open class, no stop word, not too short.

        ``stop`` replaces the stop list.
        """
        stop = self.stop if stop is None else stop
        if pos not in COUNTED or form.lower() in stop or lemma in stop:
            return False
        if lemma != lemma.lower():
            return True
        return len(form) >= _SHORTEST and bool(_WORD.fullmatch(lemma))


def is_acronym(word: str) -> bool:
    """Whether a word in plain writing is an acronym: in capitals, and no Roman number."""
    return bool(_ACRONYM.fullmatch(word))


@cache
def bundled_lemmas() -> Lemmas:
    """The corrections that come with the program; raises InputError where a file is bad."""
    return load_lemmas(REFERENCE)


def lemmas_digest() -> str:
    """A digest of all that corrections rest on."""
    digest = hashlib.sha256()
    for path in (REFERENCE / name for name in _FILES):
        digest.update(path.read_bytes())
    digest.update(repr(bundled_sources()).encode())
    digest.update(version("wordfreq").encode())
    for module in ("commonness.py", "lemmas.py", "plainwriting.py"):
        digest.update(Path(__file__).with_name(module).read_bytes())
    return digest.hexdigest()


def load_lemmas(folder: Path) -> Lemmas:
    """The corrections of a folder's files; raises InputError with file, line and reason."""
    data = DataFile(folder / "lemmas.yml", "lemmas")
    compounds = DataFile(folder / "compounds.yml", "compounds").content["compounds"]
    said: dict[tuple[str, str], Said] = {}
    for index, entry in enumerate(data.content["words"]):
        for form in entry["forms"]:
            key = form.lower(), entry.get("when", "")
            if key in said:
                raise data.error(["words", index, "forms"], f"{form!r} is given a lemma twice")
            said[key] = entry["lemma"], entry["pos"]
    for form, lemma in data.content["elisions"].items():
        said[form, ""] = lemma, _ELIDED.get(lemma, "SCONJ")
    heads: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for term, words in compounds.items():
        parts = tuple(words.split())
        heads.setdefault(parts[0], []).append((parts, term))
    places = _rows(folder / "places.csv")
    countries = _rows(folder / "countries.csv")
    sources = bundled_sources()
    return Lemmas(
        said=said,
        acronyms=frozenset(data.content["acronyms"]),
        demonyms=dict(
            _demonyms(
                [
                    *(row["demonyms"].split("|") for row in [*countries, *places]),
                    *(source.demonyms for source in sources),
                ]
            )
        ),
        names=frozenset(
            [row["name"] for row in [*countries, *places]]
            + [name for source in sources for name in (source.territory, *source.former)]
        ),
        compounds={
            head: tuple(sorted(found, key=lambda one: (-len(one[0]), one)))
            for head, found in heads.items()
        },
        stop=read_stop_words(folder / "stopwords.txt"),
    )


_ELIDED = {"le": "DET", "de": "ADP", "jusque": "ADP", "ne": "ADV"} | dict.fromkeys(
    ("je", "me", "te", "se", "ce"), "PRON"
)


def read_stop_words(path: Path) -> frozenset[str]:
    """The words of a stop list: one or several a line, in lower case, ``#`` begins a remark.

    Raises InputError where it cannot be read or holds no word.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError(f"{path}: the stop list cannot be read ({reason})") from error
    words = frozenset(word for line in lines for word in line.partition("#")[0].lower().split())
    if not words:
        raise InputError(f"{path}: the stop list holds no word: write one a line")
    return words


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _demonyms(lists: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Each form of a demonym, plurals too, with its masculine singular.

    A list may have several: a feminine begins as the masculine before it.
    """
    for forms in lists:
        masculine = ""
        for form in filter(None, forms):
            if not masculine or not form.startswith(masculine[:-2]):
                masculine = form
            yield form, masculine
            yield form if form[-1] in "sx" else f"{form}s", masculine
