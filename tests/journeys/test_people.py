"""A person and their family at the counter, in a real browser: what is written down, and what is kept secret."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop


def test_what_a_customer_tells_is_written_down_where_it_is_seen(the_shop: Shop, visit: Opener) -> None:
    page = visit("tablet", "noor")
    page.fill("[data-search] input, .search input", "Jun Ch")
    page.locator(".search .results").get_by_role("link", name="Jun Chen").click()
    page.wait_for_url("**/customers/*")
    jun = int(page.url.rsplit("/", 1)[1])

    page.get_by_role("link", name="Left ring finger: not measured").click()
    expect(page.locator("#ask label.finger.is-ring input").first).to_be_checked()
    page.locator("#ask").get_by_role("button", name="Write down").click()
    expect(page.locator("#ask")).to_contain_text("Choose the size")  # nothing tapped is lost
    page.locator("#ask").get_by_label("Size (US)").select_option("6.5")
    page.locator("#ask").get_by_role("button", name="Write down").click()
    expect(page.get_by_role("link", name="Left ring finger: 6½")).to_be_visible()

    page.get_by_role("link", name="Add a number").click()
    page.locator("#ask").get_by_label("Number", exact=True).fill("(646) 555-0144")
    page.locator("#ask").get_by_role("button", name="Add").click()
    expect(page.locator("#reach")).to_contain_text("also Amara Okafor")

    page.get_by_role("link", name="Add somebody").click()
    page.locator("#ask").get_by_label("Name or phone").fill("Okafor")
    page.locator("#bond-people label", has_text="Amara Okafor").click()
    page.locator("#ask label", has_text="Referred by Jun").click()
    page.locator("#ask").get_by_role("button", name="Add").click()
    expect(page.locator("#household")).to_contain_text("Referred by Jun")

    page.get_by_role("link", name="Allergies, style, days").click()
    page.locator("#ask label", has_text="cobalt").click()
    page.locator("#ask").get_by_label("Birthday: month").select_option("May")
    page.locator("#ask").get_by_label("Birthday: day").fill("4")
    page.locator("#ask").get_by_role("button", name="Save").click()
    expect(page.locator(".person-head")).to_contain_text("Allergy: cobalt")
    expect(page.locator("#details")).to_contain_text("4 May")

    page.get_by_label("Write a note").fill("Comes with her sister")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#notes li")).to_contain_text("Comes with her sister")
    page.get_by_role("button", name="Remove this note").click()
    expect(page.locator("#notes")).not_to_contain_text("Comes with her sister")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#notes li")).to_contain_text("Noor Haddad")

    ticket = the_shop.value("SELECT number FROM ticket WHERE customer = %s", jun)
    page.goto(f"/tickets/{ticket}")
    expect(page.locator("#ticket")).to_contain_text("Allergy: cobalt")


def test_a_surprise_stays_with_the_one_who_keeps_it(the_shop: Shop, visit: Opener) -> None:
    page = visit("tablet", "noor")
    james, rosa = (the_shop.value("SELECT id FROM customer WHERE first_name = %s", name) for name in ("James", "Rosa"))
    page.goto(f"/customers/{james}")
    expect(page.get_by_text("HR-24811-1").first).to_be_visible()

    page.goto("/tickets/HR-24811")
    page.get_by_role("button", name="Make it a surprise").click()
    expect(page.locator("#ticket")).to_contain_text("News goes to (646) 555-0112, which nobody shares")
    page.goto(f"/customers/{james}")
    expect(page.locator("#timeline")).to_contain_text(re.compile("Everything|Visits"))
    expect(page.locator("main")).not_to_contain_text("HR-24811")
    page.goto(f"/customers/{rosa}")
    expect(page.locator("main")).to_contain_text("A surprise: tell nobody else")

    page.goto("/tickets/HR-24811")
    page.get_by_role("button", name="No surprise any more").click()
    expect(page.get_by_role("button", name="Make it a surprise")).to_be_visible()
    page.goto(f"/customers/{james}")
    expect(page.get_by_text("HR-24811-1").first).to_be_visible()
