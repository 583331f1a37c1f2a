"""A piece for life: bought, described, brought in, passed on."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import finish_take_in, saved


def person(shop: Shop, first: str, last: str) -> int:
    return int(shop.value("SELECT id FROM customer WHERE first_name = %s AND last_name = %s", first, last))


def asked(page: Page, opener: str) -> None:
    """A question opens over the page."""
    page.locator(opener).first.click()
    expect(page.locator("#piece-ask form")).to_be_visible()


def buy(page: Page, buyer: int, what: str, kind: str, *, recipient: str = "") -> None:
    """A purchase written down on the customer's page, kept as a piece; then the page of that piece."""
    page.goto(f"/customers/{buyer}")
    asked(page, "a:has-text('Add a purchase')")
    page.fill("[name=line-0-description]", what)
    page.fill("[name=line-0-price]", "1,950")
    page.select_option("[name=line-0-keep_as]", kind)
    if recipient:
        page.select_option("[name=recipient]", label=recipient)
    page.click("#piece-ask button:has-text('Save the purchase')")
    expect(page.locator("#purchases")).to_contain_text("$1,950.00")
    page.locator(f"#purchases a:has-text('{what}')").click()
    page.wait_for_url(re.compile(r"/pieces/\d+$"))


def test_a_gift_is_bought_described_and_brought_in(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    counter = visit("tablet", "noor")
    buy(counter, person(the_shop, "James", "Bennett"), "Anniversary halo", "ring", recipient="Rosa Bennett")
    piece = re.search(r"/pieces/(\d+)$", counter.url)
    assert piece
    expect(counter.locator("#owners")).to_contain_text("Gift to Rosa Bennett, from James Bennett")

    asked(counter, "a[aria-label='Edit measures']")
    counter.select_option("[name=ring_size]", "6")
    counter.fill("[name=weight_mg]", "heavy")
    counter.click("#piece-ask button:has-text('Save')")
    expect(counter.locator("#f-weight_mg-error")).to_contain_text("is not a weight")
    expect(counter.locator("[name=weight_mg]")).to_have_value("heavy")
    counter.fill("[name=weight_mg]", "2.77 dwt")
    counter.click("#piece-ask button:has-text('Save')")
    expect(counter.locator("#what")).to_contain_text("4.31 g · 2.77 dwt")
    expect(counter.locator("#piece-ask")).to_be_hidden()

    asked(counter, "a:has-text('Add stones')")
    counter.fill("[name=count]", "12")
    counter.fill("[name=identity]", "diamond")
    counter.fill("[name=shape]", "round")
    counter.click("#piece-ask button:has-text('Save')")
    expect(counter.locator("#stones")).to_contain_text("12 round stones, appear diamonds, not tested")
    counter.set_input_files("#portraits [data-photo-file]", photos[0])
    expect(counter.locator("#portraits .photo:not(.pending) img")).to_have_count(1)

    counter.click("button:has-text('Take it in')")
    counter.wait_for_url("**/piece/1")
    expect(counter.locator(".piece-before")).to_contain_text("First time here for service")
    expect(counter.locator("[name=size_now]")).to_have_value("6")
    expect(counter.locator("[name=stone-0-count]")).to_have_value("12")
    counter.set_input_files("#photos [data-photo-file]", photos[:2])
    expect(counter.locator("#photos .photo:not(.pending) img")).to_have_count(2)
    counter.click("button:has-text('Clean, inspect and steam')")
    counter.wait_for_selector(".task-row")
    counter.fill("[name=declared_value]", "1950")
    saved(counter)
    number = finish_take_in(counter)

    counter.goto(f"/pieces/{piece[1]}")
    expect(counter.locator(".piece-top")).to_contain_text(f"in the shop now as {number}-1")
    expect(counter.locator("button:has-text('Take it in')")).to_have_count(0)
    expect(counter.locator(".piece-top .hero-photo img")).to_be_visible()
    bench = visit("tablet", "kai")
    bench.goto(f"/pieces/{piece[1]}")
    expect(bench.locator("#life")).to_contain_text(f"{number}-1")
    words = bench.locator("main").inner_text()
    assert "Bennett" not in words and "1,950" not in words


def test_on_a_phone_a_piece_passes_to_its_next_owner(the_shop: Shop, visit: Opener) -> None:
    jun, eleni = person(the_shop, "Jun", "Chen"), person(the_shop, "Eleni", "Papadaki")
    phone = visit("phone", "noor")
    buy(phone, jun, "Jade pendant", "pendant")
    asked(phone, "a:has-text('Pass it on')")
    phone.fill("[name=who]", "papadaki")
    phone.click("label.choice:has-text('Eleni Papadaki')")
    phone.click("label.choice:has-text('Inherited')")
    phone.click("#piece-ask button:has-text('Pass it on')")
    expect(phone.locator("#owners .now")).to_contain_text("Inherited by Eleni Papadaki")
    expect(phone.locator("#piece-ask")).to_be_hidden()

    phone.goto(f"/customers/{jun}")
    phone.click("summary:has-text('Passed on')")
    phone.click("#pieces details a:has-text('Jade pendant')")
    expect(phone.locator(".piece-top")).to_contain_text("As Jun Chen may see it")
    assert "Papadaki" not in phone.locator("main").inner_text()

    phone.goto(f"/customers/{eleni}")
    phone.fill("#wishes [name=words]", "Jade studs to match")
    phone.click("#wishes button:has-text('Add')")
    expect(phone.locator("#wishes .wish")).to_contain_text("Jade studs to match")
    phone.click("#wishes button:has-text('Not any more')")
    expect(phone.locator("#wishes summary")).to_contain_text("Bought or let go: 1")
