"""What the kind of a document is told by: its parts, and the families of cue words in them."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urldefrag, urlsplit

from nlp.reading.documents import Document

_ITEM = re.compile(r"[-–—•▪*·>.]\s+(?=\S)")
_FIELD = re.compile(r"([A-ZÀ-Ý0-9][^:.!?\n]{2,45}?)\s*:(?:\s|$)")
_CONVERSE_MARKS = str.maketrans({"’": "'", "ʼ": "'", "‑": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Parts:
    """A document as classification sees it: boilerplate left out, apostrophes straight.

    ``path`` is the decoded URL path with its separators turned into spaces; ``labels`` are those of
    labelled fields; ``items`` and ``lines`` count list items and all lines of text.
    """

    path: str
    title: str
    headings: tuple[str, ...]
    labels: tuple[str, ...]
    items: int
    lines: int
    text: str

    @cached_property
    def written(self) -> tuple[str, str, str]:
        """Title, headings with labels, and text."""
        return self.title, "\n".join((*self.headings, *self.labels)), self.text

    @cached_property
    def lowered(self) -> tuple[str, str, str]:
        """The same in lower case: an expression that minds none takes a third of the time."""
        title, heads, text = map(str.lower, self.written)
        return title, heads, text


def parts_of_document(document: Document) -> Parts:
    """The parts of a document, by its blocks; a paragraph that looks like a heading is one."""
    lines = (
        (block.kind, block.label, line)
        for block in document.blocks
        if not block.boilerplate
        for line in document.text[block.start : block.end].split("\n")
    )
    return _parts(document.url, document.title, lines)


def parts_of_text(url: str, title: str, text: str) -> Parts:
    """The parts of a text that comes without blocks, one block a line."""
    return _parts(url, title, (("paragraph", "", line) for line in text.split("\n")))


def _parts(url: str, title: str, lines: Iterable[tuple[str, str, str]]) -> Parts:
    kept, headings, labels, items = [], [], [], 0
    for given, label, raw in lines:
        line = raw.translate(_CONVERSE_MARKS).strip()
        if not line:
            continue
        kept.append(line)
        field = _FIELD.match(line)
        if given == "item" or _ITEM.match(line):
            items += 1
        elif given == "heading" or (
            given == "paragraph" and not field and looks_like_heading(line)
        ):
            headings.append(line)
        if label:
            labels.append(label)
        elif field:
            labels.append(field[1])
    return Parts(
        path=re.sub(r"[\W_]+", " ", unquote(urlsplit(url).path)).strip(),
        title=title.translate(_CONVERSE_MARKS),
        headings=tuple(headings),
        labels=tuple(labels),
        items=items,
        lines=len(kept),
        text="\n".join(kept),
    )


def linked_in_text(document: Document) -> dict[str, str]:
    """The words by URL of the links that stand in the page's own text, menus left out."""
    own = "\n".join(document.text[b.start : b.end] for b in document.blocks if not b.boilerplate)
    return {
        urldefrag(link.url).url: link.text
        for link in document.links
        if link.text.strip() and link.text in own
    }


def looks_like_heading(line: str) -> bool:
    """Whether a line set apart reads as a heading: short, capital first, no end of sentence."""
    return len(line) < 75 and line[:1].isupper() and line[-1] not in ".!;,…»"


def _family(*patterns: str) -> re.Pattern[str]:
    """Any of the wordings, in lower-case text."""
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


FAMILIES: Mapping[str, re.Pattern[str]] = {
    "call_name": _family(
        r"appels?\s+à\s+(?:projets?|candidatures?|initiatives?|propositions?|partenariats?|idées)",
        r"appels?\s+à\s+manifestations?\s+d'intérêt", "aap", "ami", r"règlements?", "dispositifs?",
        r"aides?\s+(?:à|aux?|régionales?|départementales?|financières?)", "bourses?", "primes?",
        r"soutiens?\s+(?:à|aux?)", r"soutenir", r"subventions?", "prêts?",
        r"cadre\s+d'intervention",
    ),
    "call_rules": _family(
        r"(?:in|non\s+)?éligibles?", "éligibilité", "recevables?", r"bénéficiaires?", "critères?",
        r"plafonn?(?:és?|ées?)?", r"dépenses?", "cofinancements?", r"taux", "montants?",
        r"subventionnables?", r"conditions", "dans la limite de", "au plus", "maximums?",
        r"peuvent\s+(?:être\s+)?(?:bénéficier|répondre|solliciter|candidater|déposer|prétendre)",
        r"qui\s+peut", r"à\s+qui\s+s'adresse", r"ne\s+sont\s+pas\s+(?:éligibles|recevables|aidés)",
        r"exclu(?:s|es|e)?", "autofinancement", "porteurs?",
    ),
    "call_submission": _family(
        r"dossiers?", r"dépôt", r"dépos(?:er|ez|és?|ée?s)", r"candidatures?", r"formulaires?",
        r"date\s+limite", r"pièces", r"téléservice", r"instruction", r"clôture", r"échéances?",
        r"au\s+plus\s+tard", r"avant\s+le", r"jury", r"comité\s+de\s+sélection", "lauréats?",
        "devis",
    ),
    "funding": _family(
        r"(?:aide|aider|soutient|soutenir|accompagne|accompagner|appuie|appuyer|encourage|"
        r"encourager|cofinance|finance|financer)\W+(?:\w+\W+){0,5}?(?:projets?|initiatives?|associations?|"
        r"acteurs?|collectivités|entreprises?|porteurs?|actions?|jeunes)",
        r"(?:est|sont|reste|restent)\s+(?:ouverte?s?|destinée?s?|réservée?s?)\s+aux?", r"l'aide",
        r"enveloppe", r"cet\s+appel", r"l'appel", r"le\s+dispositif", r"le\s+fonds",
        r"(?:sont|seront|est|sera)\s+(?:retenue?s?|admise?s?|financée?s?|soutenue?s?|versée?s?|"
        r"examinée?s?)", r"s'adresse(?:nt)?\s+(?:à|aux?)", r"s'engagent?\s+à",
        r"lance\s+(?:un|son|une|le|cet)",
    ),
    "duty": _family(
        r"doi(?:t|vent)", r"devr(?:a|ont)", r"sera", r"seront", r"il\s+convient", r"exigée?s?",
        r"obligatoires?", r"impérativement", r"priorité\s+(?:est|sera)", r"attention\s+\w+",
        r"les\s+projets?",
    ),
    "form": _family(
        r"siret", r"rib", r"fait\s+à", r"signature", r"je\s+soussignée?", r"nom\s+de\s+(?:la|l')",
        r"(?:budget|plan\s+de\s+financement)\s+prévisionnel", r"\.{6,}", r"attestation",
    ),
    "policy": _family(
        r"coopérations?", r"partenariats?", r"partenaires?", r"stratégies?", r"priorités?",
        r"axes?", r"action\s+(?:internationale|extérieure)", r"jumelages?", r"jumelée?s?",
        r"rayonnement", r"ouverture", r"engagements?", r"conventions?", r"réseaux?", r"accords?",
        r"orientations?", r"diplomatie", "ambitions?", "bilan", r"depuis\s+(?:\d{4}|plus\s+de)",
        "mobilise", "soutient", "s'appuie", "renforcer", "contribue",
    ),
    "abroad": _family(
        r"international(?:e|es|aux)?", r"europ\w+", r"étrang\w+", r"bruxelles", r"transfrontali\w+",
        r"eurorégions?", r"monde", r"pays", r"afrique", r"frontières?", r"interreg",
        r"solidarité\s+inter\w+", r"coopération\s+décentralisée", r"développement",
    ),
    "organisation": _family(
        r"organigramme", r"dg[as]", r"direct(?:eur|rice)s?", r"directions?", r"services?",
        r"pôles?", r"adjointe?s?", r"déléguée?s?", r"délégations?", r"élue?s?",
        r"conseill(?:er|ère)s?", r"agents?", r"chargée?s?\s+de\s+mission", r"cellule", r"cabinet",
        r"rattachée?", r"commissions?", r"effectifs?", r"vice-présidente?s?", r"secrétariat",
        r"missions\s*:", r"tél(?:éphone)?", "poste", "bureau",
    ),
    "news": _family(
        r"(?:lun|mar|mercre|jeu|vendre|same)di", r"dimanche", r"hier", r"ce\s+matin", r"ce\s+soir",
        r"publié\s+le", r"lire\s+aussi", r"communiqué", r"presse", r"cérémonie", r"inaugur\w+",
        r"visite", r"délégation", r"reçue?s?", r"retour\s+d[eu']", r"lauréats?", r"remise?",
        r"invités?", r"témoigne", r"confie", r"explique", r"déclare", r"souligne",
        r"réunion\s+publique", r"rendez-vous", r"soirée", r"forum", r"assises", r"rencontres?",
        r"journée", r"inscriptions?", r"ordre\s+du\s+jour", r"assemblée\s+générale",
        r"applaudissements", r"mes\s+chers", "parole", "photos?",
    ),
    "awarded": _family(
        r"(?:ont|a)\s+(?:\w+\s+)?(?:été\s+)?(?:retenue?s?|sélectionnée?s?|attribuée?s?|reçue?s?|"
        r"remis|votée?s?|soutenue?s?|aidée?s?|primée?s?)", r"reçoi(?:t|vent)", r"recevra",
        r"se\s+partagent", r"lauréat\w*", r"\d[\d ]*\s*(?:€|euros?)\s+(?:pour|à)\s+(?!la\s+fois)",
        r"parmi\s+(?:eux|elles|les)", r"palmarès",
        r"sur\s+(?:les\s+)?\d+\s+(?:projets|demandes|dossiers|candidatures)",
        r"pour un (?:montant )?total",
    ),
    "index": _family(
        r"cliquez", r"retrouvez", r"consultez", r"voici", r"fiches?", r"rubriques?", r"classée?s?",
        r"par\s+thèmes?", r"toutes?\s+(?:les|nos|vos)\s+aides", r"en\s+cours",
        r"en\s+savoir\s+plus", r"ci-dessous", r"guide", r"clos",
        r"(?:les|nos|vos)\s+(?:aides|appels|dispositifs)", r"les\s+(?:principaux|principales)",
        r"liste", r"intitulé", r"ensemble\s+des\s+(?:aides|dispositifs|interventions)",
        r"rechercher?", r"moteur",
    ),
    "european": _family(
        r"europ\w+", "feder", "fse", "feader", "interreg", r"autorité\s+de\s+gestion",
        r"fonds\s+structurels", r"programmes?\s+opérationnels?", r"bruxelles",
        r"comité\s+des\s+régions", r"cohésion",
    ),
    "unrelated": _family(
        r"mentions\s+légales", r"cookies?", r"hébergeur", r"marchés?\s+publics?",
        r"offres?\s+d'emploi", r"recrut\w+", r"transports?\s+scolaires?", r"horaires?", r"tarifs?",
        r"plan\s+du\s+site", r"prix", r"page\s+introuvable", r"budget\s+\d{4}", r"candidats",
        r"votez", r"enquête\s+publique", r"lignes?", r"élèves?\s+(?:internes|transportés)",
        r"cars?", r"accueil", r"concours", r"ayants?.droit", r"procès-verbal", r"à\s+l'unanimité",
        r"catégorie\s+[abc]", r"offres", "agenda", "courriel",
    ),
}  # fmt: skip
_DOMAINS = _family(
    r"(?P<farm>agri\w+|forêts?|bois)", r"(?P<firms>entreprises?|économi\w+|artisan\w*|commerces?)",
    r"(?P<culture>cultur\w+|patrimoine|cinéma|musique|festivals?)", r"(?P<sport>sport\w*|clubs?)",
    r"(?P<energy>énerg\w+|climat|chaudières?)",
    r"(?P<travel>transports?|ter|routes?|vélos?|voirie)",
    r"(?P<school>lycé\w+|collèges?|apprenti\w*|formation)",
    r"(?P<youth>jeunes?|jeunesse|étudiants?)", r"(?P<home>logements?|habitat)",
    r"(?P<health>santé|handicap\w*|hôpita\w+)", r"(?P<tourism>touris\w+)",
    r"(?P<science>recherche|sciences?|innovation)",
    r"(?P<world>solidarités?|coopération|international\w*)",
)  # fmt: skip
_LISTING_TITLE = re.compile(
    r"(?:(?:toute?s|les?|nos|vos|des?|du|guide|et|aux?|à|en|cours|venir|clos|liste|conseil|"
    r"général|région\w*|"
    r"départementa\w+|départements?|projets|initiatives|catalogue|fiches?|d'|annuaire|"
    r"financières|\W+)\s*)*"
    r"(?:aides|appels|dispositifs|interventions|subventions|financements)\b"
    r"(?:\s|\W|d'aides?|à|aux?|et|en|cours|venir|projets|candidatures|régiona\w+|départementa\w+|"
    r"de|la|du|"
    r"région|département|conseil|métropole|ville|général|ouverts?|permanents?|subventions|appels|"
    r"dispositifs|aides)*",
    re.IGNORECASE,
)  # a title that names aids in the plural and nothing that they would be for
_PAST = re.compile(
    r"\b(?:a|ont|avons|avait|avaient|est|sont|était|étaient)\s+(?:\w+ment\s+|été\s+|pu\s+)?"
    r"\w{2,}(?:é|és|ée|ées|i|is|it|u|us)\b"
)  # accounts of what was done: news and reports, seldom calls
_ADDRESS = re.compile(r"\b(?:vous|votre|vos|tu|ton|ta|tes)\b", re.IGNORECASE)
_SPEECH = re.compile(r"[«»\"“”]")
_SUM = re.compile(r"\d\s?(?:€|euros?\b|k€)|\d\s?%", re.IGNORECASE)
_BLANKS = re.compile(r"(?:\.{5,}|…{2,}|_{4,})|:\s*$", re.MULTILINE)
_PERSON = re.compile(
    r"\b(?:M\.|Mmes?|MM\.|Dr)\s[A-ZÀ-Ý]|(?:^|: |– )[A-Z][a-zé-]+ [A-Z][a-zé]+$", re.MULTILINE
)


def cue_features(parts: Parts) -> dict[str, float]:
    """Numbers in about 0-3 by name: the page's shape, and each cue family by where it stands."""
    title, heads, text = parts.lowered
    words = max(len(parts.text.split()), 1)
    lines = max(parts.lines, 1)

    def rate(pattern: re.Pattern[str]) -> float:
        return math.log1p(100 * sum(1 for _ in pattern.finditer(parts.text)) / words)

    features = {
        "length": math.log10(words) / 2,
        "items": parts.items / lines,
        "labels": len(parts.labels) / lines,
        "headings": len(parts.headings) / lines,
        "line_words": math.log10(words / lines),
        "past": rate(_PAST),
        "address": rate(_ADDRESS),
        "speech": rate(_SPEECH),
        "sums": rate(_SUM),
        "blanks": rate(_BLANKS),
        "persons": rate(_PERSON),
        "breadth": len({match.lastgroup for match in _DOMAINS.finditer(text)}) / 4,
    }
    features["listing.title"] = 2.0 * bool(_LISTING_TITLE.fullmatch(parts.title.split(" – ")[0]))
    features["breadth.headings"] = len({m.lastgroup for m in _DOMAINS.finditer(heads)}) / 4
    places = (("title", title), ("path", parts.path.lower()), ("headings", heads))
    for name, pattern in FAMILIES.items():
        told = pattern.findall(text)
        features[f"{name}.text"] = math.log1p(100 * len(told) / words)
        features[f"{name}.spread"] = min(len(set(told)), 10) / 5
        for place, of_place in places:
            features[f"{name}.{place}"] = min(len(set(pattern.findall(of_place))), 3) / 2
    return features
