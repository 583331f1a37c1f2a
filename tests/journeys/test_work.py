"""The work on real pages: planned by drag, keys and scanner; done at the bench; a layout approved on a phone."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import answered, link_in, open_details, scan, until_text

RING = {"piece": {"kind": "ring", "description": "Plain band", "metal": "14k", "metal_basis": "stamped"},
        "tasks": [{"code": "RS-UP", "drivers": {"metal": "14k", "sizes": "1"}}]}  # fmt: skip
WATCH = {"piece": {"kind": "watch", "description": "Steel diver", "metal": "steel"}, "tasks": [{"code": "WB-WR"}]}


@pytest.fixture
def pieces(the_shop: Shop, visit: Opener) -> Iterator[list[dict[str, Any]]]:
    """Two rings and a watch taken in by another system; they go home when the story ends."""
    token = the_shop.command("token", "create", "--name", str(uuid.uuid4())[:12], "--role", "counter").stdout.strip()
    customer = {"last_name": "Workman", "first_name": "Wanda", "phone": "+12125550177"}
    body = {"customer": customer, "envelopes": [RING, RING, WATCH], "may_text": True}
    answer = visit("tablet").request.post("/api/tickets", data=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 201, answer.text()
    rows = the_shop.rows(
        """SELECT v.id, v.code, v.number, k.number AS ticket FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE k.number = %s ORDER BY v.id""",
        answer.json()["number"],
    )
    yield rows
    the_shop.rows(
        """WITH gone AS (UPDATE envelope SET stage = 'picked_up', place = NULL, location = 'with the customer'
                         WHERE id = ANY(%s) RETURNING id)
           UPDATE custody SET until = now() FROM gone WHERE envelope = gone.id AND until IS NULL RETURNING 1""",
        [row["id"] for row in rows],
    )


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


def test_days_are_planned_by_drag_by_keys_and_by_scanner(
    the_shop: Shop, visit: Opener, pieces: list[dict[str, Any]]
) -> None:
    first, second, watch = (piece["number"] for piece in pieces)
    page = visit("tv", "maya")
    page.set_viewport_size({"width": 1920, "height": 2600})  # a page that scrolls under the hand drops another card
    page.goto("/bench/plan")
    second_day = page.locator(f"{KAI} .plan-day").nth(1)
    page.locator(card(page, first)).drag_to(second_day)
    expect(second_day.locator(card(page, first))).to_be_visible()
    assert planned(the_shop, first) == "kai"

    page.locator(f"{card(page, second)} input").focus()
    page.keyboard.press("Space")
    second_day.locator("[data-cell]").focus()
    page.keyboard.press("Enter")
    expect(second_day.locator(card(page, second))).to_be_visible()

    page.locator(f"{card(page, watch)} input").check()  # a watch is not Kai's work
    second_day.locator("[data-cell]").click()
    expect(page.locator(".plan-why")).to_contain_text("Kai does not do watch work")
    assert planned(the_shop, watch) == ""

    scan(page, the_shop.value("SELECT badge_code FROM staff WHERE sign_in_name = 'ines'"))
    expect(page.locator("#plan")).to_contain_text("Planning for Ines Duarte")
    scan(page, the_shop.value("SELECT code FROM envelope WHERE number = %s", watch))
    expect(page.locator("#plan-said")).to_contain_text(f"{watch} planned")
    assert planned(the_shop, watch) == "ines"

    for number in (first, second, watch):
        page.locator(f"{card(page, number)} input").check()
    page.click(".plan-free [data-cell]")
    expect(page.locator(".plan-free").locator(card(page, watch))).to_be_visible()
    assert planned(the_shop, first) == ""


def test_a_piece_at_the_bench_with_its_metal_weights_and_a_layout_approved_on_a_phone(
    the_shop: Shop, visit: Opener, pieces: list[dict[str, Any]], photos: list[Path]
) -> None:
    number, code = pieces[0]["number"], pieces[0]["code"]

    bench = visit("tablet", "kai")
    bench.goto("/bench?of=free")
    bench.click(f"button[aria-label='Take {number}']")
    expect(bench.locator("body")).to_contain_text(f"{number} is yours")
    bench.goto(f"/bench/{code}/proof")
    bench.set_input_files("[data-photo-file]", photos[2])
    bench.check("input[name=photo]:not([value=''])")
    bench.click("button:has-text('Send it to the customer')")
    expect(bench.locator("#v-1")).to_be_visible()

    phone = visit("phone")
    open_details(phone, link_in(until_text(the_shop, pieces[0]["ticket"], "proof_ready")), "0177")
    expect(phone.locator("img[alt='The layout of the engraving']")).to_be_visible()
    phone.fill("input[id^=proof-name]", "Wanda Workman")
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
