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
from nlp.coding.notation import Notation
from nlp.coding.nothing import Nothing

BUNDLED_CODEBOOK = BUNDLED / "codebooks"

# Labels that are found by the gazetteer and the measures, not by a word list.
PLACE_LABELS = frozenset(
    {"own", "own_demonym", "own_council", "home_word", "other_place", "country", "foreign"}
)
MEASURE_LABELS = frozenset(
    {
        "percent",
        "money",
        "money_range",
        "duration",
        "duration_range",
        "age",
        "date",
        "day_of_year",
        "period_start",
        "period_end",
    }
)

Match = str | list[dict[str, Any]] | dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Pattern:
    """One way a code is said.

    Any of ``match`` finds it, in a passage whose context (headings, field label, lead-in) carries
    one of the labels ``where`` and none of ``not_where``. With ``learnt``, a category of
    spillovers, the score is the learnt probability, ``score`` at the most; with ``kinds`` it is
    tried on those kinds of page alone. ``place`` is its file and line.
    """

    id: str
    match: tuple[Match, ...]
    value: str = ""
    score: float = 1.0
    learnt: str = ""
    kinds: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    not_where: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Cue:
    """Words that change a finding in the same passage: its value (force), or its score (by).

    With ``near: 0`` they must overlap what the pattern matched, with ``near: n`` fewer than ``n``
    words may stand between. With ``untag`` the words that they take up qualify no finding of the
    passage ("associations dont le siège est dans une commune" are no authority).
    """

    id: str
    match: tuple[Match, ...] = ()
    where: tuple[str, ...] = ()
    near: int | None = None
    value: str = ""
    by: float = 0.0
    untag: bool = False
    place: str = ""


@dataclass(frozen=True)
class Example:
    """A passage that the code must (or must not) find; ``place`` is its file and line.

    ``nlp.coding.examples`` holds a codebook to its examples before it is used.
    """

    text: str
    context: str = ""
    value: str = ""
    tags: tuple[str, ...] = ()
    place: str = ""


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
    codes, families = [*_entries(files, "codes")], [*_entries(files, "families")]
    nothing = Nothing(lexicon)
    known = lexicon.keys() | PLACE_LABELS | MEASURE_LABELS
    _refuse_broad_terms(files, families, nothing)
    for file, index, entry in codes:
        _check_parts(file, index, entry, known, nothing)
        _check_examples(file, index, entry)
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
    return Codebook(
        digest[:12],
        lexicon,
        tuple(_code(file, index, entry) for file, index, entry in codes),
        tuple(Family(**_frozen(entry)) for _, _, entry in families),
    )


def _entries(
    files: Iterable[DataFile], section: str
) -> Iterator[tuple[DataFile, int, dict[str, Any]]]:
    """The codes or families of all files with their file and index; an id is claimed once."""
    first: dict[str, str] = {}
    for file in files:
        for index, entry in enumerate(file.content.get(section, [])):
            path: list[str | int] = [section, index, "id"]
            if taken := first.get(entry["id"]):
                raise file.error(path, f"{entry['id']!r} is declared twice, first in {taken}")
            first[entry["id"]] = f"{file.path}:{file.line(path)}"
            yield file, index, entry


def _lexicon(files: Iterable[DataFile]) -> dict[str, tuple[str, ...]]:
    lexicon: dict[str, tuple[str, ...]] = {}
    first: dict[str, str] = {}
    for file in files:
        for name, terms in file.content.get("lexicon", {}).items():
            path: list[str | int] = ["lexicon", name]
            if name in PLACE_LABELS | MEASURE_LABELS:
                raise file.error(path, "this name is taken by a place or a measure")
            if taken := first.get(name):
                raise file.error(path, f"this name is taken: declared first in {taken}")
            first[name] = f"{file.path}:{file.line(path)}"
            lexicon[name] = tuple(terms)
    return lexicon


def _refuse_broad_terms(
    files: Iterable[DataFile],
    families: Iterable[tuple[DataFile, int, Mapping[str, Any]]],
    nothing: Nothing,
) -> None:
    for file in files:
        for name, terms in file.content.get("lexicon", {}).items():
            if term := nothing.broad_term(name):
                raise file.error(["lexicon", name, terms.index(term)], _broad(term))
    for file, index, entry in families:
        lists = {part: entry[part] for part in ("patterns", "exclude") if part in entry}
        of_family = Nothing(lists)
        for part, terms in lists.items():
            if term := of_family.broad_term(part):
                raise file.error(["families", index, part, terms.index(term)], _broad(term))


def _broad(term: str) -> str:
    return f"the term {term!r} matches everything: give at least the beginning of a word"


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _code(file: DataFile, index: int, entry: Mapping[str, Any]) -> Code:
    fields = _frozen(entry)

    def placed(part: str) -> Iterator[dict[str, Any]]:
        for position, item in enumerate(entry.get(part, [])):
            path: list[str | int] = ["codes", index, part, position]
            if "id" in item and sum(other["id"] == item["id"] for other in entry[part]) > 1:
                raise file.error(path, f"{item['id']!r} is declared twice")
            yield _frozen(item) | {"place": f"{file.path}:{file.line(path)}"}

    fields["patterns"] = tuple(Pattern(**item) for item in placed("patterns"))
    fields["cues"] = tuple(Cue(**item) for item in placed("cues"))
    for key in ("examples", "counter_examples"):
        fields[key] = tuple(Example(**item) for item in placed(key))
    fields["tags"] = {tag: tuple(names) for tag, names in entry.get("tags", {}).items()}
    return Code(**fields)


def _check_parts(
    file: DataFile, index: int, entry: Mapping[str, Any], known: set[str], nothing: Nothing
) -> None:
    for part in ("patterns", "cues"):
        for place, item in enumerate(entry.get(part, [])):
            path: list[str | int] = ["codes", index, part, place]
            named = set(item.get("where", [])) | set(item.get("not_where", []))
            for match in item.get("match", []):
                if isinstance(match, str):
                    try:
                        notation = Notation(match)
                    except ValueError as error:
                        raise file.error(path, str(error)) from error
                    if nothing.found_by(notation):
                        raise file.error(path, f"{match!r} matches everything")
                    named.update(
                        *(group.split("|") for group in re.findall(r"[<!]([\w|]+)", match))
                    )
            if unknown := sorted(named - known):
                raise file.error(path, f"no word list is called {', '.join(unknown)}")
    for tag, names in entry.get("tags", {}).items():
        if unknown := sorted(set(names) - known):
            raise file.error(
                ["codes", index, "tags", tag], f"no word list is called {', '.join(unknown)}"
            )


def _check_examples(file: DataFile, index: int, entry: Mapping[str, Any]) -> None:
    """Refuse an example whose value or tags no pattern, cue or word list of the code can give."""
    parts = [*entry["patterns"], *entry.get("cues", [])]
    values = {part["value"] for part in parts if part.get("value")}
    reads = any(value.startswith("@") for value in values)
    tags = {*entry.get("tags", {}), *([entry["untagged"]] if "untagged" in entry else [])}
    for key in ("examples", "counter_examples"):
        for place, item in enumerate(entry[key]):
            path: list[str | int] = ["codes", index, key, place]
            value = item.get("value", "")
            if value and not reads and value not in values:
                raise file.error(path, _cannot(f"value {value!r}", values))
            for tag in item.get("tags", []):
                if tag not in tags:
                    raise file.error(path, _cannot(f"tag {tag!r}", tags))


def _cannot(what: str, those: Iterable[str]) -> str:
    return f"the code cannot give the {what} (it gives {', '.join(sorted(those)) or 'none'})"
