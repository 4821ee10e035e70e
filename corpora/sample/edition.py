"""An edition of the sample web: its councils, their pages and their files, as authored."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.robotparser import RobotFileParser

from corpora.campaign import InputError
from corpora.sample.schema import checked, front_matter


@dataclass(frozen=True)
class MenuEntry:
    """One link of the menu that frames every page of a site."""

    path: str
    label: str


@dataclass(frozen=True)
class Page:
    """One HTML page: ``body`` is the main content, a fragment that a house style frames.

    ``date`` is ISO 8601 or empty; ``location`` is set for a redirect; ``script`` means that the
    body is put in by JavaScript, so that the raw HTML has none.
    """

    path: str
    title: str
    body: str
    links_from: tuple[str, ...] = ()
    status: int = 200
    location: str = ""
    encoding: str = "utf-8"
    date: str = ""
    script: bool = False


@dataclass(frozen=True)
class File:
    """One downloadable file: ``body`` is light Markdown, ``format`` pdf, docx, odt or txt."""

    path: str
    title: str
    body: str
    format: str
    columns: int = 1
    scanned: bool = False


@dataclass(frozen=True)
class Site:
    """One fictional council's site; ``style`` (a-e) names the template that frames its pages."""

    slug: str
    name: str
    territory: str
    demonyms: tuple[str, ...]
    departments: tuple[str, ...]
    cities: tuple[str, ...]
    style: str
    spider: str
    menu: tuple[MenuEntry, ...]
    cookies: str
    teasers: tuple[str, ...]
    footer: str
    sitemap: bool
    robots: str
    pages: tuple[Page, ...]
    files: tuple[File, ...]

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    def children(self, path: str) -> tuple[Page, ...]:
        """The pages that the page at ``path`` lists below its own text."""
        return tuple(page for page in self.pages if path in page.links_from)

    def may_crawl(self, path: str) -> bool:
        """Whether robots.txt leaves ``path`` open to every robot."""
        rules = RobotFileParser()
        rules.parse(self.robots.splitlines())
        return rules.can_fetch("*", path)


@dataclass(frozen=True)
class Edition:
    """The councils of one year, by slug; ``name`` is the year."""

    name: str
    sites: tuple[Site, ...]


def bundled(name: str) -> Path:
    """The folder of a bundled edition (``2014``); InputError if there is none of that name."""
    here = Path(__file__).parent
    names = sorted(child.name for child in here.iterdir() if child.name.isdigit())
    if name not in names:
        raise InputError(f"sample edition {name!r}: there is none; choose from {', '.join(names)}")
    return here / name


def load_edition(folder: Path) -> Edition:
    """Read and check an edition's folder: one folder a council, ``site.yml`` in each.

    Raises InputError (file and reason) for what is missing, malformed or leads nowhere.
    """
    slugs = sorted(found.parent for found in folder.glob("*/site.yml"))
    if not slugs:
        raise InputError(f"{folder}: no council here; give a folder of folders with a site.yml")
    return Edition(folder.name, tuple(load_site(council) for council in slugs))


def load_site(folder: Path) -> Site:
    """Read and check one council's folder; InputError as for ``load_edition``."""
    declaration = folder / "site.yml"
    fields = checked(declaration.read_text(encoding="utf-8"), "site", declaration)
    if fields["slug"] != folder.name:
        raise InputError(f"{declaration}: slug {fields['slug']!r} is not the folder's name")
    site = Site(
        slug=fields["slug"],
        name=fields["name"],
        territory=fields["territory"],
        demonyms=tuple(fields["demonyms"]),
        departments=tuple(fields.get("departments", ())),
        cities=tuple(fields.get("cities", ())),
        style=fields["style"],
        spider=fields["spider"],
        menu=tuple(MenuEntry(**entry) for entry in fields["menu"]),
        cookies=fields["cookies"],
        teasers=tuple(fields["teasers"]),
        footer=fields["footer"],
        sitemap=fields.get("sitemap", True),
        robots=fields.get("robots", "User-agent: *\nDisallow:\n"),
        pages=tuple(_page(file) for file in sorted((folder / "pages").glob("*.html"))),
        files=tuple(_file(file) for file in sorted((folder / "files").glob("*.md"))),
    )
    _check_links(site, declaration)
    return site


def _page(file: Path) -> Page:
    fields, body = front_matter(file, "page")
    if (fields.get("status") == 301) != ("location" in fields):
        raise InputError(f"{file}: a 301 needs a location, and nothing else may have one")
    fields["links_from"] = tuple(fields.get("links_from", ()))
    return Page(body=body, **fields)


def _file(file: Path) -> File:
    fields, body = front_matter(file, "file")
    if fields.get("scanned") and fields["format"] != "pdf":
        raise InputError(f"{file}: only a pdf can be scanned")
    return File(body=body, **fields)


def _check_links(site: Site, declaration: Path) -> None:
    paths = [page.path for page in site.pages] + [file.path for file in site.files]
    for path in sorted({path for path in paths if paths.count(path) > 1}):
        raise InputError(f"{declaration.parent}: two pages or files have the path {path}")
    if "/" not in paths:
        raise InputError(f"{declaration.parent}: no front page; give one the path '/'")
    _all_known(declaration, "menu", (entry.path for entry in site.menu), paths)
    for page in site.pages:
        _all_known(declaration, f"links_from of {page.path}", page.links_from, paths)


def _all_known(declaration: Path, where: str, wanted: Iterable[str], paths: list[str]) -> None:
    for path in wanted:
        if path not in paths:
            raise InputError(f"{declaration.parent}: {where}: no page or file has the path {path}")
