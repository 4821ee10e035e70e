"""Sites read through their menus and lists."""

from crawler.spiders.base import CouncilSpider


class ListingSpider(CouncilSpider):
    """Follows every link of the site, the most promising first."""
