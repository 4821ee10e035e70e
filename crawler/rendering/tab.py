"""One page in a browser's tab: its scripts run on what it is handed, until they come to rest."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.archive.decoding import ENTITY_LIMIT

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Route

OWN_TIME = 20.0
"""Seconds that a page's scripts may take; waiting for what they ask for does not count."""

WAITING_TIME = 120.0
"""Seconds that all the answers a page asks for may take, the pauses before them included."""

QUIET = 0.4
"""Seconds without an answer after which a page that has loaded is taken to be written."""

MOST_ANSWERS = 60
"""Requests of one page that are answered; a script can ask for ever."""

MOST_ASKED = 300
"""Requests of one page, refused ones included, after which it is taken as it stands."""

PATIENCE = 10.0
_TICK = 0.05


class RenderingError(Exception):
    """A page could not be rendered: one line with the reason."""


@dataclass(frozen=True)
class Content:
    """An answer as a page gets it: its entity, decoded, and the headers that count for it."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Rendered:
    """A page's DOM as HTML, of ENTITY_LIMIT + 1 characters at most.

    ``incomplete`` says why it may lack something, ``leads_to`` is the address that its scripts
    went to instead (they were not followed); either may be empty.
    """

    html: str
    incomplete: str = ""
    leads_to: str = ""


Fetch = Callable[[str, dict[str, str]], Awaitable[Content | None]]
"""Answers a page's GET for a script or for data, by URL and request headers; None refuses it."""


class Tab:
    """One page in a context of its own, which shares nothing with others."""

    def __init__(self, url: str, content: Content, fetch: Fetch) -> None:
        self._url, self._content, self._fetch = url, content, fetch
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._served = False
        self._asked = self._answered = self._waiting = 0
        self._changed_at = 0.0
        self._crashed = False
        self._leads_to = self._incomplete = ""

    async def render(self, browser: "Browser", user_agent: str) -> Rendered:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            self._context = context = await browser.new_context(
                user_agent=user_agent, service_workers="block", accept_downloads=False
            )
            await context.route("**/*", self._route)
            self._page = page = await context.new_page()
            context.on("page", _closed)
            page.on("crash", self._crash)
            session = await context.new_cdp_session(page)
        going = asyncio.ensure_future(page.goto(self._url, wait_until="load", timeout=0))
        going.add_done_callback(_retrieved)
        self._changed_at = loop.time()
        in_time = await self._at_rest(going)
        if self._crashed:
            raise RenderingError("its scripts crashed the browser's tab (too much memory?)")
        if not self._served:
            raise RenderingError("the browser did not take it for a page")
        async with asyncio.timeout(PATIENCE):
            # what is read stands still, and timers ask for nothing more
            freezing = session.send("Emulation.setScriptExecutionDisabled", {"value": True})
            if not in_time:
                # ends a loop; what it had written stays
                await session.send("Runtime.terminateExecution")
            await freezing
            tree = await session.send("Page.getFrameTree")
            # a world of its own: scripts of the page may have replaced whatever is called here
            world = await session.send(
                "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]}
            )
            said = await session.send(
                "Runtime.evaluate",
                {
                    "expression": _OUTER_HTML,
                    "contextId": world["executionContextId"],
                    "returnByValue": True,
                    "timeout": 1000 * PATIENCE / 2,
                },
            )
        html = said["result"].get("value")
        if not html:
            raise RenderingError("its scripts left nothing of it")
        return Rendered(html, self._incomplete, self._leads_to)

    async def close(self) -> bool:
        """Whether the tab could be closed."""
        return self._context is None or await within(PATIENCE, self._context.close())

    async def _at_rest(self, going: "asyncio.Future[Any]") -> bool:
        """Wait until the scripts are done; whether they were in time."""
        loop = asyncio.get_running_loop()
        own = waited = 0.0
        before = loop.time()
        while not self._crashed and self._asked <= MOST_ASKED:
            await asyncio.sleep(_TICK)
            now = loop.time()
            own, waited = own + (now - before) * (not self._waiting), waited + now - before
            before = now
            # a document that is left for another never ends to load
            loaded = going.done() or self._leads_to
            if loaded and not self._waiting and now - self._changed_at > QUIET:
                break
            if own > OWN_TIME:
                self._incomplete = f"its scripts took more than {OWN_TIME:.0f} s"
                return False
            if waited > WAITING_TIME + OWN_TIME:
                self._incomplete = f"what it asked for took more than {WAITING_TIME:.0f} s"
                return False
        if self._asked > MOST_ASKED:
            self._incomplete = f"its scripts asked for more than {MOST_ASKED} addresses"
        elif self._answered > MOST_ANSWERS:
            self._incomplete = f"its scripts asked for more than {MOST_ANSWERS} answers"
        return True

    async def _route(self, route: "Route") -> None:
        self._asked += 1
        if self._asked > MOST_ASKED:
            return  # left hanging: each answer would make a loop ask again
        with suppress(playwright_error()):  # the tab may be closed meanwhile
            request = route.request
            if request.url.startswith(("blob:", "data:")):
                await route.continue_()
            elif request.is_navigation_request():
                await self._navigate(route)
            elif request.resource_type == "stylesheet":
                # some scripts wait for their style; what it says changes no word
                await route.fulfill(content_type="text/css", body="")
            elif request.method == "GET" and request.resource_type in _NEEDED:
                await self._answer(route)
            else:
                await route.abort("aborted")

    async def _navigate(self, route: "Route") -> None:
        if not self._served:
            self._served = True
            await _fulfil(route, self._content)
            return
        # this code leaves the document where it is; others would put an error page in its place
        await route.abort("aborted")
        if self._page and route.request.frame == self._page.main_frame:
            self._leads_to = self._leads_to or route.request.url

    async def _answer(self, route: "Route") -> None:
        self._answered += 1
        content = None
        if self._answered <= MOST_ANSWERS:
            self._waiting += 1
            try:
                content = await self._fetch(route.request.url, route.request.headers)
            finally:
                self._waiting -= 1
        if content is None:
            await route.abort("aborted")
        else:
            self._changed_at = asyncio.get_running_loop().time()
            await _fulfil(route, content)

    def _crash(self, _: object) -> None:
        self._crashed = True


_NEEDED = frozenset({"script", "xhr", "fetch"})

_OUTER_HTML = f"""(() => {{
  const type = document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>' : '';
  const root = document.documentElement;
  return root ? (type + root.outerHTML).slice(0, {ENTITY_LIMIT + 1}) : '';
}})()"""


async def _fulfil(route: "Route", content: Content) -> None:
    await route.fulfill(status=content.status, headers=content.headers, body=content.body)


async def _closed(page: "Page") -> None:
    with suppress(playwright_error()):
        await page.close()


async def within(seconds: float, doing: Coroutine[Any, Any, Any]) -> bool:
    """Whether it was done in that time and without a failure of the browser."""
    try:
        await asyncio.wait_for(doing, seconds)
    except (TimeoutError, playwright_error()):
        return False
    return True


def _retrieved(future: "asyncio.Future[Any]") -> None:
    # a navigation that scripts broke off is no failure; one never looked at would be logged as one
    if not future.cancelled():
        future.exception()


def playwright_error() -> type[Exception]:
    from playwright.async_api import Error

    return Error


def first_line(error: Exception) -> str:
    # what follows are the browser's own logs and its command line
    return str(error).partition("\n")[0].strip()[:300]
