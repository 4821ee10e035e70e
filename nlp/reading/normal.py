"""Normal text: one way to write each character, and the bullets that lists are written with."""

import re
import unicodedata

_TABLE: dict[int, str | None] = {
    # Four per cent of tags in French models change with the shape of the apostrophe.
    **dict.fromkeys(map(ord, "‘’‚‛ʼʹ′´`＇\u1ffd\u1fef"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2212\u00ad\ufffe"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"), " "),
    **dict.fromkeys(map(ord, "\u2008\u2009\u200a\u202f\u205f\u3000\u1680"), " "),
    **dict.fromkeys(map(ord, "\u2028\u2029\x0b\x0c"), "\n"),
    # Word's and Wingdings' bullets, which PDF and DOCX files carry as private characters.
    **dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf0e8"), "•"),
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    # Invisible: zero-width characters and joiners, directional marks, controls, lone surrogates.
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]),
    **dict.fromkeys([0xFEFF, 0xFFFF, *range(0x09), *range(0x0E, 0x20), 0x7F]),
    **dict.fromkeys(range(0xD800, 0xE000)),
}
# Windows-1252 read as Latin-1, in pages that say so: the bytes' intended characters.
_TABLE |= {
    c: bytes([c]).decode("cp1252", errors="ignore").translate(_TABLE) for c in range(0x80, 0xA0)
}
_TABLE[0x00AD] = None  # a soft hyphen marks where a word may break, and most do not

_SURE_BULLET = re.compile(r"\s*[•●○◦▪▫■□▶►▸➢➤➔➜→⇒✓✔✗✘❖◆◇‣⁃∙⚫]\s*(?=\S)")
# Those that are also punctuation: a list only if a space or a letter follows as in a list.
_LIKELY_BULLET = re.compile(r"\s*(?:[-–—](?:\s+|(?=[^\W\d_]))|[*>·]\s+|o\s+(?=[^\W\d_]))(?=\S)")
_NUMBERED = re.compile(
    r"\s*(?:\d{1,2}\s?[.)°]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|\d{1,2}\s?[-–](?=\s)|[a-zA-Z]\s?\)|[ivx]{1,4}[.)])\s+(?=\S)"
)


def normal(text: str) -> str:
    """NFC with unified apostrophes, quotes, hyphens and spaces, without ligatures or invisibles."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def tidy(text: str) -> str:
    """Normal text on one line: runs of white space are one space, none at the ends."""
    return " ".join(normal(text).split())


def after_bullet(text: str) -> str:
    """What follows the bullet that ``text`` starts with; empty if it starts with none."""
    match = _SURE_BULLET.match(text) or _LIKELY_BULLET.match(text)
    return text[match.end() :] if match else ""


def is_numbered(text: str) -> bool:
    """True for ``1. …``, ``2) …``, ``3° …``, ``4 - …`` and ``a) …``."""
    return _NUMBERED.match(text) is not None
