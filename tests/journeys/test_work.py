"""The work on real pages: planned by drag, keys and scanner; done at the bench; a layout approved on a phone."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import (
    answered,
    begin_take_in,
    describe_ring,
    envelope_code,
    finish_take_in,
    link_in,
    open_details,
    scan,
    until_text,
)  # fmt: skip

KAI = "section.plan-person:has(h2:text-is('Kai Lindqvist'))"


def planned(shop: Shop, number: str) -> str:
    return str(
        shop.value(
            """SELECT COALESCE(s.sign_in_name, '') FROM envelope v LEFT JOIN staff s ON s.id = v.jeweler
               WHERE v.number = %s""",
            number,
        )
    )


def card(page: Page, number: str) -> str:
    return f"label.plan-card:has(strong:text-is('{number}'))"


def test_days_are_planned_by_drag_by_keys_and_by_scanner(the_shop: Shop, visit: Opener) -> None:
    ring, pearls, bracelet = "HR-24813-1", "HR-24815-1", "HR-24815-2"
    page = visit("tv", "maya")
    page.goto("/bench/plan")
    second_day = page.locator(f"{KAI} .plan-day").nth(1)
    page.locator(card(page, pearls)).drag_to(second_day)
    expect(second_day.locator(card(page, pearls))).to_be_visible()
    assert planned(the_shop, pearls) == "kai"

    page.locator(f"{card(page, bracelet)} input").focus()
    page.keyboard.press("Space")
    second_day.locator("[data-cell]").focus()
    page.keyboard.press("Enter")
    expect(second_day.locator(card(page, bracelet))).to_be_visible()

    page.locator(f"{card(page, ring)} input").check()  # a watch is not Kai's work
    second_day.locator("[data-cell]").click()
    expect(page.locator(".plan-why")).to_contain_text("Kai does not do watch work")
    assert planned(the_shop, ring) == ""

    scan(page, the_shop.value("SELECT badge_code FROM staff WHERE sign_in_name = 'ines'"))
    expect(page.locator("#plan")).to_contain_text("Planning for Ines Duarte")
    scan(page, the_shop.value("SELECT code FROM envelope WHERE number = %s", ring))
    expect(page.locator("#plan-said")).to_contain_text(f"{ring} planned")
    assert planned(the_shop, ring) == "ines"

    for number in (ring, pearls, bracelet):
        page.locator(f"{card(page, number)} input").check()
    page.click(".plan-free [data-cell]")
    expect(page.locator(".plan-free").locator(card(page, ring))).to_be_visible()
    assert planned(the_shop, pearls) == ""


def test_a_piece_at_the_bench_with_its_metal_weights_and_a_layout_approved_on_a_phone(
    the_shop: Shop, visit: Opener, photos: list[Path]
) -> None:
    counter = visit("tablet", "noor")
    begin_take_in(counter, "rosa")
    describe_ring(counter, photos)
    number = finish_take_in(counter)
    code = envelope_code(the_shop, number)

    bench = visit("tablet", "kai")
    bench.goto("/bench?of=free")
    bench.click(f"button[aria-label='Take {number}-1']")
    expect(bench.locator("body")).to_contain_text(f"{number}-1 is yours")
    bench.goto(f"/bench/{code}/proof")
    bench.set_input_files("[data-photo-file]", photos[2])
    bench.check("input[name=photo]:not([value=''])")
    bench.click("button:has-text('Send it to the customer')")
    expect(bench.locator("#v-1")).to_be_visible()

    phone = visit("phone")
    open_details(phone, link_in(until_text(the_shop, number, "proof_ready")), "0111")
    expect(phone.locator("img[alt='The layout of the engraving']")).to_be_visible()
    phone.fill("input[id^=proof-name]", "Rosa Bennett")
    phone.click("button:has-text('Engrave exactly this')")
    expect(phone.locator("body")).to_contain_text("You approved this on")

    bench.goto(f"/bench/{code}")
    bench.click("button:has-text('START')")
    answered(bench, "Started")
    bench.goto(f"/bench/{code}/material")
    bench.fill("#f-scale", "4.35")
    bench.click("button:has-text('Weighed')")
    bench.check("label:has-text('Sizing stock') input")
    bench.fill("#f-weight", "0.40")
    bench.click("button:has-text('Write it down')")
    expect(bench.locator(".used-list")).to_contain_text("Sizing stock")
    bench.fill("#f-scale", "4.00")
    bench.click("button:has-text('Weighed')")
    bench.goto(f"/bench/{code}")
    bench.click("button:has-text('DONE')")
    answered(bench, "lighter than it should be")
    bench.goto(f"/bench/{code}/material")
    bench.fill("#f-scale", "4.74")
    bench.click("button:has-text('Weighed')")
    bench.goto(f"/bench/{code}")
    bench.click("button:has-text('DONE')")
    answered(bench, "to quality check")
