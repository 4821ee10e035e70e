"""What other people's libraries read in a campaign's outputs; run by the readers' own Python.

``read_exports.py OUTPUTS FOLDER [LIBRARY…]`` prints a JSON object by library; into FOLDER, an empty
one, it unpacks.
"""

import contextlib
import json
import sys
from pathlib import Path

outputs, folder = Path(sys.argv[1]), Path(sys.argv[2])


def by_pyqdpx() -> object:
    import pyqdpx

    with contextlib.redirect_stdout(sys.stderr):  # it tells its troubles there
        project = pyqdpx.QDPX(str(outputs / "study.qdpx")).get_project()
        return [
            {
                "source": source.name,
                "code": one.code.name,
                "user": one.user.name,
                "start": one.start,
                "end": one.end,
                "text": one.text.replace("\u200b", ""),  # its stand-in for a second UTF-16 unit
                "about": one.description or "",
            }
            for source in project.sources.values()
            for one in source.coded_selections.values()
        ]


def tree(codes) -> list:
    return [[code.name, bool(code.is_codable), code.guid, tree(code.code)] for code in codes]


def by_pyrefiqda() -> object:
    from pyrefiqda import RefiCodebook, RefiProject

    project = RefiProject.load(outputs / "study.qdpx", str(folder))
    sources = project.sources.text_source if project.sources else []
    names = {user.guid: user.name for user in project.users.user}
    found = []
    for source in sources:
        path = RefiProject.resolve_source_path(source.plain_text_path, folder)
        text = path.read_text(encoding="utf-8")
        found += [
            {
                "source": source.name,
                "code": one.coding[0].code_ref.target_guid,
                "user": names[one.creating_user],
                "text": text[one.start_position : one.end_position],
            }
            for one in source.plain_text_selection
        ]
    return {
        "codes": tree(project.code_book.codes.code),
        "codebook": tree(RefiCodebook.load(outputs / "study.qdc").codes.code),
        "cases": {case.name: len(case.source_ref) for case in project.cases.case},
        "sources": [source.name for source in sources],
        "selections": found,
        "files": sorted(path.name for path in (folder / "sources").iterdir()),
    }


def by_frictionless() -> object:
    import frictionless

    package = frictionless.Package(str(outputs / "datapackage.json"))
    report = package.validate()
    rows = {}
    for resource in package.resources:
        with resource.open():
            rows[resource.name] = [row.to_dict() for row in resource.row_stream]
    return {
        "valid": report.valid,
        "errors": report.flatten(["type", "rowNumber", "fieldName", "message"]),
        "rows": rows,
        "about": {r.name: [f.description for f in r.schema.fields] for r in package.resources},
    }


def by_openpyxl() -> object:
    import openpyxl

    book = openpyxl.load_workbook(outputs / "study.xlsx")
    return {
        sheet.title: {
            "frozen": sheet.freeze_panes,
            "filter": sheet.auto_filter.ref,
            "widest": max(size.width for size in sheet.column_dimensions.values()),
            "wrapped": sorted(
                str(cell.value) for row in sheet for cell in row if cell.alignment.wrap_text
            ),
            "types": sorted({cell.data_type for row in sheet for cell in row}),
            "links": sum(bool(cell.hyperlink) for row in sheet for cell in row),
            "rows": [[cell.value for cell in row] for row in sheet],
        }
        for sheet in book
    }


readers = {
    "pyqdpx": by_pyqdpx,
    "pyrefiqda": by_pyrefiqda,
    "frictionless": by_frictionless,
    "openpyxl": by_openpyxl,
}
found = {name: read() for name, read in readers.items() if name in (sys.argv[3:] or readers)}
sys.stdout.write(json.dumps(found, default=str))
