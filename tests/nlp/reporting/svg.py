"""Pictures read back as a browser reads them."""

from lxml import etree

SVG = {"s": "http://www.w3.org/2000/svg"}


def read_svg(svg: str | bytes) -> etree._Element:
    content = svg if isinstance(svg, bytes) else svg.encode("utf-8")
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False))


def words_of(svg: str | bytes) -> list[etree._Element]:
    """The words of a cloud: text that says more when it is pointed at."""
    found = read_svg(svg).xpath("//s:text[s:title]", namespaces=SVG)
    assert isinstance(found, list)
    return found


def word_of(text: etree._Element) -> str:
    """What is written, without what hovering says."""
    return "".join(str(piece) for piece in text.xpath("text()"))


def lines_of(svg: str | bytes) -> str:
    """All text beside the words, as one."""
    found = read_svg(svg).xpath("//s:text[not(s:title)]/text()", namespaces=SVG)
    assert isinstance(found, list)
    return " ".join(map(str, found)).replace("\u00a0", " ").replace("\u202f", " ")
