"""The pages of a comparison: what they say, where they lead, that crawled words do nothing."""

import json
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corpora.campaign import Campaign, InputError
from nlp.comparing.comparison import compare
from nlp.comparing.criteria import TYPES, FieldChange
from nlp.comparing.wording import marks
from nlp.reporting.comparing.labels import CompareWording, demand
from nlp.reporting.comparing.pair import pieces
from nlp.reporting.comparing.writing import headline, write_comparison_pages
from tests.conftest import contents
from tests.nlp.reporting.comparing.conftest import HOSTILE, PREFERRED, analysed, compared, later

Years = tuple[Campaign, Campaign]
PAGES = {"index.html", "calls.html", "councils.html", "pages.html", "words.html"}


def folder(after: Campaign, language: str = "") -> Path:
    return after.outputs / "report" / language / "compare" / "2014"


def parsed(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes())


def words(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def the_call(after: Campaign, language: str = "") -> html.HtmlElement:
    """The page of the call that both campaigns have."""
    pages = [parsed(path) for path in sorted(folder(after, language).glob("call-*.html"))]
    (found,) = (page for page in pages if page.xpath("//section[@aria-labelledby='h-wording']"))
    return found


def test_both_languages_have_the_same_pages(years: Years) -> None:
    french, english = ({p.name for p in folder(years[1], at).iterdir()} for at in ("", "en"))
    assert french == english
    assert french >= PAGES
    assert parsed(folder(years[1]) / "index.html").get("lang") == "fr"
    assert parsed(folder(years[1], "en") / "index.html").get("lang") == "en"


def test_every_link_leads_somewhere_and_quotes_to_both_archives(years: Years) -> None:
    reached: set[Path] = set()
    for path in (years[1].outputs / "report").rglob("*.html"):
        if "compare" not in path.parts and path.name != "comparisons.html":
            continue
        for link in parsed(path).xpath("//@href | //@src"):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https"), link
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name}: {link}"
            reached.add(target)
            if target.parent.name == "replay":
                told = {key: one for key, [one] in parse_qs(parts.fragment).items()}
                facts = target.with_name("documents") / f"{told['document']}.json"
                assert told["ref"] in json.loads(facts.read_text(encoding="utf-8"))["quotes"], link
            elif parts.fragment and not parts.fragment.startswith("!"):
                assert parsed(target).xpath("//*[@id=$id]", id=unquote(parts.fragment)), link
    for campaign in years:
        for folder in ("archive", "replay"):
            place = (campaign.outputs / "report" / folder).resolve()
            assert [one for one in reached if one.parent == place], (campaign.name, folder)
    tables = (years[1].outputs / "compare" / "2014").resolve()
    assert {tables / "changes.csv", tables / "datapackage.json"} <= reached


def test_a_change_is_told_in_words_with_both_passages(years: Years) -> None:
    page = the_call(years[1])
    (change,) = page.xpath("//article[@id='applicant_location']")
    assert "plus souple" in words(change)
    assert "Plus souple : exigé devient préféré." in words(change)
    assert [words(q) for q in change.xpath(".//q")] == [
        "dont le siège est en Valmorière", PREFERRED,
    ]  # fmt: skip
    copies = change.xpath(".//a[@class='archived']/@href")
    assert [link.startswith("../../../../2014/report/archive/") for link in copies] == [True, False]
    assert all("#" in link for link in copies)


def test_what_is_not_stated_says_where_it_was_looked_for(years: Years) -> None:
    (change,) = the_call(years[1]).xpath("//article[@id='amount_max']")
    assert "Aucun montant maximal dans 2014 ; 5 000 € au plus dans 2026." in words(change)
    assert "cherché dans 2 documents de l’appel" in words(change)


def test_a_long_list_is_counted_and_can_be_opened(years: Years) -> None:
    (change,) = the_call(years[1]).xpath("//article[@id='partner_countries']")
    assert "20 pays" in words(change)
    gained = change.xpath(".//div[@class='gained']//span/text()")
    assert gained == [f"Pays {number:02}" for number in range(20)]
    assert change.xpath(".//div[@class='lost']//span/text()") == ["Mali", "Sénégal"]


def test_the_wording_marks_what_was_taken_away_and_what_is_new(years: Years) -> None:
    page = the_call(years[1])
    assert ", de préférence," in "".join(page.xpath("//div[@class='line l-changed']//ins//text()"))
    added = [words(one) for one in page.xpath("//div[@class='line l-added']//ins")]
    assert any("Un bilan est demandé" in one for one in added)
    kept = page.xpath("//details[@class='kept']")
    assert kept
    assert all("open" not in one.attrib for one in kept)


def test_the_overview_tells_apart_gone_and_not_captured(years: Years) -> None:
    page = parsed(folder(years[1]) / "index.html")
    for sentence in headline(compare(*years), "fr"):
        assert " ".join(sentence.split()) in words(page)
    assert "1 a une suite dans 2026, 1 a disparu, 0 n’a pas été capturé ; 0 est nouveau." in words(
        page
    )
    assert "disparu" in words(page.xpath("//ul[@class='bars']")[0])
    figures = [words(row) for row in page.xpath("//table[contains(@class,'figures')]/tbody/tr")]
    assert "15 sur 22" in figures[0], "the study's own figures stand beside the two campaigns'"


def test_rows_carry_what_the_filters_ask_for(years: Years) -> None:
    page = parsed(folder(years[1]) / "calls.html")
    scopes = {row.get("data-scope") for row in page.xpath("//table[@id='calls']/tbody/tr")}
    offered = set(page.xpath("//select[@name='scope']/option/@value")) - {""}
    assert scopes == offered
    names = {head.get("data-name") for head in page.xpath("//table[@id='calls']/thead//th")}
    assert set(page.xpath("//select[@name='sort']/option/@value")) - {""} == names


def test_crawled_words_run_nothing(years: Years) -> None:
    for path in (years[1].outputs / "report").rglob("compare/**/*.html"):
        page = parsed(path)
        assert [one.get("src", "").rpartition("/")[2] for one in page.iter("script")] == [
            "report.js"
        ]
        assert not page.xpath("//img | //*[@onmouseover or @onerror or @style] | //style")
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy[0]
    assert HOSTILE in the_call(years[1]).text_content()


def test_the_same_campaigns_give_the_same_bytes(done: Years) -> None:
    first = contents(done[1].outputs)
    compared(*done)
    assert contents(done[1].outputs) == first


def test_what_is_not_ours_is_not_written_over(fresh: Years) -> None:
    own = folder(fresh[1]) / "index.html"
    own.parent.mkdir(parents=True)
    own.write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(InputError, match=r"index\.html: holds something that aect did not write"):
        compared(*fresh)
    assert own.read_text(encoding="utf-8") == "<p>mine</p>"
    assert [path.name for path in own.parent.iterdir()] == ["index.html"]


def test_what_another_put_beside_the_pages_is_kept_and_old_pages_go(done: Years) -> None:
    note, old = folder(done[1]) / "note.html", folder(done[1]) / "call-0.html"
    note.write_text("<p>mine</p>", encoding="utf-8")
    old.write_bytes((folder(done[1]) / "calls.html").read_bytes())
    compared(*done)
    assert note.exists()
    assert not old.exists()


def test_a_report_in_english_has_its_comparison_in_english(fresh: Years) -> None:
    then, now = fresh[0], analysed(fresh[0].home, "2026", later(), "en")
    pages = write_comparison_pages(compare(then, now), now)
    assert list(pages) == ["en", "fr"]
    assert parsed(pages["en"]).get("lang") == "en"
    assert pages["fr"] == folder(now, "fr") / "index.html"
    copies = the_call(now).xpath("//a[@class='archived']/@href")
    assert any("/2014/report/en/archive/" in link for link in copies)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_a_sentence(language: str, type_: str) -> None:
    wording = CompareWording(language)
    values = {"partner_countries": ("Mali|Togo", "Mali"), "partner_operator": ("true", "true"),
              "amount_max": ("4000", "5000"), "deadlines": ("2014-05-15", "2026-05-15"),
              "cofunding_rate_max": ("50", "70"), "min_age": ("P1Y", "P2Y")}  # fmt: skip
    measures = {"amount_max", "deadlines", "cofunding_rate_max"}
    for field, (then, now) in values.items():
        if field in measures and type_ not in ("added", "dropped", "changed"):
            continue
        if field == "partner_operator" and type_ not in ("added", "dropped", "reworded"):
            continue
        told = {"added": ("", now), "dropped": (then, "")}.get(type_, (then, now))
        change = FieldChange(field, type_, *told, (), ())
        sentence = wording.sentence(change, "2014", "2026")
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert demand(field, type_) in ("harder", "softer", "other")


def test_labels_are_the_same_in_both_languages() -> None:
    def keys(labels: object, path: str = "") -> set[str]:
        if not isinstance(labels, dict):
            return {path}
        return {key for name, one in labels.items() for key in keys(one, f"{path}.{name}")}

    french, english = (CompareWording(one).labels["compare"] for one in ("fr", "en"))
    assert keys(french) == keys(english)
    assert json.dumps(french) != json.dumps(english)


@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_are_the_whole_text(then: str, now: str) -> None:
    for text, runs in zip((then, now), marks(then, now), strict=True):
        assert "".join(piece.text for piece in pieces(text, runs)) == text
