r"""The notation of queries: patterns of tokens, as users of CQP and TXM write them.

A query is a sequence of patterns, matched inside one sentence:

- ``coopération`` – a bare word: the form or the lemma, whatever its case;
- ``"coopérations?"`` – a form: a regular expression for the whole of it, case as written;
- ``[lemma="aide" & pos!="VERB"]`` – conditions joined with ``&``, ``|`` and parentheses, on form
  (or word), lemma, term, pos, family, place or code; after a value ``%c`` ignores case, ``%d``
  accents, ``%l`` takes it literally;
- ``[]`` – any token;
- after a pattern, ``?``, ``*``, ``+`` or ``{1,3}`` – how often it may stand.

Patterns of spaCy's Matcher are taken as well (``nlp.words.matcher``).
"""

import re
import unicodedata
from dataclasses import dataclass

from corpora.campaign import InputError
from nlp.words.matcher import is_matcher, steps_of
from nlp.words.steps import MOST, Every, Expression, Not, Some, Step, Test

ATTRIBUTES = ("form", "word", "lemma", "term", "pos", "family", "place", "code")

_LEXEME = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?P<flags>\s*%[cdl]+)?
    |(?P<times>\{\s*\d*\s*(?:,\s*\d*\s*)?\}|[?*+])
    |(?P<sign>!=|=|\[|\]|\(|\)|&|\||!)
    |(?P<bare>[^\s\[\]()&|"={}?*+!]+))""",
    re.VERBOSE,
)


_ELIDED = re.compile(r"((?:[cdjlmnst]|(?:jus|lors|puis|quel|quoi)?qu)['’])(?=\w)", re.IGNORECASE)


def parse(query: str) -> tuple[Step, ...]:
    """The patterns of a query; raises InputError, saying where and what is wrong."""
    # Texts are composed (NFC); what is typed or pasted on a Mac may have its accents apart.
    query = unicodedata.normalize("NFC", query)
    steps = steps_of(query) if is_matcher(query) else _Parser(query).steps()
    if all(step.least == 0 for step in steps):
        raise InputError(f"query {query!r}: matches nothing at all; ask for one word at least")
    return steps


def bare(word: str) -> Expression:
    """A word as a person types it: the form or the lemma, whatever its case."""
    return Some(tuple(Test(attribute, word, "cl") for attribute in ("form", "lemma", "term")))


@dataclass(frozen=True)
class _Lexeme:
    sort: str
    text: str
    flags: str
    at: int


class _Parser:
    def __init__(self, query: str) -> None:
        self._query = query
        self._lexemes = list(self._cut())
        self._next = 0

    def _cut(self) -> list[_Lexeme]:
        found = []
        at, query = 0, self._query.rstrip()
        while at < len(query):
            match = _LEXEME.match(query, at)
            if not match:
                raise self._error("cannot be read", at)
            sort = next(name for name in ("string", "times", "sign", "bare") if match[name])
            flags = (match["flags"] or "").strip().lstrip("%")
            first, at = match.start(sort), match.end()
            if sort == "bare" and (elided := _ELIDED.match(match[sort])):
                at = first + elided.end()  # "l'" is a word of the text, and what follows another
            found.append(
                _Lexeme(sort, query[first:at] if sort == "bare" else match[sort], flags, first)
            )
        return found

    def steps(self) -> tuple[Step, ...]:
        steps = []
        while self._peek():
            expression = self._token()
            lexeme = self._peek()
            if lexeme and lexeme.sort == "times":
                self._next += 1
                steps.append(Step(expression, *self._times(lexeme)))
            else:
                steps.append(Step(expression))
        if not steps:
            raise InputError('an empty query: write a word, or patterns such as [lemma="aide"]')
        return tuple(steps)

    def _token(self) -> Expression:
        lexeme = self._take()
        if lexeme.sort == "bare":
            return bare(lexeme.text)
        if lexeme.sort == "string":
            return self._test("form", lexeme)
        if lexeme.text != "[":
            raise self._error(f"{lexeme.text!r} begins no pattern", lexeme.at)
        if self._is("]"):
            return Every(())
        expression = self._either()
        if not self._is("]"):
            raise self._error("a ] is missing", self._at())
        return expression

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._is("|"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _both(self) -> Expression:
        parts = [self._condition()]
        while self._is("&"):
            parts.append(self._condition())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _condition(self) -> Expression:
        if self._is("!"):
            return Not(self._condition())
        if self._is("("):
            expression = self._either()
            if not self._is(")"):
                raise self._error("a ) is missing", self._at())
            return expression
        name = self._take()
        if name.text not in ATTRIBUTES:
            raise self._error(
                f"{name.text!r} is no attribute (there are: {', '.join(ATTRIBUTES)})", name.at
            )
        sign = self._take()
        if sign.text not in ("=", "!="):
            raise self._error("= or != is missing", sign.at)
        value = self._take()
        if value.sort != "string":
            raise self._error(f'a value stands in quotes: {name.text}="{value.text}"', value.at)
        return self._test(name.text, value, negated=sign.text == "!=")

    def _test(self, attribute: str, lexeme: _Lexeme, negated: bool = False) -> Test:
        value = re.sub(r"\\([\"'])", r"\1", lexeme.text[1:-1])
        if "l" not in lexeme.flags:
            try:
                re.compile(value)
            except re.error as error:
                raise self._error(
                    f"{value!r} is no regular expression ({error})", lexeme.at
                ) from error
        attribute = "form" if attribute == "word" else attribute
        return Test(attribute, value, "".join(sorted(set(lexeme.flags))), negated)

    def _times(self, lexeme: _Lexeme) -> tuple[int, int]:
        simple = {"?": (0, 1), "*": (0, MOST), "+": (1, MOST)}
        if lexeme.text in simple:
            return simple[lexeme.text]
        low, comma, high = lexeme.text[1:-1].replace(" ", "").partition(",")
        least = int(low or 0)
        most = int(high or MOST) if comma else least
        if least > most or most > MOST or (not low and not high):
            raise self._error(f"{lexeme.text}: from 0 to {MOST}, the smaller first", lexeme.at)
        return least, most

    def _is(self, text: str) -> bool:
        lexeme = self._peek()
        if lexeme and lexeme.sort == "sign" and lexeme.text == text:
            self._next += 1
            return True
        return False

    def _take(self) -> _Lexeme:
        lexeme = self._peek()
        if lexeme is None:
            raise self._error("ends too early", len(self._query))
        self._next += 1
        return lexeme

    def _peek(self) -> _Lexeme | None:
        return self._lexemes[self._next] if self._next < len(self._lexemes) else None

    def _at(self) -> int:
        lexeme = self._peek()
        return lexeme.at if lexeme else len(self._query)

    def _error(self, reason: str, at: int) -> InputError:
        return InputError(f"query {self._query!r}, character {at + 1}: {reason}")
