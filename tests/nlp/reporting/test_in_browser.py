"""The report in a real browser, opened from disk: read, filtered, searched, and safe to open."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.coding.references import Coding
from nlp.reporting.pages.places import slug
from nlp.reporting.pages.searching import shards
from nlp.reporting.report import write_report
from tests.nlp.reporting import study_made_up as made
from tests.nlp.reporting.browser import AXE, DESKTOP, PHONE, Browser, chromium, serious, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser")

FAMILIES = """authority,family,place,occurrences,per_1000_words,documents,words
Conseil régional de Valmorière,europe,name,2,14.085,1,142
Conseil régional de Valmorière,europe,title,0,0,0,144
"""
SPECIFIC = """lemma,part,f,F,t,T,specificity,form
port,Conseil régional de Valmorière,7,9,851,25897,6.25,ports
<img src=x onerror=alert(3)>,Conseil régional de Valmorière,7,9,851,25897,5.25,</script><b>
"""

# what of a page reaches beyond its right edge
WIDE = """[...document.querySelectorAll('main *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 150))[0]"""


def hostile() -> Coding:
    """The made-up campaign, a quote of it with what breaks out of pages and scripts."""
    coding = made.coding()
    words = "</script><script>alert(4)</script>\u2028`${alert(5)}` des emplois pour nos ports"
    page = made.document(
        made.NAMES[1],
        f"Page {words}",
        [("paragraph", words)],
        url="data:text/html,<script>alert(6)",
    )
    quote = made.reference(page, made.ECONOMIC, words, "announced")
    return replace(
        coding,
        documents=(*coding.documents, page),
        kinds={**coding.kinds, page.id: coding.kinds[coding.documents[0].id]},
        references=(*coding.references, quote),
        forms={**coding.forms, "projet": made.HOSTILE},
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report."""
    outputs, coding = tmp_path_factory.mktemp("outputs"), hostile()
    for name, text in (("families", FAMILIES), ("specificities", SPECIFIC)):
        (outputs / "tables").mkdir(exist_ok=True)
        (outputs / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    index = write_report(
        outputs,
        coding,
        made.study(coding),
        {},
        made.EVENTS,
        {"fr": made.LABELS, "en": made.LABELS},
        dict.fromkeys(made.LABELS, 0.5),
        campaign="sample-2014",
        versions={"aect": "0.1.0"},
        councils=made.NAMES,
    )
    return index.parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(autouse=True)
def nothing_else_happens(browser: Browser) -> Iterator[None]:
    """No dialog, no error, no refused request on any page that a test opens."""
    browser.faults.clear()
    yield
    assert browser.faults == []


def kinds_of_page(report: Path) -> list[Path]:
    """A page of each kind, those with hostile words among them."""
    tangled = next(d for d in hostile().documents if made.HOSTILE in d.title)
    names = [
        *sorted(path.name for path in report.glob("*.html")),
        f"evidence/code-{slug(made.ECONOMIC)}.html",
        f"evidence/council-{slug(made.NAMES[0])}.html",
        f"evidence/call-{slug('../../C:Élan|2013')}.html",
        "evidence/figure-councils_announcing.html",
        "evidence/to-check.html",
        f"archive/{tangled.id}.html",
        "en/index.html",
    ]
    return [report / name for name in names]


@pytest.mark.skipif(not AXE.is_file(), reason=f"axe-core is not there ({AXE}): make peers")
def test_axe_finds_nothing_serious_on_any_kind_of_page(browser: Browser, report: Path) -> None:
    found = []
    every = kinds_of_page(report)
    narrow = [report / "index.html", report / "calls.html", every[-7]]
    for size, paths in ((DESKTOP, every), (PHONE, narrow)):
        with browser.page(size) as page:
            for path in paths:
                page.goto(path.as_uri())
                if path.name == "search.html":
                    page.fill("#search input[name=q]", "emplois")
                    page.wait_for_selector(".result mark")
                found += serious(page)
    assert found == []


def test_no_page_is_wider_than_a_phone(browser: Browser, report: Path) -> None:
    with browser.page(PHONE) as page:
        for path in kinds_of_page(report):
            page.goto(path.as_uri())
            width = page.evaluate("document.documentElement.scrollWidth")
            wide = page.evaluate(WIDE) if width > PHONE[0] else ""
            assert width <= PHONE[0], f"{path.name} is {width} pixels wide: {wide}"


def test_hostile_words_are_found_and_shown_as_words(browser: Browser, report: Path) -> None:
    with browser.page() as page:
        page.goto(f"{(report / 'search.html').as_uri()}#!q=alert(4)")
        page.wait_for_selector(".result")
        assert "</script><script>alert(4)</script>" in page.inner_text(".result .found")
        page.click(".result [data-part=archived]")
        assert page.inner_text("mark:target").startswith("</script><script>alert(4)")
        assert page.locator("main a[href^='data:'], main a[href^='javascript:']").count() == 0


def test_calls_are_filtered_sorted_and_linked_to_as_shown(browser: Browser, report: Path) -> None:
    from playwright.sync_api import expect

    shown = "#matrix tbody tr:not([hidden])"
    with browser.page() as page:
        page.goto((report / "calls.html").as_uri())
        told = page.locator(".told output")
        assert page.locator(shown).count() == 25
        assert told.inner_text() == "25 appels affichés sur 26"
        page.select_option("select[name=scope]", "")
        page.click("summary")
        page.select_option("select[name=france_actions]", "required")
        page.fill("input[name=q]", "GRAND arvey")
        expect(told).to_have_text("Aucun appel ne correspond à ces filtres.")
        page.fill("input[name=q]", "escaudin")
        expect(page.locator(shown)).to_have_count(1)
        assert "Nord-Escaudin" in page.locator(shown).inner_text()
        expect(page).to_have_url(re.compile("q=escaudin"))
        address = page.url
    with browser.page() as page:
        page.goto(address)
        assert page.locator(shown).count() == 1
        assert page.input_value("select[name=france_actions]") == "required"
        page.click("button[type=reset]")
        assert page.locator(shown).count() == 26
        assert page.locator(".told output").inner_text() == "26 appels affichés sur 26"


def test_columns_are_sorted_with_the_keyboard(browser: Browser, report: Path) -> None:
    with browser.page() as page:
        page.goto((report / "calls.html").as_uri())
        head = page.locator("th[data-name=applicant_location]")
        head.locator("button").focus()
        first = page.locator("#matrix tbody tr:not([hidden]) td[data-state]").first
        for order, state in (("ascending", "required"), ("descending", "preferred")):
            page.keyboard.press("Enter")
            assert head.get_attribute("aria-sort") == order
            assert first.get_attribute("data-state") == state
        last = page.locator("#matrix tbody tr:not([hidden])").last
        assert last.locator("td").first.get_attribute("data-state") == "not_stated"
        page.goto((report / "councils.html").as_uri())
        page.click("th >> text=Appels")
        counts = page.locator(".councils tbody td:nth-child(6)").all_inner_texts()
        assert [int(count) for count in counts] == sorted(int(count) for count in counts)


def test_without_script_everything_is_there_but_the_controls(
    browser: Browser, report: Path
) -> None:
    with browser.page(script=False) as page:
        page.goto((report / "calls.html").as_uri())
        assert page.locator("#matrix tbody tr:visible").count() == 26
        assert not page.locator("form.filters").is_visible()
        page.goto((report / "search.html").as_uri())
        assert page.locator("noscript a").count() == 2


def test_a_quote_is_searched_without_accents_and_opened_in_its_page(
    browser: Browser, report: Path
) -> None:
    from playwright.sync_api import expect

    with browser.page() as page:
        page.goto((report / "search.html").as_uri())
        page.fill("#search input[name=q]", 'EDUCATION "développement en region"')
        page.wait_for_selector(".result mark")
        marked = page.locator(".result").first.locator("mark").all_inner_texts()
        assert marked == ["éducation", "développement en région"]
        found = page.locator("#search output").inner_text()
        assert found == f"7 sur {len(hostile().references)}"
        page.select_option("#search select[name=council]", made.NAMES[1])
        expect(page.locator(".result")).to_have_count(1)
        page.click(".result [data-part=quote]")
        assert page.url.rpartition("/")[2].startswith(f"code-{slug('france.actions')}.html#q-")
        assert "éducation au développement" in page.inner_text(".quote:target")
        page.go_back()
        page.wait_for_selector(".result mark")
        assert page.input_value("#search select[name=council]") == made.NAMES[1]
        page.select_option("#search select[name=in]", "pages")
        page.fill("#search input[name=q]", "PRIORITAIRE senegal")  # words of the text, of no title
        page.wait_for_selector(".result [data-part=url]")
        page.click(".result [data-part=archived]")
        assert "Règlement" in page.inner_text("h1")


def test_a_word_leads_to_the_pages_it_is_read_in(browser: Browser, report: Path) -> None:
    with browser.page() as page:
        page.goto((report / "words.html").as_uri())
        word = page.inner_text(".frequent a >> nth=0")
        page.click(".frequent a >> nth=0")
        page.wait_for_selector(".result [data-part=url]")
        assert page.input_value("#search input[name=q]") == word
        page.click(".result [data-part=archived] >> nth=0")
        page.wait_for_selector("h1")
        assert word in page.inner_text("main").lower()


def test_a_page_leads_to_itself_in_the_other_language(browser: Browser, report: Path) -> None:
    with browser.page(PHONE) as page:
        page.goto((report / "calls.html").as_uri())
        page.click(".tongue a")
        assert page.url == (report / "en" / "calls.html").as_uri()
        assert page.locator(".told output").inner_text() == "25 calls shown of 26"
        page.click("nav.site >> text=Overview")
        page.click(".study td.found a >> nth=0")
        assert page.locator(".quote").count() > 0
        page.click(".quote .archived >> nth=0")
        page.wait_for_selector("mark:target")
        assert page.get_attribute("html", "lang") == "en"


def test_five_thousand_quotes_are_searched_while_one_types(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    coding = made.coding()
    document, quote = coding.documents[0], coding.references[0]
    documents = tuple(replace(document, id=f"d{n}", title=f"Page {n}") for n in range(3000))
    many = replace(
        coding,
        documents=documents,
        kinds={one.id: coding.kinds[document.id] for one in documents},
        references=tuple(
            replace(quote, id=f"r{n}", document_id=f"d{n % 3000}", quote=f"{quote.quote} N° {n}.")
            for n in range(5000)
        ),
    )
    for name in ("search.html", "style.css", "report.js"):
        (tmp_path / name).write_bytes((report / name).read_bytes())
    (tmp_path / "search").mkdir()
    for name, text in shards(many, {}):
        (tmp_path / "search" / f"{name}.js").write_text(text, encoding="utf-8")
    with browser.page() as page:
        started = time.monotonic()
        page.goto((tmp_path / "search.html").as_uri())
        page.wait_for_selector("#search[data-ready]")
        loaded = time.monotonic() - started
        assert page.locator("#search output").inner_text() == "5\u202f000 sur 5\u202f000"
        assert page.locator(".result").count() == 20
        spent = page.evaluate(
            """() => { const form = document.getElementById('search'); const spent = [];
            for (const word of ['m', 'ma', 'marche', '4999', 'emplois 49']) {
              const start = performance.now();
              form.elements.q.value = word;
              dispatchEvent(new HashChangeEvent('hashchange'));
              spent.push(performance.now() - start);
            } return spent; }"""
        )
    assert loaded < 5, loaded
    assert max(spent) < 500, spent
