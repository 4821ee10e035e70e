"""Sites whose rules stand in linked files."""

from dataclasses import replace

from crawler.frontier.pages import Link
from crawler.frontier.scoring import Carrier, Score
from crawler.spiders.base import DOCUMENTS, CouncilSpider, extension


class FilesSpider(CouncilSpider):
    """Follows every link as a listing does, but linked files before pages."""

    def score(self, link: Link, carrier: Carrier) -> Score:
        score = super().score(link, carrier)
        return replace(score, file=100) if extension(link.url) in DOCUMENTS else score
