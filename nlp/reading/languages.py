"""Languages: which one a text is in."""

from functools import cache

from py3langid.langid import (  # type: ignore[import-untyped]
    MODEL_FILE,
    LanguageIdentifier,
)

# Those that French councils publish in; a longer list only makes room for mistakes.
_LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "br", "ca", "eu", "oc", "co")
_FEWEST_LETTERS = 50
# The first page tells as much as the whole, in a fraction of the time.
_MOST_CHARACTERS = 3000


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([code for code in _LANGUAGES if code in identifier.nb_classes])
    return identifier


def language_of(text: str) -> str:
    """The ISO 639-1 code of the text's language; empty if it is too short to tell."""
    sample = text[:_MOST_CHARACTERS]
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
        return ""
    return str(_identifier().classify(sample)[0])
