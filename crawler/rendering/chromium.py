"""A browser that runs a page's scripts, and reaches nothing but what it is handed.

Every request that a page makes is answered by the caller or refused. What Chromium would send past
that (WebSockets, workers, WebRTC, prefetches, names to resolve) meets a proxy that is not there.
"""

import asyncio
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from crawler.rendering.tab import (
    PATIENCE,
    Content,
    Fetch,
    Rendered,
    RenderingError,
    Tab,
    first_line,
    playwright_error,
    within,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_T = TypeVar("_T")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Programs that are looked for, where AECT_CHROMIUM names none."""

MOST_DEATHS = 5
"""Times that the browser may die before it is given up."""

MEMORY = 2**30
"""Bytes of data that each process of the browser may hold: a script can fill any memory."""

_ARGUMENTS = (
    # nothing listens on the discard port; names are not even resolved
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # the same switch by its new and its old name: WebRTC asks its servers past any proxy else
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=512",
)


class UnavailableError(Exception):
    """There is no browser to render with: one line with the reason and what to do."""


def find_chromium() -> str:
    """The path of the system's Chromium; raises UnavailableError."""
    named = os.environ.get("AECT_CHROMIUM", "")
    for name in (named,) if named else BROWSERS:
        if found := shutil.which(name):
            return found
    if named:
        raise UnavailableError(f"AECT_CHROMIUM is {named!r}, which is not a program")
    raise UnavailableError(
        f"no {', '.join(BROWSERS)} was found; install Chromium or set AECT_CHROMIUM to its path"
    )


class Chromium:
    """One browser, started when the first page comes, with one tab at a time.

    ``user_agent`` is what scripts see: the crawler's own name.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._deaths = 0
        self._unavailable = ""

    async def render(self, url: str, page: Content, fetch: Fetch, user_agent: str) -> Rendered:
        """The DOM of a page once its scripts have come to rest.

        Raises UnavailableError, or RenderingError where this page has none.
        """
        async with self._lock:
            browser = await self._started()
            tab = Tab(url, page, fetch)
            try:
                return await tab.render(browser, user_agent)
            except TimeoutError as error:
                raise RenderingError("its scripts keep the browser from answering") from error
            except playwright_error() as error:
                raise RenderingError(first_line(error)) from error
            finally:
                if not await tab.close() or not browser.is_connected():
                    self._deaths += 1
                    await self._end()

    async def close(self) -> None:
        """End the browser; a later page starts it again."""
        async with self._lock:
            await self._end()

    async def _started(self) -> "Browser":
        if self._deaths > MOST_DEATHS:
            self._unavailable = f"Chromium died {self._deaths} times"
        if self._unavailable:
            raise UnavailableError(self._unavailable)
        if self._browser is None:
            try:
                self._browser = await self._launched(find_chromium())
            except UnavailableError as error:
                self._unavailable = str(error)
                await self._end()
                raise
        return self._browser

    async def _launched(self, path: str) -> "Browser":
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise UnavailableError(
                "playwright is not installed; install this program with its extra [script]"
            ) from error
        with _little_memory():
            self._driver = await async_playwright().start()
        try:
            return await self._driver.chromium.launch(
                executable_path=path,
                args=list(_ARGUMENTS),
                ignore_default_args=["--disable-popup-blocking"],
                # Chromium has no sandbox for root, and refuses to start with it
                chromium_sandbox=os.geteuid() != 0,
                timeout=60_000,
            )
        except playwright_error() as error:
            raise UnavailableError(f"{path} does not start: {first_line(error)}") from error

    async def _end(self) -> None:
        browser, driver = self._browser, self._driver
        self._browser = self._driver = None
        for end in (browser and browser.close, driver and driver.stop):
            if end:
                await within(PATIENCE, end())


@contextmanager
def _little_memory() -> Iterator[None]:
    """Processes started within, and theirs, may hold MEMORY bytes of data each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (soft, hard, MEMORY) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
