"""What markup may ask of a parser: told before it is parsed."""

import re

MOST_ATTRIBUTES = 2000
"""Of one element. libxml2 compares each attribute with those before it: 20,000 take it 2.4 seconds,
a page of them hours."""

MOST_TAGS = 200_000
"""Of a page: one of 20 MB, 1,200,000 tags, took the crawl 565 MB; councils' largest has 20,000."""

MOST_CHARACTERS = 10_000_000
"""Of a page with its markup: reading twice as many takes 0.5 GB."""

_SHORT = 50_000
"""Characters of a page that no attributes make slow to parse."""

_TAG = re.compile(r"""<[a-zA-Z][^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+|["'][^>"']*+)*+""")
_VALUE = re.compile(r""""[^"]*+"|'[^']*+'""")


def overload(text: str) -> str:
    """Why a page asks too much of a parser, or an empty string."""
    if len(text) < _SHORT:
        return ""
    if len(text) > MOST_CHARACTERS:
        return f"the page has more than {MOST_CHARACTERS:,} characters"
    if text.count("<") > MOST_TAGS:
        return f"the page has more than {MOST_TAGS:,} tags"
    for found in _TAG.finditer(text):
        if (
            found.end() - found.start() > 2 * MOST_ATTRIBUTES
            and len(_VALUE.sub(" ", found[0]).split()) > MOST_ATTRIBUTES
        ):
            return f"an element has more than {MOST_ATTRIBUTES:,} attributes"
    return ""
