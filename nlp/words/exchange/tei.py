"""XML-TEI: a file a text, with header, paragraphs, sentences and words."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from nlp.coding.running import POS
from nlp.exporting.plain import one_line
from nlp.words.corpus import PLACES, Corpus
from nlp.words.exchange.texts import (
    VARIABLES,
    File,
    Written,
    known_of,
    metadata_file,
    paragraphs,
    pieces,
    sentences,
)

TEI = "http://www.tei-c.org/ns/1.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"


def files(corpus: Corpus, texts: Sequence[Written]) -> Iterator[File]:
    """``<id>.xml`` for each text, and ``metadata.csv``, which TXM's import XTZ + CSV takes.

    A word is ``<w lemma pos type>``, its type the place in the page; between words stands the
    white space of the text and no other, so that the text of a paragraph is its running text.
    """
    yield metadata_file(texts)
    for one in texts:
        yield f"{one.name}.xml", [_document(corpus, one)]


def _document(corpus: Corpus, one: Written) -> bytes:
    known = known_of(one)
    root = etree.Element(f"{{{TEI}}}TEI", {f"{_XML}id": f"t{one.name}"}, nsmap={None: TEI})
    root.append(_header(known))
    language = {f"{_XML}lang": known["language"]} if _is_language(known["language"]) else {}
    body = _sub(_sub(root, "text", language), "body")
    number = 0
    for first, last in paragraphs(corpus, one):
        block = _sub(body, "p", {"n": str(int(corpus.block[first]))})
        for begin, end in sentences(corpus, first, last):
            number += 1
            if len(block) and corpus.start[begin] != corpus.end[begin - 1]:
                block[-1].tail = " "
            _sentence(corpus, block, begin, end, number)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _sentence(corpus: Corpus, block: etree._Element, first: int, last: int, number: int) -> None:
    sentence = _sub(block, "s", {"n": str(number)})
    for token, (gap, form) in enumerate(pieces(corpus, first, last), first):
        if gap:
            sentence[-1].tail = gap
        word = _sub(
            sentence,
            "w",
            {
                "lemma": one_line(corpus.lemmas[corpus.lemma[token]]),
                "pos": POS[corpus.pos[token]],
                "type": PLACES[corpus.place[token]],
            },
        )
        word.text = form


def _header(known: Mapping[str, str]) -> etree._Element:
    header = etree.Element(f"{{{TEI}}}teiHeader")
    file = _sub(header, "fileDesc")
    titles = _sub(file, "titleStmt")
    _sub(titles, "title", text=known["title"])
    if known["council"]:
        _sub(titles, "author", text=known["council"])
    _sub(_sub(file, "publicationStmt"), "p", text="Words of a web page, exported by aect.")
    if said := [name for name in VARIABLES if known[name]]:
        notes = _sub(file, "notesStmt")
        for name in said:
            _sub(notes, "note", {"type": name}, known[name])
    source = _sub(_sub(file, "sourceDesc"), "bibl")
    _sub(source, "title", text=known["title"])
    if known["published"]:
        _sub(source, "date", {"when": known["published"]}, known["published"])
    if known["url"]:
        _sub(source, "ref", {"target": "%20".join(known["url"].split())})
    if _is_language(known["language"]):
        usage = _sub(_sub(header, "profileDesc"), "langUsage")
        _sub(usage, "language", {"ident": known["language"]})
    return header


def _sub(
    parent: etree._Element, name: str, attributes: Mapping[str, str] | None = None, text: str = ""
) -> etree._Element:
    made = etree.SubElement(parent, f"{{{TEI}}}{name}", dict(attributes or {}))
    made.text = text or None
    return made


def _is_language(name: str) -> bool:
    return bool(re.fullmatch("[A-Za-z]{2,8}", name))
