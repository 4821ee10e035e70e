"""What may stand in a line of gold: a name or value that means nothing is told, not passed over."""

from collections.abc import Mapping
from typing import Any

from nlp.evaluating.fields import CATEGORIES, FIELDS, METADATA, known_label
from nlp.evaluating.words import letters

_OF_A_SPILLOVER = frozenset({"category", "quote", "precise", "hard", "note"})


def line_fault(fields: Mapping[str, Any]) -> str:
    """What is wrong with a line of gold; empty if nothing is."""
    labels = fields.get("labels", fields)
    if fields.get("id", fields.get("url")) in (None, ""):
        return "neither id nor url: say which text is judged"
    for name in ("url", "authority", "title", "text", "coder"):
        if not isinstance(fields.get(name) or "", str):
            return f"{name}: {fields[name]!r} is not a text"
    for name in (*fields, *labels):
        if not known_label(name):
            return (
                f"unknown field {name!r}; known are {', '.join(FIELDS)}, a field's name with "
                f"_quote, and {', '.join(sorted(METADATA))}"
            )
    if labels is not fields and (beside := sorted(FIELDS.keys() & fields)):
        return f"{beside[0]} stands beside labels: put it under labels"
    faults = (FIELDS[name].fault(value) for name, value in labels.items() if name in FIELDS)
    return next(filter(None, faults), "") or _quote_fault(labels, fields.get("text"))


def _quote_fault(labels: Mapping[str, Any], text: str | None) -> str:
    quoted = [(name, quote) for name, quote in labels.items() if name.endswith("_quote")]
    spillovers = labels.get("spillovers")
    if not isinstance(spillovers, list | None):
        return f"spillovers: {spillovers!r} is not a list"
    for spillover in spillovers or ():
        if not isinstance(spillover, dict) or not {"category", "quote"} <= spillover.keys():
            return f"spillovers: {spillover!r} has to give category and quote"
        if unknown := sorted(spillover.keys() - _OF_A_SPILLOVER):
            known = ", ".join(sorted(_OF_A_SPILLOVER))
            return f"spillovers: unknown field {unknown[0]!r}; use {known}"
        if spillover["category"] not in list(CATEGORIES):  # what cannot be a key is none either
            return (
                f"spillovers: unknown code {spillover['category']!r}; use {', '.join(CATEGORIES)}"
            )
        if not spillover["quote"]:
            return "spillovers: a quote is empty"
        quoted.append(("spillovers", spillover["quote"]))
    content = letters(text) if text else ""
    for name, quote in quoted:
        if not isinstance(quote, str | None):
            return f"{name}: {quote!r} is not a text"
        if quote and content and letters(quote) not in content:
            return f"{name}: the quote {quote[:80]!r} is not in the text"
    return ""
