"""What the pictures of the room for words say, in the reader's language."""

from functools import cache
from pathlib import Path
from typing import Any

from corpora.schema import read_yaml
from nlp.words.corpus import Corpus
from nlp.words.counting import counted


def source_of(corpus: Corpus, language: str = "fr") -> str:
    """What a picture says it is drawn from."""
    campaigns = ", ".join(sorted({text.campaign for text in corpus.texts}))
    words = int(counted(corpus).sum())
    said: str = _all_labels()["source"][language]
    return said.format(campaigns=campaigns, words=words)


def labels(language: str, part: str) -> dict[str, str]:
    """The words of one kind of picture (``map``, ``classes``), by what they are for."""
    return {name: said[language] for name, said in _all_labels()[part].items()}


def key_label(by: str, language: str) -> str:
    """What a corpus is cut by, in words; of ``key=value`` both."""
    key, equals, value = by.partition("=")
    said: str = _all_labels()["keys"].get(key, {}).get(language, key)
    return f"{said} : {value}" if equals else said


def part_label(name: str, language: str) -> str:
    """A part's name in words, where it is one of the program's own; else as it is."""
    said: str = _all_labels()["parts"].get(name, {}).get(language, name)
    return said


@cache
def _all_labels() -> dict[str, Any]:
    text = Path(__file__).with_name("labels.yml").read_text(encoding="utf-8")
    labels: dict[str, Any] = read_yaml(text)
    return labels
