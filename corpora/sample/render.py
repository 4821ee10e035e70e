"""Framing a page's main content in its council's house style."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from markupsafe import Markup

from corpora.sample.edition import MenuEntry, Page, Site

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


@dataclass(frozen=True)
class Section:
    """A second-level heading and the markup below it; what stands before has no heading."""

    heading: str
    body: Markup


def french_day(day: str) -> str:
    """``2014-03-01`` as ``1er mars 2014``."""
    year, month, number = (int(part) for part in day.split("-"))
    return f"{'1er' if number == 1 else number} {_MONTHS[month - 1]} {year}"


def sections(body: str) -> tuple[Section, ...]:
    """The fragment cut at its top-level ``h2``, for the style that folds them away."""
    root = html.fragment_fromstring(body, create_parent="div")
    cut: list[tuple[str, list[str]]] = [("", [root.text or ""])]
    for child in root:
        if child.tag == "h2":
            cut.append((" ".join(child.text_content().split()), [child.tail or ""]))
        else:
            cut[-1][1].append(html.tostring(child, encoding="unicode"))
    # The parts are the authored markup itself, already escaped where it must be.
    return tuple(Section(heading, Markup("".join(parts))) for heading, parts in cut)  # noqa: S704


def script_path(page: Page) -> str:
    """Where the script lies that puts in the body of a ``script`` page."""
    return f"/assets/contenu{page.path.rstrip('/')}.js"


def render_script(page: Page) -> str:
    """The script that puts the body of a ``script`` page into its empty frame."""
    return f'document.getElementById("contenu").innerHTML = {json.dumps(page.body)};\n'


def render_page(site: Site, page: Page) -> str:
    """The whole HTML of a page; deterministic, and in the page's encoding once encoded.

    A page in windows-1252 does not say so: it stands for the ones whose charset must be guessed.
    """
    body = page.body
    if page.script:
        body = (
            '<div id="contenu"></div><noscript>JavaScript est désactivé.</noscript>'
            f'<script src="{script_path(page)}"></script>'
        )
    return (
        _environment()
        .get_template(f"{site.style}.html.j2")
        .render(
            site=site,
            page=page,
            body=Markup(body),  # noqa: S704 (authored markup)
            crumbs=_crumbs(site, page),
            children=site.children(page.path),
            declares_charset=page.encoding == "utf-8",
        )
    )


def not_found(site: Site, path: str) -> Page:
    """The page that a council shows for a path it does not have."""
    text = "<p>La page que vous cherchez n'existe pas ou n'est plus en ligne.</p>"
    return Page(path, "Page introuvable", text, status=404)


def _crumbs(site: Site, page: Page) -> tuple[MenuEntry, ...]:
    """The menu entries above a page: by the page that lists it, else by its path."""
    above = {entry.path: entry for entry in site.menu if entry.path != page.path}
    for path in (*page.links_from, page.path.rsplit("/", 1)[0]):
        if path in above and path != "/":
            return (above[path],)
    return ()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "styles"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["french_day"] = french_day
    environment.filters["sections"] = sections
    return environment
