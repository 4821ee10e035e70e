from pathlib import Path

import pytest

from corpora.campaign import InputError
from crawler.sources import CrawlLimits, Source, load_sources

COUNCIL = """sources:
  - id: essai
    code: "99"
    name: Conseil régional d'Essai
    territory: Essai
    demonyms: [essayiste, essayiste]
    sites: [essai.example]
    entry_pages: ["http://www.essai.example/"]
    spider: listing
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources-2031.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_council_is_ten_lines(tmp_path: Path) -> None:
    file = load_sources(written(tmp_path, COUNCIL))
    (source,) = file.sources
    assert file.edition == "sources-2031"
    assert file.crawl == CrawlLimits()
    assert source.demonyms == ("essayiste", "essayiste")
    assert source.departments == ()
    assert source.expect.pages_min == 1
    assert source.owns("https://europe.essai.example/a")
    assert not source.owns("https://notessai.example/")
    assert not source.owns("http://[")


@pytest.mark.parametrize(
    ("found", "put", "line", "reason"),
    [
        ("territory:", "teritory:", 2, "teritory"),
        ('"99"', "99", 3, "99 is not of type 'string'"),
        ("listing", "crawler", 9, "'crawler' is not one of"),
        ("//www.essai", "//ailleurs", 8, "its host is not in sites (essai.example)"),
        ("[essai.example]", "[]", 7, "non-empty"),
        ("//www.essai.example/", "//www.essai.example:99999/", 8, "not an address (Port out of"),
        ("//www.essai.example/", "//www.essai.example:x/", 8, "not an address (Port could not"),
        ("//www.essai.example/", "//www.essai.example:0/", 8, "not an address (port 0 is nob"),
        ("//www.essai.example/", "//[www.essai.example/", 8, "not an address (Invalid IPv6"),
        ("//www.essai.example/", "//www..essai.example/", 8, "no host has such a name"),
        ("//www.essai.example/", f"//{'w' * 64}.essai.example/", 8, "no host has such a name"),
        ("//www.essai.example/", "//région.example/", 8, "as xn--rgion-bsa.example"),
        ("[essai.example]", "[région.example]", 7, "with accents is written as browsers"),
        ("[essai.example]", "['http://essai.example']", 7, "without http:// and port"),
        ("id: essai", "id: ../essai", 2, "does not match"),
        ("sources:\n", "crawl: {dely: 3}\nsources:\n", 1, "dely"),
        ("sources:\n", "crawl: {delay: 0}\nsources:\n", 1, "minimum of 0.2"),
        ("listing", "listing\n    expect: {pages_min: 9, pages_max: 2}", 10, "more than pages_max"),
        ("spider: listing", "spider: [listing", 10, "expected"),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, found: str, put: str, line: int, reason: str
) -> None:
    path = written(tmp_path, COUNCIL.replace(found, put))
    with pytest.raises(InputError) as caught:
        load_sources(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert reason in message
    assert "\n" not in message


def test_a_repeated_id_is_told(tmp_path: Path) -> None:
    twice = COUNCIL + COUNCIL.partition("\n")[2]
    with pytest.raises(InputError, match=r":10: .*already the id of another"):
        load_sources(written(tmp_path, twice))


def test_bundled_sources_load() -> None:
    folder = Path(__file__).parents[2] / "corpora" / "sources"
    for path in folder.glob("*.yml"):
        assert all(isinstance(source, Source) for source in load_sources(path).sources)
