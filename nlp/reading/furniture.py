"""Furniture: the parts of a page that are the site's and not its own (menus, cookies, teasers)."""

import re
from collections.abc import Container
from itertools import pairwise

from lxml.html import HtmlElement

_ROLES_NAMES = """
    navigation banner contentinfo search dialog alertdialog menu menubar tablist toolbar
"""
_ROLES = frozenset(_ROLES_NAMES.split())
_TOKENS_NAMES = """
    cookie cookies tarteaucitron consent consentement rgpd gdpr breadcrumb breadcrumbs ariane
    filariane nav navbar navigation menu menus submenu share sharing partage partager social
    socials reseaux newsletter pagination pager evitement skiplinks search recherche login
    footer pied related teaser teasers actus actualites breves news agenda topbar bandeau logo
    brand publicite popup sitemap toolbar addtoany
"""
_TOKENS = frozenset(_TOKENS_NAMES.split())
# Two words of a class name that say together what neither says alone.
_PAIRS = (
    ("skip", "link"), ("skip", "links"), ("aller", "contenu"), ("lire", "aussi"),
    ("voir", "aussi"), ("meme", "rubrique"),
)  # fmt: skip
_TEASER_HEADING = re.compile(
    r"(?:[àa] (?:lire|voir|découvrir|consulter) aussi|(?:lire|voir|découvrez) (?:aussi|également)"
    r"|sur le même (?:sujet|thème)|restez informés?|suivez[ -]nous|réseaux sociaux"
    r"|(?:inscription à la |notre |s'abonner à la )?newsletter|partage[rz](?: (?:cette page|sur))?"
    r"|(?:articles|contenus|pages) (?:liés?|liées|similaires|associés?|associées)"
    r"|ces? (?:articles?|contenus?|pages?|aides?) (?:peu(?:ven)?t|pourrai(?:en)?t) .{0,30}"
    r"|vous aimerez aussi|(?:les )?plus (?:lus|consultés)|fil d'ariane"
    r"|lettre d'information)\s*[:!]?",
    re.IGNORECASE,
)
# Names of news boxes, which are also names of sections: boxes hold little but links.
_NEWS_HEADING = re.compile(
    r"(?:toute l'|nos |les |toutes les )?(?:dernières )?(?:actualités?|actus?|brèves)"
    r"|[àa] la une|(?:nos )?derniers articles|en ce moment|(?:l')?agenda"
    r"|accès (?:rapides?|directs?)",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    r"vous êtes ici\b|fil d'ariane|accueil\s*[>/»|]|imprimer\b.{0,60}$|haut de page|retour en haut"
    r"|(?:aller|accéder|passer) au contenu|envoyer à un ami|partager\s*:",
    re.IGNORECASE,
)
_ADDRESS = (
    r"\b\d{1,3},?\s(?:bis,?\s)?(?:rue|avenue|boulevard|cours|place|quai|esplanade|mail|allée|route"
    r"|square|chemin|impasse)\b|[|,–-]\s(?:rue|avenue|boulevard|cours|place|quai|mail|esplanade)\b"
    r"|\btél|standard|hôtel de (?:la )?région"
)
_LAST_LINE = re.compile(
    r"©|copyright|.{0,80}(?:tous droits réservés|mentions légales|plan du site|accessibilité\s*:)"
    r"|(?:crédits|accessibilité)$|(?:conseil régional|région|hôtel de (?:la )?région)\b.{0,80}?(?:"
    + _ADDRESS
    + ")",
    re.IGNORECASE,
)
_COOKIE_LINE = re.compile(
    r"\b(?:cookies?|traceurs?|témoins de connexion)\b"
    r"|bon fonctionnement de (?:ce site|nos services)",
    re.IGNORECASE,
)
_LINK_DENSE = 0.6
_LINE_CHARACTERS = 300


def is_teaser_heading(text: str) -> bool:
    """True for headings such as ``À lire aussi`` or ``Nos dernières actualités``."""
    return _TEASER_HEADING.fullmatch(text) is not None


def is_news_heading(text: str) -> bool:
    """True for ``À la une``, ``Agenda`` …: a news box if what follows is little but links."""
    return _NEWS_HEADING.fullmatch(text) is not None


def is_furniture_line(text: str, linked: float) -> bool:
    """True for breadcrumbs, rows of links and print buttons, wherever they stand."""
    if len(text) > _LINE_CHARACTERS:
        return False
    separators = sum(text.count(mark) for mark in (" | ", " · ", " > ", " / "))
    return _FURNITURE_LINE.match(text) is not None or (linked > _LINK_DENSE and separators > 1)


def is_edge_line(text: str) -> bool:
    """True for lines of rights, addresses and cookies, if they open or close a page."""
    if len(text) > _LINE_CHARACTERS:
        return False
    return _LAST_LINE.match(text) is not None or _COOKIE_LINE.search(text) is not None


def link_density(element: HtmlElement) -> float:
    """Share of the element's characters that lie in links (1 if it has no text)."""
    total = sum(len(text.strip()) for text in element.itertext())
    linked = sum(len(t.strip()) for link in element.iter("a") for t in link.itertext())
    return linked / total if total else 1.0


def _named_as_furniture(element: HtmlElement) -> bool:
    names = f"{element.get('id', '')} {element.get('class', '')}".lower()
    if not names.strip():
        return False
    for name in names.split():
        words = [word for word in re.split(r"[^a-zà-ÿ]+", name) if word]
        if any(pair in _PAIRS for pair in pairwise(words)):
            return True
        # "page-with-menu" speaks of something else than itself: only first and last words count.
        if words and (words[0] in _TOKENS or words[-1] in _TOKENS) and len(words) <= 3:
            return True
    return False


def is_furniture(element: HtmlElement, protected: Container[HtmlElement], in_main: bool) -> bool:
    """Whether a block element is furniture; ``protected`` ones hold the page's main content."""
    tag = element.tag
    if tag in ("html", "body", "main") or element in protected:
        return False
    if tag in ("nav", "footer") or element.get("role", "").lower() in _ROLES:
        return True
    if tag == "header":
        parent = element.getparent()
        return not in_main or (parent is not None and parent.tag == "body")
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li", "th", "dt", "dd"):
        return False
    if tag == "aside" or element.get("role") == "complementary":
        # A side column may hold the key facts of an aid sheet: then it is no list of links.
        return link_density(element) > _LINK_DENSE or _named_as_furniture(element)
    if not _named_as_furniture(element):
        return False
    return not in_main or link_density(element) > _LINK_DENSE / 2 or _is_cookie_line(element)


def _is_cookie_line(element: HtmlElement) -> bool:
    names = f"{element.get('id', '')} {element.get('class', '')}".lower()
    return any(
        w in names
        for w in ("cookie", "consent", "tarteaucitron", "rgpd", "gdpr", "newsletter", "popup")
    )
