"""The words of the pages that compare two campaigns."""

from collections.abc import Mapping, Sequence

from nlp.coding.codebook import BUNDLED_CODEBOOK, load_codebook
from nlp.comparing.criteria import CRITERIA, FieldChange
from nlp.comparing.whereabouts import Whereabouts
from nlp.comparing.wording import KINDS
from nlp.counting.study import read_published
from nlp.counting.tables import SEPARATOR
from nlp.reporting.wording import Wording

_MOST_NAMED = 6
"""Values of a list that a sentence names; of longer ones it gives the number."""
_STATED = "true"
"""What a field holds of which there is no more to tell than that it is stated."""
_MEASURES = {"amount_max": "amount", "cofunding_rate_max": "rate", "deadlines": "date"}
# What a call asks for more of, and less; of an amount or a date neither can be said.
_HARDER, _SOFTER = ("added", "stricter"), ("dropped", "looser")


class CompareWording(Wording):
    """One language's labels: the report's, and those of labels-compare.yml by ``told``."""

    def __init__(self, language: str) -> None:
        """Load the labels; InputError where there are none in ``language``."""
        super().__init__(language)
        own = self.labels["compare"]
        nouns = {name: label for name, label in own.items() if isinstance(label, list)}
        nouns |= {f"s_{kind}": own["pair"][kind] for kind in KINDS}
        self.labels = {**self.labels, **nouns}

    def told(self, key: str, **words: object) -> str:
        """The label of the comparison at dotted ``key``."""
        return self.say(f"compare.{key}", **words)

    def field(self, name: str) -> str:
        """A criterion's name."""
        return self.name("fields", name)

    def values(self, field: str, raw: str) -> tuple[str, ...]:
        """The values of a field as tables print it, each in a reader's words."""
        return tuple(self._one(field, part) for part in raw.split(SEPARATOR) if part)

    def in_short(self, field: str, raw: str) -> str:
        """All of them in a phrase: of a long list the number, of none that it is not stated."""
        found = self.values(field, raw)
        if len(found) > _MOST_NAMED:
            noun = "country_count" if field == "partner_countries" else "value_count"
            return self.count(len(found), noun)
        return ", ".join(found) or self.told("not_stated")

    def _one(self, field: str, part: str) -> str:
        try:
            if field == "cofunding_rate_max":
                return self.rate(float(part))
            if field == "amount_max":
                return self.money(float(part))
        except ValueError:
            return part
        if part == _STATED:
            return self.value("stated")
        return self.name("statuses", part) if field == "legal_status" else self.value(part)

    def sentence(self, change: FieldChange, before: str, after: str) -> str:
        """What changed, in a sentence; ``before`` and ``after`` name the campaigns."""
        then, now = (self.in_short(change.field, raw) for raw in (change.then, change.now))
        key = change.type
        if change.field in _MEASURES:
            key = f"{_MEASURES[change.field]}_{change.type}"
        elif {change.then, change.now} <= {_STATED, ""}:
            key = f"plain_{change.type}"
        elif key in ("stricter", "looser", "changed") and SEPARATOR in change.then + change.now:
            key = f"list_{key}"
        return self.told(f"sentence.{key}", then=then, now=now, before=before, after=after)

    def reason(self, where: Whereabouts) -> str:
        """Why a call stands alone."""
        reasons = self.labels["compare"]["reason"]
        if where.reason in reasons:
            return str(reasons[where.reason])
        kind, _, status = where.reason.partition("_")
        if kind == "http" and status.isdigit():
            return self.told("reason.http", status=status)
        return where.reason.replace("_", " ")

    def rule(self, rule: str) -> str:
        """By which rules councils were matched."""
        rules = self.labels["compare"]["rule"]
        return " · ".join(str(rules.get(one, one)) for one in rule.split("+"))

    def signed(self, number: float) -> str:
        """A difference with its sign; a true minus, that a reader does not take for a dash."""
        if number == 0:
            return "0"
        return f"{'+' if number > 0 else '−'}{self.number(abs(number))}"


def demand(field: str, type_: str) -> str:
    """Whether a change asks for more (harder), for less (softer), or for something else (other)."""
    if field in CRITERIA and type_ in _HARDER:
        return "harder"
    return "softer" if field in CRITERIA and type_ in _SOFTER else "other"


def demands(changes: Sequence[FieldChange]) -> dict[str, int]:
    """How many of the changes ask for more, for less, for something else."""
    found = dict.fromkeys(("softer", "harder", "other"), 0)
    for change in changes:
        found[demand(change.field, change.type)] += 1
    return found


def figure_labels(language: str) -> Mapping[str, str]:
    """The names of the study's figures by id."""
    return {figure.id: figure.label[language] for figure in read_published()}


def family_labels(language: str) -> Mapping[str, str]:
    """The names of the bundled codebook's lexical families by id."""
    return {one.id: one.label[language] for one in load_codebook(BUNDLED_CODEBOOK).families}
