"""Corpora written token by token: ``form/lemma/POS``, a list a sentence."""

from collections.abc import Sequence

import numpy as np

from nlp.coding.running import POS
from nlp.words.corpus import PLACES, CodedSpan, Corpus, Text

CLOSED = {"PUNCT", "ADP", "DET", "PRON", "CCONJ", "SCONJ", "AUX", "NUM", "SYM"}


def text(number: int, council: str, **fields: str) -> Text:
    known = {
        "campaign": "2014", "map": "2014", "year": "2014", "published": "", "kind": "other",
        "language": "fr", "title": f"Page {number}", **fields,
    }  # fmt: skip
    return Text(id=f"{number:016x}", council=council, url=f"http://t.example/{number}", **known)


def corpus_of(*documents: tuple[Text, Sequence[str]], spans: Sequence[CodedSpan] = ()) -> Corpus:
    """A corpus of documents, each a text and its sentences, tokens parted by spaces."""
    forms: dict[str, int] = {}
    lemmas: dict[str, int] = {}
    rows: list[tuple[int, ...]] = []
    sentence = 0
    for number, (_, sentences) in enumerate(documents):
        at = 0
        for block, words in enumerate(sentences):
            for token in words.split():
                form, *said = token.split("/")
                lemma, pos = (*said, *(form.lower(), "NOUN")[len(said) :])
                lemma = lemma.replace("_", " ")
                rows.append(
                    (
                        forms.setdefault(form, len(forms)),
                        lemmas.setdefault(lemma, len(lemmas)),
                        POS.index(pos), number, block, sentence, at, at + len(form),
                        int(pos not in CLOSED),
                    )
                )  # fmt: skip
                at += len(form) + 1
            sentence += 1
    columns = np.array(rows, dtype=np.int32).reshape(-1, 9).T
    return Corpus(
        forms=tuple(forms), lemmas=tuple(lemmas), texts=tuple(text for text, _ in documents),
        form=columns[0], lemma=columns[1], term=columns[1].copy(), pos=columns[2].astype(np.uint8),
        document=columns[3], block=columns[4], sentence=columns[5], start=columns[6],
        end=columns[7], place=np.full(len(rows), PLACES.index("body"), dtype=np.uint8),
        content=columns[8].astype(bool), spans=tuple(spans),
    )  # fmt: skip
