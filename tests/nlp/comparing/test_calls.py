"""Calls matched across editions, and where those are that found none."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from corpora.campaign import Event
from crawler.sources import Expectations, Source
from nlp.comparing.analysed import Answer, address
from nlp.comparing.comparison import ComparedCall, compare_analysed
from nlp.reading.documents import Document, Link
from tests.nlp.comparing.made import OMBRELLE, call, campaign, council, page

WATER = (
    "L'appel soutient l'accès à l'eau potable, les forages et l'assainissement des villages.",
    "Les associations ont leur siège en Ombrelle depuis deux ans au moins.",
    "Le taux d'intervention est de cinquante pour cent des dépenses retenues.",
)
FILMS = (
    "La Région aide l'écriture et la production de courts métrages tournés en Ombrelle.",
    "Les sociétés de production déposent un scénario, un devis et un plan de financement.",
)
THEN = page("Appel à projets Eau et villages 2014", *WATER)


def moved(document: Document, url: str) -> Document:
    return Document(**(vars(document) | {"url": url}))


def compared(then: Document | None, now: Document | None, **after: object) -> ComparedCall:
    old = [then] if then else []
    new = [now] if now else []
    before = campaign("2014", old, [call(d) for d in old])
    later = campaign("2026", new, [call(d) for d in new], **after)  # type: ignore[arg-type]
    (found,) = compare_analysed(before, later).calls
    return found


def test_a_renamed_call_is_known_by_its_text_and_the_score_says_so() -> None:
    now = page("Fonds Puits et sources 2026", *WATER)
    found = compared(THEN, now)
    assert found.status == "moved"
    assert found.match.likeness
    assert found.match.likeness.text > 0.95
    assert found.match.likeness.title < 0.6
    assert [change.kind for change in found.wording] == ["kept"] * 3


def test_a_rewritten_call_is_known_by_its_name() -> None:
    now = page("Appel à projets Eau et villages 2026", "Puits, forages : nous vous aidons.")
    assert compared(THEN, now).match.likeness is not None


def test_the_same_address_over_https_is_the_same_address() -> None:
    now = moved(page("Eau 2026", *WATER), THEN.url.replace("http://", "https://www.") + "/")
    assert compared(THEN, now).status == "kept"


def test_another_call_of_the_same_council_is_not_its_next_edition() -> None:
    before = campaign("2014", [THEN], [call(THEN)])
    films = page("Aide aux courts métrages", *FILMS)
    later = campaign("2026", [films], [call(films, international_solidarity=False)])
    statuses = {c.status for c in compare_analysed(before, later).calls}
    assert statuses == {"gone", "new"}


def test_of_two_editions_the_current_one_goes_on() -> None:
    old = page("Appel à projets Eau et villages 2013", *WATER)
    now = page("Appel à projets Eau et villages 2026", *WATER)
    before = campaign("2014", [old, THEN], [call(old, superseded=True), call(THEN)])
    later = campaign("2026", [now], [call(now)])
    found = [(c.match.then, c.status) for c in compare_analysed(before, later).calls]
    told = {then.title: status for then, status in found if then}
    assert told == {old.title: "gone", THEN.title: "moved"}


def test_calls_of_two_councils_that_merged_may_go_into_one() -> None:
    haute, basse = "Conseil régional de Haute-Brande", "Conseil régional de Basse-Brande"
    whole = "Conseil régional de la Brande"
    one, other = (page("Eau et villages", *WATER, authority=name) for name in (haute, basse))
    now = page("Eau et villages 2026", *WATER, authority=whole)
    then = [council(haute), council(basse)]
    before = campaign("2014", [one, other], [call(one), call(other)], councils=then)
    later = replace(
        campaign("2026", [now], [call(now)], councils=[council(whole)]),
        sources=(source(whole, "Brande", former=("Haute-Brande", "Basse-Brande")),),
    )
    found = compare_analysed(before, later).calls
    assert [c.status for c in found] == ["merged", "merged"]
    assert {c.match.now.call_id for c in found if c.match.now} == {f"call-{now.id}"}


def source(name: str, territory: str, **told: tuple[str, ...]) -> Source:
    return Source("s", "S1", name, territory, (), (), "listing", Expectations(0, 9), **told)


def crawled(name: str, reason: str = "") -> Event:
    return Event("crawl", "warning", name, THEN.url, reason)


@pytest.mark.parametrize(
    ("after", "status", "reason"),
    [
        ({}, "gone", "absent"),
        ({"answers": {address(THEN.url): Answer(404, THEN.url)}}, "gone", "http_404"),
        ({"answers": {address(THEN.url): Answer(410, THEN.url)}}, "gone", "http_410"),
        ({"answers": {address(THEN.url): Answer(503, THEN.url)}}, "not_captured", "http_503"),
        ({"answers": {address(THEN.url): Answer(200, THEN.url)}}, "gone", "not_a_call"),
        ({"answers": {address(THEN.url): Answer(200, "http://e.test/")}}, "gone", "moved_out"),
        (
            {"answers": {address(THEN.url): Answer(0, "http://e.test/x")}},
            "not_captured",
            "redirect_not_captured",
        ),
        (
            {
                "answers": {address(THEN.url): Answer(200, THEN.url)},
                "events": [crawled("challenge_page")],
            },
            "not_captured",
            "challenge_page",
        ),
        ({"events": [crawled("robots_disallowed")]}, "not_captured", "robots_disallowed"),
        ({"events": [crawled("fetch_failed")]}, "not_captured", "fetch_failed"),
        ({"events": [crawled("http_error", "answered 503")]}, "not_captured", "http_error"),
        ({"events": [crawled("http_error", "answered 404")]}, "gone", "http_error"),
        (
            {"robots": {urlsplit(THEN.url).netloc: "User-agent: *\nDisallow: /"}},
            "not_captured",
            "robots_disallowed",
        ),
        (
            {"events": [Event("crawl", "warning", "page_budget", OMBRELLE, "600 requests")]},
            "not_captured",
            "page_budget",
        ),
        ({"councils": [council(pages_read=0)]}, "not_captured", "site_not_read"),
        ({"councils": []}, "not_captured", "council_absent"),
    ],
)
def test_a_call_without_a_next_edition_is_gone_only_where_that_is_known(
    after: dict[str, object], status: str, reason: str
) -> None:
    found = compared(THEN, None, **after)
    assert found.where
    assert (found.status, found.where.reason) == (status, reason)


def test_a_link_with_its_name_to_a_page_that_failed_says_that_it_is_there() -> None:
    url = "http://neuf.example.test/aides/9"
    linking = Document(
        **(vars(page("Aides", "Nos aides")) | {"links": (Link(url, "Eau et villages"),)})
    )
    before = campaign("2014", [THEN], [call(THEN)])
    later = campaign("2026", [linking], events=[Event("crawl", "warning", "fetch_failed", url, "")])
    (found,) = compare_analysed(before, later).calls
    assert found.where
    assert (found.status, found.where.detail) == ("not_captured", url)


def test_a_call_that_the_earlier_campaign_could_not_read_is_not_told_as_new() -> None:
    now = page("Appel Eau 2026", *WATER)
    later = campaign("2026", [now], [call(now)])
    closed = Event("crawl", "info", "robots_disallowed", now.url, "")
    assert [c.status for c in compare_analysed(campaign("2014"), later).calls] == ["new"]
    assert [c.status for c in compare_analysed(campaign("2014", events=[closed]), later).calls] == [
        "not_captured_then"
    ]
