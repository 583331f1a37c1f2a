"""The box from the keyboard: found while typing, walked with the arrows, opened with Enter; a scan from anywhere."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import envelope_code, scan


def test_a_household_is_found_and_opened_without_the_mouse(visit: Opener, the_shop: Shop) -> None:
    page = visit("tablet", "noor")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("benet", delay=120)  # as slow as fingers: faster would be a scanner
    hit = page.locator("#search-results .hit").first
    expect(hit).to_contain_text("Bennett household")
    expect(hit).to_contain_text("open")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(hit.locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*")

    page.keyboard.press("/")
    page.keyboard.type("0133", delay=120)
    expect(page.locator("#search-results .hit")).to_contain_text("Chen")
    page.keyboard.press("Enter")  # the only one there is
    expect(page.locator("h1")).to_contain_text("Chen")
    page.wait_for_load_state("load")  # its keys are listened to from then on

    page.keyboard.press("/")
    page.keyboard.type("7548-700", delay=120)
    expect(page.locator("#search-results .hit")).to_contain_text("7548-700B")
    page.keyboard.press("Escape")
    expect(page.locator("#search-results")).not_to_be_visible()


def test_enter_before_the_answer_never_opens_an_older_one(visit: Opener, the_shop: Shop) -> None:
    page = visit("tablet", "noor")
    page.fill("#search", "Moreau")
    expect(page.locator("#search-results .hit")).to_contain_text("Moreau")
    page.route("**/search?q=*", lambda route: (  # from here on the answer while typing never comes
        route.fulfill(status=204) if route.request.headers.get("hx-request") else route.continue_()
    ))  # fmt: skip
    page.fill("#search", "Okafor")
    page.locator("#search").press("Enter")
    page.wait_for_url("**/search?q=Okafor")
    expect(page.locator("main .hit")).to_contain_text("Okafor")
    number = the_shop.value("SELECT number FROM ticket ORDER BY id LIMIT 1")
    page.fill("#search", number.split("-")[1])
    page.locator("#search").press("Enter")
    page.wait_for_url(re.compile(rf"/tickets/{number}"))


def test_a_scan_works_wherever_one_is(visit: Opener, the_shop: Shop) -> None:
    number = the_shop.value("SELECT number FROM ticket ORDER BY id LIMIT 1")
    page = visit("tablet", "noor")
    page.goto("/messages")
    scan(page, envelope_code(the_shop, number))
    page.wait_for_url(re.compile(rf"/tickets/{number}"))
    page.fill("#search", "half a nam")
    scan(page, envelope_code(the_shop, number))
    page.wait_for_url(re.compile(rf"/tickets/{number}"))
