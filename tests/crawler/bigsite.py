"""An invented council's site of 20,000 pages of which 60 matter, in several layouts.

Generated page by page as they are asked for, the same each time. The wording follows how regional
and departmental councils name such pages (menus, guides of aids, titles of calls); the council, its
territory and what is said of it are invented. Besides its pages the site has what eats a crawl's
budget: a calendar without end, facets, print versions, session ids, logins that remember a page.
"""

import random
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

LAYOUTS = ("menu", "listing", "sitemap", "partial", "legacy")
"""``menu``: menus and speaking addresses. ``listing``: numbered articles under paged lists and
facets. ``sitemap``: all pages in sitemaps, hardly any menu. ``partial``: sitemaps that forget half.
``legacy``: tables, numbered addresses, session ids, links that say "En savoir plus"."""

SPIDERS = {"sitemap": "sitemap", "partial": "sitemap"}
"""The access pattern of a layout, where it is not listing."""

NAME = "Conseil régional du Val-d'Escaude"
PER_LIST = 20


@dataclass
class Node:
    """A page of the site; ``target`` says that it is one of those that matter."""

    number: int
    title: str
    topic: str
    parent: "Node | None" = None
    target: bool = False
    anchor: str = ""
    kind: str = "html"
    paged: bool = False
    slug: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.parent.depth + 1 if self.parent else 0


TOPICS = {
    "transports": (
        "trains gares autocars lignes horaires billets abonnements quais rames voyageurs "
        "tarifs correspondances voies covoiturage navettes"
    ),
    "lycees": (
        "lycéens internats cantines manuels enseignants proviseurs ateliers rentrées "
        "classes équipements gymnases restauration élèves orientation"
    ),
    "formation": (
        "apprentis stagiaires diplômes métiers chômeurs centres parcours certifications "
        "employeurs qualifications alternance reconversion"
    ),
    "economie": (
        "entreprises artisans filières exportations commerces salariés investisseurs "
        "pépinières reprises créateurs clusters industries innovation"
    ),
    "agriculture": (
        "éleveurs vergers céréales coopératives circuits fromages forêts bois récoltes "
        "exploitations irrigation terroirs vignes"
    ),
    "environnement": (
        "rivières déchets biodiversité parcs zones humides énergies haies éoliennes "
        "climat rénovation isolation sentiers"
    ),
    "culture": (
        "musées théâtres livres festivals compagnies bibliothèques patrimoine cinéma "
        "archives orchestres expositions châteaux"
    ),
    "sport": (
        "clubs stades licenciés piscines tournois équipes entraîneurs championnats vélos "
        "médailles gymnases randonnées"
    ),
    "tourisme": (
        "hébergements offices gîtes plages itinéraires visiteurs saison campings voies "
        "vertes restaurants excursions"
    ),
    "sante": (
        "médecins hôpitaux maisons soins prévention handicap aînés infirmiers urgences "
        "patients vaccination dépistage"
    ),
    "numerique": (
        "fibre réseaux données usages plateformes antennes débits médiation logiciels "
        "téléservices équipements"
    ),
    "territoires": (
        "communes intercommunalités contrats logement bourgs foncier cartes pays centres- "
        "villes schémas aménagements"
    ),
}
FIELD = (
    "La Région soutient les projets de solidarité internationale portés par ses associations.",
    "Cette coopération décentralisée associe les deux collectivités autour de l'eau et de l'école.",
    "Le projet est conduit avec un partenaire local, dans un pays en développement.",
    "Les porteurs de projet organisent au retour une restitution auprès des habitants.",
    "Une convention lie la Région et son partenaire du Sud pour trois ans.",
    "Les échanges portent sur la santé, l'agriculture et la formation des élus locaux.",
    "L'ouverture au monde des jeunes du territoire est l'un des objectifs de cette politique.",
    "L'éducation au développement fait partie des actions que la Région encourage.",
)
NOISE = (
    "Un lycée international ouvrira ses portes à la rentrée.",
    "La ligne dessert aussi l'aéroport international.",
    "Les fonds européens complètent le financement de l'opération.",
    "La coopération intercommunale progresse dans le sud du territoire.",
    "Le festival accueille des artistes venus du monde entier.",
    "La solidarité entre les générations est au cœur du dispositif.",
    "Nos partenaires se sont réunis pour faire le point.",
)
PLAIN = (
    "La Région accompagne les {0} et les {1}.",
    "Le programme concerne les {0}, les {1} et les {2} du territoire.",
    "Les {0} bénéficient d'un appui renouvelé chaque année.",
    "Un budget est consacré aux {0} ainsi qu'aux {1}.",
    "Les élus ont visité les {0} et rencontré les {1}.",
    "Pour les {0}, renseignez-vous auprès du service instructeur.",
)
PLACES = (
    "Ambrelle Bréval Cormeny Dardenay Escaudray Fontvaux Gressin Hautpré Issandre Jouvelle Lansy "
    "Mirebel Noirval Orsange Pléchy Quincerot Ravenel Sauvigny Thorey Ussange Valmery Yvremont"
)


class BigSite:
    """The site. ``answer`` gives the status, type and body of a path; ``targets`` what matters."""

    def __init__(self, layout: str, pages: int = 20_000, seed: int = 2014) -> None:
        self.layout = layout
        self._chance = random.Random(seed)  # noqa: S311 - the same site each time
        self.nodes: list[Node] = []
        self.root = self._node("Accueil", "territoires")
        self._plant(pages)
        self._taken: dict[str, int] = {}
        self.path_of: dict[int, str] = {}
        for node in self.nodes:
            self.path_of[node.number] = path = self._path(node)
            self._taken.setdefault(path, node.number)
        self._by_path = {path: self.nodes[number] for number, path in self.path_of.items()}
        assert len(self._by_path) == len(self.nodes)
        self.targets = frozenset(self.path_of[n.number] for n in self.nodes if n.target)

    # --- what there is ---------------------------------------------------------------------------

    def _node(self, title: str, topic: str, parent: Node | None = None, **rest: object) -> Node:
        node = Node(len(self.nodes), title, topic, parent, **rest)  # type: ignore[arg-type]
        self.nodes.append(node)
        if parent is not None:
            parent.children.append(node)
        return node

    def _plant(self, pages: int) -> None:
        sections = {}
        for topic, title in SECTIONS.items():
            section = self._node(title, topic, self.root)
            sections[topic] = section
            for word in TOPICS[topic].split():
                self._node(f"Les {word}", topic, section)
        council = self._node("La Région", "territoires", self.root)
        services = self._node("Les services de la Région", "territoires", council)
        for name in SERVICES:
            self._node(name, "territoires", services)
        guide = self._node("Guide des aides", "economie", council, paged=True)
        news = self._node("Actualités", "territoires", self.root, paged=True)
        acts = self._node("Recueil des délibérations", "territoires", council, paged=True)
        directory = self._node("Annuaire des organismes", "territoires", council, paged=True)
        named = {
            "council": council,
            "services": services,
            "guide": guide,
            "news": news,
            "acts": acts,
        }
        self._matter(sections, named)
        leaves = [n for s in sections.values() for n in s.children if not n.target]
        lists = ((guide, 420), (news, 5200), (acts, 3600), (directory, 2600))
        for parent, share in lists:
            for number in range(share * pages // 20_000):
                self._filler(parent, number)
        while len(self.nodes) < pages:
            parent = self._chance.choice(leaves)
            topic = parent.topic
            child = self._node(self._title(topic), topic, parent)
            if child.depth < 5 and self._chance.random() < 0.15:
                leaves.append(child)
        for parent, _ in lists:  # what matters stands somewhere in the list, not before it
            self._chance.shuffle(parent.children)

    def _filler(self, parent: Node, number: int) -> None:
        topic = self._chance.choice(list(TOPICS))
        title = self._title(topic)
        if parent.title.startswith("Guide"):
            title = f"{self._chance.choice(AIDS)} : {title.lower()}"
        elif parent.title.startswith("Recueil"):
            title = f"Délibération {14 - number % 9:02}.{number:04} – {title.lower()}"
            kind = "pdf" if number % 3 == 0 else "html"
            self._node(title, topic, parent, kind=kind)
            return
        elif parent.title.startswith("Annuaire"):
            title = f"{self._chance.choice(BODIES)} de {self._chance.choice(PLACES.split())}"
        self._node(title, topic, parent)

    def _title(self, topic: str) -> str:
        one, two = self._chance.sample(TOPICS[topic].split(), 2)
        forms = (f"Les {one} à {self._chance.choice(PLACES.split())}", f"{one.title()} et {two}")
        return self._chance.choice((*forms, f"Mieux accompagner les {one}", f"Plan {one} {two}"))

    def _of(self, parent: Node, title: str, anchor: str = "", kind: str = "html") -> Node:
        return self._node(title, "field", parent, target=True, anchor=anchor, kind=kind)

    def _matter(self, sections: dict[str, Node], lists: dict[str, Node]) -> None:
        """The sixty pages that matter, at depths 1 to 6."""
        hub = self._of(self.root, "Europe et international")
        self._of(hub, "Charte régionale", "Lire la charte", "pdf")
        partners = self._of(
            self._of(hub, "Coopération décentralisée"), "Les territoires partenaires"
        )
        for number, country in enumerate(COUNTRIES):
            page = self._of(partners, country)
            works = self._of(page, "Les actions menées", "En savoir plus") if number < 4 else page
            if number % 2 == 0:
                self._of(works, f"Convention {country}", "Télécharger le document (PDF)", "pdf")
        solidarity = self._of(hub, "Solidarité internationale")
        support = self._of(solidarity, "Soutien aux projets des associations")
        winners = self._of(support, "Les projets retenus", "Consulter la liste")
        for year in (2011, 2012, 2013):
            self._of(winners, f"Projets retenus en {year}", str(year))
        youth = self._of(hub, "Bouger à l'étranger")
        europe = self._of(hub, "La Région en Europe")
        parents = {"support": support, "solidarity": solidarity, "youth": youth, "europe": europe}
        parents |= lists | sections
        for name, pages in MATTER.items():
            for title, anchor, kind in pages:
                self._of(parents[name], title, anchor, kind)
        for topic, title in ELSEWHERE.items():
            self._of(sections[topic].children[0], title)
        world = self._of(lists["council"], "Une région ouverte sur le monde")
        self._of(world, "Le discours du président", "Ici")
        assert sum(node.target for node in self.nodes) == 60, sum(n.target for n in self.nodes)

    # --- where it stands -------------------------------------------------------------------------

    def _path(self, node: Node) -> str:
        if node.parent is None:
            return "/"
        if node.kind != "html":
            # files keep the name that somebody gave them
            return f"/fileadmin/documents/{node.number % 12 + 1:02}/doc_{node.number}.{node.kind}"
        if self.layout == "listing":
            kind = "rubrique" if node.children else "article"
            return f"/spip.php?{kind}{node.number}"
        if self.layout == "legacy":
            return f"/jcms/c_{node.number}/page"
        if self.layout == "partial":
            return f"/{node.number}-{_slug(node.title)}.htm"
        if node.parent.paged:
            return f"{self._path(node.parent)}/{node.number}-{_slug(node.title)}"
        path = f"{self._path(node.parent).rstrip('/')}/{_slug(node.title)}"
        twin = path in self._taken and self._taken[path] != node.number
        return f"{path}-{node.number}" if twin else path

    # --- what it answers -------------------------------------------------------------------------

    def answer(self, target: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a request's target."""
        target = re.sub(r";jsessionid=\w+", "", target)
        parts = urlsplit(target)
        asked = parse_qs(parts.query, keep_blank_values=True)
        if self.layout in ("sitemap", "partial") and parts.path.endswith(("robots.txt", ".xml")):
            return self._map(parts.path)
        if parts.path in ("/agenda", "/connexion", "/recherche", "/partager"):
            return 200, "text/html; charset=utf-8", self._trap(parts.path, asked)
        found = self._by_path.get(target)
        if found is None:
            bare = parts.path
            if self.layout == "listing" and parts.path == "/spip.php":
                bare += "?" + parts.query.partition("&")[0]
            found = self._by_path.get(bare)
        if found is None:
            return 404, "text/html; charset=utf-8", b"<h1>Page introuvable</h1>"
        if found.kind == "pdf":
            return 200, "application/pdf", b"%PDF-1.4\n% " + str(found.number).encode()
        if found.kind != "html":
            return 200, "application/octet-stream", b"PK\x03\x04" + str(found.number).encode()
        return 200, "text/html; charset=utf-8", self._page(found, asked).encode()

    def _map(self, path: str) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return (
                200,
                "text/plain",
                b"User-agent: *\nDisallow: /admin/\nSitemap: http://HOST/sitemap.xml",
            )
        if path == "/sitemap.xml":
            maps = "".join(
                f"<sitemap><loc>http://HOST/plan-{n}.xml</loc></sitemap>" for n in range(5)
            )
            body = f'<?xml version="1.0"?><sitemapindex xmlns="{_SPACE}">{maps}</sitemapindex>'
            return 200, "application/xml", body.encode()
        match = re.fullmatch(r"/plan-([0-4])\.xml", path)
        if not match:
            return 404, "text/plain", b""
        listed = [n for n in self.nodes if n.kind == "html" and n.number % 5 == int(match[1])]
        if self.layout == "partial":
            listed = [n for n in listed if n.number // 5 % 2 == 0]
        urls = "".join(
            f"<url><loc>http://HOST{escape(self.path_of[n.number])}</loc>"
            f"<lastmod>2014-0{n.number % 8 + 1}-11</lastmod></url>"
            for n in listed
        )
        return 200, "application/xml", f'<urlset xmlns="{_SPACE}">{urls}</urlset>'.encode()

    def _trap(self, path: str, asked: dict[str, list[str]]) -> bytes:
        if path != "/agenda":
            return f"<html><title>{NAME}</title><h1>Identifiez-vous</h1></html>".encode()
        year, month = map(
            int, re.findall(r"\d+", asked.get("mois", ["2014-09"])[0])[:2] or (2014, 9)
        )
        links = [(f"/agenda?mois={year}-{m:02}", f"{m:02}/{year}") for m in range(1, 13)]
        links += [(f"/agenda?mois={y}-{month:02}", str(y)) for y in (year - 1, year + 1)]
        links += [(f"/agenda?mois={year}-{month:02}&jour={d}", str(d)) for d in range(1, 29)]
        title = f"Agenda {month:02}/{year}"
        said = "Rencontre Europe et international. Conférence. Exposition."
        return self._html(title, f"<h1>{title}</h1><p>{said}</p>{_list(links)}").encode()

    def _page(self, node: Node, asked: dict[str, list[str]]) -> str:
        chance = random.Random(node.number)  # noqa: S311 - the same page each time
        here = self.path_of[node.number]
        start = int(re.sub(r"\D", "", asked.get("page", ["1"])[0]) or 1)
        children = node.children
        body = f"<h1>{escape(node.title)}</h1>"
        if node.parent is not None and not node.paged:
            body += "".join(f"<p>{escape(text)}</p>" for text in self._paragraphs(node, chance))
        if node.paged or len(children) > 3 * PER_LIST:
            last = (len(children) - 1) // PER_LIST + 1
            children = children[(start - 1) * PER_LIST : start * PER_LIST]
            body += self._facets(here) if node.title.startswith("Guide") else ""
            pages = sorted({1, start - 1, start + 1, start + 2, last} & set(range(1, last + 1)))
            links = [(_with(here, page=n), str(n)) for n in pages if n != start]
            body += self._teasers(children) + _list(links, "pagination")
        else:
            body += self._teasers(children)
        if news := [
            n
            for n in self.nodes[:300]
            if n.parent and n.parent.title == "Actualités" and node.title in n.title
        ]:
            body += f"<h3>Actualités</h3>{self._teasers(news)}"
        if node.number % 7 == 0:
            body += f"<h3>À lire aussi</h3>{self._teasers(chance.sample(self.nodes[1:], 3))}"
        body += _list(
            [
                (_with(here, print=1), "Imprimer"),
                (f"/partager?{urlencode({'u': here})}", "Partager"),
            ]
        )
        return self._html(node.title, body, node)

    def _facets(self, here: str) -> str:
        links = [
            (_with(here, theme=_slug(theme), public=public, tri=order), f"{theme} ({public})")
            for theme in [*SECTIONS.values(), "Europe et international"]
            for public in ("associations", "communes", "entreprises")
            for order in ("date", "titre")
        ]
        return f"<h3>Affiner</h3>{_list(links)}"

    def _teasers(self, nodes: list[Node]) -> str:
        if self.layout in ("listing", "legacy"):
            return "".join(self._teaser(node) for node in nodes)
        return _list([(self._link(n), n.anchor or n.title) for n in nodes], "liste")

    def _teaser(self, node: Node) -> str:
        said = node.anchor or ("En savoir plus" if self.layout == "legacy" else node.title)
        title = "" if node.anchor else f"<h3>{escape(node.title)}</h3>"
        return f'{title}<div><a href="{escape(self._link(node))}">{escape(said)}</a></div>'

    def _link(self, node: Node) -> str:
        path = self.path_of[node.number]
        if self.layout == "legacy" and node.kind == "html" and node.number:
            return f"{path};jsessionid={node.number * 7919 % 99991:06}"
        return path

    def _paragraphs(self, node: Node, chance: random.Random) -> list[str]:
        topic = node.topic if node.topic in TOPICS else chance.choice(list(TOPICS))
        words = TOPICS[topic].split()
        texts = [chance.choice(PLAIN).format(*chance.sample(words, 3)) for _ in range(12)]
        if node.target:
            texts[3:3] = chance.sample(FIELD, 3 + node.number % 3)
        elif chance.random() < 0.1:
            texts.insert(2, chance.choice(NOISE))
        return [" ".join(texts[n : n + 5]) for n in range(0, len(texts), 5)]

    def _html(self, title: str, body: str, node: Node | None = None) -> str:
        top = [(self._link(child), child.title) for child in self.root.children]
        if self.layout == "sitemap":
            top = top[:3]
        top.append(("/agenda?mois=2014-09", "Agenda"))
        if node is not None:
            retour = urlencode({"retour": self.path_of[node.number]})
            top.append((f"/connexion?{retour}", "Connexion"))
        side = ""
        if node is not None and node.parent is not None and self.layout == "menu":
            near = [n for n in node.parent.children if n.kind == "html"][:12]
            side = f'<div class="sous-menu">{_list([(self._link(n), n.title) for n in near])}</div>'
        head = f"<!DOCTYPE html><html><head><title>{escape(title)} - {NAME}</title></head><body>"
        if self.layout == "legacy":
            menu = "".join(f'<td><a href="{escape(url)}">{said}</a></td>' for url, said in top)
            return f"{head}<table><tr>{menu}</tr></table><table><tr><td>{body}</td></tr></table>"
        return (
            f"{head}<nav>{_list(top)}</nav>{side}<main>{body}</main><footer>{NAME}</footer></body>"
        )


@dataclass
class Served:
    """A running server; ``asked`` are the targets in the order in which they were asked for."""

    url: str
    asked: list[str]


@contextmanager
def served(site: BigSite) -> Iterator[Served]:
    """Serve a site on loopback while the context lasts."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            status, kind, body = site.answer(self.path)
            body = body.replace(b"//HOST", b"//" + self.headers["Host"].encode())
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _with(path: str, **more: object) -> str:
    return path + ("&" if "?" in path else "?") + urlencode(more)


def _list(links: list[tuple[str, str]], name: str = "") -> str:
    items = "".join(f'<li><a href="{escape(url)}">{escape(said)}</a></li>' for url, said in links)
    return f'<ul class="{name}">{items}</ul>'


_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

SECTIONS = {
    "transports": "Se déplacer",
    "lycees": "Lycées et apprentissage",
    "formation": "Formation et emploi",
    "economie": "Entreprendre",
    "agriculture": "Agriculture et forêt",
    "environnement": "Environnement",
    "culture": "Culture et patrimoine",
    "sport": "Sport et vie associative",
    "tourisme": "Tourisme",
    "sante": "Santé et solidarités",
    "numerique": "Numérique",
    "territoires": "Aménagement du territoire",
}
SERVICES = (
    *("Direction des lycées", "Direction des transports", "Direction des finances"),
    *("Direction de la culture", "Service des sports", "Direction de l'aménagement"),
)
AIDS = (
    "Aide aux projets",
    "Dispositif",
    "Appel à projets",
    "Fonds régional",
    "Subvention",
    "Prime",
)
BODIES = ("Mairie", "Lycée", "Association sportive", "Office de tourisme", "Syndicat", "Musée")
COUNTRIES = ("Sénégal", "Mali", "Madagascar", "Maroc", "Vietnam", "Haïti", "Bénin", "Arménie")
MATTER = {
    "support": (
        ("Règlement d'intervention", "Règlement", "pdf"),
        ("Dossier de candidature", "Dossier à télécharger", "docx"),
        ("Appel à projets solidarité sans frontières", "", "html"),
        ("Questions fréquentes", "Vos questions", "html"),
        ("Bilan des projets", "Bilan (PDF, 2 Mo)", "pdf"),
    ),
    "solidarity": (
        ("Éducation au développement", "", "html"),
        ("La semaine de la solidarité", "", "html"),
        ("Les acteurs de la coopération", "Qui fait quoi ?", "html"),
        ("Commerce équitable", "", "html"),
    ),
    "youth": (
        ("Volontariat de solidarité", "", "html"),
        ("Chantiers de jeunes à l'étranger", "", "html"),
        ("Témoignages de volontaires", "Ils l'ont fait", "html"),
        ("Bourses de stage", "", "html"),
    ),
    "europe": (
        ("Coopération transfrontalière", "", "html"),
        ("Le bureau de Bruxelles", "", "html"),
        ("Les réseaux européens", "", "html"),
    ),
    "guide": (
        ("Développement solidaire", "", "html"),
        ("Citoyens du monde", "", "html"),
        ("Fonds d'appui à la coopération internationale", "", "html"),
        ("Micro-projets au Sud", "", "html"),
        ("Accueil d'un volontaire de solidarité internationale", "", "html"),
    ),
    "news": (
        ("Une délégation malienne reçue à l'hôtel de Région", "Lire la suite", "html"),
        ("Solidarité avec Haïti : la Région se mobilise", "", "html"),
        ("Dix ans de coopération avec Madagascar", "", "html"),
    ),
    "acts": (("Délibération 09.2999 – politique internationale de la Région", "", "html"),),
    "services": (("Direction des relations internationales", "", "html"),),
}
ELSEWHERE = {
    "lycees": "Des lycéens solidaires avec le Burkina Faso",
    "agriculture": "Filières équitables : les producteurs du Sud",
    "sante": "Jumelages entre hôpitaux",
    "environnement": "L'eau, ici et là-bas : le 1 % solidaire",
}
