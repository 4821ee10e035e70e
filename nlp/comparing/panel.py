"""Spillovers, families and words between two campaigns: the matched panel told apart from the rest.

A change in the matched panel is a change of what the same councils say; one over all councils may
come from which councils and pages were captured.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.coding.labels import fold
from nlp.coding.references import Authority, Reference
from nlp.comparing.analysed import Analysed
from nlp.comparing.councils import CouncilPair
from nlp.comparing.wordings import plain, words_of
from nlp.counting.families import PLACES, FamilyCount
from nlp.words.statistics.specificity import specificities_of

_WRITTEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LEAST_FREQUENCY = 5
_LEAST_SPECIFICITY = 2.0


@dataclass(frozen=True)
class Announced:
    """What a council, or the councils that became one, announce in one campaign."""

    announces: bool
    nature: str
    institution: bool
    precise: bool
    passages: tuple[Reference, ...]


@dataclass(frozen=True)
class SpilloverChange:
    """Announced spillovers of a pair of councils.

    ``change`` is started, ceased, nature (another one), reworded (the same nature, no passage word
    for word as it was), same, none (neither announces any), or empty outside the matched panel;
    then ``then`` or ``now`` is None.
    """

    council: CouncilPair
    change: str
    then: Announced | None
    now: Announced | None


@dataclass(frozen=True)
class FamilyChange:
    """A lexical family in a place (name, title, body), then and now.

    ``council`` is None for a sum: over the matched panel, or over ``all`` councils of each
    campaign (``panel``).
    """

    council: CouncilPair | None
    panel: str
    family: str
    place: str
    then: FamilyCount
    now: FamilyCount


@dataclass(frozen=True)
class WordChange:
    """A word of the matched panel with its frequency in each campaign and the campaigns' sizes.

    ``specificity`` is Lafon's, of now against both: positive where it is used more now. ``form`` is
    its commonest written form, small letters.
    """

    word: str
    then: int
    now: int
    size_then: int
    size_now: int
    specificity: float
    form: str = ""


def spillover_changes(
    before: Analysed, after: Analysed, pairs: Sequence[CouncilPair]
) -> tuple[SpilloverChange, ...]:
    """What each pair of councils announces, then and now."""
    found = []
    for pair in pairs:
        then = _announced(before, pair.then) if pair.then else None
        now = _announced(after, (pair.now,)) if pair.now else None
        found.append(SpilloverChange(pair, _change(then, now), then, now))
    return tuple(found)


def _announced(campaign: Analysed, councils: Sequence[str]) -> Announced:
    decided = [campaign.authorities[name] for name in councils]
    natures = {one.nature for one in decided} - {"none"}
    passages = [reference for one in decided for reference in _evidence(campaign, one)]
    return Announced(
        announces=any(one.announces_spillovers for one in decided),
        nature="both" if len(natures) > 1 else next(iter(natures), "none"),
        institution=any(one.institution for one in decided),
        precise=any(one.precise for one in decided),
        passages=tuple(passages),
    )


def _evidence(campaign: Analysed, decided: Authority) -> Iterator[Reference]:
    for id_ in decided.evidence.get("announces_spillovers", ()):
        if id_ in campaign.references:
            yield campaign.references[id_]


def _change(then: Announced | None, now: Announced | None) -> str:
    if then is None or now is None:
        return ""
    if not then.announces or not now.announces:
        return "started" if now.announces else "ceased" if then.announces else "none"
    if (then.nature, then.institution) != (now.nature, now.institution):
        return "nature"
    kept = {plain(passage.quote) for passage in now.passages}
    return "same" if any(plain(one.quote) in kept for one in then.passages) else "reworded"


def family_changes(
    before: Analysed, after: Analysed, pairs: Sequence[CouncilPair]
) -> tuple[FamilyChange, ...]:
    """Families by pair of councils, then summed over the matched panel and over all councils."""
    then, now = _by_council(before), _by_council(after)
    families = list(dict.fromkeys(c.family for c in (*before.families, *after.families)))
    groups: list[tuple[CouncilPair | None, str, Sequence[str], Sequence[str]]] = [
        (pair, pair.panel, pair.then, (pair.now,) if pair.now else ()) for pair in pairs
    ]
    matched = [pair for pair in pairs if pair.panel == "matched"]
    groups.append(
        (None, "matched", [n for pair in matched for n in pair.then], [p.now for p in matched])
    )
    groups.append((None, "all", list(before.authorities), list(after.authorities)))
    return tuple(
        FamilyChange(
            council, panel, family, place,
            _sum(then, old, family, place), _sum(now, new, family, place),
        )
        for council, panel, old, new in groups
        for family in families
        for place in PLACES
    )  # fmt: skip


def _by_council(campaign: Analysed) -> dict[tuple[str, str, str], FamilyCount]:
    return {(c.authority, c.family, c.place): c for c in campaign.families}


def _sum(
    counts: dict[tuple[str, str, str], FamilyCount],
    councils: Sequence[str],
    family: str,
    place: str,
) -> FamilyCount:
    own = [counts[key] for name in councils if (key := (name, family, place)) in counts]
    return FamilyCount(
        authority="|".join(councils),
        family=family,
        place=place,
        occurrences=sum(one.occurrences for one in own),
        words=sum(one.words for one in own),
        documents=sum(one.documents for one in own),
    )


def word_changes(
    before: Analysed, after: Analysed, pairs: Sequence[CouncilPair]
) -> tuple[WordChange, ...]:
    """Words of the matched panel that one campaign uses more than chance explains.

    Written forms of more than three letters, met five times or more in both campaigns together,
    with a specificity of 2 (one chance in a hundred) or more; the most specific of now first.
    """
    matched = [pair for pair in pairs if pair.panel == "matched"]
    then = _words(before, {name for pair in matched for name in pair.then})
    now = _words(after, {pair.now for pair in matched})
    sizes = np.array([then.total(), now.total()], dtype=np.float64)
    words = sorted(w for w in then.keys() | now.keys() if then[w] + now[w] >= _LEAST_FREQUENCY)
    if not words or not sizes.all():
        return ()
    counts = np.array([(then[word], now[word]) for word in words], dtype=np.float64)
    scores = specificities_of(counts, counts.sum(axis=1), sizes)[:, 1]
    specific = [
        (word, round(float(score), 4))
        for word, score in zip(words, scores.tolist(), strict=True)
        if abs(score) >= _LEAST_SPECIFICITY
    ]
    forms = _forms((before, after), {word for word, _ in specific})
    found = [
        WordChange(word, then[word], now[word], then.total(), now.total(), score, forms[word])
        for word, score in specific
    ]
    return tuple(sorted(found, key=lambda one: (-one.specificity, one.word)))


def _forms(campaigns: Sequence[Analysed], words: set[str]) -> dict[str, str]:
    """The commonest written form of each folded word, the first by spelling of equals."""
    counted: dict[str, Counter[str]] = {word: Counter() for word in words}
    for campaign in campaigns:
        for document in campaign.documents.values():
            for written in _WRITTEN.findall(document.text.lower()):
                if (word := _folded(written)) in counted:
                    counted[word][written] += 1
    return {
        word: min(forms, key=lambda form: (-forms[form], form), default=word)
        for word, forms in counted.items()
    }


@lru_cache(maxsize=100_000)
def _folded(written: str) -> str:
    return fold(written)


def _words(campaign: Analysed, councils: set[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    said: dict[str, set[str]] = defaultdict(set)
    for document in campaign.documents.values():
        if document.authority in councils and not document.duplicate_of:
            blocks = (document.text[b.start : b.end] for b in document.blocks if not b.boilerplate)
            # What a council's pages repeat is said once.
            new = [text for text in blocks if text not in said[document.authority]]
            said[document.authority].update(new)
            counted.update(words_of(new))
    return counted
