"""A campaign to measure on: the bundled sample web, rendered and imported, without a crawl."""

import csv
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from corpora import BUNDLED
from corpora.campaign import Campaign
from corpora.sample.edition import Site, bundled, load_edition
from corpora.sample.files import render_file
from corpora.sample.render import render_page
from crawler.imports.importing import import_paths
from crawler.sources import load_sources

NAME = "sample-2014"


def build(home: Path) -> Campaign:
    """The 2014 edition as a campaign under ``home``: every page and file of every council."""
    campaign = Campaign.named(NAME, home)
    files = home / "rendered"
    sources = BUNDLED / "sources" / f"{NAME}.yml"
    rows = [row for site in load_edition(bundled("2014")).sites for row in _render(site, files)]
    with (files / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "authority", "url"))
        writer.writerows(rows)
    campaign.corpus.mkdir(parents=True)
    shutil.copy(sources, campaign.corpus / "sources.yml")
    import_paths(campaign, [files], files / "metadata.csv", load_sources(sources).sources)
    return campaign


def _render(site: Site, files: Path) -> list[tuple[str, str, str]]:
    folder = files / site.slug
    folder.mkdir(parents=True)
    rendered = [
        (page.path, "html", render_page(site, page).encode(page.encoding, "xmlcharrefreplace"))
        for page in site.pages
        if page.status == 200
    ]
    rendered += [(file.path, file.format, render_file(file)) for file in site.files]
    rows = []
    for number, (path, ending, content) in enumerate(rendered):
        file = folder / f"{number:03}.{ending}"
        file.write_bytes(content)
        url = urlsplit(f"http://{site.host}{path}").geturl()
        rows.append((str(file.relative_to(files)), site.name, url))
    return rows
