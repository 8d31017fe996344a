"""The running product and a real Chromium for the walks of all users."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from engines import free_port, missing
from product import FirstStart, Product, passwords

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("TIC_TEST_PICTURES") or ROOT / "test-output" / "pictures")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Served:
    """A served installation with the starter set and the passwords of its first accounts by role."""

    address: str
    passwords: dict[str, str]
    product: Product


@pytest.fixture(scope="session")
def served(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    product = first_start.copy(tmp_path_factory.mktemp("walk") / "data")
    with product.serving(free_port()) as address:
        yield Served(address, passwords(first_start.output), product)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        missing("Chromium", "Install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Visitor:
    """One person's browser: opens paths of the served product and takes pictures."""

    page: Page
    address: str

    def open(self, path: str, heading: str | None = None, *, any_heading: bool = False) -> Page:
        """Open a path; with `heading` wait until the page shows it, with `any_heading` until it shows one of the first
        level."""
        self.page.goto(f"{self.address}{path}")
        if any_heading:
            self.page.locator("h1").first.wait_for()
        if heading:
            self.page.get_by_role("heading", name=heading, exact=True).wait_for()
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until Streamlit has stopped running the page and maps have been drawn."""
        self.page.wait_for_load_state("load")
        self.page.evaluate("() => { window.restsSince = null; }")
        self.page.wait_for_function(_AT_REST, arg=_DRAWING_MS)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in and return to the start."""
        self.page.goto(f"{self.address}/account/sign-in")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(password)
        self.page.locator("form button[type=submit]").click()
        self.page.wait_for_url(f"{self.address}/")

    def picture(self, name: str, *, settled: bool = False) -> Path:
        """A picture of what is in view."""
        if not settled:
            self.settle()
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path)
        return path


_AT_REST = """(long_enough) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const rests = !app || app.getAttribute('data-test-script-state') === 'notRunning';
    window.restsSince = rests ? window.restsSince ?? performance.now() : null;
    return rests && performance.now() - window.restsSince >= long_enough;
}"""
_DRAWING_MS = 800
"""How long a page must have been at rest: a press is answered a moment later, and maps are drawn then."""
_PATIENCE_MS = 20_000
"""How long what is expected may take beside other tests. What the product promises is timed by the tests themselves."""
expect.set_options(timeout=_PATIENCE_MS)
LOCALES = {"th": "th-TH", "en": "en-GB"}


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Opens a new person's browser: `visit("th")`, or `visit("en", phone=True)` for a phone's width.

    `address`: of another installation than `served`.
    """
    contexts = []

    def new(language: str, *, phone: bool = False, address: str | None = None) -> Visitor:
        size = ViewportSize(width=390, height=844) if phone else ViewportSize(width=1280, height=900)
        context = chromium.new_context(viewport=size, locale=LOCALES[language], accept_downloads=True)
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        return Visitor(context.new_page(), address or request.getfixturevalue("served").address)

    yield new
    for context in contexts:
        context.close()
