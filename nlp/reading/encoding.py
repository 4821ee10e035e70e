"""From bytes to text: which encoding a page is really in."""

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})["']""")
# What a server may declare. UTF-7 and the codecs that run escapes are not encodings of the web.
_DECLARABLE = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|ascii|iso8859-\d+|cp125\d|cp85\d|mac-\w+|koi8-\w+"
    r"|big5|gbk|gb2312|gb18030|euc_\w+|shift_jis|iso2022_jp"
)
# The web's rule (WHATWG Encoding): pages that say Latin-1 or ASCII mean Windows-1252.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}


@dataclass(frozen=True)
class Decoded:
    """``text`` with the ``encoding`` that was used (a Python codec name).

    ``declared`` is what HTTP or the page said (HTTP first), or empty; ``wrong`` is true when the
    bytes are not in the declared encoding, or hold bytes that are in none.
    """

    text: str
    encoding: str
    declared: str
    wrong: bool


def _codec(name: str) -> str:
    """The Python codec that a declaration means, or empty if there is none to be trusted."""
    try:
        codec = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(codec, codec) if _DECLARABLE.fullmatch(codec) else ""


def _declarations(content: bytes, charset: str) -> list[str]:
    head = content[:4096]
    found = [match[1].decode("ascii") for match in (_XML_ENCODING.search(head),) if match]
    found += [match[1].decode("ascii") for match in (_META_CHARSET.search(head),) if match]
    return [name for name in (charset, *found) if name]


def _mostly_utf8(content: bytes) -> str:
    """The text if the bytes are UTF-8 but for a few, else empty.

    Publishing systems cut descriptions in the middle of a character, and downloads end there: one
    broken byte must not turn every accent of the page into two characters.
    """
    text = content.decode("utf-8", errors="replace")
    broken = text.count("�") - content.count("�".encode())
    sound = sum(1 for character in text if character > "\x7f") - text.count("�")
    return text if sound > 2 * broken else ""


def decode(content: bytes, charset: str = "") -> Decoded:
    """Decode a text file or page; ``charset`` is what HTTP declared.

    In this order: a byte-order mark, strict UTF-8, the declared encodings, UTF-8 with a few broken
    bytes, Windows-1252. The last never fails, so this never does.
    """
    declarations = _declarations(content, charset)
    declared = declarations[0] if declarations else ""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, errors="replace")
            return Decoded(text, encoding, declared, wrong=False)
    codecs_declared = [_codec(name) for name in declarations]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        wrong = not text.isascii() and any(c and c != "utf-8" for c in codecs_declared[:1])
        return Decoded(text, "utf-8", declared, wrong)
    for position, codec in enumerate(codecs_declared):
        if not codec or codec == "utf-8":
            continue
        if codec.startswith(("utf-16", "utf-32")) and b"\x00" not in content:
            continue  # any even number of bytes is UTF-16; a page in it has zeros around its markup
        try:
            return Decoded(content.decode(codec), codec, declared, wrong=position > 0)
        except UnicodeDecodeError:
            continue
    if text := _mostly_utf8(content):
        return Decoded(text, "utf-8", declared, wrong=True)
    return Decoded(
        content.decode("cp1252", errors="replace"), "cp1252", declared, wrong=bool(declared)
    )
