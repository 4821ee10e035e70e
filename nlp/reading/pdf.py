"""PDF: from a file's bytes to pieces with page numbers."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2  # type: ignore[import-untyped]

from nlp.reading.dates import stated_date
from nlp.reading.hyphens import hyphenated_words, joined
from nlp.reading.lines import is_division, is_outlined, is_shouted, piece
from nlp.reading.normal import after_bullet, is_numbered, tidy
from nlp.reading.pdfpage import Line, page_lines
from nlp.reading.pieces import Piece, Reading, Refusal

_MOST_PAGES = 1500
_FEWEST_WORDS = 5
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_MARGIN = 0.11
_HEADING_SIZE = 1.12
_HEADING_CHARACTERS = 160
_SHORT_LINE = 0.82
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–]?\s*\d{1,3}(?:\s*(?:[/|]|sur)\s*\d{1,3})?\s*[-–]?"
    r"|.{0,100}\bpage\s*\d{1,3}(?:\s*(?:[/|]|sur)\s*\d{1,3})?",
    re.IGNORECASE,
)
_TOOL_TITLE = re.compile(
    r"microsoft|sans titre|untitled|\.(?:docx?|indd|odt|pdf|rtf|xlsx?|pptx?)\b|^\W*$", re.IGNORECASE
)
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True)
class _Paragraph:
    text: str
    page: int
    size: float
    bold: bool
    last: Line
    lines: int = 1
    boilerplate: bool = False


def read_pdf(content: bytes, url: str = "", charset: str = "") -> Reading:
    """Read a PDF's text layer.

    Raises Refusal: ``pdf_without_text`` (a scan), ``pdf_locked`` (password) or ``pdf_unreadable``.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise Refusal("pdf_locked", "the file opens only with a password") from error
        raise Refusal("pdf_unreadable", f"the file is damaged: {error}") from error
    try:
        count = len(document)
        pages = [_lines(document, number) for number in range(min(count, _MOST_PAGES))]
        metadata = document.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        raise Refusal("pdf_unreadable", f"the file is damaged: {error}") from error
    finally:
        document.close()
    words = sum(len(line.text.split()) for lines, _ in pages for line in lines)
    if words < _FEWEST_WORDS:
        raise Refusal("pdf_without_text", f"{count} page(s) without a text layer: a scan?")
    pieces = tuple(_pieces(pages))
    blank = [str(number) for number, (lines, _) in enumerate(pages, 1) if not lines]
    warnings = []
    if blank:
        warnings.append(
            ("pdf_pages_without_text", f"no text on page(s) {', '.join(blank[:20])} of {count}")
        )
    if count > _MOST_PAGES:
        warnings.append(("pdf_cut", f"read to page {_MOST_PAGES} of {count}"))
    return Reading(
        title=_title(pieces, metadata.get("Title", "")),
        pieces=pieces,
        date=stated_date(one.text for one in pieces) or _date(metadata),
        warnings=tuple(warnings),
    )


def _lines(document: pypdfium2.PdfDocument, number: int) -> tuple[list[Line], float]:
    page = document[number]
    text_page = page.get_textpage()
    try:
        height = page.get_height()
        return page_lines(text_page, height), height
    finally:
        text_page.close()
        page.close()


def _date(metadata: dict[str, str]) -> str:
    for name in ("ModDate", "CreationDate"):
        if match := _PDF_DATE.match(metadata.get(name, "")):
            return "-".join(match.groups())
    return ""


def _title(pieces: tuple[Piece, ...], declared: str) -> str:
    own = [one for one in pieces if not one.boilerplate]
    headings = [one for one in own[:8] if one.kind == "heading" and one.level == 1]
    if headings:
        return headings[0].text
    declared = tidy(declared)
    if declared and not _TOOL_TITLE.search(declared):
        return declared
    headings = [one for one in own if one.kind == "heading"] or own
    return headings[0].text[:200] if headings else ""


def _running(pages: list[tuple[list[Line], float]]) -> set[str]:
    """The lines that run at the top or bottom of at least half of the pages, digits left out."""
    if len(pages) < 2:
        return set()
    counts: Counter[str] = Counter()
    for lines, height in pages:
        counts.update({_running_key(line) for line in lines if _in_margin(line, height)})
    least = max(2, len(pages) / 2)
    return {key for key, count in counts.items() if count >= least and key}


def _running_key(line: Line) -> str:
    return re.sub(r"\d+", "#", tidy(" ".join((line.text, *line.beside))).lower())


def _in_margin(line: Line, height: float) -> bool:
    return line.top < _MARGIN * height or line.bottom > (1 - _MARGIN) * height


def _pieces(pages: list[tuple[list[Line], float]]) -> Iterator[Piece]:
    running = _running(pages)
    body = _body_size(pages)
    leading = _leading(pages)
    spelled = hyphenated_words(line.text for lines, _ in pages for line in lines)
    paragraphs: list[_Paragraph] = []
    for number, (lines, height) in enumerate(pages, start=1):
        margins, own = [], []
        for line in lines:
            if _in_margin(line, height) and (
                _running_key(line) in running or _PAGE_NUMBER.fullmatch(tidy(line.text))
            ):
                margins.append(
                    _Paragraph(line.text, number, line.size, line.bold, line, boilerplate=True)
                )
            else:
                own.append(line)
        _extend(paragraphs, own, number, spelled, body, leading)
        paragraphs.extend(margins)
    levels = _levels(paragraphs, body)
    for paragraph in paragraphs:
        yield from _paragraph_pieces(paragraph, body, levels)


def _body_size(pages: list[tuple[list[Line], float]]) -> float:
    sizes: Counter[float] = Counter()
    for lines, _ in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes.items(), key=lambda item: (item[1], -item[0]))[0]


def _leading(pages: list[tuple[list[Line], float]]) -> float:
    """The step from line to line inside paragraphs, in points; 0 if no line follows another.

    The fifth part from below: where paragraphs are short, most steps are those between them.
    """
    steps = sorted(
        below.top - line.top
        for lines, _ in pages
        for line, below in pairwise(lines)
        if line.flow == below.flow and 0.8 * line.size < below.top - line.top < 3 * line.size
    )
    return steps[len(steps) // 5] if steps else 0.0


def _levels(paragraphs: list[_Paragraph], body: float) -> dict[float, int]:
    sizes = {
        round(p.size) for p in paragraphs if p.size >= _HEADING_SIZE * body and not p.boilerplate
    }
    return {size: min(level, 4) for level, size in enumerate(sorted(sizes, reverse=True), start=1)}


def _extend(
    paragraphs: list[_Paragraph],
    lines: list[Line],
    page: int,
    spelled: frozenset[str],
    body: float,
    leading: float,
) -> None:
    """Add a page's lines, each to the paragraph it continues or as the start of a new one."""
    for line in lines:
        own = next(
            (i for i in range(len(paragraphs) - 1, -1, -1) if not paragraphs[i].boilerplate), None
        )
        if own is not None and _goes_on(paragraphs[own], line, page, leading, body):
            before = paragraphs[own]
            paragraphs[own] = replace(
                before,
                text=joined(before.text, line.text, spelled),
                bold=before.bold and line.bold,
                last=line,
                lines=before.lines + 1,
            )
        else:
            paragraphs.append(_Paragraph(line.text, page, line.size, line.bold, line))


def _goes_on(before: _Paragraph, line: Line, page: int, leading: float, body: float) -> bool:
    """Whether ``line`` continues the paragraph; ``leading`` is the usual step in points."""
    last, text = before.last, line.text
    if last.beside or line.beside or after_bullet(text) or is_numbered(text) or is_division(text):
        return False
    if abs(line.size - last.size) > 0.12 * last.size:
        return False
    unended = not before.text.endswith((".", ";", ":", "!", "?"))
    if page != before.page or line.top <= last.top:
        return (unended and text[0].islower()) or before.text.endswith("-")
    step = line.top - last.top
    if last.size >= _HEADING_SIZE * body:
        return unended and before.lines < 4 and step < 1.6 * line.size and line.bold == last.bold
    if line.bold != last.bold or step > 1.35 * leading > 0:
        return unended and text[0].islower() and step < 1.6 * leading
    if not unended and not text[0].islower() and step > 1.1 * leading > 0:
        return False
    width = last.right - last.left
    short = last.x1 < last.left + _SHORT_LINE * width
    if short and (not unended or not text[0].islower()):
        # Headings over several lines are short on purpose.
        return unended and before.bold and before.lines < 3 and not text[0].isdigit() and line.bold
    return True


def _paragraph_pieces(
    paragraph: _Paragraph, body: float, levels: dict[float, int]
) -> Iterator[Piece]:
    text, page, beside = tidy(paragraph.text), paragraph.page, paragraph.last.beside
    if paragraph.boilerplate:
        made = [piece(" ".join((text, *beside)), page=page, boilerplate=True)]
    elif beside:
        made = _row_pieces(text, beside, page)
    else:
        kind, level = "paragraph", 0
        if heading := _heading_level(paragraph, text, body, levels):
            kind, level = "heading", heading
        made = [piece(text, kind, level=level, page=page)]
    yield from (one for one in made if one)


def _row_pieces(text: str, beside: tuple[str, ...], page: int) -> list[Piece | None]:
    if len(beside) == 1 and len(text) <= 80 and not text.endswith("."):
        label = text.rstrip(" :")
        return [piece(f"{label} : {beside[0]}", "field", label=label, page=page)]
    return [piece(cell, "cell", page=page) for cell in (text, *beside)]


def _heading_level(paragraph: _Paragraph, text: str, body: float, levels: dict[float, int]) -> int:
    if len(text) > _HEADING_CHARACTERS or paragraph.lines > 3 or text.endswith((".", ";", ",")):
        return 0
    if after_bullet(text) or not any(map(str.isalpha, text)):
        return 0
    if paragraph.size >= _HEADING_SIZE * body:
        return levels.get(round(paragraph.size), 4)
    if is_shouted(text) or (paragraph.bold and ":" not in text[:-1]):
        return 5
    return 5 if is_outlined(text) and paragraph.lines == 1 and not is_numbered(text) else 0
