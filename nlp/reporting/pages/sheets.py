"""A long page of quotes cut into sheets, so that five thousand quotes stay smooth."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlp.reporting.pages.evidence import Section
from nlp.reporting.pages.places import sheet_place
from nlp.reporting.pages.quoted import EvidencePage

QUOTES_A_SHEET = 100


@dataclass(frozen=True)
class Entry:
    """A line of a page's contents: a section, and the sheet that it begins on.

    ``id`` is the section's anchor where it stands on a later sheet: the page's address with that
    anchor leads here, however the quotes are cut.
    """

    id: str
    heading: str
    href: str


@dataclass(frozen=True)
class Sheet:
    """One of the ``of`` files that a page of quotes is written to; ``number`` counts from 1."""

    page: EvidencePage
    number: int
    of: int
    sections: tuple[Section, ...]
    contents: tuple[Entry, ...] = ()

    @property
    def path(self) -> str:
        """Where it lies in the report."""
        return sheet_place(self.page.path, self.number)


def sheets(page: EvidencePage) -> tuple[Sheet, ...]:
    """The page in sheets of at most ``QUOTES_A_SHEET`` quotes; the first holds the contents."""
    cut = list(_cut(page.sections))
    contents = tuple(
        Entry(
            section.id if number > 1 else "",
            section.heading,
            f"{sheet_place(page.path, number)}#{section.id}",
        )
        for number, sections in enumerate(cut, 1)
        for section in sections
        if not section.continued
    )
    return tuple(
        Sheet(page, number, len(cut), sections, contents if number == 1 and len(cut) > 1 else ())
        for number, sections in enumerate(cut, 1)
    )


def _cut(sections: tuple[Section, ...]) -> Iterator[tuple[Section, ...]]:
    own: list[Section] = []
    room = QUOTES_A_SHEET
    for section in sections:
        quotes = section.quotes
        part = section
        while len(quotes) > room:
            if room:
                own.append(replace(part, quotes=quotes[:room]))
                quotes = quotes[room:]
                part = replace(section, quotes=(), pointers=(), continued=True)
            yield tuple(own)
            own, room = [], QUOTES_A_SHEET
        own.append(replace(part, quotes=quotes))
        room -= len(quotes)
    yield tuple(own)
