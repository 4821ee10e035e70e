"""`aect serve` of the later campaign: what its comparison leads to is served as well."""

import http.client
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from corpora.campaign import Campaign
from nlp.reporting.serving import HEADERS, reports
from tests.nlp.reporting.replay.archived import served

PLAYERS = {"player", "pdf"}
"""Folders of the replay's players, which these reports are without."""

Years = tuple[Campaign, Campaign]
Answer = tuple[int, dict[str, str], bytes]


def ask(connection: http.client.HTTPConnection, path: str) -> Answer:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


@pytest.fixture
def connection(years: Years) -> Iterator[http.client.HTTPConnection]:
    """To a server that was asked for the later campaign alone."""
    with served(*reports(years[1].home, ["2026"])) as address:
        found = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        yield found
        found.close()


def test_all_links_from_a_comparison_on_are_answered(
    connection: http.client.HTTPConnection,
) -> None:
    waiting = ["/2026/report/compare/2014/", "/2026/report/en/compare/2014/"]
    answers: dict[str, Answer] = {}
    while waiting:
        path = waiting.pop()
        if path in answers:
            continue
        answers[path] = ask(connection, path)
        status, headers, body = answers[path]
        assert status == 200, path
        assert headers.items() >= {k.lower(): v for k, v in HEADERS.items()}.items()
        if headers["content-type"].startswith("text/html"):
            links = html.fromstring(body).xpath("//@href | //@src")
            local = (link for link in links if not urlsplit(link).scheme)
            places = {urldefrag(urljoin(path, link)).url for link in local}
            waiting += [place for place in places if not PLAYERS.intersection(place.split("/"))]
    for campaign in ("2014", "2026"):
        for folder in ("archive", "replay", "evidence"):
            assert any(f"/{campaign}/report/{folder}/" in path for path in answers)


def test_what_it_is_compared_with_is_served_and_no_more(years: Years, fresh: Years) -> None:
    assert [one.name for one in reports(years[1].home, ["2026"])] == ["2026", "2014"]
    assert [one.name for one in reports(years[1].home, ["2014"])] == ["2014"]
    assert [one.name for one in reports(fresh[1].home, ["2026"])] == ["2026"]
