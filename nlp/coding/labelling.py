"""Text → labelled text: word lists, places of an authority, measures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nlp.coding.gazetteer import Gazetteer
from nlp.coding.labels import Lexicon, Span, fold
from nlp.coding.measures import measure_spans
from nlp.coding.notation import Labelled

# Word lists that speak of home without naming it; and what an authority calls its own territory.
_HOME_WORDS = frozenset({"home_region", "home_word"})
LEVEL_WORDS = {"region_word": "region", "department_word": "department", "city_word": "city"}


class Labeller:
    """Labels texts of authorities by word lists and a gazetteer."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]], gazetteer: Gazetteer) -> None:
        self._lexicon = Lexicon(lexicon)
        self._gazetteer = gazetteer

    def labelled(self, text: str, authority: str, year: str = "") -> Labelled:
        """The labelled text; a date without a year takes ``year``."""
        territory = self._gazetteer.territory(authority)
        folded = fold(text)
        spans = [
            *_own_level(self._lexicon.spans(folded, text), territory.level),
            *territory.spans(text, folded),
            *measure_spans(folded, year),
        ]
        if not territory.at_home:
            # "La région" on a ministry's page is somebody else's.
            spans = [span for span in spans if span.label not in _HOME_WORDS]
        return Labelled(folded, tuple(sorted(spans)))


def _own_level(spans: Iterable[Span], level: str) -> Iterator[Span]:
    """The spans, of which "le département" means home on a département's page alone."""
    for span in spans:
        if span.label not in LEVEL_WORDS:
            yield span
        elif LEVEL_WORDS[span.label] == level:
            yield Span(span.start, span.end, "home_word")
