"""Calls matched across editions: which call of now is which of then, with a score that says why."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz

from nlp.coding.calls import call_name
from nlp.coding.references import Call
from nlp.comparing.analysed import Analysed, address, slug_words
from nlp.comparing.councils import CouncilPair
from nlp.comparing.wordings import words_of
from nlp.reading.documents import Document

THRESHOLD = 0.35
"""Score from which two calls are one call's two editions.

Of the sample's two editions the least like true pair scores 0.37 (two calls rewritten into one
after a merger), the most like pair of two calls that both stay without a partner 0.32.
"""
_SAME_COUNCIL_MERGE = 0.8
"""Score from which a second call of the same council of then has gone into the same call of now."""
_SAME_PURPOSE = 0.1
"""For two calls for international solidarity: a council has one or two of them."""
_OTHER_THEME = 0.8
_OTHER_EDITION = 0.02


@dataclass(frozen=True)
class Likeness:
    """How like two calls are, part by part and on the whole, each 0-1.

    ``title`` compares their names (digits and years dropped), ``address`` their addresses (1: the
    same, or the old one leads to the new), ``text`` the words of their documents (tf-idf, cosine).
    """

    title: float
    address: float
    text: float
    score: float


@dataclass(frozen=True)
class Match:
    """A call of then, one of now, or both."""

    council: CouncilPair
    then: Call | None
    now: Call | None
    likeness: Likeness | None = None


def match_calls(
    before: Analysed, after: Analysed, pairs: Sequence[CouncilPair]
) -> tuple[Match, ...]:
    """Every call of both campaigns, matched where it can be, within matched councils alone.

    One to one for each council of then; the calls of two councils that merged may go into one.
    """
    profiles = _Profiles(before, after)
    found: list[Match] = []
    for pair in pairs:
        now = sorted(
            (call for call in after.calls if call.authority == pair.now), key=lambda c: c.call_id
        )
        used: set[str] = set()
        for council in pair.then:
            then = sorted(
                (c for c in before.calls if c.authority == council), key=lambda c: c.call_id
            )
            for one, other, likeness in _assigned(then, now, profiles):
                found.append(Match(pair, one, other, likeness))
                if other is not None:
                    used.add(other.call_id)
        found += [Match(pair, None, call) for call in now if call.call_id not in used]
    return tuple(found)


def _assigned(
    then: Sequence[Call], now: Sequence[Call], profiles: "_Profiles"
) -> Iterator[tuple[Call, Call | None, Likeness | None]]:
    """Each call of then with its call of now: the best matches first, each call once."""
    scored = sorted(
        ((profiles.likeness(one, other), one, other) for one in then for other in now),
        key=lambda match: (-match[0].score, match[1].call_id, match[2].call_id),
    )
    taken: dict[str, tuple[Call, Likeness]] = {}
    given: set[str] = set()
    for likeness, one, other in scored:
        if one.call_id in taken or likeness.score < THRESHOLD:
            continue
        merges = not one.superseded and likeness.score >= _SAME_COUNCIL_MERGE
        if other.call_id not in given or merges:
            taken[one.call_id] = other, likeness
            given.add(other.call_id)
    for one in then:
        other_now, why = taken.get(one.call_id, (None, None))
        yield one, other_now, why


class _Profiles:
    """What is compared of each call, found once."""

    def __init__(self, before: Analysed, after: Analysed) -> None:
        self._answers = after.answers
        self._words: dict[tuple[bool, str], dict[str, float]] = {}
        counted = {
            (late, call.call_id): words_of(_texts(documents_of(campaign, call)))
            for late, campaign in ((False, before), (True, after))
            for call in campaign.calls
        }
        spread = Counter(chain.from_iterable(counted.values()))
        for key, words in counted.items():
            weighed = {
                word: (1 + math.log(number)) * math.log(1 + len(counted) / spread[word])
                for word, number in words.items()
            }
            length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
            self._words[key] = {word: weight / length for word, weight in weighed.items()}

    def likeness(self, then: Call, now: Call) -> Likeness:
        title = _names_alike(then, now)
        place = self._addresses_alike(then, now)
        text = _cosine(self._words[False, then.call_id], self._words[True, now.call_id])
        score = max(text, 0.45 * title + 0.1 * place + 0.45 * text)
        if place == 1.0:
            score = max(score, 0.5 + 0.5 * max(title, text))
        if then.international != now.international:
            score *= _OTHER_THEME
        elif then.international_solidarity and now.international_solidarity:
            score = min(1.0, score + _SAME_PURPOSE)
        if then.superseded != now.superseded:
            score -= _OTHER_EDITION
        return Likeness(round(title, 3), round(place, 3), round(text, 3), round(score, 3))

    def _addresses_alike(self, then: Call, now: Call) -> float:
        own = {address(url) for url in now.urls}
        for url in then.urls:
            answer = self._answers.get(address(url))
            if address(url) in own or (answer and address(answer.url) in own):
                return 1.0
        return max(
            (fuzz.ratio(_slug(a), _slug(b)) / 100 for a in then.urls[:1] for b in now.urls[:1]),
            default=0.0,
        ) * 0.9  # fmt: skip


def documents_of(campaign: Analysed, call: Call) -> tuple[Document, ...]:
    """The call's documents, the main one first, copies left out."""
    own = (campaign.documents.get(id_) for id_ in call.document_ids)
    found = tuple(document for document in own if document is not None)
    return tuple(d for d in found if not d.duplicate_of) or found[:1]


def _texts(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        yield from (document.text[b.start : b.end] for b in document.blocks if not b.boilerplate)


def _names_alike(then: Call, now: Call) -> float:
    one, other = _name(then.title, then.authority), _name(now.title, now.authority)
    if not one or not other:
        return 0.0
    return max(fuzz.token_sort_ratio(one, other), 0.9 * fuzz.token_set_ratio(one, other)) / 100


@lru_cache(maxsize=20_000)
def _name(title: str, authority: str) -> str:
    return " ".join(word for word in call_name(title, authority).split() if not word.isdigit())


@lru_cache(maxsize=20_000)
def _slug(url: str) -> str:
    return call_name(slug_words(url))


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)
