"""Document × codebook → references: each code's patterns over each passage, then its cues."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from corpora.campaign import InputError
from nlp.coding.clauses import clause_around
from nlp.coding.codebook import Code, Codebook, Cue, Match, Pattern
from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labelling import Labeller
from nlp.coding.labels import Span
from nlp.coding.language import GrammarFinder, TokenFinder
from nlp.coding.learnt import Told, spillover_model
from nlp.coding.notation import Labelled, Notation
from nlp.coding.passages import Cuts, Passage, passages
from nlp.coding.references import Reference
from nlp.reading.documents import Document

# A reference scored under its code's threshold is shown "to check" down to this share of it.
_WORTH_CHECKING = 0.6


@dataclass(frozen=True)
class Finding:
    """What one code says of one passage, before it becomes a reference.

    ``start`` and ``end`` are the quote's place in the passage, ``matched`` how many characters of
    it the pattern took. Of findings with one ``key`` whose quotes overlap only the surest counts.
    """

    code: Code
    value: str
    tags: tuple[str, ...]
    rule: str
    score: float
    start: int
    end: int
    key: str
    matched: int

    @property
    def certain(self) -> bool:
        """Whether the score reaches the code's threshold."""
        return self.score >= self.code.threshold


@dataclass(frozen=True)
class _Text:
    """A passage as patterns see it."""

    text: str
    labelled: Labelled
    context: Labelled
    kind: str = ""

    @cached_property
    def learnt(self) -> Mapping[str, Told]:
        """What the learnt weights tell of the passage, by category."""
        return spillover_model().told(self.text, self.labelled, self.context.folded)


class _Place(NamedTuple):
    """Where in a passage something is said, how surely (0-1), and which rule says so."""

    start: int
    end: int
    score: float
    rule: str


_Finder = Notation | TokenFinder | GrammarFinder


class Coder:
    """Codes documents by one codebook. Raises InputError where a pattern cannot be compiled."""

    def __init__(self, codebook: Codebook, gazetteer: Gazetteer) -> None:
        self.codebook = codebook
        self._labeller = Labeller(codebook.lexicon, gazetteer)
        self._finders: Mapping[tuple[str, str], tuple[_Finder, ...]] = {
            (code.id, part.id): tuple(_compile(code, part, match) for match in part.match)
            for code in codebook.codes
            for part in _parts(code)
        }
        self._openers = {
            code.id: tuple(
                (pattern, self._labels_to_open(code, pattern)) for pattern in code.patterns
            )
            for code in codebook.codes
        }

    def references(
        self, document: Document, kind: str, cuts: Cuts | None = None
    ) -> Iterator[Reference]:
        """The references of a document of that kind, in the order of the text.

        ``cuts`` are where its sentences stand, if that is known.
        """
        codes = [code for code in self.codebook.codes if kind in code.kinds]
        if not codes:
            return
        year = document.date[:4]
        contexts: dict[str, Labelled] = {}
        for passage in passages(document, cuts):
            if passage.context not in contexts:
                contexts[passage.context] = self._labeller.labelled(
                    passage.context, document.authority, year
                )
            text = _Text(
                passage.text,
                self._labeller.labelled(passage.text, document.authority, year),
                contexts[passage.context],
                kind,
            )
            for code in codes:
                for finding in self._findings(code, text):
                    yield _reference(document, passage, finding)

    def findings(self, code: Code, text: str, context: str, authority: str) -> list[Finding]:
        """What a code says of one passage of an authority's page: for examples and for a person."""
        seen = _Text(
            text,
            self._labeller.labelled(text, authority),
            self._labeller.labelled(context, authority),
        )
        return self._findings(code, seen)

    def _labels_to_open(self, code: Code, pattern: Pattern) -> frozenset[str]:
        """Labels of which a passage that the pattern matches has at least one.

        Empty where it needs none.
        """
        finders = self._finders[code.id, pattern.id]
        needs = [f.needs[0] for f in finders if isinstance(f, Notation) and f.needs]
        return frozenset().union(*needs) if len(needs) == len(finders) else frozenset()

    def _findings(self, code: Code, text: _Text) -> list[Finding]:
        found: list[Finding] = []
        labels = text.labelled.labels
        for pattern, openers in self._openers[code.id]:
            if openers and openers.isdisjoint(labels):
                continue
            if text.kind and pattern.kinds and text.kind not in pattern.kinds:
                continue
            if not _in_context(pattern, text.context):
                continue
            for place in self._told(code, pattern, text):
                finding = self._finding(code, pattern, text, place)
                if finding.score < code.threshold * _WORTH_CHECKING:
                    continue
                found.append(finding)
        return _best(found)

    def _told(self, code: Code, pattern: Pattern, text: _Text) -> Iterator[_Place]:
        """Where a pattern finds its code, how surely, and by which rule."""
        places = self._places(code, pattern, text)
        if not pattern.learnt:
            yield from (_Place(start, end, pattern.score, pattern.id) for start, end in places)
        elif any(True for _ in places) and (told := text.learnt.get(pattern.learnt)):
            rule = f"{pattern.id}({', '.join(told.words)})"
            yield _Place(told.start, told.end, min(told.probability, pattern.score), rule)

    def _places(self, code: Code, part: Pattern | Cue, text: _Text) -> Iterator[tuple[int, int]]:
        labels = text.labelled.labels
        for finder in self._finders[code.id, part.id]:
            if isinstance(finder, Notation):
                # Asked here and not of each finder, since nearly all say no: a quarter of the time.
                for need in finder.needs:
                    if need.isdisjoint(labels):
                        break
                else:
                    yield from finder.find(text.labelled)
            else:
                yield from finder.find(text.text)

    def _finding(self, code: Code, pattern: Pattern, text: _Text, place: _Place) -> Finding:
        start, end, score, rule = place
        value = _value(pattern.value, text.labelled.spans, start, end)
        matched = end - start
        for cue in code.cues:
            if _in_context(cue, text.context) and (
                not cue.match
                or any(
                    cue.near is None or _apart(text, place, (start, end)) <= cue.near
                    for place in self._places(code, cue, text)
                )
            ):
                value, score, rule = cue.value or value, score + cue.by, f"{rule}+{cue.id}"
        if code.quote == "clause":
            start, end = clause_around(text.text, start, end)
        else:
            start, end = 0, len(text.text)
        tags = self._tags(code, text, start, end)
        if not tags and code.untagged:
            tags = (code.untagged,)
        score = round(min(1.0, max(0.0, score)), 3)
        key = value if pattern.value.startswith("@") else ""
        return Finding(code, value, tags, rule, score, start, end, key, matched)

    def _tags(self, code: Code, text: _Text, start: int, end: int) -> tuple[str, ...]:
        """What the words of the quote ``text[start:end]`` qualify a finding as."""
        lost = [
            place
            for cue in code.cues
            if cue.untag and _in_context(cue, text.context)
            for place in self._places(code, cue, text)
        ]
        said = {
            s.label
            for s in text.labelled.spans
            if start <= s.start < end and not any(a <= s.start < b for a, b in lost)
        }
        return tuple(tag for tag, labels in (code.tags or {}).items() if said & set(labels))


def _best(found: Sequence[Finding]) -> list[Finding]:
    """The surest of findings that exclude one another, in the order in which they were found.

    Of those as sure, the one whose words stand closest: of "les projets, qui devront …, peuvent
    comporter un volet" it is "peuvent" that says how the strand is meant. Of a force (required,
    preferred) a passage has one, of a measure each value, and a code that quotes clauses has one a
    clause.
    """
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda one: (-one.score, one.end - one.start, one.matched)):
        rivals = (one for one in kept if one.key == finding.key)
        if not any(one.start < finding.end and finding.start < one.end for one in rivals):
            kept.append(finding)
    return sorted(kept, key=found.index)


def _parts(code: Code) -> tuple[Pattern | Cue, ...]:
    return *code.patterns, *code.cues


def _compile(code: Code, part: Pattern | Cue, match: Match) -> _Finder:
    try:
        if isinstance(match, str):
            return Notation(match)
        if isinstance(match, dict):
            return GrammarFinder(match["dependency"])
        return TokenFinder(match)
    except Exception as error:  # spaCy raises several kinds of its own for a bad pattern
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{part.place}: {code.id}: pattern {part.id}: {reason}") from error


def _in_context(part: Pattern | Cue, context: Labelled) -> bool:
    if part.where and not context.labels & set(part.where):
        return False
    return not (isinstance(part, Pattern) and context.labels & set(part.not_where))


def _apart(text: _Text, one: tuple[int, int], other: tuple[int, int]) -> int:
    """0 where two spans overlap, else 1 more than the words between them."""
    first, second = sorted((one, other))
    if second[0] < first[1]:
        return 0
    return 1 + len(re.findall(r"\w+", text.text[first[1] : second[0]]))


def _value(value: str, spans: Sequence[Span], start: int, end: int) -> str:
    """A fixed value, or with ``@label`` the reading of the first such span in the match.

    ``.last``: of the last; ``.all``: of all in the passage, joined by ``|``.
    """
    if not value.startswith("@"):
        return value
    label, _, which = value[1:].partition(".")
    if which == "all":
        return "|".join(dict.fromkeys(span.value for span in spans if span.label == label))
    readings = [s.value for s in spans if s.label == label and start <= s.start and s.end <= end]
    return (readings[-1] if which == "last" else readings[0]) if readings else ""


def _reference(document: Document, passage: Passage, finding: Finding) -> Reference:
    start = passage.start + finding.start
    parts = (document.id, finding.code.id, str(start), finding.value)
    return Reference(
        id=hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12],
        document_id=document.id,
        authority=document.authority,
        code=finding.code.id,
        value=finding.value,
        start=start,
        end=passage.start + finding.end,
        quote=passage.text[finding.start : finding.end],
        block=passage.block,
        page=passage.page,
        rule=finding.rule,
        score=finding.score,
        certain=finding.certain,
        tags=finding.tags,
    )
