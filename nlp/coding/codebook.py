"""The codebook: what is looked for, declared as data. Nothing here imports spaCy."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import BUNDLED
from corpora.campaign import InputError
from corpora.schema import DataFile
from nlp.coding.labels import Lexicon
from nlp.coding.notation import Notation

BUNDLED_CODEBOOK = BUNDLED / "codebooks"

# Labels that are found by the gazetteer and the measures, not by a word list.
PLACE_LABELS = frozenset({"own", "own_demonym", "own_council", "other_place", "country", "foreign"})
MEASURE_LABELS = frozenset(
    {"percent", "money", "money_range", "duration", "duration_range", "date"}
)

Match = str | list[dict[str, Any]] | dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Pattern:
    """One way a code is said.

    Any of ``match`` finds it, in a passage whose context (headings, field label, lead-in) carries
    one of the labels ``where`` and none of ``not_where``. ``place`` is its file and line.
    """

    id: str
    match: tuple[Match, ...]
    value: str = ""
    score: float = 1.0
    where: tuple[str, ...] = ()
    not_where: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Cue:
    """Words that change a finding in the same passage: its value (force), or its score (by).

    With ``near: 0`` they must overlap what the pattern matched, with ``near: n`` fewer than ``n``
    words may stand between.
    """

    id: str
    match: tuple[Match, ...] = ()
    where: tuple[str, ...] = ()
    near: int | None = None
    value: str = ""
    by: float = 0.0
    place: str = ""


@dataclass(frozen=True)
class Example:
    """A passage that the code must (or must not) find; examples are run as tests."""

    text: str
    context: str = ""
    value: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """One thing that is looked for.

    ``unit`` is what it decides (call or authority); ``kinds`` are the kinds of document it is
    looked for in; below ``threshold`` a reference is to check; ``tags`` name the word lists that
    qualify a finding (head_office: [seat]); ``untagged`` is the tag where none applies. What is
    quoted is the whole ``passage`` (a sentence, an item), or of it the ``clause`` that says it.
    """

    id: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    unit: str
    kinds: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...]
    threshold: float = 0.5
    cues: tuple[Cue, ...] = ()
    tags: Mapping[str, tuple[str, ...]] | None = None
    untagged: str = ""
    quote: str = "passage"


@dataclass(frozen=True)
class Family:
    """A lexical family: terms that belong to it and terms that only look so, as in word lists."""

    id: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    patterns: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """All codes and families of a folder; ``version`` is a digest of its files."""

    version: str
    lexicon: Mapping[str, tuple[str, ...]]
    codes: tuple[Code, ...]
    families: tuple[Family, ...]

    def code(self, code_id: str) -> Code:
        """The code of that id."""
        return next(code for code in self.codes if code.id == code_id)


def load_codebook(folder: Path = BUNDLED_CODEBOOK) -> Codebook:
    """Read every ``*.yml`` of a folder as one codebook.

    Raises InputError with file, line and reason.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise InputError(f"{folder}: holds no codebook file (*.yml)")
    files = [DataFile(path, "codebook") for path in paths]
    lexicon = _lexicon(files)
    codes: dict[str, Code] = {}
    families: dict[str, Family] = {}
    for file in files:
        for index, entry in enumerate(file.content.get("families", [])):
            if entry["id"] in families:
                raise file.error(["families", index, "id"], f"{entry['id']!r} is declared twice")
            families[entry["id"]] = Family(**_frozen(entry))
        for index, entry in enumerate(file.content.get("codes", [])):
            if entry["id"] in codes:
                raise file.error(["codes", index, "id"], f"{entry['id']!r} is declared twice")
            codes[entry["id"]] = _code(file, index, entry)
    known = lexicon.keys() | PLACE_LABELS | MEASURE_LABELS
    for file in files:
        for index, entry in enumerate(file.content.get("codes", [])):
            _check_labels(file, index, entry, known)
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
    return Codebook(digest[:12], lexicon, tuple(codes.values()), tuple(families.values()))


def _lexicon(files: Iterable[DataFile]) -> dict[str, tuple[str, ...]]:
    lexicon: dict[str, tuple[str, ...]] = {}
    for file in files:
        for name, terms in file.content.get("lexicon", {}).items():
            if name in lexicon or name in PLACE_LABELS | MEASURE_LABELS:
                raise file.error(["lexicon", name], "this name is taken")
            try:
                Lexicon({name: terms})
            except re.error as error:
                raise file.error(["lexicon", name], f"not a term: {error}") from error
            lexicon[name] = tuple(terms)
    return lexicon


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _code(file: DataFile, index: int, entry: Mapping[str, Any]) -> Code:
    fields = _frozen(entry)

    def places(part: str) -> Iterator[tuple[dict[str, Any], str]]:
        for position, item in enumerate(entry.get(part, [])):
            path: list[str | int] = ["codes", index, part, position]
            if sum(other["id"] == item["id"] for other in entry[part]) > 1:
                raise file.error(path, f"{item['id']!r} is declared twice")
            yield _frozen(item), f"{file.path}:{file.line(path)}"

    fields["patterns"] = tuple(Pattern(**item, place=place) for item, place in places("patterns"))
    fields["cues"] = tuple(Cue(**item, place=place) for item, place in places("cues"))
    for key in ("examples", "counter_examples"):
        fields[key] = tuple(Example(**_frozen(item)) for item in entry[key])
    fields["tags"] = {tag: tuple(names) for tag, names in entry.get("tags", {}).items()}
    return Code(**fields)


def _check_labels(file: DataFile, index: int, entry: Mapping[str, Any], known: set[str]) -> None:
    for part in ("patterns", "cues"):
        for place, item in enumerate(entry.get(part, [])):
            named = set(item.get("where", [])) | set(item.get("not_where", []))
            for match in item.get("match", []):
                if isinstance(match, str):
                    try:
                        Notation(match)
                    except ValueError as error:
                        raise file.error(["codes", index, part, place], str(error)) from error
                    named.update(
                        *(group.split("|") for group in re.findall(r"[<!]([\w|]+)", match))
                    )
            if unknown := sorted(named - known):
                raise file.error(
                    ["codes", index, part, place], f"no word list is called {', '.join(unknown)}"
                )
    for tag, names in entry.get("tags", {}).items():
        if unknown := sorted(set(names) - known):
            raise file.error(
                ["codes", index, "tags", tag], f"no word list is called {', '.join(unknown)}"
            )
