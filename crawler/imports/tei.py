"""XML-TEI, TXM's own among it: the running text of each ``<text>``, and what its header says."""

import re

from lxml import etree

from crawler.imports.described import Broken, CorpusText

TEI = "http://www.tei-c.org/ns/1.0"
LONGEST_FILE = 60 * 2**20
"""Bytes: a file with a tag a word is ten to twenty times its text, and its tree six times that."""

_BLOCKS = frozenset((
    "ab", "argument", "back", "body", "byline", "cell", "closer", "dateline", "div", "div1", "div2",
    "div3", "div4", "div5", "div6", "div7", "epigraph", "front", "head", "item", "l", "lg", "list",
    "opener", "p", "q", "row", "salute", "signed", "sp", "speaker", "stage", "table", "text",
    "trailer", "u",
))  # fmt: skip
_NOT_TEXT = frozenset(("note", "fw", "figDesc", "index"))
# of two readings in a <choice> the one that a reader is meant to read
_OTHER_READING = frozenset(("abbr", "orig", "sic"))
_CLOSING = re.compile(r"\s+(?=[,.…)\]])")
_OPENING = re.compile(r"(?<=['’(\[])\s+")


def is_tei(head: bytes) -> bool:
    """Whether a file that begins so is meant as TEI: its first element declares the namespace."""
    return any(TEI.encode(encoding) in head for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def tei_texts(content: bytes) -> list[CorpusText]:
    """The texts of a TEI file, one for each ``<TEI>``.

    No entity, schema or stylesheet is fetched. Raises Broken, naming the line, where the file is
    not well-formed XML, has entities of its own, or an element ``<TEI>`` without ``<text>``.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Broken(error.lineno or 0, f"not well-formed XML ({_first(error)})") from error
    for entity in root.iter(etree.Entity):
        raise Broken(_line(entity), f"{entity.text} is an entity of the file's own: write it out")
    found = [one for one in root.iter(f"{{{TEI}}}TEI") if one.find(f"{{{TEI}}}TEI") is None]
    if not found:
        raise Broken(_line(root), "there is no element <TEI>")
    return [_text(one, place) for place, one in enumerate(found, 1)]


def _text(root: etree._Element, place: int) -> CorpusText:
    text = root.find(f"{{{TEI}}}text")
    if text is None:
        raise Broken(_line(root), "<TEI> has no <text>")
    variables = _header(root)
    variables |= {
        name: value.strip() for name, value in map(_attribute, text.items()) if "}" not in name
    }
    lines, left_out = _paragraphs(text)
    variables |= dict.fromkeys((f"<{name}>" for name in left_out), "left out")
    return CorpusText(str(place), _line(root), "\n\n".join(lines), variables)


def _attribute(item: tuple[str | bytes, str | bytes]) -> tuple[str, str]:
    return str(item[0]), str(item[1])


def _header(root: etree._Element) -> dict[str, str]:
    """Variables: notes by their type, and what TEI itself has a place for."""
    file = root.find(f"{{{TEI}}}teiHeader/{{{TEI}}}fileDesc")
    if file is None:
        return {}
    where = {
        "title": ("titleStmt/title", ""),
        "authority": ("titleStmt/author", ""),
        "date": ("sourceDesc//date", "when"),
        "url": ("sourceDesc//ref", "target"),
    }
    variables: dict[str, str] = {}
    for name, (path, attribute) in where.items():
        for found in file.iterfind(re.sub(r"(\w+)", rf"{{{TEI}}}\1", path)):
            said = found.get(attribute) if attribute else None
            value = " ".join((said or _words(found)).split())
            if value:
                variables.setdefault(name, value)
    for note in file.iterfind(f"{{{TEI}}}notesStmt/{{{TEI}}}note"):
        if kind := note.get("type"):
            variables[kind] = _words(note)
    return variables


def _words(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _paragraphs(text: etree._Element) -> tuple[list[str], set[str]]:
    """The text cut at the edges of what is set apart, and the names of what was left out."""
    walk = _Walk()
    for event, element in etree.iterwalk(text, events=("start", "end")):
        if event == "start":
            walk.enter(element)
        else:
            walk.leave(element, "" if element is text else element.tail or "")
    lines = [" ".join(piece.split()) for piece in walk.pieces]
    if walk.words and not walk.near:
        # a word a line, as tools lay it out: the white space is none of the text's own
        lines = [_OPENING.sub("", _CLOSING.sub("", line)) for line in lines]
    return [line for line in lines if line], walk.left_out


class _Walk:
    """The text gathered so far; ``near`` counts words that begin no line of the file."""

    def __init__(self) -> None:
        self.pieces = [""]
        self.left_out: set[str] = set()
        self.words = self.near = 0
        self._silent: etree._Element | None = None

    def enter(self, element: etree._Element) -> None:
        if self._silent is not None:
            return
        name, ours = _named(element)
        if name == "w" and ours:
            self.words += 1
            before = self.pieces[-1]
            self.near += before != "" and "\n" not in before[len(before.rstrip()) :]
        if _is_silent(element):
            self._silent = element
            if ours:
                self.left_out.add(name)
            return
        if ours and name in _BLOCKS:
            self.pieces.append("")
        self.pieces[-1] += " " if name == "lb" else element.text or ""

    def leave(self, element: etree._Element, tail: str) -> None:
        if element is self._silent:
            self._silent = None
        elif self._silent is None:
            name, ours = _named(element)
            if ours and name in _BLOCKS:
                self.pieces.append("")
        if self._silent is None:
            self.pieces[-1] += tail


def _named(element: etree._Element) -> tuple[str, bool]:
    """Its name, and whether it is TEI's own."""
    name = etree.QName(element)
    return name.localname, name.namespace == TEI


def _is_silent(element: etree._Element) -> bool:
    """What is no running text: notes, the reading not preferred, what TXM says of a word."""
    name, ours = _named(element)
    if not ours:
        return name != "form"
    parent = element.getparent()
    in_choice = parent is not None and parent.tag == f"{{{TEI}}}choice"
    return name in _NOT_TEXT or (name in _OTHER_READING and in_choice)


def _line(element: etree._Element) -> int:
    return element.sourceline or 0


def _first(error: etree.XMLSyntaxError) -> str:
    return " ".join(str(error.msg).split())[:160]
