"""The report as a reader meets it: every link leads somewhere, every quote can be checked."""

import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corpora.campaign import InputError
from nlp.coding.codebook import BUNDLED_CODEBOOK, load_codebook
from nlp.coding.references import Coding, Reference
from nlp.reading.documents import Block
from nlp.reporting.pages.archived import archived_parts
from nlp.reporting.pages.evidence import Evidence
from nlp.reporting.pages.front import Front, Picture
from nlp.reporting.pages.places import anchor, live_address, slug
from nlp.reporting.report import write_report
from nlp.reporting.site import NAVIGATION
from nlp.reporting.wording import Wording
from tests.nlp.reporting import study_made_up as made

SILENT = "Conseil régional du Haut-Silence"
LABELS = {**made.LABELS, "applicant.legal_status": "Statut juridique"}
PICTURE = Picture(
    "cloud.png",
    "Mots fréquents",
    "Nuage de mots où domine « projets ».",
    table="figures/cloud.csv",
)
TWIN = Picture("en/cloud.svg", "Frequent words", "Word cloud where “projets” dominates.")
BESIDE = (
    "figures/cloud.png", "figures/cloud.svg", "figures/cloud.csv", "figures/en/cloud.svg",
    "tables/calls.csv", "study.xlsx",
)  # fmt: skip


def write(outputs: Path, coding: Coding, language: str = "fr") -> Path:
    for name in BESIDE:
        (outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (outputs / name).write_text("", encoding="utf-8")
    return write_report(
        outputs,
        coding,
        made.study(coding),
        {"fr": [PICTURE], "en": [TWIN]},
        made.EVENTS,
        {"fr": LABELS, "en": LABELS},
        dict.fromkeys(LABELS, 0.5),
        campaign="sample-2014",
        versions={"aect": "0.1.0"},
        councils=[*made.NAMES, SILENT],
        language=language,
    )


@pytest.fixture(scope="module")
def coding() -> Coding:
    return made.coding()


@pytest.fixture(scope="module")
def index(coding: Coding, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page of a report in French, with its pages in English in ``en``."""
    return write(tmp_path_factory.mktemp("report"), coding)


@pytest.fixture(scope="module")
def french(index: Path) -> Path:
    return index


@pytest.fixture(scope="module")
def small(coding: Coding) -> Coding:
    """The same campaign with a few of its pages, one of them with hostile words, and one call."""
    first = coding.calls[0]
    chosen = [d for d in coding.documents if d.id in first.document_ids or made.HOSTILE in d.title]
    ids = {document.id for document in chosen}
    return replace(
        coding,
        documents=tuple(chosen),
        references=tuple(r for r in coding.references if r.document_id in ids),
        calls=(first,),
        authorities=coding.authorities[:1],
    )


@cache
def parsed(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes())


def every_page(index: Path) -> Iterator[tuple[Path, html.HtmlElement]]:
    for path in sorted(index.parent.rglob("*.html")):
        yield path, parsed(path)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def archived(index: Path, reference: Reference) -> html.HtmlElement:
    return parsed(index.parent / "archive" / f"{reference.document_id}.html")


def test_every_link_leads_to_a_file_and_an_anchor_that_are_there(index: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for path, page in every_page(index):
        found = page.xpath("//@id")
        assert len(found) == len(set(found)), f"{path} uses an id twice"
        ids[path.resolve()] = set(found)
    for path, page in every_page(index):
        for address in page.xpath("//a/@href | //img/@src | //link/@href"):
            # The players of archived pages are put beside the report later, where installed.
            if address.startswith(("http://", "https://")) or "/replay/p" in address:
                continue
            file, fragment = urldefrag(address)
            target = (path.parent / unquote(file)).resolve() if file else path.resolve()
            assert target.is_file(), f"{path.name} links to {address}"
            if fragment.startswith("document="):  # which the script of that page looks up
                document = parse_qs(fragment)["document"][0]
                assert (target.parent / "documents" / f"{document}.json").is_file()
                continue
            if fragment.startswith("!"):  # a question that the script of that page asks
                continue
            fragment = fragment.partition(":~:")[0]  # of a text fragment there is no anchor
            assert not fragment or fragment in ids[target], f"{path.name} links to {address}"


def test_every_quote_stands_inside_the_marks_of_its_archived_page(
    index: Path, coding: Coding
) -> None:
    unwritable = str.maketrans({"\x00": "\ufffd", "\ud800": "\ufffd"})
    for reference in coding.references:
        page = archived(index, reference)
        assert page.get_element_by_id(anchor(reference.id)).tag == "mark"
        spelled = "".join(
            mark.text_content()
            for mark in page.iter("mark")
            if anchor(reference.id) in mark.get("data-references", "").split()
        )
        quote = reference.quote.translate(unwritable)
        assert "".join(spelled.split()) == "".join(quote.split())


def test_a_reference_is_found_where_it_starts(french: Path, coding: Coding) -> None:
    nested = next(r for r in coding.references if r.quote == "ports")
    mark = archived(french, nested).get_element_by_id(nested.id)
    assert words(mark) == "ports"
    assert mark.getparent().tag in ("p", "mark")


def test_the_archived_copy_is_whole(index: Path, coding: Coding) -> None:
    for document in coding.documents[:3]:
        text = words(parsed(index.parent / "archive" / f"{document.id}.html"))
        for block in document.blocks:
            assert " ".join(document.text[block.start : block.end].split()) in text
        assert document.capture.record_id in text
        assert document.capture.digest in text
        assert document.capture.warc in text


def test_a_council_s_quotes_tell_all_that_is_needed_to_judge_them(french: Path) -> None:
    page = parsed(french.parent / "evidence" / f"council-{slug(made.NAMES[0])}.html")
    quote = page.xpath("//section[@id='announces_spillovers']//li[contains(@class, 'quote')]")[0]
    text = words(quote)
    for expected in (
        made._SPILLOVERS[made.ECONOMIC],
        made.NAMES[0],
        "Europe et international",
        "septembre 2014 à 09 h",
        "UTC",
        "Retombées économiques pour le territoire",
        "spillover.territory.economic.by_hand",
        "0,9",
        "vague",
    ):
        assert expected in text
    (archive,) = quote.xpath(".//a[@class='archived']/@href")
    assert archive.startswith("../archive/")
    assert quote.xpath(".//p[@class='ways']/a[@rel]/@href")[0].startswith(
        "http://sample.localhost/"
    )


def test_a_quote_from_a_pdf_names_its_page(french: Path, coding: Coding) -> None:
    call = coding.calls[0]
    page = parsed(french.parent / "evidence" / f"call-{call.call_id}.html")
    section = page.xpath("//section[@id='partner_duration']")[0]
    assert "PDF, p. 2" in words(section)
    assert "10 jours" in words(section)
    assert section.xpath(".//a[@rel]/@href")[0].endswith("#page=2")


def test_figures_stand_beside_the_published_ones_and_lead_to_their_quotes(french: Path) -> None:
    rows = {words(row[0]): row for row in parsed(french).xpath("//section[@id='study']//tbody/tr")}
    row = next(row for name, row in rows.items() if name.startswith("Conseils qui annoncent des"))
    assert [words(cell).partition(":")[0] for cell in row[1:3]] == ["15 sur 22", "15 sur 22"]
    figure = parsed(french.parent / row.xpath(".//a/@href")[0])
    quotes = figure.xpath("//li[contains(@class, 'quote')]")
    read = sum(not document.duplicate_of for document in made.coding().documents)
    rests = f"{len(quotes)} citations {read} pages lues · 4 pages manquantes"
    assert words(row[3]).startswith(rests)
    natures = next(row for name, row in rows.items() if "les deux natures" in name)
    doubts = sum("nature" in council.to_check for council in made.coding().authorities)
    assert words(natures[3]).endswith(f"{doubts} décisions à vérifier")
    without = next(row for name, row in rows.items() if name.startswith("Appels sans critère"))
    assert words(without[1]).startswith("13 sur 25")
    assert words(without[3]).startswith("13 appels à projets 26 pages lues")
    calls = parsed(french.parent / without.xpath(".//a/@href")[0])
    assert len(calls.xpath("//section[@id='calls']//li/a")) == 13


def test_cells_that_rest_on_quotes_lead_to_them_and_the_others_say_what_was_searched(
    french: Path,
) -> None:
    page = parsed(french.parent / "calls.html")
    every = page.xpath("//table[@id='matrix']/tbody/tr")
    rows = [row for row in every if row.get("data-scope") == "study"]
    assert (len(rows), len(every)) == (25, 26)
    assert every[:25] == rows
    valmoriere = next(row for row in rows if made.NAMES[0] in words(row[0]))
    by_label = {cell.get("data-label"): cell for cell in valmoriere.iter("td")}
    assert by_label["Lieu du candidat"].xpath("./a/@href")
    assert words(by_label["Lieu du candidat"]) == "exigé · siège"
    assert "dans 2 documents" in words(by_label["Actions en France"])
    assert words(by_label["Pays éligibles"]) == "Mali, Sénégal, Madagascar + 2"
    assert by_label["Lieu du candidat"].get("data-state") == "required"
    assert by_label["Durée sur place"].get("data-order") == "10"


def test_what_is_uncertain_is_counted_apart(french: Path, coding: Coding) -> None:
    doubts = [r for r in coding.references if not r.certain]
    page = parsed(french.parent / "check.html")
    assert f"{len(doubts)} références à vérifier" in words(page)
    listed = parsed(french.parent / "evidence" / "to-check.html")
    assert len(listed.xpath("//li[contains(@class, 'quote')]")) == len(doubts)
    code = parsed(french.parent / "evidence" / f"code-{slug(made.ECONOMIC)}.html")
    assert not code.xpath("//span[@class='flag']")


def test_decisions_to_check_are_listed_by_council_with_their_quotes(
    french: Path, coding: Coding
) -> None:
    page = parsed(french.parent / "check.html")
    doubts = page.xpath("//div[@class='doubt']")
    natures = [council for council in coding.authorities if council.to_check]
    (call,) = [call for call in coding.calls if call.to_check]
    assert len(doubts) == len(natures) + 1
    total = f"À vérifier : {len(doubts)} décisions ; genre de 1 page."
    assert total in words(page)
    facts = parsed(french).xpath("//ul[@class='facts']/li")
    assert f"{len(doubts)} décisions à vérifier" in [words(fact) for fact in facts]
    section = page.get_element_by_id(slug(call.authority))
    doubt = section.xpath(f".//div[@id='call-{call.call_id}.applicant_location']")[0]
    for expected in (
        "Lieu du candidat à vérifier",
        "Décidé sans ces passages : non précisé",
        "Sont éligibles les associations françaises.",
        "applicant.location.by_hand",
        "Score 0,45",
        "Seuil 0,5",
        "antenne",
    ):
        assert expected in words(doubt)
    (archived_copy,) = doubt.xpath(".//a[@class='archived']/@href")
    assert archived_copy.startswith("archive/")


def test_a_page_whose_kind_is_to_check_is_listed_with_its_score(
    french: Path, coding: Coding
) -> None:
    (unsure,) = [d for d in coding.documents if not coding.kinds[d.id].certain]
    section = parsed(french.parent / "check.html").get_element_by_id(slug(unsure.authority))
    listed = section.xpath(f".//li[a[@href='archive/{unsure.id}.html']]")[0]
    assert words(listed).startswith(f"{unsure.title} autre · Score 0,41 · Seuil 0,7")


def test_cells_of_decisions_to_check_are_marked_and_lead_there(
    french: Path, coding: Coding
) -> None:
    page = parsed(french.parent / "calls.html")
    (call,) = [call for call in coding.calls if call.to_check]
    (flag,) = page.xpath("//table[@id='matrix']//td/a[@class='flag']")
    assert flag.get("href") == f"check.html#call-{call.call_id}.applicant_location"
    assert flag.get("aria-label") == "Lieu du candidat : à vérifier"
    assert words(flag.getparent()).startswith("non précisé dans 2 documents à vérifier")
    councils = parsed(french.parent / "councils.html")
    flags = councils.xpath("//section[@id='councils']//td/a[@class='flag']")
    assert len(flags) == sum(bool(council.to_check) for council in coding.authorities)
    assert "check.html" in page.xpath("//nav[@class='site']//a/@href")
    own = parsed(french.parent / "evidence" / f"call-{call.call_id}.html")
    pointer = own.xpath("//section[@id='applicant_location']//a[contains(@href, 'check.html')]")[0]
    assert words(pointer) == "1 référence à vérifier."


def test_codes_count_sources_and_references_without_copies(french: Path, coding: Coding) -> None:
    copies = {d.id for d in coding.documents if d.duplicate_of}
    counted = [
        r
        for r in coding.references
        if r.code == made.ECONOMIC and r.certain and r.document_id not in copies
    ]
    row = parsed(french.parent / "codes.html").xpath("//section[@id='codes']//tbody/tr")[0]
    assert words(row[1]) == str(len({r.document_id for r in counted}))
    assert words(row[2]) == str(len(counted))


def test_nothing_is_silent(french: Path) -> None:
    assert "Haut-Silence" in words(parsed(french).get_element_by_id("councils"))
    assert SILENT in words(parsed(french.parent / "councils.html"))
    assert "Statut juridique" in words(parsed(french.parent / "codes.html"))
    listed = words(parsed(french.parent / "pages.html").get_element_by_id("refused"))
    for event in made.EVENTS:
        assert (event.subject in listed) == (event.level != "info")
    gone = words(parsed(french.parent / "evidence" / f"call-{slug('../../C:Élan|2013')}.html"))
    assert "absent non capturé" in gone


def test_crawled_words_stay_words(index: Path) -> None:
    for path, page in every_page(index):
        assert path.name == path.name.encode("ascii").decode()
        assert not page.xpath("//script[not(@src)] | //iframe | //object | //base"), path
        assert not page.xpath("//*[@style]"), path
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), path
        assert all("../figures/" in src for src in page.xpath("//img/@src")), path
        for address in page.xpath("//a/@href"):
            assert ":" not in address.partition("#")[0] or address.startswith("http"), path
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy[0].startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
        assert "unsafe" not in policy[0], path
    assert not (index.parent.parent.parent / "C").exists()


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://conseil.test/a?b=1", "https://conseil.test/a?b=1"),
        ("javascript:alert(1)//http://conseil.test", ""),
        ("data:text/html,x", ""),
        ("//conseil.test/a", ""),
        ("https:", ""),
        ("http://[broken", ""),
        ("java\nscript:alert(1)", ""),
        ("file:///etc/hosts", ""),
    ],
)
def test_only_web_addresses_become_links(url: str, link: str) -> None:
    assert live_address(url) == link


def test_the_first_page_stands_alone_and_is_light(index: Path) -> None:
    page = parsed(index)
    assets = [index.parent / name for name in ("style.css", "report.js")]
    pictures = [index.parent / src for src in page.xpath("//img/@src")]
    assert sum(file.stat().st_size for file in (index, *assets, *pictures)) < 300_000
    (style,) = page.xpath("//style/text()")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert f"'sha256-{digest}'" in policy
    assert not page.xpath("//link[@rel='stylesheet']")


def test_pictures_have_words_and_their_files_beside_them(index: Path) -> None:
    page = parsed(index.parent / "words.html")
    assert page.xpath("//img/@alt") == [PICTURE.alt]
    links = page.xpath("//figure//span[@class='files']/a")
    assert {a.text: a.get("href") for a in links} == {
        "SVG": "../figures/cloud.svg",
        "PNG": "../figures/cloud.png",
        links[-1].text: "../figures/cloud.csv",
    }


def test_tables_beside_the_report_can_be_downloaded(index: Path) -> None:
    links = parsed(index.parent / "downloads.html").xpath("//main//a/@href")
    assert {"../tables/calls.csv", "../study.xlsx", "../figures/cloud.csv"} <= set(links)
    assert "../study.sqlite" not in links


def test_every_page_leads_to_every_other_and_to_itself_in_the_other_language(index: Path) -> None:
    report = index.parent
    main = parsed(index).get("lang")
    other = {"fr": "en", "en": "fr"}[main]
    for path, page in every_page(index):
        (twin,) = page.xpath("//p[@class='tongue']/a")
        there = (path.parent / twin.get("href")).resolve()
        assert parsed(there).get("lang") == twin.get("hreflang") != page.get("lang")
        place = path.relative_to(report).as_posix()
        own = "" if page.get("lang") == main else f"{other}/"
        assert place.startswith(own)
        assert there == (report / ("" if own else other) / place.removeprefix(own)).resolve()
        named = {(path.parent / a).resolve() for a in page.xpath("//nav[@class='site']//a/@href")}
        assert named == {(report / own / f"{name}.html").resolve() for name in NAVIGATION}


def test_a_report_in_the_other_language_leaves_nothing_of_the_first(
    small: Coding, tmp_path: Path
) -> None:
    index = write(tmp_path / "turned", small, "fr")
    write(tmp_path / "turned", small, "en")
    once = write(tmp_path / "once", small, "en")
    pages = [
        {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
        for report in (index.parent, once.parent)
    ]
    assert pages[0] == pages[1]


def test_a_folder_that_holds_something_else_is_left_as_it_is(
    coding: Coding, tmp_path: Path
) -> None:
    mine = tmp_path / "report" / "index.html"
    mine.parent.mkdir()
    mine.write_text("my own report", encoding="utf-8")
    with pytest.raises(InputError, match="holds something that aect did not write"):
        write(tmp_path, coding)
    assert mine.read_text(encoding="utf-8") == "my own report"
    assert [path.name for path in mine.parent.iterdir()] == ["index.html"]


def test_headings_are_in_order_on_every_page(index: Path) -> None:
    for path, page in every_page(index):
        levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in pairwise(levels)), path


def test_both_languages_say_everything() -> None:
    french, english = (Wording(language).labels for language in ("fr", "en"))

    def keys(labels: object, under: str = "") -> set[str]:
        if isinstance(labels, dict):
            return {k for key, value in labels.items() for k in keys(value, f"{under}.{key}")}
        return {under}

    assert keys(french) == keys(english)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_value_and_tag_of_the_codebook_is_told_in_words(language: str) -> None:
    wording = Wording(language)
    for code in load_codebook(BUNDLED_CODEBOOK).codes:
        told = {*(p.value for p in code.patterns), *(cue.value for cue in code.cues)}
        told |= {*(code.tags or {}), code.untagged}
        for raw in told - {""}:
            if raw[0] not in "@P":  # read from the passage; a duration
                groups = (
                    ("values", "statuses") if code.id == "applicant.legal_status" else ("values",)
                )
                known = {
                    key: label for name in groups for key, label in wording.labels[name].items()
                }
                assert wording.coded(code.id, raw) == known.get(raw), (code.id, raw)


@pytest.mark.parametrize(
    ("number", "told"), [(3.001, "3"), (0.004, "0"), (1234.5, "1\u202f234,5"), (10, "10")]
)
def test_numbers_end_in_a_digit(number: float, told: str) -> None:
    assert Wording("fr").number(number) == told


def test_a_score_below_its_threshold_does_not_read_like_it() -> None:
    assert Wording("fr").score(0.497) == "0,497"
    assert Wording("en").score(0.5) == "0.5"


def test_the_overview_counts_the_editions_that_the_matrix_shows(french: Path) -> None:
    every = parsed(french.parent / "calls.html").xpath("//table[@id='matrix']/tbody/tr")
    assert Counter(row.get("data-scope") for row in every) == {"study": 25, "past": 1}
    told = words(parsed(french))
    assert (
        "26 éditions d’appels à projets : 25 de solidarité internationale, en cours ; "
        "1 remplacée depuis." in told
    )
    english = words(parsed(french.parent / "en" / "index.html"))
    assert (
        "26 editions of calls for projects: 25 for international solidarity, current; "
        "1 superseded since." in english
    )


def test_the_overview_tells_other_calls_apart(coding: Coding) -> None:
    calls = [replace(call, international_solidarity=False) for call in coding.calls[:2]]
    mixed = replace(coding, calls=(*calls, *coding.calls[2:]))
    front = Front(Evidence(mixed, made.NAMES, {}), Wording("fr"))
    told = front.lede("2014")[0].replace("\u00a0", " ")
    assert told.endswith(
        "23 de solidarité internationale, en cours ; 1 remplacée depuis ; 2 autres."
    )


def test_the_overview_counts_pages_as_the_councils_do(french: Path, coding: Coding) -> None:
    assert any(d.duplicate_of for d in coding.documents)
    read = sum(not d.duplicate_of for d in coding.documents)
    fact = parsed(french).xpath("//*[@class='facts']//a[@href='pages.html']")[0]
    assert words(fact) == f"{read} pages lues"
    assert f" {read} pages de " in words(parsed(french))


def test_the_report_speaks_english_when_asked(small: Coding, tmp_path: Path) -> None:
    page = parsed(write(tmp_path, small, "en"))
    assert page.get("lang") == "en"
    assert "1 of 22" in words(page)
    assert "in 2 documents" in words(parsed(tmp_path / "report" / "calls.html"))
    assert parsed(tmp_path / "report" / "fr" / "index.html").get("lang") == "fr"


def test_an_unknown_language_is_refused(coding: Coding, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'br'.*fr, en"):
        write(tmp_path, coding, "br")


def test_pages_of_an_earlier_report_go_and_what_somebody_put_there_stays(
    coding: Coding, small: Coding, tmp_path: Path
) -> None:
    report = write(tmp_path / "a", coding).parent
    (report / "archive" / "photo.png").write_bytes(b"somebody's")
    write(tmp_path / "a", small)
    fresh = write(tmp_path / "b", small).parent
    left, made = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}
        for folder in (report, fresh)
    )
    assert left == made | {"archive/photo.png"}


def test_the_same_coding_gives_the_same_bytes(small: Coding, tmp_path: Path) -> None:
    index = write(tmp_path, small)
    files = [path for path in sorted(index.parent.rglob("*.*")) if path.is_file()]
    first = {path: path.read_bytes() for path in files}
    written = {path: path.stat().st_mtime_ns for path in files if path.parent != index.parent}
    write(tmp_path, small)
    assert {path: path.read_bytes() for path in index.parent.rglob("*.*")} == first
    kept = [
        path for path, time in written.items()
        if path.parent.name in ("evidence", "archive") and path.stat().st_mtime_ns == time
    ]  # fmt: skip
    assert len(kept) > 20


def test_an_empty_campaign_has_a_report(tmp_path: Path) -> None:
    empty = Coding((), {}, (), (), (), {}, {}, "0")
    index = write_report(tmp_path, empty, (), {}, (), {}, {}, campaign="vide", versions={})
    assert "Aucun conseil dans cette campagne." in words(parsed(index))
    check = words(parsed(index.parent / "check.html"))
    assert "À vérifier : 0 décision ; genre de 0 page." in check


def test_spacy_is_not_needed_to_write_a_report() -> None:
    check = "import sys, nlp.reporting.report; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@given(st.data())
def test_overlapping_references_are_cut_without_loss(data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.text("ab é<&", min_size=1, max_size=9), min_size=1, max_size=4))
    document = made.document("Conseil", "Titre", [("paragraph", line) for line in lines])
    size = len(document.text)
    spans = data.draw(
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(1, size)), max_size=6)
    )
    references = [
        Reference(
            f"r{i}", document.id, "Conseil", "code", "", start, end, document.text[start:end], 0, 0,
            "rule", 1.0,
        )
        for i, (start, end) in enumerate(spans)
        if start < end and document.text[start:end].strip()
    ]  # fmt: skip
    parts = archived_parts(document, references)
    pieces = [piece for part in parts for run in part.runs for piece in run.pieces]
    segments = [segment for piece in pieces for segment in piece.segments]
    assert "".join(s.text for s in segments) == document.text.replace("\n", "")
    for reference in references:
        carried = "".join(s.text for s in segments if reference in s.references)
        assert carried == reference.quote.replace("\n", "")
        assert sum(reference in s.begins for s in segments) == 1


def test_text_that_no_block_holds_is_still_shown() -> None:
    document = made.document("Conseil", "Titre", [("paragraph", "avant"), ("paragraph", "après")])
    bare = replace(document, blocks=(Block("paragraph", 0, 5),))
    pieces = [p for part in archived_parts(bare, []) for run in part.runs for p in run.pieces]
    shown = "".join(segment.text for piece in pieces for segment in piece.segments)
    assert shown.split() == ["avant", "après"]


@pytest.mark.parametrize(
    ("language", "raw", "told"),
    [
        ("fr", "P10D", "10 jours"),
        ("fr", "P1Y6M", "1 an 6 mois"),
        ("en", "P1D", "1 day"),
        ("fr", "2014-10-01", "1er octobre 2014"),
        ("fr", "2014-04-31?", "31 avril 2014 (année déduite)"),
        ("en", "2014-10-15", "15 October 2014"),
        ("fr", "head_office", "siège"),
        ("fr", "Pays d’ailleurs", "Pays d’ailleurs"),
    ],
)
def test_values_are_told_as_one_reads_them(language: str, raw: str, told: str) -> None:
    assert " ".join(Wording(language).value(raw).split()) == told


def test_names_that_differ_only_in_case_or_accents_get_files_of_their_own() -> None:
    names = ["Ile", "Île", "ile", "ILE", "../ile", "i/le", "", "con", "é" * 300]
    made_up = [slug(name) for name in names]
    assert len({name.lower() for name in made_up}) == len(names)
    assert all("/" not in name and "." not in name and 0 < len(name) < 70 for name in made_up)


def test_no_french_label_can_break_before_a_sign() -> None:
    waiting: list[object] = [Wording("fr").labels]
    read = 0
    while waiting:
        label = waiting.pop()
        if isinstance(label, dict):
            waiting += label.values()
        elif isinstance(label, list):
            waiting += label
        elif isinstance(label, str):
            read += 1
            assert not re.search(" [;:?!»]|« ", label), label
    assert read > 500
