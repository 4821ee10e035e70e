"""Sites whose rules stand in linked files."""

from crawler.spiders.base import DOCUMENTS, CouncilSpider, extension


class FilesSpider(CouncilSpider):
    """Follows every link as a listing does, but linked files before pages."""

    def preference(self, url: str, text: str) -> int:
        return super().preference(url, text) + (100 if extension(url) in DOCUMENTS else 0)
