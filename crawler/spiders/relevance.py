"""Which links first: words of the field in a URL and in the words that carry it."""

import re
import unicodedata

FIELD = re.compile(
    r"internation|cooperation|solidar|decentrali|jumelage|europe|francophon|humanitaire|eadsi?\b"
    r"|developpement|mediterran|afrique|codevelopp|partenaire|rayonnement"
)
FUNDING = re.compile(r"appel|projet|aides?\b|subvention|dispositif|reglement|candidat|financ|guide")
ORGANISATION = re.compile(r"organi[sg]|services?\b|direction|administration|institution")
AWAY = re.compile(
    r"agenda|actualit|marches?-publics|recrut|presse|connexion|login|inscription|panier|recherche"
    r"|search|imprim|print|partage|share|rss|calend"
)


def relevance(url: str, text: str) -> int:
    """The priority of a link.

    20 for words of the field, 10 for funding, 5 for organisation, -20 for pages that list news, log
    in or print.
    """
    words = _plain(f"{url} {text}")
    return (
        20 * bool(FIELD.search(words))
        + 10 * bool(FUNDING.search(words))
        + 5 * bool(ORGANISATION.search(words))
        - 20 * bool(AWAY.search(words))
    )


def looks_international(url: str, title: str) -> bool:
    """Whether a page's address or title speaks of the field."""
    return bool(FIELD.search(_plain(f"{url} {title}")))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
