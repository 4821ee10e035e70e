"""Text fragments: links that open a live page at a passage, wherever browsers know how.

The form is that of the WICG draft "URL Fragment Text Directives":
``#:~:text=prefix-,start,end,-suffix``. A browser marks the first place that fits, so a link is
chosen whose first place is the passage meant.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from urllib.parse import quote

_WHOLE = 300
"""Characters up to which a passage is named whole: a longer one by its first and last words."""
_EDGES = (4, 6, 9, 14, 20)
_CONTEXTS = (0, 2, 4, 8)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Words:
    """A text as its words, joined by single spaces (``plain``), and that in lower case (``flat``).

    Of each word: where it stands in the text, where in ``plain``, and on which line.
    """

    plain: str
    flat: str
    places: tuple[tuple[int, int], ...]
    flats: tuple[tuple[int, int], ...]
    lines: tuple[int, ...]

    def said(self, first: int, last: int) -> str:
        """Words ``first`` to ``last`` (left out) as they stand in ``plain``."""
        return self.plain[self.flats[first][0] : self.flats[last - 1][1]] if first < last else ""

    def on_line(self, first: int, last: int, kept: int) -> tuple[int, int]:
        """The part of the run that is on the line of word ``kept``: a browser asks for one block.

        ``kept`` is in the run; what is cut off is the side away from it.
        """
        while self.lines[first] != self.lines[kept]:
            first += 1
        while self.lines[last - 1] != self.lines[kept]:
            last -= 1
        return first, last


@dataclass(frozen=True)
class _Directive:
    prefix: str
    start: str
    end: str
    suffix: str

    def __str__(self) -> str:
        parts = (
            self.prefix and f"{coded(self.prefix)}-",
            coded(self.start),
            coded(self.end),
            self.suffix and f"-{coded(self.suffix)}",
        )
        return ":~:text=" + ",".join(part for part in parts if part)


class FragmentText:
    """A document's text, asked for directives that lead to its passages."""

    def __init__(self, text: str) -> None:
        """``text`` is cut into lines by newlines: a line stands for a block of the page."""
        self._words = _words(text)

    def directive(self, start: int, end: int) -> str:
        """``:~:text=…`` for ``text[start:end]``; empty where no word stands there.

        Its first match in the text is the passage, widened to whole words, unless even long
        surroundings are the same elsewhere.
        """
        words = self._words
        first = bisect_right([stop for _, stop in words.places], start)
        last = bisect_left([begin for begin, _ in words.places], end)
        if first >= last:
            return ""
        wanted = words.flats[first][0], words.flats[last - 1][1]
        directive = None
        for directive in self._candidates(first, last):
            if _first_match(words.flat, directive) == wanted:
                break
        return str(directive)

    def _candidates(self, first: int, last: int) -> Iterator[_Directive]:
        words = self._words
        for begin, end in self._cores(first, last):
            for size in _CONTEXTS:
                before = after = ""
                if size and first:
                    before = words.said(*words.on_line(max(0, first - size), first, first - 1))
                if size and last < len(words.places):
                    stop = min(len(words.places), last + size)
                    after = words.said(*words.on_line(last, stop, last))
                yield _Directive(before, begin, end, after)

    def _cores(self, first: int, last: int) -> Iterator[tuple[str, str]]:
        words = self._words
        whole = words.said(first, last)
        if words.lines[first] == words.lines[last - 1] and len(whole) <= _WHOLE:
            yield whole, ""
            return
        for size in _EDGES:
            head = words.on_line(first, min(first + size, last - 1), first)
            tail = words.on_line(max(last - size, head[1]), last, last - 1)
            yield words.said(*head), words.said(*tail)


def _words(text: str) -> _Words:
    parts, places, flats, lines = [], [], [], []
    reached = begun = 0
    for number, line in enumerate(text.split("\n")):
        for word in _WORD.finditer(line):
            places.append((begun + word.start(), begun + word.end()))
            flats.append((reached, reached + len(word[0])))
            lines.append(number)
            parts.append(word[0])
            reached += len(word[0]) + 1
        begun += len(line) + 1
    plain = " ".join(parts)
    return _Words(plain, _lower(plain), tuple(places), tuple(flats), tuple(lines))


def _lower(text: str) -> str:
    # İ is two characters in lower case: places must stay
    low = text.lower()
    return low if len(low) == len(text) else "".join(min(c.lower(), c, key=len) for c in text)


def _first_match(flat: str, directive: _Directive) -> tuple[int, int] | None:
    """Where a browser, to which case is nothing, finds a directive: bounds in ``flat``."""
    directive = _Directive(*map(_lower, astuple(directive)))
    head = f"{directive.prefix} {directive.start}".lstrip()
    at = -1
    while (at := _find(flat, head, at + 1)) >= 0:
        begin = at + len(head) - len(directive.start)
        tail, reached = directive.end, at + len(head)
        if not tail:
            if _followed(flat, reached, directive.suffix):
                return begin, reached
            continue
        stop = reached - 1
        while (stop := _find(flat, tail, stop + 1)) >= 0:
            if _followed(flat, stop + len(tail), directive.suffix):
                return begin, stop + len(tail)
    return None


def _followed(flat: str, at: int, suffix: str) -> bool:
    return not suffix or (
        flat.startswith(f" {suffix}", at) and _bounded(flat, at + 1, at + 1 + len(suffix))
    )


def _find(flat: str, wanted: str, start: int) -> int:
    """Where ``wanted`` stands as whole words, from ``start`` on; -1 if nowhere."""
    at = flat.find(wanted, start)
    while at >= 0 and not _bounded(flat, at, at + len(wanted)):
        at = flat.find(wanted, at + 1)
    return at


def _bounded(flat: str, start: int, end: int) -> bool:
    return not (start and flat[start - 1].isalnum() and flat[start].isalnum()) and not (
        end < len(flat) and flat[end].isalnum() and flat[end - 1].isalnum()
    )


def coded(words: str) -> str:
    """Words as a text directive has them."""
    # - has a meaning in a directive, and quote() leaves it as it is
    return quote(words, safe="", errors="replace").replace("-", "%2D")
