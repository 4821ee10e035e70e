"""What the pictures of the room for words say, in the reader's language."""

from functools import cache
from pathlib import Path
from typing import Any

from corpora.schema import read_yaml
from nlp.reporting.pictures.drawing import plain
from nlp.reporting.wording import Wording
from nlp.words.corpus import Corpus
from nlp.words.counting import counted
from nlp.words.partition import CODED, REST

_LONGEST_PART = 60


def source_of(corpus: Corpus, language: str = "fr") -> str:
    """What a picture says it is drawn from."""
    campaigns = ", ".join(sorted({text.campaign for text in corpus.texts}))
    words = Wording(language).number(int(counted(corpus).sum()))
    said: str = _all_labels()["source"][language]
    return said.format(campaigns=campaigns, words=words)


def labels(language: str, part: str) -> dict[str, str]:
    """The words of one kind of picture (``map``, ``classes``), by what they are for."""
    return {name: said[language] for name, said in _all_labels()[part].items()}


def key_label(corpus: Corpus, by: str, language: str) -> str:
    """What a corpus is cut by, in words; of ``key=value`` both."""
    key, equals, value = by.partition("=")
    said: str = _all_labels()["keys"].get(key, {}).get(language, key)
    if not equals:
        return said
    space = "\u00a0" if language == "fr" else ""
    return f"{said}{space}: {part_label(corpus, by, value, language)}"


def part_label(corpus: Corpus, by: str, name: str, language: str) -> str:
    """A part as a reader calls it, with a capital: kinds, places and codes by their labels."""
    wording, key = Wording(language), by.partition("=")[0]
    said = {REST: wording.say("clouds.parts.rest"), CODED: wording.say("clouds.parts.coded")}
    if key in ("kind", "place"):
        said |= wording.labels[f"{key}s"]
    if key == "code":
        said |= {code: label for label, code in corpus.aliases.get("code", {}).items()}
    shown = plain(said.get(name, name), _LONGEST_PART)
    return shown[:1].upper() + shown[1:]


@cache
def _all_labels() -> dict[str, Any]:
    text = Path(__file__).with_name("labels.yml").read_text(encoding="utf-8")
    labels: dict[str, Any] = read_yaml(text)
    return labels
