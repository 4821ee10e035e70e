import time

import pytest

from corpora.markup import MOST_ATTRIBUTES, MOST_CHARACTERS, MOST_TAGS, overload

HOSTILE = {
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x",
    "attributes without values": "<p " + "a " * 30_000,
    "attributes with quoted values": "<p " + " ".join(f"a{n}='>'" for n in range(30_000)),
    "attributes without end": "<a b='" * 150_000,
    "elements": "<p>x" * (MOST_TAGS + 1),
    "characters": "x" * (MOST_CHARACTERS + 1),
}
PAGES = {
    "a page": "<p class='a b' id=x>l'aide</p>" * 20_000,
    "a picture in an attribute": "<p>" + f"<img src='data:{'x' * 10**6}'>",
    "a long style": f'<p style="{"a: b; " * 30_000}">',
    "apostrophes": "<p title=l'aide>L'aide à l'essai d'hier</p>\n" * 20_000,
    "many small attributes": "<p " + "a=1 " * (MOST_ATTRIBUTES - 1) + ">" + "x" * 60_000,
    "a text": "a < b " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_asks_too_much_is_told(name: str) -> None:
    assert "more than" in overload(HOSTILE[name])


@pytest.mark.parametrize("name", PAGES)
def test_pages_pass(name: str) -> None:
    assert overload(PAGES[name]) == ""


@pytest.mark.parametrize("piece", ["<a ", '<a "', "<a b='", "<a", '<a b="\'" ', "<", "'", '"'])
def test_telling_takes_no_time(piece: str) -> None:
    # few tags, so that each of them is looked at
    text = piece * (MOST_TAGS - 1) + "<p " + piece[-1] * 5_000_000
    started = time.monotonic()
    overload(text)
    assert time.monotonic() - started < 4
