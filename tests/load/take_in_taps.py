"""How much work a take-in is: taps, typed fields, keys and seconds, counted on the real pages in Chromium.

`python -m tests.load.take_in_taps`: the demo shop in a folder of its own, a tablet, two stories. Nothing is
asserted. "Machine" is how long the pages made us wait; "person" adds a keystroke-level model of hands
(Card, Moran, Newell: 0.28 s a key, 1.1 s a tap, 1.35 s to decide; 4 s a photo, 5 s a signature).
"""

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.factories import World, passed
from tests.journeys.conftest import ARGUMENTS, SIZES, Shop, a_photo_file, chromium_path, sign, sign_in
from workshop import db
from workshop.record.customers.customers import NewCustomer
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment
from workshop.record.pieces.pieces import NewPiece, NewStone
from workshop.record.prices.work import NewTask
from workshop.record.tables import Shop as ShopRow
from workshop.record.tables import Staff
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.handover import Collection, hand_over
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in

KEY, TAP, THINK, PHOTO, SIGN = 0.28, 1.1, 1.35, 4.0, 5.0


class Hand:
    """A person's hand on the tablet, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.keys = self.fields = self.photos = 0
        self.began = time.monotonic()

    def tap(self, what: str | Locator) -> None:
        """One finger on one thing."""
        self.taps += 1
        (self.page.locator(what) if isinstance(what, str) else what).first.tap()

    def choose(self, name: str, value: str) -> None:
        """A list opened and one line of it taken."""
        self.taps += 2
        self.page.select_option(f"[name={name}]", value)

    def type(self, where: str, text: str) -> None:
        """Words typed into one field, which a tap has opened."""
        self.tap(where)
        self.fields += 1
        self.keys += len(text)
        self.page.locator(where).first.press_sequentially(text)

    def photograph(self, *pictures: Path) -> None:
        """The camera's button, once for each picture."""
        before = self.page.locator("#photos .photo:not(.pending) img").count()
        for number, picture in enumerate(pictures, start=1):
            self.taps += 1
            self.photos += 1
            self.page.set_input_files("[data-photo-file]", picture)
            expect(self.page.locator("#photos .photo:not(.pending) img")).to_have_count(before + number)

    def sign(self) -> None:
        """The customer draws."""
        sign(self.page)

    def report(self, story: str) -> str:
        """The story's line."""
        machine = time.monotonic() - self.began
        hands = self.taps * (TAP + THINK) + self.keys * KEY + self.photos * PHOTO + SIGN
        return (
            f"{story:<32} {self.taps:>3} taps  {self.fields:>2} typed fields  {self.keys:>3} keys  "
            f"{machine:5.1f} s machine  {machine + hands:5.0f} s person"
        )


def known_customer_known_ring(hand: Hand, photos: list[Path]) -> None:
    """Dora Vance brings the ring we sized last year: one size up."""
    hand.page.goto("/")
    hand.tap("a:has-text('Take in')")
    hand.type("input[name=person]", "van")
    hand.tap(".person-row")
    hand.page.wait_for_url("**/piece/1")
    hand.tap("button:has-text('Knot ring')")
    hand.page.wait_for_selector("#photos")
    hand.photograph(*photos[:2])
    hand.tap("button:has-text('Size up')")
    hand.page.wait_for_selector(".task-row")
    hand.choose("size_now", "6")
    hand.choose("size_wanted", "7")
    hand.type("[name=declared_value]", "2400")
    _finish(hand)


def new_customer_two_pieces(hand: Hand, photos: list[Path]) -> None:
    """Nobody we know brings a ring to be sized and a watch for a battery."""
    hand.page.goto("/")
    hand.tap("a:has-text('Take in')")
    hand.type("input[name=person]", "Ada Quill")
    hand.page.wait_for_timeout(600)
    hand.tap("button:has-text('New customer')")
    hand.page.wait_for_selector("[name=phone]")
    hand.type("[name=phone]", "212 555 0177")
    hand.tap("button:has-text('Next: the piece')")
    hand.page.wait_for_url("**/piece/1")
    _new_ring(hand, photos)
    hand.tap("button:has-text('Another piece')")
    hand.page.wait_for_url("**/piece/2")
    _new_watch(hand, photos)
    _finish(hand)


def _new_ring(hand: Hand, photos: list[Path]) -> None:
    hand.tap("button.kind:has-text('Ring')")
    hand.page.wait_for_selector("#photos")
    hand.type("[name=description]", "Oval halo ring")
    hand.choose("metal", "14k")
    hand.choose("metal_basis", "stamped")
    hand.photograph(*photos[:2])
    hand.tap("summary:has-text('From the list')")
    hand.tap("label.choice:has-text('prong worn')")
    hand.tap("button:has-text('Add stones')")
    hand.page.wait_for_selector("[name=stone-0-count]")
    hand.page.fill("[name=stone-0-count]", "")
    hand.type("[name=stone-0-count]", "13")
    hand.tap("button:has-text('Size up')")
    hand.page.wait_for_selector(".task-row")
    hand.choose("size_now", "6")
    hand.choose("size_wanted", "7")
    hand.type("[name=declared_value]", "2400")


def _new_watch(hand: Hand, photos: list[Path]) -> None:
    hand.tap("button.kind:has-text('Watch')")
    hand.page.wait_for_selector("#photos")
    hand.type("[name=description]", "Steel diver")
    hand.choose("metal", "steel")
    hand.photograph(*photos[1:3])
    hand.tap("summary:has-text('From the list')")
    hand.tap("label.choice:has-text('not running')")
    hand.tap("button.act:has-text('Battery')")
    hand.page.wait_for_selector(".task-row")
    hand.type("[name=declared_value]", "450")


def _finish(hand: Hand) -> None:
    expect(hand.page.locator("[data-save-words]")).to_have_text(re.compile("^Saved"))
    hand.tap("button:has-text('Next: promise and sign')")
    hand.page.wait_for_url("**/finish**")
    if hand.page.locator("[name=risks_explained]").count():
        hand.tap("[name=risks_explained]")
    hand.sign()
    hand.tap("button:has-text('Save and print')")
    hand.page.wait_for_url("**/tickets/**")


async def prepare(dsn: str) -> None:
    """Dora's ring was here once, and went home."""
    await db.connect(dsn, size=2)
    try:
        row = await ShopRow.objects().first()
        assert row is not None
        people = {"counter": "noor", "bench": "kai", "bench2": "ines"}
        staff = {key: await Staff.objects().get(Staff.sign_in_name == login) for key, login in people.items()}
        world = World(row, {key: one for key, one in staff.items() if one is not None})
        stones = [NewStone("diamond", 5, shape="round")]
        ring = NewPiece("ring", "Knot ring", "14k", "stamped", "14K", stones=stones)
        work = NewTask("PL-REF")
        visit = NewTicket([NewEnvelope([work], piece=ring)], customer=NewCustomer("Vance", "Dora", "212 555 0166"))
        ticket = await take_in(visit, by=world.counter)
        code = await db.fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
        await start_work(code, by=world.bench)
        await finish_work(code, by=world.bench)
        await passed(code, world)
        payment = NewPayment((await sum_of(ticket)).balance, "cash")
        await hand_over(ticket, Collection([code], "Dora Vance", _line(), payment=payment), by=world.counter)
    finally:
        await db.disconnect()


def _line() -> str:
    from tests.factories import a_signature

    return a_signature()


def main() -> None:
    """Open the shop, tell both stories, print what they cost."""
    folder = Path(tempfile.mkdtemp(prefix="workshop-taps-"))
    folder.chmod(0o711)
    shop = Shop(folder)
    try:
        shop.start()
        asyncio.run(prepare(shop.postgres.dsn))
        for story in (known_customer_known_ring, new_customer_two_pieces):
            print(_told(shop, story, folder))
    finally:
        shop.end_all()
        shutil.rmtree(folder, ignore_errors=True)


def _told(shop: Shop, story: Callable[[Hand, list[Path]], None], folder: Path) -> str:
    photos = [a_photo_file(folder, f"{name}.jpg", colour) for name, colour in
              (("top", "#b8a27a"), ("side", "#a08c66"), ("back", "#907050"))]  # fmt: skip
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        context = chromium.new_context(viewport=SIZES["tablet"], base_url=shop.url, has_touch=True)
        page = context.new_page()
        page.set_default_timeout(15_000)
        sign_in(page, "noor")
        hand = Hand(page)
        story(hand, photos)
        line = hand.report(story.__name__.replace("_", " "))
        chromium.close()
    return line


if __name__ == "__main__":
    main()
