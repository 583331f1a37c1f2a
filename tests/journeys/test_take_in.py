"""A dear ring at the counter: photographed side by side, its words engraved, a manager's PIN, signed."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop, a_photo_file, sign
from tests.journeys.steps import begin_take_in, saved

COLOURS = {"one": "#b8a27a", "two": "#a08c66", "three": "#8f7b55", "four": "#7e6a44"}


def test_a_dear_ring_with_a_managers_word(the_shop: Shop, visit: Opener, tmp_path: Path) -> None:
    page = visit("tablet", "noor")
    begin_take_in(page, "okafor")
    page.click("button.kind:has-text('Ring')")
    page.fill("[name=description]", "Opal cluster ring")
    page.click("button:has-text('Add stones')")
    page.fill("[name=stone-0-identity]", "opal")

    for number, name in enumerate(COLOURS, start=1):  # each goes to the next side that is still empty
        page.set_input_files("[data-photo-file]", a_photo_file(tmp_path, f"{name}.jpg", COLOURS[name]))
        expect(page.locator("#photos .photo:not(.pending) img")).to_have_count(number)
    expect(page.locator("[data-slot=top].taken")).to_be_visible()
    expect(page.locator("[data-slot=hallmark].taken")).to_be_visible()
    unnamed = page.locator("#photos li:not([data-slot]) select.angle")
    expect(unnamed).to_have_count(2)  # what nobody asked for is not guessed
    unnamed.first.select_option("inside")
    expect(page.locator("[data-slot=inside].taken")).to_be_visible()
    page.locator("#photos li:not([data-slot]) select.angle").first.select_option("setting")
    expect(page.locator("[data-slot=setting].taken")).to_be_visible()

    page.click("summary:has-text('All other work')")
    page.click("button:has-text('Machine or laser engraving')")
    page.fill("[name=engraving-0-text]", "Siempre, J.")
    page.fill("[name=engraving-0-again]", "Siempre J.")
    expect(page.locator("#agree-0")).to_contain_text("Sign 8 differs")
    page.fill("[name=engraving-0-again]", "Siempre, J.")
    page.select_option("[name=engraving-0-side]", "inside")
    expect(page.locator("#agree-0 .agreed")).to_contain_text("10 signs")

    page.fill("[name=declared_value]", "14000")
    saved(page)
    page.click("button:has-text('Ask a manager')")
    dialog = page.locator("dialog.approve")
    dialog.locator(".face:has-text('Maya')").click()
    for digit in "444441":
        dialog.locator(f"[data-digit='{digit}']").click()
    expect(dialog.locator(".banner")).to_contain_text("not right")
    for digit in "444444":
        page.locator(f"dialog.approve [data-digit='{digit}']").click()
    expect(page.locator("#value-word")).to_contain_text("Approved by Maya Finch")
    expect(page.locator("dialog.approve")).to_have_count(0)

    page.click("button:has-text('Next: promise and sign')")
    page.wait_for_url("**/finish**")
    expect(page.locator(".to-cut .cut")).to_have_text("Siempre, J.")
    expect(page.get_by_label("Explained to the customer")).to_have_count(0)  # engraving does an opal no harm
    sign(page)
    page.click("button:has-text('Save and print')")
    page.wait_for_url("**/tickets/**")
    number = re.search(r"/tickets/([A-Z]+-\d+)", page.url)
    assert number
    row = the_shop.rows(
        """SELECT v.declared_value_cents, s.name AS taken_in_by,
                  (SELECT array_agg(angle ORDER BY angle) FROM photo WHERE envelope_code = v.code) AS angles
           FROM ticket k JOIN envelope v ON v.ticket = k.id JOIN staff s ON s.id = k.taken_in_by
           WHERE k.number = %s""",
        number[1],
    )[0]
    assert row["taken_in_by"] == "Noor Haddad" and row["declared_value_cents"] == 1_400_000
    assert row["angles"] == ["hallmark", "inside", "setting", "top"]
