"""The campaign's word clouds: its commonest words, and those characteristic of a part of it."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from nlp.coding.references import Coding
from nlp.counting.characteristic import vocabulary_digest
from nlp.counting.kept import Kept, sha
from nlp.reading.shelf import digest_of
from nlp.reporting.pages.front import Picture
from nlp.reporting.pictures.cloudlegend import Source, described, plate
from nlp.reporting.pictures.cloudwords import Cloud, CloudWord, cloud_from, cloud_of, commonest
from nlp.reporting.pictures.drawing import Drawing, publish
from nlp.reporting.pictures.plates import Plate
from nlp.reporting.wording import Wording
from nlp.words.statistics.specificity import specificities

LEAST_SPECIFICITY = 1.3
"""Below one chance in twenty a word is no more than banal in its part."""

_CALLS, _PAGES = "call", "international_page"
_SPILLOVERS = "spillover."
_WORD = re.compile(r"[^\W\d_]{3,}")


def draw_clouds(
    coding: Coding, campaign: str, outputs: Path, lang: str = "fr", *, twin: bool = False
) -> tuple[Picture, ...]:
    """Draw the campaign's word clouds as PNG and SVG in ``outputs/figures``, with their tables.

    ``cloud-frequency``: the words of the international pages by frequency;
    ``cloud-specificity-spillovers``: those characteristic of the passages coded as spillovers,
    against the rest of calls and international pages; ``cloud-comparison-calls-pages``: calls and
    international pages against each other; both by Lafon's specificity. A cloud without a word is
    not drawn. ``twin`` is as in ``publish``. Raises InputError where a file cannot be written.
    """
    kept = Kept(outputs, "clouds")
    rows = kept.value("clouds", _rests_on(coding), lambda: list(_clouds(coding).items()))
    wording = Wording(lang)
    source = _source(coding, campaign)
    drawings = {}
    for name, row in rows:
        cloud = cloud_from(row)
        if cloud.drawn:
            parts = [wording.say(f"clouds.parts.{part}") for part in cloud.parts]
            key = name.removeprefix("specificity-").removeprefix("comparison-")
            title = wording.say(f"clouds.titles.{key}")
            drawings[f"cloud-{name}"] = drawing(cloud._replace(parts=parts), title, source, wording)
    pictures = publish(drawings, outputs, ("cloud-*",), twin=lang if twin else "")
    kept.close()
    return pictures


def drawing(cloud: Cloud, title: str, source: Source, wording: Wording) -> Drawing:
    """A cloud ready to be drawn and published, with its table."""

    def draw() -> Plate:
        return plate(cloud, title, source, wording)

    return Drawing(draw, title, described(cloud, wording), (cloud, source), cloud.table())


def _rests_on(coding: Coding) -> str:
    """A digest of all that clouds rest on: vocabulary, documents, kinds, coded spillovers."""
    documents = [
        (digest_of(document), document.duplicate_of, coding.kinds[document.id].kind)
        for document in coding.documents
    ]
    return sha(vocabulary_digest(coding), documents, _spans(coding))


def _source(coding: Coding, campaign: str) -> Source:
    read = [document for document in coding.documents if not document.duplicate_of]
    days = sorted(day for document in read if (day := document.capture.captured_at[:10]))
    councils = {document.authority for document in read}
    return Source((campaign,), len(councils), len(read), *(days[:1] + days[-1:] or ["", ""]))


@dataclass
class _Counts:
    """How often each lemma was met, in how many documents, in which forms; how many documents."""

    words: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    forms: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    size: int = 0

    def add(self, words: Mapping[str, int]) -> None:
        self.words.update(words)
        self.documents.update(word for word, number in words.items() if number)
        self.size += 1


def _clouds(coding: Coding) -> dict[str, Cloud]:
    """The campaign's clouds, those without a word too."""
    of_kind = {_PAGES: _Counts(), _CALLS: _Counts()}
    inside, outside = _passages(coding, of_kind)
    for document in coding.documents:
        kind = coding.kinds[document.id].kind
        if kind in of_kind and not document.duplicate_of:
            of_kind[kind].add(coding.lemmas.get(document.id, {}))
    calls, pages = of_kind[_CALLS], of_kind[_PAGES]

    def cloud(parts: Mapping[str, _Counts], rest: _Counts | None, measure: str) -> Cloud:
        words = []
        for side, counts in enumerate(parts.values()):
            others = rest or list(parts.values())[1 - side] if measure != "count" else _Counts()
            scores: Mapping[str, float] = (
                counts.words if measure == "count" else characteristic(counts.words, others.words)
            )
            words += [
                CloudWord(
                    lemma, coding.forms.get(lemma, lemma), commonest(counts.forms.get(lemma, {})),
                    side, counts.words[lemma], others.words[lemma], counts.documents[lemma],
                    round(score, 4),
                )
                for lemma, score in scores.items()
            ]  # fmt: skip
        sizes = [one.size for one in parts.values()]
        return cloud_of(measure, "lemma_content", list(parts), sizes, words)

    return {
        "frequency": cloud({"international_pages": pages}, None, "count"),
        "specificity-spillovers": cloud({"spillovers": inside}, outside, "specificity"),
        "comparison-calls-pages": cloud(
            {"calls": calls, "international_pages": pages}, None, "specificity"
        ),
    }


def characteristic(part: Mapping[str, int], rest: Mapping[str, int]) -> dict[str, float]:
    """The words over-used in ``part`` against ``rest``, with their specificity."""
    words = sorted(part.keys() | rest.keys())
    if not words:
        return {}
    table = [[part.get(word, 0), rest.get(word, 0)] for word in words]
    scores: Sequence[float] = specificities(table)[:, 0].tolist()
    return {
        word: score
        for word, score in zip(words, scores, strict=True)
        if score >= LEAST_SPECIFICITY and part.get(word, 0) > 1
    }


def _spans(coding: Coding) -> dict[str, list[tuple[int, int]]]:
    """Where each document's passages surely coded as spillovers stand, in order."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for ref in sorted(coding.references, key=lambda ref: ref.start):
        if ref.certain and ref.code.startswith(_SPILLOVERS):
            spans.setdefault(ref.document_id, []).append((ref.start, ref.end))
    return spans


def _passages(coding: Coding, of_kind: Mapping[str, _Counts]) -> tuple[_Counts, _Counts]:
    """Words inside and outside the passages coded as spillovers, in calls and international pages.

    Lemmas are counted by document, so a word of a passage is led back to a lemma by its commonest
    form or a plain ending; words that reach none (stop words, rarer verb forms) count on neither
    side. The forms met go to the counts of each kind too.
    """
    lemma_of = {form: lemma for lemma, form in sorted(coding.forms.items(), reverse=True)}
    lemma_of |= {lemma: lemma for counts in coding.lemmas.values() for lemma in counts}
    inside, outside = _Counts(), _Counts()
    spans = _spans(coding)
    for document in coding.documents:
        kind = coding.kinds[document.id].kind
        if document.duplicate_of or kind not in of_kind:
            continue
        held = spans.get(document.id, [])
        starts = [start for start, _ in held]
        reached = list(accumulate((end for _, end in held), max, initial=0))
        within: Counter[str] = Counter()
        without: Counter[str] = Counter()
        for block in document.blocks:
            if block.boilerplate:
                continue
            for match in _WORD.finditer(document.text, block.start, block.end):
                word = match.group().lower()
                endings = (word, word[:-1], word[:-2], word[:-3] + "al")
                lemma = next((lemma_of[form] for form in endings if form in lemma_of), None)
                if lemma:
                    coded = match.start() < reached[bisect_right(starts, match.start())]
                    (within if coded else without)[lemma] += 1
                    of_kind[kind].forms[lemma][word] += 1
                    if coded:
                        inside.forms[lemma][word] += 1
        if within:
            inside.add(within)
        outside.add(without)
    return inside, outside
