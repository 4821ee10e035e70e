"""The sample web: what was authored is what is served, and its truth adds up to the study."""

import gzip
import http.client
import io
import itertools
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import docx
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corpora.campaign import InputError
from corpora.sample.edition import Edition, File, Site, bundled, load_edition, load_site
from corpora.sample.files import render_file
from corpora.sample.markdown import parse
from corpora.sample.pdf import hyphenated
from corpora.sample.render import french_day, render_page
from corpora.sample.server import main, serve
from corpora.sample.truth import CouncilTruth, load_truth, source_text

FOLDER = bundled("2014")
SLUGS = sorted(found.parent.name for found in FOLDER.glob("*/site.yml"))


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(FOLDER)


@pytest.fixture(scope="module")
def truth() -> dict[str, CouncilTruth]:
    return {council.slug: council for council in load_truth(FOLDER)}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(FOLDER) as served:
        yield served


def ask(
    address: str, url: str, *, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask the server for ``url`` as a client of a forward proxy does: by the absolute URL."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, url, headers={"Host": urlsplit(url).netloc, **(headers or {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def bare(text: str) -> str:
    """Without white space: markup may or may not leave a space between two words."""
    return re.sub(r"\s+", "", text)


# What was authored


def test_the_edition_has_its_councils_in_order(edition: Edition) -> None:
    assert [site.slug for site in edition.sites] == SLUGS
    assert {site.style for site in edition.sites} == set("abcde")


def test_a_person_can_reach_every_page_that_robots_may_see(edition: Edition) -> None:
    for site in edition.sites:
        shown = {page.path: page for page in site.pages}
        reached: set[str] = set()
        waiting = ["/"]
        while waiting:
            path = waiting.pop()
            if path in reached:
                continue
            reached.add(path)
            if path in shown:
                text = render_page(site, replace(shown[path], script=False))
                links = html.fromstring(text).xpath("//a/@href")
                waiting += [urlsplit(urljoin(path, str(link))).path for link in links]
                waiting += [shown[path].location] if shown[path].location else []
        everything = {*shown, *(file.path for file in site.files)}
        assert {path for path in everything - reached if site.may_crawl(path)} == set(), site.slug


@pytest.mark.parametrize("slug", SLUGS)
def test_every_quote_of_the_truth_stands_in_its_page(
    slug: str, truth: dict[str, CouncilTruth]
) -> None:
    site = load_site(FOLDER / slug)
    council = truth[slug]
    for spillover in council.spillovers:
        assert bare(spillover.quote) in bare(source_text(site, spillover.path)), spillover
    for call in council.calls:
        texts = [bare(source_text(site, path)) for path in call.paths]
        assert any(bare(call.applicant_location_quote) in text for text in texts), call
        assert bool(call.applicant_location_quote) == (call.applicant_location != "not_stated")
        assert bool(call.france_action_kinds) == (call.france_actions != "not_stated"), call
        for country in call.partner_countries_list:
            assert any(bare(country) in text for text in texts), country


def test_each_council_announces_what_its_spillovers_are(truth: dict[str, CouncilTruth]) -> None:
    for council in truth.values():
        natures = {spillover.nature for spillover in council.spillovers} - {"institution"}
        assert council.nature == (min(natures) if natures else "none"), council.slug
        assert len(natures) <= 1, council.slug
        assert council.announces_spillovers == bool(council.spillovers), council.slug
        assert council.institution == any(
            spillover.nature == "institution" for spillover in council.spillovers
        ), council.slug


def test_the_truth_adds_up_to_the_figures_of_the_study(truth: dict[str, CouncilTruth]) -> None:
    councils = list(truth.values())
    assert len(councils) == 22
    assert sum(council.announces_spillovers for council in councils) == 15
    assert sum(council.institution for council in councils) == 1
    assert not any(council.nature == "both" for council in councils)
    assert sum(any(call.international for call in c.calls) for c in councils) == 20
    calls = [call for c in councils for call in c.calls if call.solidarity and not call.superseded]
    assert len(calls) == 25
    assert sum(call.france_actions == "not_stated" for call in calls) == 13
    assert sum(call.france_actions != "not_stated" for call in calls) == 12
    assert sum(call.applicant_location != "required" for call in calls) == 2


# What is served


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_is_served_with_its_status_and_its_title(slug: str, address: str) -> None:
    site = load_site(FOLDER / slug)
    for page in site.pages:
        response, body = ask(address, f"http://{site.host}{page.path}")
        assert response.status == page.status, page.path
        if page.status == 301:
            assert response.headers["Location"] == page.location
            continue
        title = html.fromstring(body.decode(page.encoding)).findtext(".//title")
        assert title == f"{page.title} | {site.name}"
        if page.date:
            assert french_day(page.date) in body.decode(page.encoding)


def test_files_are_served_under_their_types(edition: Edition, address: str) -> None:
    beginnings = {"pdf": b"%PDF-", "docx": b"PK", "odt": b"PK", "txt": b""}
    seen = set()
    for site, file in [(council, found) for council in edition.sites for found in council.files]:
        if file.format in seen:
            continue
        seen.add(file.format)
        response, body = ask(address, f"http://{site.host}{file.path}")
        assert response.status == 200
        kind = response.headers["Content-Type"]
        known = {"pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}
        assert kind == known.get(file.format, kind)
        assert ("opendocument" in kind) == (file.format == "odt")
        assert body.startswith(beginnings[file.format])
    assert {"pdf", "docx", "odt"} <= seen


def test_a_browser_reaches_a_council_by_its_host_name_and_port(address: str) -> None:
    port = urlsplit(address).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/sitemap.xml", headers={"Host": f"hautes-brandes.localhost:{port}"})
    text = connection.getresponse().read().decode()
    connection.close()
    assert f"<loc>http://hautes-brandes.localhost:{port}/international</loc>" in text
    assert "<lastmod>2013-12-09</lastmod>" in text


def test_robots_txt_forbids_and_names_the_sitemap(address: str) -> None:
    _, body = ask(address, "http://cote-orlanne.localhost/robots.txt")
    assert "Disallow: /brouillons/" in body.decode()
    assert "Sitemap: http://cote-orlanne.localhost/sitemap.xml" in body.decode()
    response, _ = ask(address, "http://valmoriere.localhost/sitemap.xml")
    assert response.status == 404, "this council has no sitemap"


def test_html_comes_compressed_only_when_asked(address: str) -> None:
    url = "http://sorvange.localhost/"
    plain, body = ask(address, url)
    packed, compressed = ask(address, url, headers={"Accept-Encoding": "gzip, deflate"})
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed) == body


def test_what_did_not_change_is_not_sent_again(address: str) -> None:
    url = "http://sorvange.localhost/jcms/sv_72/plan-export"
    first, _ = ask(address, url)
    assert first.headers["Last-Modified"] == "Mon, 03 Mar 2014 00:00:00 GMT"
    again, body = ask(address, url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, body) == (304, b"")


def test_what_is_not_there_is_a_404(address: str) -> None:
    response, body = ask(address, "http://sorvange.localhost/rien/../ici")
    assert response.status == 404
    assert "Page introuvable" in body.decode()
    assert ask(address, "http://ailleurs.localhost/")[0].status == 404
    assert ask(address, "http://sorvange.localhost/", method="HEAD")[1] == b""


def test_a_page_made_by_a_script_has_no_text_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "sorvange", tmp_path / "sorvange")
    page = tmp_path / "sorvange" / "pages" / "relations.html"
    page.write_text(page.read_text("utf-8").replace("---\n", "---\nscript: true\n", 1), "utf-8")
    with serve(tmp_path) as address:
        _, raw = ask(address, "http://sorvange.localhost/jcms/sv_50/relations-exterieures")
        script = str(html.fromstring(raw.decode()).xpath("//script/@src")[0])
        response, code = ask(address, f"http://sorvange.localhost{script}")
    assert "Waldmark" not in raw.decode()
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "Waldmark" in code.decode()


def test_a_page_in_windows_1252_does_not_say_so(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "sorvange", tmp_path / "sorvange")
    page = tmp_path / "sorvange" / "pages" / "contacts.html"
    page.write_text(
        page.read_text("utf-8").replace("---\n", "---\nencoding: windows-1252\n", 1), "utf-8"
    )
    with serve(tmp_path) as address:
        response, body = ask(address, "http://sorvange.localhost/jcms/sv_95/contacts")
    assert response.headers["Content-Type"] == "text/html"
    assert b"charset" not in body
    assert "2e étage" in body.decode("windows-1252")


# How files are made

_RULES = (
    "# Règlement\n\n## Bénéficiaires\n\n"
    + "Les associations œuvrant à l'international développent la coopération décentralisée. " * 30
    + "\n\n- être déclarée\n- être âgée de deux ans\n\n| Poste | Taux |\n| --- | --- |\n"
    "| Étude | 5 |"
)


@pytest.mark.parametrize(
    ("kind", "columns", "scanned"),
    [("pdf", 1, False), ("pdf", 2, False), ("pdf", 1, True), ("docx", 1, False), ("odt", 1, False)],
)
def test_a_file_is_made_of_the_same_bytes_twice(kind: str, columns: int, scanned: bool) -> None:
    file = File("/r", "Règlement", _RULES, kind, columns, scanned)
    first = render_file(file)
    # Another ODT with a table in between: odfpy remembers what a process has used so far.
    render_file(File("/s", "Autre", "| a |\n| b |\n", "odt"))
    render_file.cache_clear()
    assert render_file(file) == first


def test_a_pdf_reads_back_with_its_accents_and_its_broken_words() -> None:
    data = render_file(File("/r.pdf", "Règlement", _RULES, "pdf", 2))
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    broken = text.count("\ufffe")  # how PDFium tells a hyphen at a line's end
    assert broken > 3
    whole = text.replace("\ufffe", "").replace("\r\n", " ")
    assert "œuvrant à l'international développent la coopération décentralisée" in whole


def test_a_scanned_pdf_has_a_picture_and_no_text() -> None:
    document = pypdfium2.PdfDocument(render_file(File("/a", "Annexe", _RULES, "pdf", 1, True)))
    assert document[0].get_textpage().get_text_range() == ""
    assert any(found.type == 3 for found in document[0].get_objects())


def test_office_files_keep_headings_items_and_cells() -> None:
    read = docx.Document(io.BytesIO(render_file(File("/r.docx", "Règlement", _RULES, "docx"))))
    assert [p.text for p in read.paragraphs if p.style.name == "Heading 2"] == ["Bénéficiaires"]
    assert "être déclarée" in [p.text for p in read.paragraphs if p.style.name == "List Bullet"]
    assert read.tables[0].cell(1, 0).text == "Étude"
    odt = zipfile.ZipFile(io.BytesIO(render_file(File("/r.odt", "Règlement", _RULES, "odt"))))
    assert odt.namelist()[0] == "mimetype"
    assert "Bénéficiaires" in odt.read("content.xml").decode()


@given(st.text(alphabet="abcdeéioulmnrst' -\n#|", max_size=80))
def test_light_markdown_loses_no_word(text: str) -> None:
    kept = " ".join(" ".join([block.text, *itertools.chain(*block.rows)]) for block in parse(text))
    letters = re.sub(r"[^a-zé]", "", text)
    assert re.sub(r"[^a-zé]", "", kept) == letters


@given(st.text(max_size=60))
def test_hyphenation_adds_only_soft_hyphens(text: str) -> None:
    assert hyphenated(text).replace("\u00ad", "") == text.replace("\u00ad", "")


def test_french_words_are_broken_where_french_breaks_them() -> None:
    broken = hyphenated("développement coopération établissement apprentissage OCDE l'action")
    assert broken.replace("\u00ad", "-") == (
        "dé-ve-lop-pement coo-pé-ra-tion éta-blis-sement ap-pren-tis-sage OCDE l'action"
    )


# What goes wrong is told with the file


def spoilt(tmp_path: Path, name: str, old: str, new: str) -> Path:
    shutil.copytree(FOLDER / "sorvange", tmp_path / "sorvange")
    file = tmp_path / "sorvange" / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("site.yml", "style: b", "style: z", r"site\.yml: \$\.style: 'z'"),
        ("site.yml", "slug: sorvange", "slug: autre", "not the folder's name"),
        ("site.yml", "path: /jcms/sv_95/contacts", "path: /perdu", "menu: no page .* /perdu"),
        ("pages/mentions.html", "path: /jcms/sv_97/mentions", "path: /", "two pages .* path /"),
        ("pages/mentions.html", "title: Mentions légales", "", r"mentions\.html: \$: 'title'"),
        ("pages/mentions.html", "title: M", "title: : M", r"mentions\.html: not readable as YAML"),
        ("pages/mentions.html", "---\n", "", r"mentions\.html: no front matter"),
    ],
)
def test_a_mistake_in_an_edition_is_told(
    tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        load_edition(spoilt(tmp_path, name, old, new))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{path: /, kind: other}", "{path: /rien, kind: other}", "no page or file /rien"),
        ("  - {path: /jcms/sv_97/mentions, kind: other}\n", "", "no kind is given for /jcms/sv_97"),
        ("nature: none", "nature: some", r"truth\.yml: \$\.council\.nature"),
    ],
)
def test_a_mistake_in_the_truth_is_told(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        load_truth(spoilt(tmp_path, "truth.yml", old, new))


def test_an_unknown_edition_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose from 2014"):
        bundled("../../etc")
    with pytest.raises(InputError, match="no council here"):
        load_edition(tmp_path)


def test_pages_escape_what_is_not_markup(edition: Edition) -> None:
    site: Site = replace(edition.sites[0], cookies="<script>alert(1)</script>")
    assert "<script>alert" not in render_page(site, site.pages[0])


def test_browsing_an_edition_that_is_not_there_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1987"]) == 2
    assert "sample edition '1987'" in capsys.readouterr().err
