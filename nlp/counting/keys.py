"""What names a row of a table, and how the tables point to each other."""

from dataclasses import dataclass

KEYS = {
    "documents": ["document_id"],
    "references": ["reference_id"],
    "codes": ["code"],
    "authorities": ["authority"],
    "calls": ["call_id"],
    "families": ["authority", "family", "place"],
    "specificities": ["lemma", "part"],
    "study": ["figure"],
}
"""Table → the columns that no two of its rows share."""

FOREIGN = {
    "documents": [
        ("authority", "authorities", "authority"),
        ("duplicate_of", "documents", "document_id"),
    ],
    "references": [
        ("document_id", "documents", "document_id"),
        ("authority", "authorities", "authority"),
        ("code", "codes", "code"),
    ],
    "calls": [("authority", "authorities", "authority")],
    "families": [("authority", "authorities", "authority")],
    "specificities": [("part", "authorities", "authority")],
}
"""Table → its columns that hold another table's key: column, table, key there."""


@dataclass(frozen=True)
class Link:
    """A table of pairs that a column of lists makes: ``column`` of ``table`` holds keys of another.

    ``at`` is the other key's name in the pairs; ``field`` is whether each value says for which
    field it stands (``field=key``).
    """

    name: str
    table: str
    column: str
    to: str
    at: str
    field: bool = False


LINKS = (
    Link("call_documents", "calls", "document_ids", "documents", "document_id"),
    Link("call_evidence", "calls", "evidence", "references", "reference_id", field=True),
    Link("authority_evidence", "authorities", "evidence", "references", "reference_id", field=True),
    Link("study_authorities", "study", "authorities", "authorities", "authority"),
    Link("study_calls", "study", "call_ids", "calls", "call_id"),
    Link("study_references", "study", "reference_ids", "references", "reference_id"),
)
"""Lists of keys, taken apart where a program follows keys but no lists."""
