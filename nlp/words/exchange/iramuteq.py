"""IRaMuTeQ: one file with a starred line before each text, and the legend of its values."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from nlp.words.corpus import Corpus
from nlp.words.exchange.texts import (
    VARIABLES,
    File,
    Written,
    known_of,
    metadata_file,
    paragraphs,
    running_text,
    table,
)

# A star at the head of a line begins a text or a theme, a dollar ends the text while it is cut
# into segments, and a word between low lines is taken for a variable.
_WIDE = str.maketrans({"*": "＊", "$": "＄", "_": "＿"})
_BOUND = "\ue000"  # of private use, for the low line that is meant


def files(corpus: Corpus, texts: Sequence[Written]) -> Iterator[File]:
    """``corpus.txt``, ``variables.csv`` (how each value is written) and ``metadata.csv``.

    Terms of several words are tied by low lines (``coopération_décentralisée``), as IRaMuTeQ's own
    dictionary ties its expressions, but for those with an apostrophe or a hyphen: it would cut
    them there again. In the texts the characters that it takes for marks stand as their wide forms.
    """
    known = [known_of(one) for one in texts]
    written = {name: written_values({one[name] for one in known}) for name in VARIABLES}
    yield "corpus.txt", _corpus(corpus, texts, known, written)
    yield (
        "variables.csv",
        table(
            ("variable", "written", "value"),
            (
                (name, f"*{name}_{key}", value)
                for name, values in written.items()
                for value, key in values.items()
            ),
        ),
    )
    yield metadata_file(texts)


def _corpus(
    corpus: Corpus,
    texts: Sequence[Written],
    known: Sequence[Mapping[str, str]],
    written: Mapping[str, Mapping[str, str]],
) -> Iterator[bytes]:
    for one, values in zip(texts, known, strict=True):
        stars = [f"*id_{one.name}"]
        stars += [f"*{name}_{written[name][values[name]]}" for name in VARIABLES if values[name]]
        lines = [" ".join(["****", *stars])]
        for first, last in paragraphs(corpus, one):
            # blank lines are nothing to IRaMuTeQ, and keep paragraphs apart for other readers
            lines += [starless(running_text(corpus, first, last, _BOUND)), ""]
        yield ("\n".join(lines) + "\n").encode("utf-8")


def starless(text: str) -> str:
    """A paragraph without characters that IRaMuTeQ takes for marks."""
    return text.translate(_WIDE).replace(_BOUND, "_")


def written_values(values: set[str]) -> dict[str, str]:
    """How each value is written: letters and digits of ASCII, each in another way; sorted."""
    written: dict[str, str] = {}
    taken: set[str] = set()
    for value in sorted(values - {""}):
        base = plain_value(value)
        key, number = base, 1
        while key.casefold() in taken:
            number += 1
            key = f"{base}n{number}"
        taken.add(key.casefold())
        written[value] = key
    return written


def plain_value(value: str) -> str:
    """``Conseil régional d'Essai`` → ``ConseilRegionalDEssai``; ``x`` where nothing is left."""
    bare = unicodedata.normalize("NFKD", value.replace("œ", "oe").replace("Œ", "Oe"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    words = re.findall("[A-Za-z0-9]+", bare)
    return "".join(words[:1] + [word[0].upper() + word[1:] for word in words[1:]]) or "x"
