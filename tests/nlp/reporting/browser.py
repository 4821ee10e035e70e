"""A real Chromium that opens reports, and tells whatever a page does that it should not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from crawler.rendering.chromium import UnavailableError, find_chromium

AXE = Path(__file__).parents[3] / ".peers" / "axe" / "package" / "axe.min.js"
DESKTOP, PHONE = (1280, 900), (360, 740)


def why_not() -> str:
    """Why there is no browser to test with; empty where there is one."""
    if find_spec("playwright") is None:
        return "playwright is not installed (pip install aect[script])"
    try:
        find_chromium()
    except UnavailableError as error:
        return str(error)
    return ""


@dataclass
class Browser:
    """A browser; ``faults`` are the dialogs, errors and refused requests of its pages so far."""

    engine: Any
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def page(self, size: tuple[int, int] = DESKTOP, *, script: bool = True) -> Iterator[Any]:
        """A page of that size; it reaches no network."""
        width, height = size
        context = self.engine.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, offline=True
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        try:
            yield page
        finally:
            context.close()

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _failed(self, request: Any) -> None:
        # a page that is left gives up the pictures it has not read yet: seen on a slow machine
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.url}: {request.failure}")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        engine = driver.chromium.launch(
            executable_path=find_chromium(),
            args=["--disable-background-networking", "--disable-component-update"],
            chromium_sandbox=False,
        )
        try:
            yield Browser(engine)
        finally:
            engine.close()


def serious(page: Any) -> list[str]:
    """What axe-core finds serious or critical on a page, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # it would read style sheets once more by requests that the page's policy refuses
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
