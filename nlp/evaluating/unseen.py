"""Kinds of pages judged by a model that has not seen the authority: leave one authority out."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from nlp.coding.kinds import KindModel, Record, train
from nlp.coding.labels import fold
from nlp.coding.references import Kind
from nlp.evaluating.results import Results

# Words that say what an authority is, not which one: "Région Bretagne", "Conseil régional de …".
_TITLES = re.compile(
    r"conseil|general|region(al)?|departement(al)?|ville|metropole|communaute|urbaine|commune|"
    r"collectivite|territoriale|d|de|des|du|l|la|le|les"
)


def kinds_of_unseen(
    results: Results,
    judged: Iterable[tuple[str, str]],
    records: Sequence[Record],
    learn: Callable[[Sequence[Record]], KindModel] = train,
) -> tuple[dict[str, Kind], str]:
    """Kinds of documents whose authority the model had learnt from, and how all were judged.

    ``judged`` are pairs of document id and the authority that the gold names. A page whose kind
    the model decided, and whose authority occurs among the ``records`` that it learnt from, is
    judged again by a model that has not seen that authority's.
    """
    learnt = {_bare(record.authority) for record in records}
    again: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for document_id, authority in judged:
        for name in (authority, results.rows[document_id]["authority"]):
            if _bare(name) in learnt:
                again[_bare(name)].add(document_id)
    kinds: dict[str, Kind] = {}
    for bare, ids in sorted(again.items()):
        model = learn([record for record in records if _bare(record.authority) != bare])
        for document_id in sorted(ids & results.documents.keys()):
            if results.rows[document_id]["kind_rule"] == "kinds model":
                kinds[document_id] = model.classify(results.documents[document_id])
    how = f"{len(again)} of them judged here, left out one by one" if again else ""
    return kinds, (
        f"kinds: learnt from {len(records)} pages of {len(learnt)} authorities, "
        f"{how or 'none of them judged here'}"
    )


def _bare(name: str) -> tuple[str, ...]:
    """An authority's name by the words that tell it from others."""
    words = re.findall(r"\w+", fold(name))
    return tuple(word for word in words if not _TITLES.fullmatch(word)) or tuple(words)
