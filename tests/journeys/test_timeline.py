"""Two records become one and two again; a call is noted in two taps; the line of time is read with the keyboard."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop


def test_two_records_are_merged_and_taken_apart(the_shop: Shop, visit: Opener) -> None:
    one, other = the_shop.rows("SELECT id FROM customer WHERE first_name = 'Eleni' ORDER BY id")
    page = visit("phone", "noor")
    page.goto(f"/customers/{other['id']}")
    page.click(".records:has-text('The same person?') >> text=Compare")
    expect(page.locator("h2").first).to_have_text("Eleni Papadaki")  # the one known longer is proposed to stay
    page.click("label.choice:has-text('Papadakis')")
    page.click("button:has-text('Merge into one')")
    page.wait_for_url(f"**/customers/{one['id']}")
    expect(page.locator("h1")).to_have_text("Eleni Papadakis")
    page.goto(f"/customers/{other['id']}")  # an old link, a note on paper
    page.wait_for_url(f"**/customers/{one['id']}")
    page.click("text=Undo merge")
    page.click("dialog[open] button:has-text('Undo merge')")
    expect(page.locator("h1")).to_have_text("Two records again")
    expect(page.locator(".plain-list")).to_contain_text("Last name: as before the merge.")
    page.click(f"a[href='/customers/{other['id']}']")
    expect(page.locator("h1")).to_have_text("Eleni Papadakis")
    names = the_shop.rows("SELECT last_name FROM customer WHERE first_name = 'Eleni' ORDER BY id")
    assert [row["last_name"] for row in names] == ["Papadaki", "Papadakis"]


def test_a_call_is_noted_in_two_taps_and_taken_back(the_shop: Shop, visit: Opener) -> None:
    page = visit("phone", "noor")
    page.goto("/tickets/HR-24811")
    page.click("text=Log call")
    page.click("dialog[open] button:has-text('Left word')")
    expect(page.locator("[data-flash]")).to_contain_text("Noted: called and left word.")
    page.click("[data-flash] button:has-text('Undo')")  # before the word goes by itself
    expect(page.locator("[data-flash]")).to_contain_text("Taken back")
    expect(page.locator(".history")).to_contain_text("Called and left word")
    kept = the_shop.rows(
        """SELECT e.name FROM event e JOIN ticket k ON k.id = e.ticket WHERE k.number = 'HR-24811'
           AND e.name IN ('contact_logged', 'contact_taken_back') ORDER BY e.id"""
    )
    assert [row["name"] for row in kept] == ["contact_logged", "contact_taken_back"]
    assert the_shop.value("SELECT count(*) FROM message WHERE facts ->> 'outcome' = 'left_word'") == 0


def test_the_line_of_time_is_filtered_from_the_keyboard(the_shop: Shop, visit: Opener) -> None:
    page = visit("tablet", "noor")
    rosa = the_shop.value("SELECT customer FROM ticket WHERE number = 'HR-24811'")
    page.goto(f"/customers/{rosa}")
    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text("HR-24811: taken in")
    page.focus("#timeline-notes")
    page.keyboard.press("Enter")
    expect(timeline).not_to_contain_text("taken in")
    expect(timeline).to_contain_text("Fetches on Saturdays")
    expect(page.locator("#timeline-notes")).to_be_focused()
    expect(page.locator("#timeline-notes")).to_have_attribute("aria-current", "true")
    page.focus("#timeline-household")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline-household")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#timeline-household")).to_be_focused()
    expect(timeline.locator("a", has_text=re.compile("^Everything$"))).to_have_attribute(
        "href", re.compile("household=yes")
    )
