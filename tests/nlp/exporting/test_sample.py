"""The sample study as other people's libraries read it: every quote, of PDF pages too."""

import zipfile
from pathlib import Path

from lxml import etree

from nlp.counting.stores import defused
from tests.conftest import Study
from tests.nlp.exporting.peers import project_schema, read


def test_the_sample_is_read_as_its_tables_tell(demo: Study, tmp_path: Path) -> None:
    outputs = demo.campaign.outputs
    found = read(outputs, tmp_path, "pyrefiqda", "frictionless")
    assert found["frictionless"]["errors"] == []
    documents = {row["document_id"]: row for row in demo.table("documents")}
    references = [
        row for row in demo.table("references") if not documents[row["document_id"]]["duplicate_of"]
    ]
    assert any(row["page"] for row in references)
    told = {(row["document_id"], row["quote"]) for row in references}
    selections = found["pyrefiqda"]["selections"]
    read_back = {(one["source"][-17:-1], defused(one["text"])) for one in selections}
    assert read_back == told
    places = {(r["document_id"], r["start"], r["end"], r["code"], r["certain"]) for r in references}
    assert len(selections) == len(places)
    assert len(found["pyrefiqda"]["cases"]) == 22


def test_the_sample_s_project_fits_the_standard_s_schema(demo: Study) -> None:
    with zipfile.ZipFile(demo.campaign.outputs / "study.qdpx") as project:
        found = etree.fromstring(project.read("project.qde"))
    etree.XMLSchema(etree.parse(project_schema())).assertValid(found)
