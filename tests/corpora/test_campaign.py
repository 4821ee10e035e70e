"""Names of campaigns, and the log that keeps what happened."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import BUNDLED
from corpora.campaign import Campaign, Event, InputError, read_events, write_events

EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(["crawl", "read", "code"]),
        st.sampled_from(["info", "warning", "error"]),
        st.just("robots_disallowed"),
        st.text(),
        st.text(),
    ),
    max_size=5,
)


@pytest.mark.parametrize("name", ["2014", "sample-2014", "essai_1", "A.b", "x" * 64])
def test_a_campaign_is_named_freely(tmp_path: Path, name: str) -> None:
    campaign = Campaign.named(name, tmp_path)
    assert campaign.corpus == tmp_path / "corpora" / name
    assert campaign.archive.parent == campaign.corpus
    assert campaign.outputs == tmp_path / "outputs" / name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", "/etc", ".hidden", "-rf", "_x", "été", "a b", "a\n",
     "x" * 65, "a\0", "$HOME", "=1+1"],
)  # fmt: skip
def test_what_could_not_be_one_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="campaign name") as stopped:
        Campaign.named(name, tmp_path)
    assert "\n" not in str(stopped.value)


def test_the_programs_own_folders_are_no_campaigns(tmp_path: Path) -> None:
    folders = [
        path.name for path in BUNDLED.iterdir() if path.is_dir() and not path.name.startswith("_")
    ]
    own = {"codebooks", "gold", "reference", "sample", "schemas", "sources"}
    assert own <= set(folders)
    for name in own:
        with pytest.raises(InputError, match="holds data of the program"):
            Campaign.named(name, tmp_path)


def test_a_campaign_lies_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Campaign.named("2026").corpus == tmp_path / "corpora" / "2026"


@settings(deadline=None)
@given(EVENTS)
def test_events_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    path = tmp_path_factory.getbasetemp() / "log" / "log.jsonl"
    write_events(path, events)
    assert list(read_events(path)) == events


def test_each_event_is_one_line_whatever_it_tells(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.jsonl"
    event = Event("read", "warning", "odd_title", "http://o.example/é", "un\ndeux\u2028trois\x85")
    write_events(path, [event, event])
    assert path.read_bytes().count(b"\n") == 2
    assert "é" in path.read_text(encoding="utf-8")
    write_events(path, [event])
    assert list(read_events(path)) == [event], "what was there is replaced"


def test_no_log_no_events(tmp_path: Path) -> None:
    assert list(read_events(tmp_path / "log.jsonl")) == []
