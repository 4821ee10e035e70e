"""From a figure to the marked sentence of the page as it stood, in a real browser."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.campaign import Campaign
from nlp.reporting.replay.equipping import equip
from nlp.reporting.replay.vendoring import vendored
from tests.nlp.reporting.browser import AXE, DESKTOP, PHONE, chromium, serious, why_not
from tests.nlp.reporting.replay.archived import (
    EMPLOYMENT,
    FILE,
    PAGES,
    PDF_QUOTE,
    Archived,
    archive,
    reported,
    served,
)

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a browser"),
    pytest.mark.skipif(not vendored(), reason="the players are not installed: make replay"),
]

ENDS = {
    "found", "replayed", "hidden", "not_found", "by_script", "unverifiable", "from_disk",
    "no_worker", "no_player", "no_archive", "no_format", "no_pdf", "no_answer", "unknown",
}  # fmt: skip
"""What a replay page may end by telling."""

MARKED = """
() => {
  const ranges = [...(CSS.highlights.get("aect-quote") || [])];
  return ranges.map((range) => {
    const [box] = range.getClientRects();
    const before = range.cloneRange();
    before.setStartBefore(range.startContainer.ownerDocument.body);
    before.setEnd(range.startContainer, range.startOffset);
    return {
      text: range.toString().replace(/\\u00ad/g, "").replace(/\\s+/g, " "),
      before: before.toString().slice(-40),
      seen: Boolean(box) && box.top >= 0 && box.bottom <= innerHeight,
    };
  });
}
"""


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    return reported(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def address(archived: Archived) -> Iterator[str]:
    with served(archived.campaign) as found:
        yield f"{found}/{archived.campaign.name}/report/"


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.engine


class Reader:
    """One person's browser window; ``asked`` are the hosts that it spoke to."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.asked: set[str] = set()
        self.dialogs: list[str] = []
        context.on("request", lambda one: self.asked.add(one.url.split("/")[2]))
        context.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def told(self) -> set[str]:
        """What the replay page has told when it has come to an end."""
        main = self.page.locator("#main")
        for end in [time.monotonic() + 60]:
            while time.monotonic() < end:
                told = set((main.get_attribute("data-told") or "").split())
                if told & ENDS:
                    return told
                self.page.wait_for_timeout(50)
        pytest.fail(f"the replay page never ended: {told}")

    @property
    def inner(self) -> Any:
        """The frame that holds the archived page."""
        return next(f for f in self.page.frames if f.name == "___wb_replay_top_frame")

    def lines(self) -> str:
        return str(self.page.locator("[role=status]").inner_text())


@pytest.fixture
def reader(engine: Any, request: pytest.FixtureRequest) -> Iterator[Reader]:
    width, height = getattr(request, "param", DESKTOP)
    context = engine.new_context(viewport={"width": width, "height": height})
    yield Reader(context)
    context.close()


def link(archived: Archived, path: str) -> str:
    one = archived.references[path]
    return f"replay/index.html#document={one.document_id}&ref={one.id}"


both = pytest.mark.parametrize("reader", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)


@both
def test_a_figure_leads_to_the_sentence_in_the_page_as_it_stood(
    reader: Reader, archived: Archived, address: str
) -> None:
    page = reader.page
    page.goto(f"{address}index.html")
    page.locator("a[href^='evidence/figure-']").first.click()
    wanted = archived.references["/retombees"].id
    page.locator(f"a.replayed[href$='ref={wanted}']").first.click()

    assert {"verified", "found"} <= reader.told()

    # the second of two alike, though the page writes it with entities and inside other elements
    (mark,) = reader.inner.evaluate(MARKED)
    assert mark["text"] == EMPLOYMENT
    assert mark["before"].endswith("Désormais, l’aide doit ")
    assert mark["seen"]
    assert page.locator("[data-fact=quote]").inner_text() == EMPLOYMENT
    assert "24\xa0septembre\xa02014" in page.locator("[data-fact=captured]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert reader.asked == {address.split("/")[2]}


@both
def test_a_figure_leads_to_the_sentence_in_the_pdf_at_its_page(
    reader: Reader, archived: Archived, address: str
) -> None:
    page = reader.page
    page.goto(f"{address}index.html")
    page.locator("a[href^='evidence/figure-']").first.click()
    wanted = archived.references["/r.pdf"]
    live = page.locator(f"a[href$='r.pdf#page={wanted.page}']").first
    assert wanted.page > 1
    assert str(wanted.page) in live.inner_text()
    page.locator(f"a.replayed[href$='ref={wanted.id}']").first.click()

    assert {"verified", "found"} <= reader.told()

    (mark,) = page.evaluate(MARKED)
    letters = "".join(filter(str.isalpha, PDF_QUOTE))
    assert "".join(filter(str.isalpha, mark["text"])) == letters  # it breaks words at line ends
    assert page.locator("[data-sheet=place]").inner_text().startswith(f"{wanted.page} / ")
    assert page.locator(".leaf canvas").count() == 1
    box = page.locator("#stage").bounding_box()
    top = page.evaluate(
        "[...CSS.highlights.get('aect-quote')][0].getBoundingClientRect().top + scrollY"
    )
    start = page.evaluate("document.getElementById('stage').getBoundingClientRect().top + scrollY")
    assert start <= top <= start + box["height"]
    page.locator("[data-sheet=previous]").click()
    page.locator(f"text={wanted.page - 1} / ").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_quote_is_cited_with_a_click(reader: Reader, archived: Archived, address: str) -> None:
    page, wanted = reader.page, archived.references["/retombees"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}index.html")
    page.locator("a[href^='evidence/figure-']").first.click()
    quote = page.locator(".quote", has=page.locator(f"a.replayed[href$='ref={wanted.id}']")).first
    quote.locator(".cite summary").click()
    text, permanent = quote.locator("button.copier").nth(0), quote.locator("button.copier").nth(1)

    text.click()
    cited = page.evaluate("navigator.clipboard.readText()")
    assert EMPLOYMENT in cited
    assert "24\xa0septembre\xa02014" in cited
    assert text.inner_text() == "Copié"

    permanent.click()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    assert "found" in reader.told()
    page.locator("details.cite summary").click()
    assert page.locator("[data-fact=cite-text]").inner_text() == cited
    assert page.locator("[data-fact=permanent]").get_attribute("href") == page.url


def test_the_english_page_replays_the_same(
    reader: Reader, archived: Archived, address: str
) -> None:
    reader.page.goto(f"{address}{link(archived, '/retombees')}")
    assert "found" in reader.told()
    reader.page.locator("a[hreflang=en]").click()
    assert "found" in reader.told()
    assert "/en/replay/" in reader.page.url
    assert "Quote found" in reader.lines()


@pytest.mark.parametrize("path", ["/ancienne", FILE])
def test_pages_of_unsaid_encoding_and_imported_files_are_replayed_too(
    path: str, reader: Reader, archived: Archived, address: str
) -> None:
    reader.page.goto(f"{address}{link(archived, path)}")
    assert {"verified", "found"} <= reader.told()
    assert reader.inner.evaluate(MARKED)[0]["text"] == EMPLOYMENT
    if path == "/ancienne":
        assert "Été 2013" in reader.inner.content()


@pytest.mark.skipif(not AXE.is_file(), reason=f"axe-core is not there ({AXE}): make peers")
@pytest.mark.parametrize("path", ["/retombees", "/r.pdf"])
def test_axe_finds_nothing_serious_on_the_page_around(
    path: str, reader: Reader, archived: Archived, address: str
) -> None:
    reader.page.goto(f"{address}{link(archived, path)}")
    assert "found" in reader.told()
    assert serious(reader.page) == []


def test_nothing_of_a_hostile_page_runs(reader: Reader, archived: Archived, address: str) -> None:
    page = reader.page
    page.goto(f"{address}{link(archived, '/piege')}")
    assert {"verified", "found"} <= reader.told()
    page.wait_for_timeout(1500)  # longer than its refresh waits
    assert reader.inner.evaluate(MARKED)[0]["text"] == EMPLOYMENT

    title, here = page.title(), reader.inner.url
    assert "pris" not in title
    assert page.evaluate("Object.keys(localStorage)") == []
    # nor when it stands alone in a window, where the players' service worker answers too
    page.goto(here)
    page.wait_for_timeout(1500)
    assert "Avant le piège" in page.content()
    assert page.title() == "Page /piege"
    assert page.evaluate("Object.keys(localStorage)") == []
    assert reader.dialogs == []
    assert reader.asked == {address.split("/")[2]}


def test_what_cannot_be_marked_is_said_and_the_copy_offered(
    reader: Reader, archived: Archived, address: str
) -> None:
    reader.page.goto(f"{address}{link(archived, '/replie')}")
    assert "hidden" in reader.told()
    reader.page.goto(f"{address}index.html")
    reader.page.goto(f"{address}{link(archived, '/app')}")
    assert {"whole", "by_script"} <= reader.told()
    reader.page.locator("[data-link=copy]").click()
    one = archived.references["/app"]
    assert reader.page.locator(f"mark[id='{one.id}']").inner_text() == EMPLOYMENT


def test_from_disk_the_copy_is_shown_with_its_mark(reader: Reader, archived: Archived) -> None:
    reader.page.goto(f"{archived.report.as_uri()}/{link(archived, '/retombees')}")
    assert reader.told() == {"from_disk"}
    assert "aect serve" in reader.lines()
    copy = reader.page.frames[1]
    assert copy.url.endswith(f"#{archived.references['/retombees'].id}")
    copy.wait_for_load_state()
    assert copy.locator("mark:target").inner_text() == EMPLOYMENT


@pytest.fixture
def other(archived: Archived, tmp_path: Path) -> Archived:
    """The same campaign somewhere else, to be spoilt."""
    shutil.copytree(archived.campaign.home, tmp_path / "home")
    return Archived(Campaign.named(archived.campaign.name, tmp_path / "home"), archived.references)


def unverifiable(reader: Reader, other: Archived, path: str) -> str:
    """What a reader is told of a quote whose archive is not to be trusted."""
    with served(other.campaign) as found:
        reader.page.goto(f"{found}/{other.campaign.name}/report/{link(other, path)}")
        assert "unverifiable" in reader.told()
        reader.page.frames[1].locator("mark:target").wait_for()  # the copy stands in
    assert "verified" not in reader.told()
    assert "archive non vérifiable" in reader.lines()
    return reader.lines()


def test_a_changed_archive_is_not_verifiable(reader: Reader, other: Archived) -> None:
    wacz = other.report / "replay" / "essai-2014.wacz"
    content = bytearray(wacz.read_bytes())
    content[len(content) // 2] ^= 1
    wacz.write_bytes(content)
    assert "empreinte diffère" in unverifiable(reader, other, "/retombees")


def test_a_large_archive_is_held_against_its_digest_by_the_server(
    reader: Reader, other: Archived
) -> None:
    facts = other.report / "replay" / "archive.json"
    told = json.loads(facts.read_text("utf-8"))
    facts.write_text(json.dumps(told | {"bytes": 10**9, "sha256": "0" * 64}), "utf-8")
    assert "empreinte diffère" in unverifiable(reader, other, "/retombees")
    facts.write_text(json.dumps(told | {"bytes": 10**9}), "utf-8")
    with served(other.campaign) as found:
        reader.page.goto(f"{found}/{other.campaign.name}/report/{link(other, '/retombees')}")
        assert "verified" in reader.told()


def test_a_missing_archive_is_not_verifiable(reader: Reader, other: Archived) -> None:
    (other.report / "replay" / "essai-2014.wacz").unlink()
    assert "manque" in unverifiable(reader, other, "/r.pdf")


@pytest.mark.parametrize(
    ("page", "told"), [("<p>Une autre page</p>", "n’a plus l’empreinte"), (None, "Cette capture")]
)
def test_another_archive_does_not_pass_for_the_one_that_was_read(
    page: str | None, told: str, reader: Reader, other: Archived
) -> None:
    shutil.rmtree(other.campaign.archive)
    (other.campaign.corpus / "essai-2014.wacz").unlink()
    pages = PAGES | {"/retombees": page or ""}
    archive(other.campaign, {p: body for p, body in pages.items() if body})
    equip(other.campaign)
    assert told in unverifiable(reader, other, "/retombees")


def test_without_players_or_archive_the_copy_is_shown(
    reader: Reader, other: Archived, tmp_path: Path
) -> None:
    assert not equip(other.campaign, tmp_path / "nowhere")
    with served(other.campaign) as found:
        place = f"{found}/{other.campaign.name}/report/{link(other, '/retombees')}"
        reader.page.goto(place)
        assert "no_player" in reader.told()
        (other.campaign.corpus / "essai-2014.wacz").unlink()
        equip(other.campaign)
        reader.page.goto("about:blank")
        reader.page.goto(place)
        assert "no_archive" in reader.told()
        reader.page.frames[1].locator("mark:target").wait_for()


@pytest.mark.parametrize(
    "fragment", ["", "document=absent", "document=../../x&ref=y", "document=%00"]
)
def test_a_link_to_nothing_says_so(
    fragment: str, reader: Reader, archived: Archived, address: str
) -> None:
    reader.page.goto(f"{address}replay/index.html#{fragment}")
    assert reader.told() == {"unknown"}
