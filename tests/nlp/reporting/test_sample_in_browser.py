"""The report of the sample campaign in a real browser, opened from disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Study
from tests.nlp.reporting.browser import AXE, PHONE, Browser, chromium, serious, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser")


@pytest.fixture
def report(demo: Study) -> Path:
    return demo.campaign.outputs / "report"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one
        assert one.faults == []


def kinds_of_page(report: Path) -> list[Path]:
    """The report's own pages, and the first of each kind of evidence and copy."""
    evidence = (f"evidence/{kind}-*.html" for kind in ("figure", "council", "call", "code"))
    deeper = [min(report.glob(name)) for name in (*evidence, "archive/*.html")]
    return [*sorted(report.glob("*.html")), *deeper, report / "en" / "index.html"]


@pytest.mark.skipif(not AXE.is_file(), reason=f"axe-core is not there ({AXE}): make peers")
def test_axe_finds_nothing_serious(report: Path, browser: Browser) -> None:
    found = []
    with browser.page() as page:
        for path in kinds_of_page(report):
            page.goto(path.as_uri())
            found += serious(page)
    assert found == []


def test_no_page_is_wider_than_a_phone(report: Path, browser: Browser) -> None:
    with browser.page(PHONE) as page:
        for path in kinds_of_page(report):
            page.goto(path.as_uri())
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE[0], f"{path.name} is {width} pixels wide"


def test_one_walks_from_a_figure_to_the_marked_quote(report: Path, browser: Browser) -> None:
    with browser.page() as page:
        page.goto((report / "index.html").as_uri())
        page.click("#figure-councils_announcing .found a")
        quote = page.locator(".quote").first
        words = quote.locator("q").inner_text()
        quote.locator("a.archived").click()
        marked = page.locator("mark:target")
        assert marked.is_visible()
        assert words.split()[0] in marked.inner_text()
