"""The directions in which data and imports flow, read from the source and checked by importing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpora", "crawler", "nlp")
MOST_LINES = 300

WITHOUT_SPACY = (
    "nlp.comparing",
    "nlp.counting",
    "nlp.evaluating",
    "nlp.exporting",
    "nlp.reporting",
    "nlp.words.maps",
    "nlp.words.statistics",
)
"""What counts and writes: it must run on a machine where no model is installed."""

READS_THE_ARCHIVE = {
    "crawler.archive.capture",
    "crawler.archive.captures",
    "crawler.manners.rules",
    "crawler.sources",
}
"""All that ``nlp`` may know of the crawler; its verifying asks the archive's own as well."""


def _sources() -> dict[str, Path]:
    """The program's modules by dotted name."""
    files = [
        ROOT / "aect.py",
        *(file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))),
    ]
    return {_name(file): file for file in files}


def _name(file: Path) -> str:
    steps = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(steps[:-1] if steps[-1] == "__init__" else steps)


MODULES = _sources()


@cache
def _imports(module: str) -> frozenset[str]:
    """What a module imports, wherever in it: dotted names, modules where a name is one."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    return frozenset(name for node in ast.walk(tree) for name in _imported(node))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "absolute imports alone: they can be searched for"
        assert node.module is not None
        for alias in node.names:
            deeper = f"{node.module}.{alias.name}"
            yield deeper if deeper in MODULES else node.module


def _within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _reached(module: str) -> set[str]:
    """All that importing a module imports: its packages, and what these import in their turn."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        if name in MODULES:
            waiting += _imports(name)
            waiting += [package for package in [name.rpartition(".")[0]] if package]
    return reached


def _using(packages: tuple[str, ...], within: tuple[str, ...]) -> dict[str, set[str]]:
    """Modules inside ``within`` that import any of ``packages``, and what of them."""
    found = {
        module: {name for name in _imports(module) if _within(name, *packages)}
        for module in MODULES
        if _within(module, *within)
    }
    return {module: names for module, names in found.items() if names}


def test_the_walk_sees_the_code() -> None:
    # guards the tests below against an empty list that would satisfy them all
    assert {
        "aect",
        "crawler.archive.capture",
        "nlp.coding.language",
        "corpora.sample.edition",
    } <= set(MODULES)
    assert "crawler.archive.capture" in _imports("nlp.reading.documents")
    assert "spacy" in _reached("nlp.coding.matching")


def test_the_crawler_knows_nothing_of_what_is_done_with_its_archive() -> None:
    assert _using(("nlp", "aect"), ("crawler",)) == {}


def test_analysis_reads_the_archive_and_the_sources_and_nothing_else_of_the_crawler() -> None:
    used = _using(("crawler",), ("nlp",))
    beyond = {module: names - READS_THE_ARCHIVE for module, names in used.items()}
    assert {module: names for module, names in beyond.items() if names} == {
        "nlp.verifying": {"crawler.archive.verifying"}
    }


def test_data_depends_on_no_stage() -> None:
    assert _using(("crawler", "nlp", "aect"), ("corpora",)) == {}


def test_nothing_imports_the_front_door() -> None:
    assert _using(("aect",), PACKAGES) == {}


def test_the_sample_is_unknown_to_what_crawls_and_codes_it() -> None:
    assert set(_using(("corpora.sample",), ("crawler", "nlp"))) == {"nlp.evaluating.gold"}
    truth = _using(("corpora.sample.truth",), (*PACKAGES, "aect"))
    assert set(truth) == {"nlp.evaluating.gold"}


def test_one_module_loads_spacy() -> None:
    assert set(_using(("spacy",), ("aect", *PACKAGES))) == {"nlp.coding.language"}


@pytest.mark.parametrize("package", WITHOUT_SPACY)
def test_tables_pages_and_scores_are_made_without_spacy(package: str) -> None:
    modules = [module for module in MODULES if _within(module, package)]
    assert modules
    for module in modules:
        reached = _reached(module)
        assert not [name for name in reached if _within(name, "spacy")], module
        assert "nlp.coding.language" not in reached, module


def test_importing_what_writes_leaves_spacy_and_scrapy_out() -> None:
    modules = (
        "nlp.counting.tables",
        "nlp.counting.stores",
        "nlp.reporting.report",
        "nlp.reporting.pictures.clouds",
        "nlp.evaluating.evaluation",
    )
    asked = f"import sys, {', '.join(modules)}; print({{'spacy', 'scrapy'}} & sys.modules.keys())"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"


def test_every_module_can_be_read_in_one_go() -> None:
    lines = {m: file.read_text(encoding="utf-8").count("\n") for m, file in MODULES.items()}
    assert {module: count for module, count in lines.items() if count > MOST_LINES} == {}


def test_modules_are_named_for_what_they_do() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "tools"}
    assert {module for module in MODULES if vague & set(module.split("."))} == set()
