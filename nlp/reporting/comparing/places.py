"""Where the pages of a comparison lie, and how they lead to each campaign's archived copies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlp.comparing.comparison import ComparedCall
from nlp.comparing.pages import ComparedPage
from nlp.comparing.tables import page_pair_id, pair_id
from nlp.reporting.pages.citation import permanent_link
from nlp.reporting.pages.places import archived_page, evidence_page

LIST = "comparisons.html"


def call_page(call: ComparedCall) -> str:
    """File name of the page of a pair of calls."""
    return f"call-{pair_id(call)}.html"


def page_page(page: ComparedPage) -> str:
    """File name of the page of a pair of international pages."""
    return f"page-{page_pair_id(page)}.html"


def main_language(outputs: Path) -> str:
    """The language of a campaign's report; the other one lies in a folder of its name."""
    return str(read_json(outputs / "campaign.json").get("language", "fr"))


def read_json(path: Path) -> Mapping[str, object]:
    """The object in a file; an empty one where there is none that could be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Report:
    """One campaign's report, as it is linked from the pages of a comparison.

    ``root`` leads from such a page to the report's folder (ends in ``/``), ``folder`` is the same
    on disk: what is not there is not linked.
    """

    root: str
    folder: Path
    language: str

    def copy(self, document_id: str, reference_id: str = "") -> str:
        """The archived copy of a document, at a reference; empty where the report has none."""
        return self._link(archived_page(document_id, reference_id))

    def replay(self, document_id: str, reference_id: str) -> str:
        """The page that replays a document, at a reference; empty where the report has none."""
        return self._link(permanent_link(document_id, reference_id))

    def call(self, call_id: str) -> str:
        """The call's page of quotes; empty where the report has none."""
        return self._link(evidence_page("call", call_id))

    def council(self, name: str) -> str:
        """The council's page of quotes; empty where the report has none."""
        return self._link(evidence_page("council", name))

    def figure(self, id_: str) -> str:
        """The figure's page of quotes; empty where the report has none."""
        return self._link(evidence_page("figure", id_))

    def _link(self, place: str) -> str:
        for one in (f"{self.language}/{place}", place):
            if (self.folder / one.partition("#")[0]).is_file():
                return f"{self.root}{one}"
        return ""
