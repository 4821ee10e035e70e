"""A small archived campaign of an invented council, with a report that replays it."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders

from corpora.campaign import Campaign
from corpora.sample.markdown import Block
from corpora.sample.pdf import pdf_bytes
from crawler.archive.packaging import package
from crawler.archive.records import Exchange
from crawler.archive.writing import ArchiveWriter, warcinfo
from nlp.coding.references import Authority, Coding, Kind, Reference
from nlp.counting.study import measure, read_published
from nlp.reading.documents import Document
from nlp.reading.reader import read_campaign
from nlp.reporting.replay.equipping import equip
from nlp.reporting.report import write_report
from nlp.reporting.serving import serving
from tests.nlp.reporting.study_made_up import ECONOMIC, LABELS, reference

COUNCIL = "Conseil régional de Valmorière"
SITE = "http://valmoriere.example"
FILE = "urn:aect:essai-2014:note%20%C3%A9crite.html"
"""An imported file, which came by no HTTP."""
AT = datetime(2014, 9, 24, 9, 12, 7, tzinfo=UTC)
EMPLOYMENT = "créer ici des emplois et ouvrir des marchés à nos entreprises"

_FILLER = "<p>Le Conseil régional rend compte de ses partenariats, commune par commune.</p>" * 40
_TWICE = (
    f"<p>En 2008 déjà, il s’agissait de {EMPLOYMENT} du bois.</p>{_FILLER}"
    f"<ul><li>• Désormais, l’aide doit <b>créer&nbsp;ici</b> des em&shy;plois et ouvrir des "
    f"marchés à nos entreprises ; chaque lycée y prend sa part.</li></ul>{_FILLER}"
)
_SPELL = """
<script>{harm}</script>
<img src="x" onerror="{harm}"><svg onload="{harm}"><script>{harm}</script></svg>
<iframe src="javascript:{harm}"></iframe><iframe srcdoc="<script>{harm}</script>"></iframe>
<object data="data:text/html,<script>{harm}</script>"></object>
<meta http-equiv="refresh" content="1;url=http://valmoriere.example/ailleurs">
<form action="http://127.0.0.1:9/pris"><input autofocus onfocus="{harm}"></form>
<link rel="preconnect" href="http://127.0.0.1:9/"><link rel="prefetch" href="http://127.0.0.1:9/">
<style>body {{ background: url(http://127.0.0.1:9/pris) }}</style>
""".format(
    harm="try{alert(1)}catch(e){};try{top.document.title='pris';parent.localStorage.pris=1;"
    "localStorage.pris=1;fetch('http://127.0.0.1:9/pris');top.location='about:blank'}catch(e){}"
)
_NAMES = "createTreeWalker createRange adoptedStyleSheets readyState documentElement defaultView"
# elements that stand in for what the page around asks of the document and of its elements
_SPELL += "".join(f'<img name="{name}"><iframe name="{name}"></iframe>' for name in _NAMES.split())
_TRAP = "".join(
    f'<input type="hidden" name="{name}">'
    for name in ("parentElement", "parentNode", "nodeName", "scrollIntoView", "ownerDocument")
)
PAGES: dict[str, str | bytes] = {
    "/retombees": _TWICE,
    "/piege": f"<p>Avant le piège.</p>{_SPELL}"
    f"<form>{_TRAP}Une coopération pour {EMPLOYMENT}.</form>",
    "/replie": f"<style>.plus {{ display: none }}</style><p>Lire la suite</p>"
    f"<div class='plus'><p>Elle entend {EMPLOYMENT}.</p></div>{_FILLER}",
    "/ancienne": f"<p>Été 2013 : l’aide devait {EMPLOYMENT}.</p>".encode("cp1252"),
}
SHELL = "<p>Chargement…</p><script>document.body.textContent = 'écrit'</script>"
DOM = f"<p>La Région veut {EMPLOYMENT}, dit le script.</p>"
PDF_QUOTE = "Le projet doit créer des emplois durables en Valmorière, au bénéfice des entreprises."


def _paper() -> bytes:
    line = Block("paragraph", "Le règlement précise les conditions de l'aide, article par article.")
    quote = Block("paragraph", PDF_QUOTE)
    return pdf_bytes("Règlement", (*[line] * 90, quote, line), AT, columns=1)


def _response(mime: str) -> StatusAndHeaders:
    return StatusAndHeaders("200 OK", [("Content-Type", mime)], protocol="HTTP/1.1")


def archive(campaign: Campaign, pages: Mapping[str, str | bytes] = PAGES) -> None:
    """Write the campaign's archive and package it.

    ``pages`` are bodies by path; of those that are bytes no encoding is told.
    """
    campaign.archive.mkdir(parents=True)
    writer = ArchiveWriter(campaign.archive, "essai", warcinfo(campaign.name, operator="essai"))
    about = {"authority": COUNCIL}
    for path, body in pages.items():
        told = "" if isinstance(body, bytes) else "; charset=utf-8"
        said = body if isinstance(body, bytes) else body.encode()
        page = f"<!doctype html><html lang=fr><title>Page {path}</title><body>".encode() + said
        writer.write(Exchange(SITE + path, AT, page, _response(f"text/html{told}")), about)
    writer.write(Exchange(f"{SITE}/r.pdf", AT, _paper(), _response("application/pdf")), about)
    sent = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    shell = Exchange(f"{SITE}/app", AT, SHELL.encode(), _response("text/html"), record_id=sent)
    writer.write(shell, about)
    writer.write_conversion(f"{SITE}/app", AT, DOM, sent, about)
    note = f"<title>Note</title><p>Une note remise en main propre : {EMPLOYMENT}.</p>"
    writer.write(Exchange(FILE, AT, note.encode(), mime="text/html"), about)
    writer.close()
    package(campaign)


def coded(document: Document, quote: str, times: int = 1) -> Reference:
    """The ``times``-th occurrence of ``quote`` in a document, coded."""
    start = -1
    for _ in range(times):
        start = document.text.index(quote, start + 1)
    one = reference(document, ECONOMIC, quote, "announced")
    block = next(i for i, b in enumerate(document.blocks) if b.start <= start < b.end)
    end, page = start + len(quote), document.blocks[block].page
    return replace(one, id=f"{one.id}-{times}", start=start, end=end, block=block, page=page)


@dataclass(frozen=True)
class Archived:
    """A campaign with its report; ``references`` are its quotes by the path of their page."""

    campaign: Campaign
    references: Mapping[str, Reference]

    @property
    def report(self) -> Path:
        return self.campaign.outputs / "report"


def reported(home: Path) -> Archived:
    """Archive, read, code by hand, report and equip."""
    campaign = Campaign.named("essai-2014", home)
    archive(campaign)
    documents, _ = read_campaign(campaign)
    by_path = {one.url.removeprefix(SITE): one for one in documents}
    references = {
        path: coded(by_path[path], *wanted)
        for path, wanted in {
            "/retombees": (EMPLOYMENT, 2),
            "/piege": (EMPLOYMENT,),
            "/replie": (EMPLOYMENT,),
            "/app": (EMPLOYMENT,),
            "/ancienne": (EMPLOYMENT,),
            "/r.pdf": (PDF_QUOTE,),
            FILE: (EMPLOYMENT,),
        }.items()
    }
    ids = tuple(one.id for one in references.values())
    evidence = {"announces_spillovers": ids, "economic": ids}
    council = Authority(COUNCIL, True, "economic", False, False, 0, len(documents), evidence)
    kinds = {one.id: Kind("international_page", 0.9, "by_hand") for one in documents}
    coding = Coding(
        tuple(documents), kinds, tuple(references.values()), (), (council,), {}, {}, "5d2c90ab13ef"
    )
    write_report(
        campaign.outputs,
        coding,
        measure(coding, [COUNCIL], read_published()),
        {},
        (),
        {"fr": LABELS, "en": LABELS},
        dict.fromkeys(LABELS, 0.5),
        campaign=campaign.name,
        versions={"aect": "0.1.0"},
        councils=[COUNCIL],
    )
    equip(campaign)
    return Archived(campaign, references)


@contextmanager
def served(*campaigns: Campaign) -> Iterator[str]:
    """The address of a server of reports on a free port of loopback."""
    loop = asyncio.new_event_loop()
    opened, stop = threading.Event(), asyncio.Event()
    address: list[str] = []

    async def serve() -> None:
        async with serving(campaigns, 0) as found:
            address.append(found)
            opened.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert opened.wait(10), "the server did not open"
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
