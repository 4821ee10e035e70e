"""Walk: one pass over a page's tree, from tags to pieces in document order."""

import re
from collections.abc import Container
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from nlp.reading.furniture import is_furniture
from nlp.reading.lines import ends_sentence, piece
from nlp.reading.normal import after_bullet, tidy
from nlp.reading.pieces import Piece
from nlp.reading.tables import Role, table_roles

_INLINE_NAMES = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s
    samp small span strike strong sub sup time tt u var wbr picture source nobr
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_BOLD = frozenset(("b", "strong"))
_SKIPPED_NAMES = """
    script style noscript template svg math iframe object embed select datalist textarea
    input audio video canvas map frameset noframes title meta link base
"""
# Not head: libxml2 leaves there what a page without <body> begins with.
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TOGGLES = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")
_LABEL_CLASS = re.compile(r"(?:^|[\s_-])(?:label|libelle|intitule)(?:$|\s)", re.IGNORECASE)
_LABEL_CHARACTERS = 80
# A hard break inside a sentence: the line before is at least this long and the next in lower case.
_WRAPPED_LINE = 60


@dataclass(frozen=True)
class Found:
    """A piece with the block element that holds it, and whether a root of the main content does.

    ``linked`` is the share of its letters that lie in links.
    """

    piece: Piece
    element: HtmlElement
    in_main: bool
    linked: float = 0.0


@dataclass
class _Frame:
    """The innermost open block: what the text in it is."""

    element: HtmlElement
    kind: str = "paragraph"
    level: int = 0
    label: str = ""
    boilerplate: bool = False
    in_main: bool = False
    depth: int = 0
    names_field: bool = False


@dataclass
class _Line:
    texts: list[str] = field(default_factory=list)
    bold: int = 0
    linked: int = 0
    letters: int = 0


class Walker:
    """Turns a tree into pieces; ``mains`` are the roots of the main content.

    ``protected`` elements are never furniture: the roots and what holds them.
    """

    def __init__(self, protected: Container[HtmlElement], mains: Container[HtmlElement]) -> None:
        self.found: list[Found] = []
        self._protected = protected
        self._mains = mains
        self._roles: dict[HtmlElement, Role] = {}
        self._lines = [_Line()]
        self._bold = 0
        self._linked = 0
        self._label = ""
        self._label_element: HtmlElement | None = None
        self._label_said = True

    def walk(self, root: HtmlElement) -> list[Found]:
        """All pieces under ``root``, in order, furniture marked as boilerplate."""
        frames = [_Frame(root)]
        steps = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in steps:
            if event == "start":
                if element.tag in _SKIPPED:
                    steps.skip_subtree()
                else:
                    self._open(element, frames)
            else:
                if event == "end" and element.tag not in _SKIPPED:
                    self._close(element, frames)
                if element is not root and element.tail:
                    self._add(element.tail)
        return self.found

    def _add(self, text: str) -> None:
        line = self._lines[-1]
        line.texts.append(text)
        letters = sum(map(str.isalnum, text))
        line.letters += letters
        line.bold += letters if self._bold else 0
        line.linked += letters if self._linked else 0

    def _open(self, element: HtmlElement, frames: list[_Frame]) -> None:
        tag = element.tag
        if tag == "br":
            self._lines.append(_Line())
        elif tag in _INLINE:
            self._bold += tag in _BOLD
            self._linked += tag == "a"
            if element.text:
                self._add(element.text)
        elif tag == "button" and frames[-1].kind == "heading":
            if element.text:
                self._add(element.text)
        else:
            self._flush(frames[-1])
            frames.append(self._frame(element, frames[-1]))
            if element.text:
                self._add(element.text)

    def _close(self, element: HtmlElement, frames: list[_Frame]) -> None:
        tag = element.tag
        if tag in _INLINE:
            self._bold -= tag in _BOLD
            self._linked -= tag == "a"
            if tag == "span" and _is_inline_label(element):
                self._add(" : ")
        elif tag != "br" and frames[-1].element is element:
            self._flush(frames.pop())

    def _frame(self, element: HtmlElement, outer: _Frame) -> _Frame:
        tag = element.tag
        in_main = outer.in_main or element in self._mains
        frame = _Frame(
            element, outer.kind, outer.level, outer.label, outer.boilerplate, in_main, outer.depth
        )
        frame.boilerplate = outer.boilerplate or is_furniture(element, self._protected, in_main)
        frame.names_field = outer.names_field
        if level := _heading_level(element):
            frame.kind, frame.level, frame.label = "heading", level, ""
        elif tag == "button":
            frame.kind, frame.boilerplate = "paragraph", True
        elif tag in ("ul", "ol", "menu", "dir"):
            frame.depth += 1
        elif tag == "li":
            frame.kind, frame.level = "item", max(frame.depth, 1)
        elif tag == "table":
            self._roles.update(table_roles(element))
        elif tag in ("td", "th"):
            self._cell(self._roles.get(element, Role("layout")), frame)
        else:
            self._labelled(element, frame)
        return frame

    def _labelled(self, element: HtmlElement, frame: _Frame) -> None:
        tag = element.tag
        if tag == "dt" or (tag != "dd" and _is_label(element)):
            frame.names_field = True
            self._label, self._label_element = "", element
        elif self._label and (tag == "dd" or element.getprevious() is self._label_element):
            frame.kind, frame.level, frame.label = "field", 0, self._label

    def _cell(self, role: Role, frame: _Frame) -> None:
        if role.kind == "label":
            frame.names_field = True
        elif role.kind == "field":
            frame.kind, frame.label = "field", role.label
        elif role.kind == "cell":
            frame.kind, frame.label = "cell", role.label
        else:
            frame.kind, frame.label = "paragraph", ""

    def _flush(self, frame: _Frame) -> None:
        lines, self._lines = self._lines, [_Line()]
        letters = sum(line.letters for line in lines)
        if not letters:
            return
        linked = sum(line.linked for line in lines) / letters
        texts = [("".join(line.texts), 2 * line.bold > line.letters) for line in lines]
        if frame.kind == "heading" or frame.names_field:
            texts = [(" ".join(text for text, _ in texts), True)]
        for text, bold in _unwrapped(texts):
            if not text:
                continue
            if not frame.names_field:
                self._emit(text, frame, bold, linked)
            elif len(text) <= _LABEL_CHARACTERS:
                self._label, self._label_said = text.rstrip(" :"), False
            else:
                self._label = ""
                made = piece(text, "heading", level=5, boilerplate=frame.boilerplate)
                self._keep(made, frame, linked)

    def _emit(self, text: str, frame: _Frame, bold: bool, linked: float) -> None:
        label = frame.label
        if label and label == self._label and not self._label_said:
            # The first block of a field says its label, so that its text reads and is quoted alone.
            self._label_said = True
            lead = f"{label} :" if label[-1] not in "?!" else label
            if frame.kind == "field":
                text = f"{lead} {text}"
            else:
                self._keep(piece(lead, "field", label=label, boilerplate=frame.boilerplate), frame)
        made = piece(
            text,
            frame.kind,
            level=frame.level,
            label=label,
            boilerplate=frame.boilerplate,
            bold=bold,
        )
        self._keep(made, frame, linked)

    def _keep(self, made: Piece | None, frame: _Frame, linked: float = 0.0) -> None:
        if made:
            self.found.append(Found(made, frame.element, frame.in_main, linked))


def _heading_level(element: HtmlElement) -> int:
    """1-6 for headings, also those that only a role or an accordion's button makes; else 0."""
    if element.tag in _HEADINGS:
        return _HEADINGS[element.tag]
    if element.get("role") == "heading":
        level = element.get("aria-level", "")
        return int(level) if re.fullmatch("[1-6]", level) else 4
    toggles = element.tag == "button" and any(element.get(name) is not None for name in _TOGGLES)
    return 5 if element.tag == "summary" or toggles else 0


def _is_label(element: HtmlElement) -> bool:
    if not _LABEL_CLASS.search(element.get("class", "")) or element.getnext() is None:
        return False
    text = tidy(" ".join(element.itertext()))
    return 0 < len(text) <= _LABEL_CHARACTERS


def _is_inline_label(element: HtmlElement) -> bool:
    following = element.getnext()
    return (
        following is not None
        and following.tag in _INLINE
        and not (element.tail or "").strip()
        and not _LABEL_CLASS.search(following.get("class", ""))
        and _is_label(element)
        and not "".join(element.itertext()).rstrip().endswith((":", "?"))
    )


def _unwrapped(lines: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Tidied lines of one block, those that a hard break cut inside a sentence put together."""
    whole: list[tuple[str, bool]] = []
    tidied = [(tidy(text), bold) for text, bold in lines]
    tidied = [(text, bold) for text, bold in tidied if text]
    for text, bold in tidied:
        before = whole[-1][0] if whole else ""
        runs_on = (
            len(before) >= _WRAPPED_LINE
            and not ends_sentence(before)
            and not before.endswith((":", "?"))
            and text[0].islower()
            and not after_bullet(text)
        )
        names_it = len(tidied) == 2 and before.endswith(":") and not after_bullet(text)
        if runs_on or names_it:
            whole[-1] = (f"{before} {text}", whole[-1][1] and bold)
        else:
            whole.append((text, bold))
    return whole
