"""PDF page: from pdfium's characters to lines in reading order."""

import re
from collections.abc import Iterator
from ctypes import c_int, create_string_buffer
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

# pdfium marks a hyphen at a line's end with U+FFFE (or U+0002) and gives no line break after it.
_WORD = re.compile(r"[^\s\ufffe\x02]+[\ufffe\x02]?|[\ufffe\x02]")
_BOLD = re.compile(rb"bold|black|heavy|demi|-bd", re.IGNORECASE)
# Gaps are in multiples of the letters' height. Justified lines stay below the first.
_SPLIT_GAP = 0.9
_CELL_GAP = 1.5
_ALIGNED = 3.0
_FEWEST_ALIGNED = 3
_FEWEST_ROWS = 2
_FULL_LINE = 0.75


@dataclass(frozen=True)
class Line:
    """A run of words on one line of one column; points from the page's upper left corner.

    ``flow`` numbers the column it belongs to, ``left`` and ``right`` are that column's edges, and
    ``beside`` holds the cells to its right where the line is a row of a table.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    bold: bool
    flow: int = 0
    left: float = 0.0
    right: float = 0.0
    beside: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        return self.bottom - self.top


def page_lines(text_page: Any, height: float) -> list[Line]:
    """The lines of a page (a pypdfium2 text page) in reading order, columns one after the other."""
    return _ordered(list(_segments(text_page, height)))


def _segments(text_page: Any, height: float) -> Iterator[Line]:
    """Runs of words without a wide gap: lines, cut at what may be a gutter."""
    raw = text_page.raw
    text = _characters(text_page)
    box = pdfium_c.FS_RECTF()
    words: list[tuple[str, float, float, float, float, int]] = []
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        if not pdfium_c.FPDFText_GetLooseCharBox(raw, first, box):
            continue
        x0, top, bottom = box.left, height - box.top, height - box.bottom
        if last != first:
            pdfium_c.FPDFText_GetLooseCharBox(raw, last, box)
        x1 = box.right
        if words and _starts_anew(words[-1], x0, top, bottom):
            yield _segment(raw, words)
            words = []
        word = match.group()
        broken = word[-1] in "\ufffe\x02"
        words.append((word[:-1] + "-" if broken else word, x0, x1, top, bottom, first))
        if broken:
            yield _segment(raw, words)
            words = []
    if words:
        yield _segment(raw, words)


def _characters(text_page: Any) -> str:
    """The page's text, one character for each of pdfium's."""
    count = text_page.count_chars()
    text: str = text_page.get_text_range() if count else ""
    if len(text) == count:
        return text
    codes = (pdfium_c.FPDFText_GetUnicode(text_page.raw, index) for index in range(count))
    return "".join(chr(code) if code else " " for code in codes)


def _starts_anew(
    before: tuple[str, float, float, float, float, int], x0: float, top: float, bottom: float
) -> bool:
    _, _, right, upper, lower, _ = before
    size = max(lower - upper, 1.0)
    overlap = min(lower, bottom) - max(upper, top)
    if overlap < 0.5 * min(size, max(bottom - top, 1.0)):
        return True
    return x0 - right > _SPLIT_GAP * size or x0 < right - 2 * size


def _segment(raw: Any, words: list[tuple[str, float, float, float, float, int]]) -> Line:
    return Line(
        text=" ".join(word[0] for word in words),
        x0=min(word[1] for word in words),
        x1=max(word[2] for word in words),
        top=min(word[3] for word in words),
        bottom=max(word[4] for word in words),
        bold=_is_bold(raw, words[0][5]) and _is_bold(raw, words[-1][5]),
    )


def _is_bold(raw: Any, index: int) -> bool:
    name = create_string_buffer(80)
    pdfium_c.FPDFText_GetFontInfo(raw, index, name, 80, c_int())
    return _BOLD.search(name.value) is not None


def _ordered(segments: list[Line]) -> list[Line]:
    lines: list[Line] = []
    for flow, (group, left, right) in enumerate(_flows(segments)):
        lines.extend(replace(line, flow=flow, left=left, right=right) for line in group)
    return lines


def _flows(segments: list[Line]) -> Iterator[tuple[list[Line], float, float]]:
    """Groups of lines that are read from top to bottom, with the edges of their column."""
    if not segments:
        return
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    gutter = _gutter(segments, left, right)
    if gutter is None:
        yield _rows(segments, None), left, right
        return
    for zone in _zones(segments, gutter):
        before = [s for s in zone if s.x1 <= gutter]
        after = [s for s in zone if s.x0 >= gutter]
        if before and after and _are_columns(before, after, gutter):
            yield from _flows(before)
            yield from _flows(after)
        else:
            is_table = min(len(before), len(after)) >= _FEWEST_ROWS
            yield _rows(zone, gutter if is_table else None), left, right


def _gutter(segments: list[Line], left: float, right: float) -> float | None:
    """The x of the gap that most lines respect on both sides, or None.

    Lines on both sides must follow each other without a line across: the gaps of justified lines
    fall together too, but not in three lines running.
    """
    best, found = 0, None
    ordered = sorted(segments, key=_middle)
    indent = left + 0.15 * (right - left)
    for start in sorted({round(s.x0) for s in segments if s.x0 > indent}):
        gutter = start - _ALIGNED
        aligned = beside = 0
        for segment in ordered:
            if segment.x0 < gutter < segment.x1:
                aligned = beside = 0
            elif segment.x1 <= gutter:
                beside += 1
            elif abs(segment.x0 - start) <= _ALIGNED:
                aligned += 1
            if min(aligned, beside) >= _FEWEST_ALIGNED and aligned > best:
                best, found = aligned, gutter
    return found


def _middle(line: Line) -> tuple[float, float]:
    return (line.top + line.bottom) / 2, line.x0


def _zones(segments: list[Line], gutter: float) -> Iterator[list[Line]]:
    """Runs of lines, from the top, between those that cross the gutter; these make zones too."""
    zone: list[Line] = []
    wide = False
    for line in sorted(segments, key=_middle):
        crosses = line.x0 < gutter < line.x1
        if zone and crosses != wide:
            yield zone
            zone = []
        wide = crosses
        zone.append(line)
    if zone:
        yield zone


def _are_columns(before: list[Line], after: list[Line], gutter: float) -> bool:
    """Whether two sides are columns of text and not of a table: their lines fill the width."""
    if min(len(before), len(after)) < 2:
        return False
    if any(s.text[0] in "•-–▪" for s in after):
        return True
    left = min(s.x0 for s in before)
    full = sum(1 for s in before if s.x1 - left >= _FULL_LINE * (gutter - left))
    return 2 * full >= len(before)


def _rows(segments: list[Line], gutter: float | None) -> list[Line]:
    """One line a row from the top; in a table (``gutter`` given), cells stand beside the first.

    Without a gutter wide gaps are those of justified lines in narrow columns.
    """
    rows: list[list[Line]] = []
    for segment in sorted(segments, key=_middle):
        middle = (segment.top + segment.bottom) / 2
        if rows and rows[-1][0].top < middle < rows[-1][0].bottom:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    size = median(s.size for s in segments)
    return [_row(sorted(row, key=lambda s: s.x0), gutter, size) for row in rows]


def _row(row: list[Line], gutter: float | None, size: float) -> Line:
    cells = [row[0]]
    for segment in row[1:]:
        before = cells[-1]
        across = gutter is not None and before.x1 <= gutter <= segment.x0
        if across or (gutter is not None and segment.x0 - before.x1 > _CELL_GAP * size):
            cells.append(segment)
        else:
            cells[-1] = replace(
                before,
                text=f"{before.text} {segment.text}",
                x1=segment.x1,
                bold=before.bold and segment.bold,
            )
    return replace(cells[0], x1=cells[-1].x1, beside=tuple(cell.text for cell in cells[1:]))
