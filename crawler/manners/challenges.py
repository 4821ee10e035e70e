"""Robot checks: what a site's shield serves in place of the page, often with status 200."""

import re

from scrapy.http import HtmlResponse, Response

_HEADERS = (
    (b"Cf-Mitigated", b"challenge"),
    (b"X-Amzn-Waf-Action", b"challenge"),
    (b"X-Amzn-Waf-Action", b"captcha"),
    (b"X-Vercel-Mitigated", b"challenge"),
)
_MARKS = (
    *(b"/cdn-cgi/challenge-platform/", b"cf-chl-", b"cf-browser-verification"),
    *(b"_incapsula_resource", b"incapsula incident", b"captcha-delivery.com", b"px-captcha"),
    *(b"/_sec/cp_challenge", b"bm-verify=", b"awswafcookiedomainlist", b"token.awswaf.com"),
    *(b"the requested url was rejected", b"sucuri_cloudproxy", b"sgcaptcha", b"imunify360"),
    *(b"ddos-guard", b"/.within.website/", b"kpsdk", b"web page blocked", b"vercel security"),
)
"""Of the pages that known shields put in place of the one asked for, in lower case."""

_WIDGETS = (
    *(b"g-recaptcha", b"h-captcha", b"hcaptcha.com", b"cf-turnstile", b"frc-captcha"),
    *(b"altcha-widget", b"mcaptcha", b"captcha"),
)
_WORDS = re.compile(
    r"just a moment|un instant|checking (?:if )?(?:the|your)? ?(?:site|browser)"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|are you a robot|not a robot|unusual traffic"
    r"|êtes[- ](?:vous )?(?:bien )?(?:un )?humain|pas un robot|vous un robot|activité inhabituelle"
    r"|vérification de (?:sécurité|votre navigateur)|accès (?:refusé|interdit)|access denied"
    r"|request (?:unsuccessful|rejected|blocked)|requête (?:bloquée|rejetée)"
)
LONGEST_CHECK = 60_000
"""Bytes; what is longer is a page, and need not be parsed to know it."""

SHORT, FEW_LINKS = 600, 5
"""Characters of text and links up to which marks and words are the page, not a script that a shield
puts into every page, or a form's guard at its foot."""


def challenge(response: Response) -> str:
    """Why an answer looks like a robot check in place of the page asked for, or an empty string."""
    for name, value in _HEADERS:
        if (response.headers.get(name) or b"").strip().lower() == value:
            return f"its header {name.decode()} says {value.decode()}"
    if not isinstance(response, HtmlResponse) or len(response.body) > LONGEST_CHECK:
        return ""
    body = response.body.lower()
    mark = next((mark for mark in _MARKS if mark in body), b"")
    widget = next((widget for widget in _WIDGETS if widget in body), b"")
    if not mark and not widget and len(body) > 40 * SHORT:
        return ""
    words = " ".join(
        " ".join(
            response.xpath("//body//text()[not(parent::script or parent::style)]").getall()
        ).split()
    ).lower()
    if len(words) >= SHORT or len(response.xpath("//a[@href]")) > FEW_LINKS:
        return ""
    title = " ".join(response.xpath("//title//text()").getall()).lower()
    said = _WORDS.search(f"{title} {words}")
    if mark:
        return f"a short page that holds {mark.decode()!r}"
    if said:
        return f"a short page that says {said[0]!r}"
    return f"hardly more than {widget.decode()!r}" if widget and len(words) < SHORT / 4 else ""
