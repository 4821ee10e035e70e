"""A codebook is held to its own examples before anything is coded with it."""

from collections.abc import Iterable, Sequence
from textwrap import shorten

from corpora import BUNDLED
from corpora.campaign import InputError
from crawler.sources import load_sources
from nlp.coding.codebook import Code, Codebook, Cue, Example, Pattern
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.language import GrammarFinder, TokenFinder
from nlp.coding.matching import Coder, Finding
from nlp.coding.nothing import finds_everything

# The invented council in whose name the examples are read.
_AUTHORITY = BUNDLED / "reference" / "example-authority.yml"


def check_examples(codebook: Codebook) -> None:
    """Raise InputError at the first example that a code does not keep.

    Also where a pattern cannot be compiled or is one of spaCy's that matches everything. The
    message names file, line, what was expected and what came out. spaCy is loaded where a pattern
    is one of its own, or learnt.
    """
    sources = load_sources(_AUTHORITY).sources
    coder = Coder(codebook, Gazetteer(sources))
    for code in codebook.codes:
        parts: tuple[Pattern | Cue, ...] = (*code.patterns, *code.cues)
        for part in parts:
            _refuse_everything(code, part)
        for sort, examples in (
            ("example", code.examples),
            ("counter-example", code.counter_examples),
        ):
            for example in examples:
                found = coder.findings(code, example.text, example.context, sources[0].name)
                wanted = sort == "example"
                if kept(example, found) != wanted:
                    raise InputError(
                        f"{example.place}: {code.id}: {sort} {shorten(example.text, 80)!r}: "
                        f"expected {_expected(example, wanted)}, found {_told(found)}"
                    )


def kept(example: Example, findings: Iterable[Finding]) -> bool:
    """Whether a certain finding says what an example does: its value and tags where given."""
    return any(
        finding.certain
        and (not example.value or finding.value == example.value)
        and set(example.tags) <= set(finding.tags)
        for finding in findings
    )


def _refuse_everything(code: Code, part: Pattern | Cue) -> None:
    if part.where:  # "anything under this heading" is an honest pattern
        return
    for match in part.match:
        if isinstance(match, str):
            continue
        finder = (
            GrammarFinder(match["dependency"]) if isinstance(match, dict) else TokenFinder(match)
        )
        if finds_everything(finder.find):
            raise InputError(f"{part.place}: {code.id}: {part.id}: {match} matches everything")


def _expected(example: Example, wanted: bool) -> str:
    said = example.value or "a passage"
    if example.tags:
        said += f" tagged {', '.join(example.tags)}"
    return said if wanted else f"no {example.value or 'passage'}"


def _told(findings: Sequence[Finding]) -> str:
    return "; ".join(map(_finding, findings)) or "nothing"


def _finding(finding: Finding) -> str:
    qualified = f" tagged {', '.join(finding.tags)}" if finding.tags else ""
    doubt = "" if finding.certain else f", under the threshold {finding.code.threshold:g}"
    return (
        f"{finding.value or 'a passage'}{qualified} "
        f"(rule {finding.rule}, score {finding.score:g}{doubt})"
    )
