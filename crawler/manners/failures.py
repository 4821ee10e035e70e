"""Why a request got no answer, in words that are the same at every run."""

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

SILENCE = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError)
"""What a request ends with where no server answers it."""

LONGEST = 300
"""Characters of an error's own words that are told."""

_ADDRESSES = re.compile(r" ssl:(?:<[^>]*>|\w+)|<([\w.]+) object at 0x[0-9a-f]+>| at 0x[0-9a-f]+")
_PARSER = re.compile(r"400, message=(['\"])(.*?)\1(?:, url=.*|>.*)?$", re.DOTALL)
_ESCAPES = re.compile(r"\\+[nrt]|\\+(?=['\"])")


def failure(error: BaseException) -> str:
    """A sentence on what went wrong; never an address in memory, which differs at each run."""
    said = _ADDRESSES.sub(r"\1", str(error))
    # aiohttp gives its parser's complaints the status 400, which no server sent
    parser = _PARSER.search(said)
    said = _ESCAPES.sub(lambda m: " " if m[0][-1] in "nrt" else "", parser[2] if parser else said)
    said = " ".join(said.split()).removesuffix(" ^")[:LONGEST]
    if isinstance(error, CannotResolveHostError):
        return f"its host's name leads nowhere: {said}"
    if isinstance(error, DownloadConnectionRefusedError):
        return f"no connection: {said}"
    if isinstance(error, DownloadTimeoutError):
        return "no whole answer in time"
    if isinstance(error, ResponseDataLossError):
        return f"its answer broke off: {said}"
    if isinstance(error, DownloadFailedError):
        return f"its answer is not proper HTTP: {said}" if parser else f"no answer: {said}"
    if type(error) is ValueError:
        return f"it leads to what is no address: {said}"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
