"""Corpora of IRaMuTeQ and TXM, imported text by text and read back from the archive."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.campaign import Campaign, Event, InputError
from crawler.archive.capture import Capture, read_body
from crawler.archive.captures import read_captures
from crawler.archive.verifying import verify_archive
from crawler.imports.described import read_table
from crawler.imports.importing import import_paths
from crawler.sources import Source, load_sources

TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0">'

ENTITIES = (
    '<!DOCTYPE TEI [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Source, ...]:
    path = tmp_path / "s.yml"
    path.write_text(
        "sources: [{id: essai, code: a, name: Conseil régional d'Essai, territory: Essai,"
        " sites: [essai.example], spider: files, entry_pages: ['http://essai.example/']}]"
    )
    return load_sources(path).sources


def written(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding))
    return path


def told(events: tuple[Event, ...]) -> dict[str, tuple[str, str]]:
    return {event.name: (event.subject, event.reason) for event in events}


def captures(campaign: Campaign) -> dict[str, Capture]:
    return {capture.url: capture for capture in read_captures(campaign.archive)}


def body(campaign: Campaign, capture: Capture) -> str:
    return read_body(campaign.archive, capture).content.decode("utf-8")


def test_a_starred_corpus_is_as_many_documents_as_it_has_texts(
    campaign: Campaign, tmp_path: Path, sources: tuple[Source, ...]
) -> None:
    corpus = written(
        tmp_path / "corpus.txt",
        "\n**** *id_a *council_ConseilRegionalDEssai *year_2014 *kind_call *sexe_f\n"
        "Appel_à_projets.\n"
        "-*bilan\n"
        "Une _rire_ ligne.\n"
        "**** *council_Autre *date_2013-05 *kind_roman\n"
        "Autre texte.\n"
        "****\n"
        "Sans variable.\n"
        "**** *id_vide\n\n",
    )
    events = import_paths(campaign, [corpus], None, sources)

    found = captures(campaign)
    first, second, third = (
        found[f"urn:aect:essai:corpus.txt/{name}"] for name in ("a", "2", "3")
    )  # fmt: skip
    assert len(found) == 3
    assert (first.authority, first.kind, first.date) == ("Conseil régional d'Essai", "call", "")
    assert first.captured_at == "2014-01-01T00:00:00Z"
    assert body(campaign, first) == "Appel à projets.\n\nUne _rire_ ligne."
    assert (second.authority, second.kind, second.date) == ("Autre", "", "2013-05")
    assert body(campaign, third) == "Sans variable."
    assert told(events)["text_empty"][0] == "corpus.txt:10"
    assert told(events)["variables_left_out"] == (
        "corpus.txt", "-*bilan, kind, sexe: an archive has no place for them",
    )  # fmt: skip
    assert list(verify_archive(campaign.archive)) == []

    import_paths(campaign, [corpus], None, sources)
    assert captures(campaign) == found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_starred_corpora_in_the_encodings_of_their_users(
    campaign: Campaign, tmp_path: Path, encoding: str
) -> None:
    content = "**** *council_A\r\nL’été à Cœur\r\n"
    import_paths(campaign, [written(tmp_path / "c.txt", content, encoding)], None, ())
    (capture,) = captures(campaign).values()
    assert body(campaign, capture) == "L’été à Cœur"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("**** *a_1\nx\n**** b_2\ny\n", "line 3: 'b_2' is no starred variable"),
        ("**** council_x\nx\n", "line 1: 'council_x' is no starred variable"),
        ("\n**** titre\nx\n", "line 2: 'titre' is no starred variable: write *name_value"),
        ("**** *a_1\nx\n**********\ny\n", "line 3: '******' is no starred variable"),
        ("Avant.\n\n**** *a_1\nx\n", "line 1: 'Avant.' stands before the first **** line"),
        ("-*theme\n**** *a_1\nx\n", "line 1: '-*theme' stands before"),
    ],
)
def test_a_broken_starred_corpus_is_refused_and_the_rest_comes_in(
    campaign: Campaign, tmp_path: Path, content: str, reason: str
) -> None:
    written(tmp_path / "f/a.txt", content)
    written(tmp_path / "f/b.txt", "Un texte.")
    events = import_paths(campaign, [tmp_path / "f"], None, ())
    subject, why = told(events)["corpus_unreadable"]
    assert subject == "f/a.txt"
    assert why.startswith(reason)
    assert "\n" not in why
    assert list(captures(campaign)) == ["urn:aect:essai:f/b.txt"]


def test_texts_without_a_variable_are_texts(campaign: Campaign, tmp_path: Path) -> None:
    content = "****\nUn texte.\n****\nUn autre.\n"
    import_paths(campaign, [written(tmp_path / "c.txt", content)], None, ())
    assert sorted(body(campaign, capture) for capture in captures(campaign).values()) == [
        "Un autre.", "Un texte.",
    ]  # fmt: skip


def test_a_line_of_stars_in_a_plain_text_makes_no_corpus(
    campaign: Campaign, tmp_path: Path
) -> None:
    content = "**** Attention ****\nUn texte.\n****\n"
    import_paths(campaign, [written(tmp_path / "note.txt", content)], None, ())
    (capture,) = captures(campaign).values()
    assert body(campaign, capture) == content


def txm(folder: Path, table: str) -> Path:
    written(folder / "metadata.csv", table)
    written(folder / "t1.txt", "**** *a_1\nUn texte de TXM.")
    written(folder / "t2.txt", "Un autre.")
    written(folder / "t3.txt", "Sans ligne.")
    return folder


TABLE = (
    'id,council,date,kind,url,title,genre\n'
    "t1,Conseil régional d'Essai,2014-02-03,call,http://a.example/1,'=Titre,lettre\n"
    't2,"Autre,\nvraiment",,,ftp://x,,\n'
    "perdu,,,,,,\n"
)  # fmt: skip


@pytest.mark.parametrize("given", ["", "metadata.csv"])
def test_txm_texts_are_described_by_the_table_beside_them(
    campaign: Campaign, tmp_path: Path, sources: tuple[Source, ...], given: str
) -> None:
    events = import_paths(campaign, [txm(tmp_path / "c", TABLE) / given], None, sources)
    found = captures(campaign)
    first = found["http://a.example/1"]
    assert (first.authority, first.kind, first.title, first.date) == (
        "Conseil régional d'Essai", "call", "=Titre", "2014-02-03",
    )  # fmt: skip
    assert body(campaign, first).startswith("**** *a_1")
    assert found["urn:aect:essai:c/t2.txt"].authority == "Autre, vraiment"
    assert ("urn:aect:essai:c/t3.txt" in found) == (given == "")
    assert told(events)["file_missing"][0] == "perdu"
    assert told(events)["variables_left_out"] == (
        "c", "genre, url: an archive has no place for them",
    )  # fmt: skip
    assert "unread_format" not in told(events)


def test_a_persons_own_table_goes_before_that_of_the_corpus(
    campaign: Campaign, tmp_path: Path
) -> None:
    folder = txm(tmp_path / "c", TABLE)
    own = written(tmp_path / "own.csv", "path,kind,authority\nt1.txt,other,Nous\n")
    import_paths(campaign, [folder], own, ())
    first = captures(campaign)["http://a.example/1"]
    assert (first.kind, first.authority, first.title) == ("other", "Nous", "=Titre")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("id,genre\nt1,a,b\n", ":2: 3 cells under 2 columns"),
        ("id,genre\nt1\n", ":2: 1 cells under 2 columns"),
        ("id,genre\nt1,a\nt1,b\n", ":3: the id 't1' is twice there"),
        ("id,genre\n,a\n", ":2: the id '' is empty"),
        ('id,genre\nt1,"a\n', ":2: unexpected end of data"),
    ],
)
def test_a_broken_table_stops_before_anything_is_archived(
    campaign: Campaign, tmp_path: Path, table: str, reason: str
) -> None:
    with pytest.raises(InputError) as caught:
        import_paths(campaign, [txm(tmp_path / "c", table)], None, ())
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(campaign.archive.glob("*"))


def test_a_table_that_is_not_utf_8_is_refused_with_its_line(
    campaign: Campaign, tmp_path: Path
) -> None:
    folder = txm(tmp_path / "c", "id,genre\n")
    written(folder / "metadata.csv", "id,genre\nt1,été\n", "cp1252")
    with pytest.raises(InputError, match=r"metadata\.csv:2: is not UTF-8"):
        import_paths(campaign, [folder], None, ())


def test_a_table_of_another_kind_is_left_alone(campaign: Campaign, tmp_path: Path) -> None:
    events = import_paths(campaign, [txm(tmp_path / "c", "nom;valeur\nx\n")], None, ())
    assert told(events)["unread_format"][0] == "c/metadata.csv"
    assert len(captures(campaign)) > 1


def test_ids_are_never_paths(campaign: Campaign, tmp_path: Path) -> None:
    written(tmp_path / "secret.txt", "secret")
    folder = txm(tmp_path / "c", "id,council\n../secret,A\nt2,B\n/etc/passwd,C\n")
    import_paths(campaign, [folder / "metadata.csv"], None, ())
    assert list(captures(campaign)) == ["urn:aect:essai:c/t2.txt"]
    starred = written(tmp_path / "d/c.txt", "**** *id_../../x\na\n**** *id_b\nb\n")
    import_paths(campaign, [starred], None, ())
    assert "urn:aect:essai:c.txt/..%2F..%2Fx" in captures(campaign)


def test_tei_as_an_editor_lays_it_out(campaign: Campaign, tmp_path: Path) -> None:
    content = f"""<?xml version="1.0"?>
{TEI}<teiHeader><fileDesc>
<titleStmt><title>Un  titre</title><author>Conseil</author></titleStmt>
<publicationStmt><p/></publicationStmt>
<sourceDesc><bibl><date when="2014-05">mai 2014</date><ref target="http://a.example/t"/></bibl>
</sourceDesc></fileDesc></teiHeader>
<text genre="lettre"><body><div><head>Chapitre</head>
<p>Un texte<note>une note</note> de <choice><sic>tet</sic><corr>test</corr></choice>.<lb/>Suite
 &amp; fin.</p>reste</div></body></text></TEI>"""
    events = import_paths(campaign, [written(tmp_path / "t.xml", content)], None, ())
    capture = captures(campaign)["http://a.example/t"]
    assert (capture.title, capture.authority, capture.date) == ("Un titre", "Conseil", "2014-05")
    assert body(campaign, capture) == "Chapitre\n\nUn texte de test. Suite & fin.\n\nreste"
    assert told(events)["variables_left_out"][1].startswith("<note>, <sic>, genre:")


def test_tei_with_a_word_a_line_is_running_text_again(campaign: Campaign, tmp_path: Path) -> None:
    words = "\n".join(f"<w>{word}</w>" for word in ["L'", "appel", ",", "(", "clos", ")", "."])
    content = f"{TEI}<text><body><p><s>\n{words}\n</s></p></body></text></TEI>"
    import_paths(campaign, [written(tmp_path / "t.xml", content)], None, ())
    assert body(campaign, *captures(campaign).values()) == "L'appel, (clos)."


def test_txms_own_xml_gives_its_words_and_not_what_it_says_of_them(
    campaign: Campaign, tmp_path: Path
) -> None:
    word = "<w><txm:form>{}</txm:form><txm:ana type='#pos'>NOM</txm:ana></w>"
    root = TEI.replace(">", ' xmlns:txm="http://textometrie.org/1.0">')
    content = (
        f"{root}<text council='Conseil'><p>{word.format('Un')}\n{word.format('texte')}</p></text>"
        "</TEI>"
    )
    import_paths(campaign, [written(tmp_path / "t.xml", content)], None, ())
    (capture,) = captures(campaign).values()
    assert body(campaign, capture) == "Un texte"
    assert capture.authority == "Conseil"


def test_a_corpus_in_one_tei_file(campaign: Campaign, tmp_path: Path) -> None:
    text = f"{TEI}<text><p>{{}}</p></text></TEI>"
    content = TEI.replace("TEI", "teiCorpus", 1) + text.format("un") + text.format("deux")
    import_paths(campaign, [written(tmp_path / "c.xml", content + "</teiCorpus>")], None, ())
    assert list(captures(campaign)) == ["urn:aect:essai:c.xml/1", "urn:aect:essai:c.xml/2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"{TEI}\n<text><p>x</text></TEI>", "line 2: not well-formed XML"),
        (f"{TEI}\n</TEI>", "line 1: <TEI> has no <text>"),
        (TEI.replace("TEI", "div", 1) + "</div>", "line 1: there is no element <TEI>"),
        (
            f"{ENTITIES}\n{TEI}<text><p>\n&e;</p></text></TEI>",
            "line 3: &e; is an entity of the file's own",
        ),
        (
            f"{ENTITIES}\n{TEI}<text><p>&b;</p></text></TEI>",
            "line 2: &b; is an entity of the file's own",
        ),
    ],
)
def test_broken_tei_is_refused_with_its_line(
    campaign: Campaign, tmp_path: Path, content: str, reason: str
) -> None:
    written(tmp_path / "f/b.txt", "Un texte.")
    events = import_paths(campaign, [written(tmp_path / "f/a.xml", content).parent], None, ())
    subject, why = told(events)["corpus_unreadable"]
    assert (subject, "\n" in why) == ("f/a.xml", False)
    assert why.startswith(reason)
    assert list(captures(campaign)) == ["urn:aect:essai:f/b.txt"]


def test_xml_that_is_no_tei_is_unread(campaign: Campaign, tmp_path: Path) -> None:
    written(tmp_path / "f/b.txt", "Un texte.")
    written(tmp_path / "f/a.xml", "<rss/>")
    events = import_paths(campaign, [tmp_path / "f"], None, ())
    assert told(events)["unread_format"][0] == "f/a.xml"


def test_a_bomb_in_an_attribute_and_a_tree_without_end_are_refused(
    campaign: Campaign, tmp_path: Path
) -> None:
    letters = "abcdefghij"
    bomb = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(letters))
    head = f'<!DOCTYPE TEI [<!ENTITY a "{"a" * 99}">{bomb}]>'
    written(tmp_path / "f/a.xml", f'{head}{TEI}<text n="&j;"><p>x</p></text></TEI>')
    written(tmp_path / "f/b.xml", f"{TEI}<text>{'<div>' * 5000}")
    written(tmp_path / "f/c.txt", "Un texte.")
    events = import_paths(campaign, [tmp_path / "f"], None, ())
    refused = [event.subject for event in events if event.name == "corpus_unreadable"]
    assert refused == ["f/a.xml", "f/b.xml"]
    assert list(captures(campaign)) == ["urn:aect:essai:f/c.txt"]


def test_a_text_that_is_too_long_is_left_out_of_its_corpus(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.imports.importing.ENTITY_LIMIT", 30)
    monkeypatch.setattr("crawler.imports.corpora.LONGEST_CORPUS", 200)
    corpus = written(tmp_path / "c.txt", f"**** *id_a\n{'x' * 31}\n**** *id_b\ncourt\n")
    long = written(tmp_path / "d.txt", "**** *id_a\nx\n" * 20)
    events = import_paths(campaign, [corpus, long], None, ())
    assert list(captures(campaign)) == ["urn:aect:essai:c.txt/b"]
    assert [event.subject for event in events if event.name == "over_limit"] == ["c.txt:1", "d.txt"]


def test_texts_of_one_address_are_told(campaign: Campaign, tmp_path: Path) -> None:
    table = "id,url,year\nt1,http://a.example/,2014\nt2,http://a.example/,2026\n"
    events = import_paths(campaign, [txm(tmp_path / "c", table)], None, ())
    subject, reason = told(events)["same_address"]
    assert subject == "http://a.example/"
    assert reason.startswith("c/t2.txt and c/t1.txt have this address")
    found = [one for one in read_captures(campaign.archive) if one.url == "http://a.example/"]
    assert [one.captured_at[:4] for one in found] == ["2014", "2026"]


PIECES = st.sampled_from([
    "****", "-*", "*", "_", "a", " ", "\n", "\r", "\0", "\ud800", "é", '"', ",", "id", "t", "<p>",
    "</p>", "<w>", "<", "&", "&lt;", "&#0;", "<!--", "-->", "<?x?>", "<![CDATA[", "<note>",
    "<choice>", TEI, "</TEI>", "<text>", "</text>", " xml:id='1'", "<a:b xmlns:a='a'>",
])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(pieces=st.lists(PIECES, max_size=30), start=st.sampled_from(["", "**** *a_1\n", TEI]))
def test_whatever_a_file_holds_it_is_read_or_refused(pieces: list[str], start: str) -> None:
    content = (start + "".join(pieces)).encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.txt", "a.xml"):
            (Path(folder) / name).write_bytes(content)
        home = Campaign.named("essai", Path(folder) / "home")
        events = import_paths(home, [Path(folder) / "a.txt", Path(folder) / "a.xml"], None, ())
        assert all("\n" not in f"{event.subject}{event.reason}" for event in events)
        assert list(verify_archive(home.archive)) == []
        assert len(list(read_captures(home.archive))) + len(events) > 0


@settings(max_examples=80, deadline=None)
@given(pieces=st.lists(PIECES, max_size=30))
def test_whatever_a_table_holds_it_is_read_or_refused_on_one_line(pieces: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "metadata.csv"
        table.write_bytes(("id,t\n" + "".join(pieces)).encode("utf-8", "surrogatepass"))
        try:
            rows = read_table(table)
        except InputError as error:
            told_of = str(error)
        else:
            told_of = ""
            assert all(set(row) == {"id", "t"} and row["id"] == name for name, row in rows.items())
        assert "\n" not in told_of


def test_control_characters_in_a_table_reach_no_header_of_the_archive(
    campaign: Campaign, tmp_path: Path
) -> None:
    evil = 'id,url,title,council\nt1,http://a.example/\0x,"T\0\r\nWARC-Type: x",C\0\nt2,,,\n'
    import_paths(campaign, [txm(tmp_path / "c", evil)], None, ())
    capture = captures(campaign)["urn:aect:essai:c/t1.txt"]
    assert (capture.title, capture.authority) == ("T\0 WARC-Type: x", "C\0")
    assert list(verify_archive(campaign.archive)) == []
