import io
import zipfile

import docx
import pytest
from fpdf import FPDF
from odf import table, text
from odf.opendocument import OpenDocumentText

from corpora.campaign import Event
from tests.nlp.reading.conftest import labelled, own

PROSE = (
    "La Region soutient les associations qui menent avec un partenaire etabli sur place un projet "
    "de developpement utile aux habitants et connu en region. "
)


def pdf(write, pages=1, **options):
    paper = FPDF()
    paper.set_font("Helvetica", size=10)
    for number in range(pages):
        paper.add_page()
        write(paper, number)
    if options.get("password"):
        paper.set_encryption(owner_password="o", user_password=options["password"])  # noqa: S106
    return bytes(paper.output())


def heading(paper, words, size=16):
    paper.set_font("Helvetica", style="B", size=size)
    paper.cell(0, 10, words, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Helvetica", size=10)


def test_pdf_paragraphs_headings_items_and_fields(read):
    def write(paper, _):
        heading(paper, "Appel a projets 2014")
        paper.multi_cell(0, 5, PROSE * 3, new_x="LMARGIN", new_y="NEXT")
        heading(paper, "Article 2 - Demandeurs", size=12)
        for item in ("- les communes ;", "- les associations."):
            paper.cell(0, 5, item, new_x="LMARGIN", new_y="NEXT")
        paper.cell(0, 12, "Date limite : 30 avril 2014", new_x="LMARGIN", new_y="NEXT")

    document = read(pdf(write), mime="application/pdf")
    assert document.title == "Appel a projets 2014"
    assert own(document, "heading") == ["Appel a projets 2014", "Article 2 - Demandeurs"]
    assert own(document, "paragraph") == [(PROSE * 3).strip()]
    assert own(document, "item") == ["les communes ;", "les associations."]
    assert labelled(document) == {"Date limite": "Date limite : 30 avril 2014"}
    assert {block.page for block in document.blocks} == {1}


def test_pdf_columns_are_read_one_after_the_other(read):
    left = [f"gauche {number} des mots qui remplissent la colonne" for number in range(12)]
    right = [f"droite {number} des mots qui remplissent la colonne" for number in range(12)]

    def write(paper, _):
        for number, pair in enumerate(zip(left, right, strict=True)):
            for x, words in zip((15, 110), pair, strict=True):
                paper.text(x, 30 + 5 * number, words)

    document = read(pdf(write), mime="application/pdf")
    text = document.text.replace("\n", " ")
    assert [word for word in text.split() if word.isdigit()] == [str(n) for n in range(12)] * 2
    assert text.index("gauche 11") < text.index("droite 0")


def test_pdf_running_lines_are_marked_and_pages_numbered(read):
    def write(paper, number):
        paper.text(80, 10, "Conseil regional d'Essai")
        paper.set_y(40)
        paper.multi_cell(0, 5, f"Page {number} du texte. " + PROSE)
        paper.text(100, 290, f"{number + 1} / 3")

    document = read(pdf(write, pages=3), mime="application/pdf")
    assert len(own(document)) == 3
    assert "Conseil regional d'Essai" not in own(document)
    assert [block.page for block in document.blocks if not block.boilerplate] == [1, 2, 3]
    assert document.text.count("Conseil regional d'Essai") == 3


def test_pdf_table_rows_are_fields(read):
    def write(paper, _):
        paper.multi_cell(0, 5, PROSE, new_x="LMARGIN", new_y="NEXT")
        for number, row in enumerate(
            (("Montant", "5 000 euros"), ("Taux", "50 %"), ("Pays", "Mali"))
        ):
            paper.text(15, 80 + 6 * number, row[0])
            paper.text(70, 80 + 6 * number, row[1])

    assert labelled(read(pdf(write), mime="application/pdf")) == {
        "Montant": "Montant : 5 000 euros",
        "Taux": "Taux : 50 %",
        "Pays": "Pays : Mali",
    }


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf(lambda paper, _: paper.rect(10, 10, 50, 50)), "pdf_without_text"),
        (pdf(lambda paper, _: paper.text(10, 10, PROSE), password="s"), "pdf_locked"),  # noqa: S106
        (b"%PDF-1.7 and then nothing of the kind", "pdf_unreadable"),
        (b"PK\x03\x04 word/document.xml", "office_unreadable"),
        (b"\xd0\xcf\x11\xe0 old Word", "unsupported_format"),
    ],
)
def test_files_that_cannot_be_read_are_told(read, content, name):
    event = read(content, mime="application/octet-stream")
    assert isinstance(event, Event)
    assert event.name == name


def test_a_zip_bomb_is_not_unpacked(read):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (210 * 2**20))
    assert read(file.getvalue()).name == "office_too_large"


def test_docx(read):
    written = docx.Document()
    written.add_heading("Règlement 2014", 1)
    written.add_paragraph("Sont éligibles les structures suivantes :")
    written.add_paragraph("les associations", style="List Bullet")
    grid = written.add_table(2, 2)
    for cell, words in zip(grid._cells, ("Montant", "5 000 €", "Pays", "Mali"), strict=True):
        cell.text = words
    written.add_paragraph("Après le tableau.")
    written.sections[0].footer.paragraphs[0].text = "Région d'Essai"
    file = io.BytesIO()
    written.save(file)
    document = read(file.getvalue(), mime="application/octet-stream")
    assert document.title == "Règlement 2014"
    assert own(document) == [
        "Règlement 2014",
        "Sont éligibles les structures suivantes :",
        "les associations",
        "Montant : 5 000 €",
        "Pays : Mali",
        "Après le tableau.",
    ]
    assert document.text.endswith("Région d'Essai")


def test_odt(read):
    written = OpenDocumentText()
    written.text.addElement(text.H(outlinelevel=1, text="Fiche 2014"))
    items = text.List()
    for words in ("les communes de la région", "les lycées"):
        item = text.ListItem()
        item.addElement(text.P(text=words))
        items.addElement(item)
    written.text.addElement(items)
    grid = table.Table()
    for cells in (("Pays", "Ville", "Année"), ("Mali", "Kayes", "2014")):
        row = table.TableRow()
        for words in cells:
            cell = table.TableCell()
            cell.addElement(text.P(text=words))
            row.addElement(cell)
        grid.addElement(row)
    written.text.addElement(grid)
    file = io.BytesIO()
    written.write(file)
    document = read(file.getvalue(), mime="application/octet-stream")
    assert document.title == "Fiche 2014"
    assert own(document, "item") == ["les communes de la région", "les lycées"]
    assert labelled(document) == {"Pays": "Mali", "Ville": "Kayes", "Année": "2014"}
