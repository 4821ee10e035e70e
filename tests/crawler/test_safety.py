import pytest

from crawler.manners.safety import is_global, is_reserved, literal_address, trap


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.1", "[::1]", "[::ffff:10.0.0.1]", "0"]
)
def test_every_writing_of_a_private_address_is_seen(host: str) -> None:
    assert not is_global(literal_address(host))


@pytest.mark.parametrize("host", ["essai.example", "face", "10.example", ""])
def test_names_are_no_addresses(host: str) -> None:
    assert literal_address(host) == ""


def test_public_addresses_are_public() -> None:
    assert is_global("193.252.1.1")
    assert not is_global("169.254.169.254")
    assert not is_global("224.0.0.1")


def test_reserved_names() -> None:
    assert is_reserved("val.localhost")
    assert not is_reserved("localhost.fr")


@pytest.mark.parametrize(
    ("path", "trapped"),
    [
        ("/aides/aides/reglement", False),
        ("/a/a/a/", True),
        ("/2014/09/2014/09/2014/09/", True),
        ("/" + "/".join(map(str, range(21))), True),
        ("/x?" + "q" * 2000, True),
        ("/cooperation/mali/2014/appel", False),
    ],
)
def test_traps(path: str, trapped: bool) -> None:
    assert bool(trap("http://essai.example" + path)) == trapped
