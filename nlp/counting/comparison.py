"""One campaign against another: the study's figures and the councils' decisions side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpora.campaign import Campaign
from nlp.counting.results import read_table
from nlp.counting.stores import write_csv

_DECISIONS = ("announces_spillovers", "nature", "institution", "precise", "calls")


@dataclass(frozen=True)
class Change:
    """A figure or decision in both campaigns; ``subject`` is the study's figure or the council."""

    subject: str
    field: str
    before: str
    after: str


def compare(before: Campaign, after: Campaign) -> tuple[Change, ...]:
    """Every figure of the study, and every decision on a council of both campaigns that differs.

    A council that only one campaign has is told with the field ``present``. Writes
    ``outputs/<after>/compare/<before>.csv``. Raises InputError where a campaign has no results.
    """
    changes = (
        *_figures(read_table(before, "study"), read_table(after, "study")),
        *_councils(read_table(before, "authorities"), read_table(after, "authorities")),
    )
    rows = [(c.subject, c.field, c.before, c.after) for c in changes]
    target = after.outputs / "compare" / f"{before.name}.csv"
    write_csv(target, ("subject", "field", before.name, after.name), rows)
    return changes


def _figures(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> Iterator[Change]:
    old = {row["figure"]: row for row in before}
    for row in after:
        if row["figure"] in old:
            yield Change(row["figure"], "value", _share(old[row["figure"]]), _share(row))


def _share(row: Mapping[str, str]) -> str:
    return f"{row['value']}/{row['of']}" if row["of"] else row["value"]


def _councils(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> Iterator[Change]:
    old = {row["authority"]: row for row in before}
    new = {row["authority"]: row for row in after}
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            yield Change(name, "present", str(name in old).lower(), str(name in new).lower())
            continue
        for field in _DECISIONS:
            if old[name][field] != new[name][field]:
                yield Change(name, field, old[name][field], new[name][field])
