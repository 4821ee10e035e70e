"""A crawl that is stopped, by whatever means and at whatever moment, goes on to a whole archive."""

import contextlib
import gzip
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from corpora.campaign import Campaign, InputError, read_events
from crawler.archive.capture import OPEN
from crawler.archive.captures import read_captures
from crawler.archive.recovering import recover
from crawler.archive.verifying import verify_archive
from crawler.archive.writing import archive_lock
from crawler.crawl import crawl
from crawler.watching.standing import STANDING, read_standings
from tests.crawler.conftest import HTML, Answer, Site

SourcesFile = Callable[..., Path]

PAGES, FILES, MOVED, LOST, SECTIONS = 478, 50, 20, 20, 20
EXCHANGES = 2 + SECTIONS + PAGES + FILES + MOVED + LOST
KILLS = 20
PATIENCE = 60.0


def council(site: Site, seed: int = 5) -> dict[str, int]:
    """A site of 590 exchanges, menus, redirects, dead links and files; the status of each URL."""
    chance = random.Random(seed)  # noqa: S311
    sections = [f"/rubrique-{n}" for n in range(SECTIONS)]
    leaves = [
        *(f"/page-{n}?id={n}" for n in range(PAGES)),
        *(f"/fichier-{n}.pdf" for n in range(FILES)),
        *(f"/ancien-{n}" for n in range(MOVED)),
        *(f"/perdu-{n}" for n in range(LOST)),
    ]
    chance.shuffle(leaves)
    site.page("/", *sections)
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow:\n", headers={})
    for n, path in enumerate(sections):
        site.page(path, "/", *sections, *leaves[n::SECTIONS])
    for n in range(PAGES):
        body = f"<html><title>Page {n}</title><p>{chance.randbytes(400 + n).hex()}</p></html>"
        answer = Answer(body.encode())
        if n % 2:
            coded = HTML | {"Content-Encoding": "gzip"}
            answer = Answer(
                gzip.compress(body.encode(), mtime=0), headers=coded, chunked=n % 3 == 0
            )
        site.answers[f"/page-{n}?id={n}"] = answer
    for n in range(FILES):
        pdf = b"%PDF-1.4\n" + chance.randbytes(6000)
        site.answers[f"/fichier-{n}.pdf"] = Answer(pdf, headers={"Content-Type": "application/pdf"})
    for n in range(MOVED):
        site.redirect(f"/ancien-{n}", f"/page-{n}?id={n}")
    missing = {f"{site.url}/perdu-{n}": 404 for n in range(LOST)}
    return {site.url + path: answer.status for path, answer in site.answers.items()} | missing


def assert_whole(campaign: Campaign, expected: dict[str, int]) -> None:
    """Every exchange stands in the archive once, with its request, and all of it is whole."""
    assert sorted((c.url, c.status) for c in read_captures(campaign.archive)) == sorted(
        expected.items()
    )
    assert not list(campaign.archive.glob(f"*{OPEN}"))
    assert list(verify_archive(campaign.archive)) == []
    segments = sorted(campaign.archive.glob("*.warc.gz"))
    subprocess.run(["gzip", "-t", *segments], check=True)
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for path in segments:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                headers = record.rec_headers
                if record.rec_type == "request":
                    asked[headers["WARC-Concurrent-To"]] += 1
                elif record.rec_type in ("response", "revisit"):
                    answered[headers["WARC-Record-ID"]] += 1
    assert asked.total() == len(expected)
    assert set(asked) <= set(answered)
    assert max(asked.values()) == max(answered.values()) == 1


def start(campaign: Campaign, sources: Path, since: Campaign | None = None) -> "Run":
    # forked, so that the parent begins at once: twenty more starts of Python would be half the time
    process = multiprocessing.get_context("fork").Process(
        target=_crawl, args=(campaign, sources, since)
    )
    process.start()
    return Run(process)


def _crawl(campaign: Campaign, sources: Path, since: Campaign | None) -> None:
    with contextlib.suppress(InputError):
        crawl(
            campaign,
            sources,
            contact="essai@example.org",
            loopback=True,
            progress=False,
            since=since,
        )


class Run:
    """A crawl in a process of its own, with its child."""

    def __init__(self, process: "multiprocessing.process.BaseProcess") -> None:
        self.process = process

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def child(self) -> int:
        return wait_for(lambda: crawling_child(self.pid))

    def kill(self, whom: str, child: int) -> None:
        """kill -9, and wait until nobody writes the archive any more."""
        for victim in {"child": [child], "parent": [self.pid], "both": [self.pid, child]}[whom]:
            os.kill(victim, signal.SIGKILL)
        self.process.join(PATIENCE)


def crawling_child(pid: int) -> int:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            with contextlib.suppress(OSError):
                if b"crawler.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
    return 0


def wait_for(condition: Callable[[], int]) -> int:
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return value


def is_free(campaign: Campaign) -> bool:
    try:
        with archive_lock(campaign.archive):
            return True
    except InputError:
        return False


def tear(archive: Path, how: str, chance: random.Random) -> None:
    """What a crash of the whole machine leaves besides: half of what was being written."""
    for path in archive.glob(f"*{OPEN}"):
        data = path.read_bytes()
        starts = [at for at in range(len(data)) if data[at : at + 4] == b"\x1f\x8b\x08\x00"]
        if how == "half a record" and len(starts) > 1:
            first = chance.randrange(len(starts) - 1)
            record = data[starts[first] : starts[first + 1]]
            path.write_bytes(data + record[: chance.randrange(1, len(record))])
        elif how == "cut in the last exchange":
            path.write_bytes(data[: chance.randrange(starts[-3:][0] + 1, len(data))])
        elif how == "cut anywhere":
            path.write_bytes(data[: chance.randrange(len(data))])
        elif how == "noise":
            path.write_bytes(data + chance.randbytes(chance.randrange(1, 5000)))


TAILS = ("as it is", "half a record", "cut in the last exchange", "cut anywhere", "noise")


def kill_often(
    site: Site,
    campaign: Campaign,
    sources: Path,
    kills: int,
    most: int,
    since: Campaign | None = None,
) -> list[str]:
    """Crawl, and kill so many times, each time after at most so many exchanges; what was done."""
    chance, done = random.Random(2026), []  # noqa: S311
    for number in range(kills):
        run = start(campaign, sources, since)
        child = run.child()
        already = len(site.asked)
        if number % 7 == 3:  # while it starts, reads the archive, or asks for the first pages
            time.sleep(chance.uniform(0.0, 2.0))
        else:
            after = chance.randint(1, most)
            wait_for(lambda: len(site.asked) - already >= after or not run.process.is_alive())  # noqa: B023
            time.sleep(chance.uniform(0.0, 0.01))
        assert run.process.is_alive(), f"ended before kill {number}"
        whom = ("child", "both", "child", "both", "parent")[number % 5]
        run.kill(whom, child)
        wait_for(lambda: is_free(campaign))
        tail = TAILS[chance.randrange(len(TAILS))]
        tear(campaign.archive, tail, chance)
        done.append(f"{whom} after {len(site.asked) - already}, {tail}")
    return done


def finish(campaign: Campaign, sources: Path, since: Campaign | None = None) -> None:
    crawl(
        campaign, sources, contact="essai@example.org", loopback=True, progress=False, since=since
    )


def test_killed_twenty_times_every_exchange_is_there_once(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    expected, sources = council(site), sources_file(site)
    assert len(expected) == EXCHANGES == 590

    done = kill_often(site, campaign, sources, KILLS, most=40)
    finish(campaign, sources)

    assert len(done) == KILLS, done
    assert_whole(campaign, expected)
    assert len(site.asked) >= EXCHANGES
    standing = read_standings(campaign.corpus / STANDING).sources["essai-0"]
    assert standing.fetched + standing.archived == EXCHANGES


def test_a_torn_segment_keeps_whole_exchanges_alone(
    site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    site.page("/", "/a")
    site.page("/a", text="b" * 50)
    finish(campaign, sources_file(site))
    (written,) = campaign.archive.glob("*.warc.gz")
    data = written.read_bytes()
    kept = set()
    for end in range(0, len(data), 13):
        folder = tmp_path / str(end)
        folder.mkdir()
        (folder / (written.name + OPEN)).write_bytes(data[:end])
        assert len(list(recover(folder))) == 1
        kinds = []
        for path in folder.glob("*.warc.gz"):
            with path.open("rb") as file:
                kinds = [record.rec_type for record in ArchiveIterator(file)]
            assert data.startswith(path.read_bytes())
        whole = len(kinds) // 3
        assert kinds == ["warcinfo", *["request", "metadata", "response"] * whole][: len(kinds)]
        assert len(kinds) in (0, 1 + 3 * whole)
        kept.add(whole)
    assert kept == {0, 1, 2}


def test_killed_while_asking_what_changed(
    site: Site, campaign: Campaign, sources_file: SourcesFile, tmp_path: Path
) -> None:
    site.validating = True
    council(site)
    sources = sources_file(site)
    finish(campaign, sources)
    changed = council(site, seed=5)
    for n in range(0, PAGES, 10):
        site.page(f"/page-{n}?id={n}", text=f"Nouveau {n}")
    following = Campaign.named("suivante", campaign.home)

    kill_often(site, following, sources, 4, most=100, since=campaign)
    finish(following, sources, since=campaign)

    assert_whole(following, changed)
    revisits = [c for c in read_captures(following.archive) if c.body_id]
    assert len(revisits) == 2 + SECTIONS + PAGES + FILES - len(range(0, PAGES, 10))


# --- the command ----------------------------------------------------------------------------------


def command(campaign: Campaign, sources: Path, *before: str) -> "subprocess.Popen[str]":
    crawl_it = ["crawl", campaign.name, "--sources", str(sources), "--contact", "essai@example.org"]
    return subprocess.Popen(
        [*before, sys.executable, "-m", "aect", *crawl_it, "--loopback"],
        cwd=campaign.home,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def home(campaign: Campaign) -> Path:
    campaign.home.mkdir(parents=True, exist_ok=True)
    return campaign.home


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("home")
def test_a_signal_stops_the_command_in_order(
    site: Site, campaign: Campaign, sources_file: SourcesFile, number: signal.Signals
) -> None:
    expected, sources = council(site), sources_file(site)
    running = command(campaign, sources)
    wait_for(lambda: len(site.asked) > 60 or running.poll() is not None)
    running.send_signal(number)
    _, said = running.communicate(timeout=PATIENCE)

    assert running.returncode == 130
    lines = [line for line in said.splitlines() if "fetched" not in line]
    assert lines == [
        "stopping: open requests are ended; Ctrl-C again to kill",
        "aect: stopped; the same command goes on from here",
    ]
    assert is_free(campaign)
    assert not list(campaign.archive.glob(f"*{OPEN}"))
    assert list(verify_archive(campaign.archive)) == []
    events = [event.name for event in read_events(campaign.corpus / "crawl.jsonl")]
    assert "crawl_interrupted" in events

    finish(campaign, sources)
    assert_whole(campaign, expected)
    assert Counter(site.asked).most_common(1)[0][1] == 1


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.6, 0.9])
def test_a_crawl_stopped_while_it_starts_stops(
    site: Site, campaign: Campaign, sources_file: SourcesFile, pause: float
) -> None:
    site.page("/", *(f"/p{n}" for n in range(300)))
    for n in range(300):
        site.page(f"/p{n}", pause=0.1)
    run = start(campaign, sources_file(site))
    run.child()
    time.sleep(pause)
    os.kill(run.pid, signal.SIGTERM)
    run.process.join(10)
    assert not run.process.is_alive()
    wait_for(lambda: is_free(campaign))
    assert len(site.asked) < 100


@pytest.mark.usefixtures("home")
def test_a_second_ctrl_c_kills(site: Site, campaign: Campaign, sources_file: SourcesFile) -> None:
    site.page("/", "/a", "/lent")
    site.page("/a")
    site.page("/lent", pause=5.0)
    sources = sources_file(site)
    running = command(campaign, sources)
    wait_for(lambda: "/lent" in site.asked)
    child = wait_for(lambda: crawling_child(running.pid))
    asked_at = time.monotonic()
    running.send_signal(signal.SIGINT)
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=PATIENCE)

    assert time.monotonic() - asked_at < 4
    assert running.returncode == 130
    assert not Path(f"/proc/{child}").exists()
    site.page("/lent")
    finish(campaign, sources)
    assert_whole(campaign, {site.url + path: 200 for path in ("/", "/a", "/lent")} | robots(site))


def robots(site: Site) -> dict[str, int]:
    return {site.url + "/robots.txt": 404}


# --- a full disk ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("home")
def test_no_room_for_a_file_stops_the_command(
    site: Site, campaign: Campaign, sources_file: SourcesFile
) -> None:
    expected, sources = council(site), sources_file(site)
    running = command(campaign, sources, "bash", "-c", 'ulimit -f 300; exec "$@"', "bash")
    _, said = running.communicate(timeout=PATIENCE)
    assert_stopped_full(running.returncode, said, campaign, "File too large")
    kept = len(list(read_captures(campaign.archive)))
    assert 20 < kept < EXCHANGES
    finish(campaign, sources)
    assert_whole(campaign, expected)
    assert len(site.asked) <= EXCHANGES + 3  # what was under way when the disk was full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB, which ``mount -o remount`` makes larger."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no tmpfs can be mounted here: a full disk is stood in for by ulimit alone")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_the_command(
    site: Site, small_disk: Path, sources_file: SourcesFile
) -> None:
    expected, sources = council(site), sources_file(site)
    campaign = Campaign.named("essai", small_disk)
    running = command(campaign, sources)
    _, said = running.communicate(timeout=PATIENCE)
    assert_stopped_full(running.returncode, said, campaign, "No space left on device")
    assert len(list(read_captures(campaign.archive))) > 20

    again = command(campaign, sources)
    _, said = again.communicate(timeout=PATIENCE)
    assert_stopped_full(again.returncode, said, campaign, "No space left on device")

    grow = ["mount", "-o", "remount,size=20m", str(small_disk)]
    subprocess.run(grow, check=True, capture_output=True)
    finish(campaign, sources)
    assert_whole(campaign, expected)


def assert_stopped_full(status: int, said: str, campaign: Campaign, reason: str) -> None:
    (line,) = [line for line in said.splitlines() if " fetched" not in line]
    assert status == 2
    assert line.startswith("aect: ")
    assert reason in line
    assert list(verify_archive(campaign.archive)) == []
