"""The site in a real browser: no error, no outside request, charts are drawn, and it fits a phone."""

import functools
import shutil
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

from larder.report.site import make
from tests import patience
from tests.unit.site_tables import DAY

PAGES = ["index", "quality", "runs", "business"]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without logging each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(BROWSERS)} is on the path")
    with sync_playwright() as playwright:
        # The sandbox needs rights that root lacks in a container, and the pages are our own.
        found = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=patience.SECONDS * 1000
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def address(filled_home: Path) -> Iterator[str]:
    """The address of a site with sample rows of everything."""
    make(filled_home / "site", business_date=DAY, prefect_ui_url="http://127.0.0.1:4200")
    handler = functools.partial(Quiet, directory=str(filled_home / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_open_without_problems_and_fit_the_screen(
    browser: Browser, address: str, size: str, scheme: Literal["light", "dark"]
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(patience.SECONDS * 1000)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("response", lambda response: problems.extend(_failed(response)))
    page.on("request", lambda request: problems.extend(_elsewhere(request, address)))
    for name in PAGES:
        page.goto(f"{address}/{name}.html")
        _check_charts(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {size}"
        assert problems == [], name
    context.close()


def test_charts_follow_the_reader_from_light_to_dark(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="light")
    page.set_default_timeout(patience.SECONDS * 1000)
    page.goto(f"{address}/business.html")
    _check_charts(page)
    colour = "getComputedStyle(document.querySelector('#sales .xtick text')).fill"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{colour} !== {light!r}")
    page.close()


def _failed(response: Response) -> list[str]:
    return [] if response.status < HTTPStatus.BAD_REQUEST else [f"{response.status} for {response.url}"]


def _elsewhere(request: Request, address: str) -> list[str]:
    return [] if request.url.startswith((address, "data:", "blob:")) else [f"request to {request.url}"]


def _check_charts(page: Page) -> None:
    """Wait until all charts are drawn, and check that each has a line or bars."""
    charts = page.locator(".chart").count()
    if charts:
        page.wait_for_selector("html[data-charts=drawn]")
    assert page.locator(".chart:has(.cartesianlayer .trace path)").count() == charts
