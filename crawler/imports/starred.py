"""IRaMuTeQ's corpora: texts in one file, each after a line of starred variables."""

import re
from collections import Counter

from crawler.imports.described import Broken, CorpusText

_LINES = re.compile(r"\r\n|\r|\n")
_HEAD = "****"
_WELL_FORMED = re.compile(r"\*{4}(?:\s+\*[^\s*_]+(?:_\S*)?)+\s*")
_THEME = "-*"
_NARROW = str.maketrans({"＊": "*", "＄": "$", "＿": "_"})
# between two words it ties them; a word between two low lines is a remark, and stays
_TIED = re.compile(r"(?<=[^\W_])_(?=[^\W_])")


def decoded(content: bytes) -> str:
    """A corpus file's text: UTF-8, UTF-16 where its mark says so, else windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def is_starred(text: str) -> bool:
    """Whether a plain text is such a corpus: it opens with a starred line, or holds a good one.

    To IRaMuTeQ every line that begins with four stars begins a text; where stars close the first
    line of a file as well they are an ornament (``**** Attention ****``).
    """
    first = _LINES.split(text.lstrip(), maxsplit=1)[0].rstrip()
    if first.startswith(_HEAD) and (first == _HEAD or not first.endswith("*")):
        return True
    return _HEAD in text and any(
        _WELL_FORMED.fullmatch(line) for line in _LINES.split(text) if line.startswith(_HEAD)
    )


def starred_texts(text: str) -> list[CorpusText]:
    """The texts of a file for which ``is_starred`` holds; those without words have no body.

    Lines stay lines. Raises Broken at a line before the first text that is not blank, and at a
    starred line that is not made of ``*name`` and ``*name_value``.
    """
    heads: list[tuple[int, dict[str, str]]] = []
    bodies: list[list[str]] = []
    for number, line in enumerate(_LINES.split(text), 1):
        if line.startswith(_HEAD):
            heads.append((number, _variables(line, number)))
            bodies.append([])
        elif not heads:
            if line.strip():
                raise Broken(number, f"{line.strip()[:40]!r} stands before the first **** line")
        elif line.startswith(_THEME):
            heads[-1][1].setdefault(line.split()[0], "theme")
            bodies[-1].append("")
        else:
            bodies[-1].append(line)
    ids = Counter(variables.get("id", "") for _, variables in heads)
    names = [id_ if ids[id_ := variables.get("id", "")] == 1 else "" for _, variables in heads]
    return [
        CorpusText(name or str(place), line, _running(body), variables)
        for place, (name, (line, variables), body) in enumerate(
            zip(names, heads, bodies, strict=True), 1
        )
    ]


def _variables(line: str, number: int) -> dict[str, str]:
    variables: dict[str, str] = {}
    for star in line[len(_HEAD) :].split():
        name, _, value = star[1:].partition("_")
        if star[0] != "*" or not name or "*" in name:
            raise Broken(number, f"{star[:40]!r} is no starred variable: write *name_value")
        # a variable may have no value (*femme), or several
        given = [variables[name]] if name in variables else []
        variables[name] = "|".join([*given, value or name])
    return variables


def _running(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return _TIED.sub(" ", text).translate(_NARROW)
