"""Whether a call is linked to the international, and whether it is about international solidarity.

Readable rules: each cue weighs by the place it stands in. As in Gely's count of 2014, regional
plans for the internationalisation of firms and for cultural action abroad are not linked to it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.coding.decisions import Themes
from nlp.coding.features import Parts, parts_of_document
from nlp.reading.documents import Document

_ENOUGH = 3.5
"""Points at which a theme is held: one strong cue in a title, or the same told in the text."""


@dataclass(frozen=True)
class Cue:
    """A wording and its points in the title, in a heading or label, and in the text.

    The second and the third time in the text add a quarter each. It is found in lower case, unless
    a ``capital`` tells it.
    """

    pattern: re.Pattern[str]
    title: float
    heading: float
    text: float
    capital: bool


def _cue(words: str, title: float, heading: float, text: float, *, capital: bool = False) -> Cue:
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return Cue(pattern, title, heading, text, capital)


SOLIDARITY = (
    _cue(
        r"solidarités?[\s-]+(?:\w+[\s-]+(?:et[\s-]+)?)?(?:internationales?|sans\s+frontières?|"
        r"nord[\s-]sud)|solidarités?\s+(?:avec|envers)\s+(?:les?\s+)?(?:pays|peuples?|suds?)|"
        r"solidarité\s+mondiale",
        4, 2, 2,
    ),
    _cue(
        r"coopérations?\s+(?:\w+\s+et\s+)?(?:décentralisées?|solidaires?|au\s+développement|"
        r"nord[\s-]sud)|aides?\s+(?:publique\s+)?au\s+développement|(?:co|"
        r"éco)-?développement\s+(?:décentralisé|solidaire)|co-?développement",
        4, 2, 2,
    ),
    _cue(
        r"éducations?\s+(?:\w+\s+){0,4}?(?:au\s+développement|à\s+la\s+solidarité|"
        r"à\s+la\s+citoyenneté\s+"
        r"(?:mondiale|internationale|et))|citoyennetés?\s+(?:mondiale|internationale)|ead|eadsi|"
        r"eddsi|ecsi|ecm",
        4, 2, 2,
    ),
    _cue(
        r"pays\s+(?:\w+\s+)?(?:du\s+sud|des\s+suds|en\s+(?:voie\s+de\s+)?développement|"
        r"(?:les\s+)?(?:moins|plus)\s+"
        r"(?:avancés|pauvres)|défavorisés|pauvres)|(?:liste|comité|critères)\s+(?:du\s+|"
        r"de\s+l')?(?:cad|ocde)|"
        r"indice\s+de\s+développement\s+humain|idh|tiers[\s-]monde|partenaires?\s+du\s+sud|"
        r"(?:les|aux)\s+suds?",
        4, 2, 2,
    ),
    _cue(
        r"volontariat\s+(?:de\s+solidarité|international\s+de\s+solidarité|solidaire)|vvv|jsi|"
        r"loi\s+oudin\w*(?:-santini)?|projets?\s+(?:de\s+)?(?:développement\s+)?humanitaires?|"
        r"action\s+humanitaire",
        4, 2, 2,
    ),
    _cue(
        r"(?:populations?|communautés?|autorités|partenaires?|associations?|habitants)\s+locales?|"
        r"là-bas|homologues|dispensaires?|langue\s+du\s+pays|"
        r"pays\s+(?:d'intervention|partenaires?|bénéficiaires?)|bénéficiaires\s+locaux|"
        r"besoins?\s+(?:exprimés?|des\s+populations?)|diasporas?|migrants",
        2, 1, 0.75,
    ),
    # "Le Sud" with its capital, but neither the Région Sud nor the South of a country.
    _cue(
        r"(?<!(?i:région)\s)Suds?(?!\s+(?i:de|du|est|ouest)\b|-)", 2, 1, 0.75, capital=True
    ),
    _cue(
        r"afrique|sahel|maghreb|madagascar|malgaches?|mali|maliens?|sénégal\w*|burkina\w*|togo\w*|"
        r"bénin\w*|niger|cameroun\w*|maroc\w*|tunisie\w*|algérie\w*|haïti\w*|vietnam\w*|laos|"
        r"cambodge|liban|palestine|caraïbes?|amérique\s+latine|mauritanie|guinée|comores|mékong|inde|bolivie|"
        r"pérou|népal",
        2, 1, 0.75,
    ),
    _cue(r"coop(?:érations?|ère\w*|érer)|solidaires?|solidarités?", 2, 0.5, 0.5),
    _cue(
        r"monde|mondiale?s?|internationa(?:l|le|les|ux)|sans\s+frontières?|l'étranger|méditerranée",
        2, 0.5, 0.5,
    ),
)  # fmt: skip
INTERNATIONAL = (
    _cue(r"internationa(?:l|le|les|ux)|l'étranger|étrangers|hors\s+de\s+france|monde", 4, 1.5, 1),
    _cue(r"jumel\w+|transfrontali\w+|interreg|eurorégions?|franco-\w+|ville\s+partenaire", 4, 2, 1),
    _cue(r"erasmus\w*|mobilité\s+(?:européenne|internationale|en\s+europe)|en\s+europe", 4, 1.5, 1),
    _cue(r"coopérations?", 3, 1.5, 1),
    _cue(
        r"(?:région|pays|territoires?|collectivités?)\s+partenaires?|"
        r"pays\s+(?:tiers|d'accueil|éligibles)",
        3, 1.5, 1,
    ),
    _cue(r"séjours?|échanges?|correspondants", 1, 0.5, 0.5),
)  # fmt: skip
# What the study does not count, by what it says of itself at the head of the page.
FIRMS = _cue(
    r"internationalisation|export\w*|prim'export|entreprises?|pme|tpe|filières?|"
    r"marchés\s+(?:étrangers|extérieurs)|salons?|vie|investisseurs?|prospection|compétitivité|"
    r"volontaires?\s+internationaux\s+en\s+entreprise",
    5, 1.5, 0.5,
)  # fmt: skip
CULTURE = _cue(
    r"tournées?|artist\w+|arts?|compagnies?|ensembles?|spectacles?|festivals?|cinéma\w*|film\w*|"
    # "Édition 2026" is the call's, and no publishing.
    r"livre|édition(?!\s+(?:19|20)\d\d)|"
    r"musique\w*|diffusion|résidences?|action\s+culturelle|créations?|congrès|colloques?|"
    r"patrimoine\w*",
    5, 1.5, 0.5,
)  # fmt: skip
# Stays in Europe for training are international, seldom solidarity.
STUDY = _cue(
    r"erasmus\w*|stages?|étudiant\w*|apprenti\w*|bourses?\s+d'études|interreg|transfrontali\w+|"
    r"feder|jumelages?",
    3, 1.0, 0.5,
)  # fmt: skip


def themes_of(documents: Iterable[Document]) -> Themes:
    """What a call is about, by its documents.

    International solidarity is solidarité internationale, coopération décentralisée or au
    développement, codéveloppement, education to them (EADSI, ECSI), projects with the countries of
    the South; it is international too.
    """
    pages = [parts_of_document(document) for document in documents]
    told = _points(pages, SOLIDARITY)
    firms, culture, study = (_points(pages, [cue]) for cue in (FIRMS, CULTURE, STUDY))
    solidarity = told - max(firms, culture, study) >= _ENOUGH
    # A call about solidarity stays one where firms or artists may apply.
    against = 0.0 if told - study >= 2 * _ENOUGH else max(firms, culture)
    international = max(told, _points(pages, INTERNATIONAL)) - against >= _ENOUGH
    return Themes(international or solidarity, solidarity, max(firms, culture) >= _ENOUGH)


def _points(pages: Sequence[Parts], cues: Iterable[Cue]) -> float:
    """The most that one document of the call gives: a règlement may say more than its page."""
    cues = tuple(cues)
    return max((sum(_weight(cue, page) for cue in cues) for page in pages), default=0.0)


def _weight(cue: Cue, page: Parts) -> float:
    title, heads, text = page.written if cue.capital else page.lowered
    told = min(len(cue.pattern.findall(text)), 3)
    body = cue.text * (1 + (told - 1) / 4) if told else 0.0
    return (
        cue.title * bool(cue.pattern.search(title))
        + cue.heading * bool(cue.pattern.search(heads))
        + body
    )
