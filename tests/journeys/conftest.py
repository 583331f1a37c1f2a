"""A real shop (database, web, worker) and real Chromium in three sizes. Stories act as people do."""

import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from psycopg.rows import dict_row

from tests.ops.running import RunningShop
from workshop.demo import PASSWORD

SIZES = {
    "phone": {"width": 390, "height": 844},
    "tablet": {"width": 1024, "height": 768},
    "tv": {"width": 1920, "height": 1080},
}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
# What a browser itself prints for an answer that is meant to be a refusal.
EXPECTED = ("Failed to load resource: the server responded with a status of 4",)


def chromium_path() -> str:
    """The browser of this machine; `make test` sees to it that there is one."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    pytest.fail("There is no Chromium. Install Debian's `chromium`, or set CHROMIUM to one.")


class Shop(RunningShop):
    """The demo shop, and a look into its rows."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"WORKSHOP_DEMO": "true"}

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What the database says."""
        with psycopg.connect(self.postgres.dsn, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        rows = self.rows(sql, *values)
        return next(iter(rows[0].values())) if rows else None


@pytest.fixture(scope="session")
def the_shop() -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="workshop-journeys-"))
    folder.chmod(0o711)
    shop = Shop(folder)
    try:
        shop.start()
        yield shop
    finally:
        shop.end_all()
        shutil.rmtree(folder, ignore_errors=True)


# One file at a time: while Playwright's driver runs, no other test in this process can have an event loop.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
    yield chromium
    chromium.close()


class Complaints(list[str]):
    """What the pages complained of in the console."""


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """No journey ends with an error in a console."""
    heard = Complaints()
    yield heard
    assert not heard, heard


Opener = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, the_shop: Shop, complaints: Complaints) -> Iterator[Opener]:
    """`visit("tablet", "noor")`: a browser of that size with that person signed in, at their home."""
    contexts: list[BrowserContext] = []

    def open_page(size: str, person: str = "", chromium: Browser | None = None) -> Page:
        context = (chromium or browser).new_context(
            viewport=SIZES[size],
            base_url=the_shop.url,
            has_touch=size != "tv",
            permissions=["camera"],  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _hear(said, page, complaints))
        if person:
            sign_in(page, person)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _hear(said: Any, page: Page, complaints: Complaints) -> None:
    if said.type == "error" and not said.text.startswith(EXPECTED):
        complaints.append(f"{page.url}: {said.text}")


def sign_in(page: Page, person: str) -> None:
    """Through the door, as everybody does."""
    page.goto("/sign-in")
    page.fill("input[name=name]", person)
    page.fill("input[name=password]", PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def a_photo_file(folder: Path, name: str, colour: str = "#b8a27a") -> Path:
    """A picture that looks like a ring on a bench."""
    image = Image.new("RGB", (1600, 1200), "#e9e4da")
    pen = ImageDraw.Draw(image)
    pen.ellipse((450, 250, 1150, 950), outline=colour, width=60)
    pen.polygon([(700, 250), (800, 130), (900, 250), (800, 330)], fill="#dfeaf2", outline="#8fa3b0")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    path = folder / name
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two take-in photos and one after."""
    return [
        a_photo_file(tmp_path, "above.jpg"),
        a_photo_file(tmp_path, "side.jpg", "#a08c66"),
        a_photo_file(tmp_path, "after.jpg", "#d6c396"),
    ]


def sign(page: Page) -> None:
    """Draw a signature as a finger does."""
    canvas = page.locator("[data-signature][data-ready] canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(10):
        page.mouse.move(box["x"] + 30 + step * 18, box["y"] + box["height"] / 2 + (-1) ** step * 18)
    page.mouse.up()
