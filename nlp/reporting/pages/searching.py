"""The index of the report's search: scripts of data, which a page opened from disk may load.

``places.js`` holds what the others point into; ``quotes-N.js`` and ``pages-N.js`` hold records;
``words-A.js`` (``fulltext``) the words of pages.
Each calls ``aect`` with its name and a list: ``report.js`` takes it in.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from nlp.coding.references import Coding, Reference
from nlp.reading.documents import Document
from nlp.reporting.pages.evidence import pages_in_order
from nlp.reporting.pages.places import anchor, slug

_RECORDS_A_SHARD = 1000
_LONGEST = 600  # characters of a quote: what a reader takes in of a result


def shards(coding: Coding, quoted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name and text of each script; the first tells how many there are of the others.

    ``quoted`` leads from a reference's id to its place among the quotes of its code.
    """
    documents = pages_in_order(coding)
    rank = {document.id: index for index, document in enumerate(documents)}
    references = sorted(
        (r for r in coding.references if r.document_id in rank),
        key=lambda r: (rank[r.document_id], r.start, r.end, r.id),
    )
    councils = sorted({document.authority for document in documents})
    codes = sorted({reference.code for reference in references})
    kinds = sorted({kind.kind for kind in coding.kinds.values()} | {"unknown"})
    parts = {
        "pages": list(_cut(_pages(documents, coding, councils, kinds))),
        "quotes": list(_cut(_quotes(references, rank, codes, quoted))),
    }
    yield (
        "places",
        script("places", [councils, codes, kinds, len(parts["pages"]), len(parts["quotes"])]),
    )
    for name, cut in parts.items():
        for number, records in enumerate(cut):
            yield f"{name}-{number}", script(name, records)


def _pages(
    documents: Iterable[Document], coding: Coding, councils: Sequence[str], kinds: Sequence[str]
) -> Iterator[list[object]]:
    council = {name: index for index, name in enumerate(councils)}
    for document in documents:
        kind = coding.kinds.get(document.id)
        yield [
            slug(document.id),
            council[document.authority],
            kinds.index(kind.kind if kind else "unknown"),
            document.title,
            document.url,
            document.capture.captured_at[:10],
        ]


def _quotes(
    references: Iterable[Reference],
    rank: Mapping[str, int],
    codes: Sequence[str],
    quoted: Mapping[str, str],
) -> Iterator[list[object]]:
    code = {name: index for index, name in enumerate(codes)}
    for reference in references:
        yield [
            anchor(reference.id),
            rank[reference.document_id],
            code[reference.code],
            int(reference.certain),
            reference.page,
            quoted.get(reference.id, ""),
            " ".join(reference.quote.split())[:_LONGEST],
        ]


def _cut(records: Iterator[list[object]]) -> Iterator[list[list[object]]]:
    while shard := list(islice(records, _RECORDS_A_SHARD)):
        yield shard


def script(name: str, records: list[object] | list[list[object]]) -> str:
    """A script that hands ``records`` on under that name."""
    # ASCII alone: a crawled U+2028 would end a line of script in old browsers, and a lone surrogate
    # cannot be written; "<" is escaped so that no copy of this inside a page could end its script.
    text = json.dumps(records, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return f'aect("{name}",{text});\n'
