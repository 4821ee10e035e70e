"""A comparison in a real browser, opened from disk: from the list to both archived copies."""

from collections.abc import Iterator

import pytest

from corpora.campaign import Campaign
from tests.nlp.reporting.browser import AXE, DESKTOP, PHONE, Browser, chromium, serious, why_not
from tests.nlp.reporting.comparing.conftest import HOSTILE, PREFERRED

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser")

Years = tuple[Campaign, Campaign]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
    assert opened.faults == []


@SIZES
def test_from_the_list_to_both_quotes(
    browser: Browser, years: Years, size: tuple[int, int]
) -> None:
    with browser.page(size) as page:
        page.goto((years[1].outputs / "report" / "comparisons.html").as_uri())
        page.click("text=De 2014 à 2026")
        page.click("nav.within >> text=Appels")
        page.locator("select[name=scope]").select_option("moved")
        page.get_by_text("1 appels affichés sur 2").wait_for()
        page.locator("table#calls tbody tr:visible th a").click()
        assert HOSTILE in page.locator("h1").inner_text()
        change = page.locator("#applicant_location")
        for place, quote in (
            ("first", "dont le siège est en Valmorière"),
            ("last", PREFERRED),
        ):
            getattr(change.locator("a.archived"), place).click()
            marked = page.locator("mark:target")
            assert marked.inner_text() == quote
            assert f"/{'2014' if place == 'first' else '2026'}/report/archive/" in page.url
            page.go_back()


@SIZES
def test_the_language_switches_on_the_page_itself(
    browser: Browser, years: Years, size: tuple[int, int]
) -> None:
    with browser.page(size) as page:
        page.goto((years[1].outputs / "report/compare/2014/index.html").as_uri())
        page.click("text=English")
        assert page.locator("h1").inner_text() == "From 2014 to 2026"
        page.click("text=Français")
        assert page.locator("h1").inner_text() == "De 2014 à 2026"


@SIZES
def test_no_page_is_wider_than_its_window(
    browser: Browser, years: Years, size: tuple[int, int]
) -> None:
    with browser.page(size) as page:
        for path in sorted((years[1].outputs / "report" / "compare" / "2014").glob("*.html")):
            page.goto(path.as_uri())
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], path.name


@pytest.mark.skipif(not AXE.exists(), reason=f"axe-core is not there ({AXE})")
def test_axe_finds_nothing_serious(browser: Browser, years: Years) -> None:
    with browser.page() as page:
        found = []
        for path in sorted((years[1].outputs / "report" / "compare" / "2014").glob("*.html")):
            page.goto(path.as_uri())
            found += serious(page)
        page.goto((years[1].outputs / "report" / "comparisons.html").as_uri())
        assert found + serious(page) == []
