"""Main part: which of a page's elements hold what the page is about."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from lxml.html import HtmlElement

from nlp.reading.furniture import (
    is_edge_line,
    is_furniture_line,
    is_news_heading,
    is_teaser_heading,
)
from nlp.reading.pieces import as_boilerplate
from nlp.reading.walk import Found, Walker

_LANDMARKS = "//main[not(ancestor::main)] | //*[@role='main'][not(ancestor::main)]"
_FEWEST_WORDS = 5
# A page that is all furniture but for this many words outside its landmarks marks them wrongly.
_FALLBACK_WORDS = 30
# On 171 pages in five styles: 0.6 loses the most text, 0.9 lets the most furniture in.
_SHARE_OF_TEXT = 0.75
_ALL_LINKS = 0.9
_LINKED_BOX = 0.7
_FLOW = frozenset(["p", "ul", "ol", "dl", "table", "blockquote", "h2", "h3", "h4", "h5", "h6"])
_PARTS = frozenset(
    ["li", "dt", "dd", "tr", "th", "tbody", "thead", "tfoot", "caption", "details", "summary"]
)


def main_pieces(root: HtmlElement) -> list[Found]:
    """The pieces of a page, all that is not its main part marked as boilerplate.

    The page's own landmarks (``<main>``, ``role=main``) decide; else a single ``<article>``; else
    the smallest element that holds most of the text outside links, whole, so that no list of it is
    lost. (With trafilatura choosing the texts, 56 of the sample's 1,357 elements were lost, without
    it 51, in less than half the time.)
    """
    mains = _landmarks(root)
    if not mains:
        chosen = _chosen_by_text(root)
        mains = {chosen} if chosen is not None else set()
    protected = {ancestor for main in mains for ancestor in (main, *main.iterancestors())}
    found = _without_edges(Walker(protected, mains).walk(root))
    inside = [f for f in found if f.in_main and not f.piece.boilerplate]
    if mains and _words(inside) < _FEWEST_WORDS:
        outside = [f for f in found if not f.piece.boilerplate]
        if _words(outside) >= _FALLBACK_WORDS:
            mains = set()
    if mains:
        found = _without_outside(found)
    if mains <= {root.find("body")}:
        found = _without_lead(found)
    return _without_teasers(found, mains)


def _landmarks(root: HtmlElement) -> set[HtmlElement]:
    mains = set(root.xpath(_LANDMARKS))
    if mains:
        return mains
    articles = [a for a in root.iter("article") if next(a.iterancestors("article"), None) is None]
    if len(articles) == 1 and next(articles[0].iter("h1"), None) is not None:
        return {articles[0]}
    return set()


def _words(found: Iterable[Found]) -> int:
    return sum(len(f.piece.text.split()) for f in found)


def _chosen_by_text(root: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds most of the text outside links and furniture."""
    weights: dict[HtmlElement, float] = defaultdict(float)
    total = 0.0
    for one in _without_edges(Walker((), ()).walk(root)):
        if one.piece.boilerplate:
            continue
        weight = len(one.piece.text) * (1 - one.linked)
        total += weight
        for element in (one.element, *one.element.iterancestors()):
            weights[element] += weight
    holders = [e for e, weight in weights.items() if weight >= _SHARE_OF_TEXT * total]
    if not holders:
        return None
    return _container(max(holders, key=lambda element: sum(1 for _ in element.iterancestors())))


def _container(element: HtmlElement) -> HtmlElement:
    """The element itself, or the one above if its text runs on there in paragraphs and lists."""
    parent = element.getparent()
    while parent is not None and parent.tag not in ("html", "body"):
        runs_on = any(sibling.tag in _FLOW for sibling in parent if sibling is not element)
        if element.tag not in _FLOW and element.tag not in _PARTS and not runs_on:
            break
        element, parent = parent, parent.getparent()
    return element


def _without_edges(found: list[Found]) -> list[Found]:
    """Breadcrumbs and rows of links are boilerplate, as are cookies and rights at both ends."""
    marked = [
        _marked(f) if f.piece.kind != "heading" and is_furniture_line(f.piece.text, f.linked) else f
        for f in found
    ]
    for positions in (range(len(marked)), range(len(marked) - 1, -1, -1)):
        for position in positions:
            one = marked[position]
            if one.piece.kind == "heading" and not one.piece.boilerplate:
                break
            if is_edge_line(one.piece.text):
                marked[position] = _marked(one)
            elif not one.piece.boilerplate and one.linked < _ALL_LINKS:
                break
    return marked


def _marked(found: Found) -> Found:
    return replace(found, piece=as_boilerplate(found.piece))


def _without_lead(found: list[Found]) -> list[Found]:
    """On a page without any structure, what stands before its title is the site's."""
    titles = [i for i, f in enumerate(found) if f.piece.kind == "heading" and f.piece.level == 1]
    if not titles or _words(found[: titles[0]]) > _words(found[titles[0] :]) / 2:
        return found
    return [_marked(f) if i < titles[0] else f for i, f in enumerate(found)]


def _without_outside(found: list[Found]) -> list[Found]:
    """Everything outside the main part is boilerplate, but for a title that stands above it."""
    titles = [f for f in found if f.piece.kind == "heading" and f.piece.level == 1]
    inside = [f for f in titles if f.in_main and not f.piece.boilerplate]
    title = None if inside or not titles else titles[-1]
    return [f if f.in_main or f is title else _marked(f) for f in found]


def _without_teasers(found: list[Found], mains: set[HtmlElement]) -> list[Found]:
    """Blocks under headings such as ``À lire aussi`` are boilerplate until the next section."""
    kept = list(found)
    position = 0
    while position < len(found):
        end = position + 1
        text, level = found[position].piece.text, found[position].piece.level
        named = is_teaser_heading(text)
        if (named or is_news_heading(text)) and not (
            found[position].piece.kind == "heading" and level == 1
        ):
            end = _section_end(found, position, mains)
            held = found[position + 1 : end]
            if named or (held and sum(one.linked for one in held) >= _LINKED_BOX * len(held)):
                kept[position:end] = map(_marked, found[position:end])
            else:
                end = position + 1
        position = end
    return kept


def _section_end(found: list[Found], start: int, mains: set[HtmlElement]) -> int:
    """Where the section ends whose heading is at ``start``: the next one, or its element's end."""
    opening = found[start]
    is_heading = opening.piece.kind == "heading"
    holder = opening.element.getparent()
    bounded = holder is not None and holder not in mains and holder.tag not in ("body", "html")
    for position in range(start + 1, len(found)):
        one = found[position]
        if is_heading and one.piece.kind == "heading" and one.piece.level <= opening.piece.level:
            return position
        if bounded and not any(holder is above for above in one.element.iterancestors()):
            return position
        if not bounded and not is_heading and one.linked < _ALL_LINKS:
            return position
    return len(found)
