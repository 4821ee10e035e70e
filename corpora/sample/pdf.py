"""PDFs of the sample web: with line-end hyphens and columns, or as a mere picture of a page."""

import io
import random
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import Align
from PIL import Image, ImageDraw, ImageFont

from corpora.sample.markdown import Block

_SOFT_HYPHEN = "\u00ad"
_VOWELS = "aeiouyàâäéèêëîïôöùûüœæ"
_CONSONANTS = "bcçdfghjklmnpqrstvwxz"
# A French syllable begins with one consonant or with a group that is not parted, then a vowel.
_SYLLABLE = re.compile(
    rf"(?<=[{_VOWELS}{_CONSONANTS}])(?=(?:[bcdfgptv]r|[bcfgp]l|[cpt]h|gn|qu|gu|[{_CONSONANTS}])"
    rf"[{_VOWELS}])",
    re.IGNORECASE,
)
_INSEPARABLE = re.compile(r"(?:[bcdfgptv][rl]|[cpt]h|gn)$", re.IGNORECASE)
_HEADING_SIZES = {1: 14.0, 2: 11.5, 3: 10.0}


def hyphenated(text: str) -> str:
    """``text`` with a soft hyphen wherever French lets a word be broken over two lines.

    Two letters stay before a hyphen and three after it; a last mute syllable is not cut off, and
    words with an apostrophe, a digit or a capital inside (acronyms) are left whole.
    """
    return re.sub(r"(?<![\w'’.@/-])[A-Za-zÀ-ÿœ]{6,}(?![\w@/-])", _break_word, text)


def _break_word(match: re.Match[str]) -> str:
    word = match[0]
    if word[1:] != word[1:].lower():
        return word
    cuts = [
        place.start()
        for place in _SYLLABLE.finditer(word)
        if 2 <= place.start() <= len(word) - 3
        and not _INSEPARABLE.search(word[place.start() - 1 : place.start() + 1])
        and not re.fullmatch(rf"[{_CONSONANTS}]+e(s|nt)?", word[place.start() :], re.IGNORECASE)
        and re.search(rf"[{_VOWELS}]", word[: place.start()], re.IGNORECASE)
    ]
    edges = [0, *cuts, len(word)]
    return _SOFT_HYPHEN.join(word[a:b] for a, b in pairwise(edges))


@cache
def _fonts() -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


class _Paper(FPDF):
    """An A4 page with the running footer of an administrative document."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.running_title = title
        self.set_creation_date(made_at)
        self.set_title(title)
        self.set_lang("fr-FR")
        self.set_margin(22)
        self.set_auto_page_break(True, margin=24)
        self.add_font("Serif", "", _fonts() / "DejaVuSerif.ttf")
        self.add_font("Serif", "B", _fonts() / "DejaVuSerif-Bold.ttf")

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font("Serif", "", 7)
        self.cell(0, 6, f"{self.running_title} – page {self.page_no()}", align="C")


def pdf_bytes(title: str, blocks: tuple[Block, ...], made_at: datetime, *, columns: int) -> bytes:
    """A PDF with a text layer, its words broken at line ends, in one or two columns.

    In two columns a table's rows become lines of ``header : cell``.
    """
    paper = _Paper(title, made_at)
    paper.add_page()
    if columns == 2:
        blocks = tuple(_without_tables(blocks))
    for is_table, run in groupby(blocks, lambda block: block.kind == "table"):
        if is_table:
            for block in run:
                _write_table(paper, block)
        else:
            _write_text(paper, tuple(run), columns)
    return bytes(paper.output())


def _without_tables(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if block.kind != "table":
            yield block
            continue
        for row in block.rows:
            yield Block("paragraph", " : ".join(row))


def _write_text(paper: _Paper, blocks: tuple[Block, ...], columns: int) -> None:
    # Justified narrow columns are what makes real règlements break so many words.
    with paper.text_columns(
        ncols=columns, gutter=9, text_align="J", line_height=1.3, skip_leading_spaces=True
    ) as area:
        for block in blocks:
            if block.kind == "heading":
                paper.set_font("Serif", "B", _HEADING_SIZES[block.level])
                with area.paragraph(text_align=Align.L, top_margin=3, bottom_margin=1) as paragraph:
                    paragraph.write(block.text)
            else:
                paper.set_font("Serif", "", 9)
                mark = "• " if block.kind == "item" else ""
                with area.paragraph(bottom_margin=1.5) as paragraph:
                    paragraph.write(mark + hyphenated(block.text))


def _write_table(paper: _Paper, block: Block) -> None:
    paper.set_font("Serif", "", 9)
    paper.ln(2)
    with paper.table(text_align="LEFT", line_height=4.5) as table:
        for cells in block.rows:
            row = table.row()
            for text in cells:
                row.cell(hyphenated(text))
    paper.ln(2)


def scanned_pdf_bytes(title: str, blocks: tuple[Block, ...], made_at: datetime) -> bytes:
    """A PDF that is only the picture of its pages, speckled as a copier does; no text layer."""
    paper = FPDF(format="A4")
    paper.set_creation_date(made_at)
    for sheet in _sheets(title, blocks):
        buffer = io.BytesIO()
        sheet.save(buffer, format="PNG")
        buffer.seek(0)
        paper.add_page()
        paper.image(buffer, x=0, y=0, w=210)
    return bytes(paper.output())


def _sheets(title: str, blocks: tuple[Block, ...]) -> Iterator[Image.Image]:
    font = ImageFont.truetype(_fonts() / "DejaVuSerif.ttf", 24)
    lines = [title, ""]
    for block in blocks:
        text = block.text or "\n".join(" : ".join(row) for row in block.rows)
        for paragraph in text.splitlines():
            lines += [*_wrapped(("- " if block.kind == "item" else "") + paragraph, font), ""]
    speckles = random.Random(2014)  # noqa: S311 (dust on a copier's glass, not a secret)
    for first in range(0, len(lines), 44):
        sheet = Image.new("L", (1240, 1754), 255)
        draw = ImageDraw.Draw(sheet)
        for number, line in enumerate(lines[first : first + 44]):
            draw.text((120, 120 + 34 * number), line, fill=40, font=font)
        for _ in range(400):
            draw.point((speckles.randrange(1240), speckles.randrange(1754)), fill=120)
        yield sheet


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > 1000:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
