"""Scrapy's settings, each with its reason."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from crawler.archive.capture import BUSY
from crawler.archive.decoding import ENTITY_LIMIT
from crawler.manners.rules import AGENT
from crawler.manners.safety import is_reserved
from crawler.sources import CrawlLimits, Source


def user_agent(contact: str) -> str:
    """What the crawler calls itself: its name, its version, and whom to ask."""
    return f"{AGENT}/{version('aect')} (research on local authorities; +{contact})"


def scrapy_settings(
    source: Source, limits: CrawlLimits, *, contact: str, loopback: bool, log: Path
) -> dict[str, Any]:
    """The settings of one source's crawl.

    ``loopback`` allows addresses of this machine, for the demo and the tests, and drops the delays.
    """
    unreal = loopback or all(is_reserved(site) for site in source.sites)
    delay = 0.0 if unreal else limits.delay
    return {
        # --- who asks, and how politely -----------------------------------------------------------
        "USER_AGENT": user_agent(contact),
        # one request at a time and a pause after it: these sites serve citizens first
        "DOWNLOADER": "crawler.manners.politeness.PoliteDownloader",
        "CRAWL_HOURS": limits.hours,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": delay,
        # a pause that a site asks for is kept whole: Scrapy would halve every other one
        "DOWNLOAD_DELAY_JITTER": 0,
        # a reserved name leads to no real server, so that there is nobody to spare
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 0.0 if unreal else max(2.0, delay),
        "AUTOTHROTTLE_MAX_DELAY": 0.0 if unreal else 60.0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "LOOPBACK_ALLOWED": loopback,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
            "Accept-Language": "fr,en;q=0.3",
            # what every WARC reader can decode; brotli and zstd are not
            "Accept-Encoding": "gzip, deflate",
        },
        # an archive holds what anyone is answered, not what one visitor's session is
        "COOKIES_ENABLED": False,
        # --- what is refused ----------------------------------------------------------------------
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.manners.safety.SafeHandler",
            "https": "crawler.manners.safety.SafeHandler",
            # a link to file:///etc/hostname was read with the handler in place
            "file": None,
            "ftp": None,
            "s3": None,
            "data": None,
        },
        "DOWNLOAD_MAXSIZE": ENTITY_LIMIT,
        "DOWNLOAD_WARNSIZE": 0,
        # whole exchange; councils' sites answer within seconds, a slow drip never ends
        "DOWNLOAD_TIMEOUT": limits.timeout,
        # RFC 9110 (15.4) expects clients to stop loops; browsers' 20 would be asked 20 times a page
        "REDIRECT_MAX_TIMES": 8,
        "DEPTH_LIMIT": limits.depth,
        # the spider counts levels itself: the later pages of a list are none
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.depth.DepthMiddleware": None},
        # refused and told by SafetyMiddleware; Scrapy drops a long one without a word
        "URLLENGTH_LIMIT": 0,
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": list(BUSY),
        # --- the road of a request and of its answer ----------------------------------------------
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            # last to see an answer: what is rendered has been decoded, and is no redirect
            "crawler.rendering.render.RenderingMiddleware": 40,
            "crawler.manners.safety.SafetyMiddleware": 50,
            "crawler.manners.robots.RobotsMiddleware": 100,
            "crawler.manners.safety.ProxyMiddleware": 750,
            # last before the network: what is archived is not asked for again
            "crawler.replaying.ReplayMiddleware": 900,
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "crawler.manners.politeness.Politeness": 0,
            "crawler.recording.Recorder": 0,
            "crawler.watching.monitors.Monitor": 0,
            "crawler.watching.monitors.Refusals": 0,
        },
        # archived bytes are what may be read: nothing waits in memory for a console or a mail
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "STATS_DUMP": False,
        "LOG_LEVEL": "WARNING",
        "LOG_FILE": str(log),
        "LOGSTATS_INTERVAL": 0,
        # the most promising first, as far as is known when a request's turn comes: what waits for a
        # host's turn is decided already
        "SCHEDULER": "crawler.frontier.scheduler.Frontier",
        "CONCURRENT_REQUESTS": 4,
        # the workers that Scrapy starts for every page, a hundred by default, were a tenth of the
        # crawl's time: links wait in the frontier, and nothing else comes out of a page
        "CONCURRENT_ITEMS": 1,
    }
