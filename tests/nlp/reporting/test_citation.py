"""What a reader copies to cite a quote leads back to it, and to nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding.references import Coding
from nlp.reading.documents import Block, Document
from nlp.reporting.pages.citation import Citation, Citations, permanent_link
from nlp.reporting.pages.evidence import Quote
from nlp.reporting.pages.fragments import FragmentText
from nlp.reporting.pages.kwic import concordance
from nlp.reporting.pages.places import live_address
from nlp.reporting.wording import Wording
from tests.nlp.reporting import study_made_up as made
from tests.nlp.reporting.browser import chromium, why_not

SENTENCE = "L'aide doit, en 2014, profiter aux lycées - et créer des emplois, ici."


def landed(text: str, directive: str) -> tuple[int, int]:
    """Where the directive leads in a text, by a reading of the draft that is not the program's."""
    prefix, words, suffix = "", directive.removeprefix(":~:text=").split(","), ""
    if words[0].endswith("-"):
        prefix = words.pop(0)[:-1]
    if words[-1].startswith("-"):
        suffix = words.pop()[1:]
    assert all("-" not in word for word in words)

    def pattern(coded: str) -> str:
        said = r"\s+".join(re.escape(word) for word in unquote(coded).split())
        return rf"(?:(?<!\w)|(?=\W)){said}(?:(?!\w)|(?<=\W))"

    whole = ".*?".join(pattern(word) for word in words)
    before = rf"{pattern(prefix)}\s+" if prefix else ""
    after = rf"\s+{pattern(suffix)}" if suffix else ""
    found = re.search(f"{before}(?P<it>{whole}){after}", text, re.DOTALL | re.IGNORECASE)
    assert found, f"{directive} is not in the text"
    return found.span("it")


def said(text: str, start: int, end: int) -> str:
    directive = FragmentText(text).directive(start, end)
    assert landed(text, directive) == (start, end)
    return directive


def test_a_sentence_is_named_whole_and_its_signs_are_coded() -> None:
    text = f"Avant.\n{SENTENCE}\nAprès."
    directive = said(text, 7, 7 + len(SENTENCE))
    assert unquote(directive) == f":~:text={SENTENCE}"
    assert not set(directive.removeprefix(":~:text=")) & set(",-& '")


def test_of_two_alike_the_surroundings_tell_which() -> None:
    text = f"En 2008 :\n{SENTENCE}\nDepuis, {SENTENCE} C'est tout."
    second = text.rindex(SENTENCE)
    assert unquote(said(text, second, second + len(SENTENCE))).startswith(":~:text=Depuis,-,")
    assert "-," not in said(text, 10, 10 + len(SENTENCE))


def test_a_passage_of_several_blocks_is_named_by_its_ends() -> None:
    items = [f"une association du numéro {number} de la liste ;" for number in range(30)]
    text = "\n".join(["Sont éligibles :", *items, "Fin."])
    start, end = text.index("une association du numéro 3 "), text.index("\nFin.")
    assert len(unquote(said(text, start, end))) < 150 < end - start


def test_half_a_word_is_widened_to_the_whole() -> None:
    text = "L'Amérique de l'association régionale."
    start = text.index("association")
    directive = FragmentText(text).directive(start, start + 8)
    assert unquote(directive) == ":~:text=l'association"
    assert FragmentText(" \n ").directive(0, 3) == ""


def test_a_line_of_the_concordance_leads_to_its_own_place() -> None:
    page = made.document("Conseil régional de Sorvange", "Projets", [
        ("heading", "Les projets", {"level": 1}),
        ("paragraph", "Les projets soutenus par la Région sont utiles."),
        ("paragraph", "Des projets soutenus par la Région, l'un est lancé."),
    ])  # fmt: skip
    other = replace(page, id="b" * 16, authority="Conseil régional de Valmorière")
    lemmas, forms = {page.id: {"projet": 3}}, {"projet": "projets"}
    (word,) = concordance(Coding((page, other), {}, (), (), (), lemmas, forms, "v"))
    assert (word.form, word.number, len(word.lines)) == ("projets", 3, 2)
    for line, read in zip(word.lines, (page, other), strict=True):
        place, _, directive = line.href.partition("#")
        assert place == f"archive/{read.id}.html"
        start, end = landed(read.text, directive)
        assert (line.council, read.text[start:end]) == (read.authority, "projets")
        assert start == read.text.index("projets soutenus par la Région sont")


WORDS = st.sampled_from(
    ["appel", "l'aide", "(région)", "co-opération,", "50 %", "à", "ÉTÉ", "« projet »", "\n"]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=40), st.lists(WORDS, max_size=8))
def test_the_first_place_that_fits_is_the_passage(
    before: list[str], within: list[str], after: list[str]
) -> None:
    quote = " ".join(["Premier", *within, "dernier"])
    head = " ".join([*before, ""])
    said(f"{head}{quote} {' '.join(after)}", len(head), len(head) + len(quote))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one.engine


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser")
@pytest.mark.parametrize("wanted", ["second", "list"])
def test_a_browser_goes_there(wanted: str, browser: Any, tmp_path: Path) -> None:
    filler = ["Le Conseil régional rend compte de ses partenariats."] * 80
    lines = [SENTENCE, *filler, f"Depuis, {SENTENCE}", *filler, "Premier point ;", "dernier point."]
    text = "\n".join(lines)
    start = text.rindex(SENTENCE) if wanted == "second" else text.index("Premier")
    end = start + len(SENTENCE) if wanted == "second" else len(text)
    page = tmp_path / "page.html"
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    page.write_text(f"<!doctype html><meta charset=utf-8>{body}", encoding="utf-8")

    tab = browser.new_page()
    tab.goto(f"{page.as_uri()}#{FragmentText(text).directive(start, end)}")
    line = tab.locator("p").nth(text.count("\n", 0, start))
    tab.wait_for_function("scrollY > 0")
    box = line.bounding_box()
    assert 0 <= box["y"] <= tab.viewport_size["height"]
    tab.close()


def quote_of(document: Document, text: str) -> Quote:
    reference = made.reference(document, made.ECONOMIC, text, "announced")
    live = live_address(document.url, reference.page)
    return Quote(reference, document, "", "", "archive/x.html", live)


@pytest.fixture
def document() -> Document:
    blocks = [
        ("heading", "Aides"),
        ("paragraph", f"Depuis 2008, {SENTENCE} Fin."),
        Block("paragraph", 0, 0),
    ]
    return made.document(made.NAMES[0], "Aides <b>", blocks[:2], url="https://sample.localhost/a")


def cited(quote: Quote, language: str = "fr") -> Citation:
    return Citations("sample-2014", Wording(language)).of(quote)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_citation_names_page_time_and_proof(document: Document, language: str) -> None:
    quote = quote_of(document, SENTENCE)
    citation = cited(quote, language)
    for part in (
        SENTENCE,
        made.NAMES[0],
        "Aides <b>",
        "https://sample.localhost/a",
        Wording(language).moment(document.capture.captured_at),
        document.capture.digest,
        document.capture.record_id.strip("<>"),
        "sample-2014",
        quote.reference.id,
    ):
        assert part in citation.text
    assert citation.permanent == permanent_link(document.id, quote.reference.id)
    assert citation == cited(quote, language)


def test_the_annotation_selects_the_quote_by_words_and_by_place(document: Document) -> None:
    annotation = json.loads(cited(quote_of(document, SENTENCE)).selector)
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
    target = annotation["target"]
    assert target["source"] == document.url
    assert target["state"]["sourceDate"] == document.capture.captured_at
    words, place = target["selector"]
    assert words["exact"] == SENTENCE
    assert words["prefix"] + words["exact"] + words["suffix"] in document.text
    assert document.text[place["start"] : place["end"]] == SENTENCE


def test_a_pdf_is_cited_at_its_page() -> None:
    blocks = [("paragraph", "Page une."), ("paragraph", SENTENCE, {"page": 4})]
    paper = made.document(made.NAMES[0], "R", blocks, url="https://s.localhost/r.pdf#x")
    citation = cited(quote_of(paper, SENTENCE))
    address, fragment = urldefrag(citation.fragment)
    assert address == "https://s.localhost/r.pdf"
    assert fragment.startswith("page=4:~:text=")
    assert ", p. 4," in citation.text
    assert json.loads(citation.selector)["target"]["selector"][2]["value"] == "page=4"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_an_address_that_may_be_no_link_is_none(document: Document, url: str) -> None:
    quote = quote_of(replace(document, url=url), SENTENCE)
    assert cited(quote).fragment == ""
    assert url in cited(quote).text
