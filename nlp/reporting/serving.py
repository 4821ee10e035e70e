"""Serving: reports and replays to a browser on this machine, and nothing else to nobody else."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from corpora.campaign import Campaign, InputError
from nlp.reporting.pages.places import COMPARISONS
from nlp.reporting.replay.equipping import sha256

LOOPBACK = "127.0.0.1"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""What any page or script may do at most; the pages' own policies leave them less."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".qdc": "application/xml",
    ".qdpx": "application/zip",
    ".sqlite": "application/vnd.sqlite3",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wacz": "application/wacz",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yml": "application/yaml; charset=utf-8",
}
"""What a campaign's outputs hold that is served; any other file is not there."""


def reports(home: Path, names: Sequence[str]) -> list[Campaign]:
    """The campaigns to serve: those named and those that they are compared with, or all.

    The pages of a comparison lead to the earlier campaign's report and archived pages. Raises
    InputError where a named one, or none at all, has a report.
    """
    if names:
        found = [Campaign.named(name, home) for name in names]
        for campaign in found:
            if not _reported(campaign):
                raise InputError(
                    f"{campaign.outputs / 'report'}: no report is there; write it with "
                    f"`aect analyse {campaign.name}`"
                )
        return _with_compared(found, home)
    found = list(_every(home))
    if not found:
        raise InputError(
            f"{home / 'outputs'}: no report is there; write one with `aect analyse CAMPAIGN`"
        )
    return found


def serve(campaigns: Sequence[Campaign], port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; ``tell`` is given the address of each report once it can be opened.

    ``port`` 0 takes any that is free. Raises InputError where the port cannot be had.
    """
    asyncio.run(_until_stopped(campaigns, port, tell))


async def _until_stopped(
    campaigns: Sequence[Campaign], port: int, tell: Callable[[str], None]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving(campaigns, port) as address:
        for campaign in campaigns:
            tell(f"{address}/{campaign.name}/report/")
        await stop.wait()


@asynccontextmanager
async def serving(campaigns: Sequence[Campaign], port: int) -> AsyncIterator[str]:
    """The server while it is open; gives its address. Raises InputError as ``serve`` does."""
    runner = web.AppRunner(_application(campaigns), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(
                f"port {port}: cannot be had ({reason}); give another with --port, or --port 0"
            ) from error
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _every(home: Path) -> Iterator[Campaign]:
    outputs = home / "outputs"
    for folder in sorted(outputs.iterdir()) if outputs.is_dir() else ():
        try:
            campaign = Campaign.named(folder.name, home)
        except InputError:
            continue
        if _reported(campaign):
            yield campaign


def _with_compared(named: Sequence[Campaign], home: Path) -> list[Campaign]:
    """Those, and the ones that their reports, and these in their turn, compare them with."""
    found = list(named)
    for one in found:  # grows on the way
        pages = (one.outputs / "report" / COMPARISONS).glob("*/index.html")
        compared = {page.parent.name for page in pages}
        found += [other for other in _every(home) if other.name in compared and other not in found]
    return found


def _reported(campaign: Campaign) -> bool:
    return (campaign.outputs / "report" / "index.html").is_file()


def _application(campaigns: Sequence[Campaign]) -> web.Application:
    application = web.Application(middlewares=[_guarded])
    application[_SERVED] = {campaign.name: campaign for campaign in campaigns}
    application[_DIGESTS] = {}
    application.router.add_get("/", _contents)
    application.router.add_get("/{campaign}/report/replay/state.json", _state)
    application.router.add_get("/{campaign}/{path:.*}", _file)
    return application


_SERVED = web.AppKey("served", dict[str, Campaign])
_DIGESTS = web.AppKey("digests", dict[tuple[int, ...], str])


@web.middleware
async def _guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other hosts' names (a page elsewhere may have its own resolve to this machine)."""
    try:
        if not _ours(request):
            raise web.HTTPMisdirectedRequest(text="This server answers to 127.0.0.1 and localhost.")
        response = await handler(request)
    except web.HTTPException as refusal:
        response = refusal
    response.headers.update(HEADERS)
    if isinstance(response, web.HTTPException):
        raise response
    return response


def _ours(request: web.Request) -> bool:
    own = request.transport and request.transport.get_extra_info("sockname")
    port = f":{own[1]}" if own else ""
    # RFC 9112: a request that says its host twice may be read two ways
    hosts = request.headers.getall("Host", [])
    return hosts in ([f"{LOOPBACK}{port}"], [f"localhost{port}"])


async def _contents(request: web.Request) -> web.Response:
    lines = "".join(
        f'<li><a href="/{quote(name)}/report/">{escape(name)}</a></li>'
        for name in request.app[_SERVED]
    )
    text = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>aect</title>'
        f"<h1>Rapports / Reports</h1><ul>{lines}</ul></html>"
    )
    return web.Response(text=text, content_type="text/html", charset="utf-8")


async def _state(request: web.Request) -> web.Response:
    """The digest of the WACZ that lies beside a report: of one too large for a browser to make.

    Made once, and again when the file is another or was touched.
    """
    folder = _campaign(request).outputs / "report" / "replay"
    found = ""
    for wacz in sorted(folder.glob("*.wacz")):
        if path := _within(folder, (wacz.name,)):
            stat = path.stat()
            key = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_ctime_ns)
            known = request.app[_DIGESTS]
            if key not in known:
                known[key] = await asyncio.to_thread(sha256, path)
            found = known[key]
    return web.Response(text=json.dumps({"sha256": found}), content_type="application/json")


async def _file(request: web.Request) -> web.StreamResponse:
    base = _campaign(request).outputs
    steps = request.match_info["path"].split("/")
    if steps[-1] == "":
        steps[-1] = "index.html"
    path = _within(base, steps)
    if path is None and _within(base, (*steps, "index.html")):
        raise web.HTTPMovedPermanently(f"{quote(request.path)}/")
    if path is None or path.suffix not in TYPES:
        raise web.HTTPNotFound(text="Not found")
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix]})


def _campaign(request: web.Request) -> Campaign:
    campaign = request.app[_SERVED].get(request.match_info["campaign"])
    if campaign is None:
        raise web.HTTPNotFound(text="Not found")
    return campaign


def _within(base: Path, steps: Sequence[str]) -> Path | None:
    """The file at ``steps`` below ``base``; None where none is, or it is hidden or outside."""
    if any(not step or step.startswith(".") or set(step) & set("/\\\0") for step in steps):
        return None
    try:
        path = base.joinpath(*steps).resolve(strict=True)
        return path if path.is_file() and path.is_relative_to(base.resolve()) else None
    except (OSError, ValueError):  # not there; a name that no disk takes
        return None
