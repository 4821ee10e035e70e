"""The rules of a robots.txt, read as RFC 9309 says.

The parser is our own: of the kept ones, Protego lets a Crawl-delay end a group (2.2.4 forbids it: a
``Disallow`` meant for us is then lost), takes ``Allow: /index.html`` to open ``/``, and any prefix
of our name for our name.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

AGENT = "aect"
"""The name that robots.txt files address."""

LONGEST_FILE = 500 * 2**10
"""Bytes of a robots.txt that are read; RFC 9309 (2.5) asks for at least so many."""

_KEYS = {
    b"user-agent": "agent",
    b"useragent": "agent",
    b"user agent": "agent",
    b"allow": "allow",
    **dict.fromkeys((b"disallow", b"dissallow", b"dissalow", b"disalow", b"disallaw"), "disallow"),
    b"crawl-delay": "delay",
    b"crawl delay": "delay",
    b"sitemap": "sitemap",
}
"""Names of lines; misspellings that are common are read as they are meant, as 2.2.4 allows."""

_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class _Rule:
    """A path pattern: ``parts`` stand one after the other, anything between them."""

    allow: bool
    parts: tuple[bytes, ...]
    to_the_end: bool
    octets: int

    @classmethod
    def of(cls, pattern: bytes, *, allow: bool) -> "_Rule":
        if not pattern.startswith((b"/", b"*")):
            pattern = b"/" + pattern
        to_the_end = pattern.endswith(b"$")
        parts = re.split(rb"\*+", pattern[:-1] if to_the_end else pattern)
        normal = tuple(_normal(part) for part in parts)
        octets = sum(map(len, normal)) + pattern.count(b"*") + to_the_end
        return cls(allow, normal, to_the_end, octets)

    def matches(self, path: bytes) -> bool:
        first, *rest = self.parts
        if not path.startswith(first):
            return False
        at = len(first)
        if not rest:
            return not self.to_the_end or at == len(path)
        # part by part, never back: a regular expression of many * would take exponential time
        for part in rest[:-1]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.to_the_end:
            return len(path) - len(rest[-1]) >= at and path.endswith(rest[-1])
        return path.find(rest[-1], at) >= 0


class Rules:
    """What a robots.txt says to one crawler, named by its product token.

    ``delay`` is its Crawl-delay in seconds or None, ``sitemaps`` are the addresses that it names.
    """

    def __init__(self, body: bytes, agent: str = AGENT) -> None:
        self.sitemaps: list[str] = []
        self._rules: dict[bytes, list[_Rule]] = {}
        self._delays: dict[bytes, float] = {}
        self._read(body)
        own = agent.lower().encode()
        chosen = own if own in self._rules else b"*"
        self.delay = self._delays.get(chosen)
        # the longest first, and what allows before what forbids at the same length (2.2.2)
        self._chosen = sorted(
            self._rules.get(chosen, ()), key=lambda rule: (-rule.octets, not rule.allow)
        )

    def allows(self, url: str) -> bool:
        """Whether an absolute URL may be fetched; robots.txt itself always may."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if "?" in url.partition("#")[0] else "")
        if parts.path == "/robots.txt":
            return True
        normal = _normal(path.encode("utf-8", "surrogateescape"))
        return next((rule.allow for rule in self._chosen if rule.matches(normal)), True)

    def _read(self, body: bytes) -> None:
        if len(body) > LONGEST_FILE:
            # without its last line, which may be cut: half a path would close too much
            body = re.split(rb"[\r\n][^\r\n]*\Z", body[:LONGEST_FILE], maxsplit=1)[0]
        agents: set[bytes] = set()
        naming = False
        for line in re.split(rb"\r\n|\r|\n", body.removeprefix(b"\xef\xbb\xbf")):
            name, _, value = line.partition(b"#")[0].partition(b":")
            key, value = _KEYS.get(name.strip().lower()), value.strip()
            if key == "agent":
                # agents named one after the other share the rules that follow
                agents = agents if naming else set()
                agents.add(_token(value))
                naming = True
            elif key in ("allow", "disallow"):
                naming = False
            self._note(key, value, agents)

    def _note(self, key: str | None, value: bytes, agents: set[bytes]) -> None:
        for agent in agents:
            rules = self._rules.setdefault(agent, [])
            if key in ("allow", "disallow") and value:
                rules.append(_Rule.of(value, allow=key == "allow"))
            elif key == "delay" and (seconds := _seconds(value)) is not None:
                self._delays[agent] = max(seconds, self._delays.get(agent, 0.0))
        if key == "sitemap" and value:
            self.sitemaps.append(value.decode("utf-8", "replace"))


def _token(value: bytes) -> bytes:
    """The product token of a user-agent line, lower-case; a version behind it does not count."""
    if value == b"*":
        return value
    found = re.match(rb"[A-Za-z_-]+", value)
    return found[0].lower() if found else b""


def _seconds(value: bytes) -> float | None:
    found = re.match(rb"\d{1,9}(?:\.\d{0,3})?", value.replace(b",", b"."))
    return float(found[0]) if found else None


def _normal(path: bytes) -> bytes:
    """A path in the one spelling in which two are compared (2.2.2).

    Octets outside ASCII are escaped, escapes of letters, digits, ``-._~`` undone, others kept; a
    literal ``*`` or ``$`` is escaped, because patterns can name it only so.
    """
    undone = _ESCAPED.sub(_unescaped, path)
    return re.sub(rb"[^\x21-\x7e]|[*$]", lambda found: b"%%%02X" % found[0][0], undone)


def _unescaped(found: "re.Match[bytes]") -> bytes:
    octet = bytes([int(found[1], 16)])
    return octet if _UNRESERVED.fullmatch(octet) else found[0].upper()
