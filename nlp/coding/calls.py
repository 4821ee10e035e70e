"""Calls: which documents make one edition of one call, and which editions are out of date."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from nlp.coding.features import linked_in_text
from nlp.coding.references import CallGroup, Kind
from nlp.reading.documents import Document

_HTML = "text/html"
_SAME_NAME = 88.0
"""Least token-sort ratio (0-100) of two names of one call: a plural or a preposition differs."""
_NAME_WITHIN = 95.0
"""Least token-set ratio (0-100) at which a file's title holds the name of its call."""
_PAGES_OF_A_LISTING = 3

# Words that say what kind of paper it is, not which call.
_PAPER = re.compile(
    r"\b(?:appels? a (?:projets?|candidatures?|initiatives?|propositions?|"
    r"manifestations? d interet)|aap|ami|"
    r"reglements?(?: d intervention| d attribution| departemental| regional)?|cahiers? des charges|"
    r"(?:dossiers?|formulaires?|fiches?|bulletins?)(?: (?:de|d) (?:candidature|demande|subvention|"
    r"projet|aide|inscription|mission|renseignements?))*|"
    r"trame de (?:bilan|compte rendu)|notices?|annexes?|modeles?|"
    r"guide du (?:porteur|candidat)(?: de projets?)?|deliberation|"
    r"foire aux questions(?: des candidats)?|faq|questions (?:frequentes|reponses)|"
    r"campagne|edition|session|annee|n \d+|pdf|docx|odt|copie|reconduit|ouvert|clos|close)\b"
)
_BODY = r"\b(?:conseil (?:regional|general|departemental)|region|departement|ville|metropole)"
_SMALL = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "par",
     "sur", "un", "une", "vos", "nos", "votre", "notre", "son", "ses", "region", "regional",
     "regionale", "conseil", "general", "departement", "departemental", "ville")
)  # fmt: skip
_YEAR = r"((?:19|20)\d\d)"
_YEARS = re.compile(rf"(?<!\d){_YEAR}(?:\s*[-–/]\s*((?:19|20)?\d\d))?(?!\d)")
_NAMED_EDITION = re.compile(
    r"(?:appels?\s+à\s+\w+|campagne|édition|session|programme|année|exercice|dispositif|règlement)"
    rf"\s+(?:[^\W\d]+\s+){{0,3}}{_YEAR}",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"(?:avant\s+le|jusqu'au|date\s+limite|clôture|dépôt|échéance|dernier\s+délai|au\s+plus\s+tard)"
    rf"(?:(?!\d{{4}})[^;]){{0,60}}?{_YEAR}",
    re.IGNORECASE,
)
# "/jcms/c_2014", "/node/2014": a number given by the site, not a year.
_SITE_NUMBER = re.compile(r"(?:\bc_|\bsv_|\b(?:node|article|fiche)[/_-]?)\d+", re.IGNORECASE)


@dataclass(frozen=True)
class _Paper:
    """A document with what grouping asks of it; ``firm``: its edition is named, not inferred."""

    document: Document
    name: str
    edition: str
    firm: bool

    @property
    def page(self) -> bool:
        return self.document.mime == _HTML


def gather_calls(documents: Sequence[Document], kinds: Mapping[str, Kind]) -> tuple[CallGroup, ...]:
    """The calls of a campaign, by authority and title.

    A group holds one edition of one call: the documents of kind call that repeat one another, that
    a page of the call links to, or that bear its name; and the files that such a page links to
    under its name, whatever their kind. Two editions never share a group. The main document (a
    page before a file) comes first and gives the title; ids depend on authority and its URL alone.
    """
    groups = []
    for authority in sorted({document.authority for document in documents}):
        own = sorted((d for d in documents if d.authority == authority), key=lambda d: d.url)
        groups += _superseded([_group(papers) for papers in _components(own, kinds)])
    return tuple(sorted(groups, key=lambda group: (group.authority, group.title, group.id)))


def call_name(title: str, authority: str = "") -> str:
    """The words of a title that tell one call from another: no year, paper or authority."""
    plain = _plain(title)
    if own := [re.escape(word) for word in _plain(authority).split() if word not in _SMALL]:
        # Only where the authority is named as such: "Jeunes d'Estuaire" is a call's own name.
        plain = re.sub(rf"{_BODY}(?: (?:de|du|des|d|la|le|les|l|{'|'.join(own)}))+", " ", plain)
    bare = re.sub(r"\b(?:19|20)\d\d\b", " ", plain)
    words = [w for w in _PAPER.sub(" ", " ".join(bare.split())).split() if w not in _SMALL]
    return " ".join(word for word in words if len(word) > 1)


def edition_of(document: Document) -> tuple[str, bool]:
    """The year a document says it is for, or empty; and whether it names it.

    Named in the title, the URL or the first heading; else inferred from what the text says most
    often of campaigns and deadlines. A period of more than a year ("2014-2020") is no edition.
    """
    own = [b for b in document.blocks if not b.boilerplate]
    headings = [document.text[b.start : b.end] for b in own if b.kind == "heading"]
    path = re.sub(r"[_.]", " ", _SITE_NUMBER.sub(" ", unquote(urlsplit(document.url).path)))
    for place in (document.title, path, *headings[:1]):
        if years := _years(place):
            return years[0], True
    text = " \n".join(document.text[b.start : b.end] for b in own).replace("’", "'")
    told = Counter(_NAMED_EDITION.findall(text) + _DEADLINE.findall(text))
    return (max(told, key=lambda year: (told[year], year)) if told else ""), False


def _years(text: str) -> list[str]:
    return [
        first
        for first, last in _YEARS.findall(text)
        if not last or int(last) % 100 == (int(first) + 1) % 100
    ]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.lower())
    return " ".join(
        re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    )


class _Union:
    """Groups of papers that grow by joining, unless their named editions differ."""

    def __init__(self, papers: Iterable[_Paper]) -> None:
        self._of = {paper.document.id: [paper] for paper in papers}

    def join(
        self, one: _Paper, other: _Paper, *, copies: bool = False, inferred: bool = False
    ) -> None:
        """Join two groups; ``inferred`` editions count too where only a name links them."""
        first, second = self._of[one.document.id], self._of[other.document.id]
        if first is second:
            return
        editions = {p.edition for p in (*first, *second) if p.edition and (p.firm or inferred)}
        if len(editions) > 1 and not copies:
            return
        first.extend(second)
        self._of.update((paper.document.id, first) for paper in second)

    def groups(self) -> list[list[_Paper]]:
        return list({id(group): group for group in self._of.values()}.values())


def _components(documents: list[Document], kinds: Mapping[str, Kind]) -> list[list[_Paper]]:
    """One authority's documents, gathered by call: by copies first, then links, then names."""
    papers = {d.id: _Paper(d, call_name(d.title, d.authority), *edition_of(d)) for d in documents}
    by_url = {paper.document.url: paper for paper in papers.values()}
    calls = {
        id_
        for id_, paper in papers.items()
        if "call" in (kinds[id_].kind, _kind(kinds, paper.document.duplicate_of))
    }
    linked = {
        id_: [by_url[url] for url in linked_in_text(papers[id_].document) if url in by_url]
        for id_ in sorted(calls)
    }
    listings = {id_ for id_ in calls if _is_listing(papers[id_], linked[id_], calls)}
    claims: dict[str, list[_Paper]] = {}
    for id_ in sorted(calls - listings, key=lambda id_: papers[id_].document.url):
        for target in linked[id_]:
            if not target.page and (
                target.document.id in calls or _bears_name(target, papers[id_])
            ):
                claims.setdefault(target.document.id, []).append(papers[id_])

    members = {id_: papers[id_] for id_ in papers if id_ in calls or id_ in claims}
    union = _Union(members.values())
    for paper in members.values():
        if paper.document.duplicate_of in members:
            union.join(members[paper.document.duplicate_of], paper, copies=True)
    for id_, claimants in claims.items():
        _attach(union, papers[id_], claimants)
    _join_by_name(union, [members[id_] for id_ in members if id_ not in listings | claims.keys()])
    _join_below(union, [members[id_] for id_ in members if id_ not in listings])
    return [group for group in union.groups() if any(p.document.id in calls for p in group)]


def _kind(kinds: Mapping[str, Kind], id_: str) -> str:
    return kinds[id_].kind if id_ in kinds else ""


def _is_listing(paper: _Paper, targets: list[_Paper], calls: set[str]) -> bool:
    """A guide to the aids: it leads to several calls of other names, and is a part of none."""
    others = {
        t.name for t in targets if t.page and t.document.id in calls and not _same_name(t, paper)
    }
    return len(others) >= _PAGES_OF_A_LISTING


def _attach(union: _Union, file: _Paper, claimants: list[_Paper]) -> None:
    """Join a linked file to the pages that claim it; a paper shared by several calls to none."""
    named = [page for page in claimants if _bears_name(file, page)]
    several = any(not _same_name(a, b) for a, b in combinations(claimants, 2))
    for page in named or ([] if several else claimants):
        union.join(page, file)


def _join_by_name(union: _Union, papers: list[_Paper]) -> None:
    """Join papers of the same name; a file whose title holds a call's name goes to the nearest."""
    for one, other in combinations(papers, 2):
        if _same_name(one, other):
            union.join(one, other, inferred=True)
    pages = [paper for paper in papers if paper.page]
    for file in papers:
        held = [page for page in pages if not file.page and _bears_name(file, page)]
        if held:
            nearest = max(held, key=lambda page: fuzz.token_sort_ratio(file.name, page.name))
            union.join(nearest, file, inferred=True)


def _join_below(union: _Union, papers: list[_Paper]) -> None:
    """Join a page whose title names no call ("Questions fréquentes") to the one it lies below."""
    for paper in papers:
        above = [
            p for p in papers if p.name and paper.document.url.startswith(_folder(p.document.url))
        ]
        if paper.page and not paper.name and above:
            union.join(max(above, key=lambda p: len(p.document.url)), paper)


def _folder(url: str) -> str:
    return re.sub(r"\.\w{3,5}$", "", url).rstrip("/") + "/"


def _same_name(one: _Paper, other: _Paper) -> bool:
    return bool(one.name) and fuzz.token_sort_ratio(one.name, other.name) >= _SAME_NAME


def _bears_name(file: _Paper, page: _Paper) -> bool:
    """Whether one of the two names holds the other: files say more ("volet jeunes") or less."""
    return (
        bool(file.name and page.name) and fuzz.token_set_ratio(file.name, page.name) >= _NAME_WITHIN
    )


def _group(papers: list[_Paper]) -> CallGroup:
    def rank(paper: _Paper) -> tuple[bool, bool, int, str]:
        document = paper.document
        return not paper.page, bool(document.duplicate_of), len(document.url), document.url

    ordered = sorted(papers, key=rank)
    main = ordered[0].document
    edition = next((p.edition for p in ordered if p.firm), "") or next(
        (p.edition for p in ordered if p.edition), ""
    )
    return CallGroup(
        id=hashlib.sha256(f"{main.authority}\n{main.url}".encode()).hexdigest()[:16],
        authority=main.authority,
        title=main.title,
        edition=edition,
        document_ids=tuple(paper.document.id for paper in ordered),
        urls=tuple(paper.document.url for paper in ordered),
    )


def _superseded(groups: list[CallGroup]) -> list[CallGroup]:
    """The groups, those marked whose call has a later edition among them."""
    names = {group.id: call_name(group.title, group.authority) for group in groups}

    def is_out_of_date(group: CallGroup) -> bool:
        return any(
            names[group.id]
            and group.edition
            and group.edition < later.edition
            and fuzz.token_sort_ratio(names[group.id], names[later.id]) >= _SAME_NAME
            for later in groups
        )

    return [
        CallGroup(**{**vars(group), "superseded": True}) if is_out_of_date(group) else group
        for group in groups
    ]
