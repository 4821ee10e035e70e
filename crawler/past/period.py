"""A past year to read: which web archive holds it, and which period."""

import calendar
import json
import re
import socket
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from corpora.campaign import InputError, write_whole

INTERNET_ARCHIVE = "https://web.archive.org/cdx/search/cdx"
_REPLAY = "https://web.archive.org/web"

KEPT = "past.json"
"""In the corpus of a campaign that was read from a web archive: which one, and which period."""

_DAY = r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?"


@dataclass(frozen=True)
class Period:
    """Days, the first and the last included; their hours are UTC's."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period of ``2014``, ``2014-09``, ``2014-01..2014-06`` or of days so written."""
        first, dots, last = text.partition("..")
        wrong = f"period {text!r}: write it 2014, 2014-01..2014-06 or 2014-01-15..2014-02-15"
        ends = re.fullmatch(_DAY, first), re.fullmatch(_DAY, last if dots else first)
        if not ends[0] or not ends[1]:
            raise InputError(wrong)
        try:
            period = cls(_bound(ends[0], first=True), _bound(ends[1], first=False))
        except ValueError as error:
            raise InputError(f"{wrong} ({error})") from error
        if period.first > period.last:
            raise InputError(f"{wrong}; it ends before it begins")
        return period

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    @property
    def start(self) -> datetime:
        """The first second."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The last second."""
        last = datetime(self.last.year, self.last.month, self.last.day, tzinfo=UTC)
        return last + timedelta(hours=23, minutes=59, seconds=59)

    @property
    def middle(self) -> datetime:
        """The moment that captures are chosen to be near to."""
        return self.start + (self.end - self.start) / 2


@dataclass(frozen=True)
class Past:
    """What to read: ``cdx`` is the address of a CDX service, ``replay`` of the captures' bytes.

    A capture stands at ``<replay>/<14 digits>id_/<url>``.
    """

    cdx: str
    replay: str
    period: Period

    @classmethod
    def of(
        cls, period: str, source: str = "", replay: str = "", *, loopback: bool = False
    ) -> "Past":
        """What a person asked for; the Internet Archive where no ``source`` is named.

        ``replay`` may be left out where it is the source without its last step ``/cdx``, as in
        pywb. Raises InputError for a period or an address that cannot be used; ``loopback`` allows
        addresses of this machine.
        """
        cdx = source or INTERNET_ARCHIVE
        if not replay:
            replay = _REPLAY if cdx == INTERNET_ARCHIVE else cdx.removesuffix("/cdx")
            if replay == cdx:
                raise InputError(
                    f"--source {cdx}: its name does not end in /cdx, so say with --replay where it "
                    "replays captures"
                )
        replay = replay.rstrip("/")
        _check_address("--source", cdx, loopback)
        _check_address("--replay", replay, loopback)
        return cls(cdx, replay, Period.parse(period))


def keep_past(corpus: Path, past: Past | None, *, crawled: bool) -> None:
    """Hold a campaign to what it was read from: a web archive and a period, or the live web.

    ``past`` is None for the live web; ``crawled`` tells whether pages are archived already. Raises
    InputError where they came from elsewhere: a campaign is one look at the web.
    """
    path = corpus / KEPT
    asked = {"cdx": past.cdx, "replay": past.replay, "period": str(past.period)} if past else None
    if not crawled:
        path.unlink(missing_ok=True)
        if asked:
            write_whole(path, json.dumps(asked, indent=1) + "\n")
        return
    kept = _kept(path)
    if kept == asked:
        return
    then = f"captures of {kept['period']} by {kept['cdx']}" if kept else "pages of the live web"
    raise InputError(f"campaign {corpus.name} holds {then}: read others under another name")


def _kept(path: Path) -> dict[str, str] | None:
    """What the file tells; None where there is no such file, which is so for the live web."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(kept[name]) for name in ("cdx", "replay", "period")}
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(
            f"{path}: damaged; it says from which web archive and period the campaign was read, as "
            "the warcinfo records of its WARC files do: write it again, like that of another "
            "campaign, or read under another name"
        ) from error


def _bound(match: re.Match[str], *, first: bool) -> date:
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if first:
        return date(year, month or 1, day or 1)
    month = month or 12
    # a month that does not exist is told by date()
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return date(year, month, day or last)


def _check_address(option: str, url: str, loopback: bool) -> None:
    from crawler.manners.safety import (  # loads Scrapy: only where it is needed
        is_global,
        literal_address,
    )

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise InputError(f"{option} {url!r}: not an address ({error})") from error
    whole = re.fullmatch(r"[\x21-\x7e]+", url) and not (parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or not whole:
        raise InputError(f"{option} {url!r}: give an address like {INTERNET_ARCHIVE}")
    if loopback:
        return
    address = literal_address(host)
    found = [address] if address else _addresses(parts.scheme, host)
    if unsafe := [one for one in found if not is_global(one)]:
        raise InputError(
            f"{option} {url}: {unsafe[0]} is not an address of the public internet "
            "(--loopback allows it)"
        )


def _addresses(scheme: str, host: str) -> list[str]:
    if scheme in getproxies() and not proxy_bypass(host):
        return []  # the proxy resolves the name, and is trusted
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []  # told when it is asked for
