"""The light Markdown in which the sample's files are authored."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A piece of light Markdown: kind heading, paragraph, item or table.

    ``level`` is a heading's (1-3); ``rows`` are a table's cells, its header first.
    """

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def parse(markdown: str) -> tuple[Block, ...]:
    """Blocks of light Markdown: ``#`` headings, ``- `` items, ``| a | b |`` rows, paragraphs.

    Bold marks are dropped; lines that begin with a number (``1.``) begin a paragraph.
    """
    blocks: list[Block] = []
    open_ended = False  # whether the next plain line goes on with the last block
    for line in markdown.replace("**", "").splitlines():
        line = line.strip()
        if heading := re.match(r"(#{1,3}) (.*)", line):
            blocks.append(Block("heading", heading[2], level=len(heading[1])))
            open_ended = False
        elif line.startswith("- "):
            blocks.append(Block("item", line[2:].strip()))
            open_ended = True
        elif line.startswith("|"):
            _add_row(blocks, line)
            open_ended = False
        elif not line:
            open_ended = False
        elif open_ended and not re.match(r"\d+[.)] ", line):
            blocks[-1] = Block(blocks[-1].kind, f"{blocks[-1].text} {line}")
        else:
            blocks.append(Block("paragraph", line))
            open_ended = True
    return tuple(blocks)


def _add_row(blocks: list[Block], line: str) -> None:
    row = tuple(cell.strip() for cell in line.strip("|").split("|"))
    if all(re.fullmatch(r":?-+:?", cell) for cell in row):
        return
    if blocks and blocks[-1].kind == "table":
        blocks[-1] = Block("table", rows=(*blocks[-1].rows, row))
    else:
        blocks.append(Block("table", rows=(row,)))
