"""Challenges: answers that look like a page (status 200) and are none."""

import re

from lxml.html import HtmlElement

_CHALLENGE_TITLES = re.compile(
    r"just a moment|un instant|checking your browser|attention required|access denied|accès refusé"
    r"|are you a robot|êtes-vous un robot|vérification de sécurité|security check|ddos[- ]guard"
    r"|verifying you are human|pardon our interruption|human verification|request rejected",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = (
    "_Incapsula_Resource", "Incapsula incident ID", "/cdn-cgi/challenge-platform/", "cf-chl-",
    "cf-browser-verification", "captcha-delivery.com", "geo.captcha-delivery", "px-captcha",
    "/_sec/cp_challenge", "Checking your browser before accessing", "sgcaptcha",
    "The requested URL was rejected", "awsWafCookieDomainList",
)  # fmt: skip
_CAPTCHA = re.compile(r"g-recaptcha|h-captcha|hcaptcha|captcha|turnstile", re.IGNORECASE)
_CAPTCHA_WORDS = re.compile(
    r"captcha|pas un robot|êtes humain|are human|not a robot|activité (?:inhabituelle|suspecte)"
    r"|unusual traffic",
    re.IGNORECASE,
)
_SOFT_404 = re.compile(
    r"(?:erreur |error )?404\b.{0,60}|(?:la |cette )?page (?:introuvable|non trouvée|inexistante"
    r"|not found|(?:demandée )?n'existe (?:pas|plus))\b.{0,40}|not found|(?:page )?erreur 404",
    re.IGNORECASE,
)
_FEW_WORDS = 150
_APP_ROOTS = (
    "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @ng-app or @data-reactroot]"
)


def _visible_words(root: HtmlElement) -> str:
    texts = root.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::template)]"
    )
    return " ".join(" ".join(texts).split())


def challenge_in(source: str, root: HtmlElement, page_title: str) -> str:
    """Why the page is a robot check or a refusal in disguise, or empty.

    Only pages of few words are judged: a contact form with a captcha is a page.
    """
    titled = _CHALLENGE_TITLES.match(page_title)
    marks = [mark for mark in _CHALLENGE_MARKS if mark in source]
    captcha = _CAPTCHA.search(source)
    if not (titled or marks or captcha):
        return ""
    words = _visible_words(root)
    count = len(words.split())
    if count > _FEW_WORDS:
        return ""
    if titled:
        return f"a robot check or refusal instead of the page: {page_title[:80]!r}"
    if marks and count <= _FEW_WORDS / 2:
        return f"a robot check instead of the page: it holds {marks[0]!r}"
    if captcha and (_CAPTCHA_WORDS.search(words) or count < 15):
        return "a captcha instead of the page"
    return ""


def is_soft_404(title: str, page_title: str) -> bool:
    """Whether a page found says in its title that it was not found."""
    return any(_SOFT_404.fullmatch(text) for text in (title, page_title) if text)


def rendered_by_script(root: HtmlElement) -> bool:
    """Whether a page without text carries scripts that may write it."""
    if root.xpath(_APP_ROOTS):
        return True
    told = " ".join(root.xpath("//noscript//text()")).lower()
    return "javascript" in told or bool(root.xpath("//body//script[@src or string-length(.) > 40]"))
