"""Plain text: from lines to pieces, where structure is only typed."""

import re

from nlp.reading.dates import stated_date
from nlp.reading.encoding import decode
from nlp.reading.furniture import is_furniture_line
from nlp.reading.hyphens import hyphenated_words, joined
from nlp.reading.lines import LABEL_WORDS, ends_sentence, is_outlined, is_shouted, piece
from nlp.reading.normal import after_bullet, is_numbered, normal
from nlp.reading.pieces import Piece, Reading
from nlp.reading.rows import row_pieces

_HEADING_CHARACTERS = 90
_HEADING_WORDS = 14
# Lines are hard-wrapped where many are about as long as the longest and few are longer.
_WRAP_WIDTHS = range(50, 141)
_FULL = 0.8
_UNKNOWN_WIDTH = 70
_MOST_LINES = 400
_LOOSE_FUNCTION_WORD = re.compile(
    r"(?:^|\s)(?:de|du|des|d'|l'|la|le|les|un|une|et|ou|à|au|aux|en|par|pour|sur|avec|dans|que|qui)$",
    re.IGNORECASE,
)


def read_plain(content: bytes, url: str = "", charset: str = "") -> Reading:
    """Read a plain text file. It is never refused; an empty one has no pieces."""
    decoded = decode(content, charset)
    pieces = text_pieces(decoded.text)
    warnings = (
        (("wrong_charset", f"declared {decoded.declared!r}, read as {decoded.encoding}"),)
        if decoded.wrong
        else ()
    )
    own = [one for one in pieces if not one.boilerplate]
    title = next((one.text for one in own[:5] if one.kind == "heading"), own[0].text if own else "")
    date = stated_date(p.text for p in pieces)
    return Reading(title[:200], tuple(pieces), date=date, warnings=warnings)


def text_pieces(text: str) -> list[Piece]:
    """The pieces of typed text: items, fields, headings, and paragraphs mended where lines wrap."""
    lines = [line.rstrip() for line in normal(text).replace("\r", "").split("\n")]
    width = _wrap_width(lines)
    spelled = hyphenated_words(lines)
    whole: list[_Typed] = []
    gap = True
    for line in lines:
        stripped = line.strip()
        if not stripped:
            gap = True
            continue
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if "\t" in stripped:
            whole.append(_Typed(stripped, indent, gap))
        elif not gap and whole and _goes_on(whole[-1], stripped, width):
            whole[-1].append(stripped, spelled)
        else:
            whole.append(_Typed(stripped, indent, gap))
        gap = False
    ends = [None, *whole, None]
    made = (_typed_pieces(*three) for three in zip(ends, whole, ends[2:], strict=False))
    return [one for some in made for one in some if one]


class _Typed:
    """A paragraph as typed: text, last line, indent, and whether a blank line precedes."""

    def __init__(self, line: str, indent: int, gap: bool) -> None:
        self.text, self.last, self.indent, self.gap = line, line, indent, gap
        self.lines = 1

    def append(self, line: str, spelled: frozenset[str]) -> None:
        self.text = joined(self.text, line, spelled)
        self.last = line
        self.lines += 1


def _wrap_width(lines: list[str]) -> int:
    """The width at which the text was wrapped, or 0 if it was not."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < 5:
        return 0
    width = lengths[int(0.95 * (len(lengths) - 1))]
    full = sum(1 for length in lengths if length >= _FULL * width)
    return width if width in _WRAP_WIDTHS and full >= max(4, len(lengths) // 4) else 0


def _goes_on(before: _Typed, line: str, width: int) -> bool:
    """Whether ``line`` continues the paragraph before it."""
    if after_bullet(line) or is_numbered(line) or before.lines >= _MOST_LINES:
        return False
    last = before.last
    if "\t" in last:
        return False
    if last.endswith("-") and line[0].islower():
        return True
    if last.endswith((".", "!", "?", ":", ";")):
        return False
    if _LOOSE_FUNCTION_WORD.search(last):
        return True
    if line[0].islower():
        return len(last) >= _FULL * (width or _UNKNOWN_WIDTH)
    return bool(width) and len(last) >= _FULL * width and not is_shouted(last)


def _typed_pieces(
    before: _Typed | None, one: _Typed, following: _Typed | None
) -> list[Piece | None]:
    cells = [cell for cell in one.text.split("\t") if cell.strip()]
    if len(cells) > 1 and not after_bullet(one.text) and not is_numbered(one.text):
        return row_pieces([cells])
    return [_typed_piece(before, one, following)]


def _typed_piece(before: _Typed | None, one: _Typed, following: _Typed | None) -> Piece | None:
    text = one.text
    if is_furniture_line(text, 0.0):
        return piece(text, boilerplate=True)
    if after_bullet(text):
        return piece(text, level=1 + (one.indent >= 4))
    if is_shouted(text):
        return piece(text, "heading", level=3)
    alone = one.lines == 1 and following is not None
    in_list = before is not None and bool(after_bullet(before.text) or is_numbered(before.text))
    apart = one.gap or (following is not None and following.gap and not in_list)
    if is_outlined(text) and alone and apart:
        return piece(text, "heading", level=4)
    if is_numbered(text):
        return piece(text, "item", level=1)
    if alone and following is not None and _is_heading_like(text) and not _leads_in(text):
        # Without blank lines, a line that opens a section follows the end of a sentence.
        opens = one.gap or before is None or before.text.endswith((".", "!", "?"))
        if opens and (one.gap or not _is_heading_like(following.text) or following.text[-1] == ":"):
            return piece(text, "heading", level=4)
    return piece(text)


def _is_heading_like(text: str) -> bool:
    return (
        len(text) <= _HEADING_CHARACTERS
        and len(text.split()) <= _HEADING_WORDS
        and text[0].isupper()
        and not ends_sentence(text)
        and ":" not in text[:-1].rstrip()
        and " > " not in text
        and any(map(str.islower, text))
        and not re.match(r"(?:page |mise? |publi|dernière |\d)", text, re.IGNORECASE)
    )


def _leads_in(text: str) -> bool:
    """True for a sentence that a list completes (``Le dispositif est ouvert aux :``)."""
    return text.endswith(":") and len(text.split()) > LABEL_WORDS
