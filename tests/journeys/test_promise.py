"""A promise from the shop's real load: both jewelers away, the counter warned, the day promised with its reason."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop, sign
from tests.journeys.steps import begin_take_in, describe_ring
from workshop import clock

AWAY = 24  # days: longer than the calendar is


def set_away(page: Page, name: str) -> None:
    """The manager writes down that somebody is away from today on."""
    page.goto("/desk/staff")
    page.click(f"a.piece:has-text('{name}')")
    today = clock.today("America/New_York")
    page.fill("[name=first_on]", today.isoformat())
    page.fill("[name=last_on]", (today + timedelta(days=AWAY)).isoformat())
    page.fill("[name=note]", "Trade fair")
    page.click("button:has-text('Add days off')")
    expect(page.locator(".day-list")).to_contain_text("Trade fair")


def come_back(page: Page, name: str) -> None:
    page.goto("/desk/staff")
    page.click(f"a.piece:has-text('{name}')")
    page.click("button[aria-label^='Take off']")
    expect(page.locator("#flash")).to_contain_text("They work as usual")


def test_a_full_bench_is_seen_explained_and_promised_knowingly(
    the_shop: Shop, visit: Opener, photos: list[Path]
) -> None:
    maya, noor = visit("tablet", "maya"), visit("tablet", "noor")
    for name in ("Kai Lindqvist", "Ines Duarte"):
        set_away(maya, name)
    try:
        number = _take_in_all_the_same(noor, photos)
        maya.goto("/desk")
        late = maya.locator("section[aria-labelledby=load] .banner")
        expect(late).to_contain_text("Cannot be done by their day")
        maya.goto(f"/tickets/{number}")
        expect(maya.locator("#ticket")).to_contain_text("Promised although it is full")
        expect(maya.locator("#ticket")).to_contain_text("She flies on Friday")
    finally:
        for name in ("Kai Lindqvist", "Ines Duarte"):
            come_back(maya, name)
    noor.reload()
    expect(noor.locator("[aria-labelledby=promise]")).not_to_contain_text("although it is full")
    said = "SELECT data->>'reason' FROM event WHERE name = 'promise_overridden' ORDER BY id DESC LIMIT 1"
    assert the_shop.value(said) == "She flies on Friday"


def _take_in_all_the_same(page: Page, photos: list[Path]) -> str:
    begin_take_in(page, "Moreau")
    describe_ring(page, photos, words="Signet ring")
    page.click("button:has-text('Next: promise and sign')")
    page.wait_for_url("**/finish**")
    expect(page.locator("#promise")).to_contain_text("First honest day")
    offered = page.input_value("[name=promise_on]")
    day = page.locator(".promise-cell.is-full, .promise-cell.is-soon").last
    day.click()
    expect(page.locator("[name=promise_on]")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
    assert page.input_value("[name=promise_on]") < offered
    expect(page.locator(".promise-said")).to_contain_text("Jewelry work is full until")
    expect(day).to_have_attribute("aria-pressed", "true")
    if page.locator("[name=risks_explained]").count():
        page.check("[name=risks_explained]")
    sign(page)
    page.click("button:has-text('Save and print')")
    expect(page.locator(".error-summary")).to_contain_text("say why this day is promised")
    page.fill("[name=promise_reason]", "She flies on Friday")
    page.click("button:has-text('Save and print')")
    page.wait_for_url("**/tickets/**")
    found = re.search(r"/tickets/([A-Z]+-\d+)", page.url)
    assert found
    return found[1]
