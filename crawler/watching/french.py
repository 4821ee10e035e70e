"""The crawl report's French: what events are called, numbers and dates as a reader writes them."""

from datetime import datetime

# group, title: in the order in which a reader wants to know
EVENTS: dict[str, tuple[str, str]] = {
    "robots_disallowed": ("closed", "Pages interdites par robots.txt"),
    "robots_unreachable": ("closed", "robots.txt inaccessible : rien n’est demandé au site"),
    "source_stopped": ("failed", "Collecte arrêtée"),
    "challenge_suspected": ("challenged", "Contrôles anti-robots servis à la place de la page"),
    "fetch_failed": ("failed", "Sans réponse"),
    "http_error": ("failed", "Réponses d’erreur"),
    "empty_page": ("failed", "Réponses vides"),
    "redirect_loop": ("failed", "Redirections sans fin"),
    "over_limit": ("failed", "Réponses trop longues"),
    "page_unread": ("failed", "Pages dont les liens n’ont pas pu être lus"),
    "body_damaged": ("failed", "Réponses endommagées"),
    "unsafe_address": ("refused", "Adresses hors de l’internet public, refusées"),
    "scheme_refused": ("refused", "Liens d’un autre protocole, refusés"),
    "trap": ("refused", "Adresses sans fin, refusées"),
    "page_budget": ("limits", "Budget épuisé"),
    "long_pause_cut": ("limits", "Pauses demandées trop longues, raccourcies"),
    "sitemap_missing": ("limits", "Sans plan du site (sitemap)"),
    "sitemap_unreadable": ("limits", "Plans du site illisibles"),
    "sitemap_limit": ("limits", "Plans du site trop nombreux"),
    "sitemap_long": ("limits", "Plans du site trop longs"),
    "offsite": ("left", "Redirections hors du site, non suivies"),
    "unread_format": ("left", "Formats qui ne sont pas lus"),
    "unread_type": ("left", "Images, sons et vidéos"),
    "crawl_interrupted": ("whole", "Collecte interrompue"),
    "segment_recovered": ("whole", "Fichiers d’archive coupés par une panne, repris"),
}
OTHER = "whole"

STATES = {
    "crawling": "en cours",
    "finished": "terminée",
    "budget": "budget épuisé",
    "stopped": "arrêtée",
    "not_begun": "pas commencée",
    "imported": "importée",
}

CHANGES = {
    "new": "Pages nouvelles",
    "changed": "Pages changées",
    "moved": "Pages déplacées",
    "gone": "Pages disparues",
    "not_captured": "Pages non reprises cette fois",
    "unchanged": "Pages inchangées",
}

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
    *("octobre", "novembre", "décembre"),
)


def number(value: int) -> str:
    """Thousands apart by a narrow space that does not break."""
    return f"{value:,}".replace(",", "\u202f")


def count(value: int, one: str, more: str = "") -> str:
    """``3 pages``; French takes 0 and 1 for singular."""
    return f"{number(value)}\u00a0{one if value < 2 else more or one + 's'}"


def moment(at: str) -> str:
    """A capture's time (UTC, ISO 8601) in words; empty for none."""
    if not at:
        return ""
    time = datetime.fromisoformat(at)
    day = "1er" if time.day == 1 else str(time.day)
    return f"{day}\u00a0{_MONTHS[time.month - 1]} {time.year}, {time:%H}\u00a0h\u00a0{time:%M}"
