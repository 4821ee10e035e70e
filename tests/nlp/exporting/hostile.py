"""A campaign whose titles, quotes, addresses and councils are written to do harm elsewhere."""

from dataclasses import replace
from pathlib import Path

from corpora.campaign import Event
from nlp.coding.references import Coding, Kind
from nlp.counting.stores import write_tables
from nlp.counting.study import read_published
from nlp.counting.tables import build_tables
from nlp.exporting.exports import write_exports
from nlp.reading.documents import Block, Document
from tests.nlp.counting.handmade import CODEBOOK, campaign, document, reference

COUNCIL = 'Conseil ="régional"|des <b>Îles</b>\t& [liens](http://x.test)'
LONG = "=" + "très long " * 4000
TITLES = (
    '=HYPERLINK("http://x.test","ouvrir")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=déjà",
    "<script>alert(1)</script>",
    "nul\x00 et \ud800 demi",
    "\u202efdp.exe\u202c",
    "../../../etc/passwd",
    "C:\\autoexec.bat",
    "deux\nlignes, \"guillemets\" et 'apostrophes'",
    "http://x.test/?a=1&b=<2>",
    LONG,
    "",
)
PASSAGE = "=créer des emplois \u00e9\u0301 <i>ici</i>, «là»"
"""Coded in every page: with accents, one of them a combining one, a formula's start, a tag."""


def _page(number: int, title: str) -> Document:
    """A page with what shifts positions before the passage: CRLF, a lone CR, emoji, a BOM."""
    text = f"\ufeffTitre {number} 📅\r\nUn\rdeux 𝐀\x00\n\n{PASSAGE} fin\r\n"
    made = document(COUNCIL, str(number), ("paragraph", text))
    start = text.index(PASSAGE)
    blocks = (Block("paragraph", 0, start), Block("paragraph", start, len(text)))
    return replace(made, title=title, blocks=blocks, url=f"http://x.test/{number}?=<a>&'\"|\u202e")


def coding() -> Coding:
    """The small campaign by hand, and a page for each title, each with the passage."""
    given = campaign()
    pages = tuple(_page(number, title) for number, title in enumerate(TITLES))
    found = tuple(
        replace(
            reference(page, "spillover.territory.economic", PASSAGE, "=1+1"),
            rule="=rule()",
            tags=("a|b", "<c>"),
            page=number,
        )
        for number, page in enumerate(pages)
    )
    kinds = {page.id: Kind("call", 0.9, "=hand()") for page in pages}
    return replace(
        given,
        documents=(*given.documents, *pages),
        references=(*given.references, *found),
        kinds={**given.kinds, **kinds},
    )


EVENTS = (
    Event("crawl", "warning", "robots_disallowed", "http://x.test/=1", "=robots.txt forbids it"),
    Event("crawl", "info", "http_error", "http://x.test/", "told, not counted"),
)


def written(outputs: Path, given: Coding, language: str = "fr", name: str = "2014") -> Path:
    """Tables and exports of a coding, as an analysis writes them."""
    outputs.mkdir(parents=True, exist_ok=True)
    tables = build_tables(given, CODEBOOK, [COUNCIL], read_published(), language)
    write_tables(tables, outputs)
    write_exports(
        outputs,
        given,
        CODEBOOK,
        tables,
        EVENTS,
        {"aect": "0"},
        campaign=name,
        language=language,
    )
    return outputs
