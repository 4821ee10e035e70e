"""``datapackage.json`` beside a comparison's tables: what every CSV holds, for programs."""

from collections.abc import Sequence
from pathlib import Path

from nlp.comparing.comparison import STATUSES
from nlp.comparing.criteria import TYPES
from nlp.comparing.wording import KINDS
from nlp.counting.tables import Table
from nlp.exporting.datapackage import Rules, described
from nlp.exporting.wording import wording

_COUNCIL = ("council", "councils", "council")
_RULES = Rules(
    # None of families: a sum over councils names no council.
    keys={
        "councils": ["council"],
        "calls": ["pair_id"],
        "changes": ["pair_id", "field"],
        "pages": ["pair_id"],
        "wording": ["of", "pair_id", "place"],
        "spillovers": ["council"],
        "words": ["word"],
        "figures": ["figure"],
    },
    foreign={
        "calls": [_COUNCIL],
        "changes": [("pair_id", "calls", "pair_id"), _COUNCIL],
        "pages": [_COUNCIL],
        "spillovers": [_COUNCIL],
        "families": [_COUNCIL],
    },
    values={
        ("calls", "status"): STATUSES,
        ("changes", "type"): TYPES,
        ("wording", "kind"): [kind for kind in KINDS if kind != "kept"],
    },
)


def package_bytes(
    tables: Sequence[Table], folder: Path, before: str, after: str, language: str
) -> bytes:
    """The descriptor of a comparison's tables as CSV in ``folder``, in ``language`` (fr or en).

    Raises OSError where one is missing.
    """
    words = wording(language)
    title = words["comparison"]["title"].format(before=before, after=after)
    about = f"{after}-compare-{before}", title, words["comparison"]["about"]
    files = {table: f"{table.name}.csv" for table in tables}
    return described(files, folder, about, words["compared"], _RULES)
