"""The pages of a comparison, written into the later campaign's report in both languages."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from corpora.campaign import Campaign, InputError, write_whole
from nlp.comparing.comparison import Comparison
from nlp.reporting.comparing.composing import SIGNATURE, Pages
from nlp.reporting.comparing.labels import CompareWording
from nlp.reporting.comparing.listing import write_comparisons, write_made
from nlp.reporting.comparing.overview import Overview
from nlp.reporting.comparing.places import main_language
from nlp.reporting.pages.places import COMPARISONS
from nlp.reporting.site import open_report
from nlp.reporting.wording import LANGUAGES

_MARK = f'<meta name="generator" content="{SIGNATURE}">'.encode()


def headline(comparison: Comparison, language: str) -> tuple[str, ...]:
    """What was compared and what changed, in sentences."""
    return Overview(comparison, CompareWording(language)).lede()


def write_comparison_pages(comparison: Comparison, after: Campaign) -> Mapping[str, Path]:
    """Write ``report/compare/<before>/`` in both languages, and the list of comparisons anew.

    ``after`` is the later campaign. In ``report`` lie the pages in its report's own language, in
    the folder named after the other one their twins; returns the first page of each by language,
    the report's own first. Pages of an earlier comparison with the same campaign are replaced; the
    same input gives the same bytes.

    Raises InputError where something that is no page of ours stands in the way.
    """
    outputs, before = after.outputs, comparison.before.name
    main = main_language(outputs)
    sites = open_report(outputs, after.name, {}, {}, main)
    texts = {
        site.report / site.folder / path: text
        for site in sites
        for path, text in Pages(comparison, site, outputs, main).every()
    }
    _refuse_foreign(texts)
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
        for folder in ("", *LANGUAGES):
            for path in (outputs / "report" / folder / COMPARISONS / before).glob("*.html"):
                if path not in texts and _MARK in path.read_bytes():
                    path.unlink()
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror or error}") from error
    write_made(comparison, after)
    for site in sites:
        write_comparisons(site, outputs)
    return {
        site.wording.language: site.report / site.folder / COMPARISONS / before / "index.html"
        for site in sites
    }


def _refuse_foreign(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists() and not (path.is_file() and _MARK in path.read_bytes()):
            raise InputError(
                f"{path}: holds something that aect did not write: move it away, and run again"
            )
