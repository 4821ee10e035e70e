"""The words by which links and pages are judged: the study's lexical families, and what calls say.

Words alone, without a model: one that was learnt from the sample's links was better on the sample
and no better than the words on other authors' pages (benchmarks/linkwords.py).
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from corpora import BUNDLED
from crawler.frontier.starts import Matches


@dataclass(frozen=True)
class Family:
    """Words that speak of one thing: ``link`` points for a link, ``text`` for each time in a text.

    ``field`` tells the families of international action from what calls and sites say of anything.
    """

    name: str
    pattern: re.Pattern[str]
    link: int
    text: int = 0

    @property
    def field(self) -> bool:
        return self.text > 0


_OF = "(?:action|affaire|accord|aide|chantier|cooperation|delegation|direction|echange|engagement"
_OF += "|fonds|mission|mobilite|ouverture|partenariat|politique|programme|projet|relation|service"
_OF += "|solidarite|vocation|volontaire|volontariat)s?"

_ABROAD = re.compile(
    rf"\b{_OF} (?:\w+ ){{0,3}}?internationa\w+"
    r"|\bcooperations? decentralisee|\bnord sud\b|\bpays (?:du sud|(?:en|moins) .{0,10}developp)"
    r"|\b(?:aide|education)s? (?:publique )?au developpement|\bdeveloppement solidaire"
    r"|codeveloppement"
    r"|\bouver\w+ (?:sur|au|a) (?:l |le )?(?:monde|etranger)|\bcitoyen\w* du monde"
    r"|\bsolidai?r\w+ (?:\w+ ){0,3}?(?:monde|sud|etranger|afrique|mediterranee)"
    r"|\bprojets? (?:\w+ ){0,2}?(?:a l etranger|dans le monde)"
    r"|\b(?:action|affaire|relation|partenariat)s? exterieur|jumelage|humanitaire"
    r"|\bsans frontieres?|\beadsi?\b|\becsi\b"
)
_WORLD = re.compile(
    r"internation|\bmonde\b|mondial|\betranger|\bafri(?:que|cain)|\basi(?:e|atique)|mediterranee"
    r"|maghreb|\bsahel|amerique latine|\bcaraibe|ocean indien|francophon|\bong\b|rayonnement"
    r"|\bequitables?\b|\bici et la bas\b"
)
_CALL = re.compile(
    r"\bappels? a (?:projet|candidature|manifestation)|\baap\b|\baides?\b|subvention"
    r"|\bdispositifs?\b|reglement|candidat|\bfinance|\bfonds\b|\bbourses?\b|cofinance|micro ?projet"
    r"|beneficiaire|\bcriteres?\b|eligib|cahier des charges|formulaire|\bsoutien"
    r"|porteurs? de projet"
)
_ORGANISATION = re.compile(
    r"organigramme|\bservices?\b|\bdirections?\b|\bdelegations?\b|administration|institution"
    r"|\bcompetences?\b|\bmissions?\b"
)
_INDEX = re.compile(
    r"\bplan (?:du|de) site|\bsitemap\b|guide des aides|\b(?:tou(?:te)?s|nos|vos|les) (?:les )?"
    r"(?:aides|appels|dispositifs|actions|politiques|competences)\b"
)
_AWAY = re.compile(
    r"\bagenda|actualite|evenement|calend|marches? publics?|recrut|offres? d emploi|\bpresse"
    r"|connexion|\blogin|inscription|panier|\brecherche[rz]?\b|\bsearch|\bimprim(?:er|able)|\bprint"
    r"|partage[rz]?\b|\bshare"
    r"|\brss\b|newsletter|mentions legales|accessibilite|cookies?\b|\bcontacts?\b|photo|video"
    r"|galerie|mot de passe|\bforum|commentaire"
)
_DECOY = re.compile(
    r"\b(?:aeroport|championnat|circuit|cite|concours|congres|ecole|festival|foire|gare|lycee|marathon"
    r"|marche|meeting|musee|rallye|salon|section|tournoi)s? (?:\w+ ){0,3}?internationa\w+"
    r"|\bcooperations? (?:inter(?:communal|territorial)\w*|hospitaliere|sanitaire|scientifique)"
    r"|\bpublics? de cooperation|\bsolidarites? (?:sociale|territoriale|familiale|intergeneration"
    r"|logement|et autonomie)\w*|\bsociale et solidaire|\b(?:place|rue|avenue|maison) de l europe"
    r"|\beurope (?:1|ecologie)\b|\b(?:coupe|tour|champion\w*|record) (?:d\w* )?monde"
    r"|\bmonde (?:rural|agricole|associatif|economique|du|de)\b|\b(?:patrimoine|guerre) mondiale?"
)


def _countries() -> re.Pattern[str]:
    """Other countries, as the bundled reference names them, and demonyms of those that receive aid.

    The demonyms of neighbours are too often languages that are taught.
    """
    with (BUNDLED / "reference" / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["name"] != "France"]
    names = {name for row in rows for name in [row["name"], *row["aliases"].split("|")]}
    demonyms = {word for row in rows if row["dac"] == "true" for word in row["demonyms"].split("|")}
    # a name of three letters is too often another word in an address
    words = {plain(name) for name in names | demonyms if len(name) > 3}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?:e?s)?\b")


_ACCENTS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Lower case without accents, with one space wherever no letter or digit stands."""
    simple = text.replace("\u2019", " ").replace("\u2013", " ").replace("œ", "oe")
    try:
        letters = simple.encode("latin-1").translate(_PLAIN_LETTERS)
    except UnicodeEncodeError:
        return _plain(text)
    return _plain(text) if _OTHER in letters else b" ".join(letters.split()).decode("latin-1")


def _plain(text: str) -> str:
    """The same for any script, at a fourth of the speed."""
    decomposed = unicodedata.normalize("NFKD", text).lower().replace("œ", "oe")
    return _BETWEEN.sub(" ", _ACCENTS.sub("", decomposed)).strip()


_OTHER = b"\0"
"""Stands for the few letters of Latin-1 that become none or several, such as ½."""


def _plain_letters() -> bytes:
    plains = [_plain(f"a{chr(code)}a")[1:-1] for code in range(256)]
    return b"".join(
        letter.encode("latin-1") if len(letter) == 1 and ord(letter) < 256 else _OTHER
        for letter in plains
    )


_PLAIN_LETTERS = _plain_letters()
"""What each letter of Latin-1 is in plain text."""


def address_words(url: str, page: str = "") -> str:
    """The words of a URL that its page's own URL does not have.

    A folder's name is said by all that lies in it: /sante-et-solidarites/ would flood the frontier.
    Addresses inside a query (of a page to go back to or to share) are left out.
    """
    own = set(_steps(page)) if page else set()
    return " ".join(step for step in _steps(url) if step not in own)


@lru_cache(maxsize=1024)
def _steps(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query)
    asked = [f"{name} {value}" for name, value in pairs if "/" not in value]
    bare = [] if pairs else [unquote(parts.query)]  # /spip.php?article12 has no value
    return (*unquote(parts.path).split("/"), *asked, *bare)


_COOPERATION = re.compile(r"\bcooper(?:ation|er)|\bpartenair")
_EUROPE = re.compile(r"europe|transfrontal|interreg|euroregion|\bbruxelles\b")

FAMILIES = (
    Family("abroad", _ABROAD, link=30, text=5),
    Family("country", _countries(), link=15, text=2),
    Family("world", _WORLD, link=10, text=1),
    Family("cooperation", _COOPERATION, link=10, text=1),
    Family("europe", _EUROPE, link=10, text=1),
    Family("solidarity", re.compile(r"solidai?r"), link=8, text=1),
    Family("call", _CALL, link=6),
    Family("organisation", _ORGANISATION, link=5),
    Family("index", _INDEX, link=8),
    Family("away", _AWAY, link=-20),
)


@lru_cache(maxsize=2048)  # the menu stands on every page
def weigh(text: str) -> tuple[int, int]:
    """Points of a text for a link: those of the field, and those of everything else."""
    words = plain(text)
    kept = _DECOY.sub(" ", words)
    field = rest = 0
    for family in FAMILIES:
        if family.pattern.search(kept):
            if family.field:
                field += family.link
            else:
                rest += family.link
    return field, rest


def occurrences(words: str) -> int:
    """How much a plain text speaks of the field: each time that a family's words stand in it."""
    decoys, *counts = _IN_TEXT.count(words)
    if decoys:
        _, *counts = _IN_TEXT.count(_DECOY.sub(" ", words))
    return sum(family.text * count for family, count in zip(_FIELD, counts, strict=True))


_FIELD = [family for family in FAMILIES if family.field]
_IN_TEXT = Matches([_DECOY, *(family.pattern for family in _FIELD)])
