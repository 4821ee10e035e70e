"""Analysed campaigns → a corpus: tokens read back, lemmas put right, what is known of each text."""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars

from corpora.campaign import Campaign, InputError
from crawler.sources import Source, campaign_sources
from nlp.coding.lemmas import Lemmas, bundled_lemmas
from nlp.coding.running import POS, Running
from nlp.counting.families import placed
from nlp.counting.tables import SEPARATOR
from nlp.reading.documents import Document
from nlp.words.corpus import NO_TERM, PLACES, CodedSpan, Corpus, Integers, Text
from nlp.words.tokens import kept_tokens

NEW_MAP = "2016"
OLD_MAP = "2014"

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def read_corpus(
    campaigns: Sequence[Campaign], lemmas: Lemmas | None = None, stop: frozenset[str] | None = None
) -> Corpus:
    """The running text of one or several analysed campaigns, in their order.

    ``lemmas`` are the corrections (the bundled ones by default); ``stop`` replaces their stop
    list. Boilerplate and copies are left out, as in all counts. Raises InputError where a campaign
    was not analysed, or holds no word.
    """
    known = lemmas or bundled_lemmas()
    builder = _Builder(known, known.stop if stop is None else stop)
    for campaign in campaigns:
        facts = _Facts(campaign)
        for document, tokens in kept_tokens(campaign):
            builder.add(document, tokens, facts)
        builder.aliases["code"] = {**builder.aliases.get("code", {}), **facts.code_labels}
        builder.aliases["council"] = {
            **builder.aliases.get("council", {}),
            **{source.id: source.name for source in facts.sources},
        }
    corpus = builder.corpus()
    if not len(corpus):
        names = ", ".join(campaign.name for campaign in campaigns)
        raise InputError(f"campaign {names}: no page holds a word of running text")
    return corpus


class _Facts:
    """What a campaign's tables say of its documents."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.sources: tuple[Source, ...] = campaign_sources(campaign)
        self.kinds = dict(_rows(campaign, "documents", "document_id", "kind"))
        self.code_labels = dict(_rows(campaign, "codes", "label", "code"))
        self.calls = {
            document: call
            for call, documents in _rows(campaign, "calls", "call_id", "document_ids")
            for document in (documents or "").split(SEPARATOR)
        }
        self.references: dict[str, list[tuple[str, int, int]]] = {}
        passages = _rows(campaign, "references", "document_id", "code", "start", "end", "certain")
        for document, code, start, end, certain in passages:
            if certain:
                self.references.setdefault(document, []).append((code, start, end))
        said = _YEAR.search(campaign.name)
        self._year = said[0] if said else ""

    def text(self, document: Document) -> Text:
        year = self._year or document.capture.captured_at[:4]
        new = any(source.former for source in self.sources) or year >= NEW_MAP
        return Text(
            id=document.id,
            campaign=self.campaign.name,
            council=document.authority,
            map=NEW_MAP if new else OLD_MAP,
            year=year,
            published=document.date[:4],
            kind=self.kinds.get(document.id, ""),
            language=document.language,
            url=document.url,
            title=document.title,
            call=self.calls.get(document.id, ""),
        )


def _rows(campaign: Campaign, table: str, *columns: str) -> list[tuple[Any, ...]]:
    path = campaign.outputs / "tables" / f"{table}.parquet"
    if not path.exists():
        raise InputError(
            f"campaign {campaign.name!r} has no results ({path} is missing): run "
            f"`aect analyse {campaign.name}` first"
        )
    return polars.read_parquet(path, columns=list(columns)).select(columns).rows()


@dataclass
class _Builder:
    known: Lemmas
    stop: frozenset[str]
    texts: list[Text] = field(default_factory=list)
    spans: list[CodedSpan] = field(default_factory=list)
    aliases: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._forms: dict[str, int] = {}
        self._lemmas: dict[str, int] = {}
        self._names: list[str] = []
        # What a form is said to be → its form, lemma, part of speech, and whether it counts.
        self._said: dict[tuple[str, str, int], tuple[int, int, int, bool]] = {}
        names = ("form", "lemma", "term", "document", "block", "sentence", "start", "end")
        self._columns = {name: array("i") for name in names}
        self._small = {name: bytearray() for name in ("pos", "place", "content")}
        self._sentences = 0

    def add(self, document: Document, tokens: Running, facts: _Facts) -> None:
        number = len(self.texts)
        text = facts.text(document)
        self.texts.append(text)
        for passage in facts.references.get(document.id, ()):
            self.spans.append(CodedSpan(number, *passage))
        whole = document.text
        said = [
            self._token(whole[start:end], lemma, pos)
            for start, end, lemma, pos in zip(
                tokens.starts.tolist(),
                tokens.ends.tolist(),
                tokens.lemmas,
                tokens.pos.tolist(),
                strict=True,
            )
        ]
        forms, lemmas, pos, content = zip(*said, strict=True) if said else ((), (), (), ())
        columns = self._columns
        columns["form"].extend(forms)
        columns["lemma"].extend(lemmas)
        columns["term"].extend(self._terms(lemmas, tokens.sentences))
        columns["document"].extend([number] * len(said))
        columns["block"].frombytes(tokens.blocks.astype(np.int32).tobytes())
        columns["sentence"].frombytes(
            (tokens.sentences + self._sentences).astype(np.int32).tobytes()
        )
        columns["start"].frombytes(tokens.starts.astype(np.int32).tobytes())
        columns["end"].frombytes(tokens.ends.astype(np.int32).tobytes())
        self._small["pos"] += bytes(pos)
        self._small["content"] += bytes(content)
        self._small["place"] += _places(document, tokens, text.kind == "organisation")
        self._sentences += int(tokens.sentences[-1]) + 1 if said else 0

    def _token(self, form: str, lemma: str, pos: int) -> tuple[int, int, int, bool]:
        key = form, lemma, pos
        found = self._said.get(key)
        if found is None:
            corrected, name = self.known.corrected(form, lemma, POS[pos])
            counts = self.known.counts(form, corrected, name, self.stop)
            found = self._said[key] = (
                self._forms.setdefault(form, len(self._forms)),
                self._lemma(corrected),
                POS.index(name),
                counts,
            )
        return found

    def _lemma(self, name: str) -> int:
        place = self._lemmas.setdefault(name, len(self._lemmas))
        if place == len(self._names):
            self._names.append(name)
        return place

    def _terms(self, lemmas: Sequence[int], sentences: Integers) -> list[int]:
        terms = list(lemmas)
        spelled = [self._names[lemma] for lemma in lemmas]
        for first, length, term in self.known.compounds_in(spelled, sentences.tolist()):
            terms[first : first + length] = [NO_TERM] * length
            terms[first] = self._lemma(term)
        return terms

    def corpus(self) -> Corpus:
        columns = {n: np.frombuffer(c, dtype=np.int32) for n, c in self._columns.items() if c}
        columns |= {n: np.zeros(0, np.int32) for n, c in self._columns.items() if not c}
        return Corpus(
            forms=tuple(self._forms),
            lemmas=tuple(self._lemmas),
            texts=tuple(self.texts),
            pos=np.frombuffer(bytes(self._small["pos"]), dtype=np.uint8),
            place=np.frombuffer(bytes(self._small["place"]), dtype=np.uint8),
            content=np.frombuffer(bytes(self._small["content"]), dtype=np.uint8).astype(bool),
            spans=tuple(self.spans),
            aliases=self.aliases,
            **columns,
        )


def _places(document: Document, tokens: Running, organisation: bool) -> bytes:
    """The place of each token."""
    stretches = list(placed(document, organisation))
    if not stretches:
        return bytes([PLACES.index("body")]) * len(tokens)
    starts = np.array([start for _, start, _ in stretches])
    codes = np.array([PLACES.index(place) for place, _, _ in stretches], dtype=np.uint8)
    return codes[np.maximum(np.searchsorted(starts, tokens.starts, side="right") - 1, 0)].tobytes()


def campaigns_named(names: Sequence[str]) -> Iterator[Campaign]:
    """The campaigns of those names, each once."""
    return (Campaign.named(name) for name in dict.fromkeys(names))
