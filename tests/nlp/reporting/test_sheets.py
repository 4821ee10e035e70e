"""Long pages of quotes, cut so that they stay smooth and their anchors still lead somewhere."""

from hypothesis import given
from hypothesis import strategies as st

from nlp.reporting.pages.evidence import Quote, Section
from nlp.reporting.pages.quoted import EvidencePage
from nlp.reporting.pages.sheets import QUOTES_A_SHEET, sheets
from tests.nlp.reporting import study_made_up as made

DOCUMENT = made.document("Conseil", "Titre", [("paragraph", "un passage")])
REFERENCE = made.reference(DOCUMENT, made.ECONOMIC, "un passage")


def page(counts: list[int]) -> EvidencePage:
    """A page with sections of so many quotes, each with an id of its own."""
    sections = tuple(
        Section(
            f"s{number}",
            f"Section {number}",
            quotes=tuple(
                Quote(REFERENCE, DOCUMENT, "", "", "", "", f"q{number}.{n}") for n in range(count)
            ),
        )
        for number, count in enumerate(counts)
    )
    return EvidencePage("evidence/code-x.html", "", "", (), sections)


@given(st.lists(st.integers(0, 330), max_size=6))
def test_every_quote_stands_once_in_its_order_on_a_sheet_of_bearable_length(
    counts: list[int],
) -> None:
    whole = page(counts)
    cut = sheets(whole)
    told = [quote.id for sheet in cut for section in sheet.sections for quote in section.quotes]
    assert told == [quote.id for section in whole.sections for quote in section.quotes]
    for sheet in cut:
        assert sum(len(section.quotes) for section in sheet.sections) <= QUOTES_A_SHEET
    assert len({sheet.path for sheet in cut}) == len(cut) == cut[0].of
    assert cut[0].path == whole.path


@given(st.lists(st.integers(0, 330), min_size=1, max_size=6))
def test_every_section_s_anchor_is_on_the_first_sheet(counts: list[int]) -> None:
    cut = sheets(page(counts))
    here = [section.id for section in cut[0].sections if not section.continued]
    anchors = [*here, *(entry.id for entry in cut[0].contents if entry.id)]
    assert sorted(anchors) == sorted(f"s{number}" for number in range(len(counts)))
    begun = {
        f"{sheet.path}#{section.id}"
        for sheet in cut
        for section in sheet.sections
        if not section.continued
    }
    assert {entry.href for entry in cut[0].contents} <= begun
