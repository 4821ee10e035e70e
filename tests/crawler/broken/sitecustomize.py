"""Makes the first source of a crawl fail at its entry pages, as an error in the program would."""

import sys

if "crawler.child" in " ".join(sys.orig_argv):
    from crawler.spiders.base import CouncilSpider

    async def start(self):
        if self.name.endswith("-0"):
            raise ValueError("Port out of range 0-65535")
        async for request in _start(self):
            yield request

    _start, CouncilSpider.start = CouncilSpider.start, start
