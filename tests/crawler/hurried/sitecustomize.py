"""Shortens what a page's scripts may take, in the crawling process that a test starts."""

import crawler.rendering.tab

crawler.rendering.tab.OWN_TIME = 3.0
