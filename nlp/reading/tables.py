"""Tables of a page: which rows are labelled fields, which cells stand under which header."""

from dataclasses import dataclass

from lxml.html import HtmlElement

from nlp.reading.normal import tidy

_LABEL_CHARACTERS = 80
_LAYOUT_CELL_CHARACTERS = 1200
_MAX_SPAN = 50


@dataclass(frozen=True)
class Role:
    """What a table cell is: ``label`` (of the field beside), ``field``, ``cell`` or ``layout``."""

    kind: str
    label: str = ""


def _text(element: HtmlElement) -> str:
    return tidy(" ".join(element.itertext()))


def _rows(table: HtmlElement) -> list[list[HtmlElement]]:
    rows = [
        [cell for cell in row if cell.tag in ("td", "th")]
        for row in table.iter("tr")
        if next(row.iterancestors("table"), None) is table
    ]
    return [row for row in rows if row]


def _span(cell: HtmlElement) -> int:
    value = cell.get("colspan", "1").strip()
    return min(int(value), _MAX_SPAN) if value.isascii() and value.isdigit() and value != "0" else 1


def _is_layout(table: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
    if table.get("role", "").lower() in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", "h1", "h2"), None) is not None:
        return True
    if max(map(len, rows), default=0) < 2:
        return True
    return any(len(_text(cell)) > _LAYOUT_CELL_CHARACTERS for row in rows for cell in row)


def table_roles(table: HtmlElement) -> dict[HtmlElement, Role]:
    """The role of each cell of a table, nested tables' cells left out.

    Two columns whose first holds short labels are fields; under a row of headers, cells bear the
    header of their column; tables that only place things on the page are ``layout``.
    """
    rows = _rows(table)
    if not rows or _is_layout(table, rows):
        return {cell: Role("layout") for row in rows for cell in row}
    headed = len(rows) > 1 and all(cell.tag == "th" for cell in rows[0]) and len(rows[0]) > 1
    if not headed and _is_labelled(rows):
        roles = {}
        for row in rows:
            if len(row) == 2:
                roles[row[0]] = Role("label")
                roles[row[1]] = Role("field", _text(row[0]).rstrip(" :"))
            else:
                roles.update(dict.fromkeys(row, Role("layout")))
        return roles
    return _grid(rows, headed)


def _is_labelled(rows: list[list[HtmlElement]]) -> bool:
    pairs = [row for row in rows if len(row) == 2]
    if len(pairs) < len(rows) or not all(
        len(_text(first)) <= _LABEL_CHARACTERS for first, _ in pairs
    ):
        return False
    return any(first.tag == "th" for first, _ in pairs) or all(
        len(_text(first).split()) <= 6 for first, _ in pairs
    )


def _grid(rows: list[list[HtmlElement]], headed: bool) -> dict[HtmlElement, Role]:
    headers: list[str] = []
    roles: dict[HtmlElement, Role] = {}
    # Many old tables mark their header row only by bold type: the first row serves then too.
    in_head = rows[0][0].getparent()
    bold_head = all(
        cell.find(".//strong") is not None or cell.find(".//b") is not None for cell in rows[0]
    )
    has_header = (
        headed
        or bold_head
        or (in_head is not None and next(in_head.iterancestors("thead"), None) is not None)
    )
    for position, row in enumerate(rows):
        column = 0
        for cell in row:
            if position == 0 and has_header:
                headers.extend([_text(cell)] * _span(cell))
                roles[cell] = Role("cell")
            else:
                roles[cell] = Role("cell", headers[column] if column < len(headers) else "")
            column += _span(cell)
    return roles
