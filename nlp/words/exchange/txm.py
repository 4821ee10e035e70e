"""TXM, import TXT + CSV: a text file each, and a table of what is known of them."""

from collections.abc import Iterator, Sequence

from nlp.words.corpus import Corpus
from nlp.words.exchange.texts import File, Written, metadata_file, paragraphs, running_text


def files(corpus: Corpus, texts: Sequence[Written]) -> Iterator[File]:
    """``metadata.csv`` and ``<id>.txt``, paragraphs apart by a blank line."""
    yield metadata_file(texts)
    for one in texts:
        lines = (running_text(corpus, *tokens) for tokens in paragraphs(corpus, one))
        yield f"{one.name}.txt", ["\n\n".join(lines).encode("utf-8"), b"\n"]
