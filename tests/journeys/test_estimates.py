"""The customer answers an estimate on their own phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop, sign
from tests.journeys.steps import begin_take_in, describe_ring, finish_take_in, link_in, open_details, until_text


def sent_estimate(the_shop: Shop, counter: Page, photos: list[Path]) -> tuple[str, str]:
    """A new head is needed: the ticket's number and the customer's link."""
    begin_take_in(counter, "okafor")
    describe_ring(counter, photos, work="New head and set", words="Solitaire, grandmother's")
    number = finish_take_in(counter)
    counter.get_by_role("link", name="Check and send the estimate").first.click()
    counter.get_by_role("button", name="Send for approval").first.click()
    return number, link_in(until_text(the_shop, number, "estimate_ready"))


@pytest.mark.parametrize(("button", "stage"), [("Approve", "approved"), ("Decline", "declined")])
def test_the_customer_answers_by_link(
    the_shop: Shop, visit: Opener, photos: list[Path], button: str, stage: str
) -> None:
    counter = visit("tablet", "noor")
    number, link = sent_estimate(the_shop, counter, photos)
    phone = visit("phone")
    open_details(phone, link, "0144")
    if button == "Approve":
        phone.fill("input[name=name]:visible", "Amara Okafor")
        sign(phone)
    else:
        declining = phone.locator("summary:has-text('Decline')")
        if declining.count():
            declining.first.click()
        if phone.locator("form:has(button:has-text('Decline')) input[name=name]:visible").count():
            phone.fill("form:has(button:has-text('Decline')) input[name=name]:visible", "Amara Okafor")
    phone.locator(f"button:has-text('{button}')").first.click()
    expect(phone.get_by_text(f"You {stage}").first).to_be_visible()
    assert the_shop.value("SELECT stage FROM envelope WHERE number = %s", f"{number}-1") == stage
    estimate = the_shop.rows(
        "SELECT e.* FROM estimate e JOIN envelope v ON v.id = e.envelope WHERE v.number = %s", f"{number}-1"
    )[0]
    assert (estimate["state"], estimate["how"], estimate["answered_by"]) == (stage, "link", "Amara Okafor")
    phone.reload()
    answers = the_shop.value(
        "SELECT count(*) FROM event WHERE name IN ('estimate_approved', 'estimate_declined') AND envelope = %s",
        estimate["envelope"],
    )
    assert answers == 1
