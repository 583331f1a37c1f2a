"""A packing list: packed and sent by scan, back in two parts, and the vendor's work is the vendor's."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import scan_by_hand, sent_home, taken_in
from tests.journeys.test_every_page import serious


def said(page: Page, words: str) -> None:
    expect(page.locator("#list-state .scan-answer")).to_contain_text(words)


def test_sent_to_a_vendor_and_back_in_two_parts(the_shop: Shop, visit: Opener) -> None:
    page = visit("tablet", "noor")
    one, two = rows = taken_in(the_shop, page, 2)
    page.goto("/vendors")
    page.click("a.place:has-text('Enamel House')")
    page.click("button:has-text('Pack for Enamel House')")
    page.wait_for_url("**/send-outs/*")
    for row in rows:
        scan_by_hand(page, row["code"])
        said(page, f"{row['number']} is on the list")
    scan_by_hand(page, one["code"])
    said(page, "is on it already")
    page.click("button:has-text('Send to Enamel House')")
    expect(page.locator("#pieces")).to_have_text("2 pieces, 2 still out")

    scan_by_hand(page, one["code"])
    said(page, "Is the work done?")
    assert not serious(page)
    page.locator("input[name^=cost-]").first.fill("45.00")
    page.click("button:has-text('Back and finished')")
    said(page, "to quality check")
    expect(page.locator("#pieces")).to_have_text("2 pieces, 1 still out")
    scan_by_hand(page, two["code"])
    said(page, f"{two['number']} is here")
    page.click("button:has-text('Back, to go on here')")
    said(page, "into the queue")
    expect(page.locator("#pieces")).to_have_text("2 pieces, all back")
    page.click("a:has-text('Paper')")
    expect(page.locator("h1")).to_contain_text("Packing list")
    ids = [row["id"] for row in rows]
    assert the_shop.rows(
        """SELECT v.stage, v.worked_by, v.worked_vendor, (SELECT sum(vendor_cents) FROM task WHERE envelope = v.id)
           AS cost FROM envelope v WHERE v.id = ANY(%s) ORDER BY v.id""",
        ids,
    ) == [
        {"stage": "quality_check", "worked_by": None, "worked_vendor": 1, "cost": 4_500},
        {"stage": "in_queue", "worked_by": None, "worked_vendor": None, "cost": 0},
    ]  # fmt: skip
    sent_home(the_shop, rows)
