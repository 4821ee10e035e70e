"""`aect serve` shows reports to this machine, and nothing else to nobody else."""

import http.client
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corpora.campaign import Campaign, InputError
from nlp.reporting.serving import HEADERS, reports
from tests.conftest import AECT, aect, environment
from tests.nlp.reporting.replay.archived import served

WACZ = bytes(range(256)) * 8


def made(home: Path, name: str) -> Campaign:
    """A campaign with something in each folder of its outputs."""
    campaign = Campaign.named(name, home)
    for path, content in {
        "report/index.html": b"<!doctype html><title>rapport</title>",
        "report/style.css": b"body {}",
        "report/replay/player/sw.js": b"'use strict'",
        "report/replay/essai.wacz": WACZ,
        "tables/calls.csv": b"call_id\n",
        "figures/cloud.svg": b"<svg/>",
        "study.sqlite": b"SQLite",
        ".made.json": b"{}",
        "report/notes.pickle": b"\x80",
    }.items():
        file = campaign.outputs / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    campaign.corpus.mkdir(parents=True)
    (campaign.corpus / "secret.html").write_text("secret", "utf-8")
    return campaign


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    home = tmp_path_factory.mktemp("home")
    one = made(home, "essai")
    made(home, "autre")
    (one.outputs / "report" / "away.html").symlink_to(one.corpus / "secret.html")
    (one.outputs / "report" / "up").symlink_to(home)
    (one.outputs / "report" / "same.html").symlink_to("index.html")
    return one


@pytest.fixture(scope="module")
def address(campaign: Campaign) -> Iterator[str]:
    with served(campaign) as found:
        yield found


def ask(
    address: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, its path sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("path", "mime"),
    [
        ("/essai/report/", "text/html; charset=utf-8"),
        ("/essai/report/index.html", "text/html; charset=utf-8"),
        ("/essai/report/same.html", "text/html; charset=utf-8"),
        ("/essai/report/style.css", "text/css; charset=utf-8"),
        ("/essai/report/replay/player/sw.js", "text/javascript; charset=utf-8"),
        ("/essai/report/replay/essai.wacz", "application/wacz"),
        ("/essai/tables/calls.csv", "text/csv; charset=utf-8"),
        ("/essai/figures/cloud.svg", "image/svg+xml; charset=utf-8"),
        ("/essai/study.sqlite", "application/vnd.sqlite3"),
        ("/", "text/html; charset=utf-8"),
    ],
)
def test_what_a_report_holds_is_served_with_its_type_and_its_policy(
    path: str, mime: str, address: str
) -> None:
    status, headers, body = ask(address, path)
    assert (status, headers["content-type"]) == (200, mime)
    assert body
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value
    scripts = next(p for p in HEADERS["Content-Security-Policy"].split("; ") if "script-src" in p)
    assert scripts == "script-src 'self'"
    status, headers, body = ask(address, path, "HEAD")
    assert (status, headers["content-type"], body) == (200, mime, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/autre/report/index.html",  # a campaign that was not asked for
        "/essai/report/absent.html",
        "/essai/report/replay/",  # no listing of a folder
        "/essai/",
        "/essai/.made.json",
        "/essai/report/notes.pickle",
        "/essai/report/away.html",
        "/essai/report/up/corpora/essai/secret.html",
        "/essai/../../corpora/essai/secret.html",
        "/essai/report/../../../corpora/essai/secret.html",
        "/essai/%2e%2e/%2e%2e/corpora/essai/secret.html",
        "/essai/..%2f..%2fcorpora%2fessai%2fsecret.html",
        "/essai/report/..%5c..%5csecret.html",
        "/essai/report//index.html",
        "/essai/report/index.html%00.css",
        "/essai/report/" + "a" * 5000 + ".html",
        "//etc/passwd",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_served(path: str, address: str) -> None:
    status, headers, body = ask(address, path)
    assert status in (400, 404)
    assert b"secret" not in body
    if status == 404:
        assert headers["x-content-type-options"] == "nosniff"


def test_a_folder_with_a_page_is_led_to(address: str) -> None:
    status, headers, _ = ask(address, "/essai/report")
    assert (status, headers["location"]) == (301, "/essai/report/")


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_name_that_leads_here_from_elsewhere_is_refused(host: str, address: str) -> None:
    status, _, body = ask(address, "/essai/report/", Host=host)
    assert status in (400, 421)
    assert b"rapport" not in body


def test_localhost_is_this_machine(address: str) -> None:
    port = urlsplit(address).port
    assert ask(address, "/essai/report/", Host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_reports_are_only_read(method: str, address: str) -> None:
    status, headers, _ = ask(address, "/essai/report/index.html", method)
    assert status == 405
    assert headers["x-content-type-options"] == "nosniff"


def test_parts_of_an_archive_are_served(address: str) -> None:
    path = "/essai/report/replay/essai.wacz"
    status, headers, body = ask(address, path, Range="bytes=10-19")
    assert (status, body) == (206, WACZ[10:20])
    assert headers["content-range"] == f"bytes 10-19/{len(WACZ)}"
    assert ask(address, path, Range="bytes=-16")[2] == WACZ[-16:]
    assert ask(address, path, Range="bytes=99999-")[0] == 416


def test_the_digest_of_an_archive_is_told_and_follows_it(tmp_path: Path) -> None:
    campaign = made(tmp_path, "essai")
    wacz = campaign.outputs / "report" / "replay" / "essai.wacz"
    with served(campaign) as address:

        def told() -> str:
            status, _, body = ask(address, "/essai/report/replay/state.json")
            assert status == 200
            return str(json.loads(body)["sha256"])

        whole = told()
        wacz.write_bytes(WACZ + b"x")
        changed = told()
        wacz.unlink()
        assert (len(whole), len(changed), told()) == (64, 64, "")
        assert whole != changed


def test_campaigns_to_serve_have_a_report(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no report is there"):
        reports(tmp_path, [])
    made(tmp_path, "essai")
    (tmp_path / "outputs" / "README.md").write_text("", "utf-8")
    (tmp_path / "outputs" / "empty").mkdir()
    assert [one.name for one in reports(tmp_path, [])] == ["essai"]
    with pytest.raises(InputError, match="aect analyse empty"):
        reports(tmp_path, ["essai", "empty"])


def test_the_command_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    made(tmp_path, "essai")
    server = subprocess.Popen(
        [*AECT, "serve", "--port", "0"],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        assert line.startswith("http://127.0.0.1:")
        assert line.endswith("/essai/report/")
        status, _, body = ask(line, urlsplit(line).path)
        assert (status, b"rapport" in body) == (200, True)
        taken = aect(tmp_path, "serve", "--port", urlsplit(line).port)
        assert (taken.status, len(taken.err.splitlines())) == (2, 1)
        assert "--port" in taken.err
    finally:
        os.kill(server.pid, signal.SIGINT)
        _, err = server.communicate(timeout=10)
    assert (server.returncode, err) == (0, "")
    shutil.rmtree(tmp_path / "outputs")
    assert aect(tmp_path, "serve").status == 2
