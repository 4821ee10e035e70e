"""Formats that are read, by the name of a file: servers often declare another."""

import re
from urllib.parse import unquote, urlsplit

_SUFFIXES = (".pdf", ".docx", ".odt")
_FILENAME = re.compile(rb"filename\*?\s*=\s*\"?([^\";]*)", re.IGNORECASE)


def named_document(url: str, disposition: bytes = b"") -> bool:
    """Whether an address, or a Content-Disposition, names a PDF, DOCX or ODT file."""
    names = [unquote(urlsplit(url).path)]
    names += [name.decode("latin-1") for name in _FILENAME.findall(disposition)]
    return any(name.rstrip("/ ").lower().endswith(_SUFFIXES) for name in names)
