"""What is there, made from the same by the same program, is kept: nothing else is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.counting import kept
from nlp.counting.kept import MEMORY, Kept


def write(outputs: Path, *made_from: object, ground: object = None, part: str = "pages") -> bool:
    """Write a page and a picture unless they are kept; whether they were."""
    memory = Kept(outputs, part, ground, owned=("*.html",))
    held = memory.holds("a.html", *made_from)
    if not held:
        (outputs / "a.html").write_text(repr(made_from), encoding="utf-8")
    pictures = memory.holds("cloud", *made_from, files=("cloud.png", "cloud.svg"))
    if not pictures:
        for kind in ("png", "svg"):
            (outputs / f"cloud.{kind}").write_text(repr(made_from), encoding="utf-8")
    memory.close()
    assert held == pictures
    return held


def test_the_same_is_kept_and_another_is_not(tmp_path: Path) -> None:
    assert not write(tmp_path, "a", 1)
    assert write(tmp_path, "a", 1)
    assert not write(tmp_path, "a", 2)
    assert not write(tmp_path, "a", 1)
    assert not write(tmp_path, "a", 1, ground="fr")
    assert not write(tmp_path, "a", 1, ground="fr", part="figures")
    assert write(tmp_path, "a", 1, ground="fr")


def test_another_program_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a")
    monkeypatch.setattr(kept, "program", lambda: "another")
    assert not write(tmp_path, "a")


@pytest.mark.parametrize("file", ["a.html", "cloud.png", "cloud.svg"])
@pytest.mark.parametrize("harm", [lambda path: path.write_text("other"), Path.unlink])
def test_a_file_that_was_changed_or_removed_is_not_kept(
    tmp_path: Path, file: str, harm: Callable[[Path], object]
) -> None:
    write(tmp_path, "a")
    harm(tmp_path / file)
    memory = Kept(tmp_path, "pages")
    assert memory.holds("a.html", "a") == (file != "a.html")
    held = memory.holds("cloud", "a", files=("cloud.png", "cloud.svg"))
    assert held == (file == "a.html")


def test_a_stopped_run_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    write(tmp_path, "a")
    memory = Kept(tmp_path, "pages")
    assert not memory.holds("a.html", "b")
    (tmp_path / "a.html").write_text("b", encoding="utf-8")  # and stopped, without a close
    assert not Kept(tmp_path, "pages").holds("a.html", "a")
    assert not Kept(tmp_path, "pages").holds("a.html", "b")


def test_what_was_never_written_is_not_kept(tmp_path: Path) -> None:
    for _ in range(2):
        memory = Kept(tmp_path, "pages")
        assert not memory.holds("a.html", "a")
        memory.close()


def test_what_was_written_before_and_not_asked_for_now_is_removed_and_nothing_else(
    tmp_path: Path,
) -> None:
    earlier = Kept(tmp_path, "pages", owned=("*.html",))
    earlier.holds("of-an-earlier-run.html")
    earlier.wrote("always.html")
    for name in ("of-an-earlier-run.html", "always.html", "somebody-s.html", "somebody-s.txt"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    earlier.close()
    write(tmp_path, "a")
    left = {path.name for path in tmp_path.iterdir()} - {MEMORY}
    assert left == {"a.html", "cloud.png", "cloud.svg", "somebody-s.html", "somebody-s.txt"}


def test_a_value_is_found_once_and_comes_back_as_it_was(tmp_path: Path) -> None:
    found = []

    def find() -> object:
        found.append(1)
        return [("é\ud800", 1 / 3), ("b", 2)]

    for _ in range(2):
        memory = Kept(tmp_path, "clouds")
        assert memory.value("weights", "a", find) == [["é\ud800", 1 / 3], ["b", 2]]
        memory.close()
    assert len(found) == 1
    Kept(tmp_path, "clouds").value("weights", "b", find)
    assert len(found) == 2


def test_a_value_that_somebody_changed_is_found_anew(tmp_path: Path) -> None:
    memory = Kept(tmp_path, "clouds")
    memory.value("weights", "a", lambda: 1)
    memory.close()
    content = json.loads((tmp_path / MEMORY).read_text("utf-8"))
    content["clouds"]["weights"][-1] = 2
    (tmp_path / MEMORY).write_text(json.dumps(content), "utf-8")
    assert Kept(tmp_path, "clouds").value("weights", "a", lambda: 3) == 3


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"pages": 1}', '{"pages": {"a.html": 7, "cloud": []}}', "\x00"],
)
def test_a_damaged_memory_is_no_obstacle(tmp_path: Path, damage: str) -> None:
    write(tmp_path, "a")
    whole = (tmp_path / MEMORY).read_bytes()
    (tmp_path / MEMORY).write_text(damage, encoding="utf-8")
    assert not write(tmp_path, "a")
    assert (tmp_path / MEMORY).read_bytes() == whole
    (tmp_path / MEMORY).write_bytes(b"\xff\xfe")
    assert not write(tmp_path, "a")


def test_a_value_of_another_shape_is_found_anew(tmp_path: Path) -> None:
    (tmp_path / MEMORY).write_text('{"clouds": {"weights": []}}', encoding="utf-8")
    assert Kept(tmp_path, "clouds").value("weights", "a", lambda: 3) == 3
