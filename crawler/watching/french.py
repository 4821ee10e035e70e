"""The crawl report's French: what events are called, numbers and dates as a reader writes them."""

from datetime import datetime

# group, title: in the order in which a reader wants to know
EVENTS: dict[str, tuple[str, str]] = {
    "robots_disallowed": ("closed", "Pages interdites par robots.txt"),
    "robots_unreachable": ("closed", "robots.txt inaccessible : rien n’est demandé au site"),
    "robots_closed": ("closed", "Adresses que robots.txt ferme, en tout"),
    "source_stopped": ("failed", "Collecte arrêtée"),
    "source_failed": ("failed", "Collecte finie en désordre"),
    "challenge_suspected": ("challenged", "Contrôles anti-robots servis à la place de la page"),
    "fetch_failed": ("failed", "Sans réponse utilisable"),
    "http_error": ("failed", "Réponses d’erreur"),
    "empty_page": ("failed", "Réponses vides"),
    "redirect_loop": ("failed", "Redirections sans fin"),
    "over_limit": ("failed", "Réponses trop longues"),
    "page_unread": ("failed", "Pages dont les liens n’ont pas pu être lus"),
    "body_damaged": ("failed", "Réponses endommagées"),
    "not_archived": ("failed", "Réponses qui n’ont pas pu être archivées"),
    "capture_damaged": ("failed", "Réponses archivées endommagées depuis"),
    "rendering_unavailable": ("failed", "Scripts non exécutés, faute de navigateur"),
    "rendering_failed": ("failed", "Pages dont les scripts ont échoué"),
    "rendering_incomplete": ("failed", "Pages dont les scripts n’ont pas fini"),
    "archive_refused": ("failed", "Refusé par l’archive du Web"),
    "listing_unreadable": ("failed", "Listes illisibles de l’archive du Web"),
    "capture_missing": ("failed", "Captures que l’archive du Web n’a pas rendues"),
    "nothing_listed": ("failed", "Rien dans l’archive du Web pour cette période"),
    "unsafe_address": ("refused", "Adresses hors de l’internet public, refusées"),
    "scheme_refused": ("refused", "Liens d’un autre protocole, refusés"),
    "trap": ("refused", "Adresses sans fin, refusées"),
    "page_budget": ("limits", "Budget épuisé"),
    "long_pause_cut": ("limits", "Pauses demandées trop longues, raccourcies"),
    "earlier_damaged": ("limits", "Illisibles dans la campagne d’avant, demandées comme nouvelles"),
    "sitemap_missing": ("limits", "Sans plan du site (sitemap)"),
    "sitemap_unreadable": ("limits", "Plans du site illisibles"),
    "sitemap_limit": ("limits", "Plans du site trop nombreux"),
    "sitemap_long": ("limits", "Plans du site trop longs"),
    "robots_missing": ("limits", "robots.txt introuvable : rien n’est interdit"),
    "listing_cut": ("limits", "Listes trop longues de l’archive du Web"),
    "offsite": ("left", "Redirections hors du site, non suivies"),
    "unread_format": ("left", "Formats qui ne sont pas lus"),
    "unread_type": ("left", "Images, sons, vidéos : corps non téléchargé"),
    "script_redirect": ("left", "Adresses où mènent des scripts"),
    "listed_refused": ("left", "Captures listées, non demandées"),
    "body_altered": ("left", "Corps que l’archive du Web ne rend pas tels quels"),
    "crawl_interrupted": ("whole", "Collecte interrompue"),
    "segment_damaged": ("whole", "Fichiers d’archive endommagés, mis de côté"),
    "segment_recovered": ("whole", "Fichiers d’archive coupés par une panne, repris"),
    "log_damaged": ("whole", "Lignes du journal illisibles"),
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

# why a page is gone or has no answer, as changes.jsonl says it
WHY = {
    "redirected to the front page": "renvoie à l’accueil",
    "redirected to a page above it": "renvoie à une page au-dessus",
    "robot check": "contrôle anti-robot",
    "nothing in it": "réponse vide",
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
