"""What a query asks for: steps, each a condition on one token and how often it may stand."""

from dataclasses import dataclass

MOST = 50
"""How often a pattern with ``*`` or ``+`` stands at the most."""


@dataclass(frozen=True)
class Test:
    """A condition on one token: the attribute's value matches ``value``, or does not.

    ``flags`` are of ``c`` (any case), ``d`` (any accents), ``l`` (literally).
    """

    attribute: str
    value: str
    flags: str = ""
    negated: bool = False


@dataclass(frozen=True)
class Every:
    """All of the conditions hold; of none, any token does."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Some:
    """One of the conditions holds."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Not:
    """The condition does not hold."""

    part: "Expression"


Expression = Test | Every | Some | Not


@dataclass(frozen=True)
class Step:
    """One pattern, from ``least`` to ``most`` times."""

    expression: Expression
    least: int = 1
    most: int = 1
