"""A REFI-QDA 1.5 codebook (.qdc): a tree of codes, from their dotted names."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from nlp.coding.codebook import Code, Codebook
from nlp.exporting.guids import guid
from nlp.exporting.plain import one_line, writable
from nlp.exporting.wording import wording

ORIGIN = "aect"
"""The program that an exchanged file says it is from."""

_CODEBOOK = "urn:QDA-XML:codebook:1.0"
# Okabe and Ito's colours, which colour-blind readers tell apart; a family of codes has one.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999")


def codebook_bytes(codebook: Codebook, language: str) -> bytes:
    """The codebook as a .qdc file, labels and definitions in ``language`` (fr or en)."""
    root = etree.Element(f"{{{_CODEBOOK}}}CodeBook", nsmap={None: _CODEBOOK}, origin=ORIGIN)
    root.append(codes_element(_CODEBOOK, codebook.codes, language))
    return xml_bytes(root)


def xml_bytes(root: etree._Element) -> bytes:
    """The element as an indented XML file in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def code_guid(code: str) -> str:
    """The GUID of a code, the same in all campaigns and codebooks that name it so."""
    return guid("code", code)


def codes_element(namespace: str, codes: Sequence[Code], language: str) -> etree._Element:
    """``Codes`` of the namespace: dotted names are branches, what the codebook declares is codable.

    Every code has its label as name; its definition and its own name stand in the description.
    """
    declared = {code.id: code for code in codes}
    root = etree.Element(f"{{{namespace}}}Codes", nsmap={None: namespace})
    families = sorted({code.id.partition(".")[0] for code in codes})
    colours = {family: _COLOURS[i % len(_COLOURS)] for i, family in enumerate(families)}
    elements: dict[str, etree._Element] = {"": root}
    for code in codes:
        steps = code.id.split(".")
        for depth in range(1, len(steps) + 1):
            name, parent = ".".join(steps[:depth]), ".".join(steps[: depth - 1])
            if name not in elements:
                elements[name] = _element(
                    elements[parent], name, declared.get(name), colours[steps[0]], language
                )
    return root


def _element(
    parent: etree._Element, name: str, code: Code | None, colour: str, language: str
) -> etree._Element:
    groups: Mapping[str, Any] = wording(language)["groups"]
    label = code.label[language] if code else str(groups.get(name, name.rpartition(".")[2]))
    namespace = etree.QName(parent).namespace
    element = etree.SubElement(
        parent,
        f"{{{namespace}}}Code",
        guid=code_guid(name),
        name=one_line(label),
        isCodable="true" if code else "false",
        color=colour,
    )
    about = f"{code.definition[language]}\n{name}" if code else name
    etree.SubElement(element, f"{{{namespace}}}Description").text = writable(about)
    return element
