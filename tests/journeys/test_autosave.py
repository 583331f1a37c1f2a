"""Tablets die in the middle of a take-in: killed at every step, nothing typed lost, no number spent twice."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Playwright, expect

from tests.journeys.conftest import ARGUMENTS, SIZES, Shop, a_photo_file, chromium_path, sign, sign_in
from tests.ops.running import until


class Tablet:
    """A browser with a disk of its own, which can be killed like a tablet whose battery is taken out."""

    def __init__(self, driver: Playwright, shop: Shop, folder: Path, person: str) -> None:
        self.driver, self.shop, self.folder, self.person = driver, shop, folder, person
        self.kept: list[dict[str, object]] = []
        self.open()

    def open(self) -> None:
        """Switch it on; the station's and the person's cookies outlive a dead battery."""
        self.context = self.driver.chromium.launch_persistent_context(
            str(self.folder), executable_path=chromium_path(), args=ARGUMENTS, viewport=SIZES["tablet"],
            base_url=self.shop.url, has_touch=True,
        )  # fmt: skip
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(15_000)
        if self.kept:
            self.context.add_cookies(self.kept)  # type: ignore[arg-type]
        else:
            sign_in(self.page, self.person)
            self.kept = self.context.cookies()  # type: ignore[assignment]

    def kill(self) -> None:
        """Every process of this browser ends at once, without a word."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self._processes(), "The browser did not die.")
        with suppress(Error):
            self.context.close()

    def _processes(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and str(self.folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    def die_and_come_back(self, to: str) -> Page:
        """Killed, switched on again, and the take-in found where anybody would look: on the counter's home."""
        self.kill()
        self.open()
        self.page.goto("/")
        self.page.locator(f"a[href*='{to}']").first.click()
        self.page.wait_for_url(f"**{to}**")
        return self.page


@pytest.fixture(scope="module")
def tablets(
    playwright: Playwright, the_shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Tablet]]:
    """Two tablets of the shop: Noor's and Maya's."""
    folder = tmp_path_factory.mktemp("tablets")
    both = [Tablet(playwright, the_shop, folder / name, name) for name in ("noor", "maya")]
    yield both
    for tablet in both:
        tablet.kill()


def saved(page: Page) -> None:
    """The page says that the shop has everything."""
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")


def begin(page: Page) -> str:
    """A new customer's take-in; gives its address."""
    page.goto("/intake/new")
    page.fill("input[name=person]", "Ada Quillon")
    page.click("button:has-text('New customer')")
    page.wait_for_url(re.compile(r"/intake/[0-9a-f-]{36}$"))
    return re.sub(r"^https?://[^/]+", "", page.url)


def unsent(page: Page) -> int:
    """How many values this tablet still keeps."""
    return int(
        page.evaluate(
            """() => new Promise((done) => {
                const request = indexedDB.open("workshop-unsent", 1);
                request.onsuccess = () => {
                    const count = request.result.transaction("typed").objectStore("typed").count();
                    count.onsuccess = () => { done(count.result); request.result.close(); };
                };
            })"""
        )
    )


def test_killed_at_every_step_and_nothing_is_lost(the_shop: Shop, tablets: list[Tablet], tmp_path: Path) -> None:
    noor, maya = tablets
    photos = [a_photo_file(tmp_path, "top.jpg"), a_photo_file(tmp_path, "side.jpg", "#a08c66")]
    before = the_shop.value("SELECT last_number FROM shop")
    page = noor.page
    draft = begin(page)

    page.locator("[name=phone]").press_sequentially("212 555 019")  # half a number, as it stands
    saved(page)
    page = noor.die_and_come_back(draft)
    expect(page.locator("[name=last_name]")).to_have_value("Quillon")
    expect(page.locator("[name=phone]")).to_have_value("212 555 019")
    page.locator("[name=phone]").press("End")
    page.locator("[name=phone]").press_sequentially("2")
    saved(page)

    page.goto(f"{draft}/piece/1")
    page.click("button.kind:has-text('Ring')")
    page.locator("[name=description]").press_sequentially("Signet ring, grandfather's")
    page.select_option("[name=metal]", "14k")
    saved(page)
    page = noor.die_and_come_back(draft)
    page.goto(f"{draft}/piece/1")
    expect(page.locator("[name=description]")).to_have_value("Signet ring, grandfather's")
    expect(page.locator("[name=metal]")).to_have_value("14k")

    page.set_input_files("[data-photo-file]", photos)
    expect(page.locator("#photos .photo:not(.pending) img")).to_have_count(2)
    expect(page.locator("[data-slot=hallmark].taken")).to_have_count(1)
    page.click("summary:has-text('From the list')")
    page.click("label.choice:has-text('scratched')")
    page.click("button:has-text('Add stones')")
    page.fill("[name=stone-0-count]", "3")
    saved(page)
    page = noor.die_and_come_back(draft)
    page.goto(f"{draft}/piece/1")
    expect(page.locator("#photos .taken img")).to_have_count(2)
    expect(page.locator("[name=marks][value=SCR]")).to_be_checked()
    expect(page.locator("[name=stone-0-count]")).to_have_value("3")

    page.click("summary:has-text('All other work')")
    page.click("button:has-text('Machine or laser engraving')")
    page.locator("[name=engraving-0-text]").press_sequentially("A & B 12.6.26")
    page.locator("[name=engraving-0-again]").press_sequentially("A & b 12.6.26")
    expect(page.locator("#agree-0")).to_contain_text("Sign 5 differs")
    saved(page)
    page = noor.die_and_come_back(draft)
    page.goto(f"{draft}/piece/1")
    expect(page.locator("[name=engraving-0-again]")).to_have_value("A & b 12.6.26")
    page.fill("[name=engraving-0-again]", "A & B 12.6.26")
    page.select_option("[name=engraving-0-side]", "inside")
    expect(page.locator("#agree-0")).to_contain_text("Both agree")
    page.fill("[name=declared_value]", "900")
    saved(page)
    until(lambda: unsent(page) == 0, "What the shop has is still kept on the tablet.")

    page.goto(f"{draft}/finish")
    page.fill("[name=note]", "Leave at the desk")
    sign(page)
    saved(page)
    noor.kill()
    page = maya.page  # and now the tablet stays dead: another one goes on
    page.goto(f"{draft}/finish")
    expect(page.locator("[name=note]")).to_have_value("Leave at the desk")
    expect(page.locator(".to-cut .cut")).to_have_text("A & B 12.6.26")
    assert str(page.locator("input[name=signature]").input_value()).startswith("data:image/png")
    page.click("button:has-text('Save and print')")
    page.wait_for_url("**/tickets/**")
    assert the_shop.value("SELECT last_number FROM shop") == before + 1
    row = the_shop.rows("SELECT engravings, stone_count FROM envelope ORDER BY id DESC LIMIT 1")[0]
    assert row["engravings"][0]["text"] == "A & B 12.6.26" and row["stone_count"] == 3
    noor.open()


def test_typed_with_the_line_down_comes_back_and_never_over_anothers_words(
    the_shop: Shop, tablets: list[Tablet]
) -> None:
    noor, maya = tablets
    page = noor.page
    draft = begin(page)
    page.goto(f"{draft}/piece/1")
    page.click("button.kind:has-text('Brooch')")
    page.fill("[name=description]", "Cameo")
    saved(page)

    noor.context.set_offline(True)
    page.fill("[name=description]", "Cameo, shell, old pin")
    page.fill("[name=customer_says]", "The pin came open on the bus")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "kept")
    noor.kill()

    other = maya.page
    other.goto(f"{draft}/piece/1")
    expect(other.locator("[name=description]")).to_have_value("Cameo")
    other.fill("[name=description]", "Cameo of coral")
    saved(other)

    page = noor.die_and_come_back(draft)
    page.goto(f"{draft}/piece/1")
    note = page.locator(".elsewhere")
    expect(note).to_contain_text("Maya typed this on another tablet at")
    expect(note).to_contain_text("Cameo, shell, old pin")
    expect(page.locator("[name=description]")).to_have_value("Cameo of coral")  # the shop's word stands
    expect(page.locator("[name=customer_says]")).to_have_value("The pin came open on the bus")
    until(
        lambda: the_shop.value("SELECT bool_or(data::text LIKE '%%open on the bus%%') FROM intake_draft"),
        "What waited on the tablet did not reach the shop.",
    )
    note.get_by_role("button", name="Use what was typed here").click()
    saved(page)
    until(lambda: unsent(page) == 0, "What the shop has is still kept on the tablet.")
    other.reload()
    expect(other.locator("[name=description]")).to_have_value("Cameo, shell, old pin")


def test_save_pressed_on_a_dying_tablet_and_on_another_makes_one_ticket(
    the_shop: Shop, tablets: list[Tablet], tmp_path: Path
) -> None:
    noor, maya = tablets
    page = noor.page
    draft = begin(page)
    page.goto(f"{draft}/piece/1")
    page.click("button.kind:has-text('Bracelet')")
    pictures = [a_photo_file(tmp_path, "a.jpg"), a_photo_file(tmp_path, "b.jpg", "#777")]
    page.set_input_files("[data-photo-file]", pictures)
    expect(page.locator("#photos .photo:not(.pending) img")).to_have_count(2)
    page.click("button:has-text('Clean, inspect and steam')")
    page.wait_for_selector(".task-row")
    page.goto(f"{draft}/finish")
    sign(page)
    saved(page)
    before = the_shop.value("SELECT last_number FROM shop")
    second = maya.page
    second.goto(f"{draft}/finish")
    page.get_by_role("button", name="Save and print").dispatch_event("click")
    noor.kill()
    second.click("button:has-text('Save and print')")
    second.wait_for_url("**/tickets/**")
    number = the_shop.value("SELECT ticket_number FROM intake_draft WHERE id = %s", draft.rsplit("/", 1)[1])
    assert number in second.url
    assert the_shop.value("SELECT last_number FROM shop") == before + 1
    assert the_shop.value("SELECT count(*) FROM ticket WHERE number = %s", number) == 1
    noor.open()
