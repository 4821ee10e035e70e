"""What an archive answers to the addresses of another campaign's calls."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders

from crawler.archive.captures import read_captures
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter
from nlp.comparing.analysed import Answer, address, answers, robots_texts, slug_words

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOST = "http://www.ombrelle.example"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    writer = ArchiveWriter(tmp_path, "ombrelle", {})
    for path, status, headers, body in (
        ("/robots.txt", "200 OK", [("Content-Type", "text/plain")], b"User-agent: *\nDisallow: /x"),
        ("/ancien", "301 Moved", [("Location", "/milieu#haut")], b""),
        ("/milieu", "302 Found", [("Location", f"{HOST}/neuf")], b""),
        ("/neuf", "200 OK", [("Content-Type", "text/html")], b"<p>Neuf</p>"),
        ("/perdu", "301 Moved", [("Location", "https://ailleurs.example/")], b""),
        ("/boucle", "301 Moved", [("Location", "/boucle")], b""),
        ("/casse", "301 Moved", [("Location", "http://[")], b""),
        ("/fini", "410 Gone", [("Content-Type", "text/html")], b"<p>Fini</p>"),
    ):
        response = StatusAndHeaders(status, headers, "HTTP/1.1")
        writer.write(Exchange(HOST + path, AT, body, response), {})
    writer.close()
    return tmp_path


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ancien/", Answer(200, f"{HOST}/neuf")),
        ("/neuf", Answer(200, f"{HOST}/neuf")),
        ("/perdu", Answer(0, "https://ailleurs.example/")),
        ("/boucle", Answer(0, f"{HOST}/boucle")),
        ("/casse", Answer(0, f"{HOST}/casse")),
        ("/fini", Answer(410, f"{HOST}/fini")),
        ("/jamais", None),
    ],
)
def test_redirects_are_followed_to_what_was_captured(
    archive: Path, path: str, answer: Answer | None
) -> None:
    url = f"https://ombrelle.example{path}"
    found = answers(archive, list(read_captures(archive)), [url])
    assert found.get(address(url)) == answer


def test_robots_txt_is_read_of_the_hosts_that_are_asked_for(archive: Path) -> None:
    captures = list(read_captures(archive))
    assert robots_texts(archive, captures, {"www.ombrelle.example"}) == {
        "www.ombrelle.example": "User-agent: *\nDisallow: /x"
    }
    assert robots_texts(archive, captures, {"autre.example"}) == {}


def test_what_is_no_address_is_left_as_it_is() -> None:
    assert address("http://[") == "http://["
    assert slug_words("http://e.test/aides/eau-et_villages/?page=2") == "eau et villages"
