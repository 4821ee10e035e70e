"""How every page of a report is written: its languages, its navigation, its escaping."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

from corpora.campaign import InputError
from nlp.reporting.pages.citation import Citation, Citations, permanent_link
from nlp.reporting.pages.evidence import Quote
from nlp.reporting.pages.places import anchor, archived_page, evidence_page
from nlp.reporting.wording import LANGUAGES, Wording, short_name

NAVIGATION = (
    "index", "councils", "calls", "codes", "words", "check", "pages", "comparisons", "search",
    "method", "downloads",
)  # fmt: skip
"""The pages that every page leads to, in their order; each is the stem of a file."""

# HTML has no place for these; crawled text does bring them (lone surrogates cannot be written).
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Families of codes that have a colour and a kind of underline of their own.
_FAMILIES = ("spillover", "applicant", "france", "partner")
_ASSETS = ("style.css", "compare.css", "report.js")
_OURS = "/* Ink on paper"


@dataclass(frozen=True)
class Site:
    """A report in one language: what writes its pages.

    ``folder`` is where they lie in ``report``: nowhere deeper (empty) or ``en/``; ``twin`` is the
    other language. ``name_of`` names a code, ``cite`` cites a quote; templates have both.
    """

    report: Path
    campaign: str
    folder: str
    wording: Wording
    twin: str
    name_of: Callable[[str], str]
    cite: Callable[[Quote], Citation]
    environment: Environment

    def write(self, path: str, template: str, **given: object) -> None:
        """Write a page; ``path`` is its place in this language's folder, with ``/``.

        A template has ``root``, which leads from the page to this language's folder, and ``top``,
        to the report's.
        """
        file = self.report / self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.text(path, template, **given), encoding="utf-8", newline="\n")

    def text(self, path: str, template: str, **given: object) -> str:
        """A page as ``write`` writes it."""
        root = "../" * path.count("/")
        top = root + "../" * self.folder.count("/")
        twin = top + path if self.folder else f"{root}{self.twin}/{path}"
        return self.environment.get_template(template).render(
            root=root, top=top, path=path, twin=twin, twin_language=self.twin, **given
        )


def open_report(
    outputs: Path,
    campaign: str,
    labels: Mapping[str, Mapping[str, str]],
    thresholds: Mapping[str, float],
    language: str,
) -> tuple[Site, ...]:
    """The sites of ``outputs/report``: that of ``language``, then that of the other language.

    Writes style and script. ``labels`` lead from a language and a code to the code's name. Raises
    InputError on a language without labels, and where ``report`` holds something else.
    """
    report = outputs / "report"
    wording = Wording(language)
    refuse_foreign(outputs)
    report.mkdir(parents=True, exist_ok=True)
    for name in _ASSETS:
        content = files("nlp.reporting").joinpath(name).read_text(encoding="utf-8")
        (report / name).write_text(content, encoding="utf-8", newline="\n")
    other = next(one for one in LANGUAGES if one != language)
    return (
        _site(report, campaign, "", wording, other, labels, thresholds),
        _site(report, campaign, f"{other}/", Wording(other), language, labels, thresholds),
    )


def refuse_foreign(outputs: Path) -> None:
    """Raise InputError where ``outputs/report`` holds something else than a report."""
    report = outputs / "report"
    filled = report.exists() and (not report.is_dir() or any(report.iterdir()))
    if filled and not _ours(report / "style.css"):
        raise InputError(
            f"{report}: holds something that aect did not write: move it away, and run again"
        )


def _ours(style: Path) -> bool:
    try:
        return style.read_text(encoding="utf-8").startswith(_OURS)
    except (OSError, ValueError):
        return False


def _site(
    report: Path,
    campaign: str,
    folder: str,
    wording: Wording,
    twin: str,
    labels: Mapping[str, Mapping[str, str]],
    thresholds: Mapping[str, float],
) -> Site:
    own, cite = labels.get(wording.language, {}), Citations(campaign, wording).of

    def name_of(code: str) -> str:
        return own.get(code, code)

    environment = Environment(
        loader=PackageLoader("nlp.reporting"),
        bytecode_cache=_Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_writable,
    )
    environment.globals.update(
        say=wording.say,
        words=wording,
        language=wording.language,
        campaign=campaign,
        navigation=NAVIGATION,
        anchor=anchor,
        archived_page=archived_page,
        cite=cite,
        replayed=permanent_link,
        council_page=lambda name: evidence_page("council", name),
        short_name=short_name,
        style_digest=_digest,
        family=_family,
        name_of=name_of,
        threshold_of=thresholds.get,
    )
    return Site(report, campaign, folder, wording, twin, name_of, cite, environment)


class _Compiled(BytecodeCache):
    """Templates compiled once a process: two languages and every comparison share them."""

    known: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.known.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def _digest(style: str) -> str:
    """What a page's policy allows a style sheet inside it by."""
    return f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}"


def _writable(value: object) -> object:
    # Markup is already finished output of a macro or of our own style sheet.
    return _UNWRITABLE.sub("\ufffd", value) if type(value) is str else value


def _family(code: str) -> str:
    first = code.partition(".")[0]
    return first if first in _FAMILIES else "other"
