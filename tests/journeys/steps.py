"""What people do, step by step, on the real pages."""

import re
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop, sign
from tests.ops.running import until


def begin_take_in(page: Page, name: str) -> None:
    """Find a known customer by the first letters and begin."""
    page.goto("/intake/new")
    page.fill("input[name=person]", name)
    page.locator(".person-row").first.click()
    page.wait_for_url("**/piece/1")


def describe_ring(page: Page, photos: list[Path], *, work: str = "Size up", words: str = "Sapphire ring") -> None:
    """A ring with five stones and its photos, to be sized unless other work is named."""
    page.click("button.kind:has-text('Ring')")
    page.fill("[name=description]", words)
    page.select_option("[name=metal]", "14k")
    page.select_option("[name=metal_basis]", "stamped")
    page.click("summary:has-text('From the list')")
    page.click("label.choice:has-text('prong worn')")
    page.click("button:has-text('Add stones')")
    page.fill("[name=stone-0-count]", "5")
    page.set_input_files("[data-photo-file]", photos[:2])
    expect(page.locator("#photos .photo:not(.pending) img")).to_have_count(2)
    if page.locator(f"button:visible:has-text('{work}')").count() == 0:
        page.click("summary:has-text('All other work')")
    page.click(f"button:has-text('{work}')")
    page.wait_for_selector(".task-row")
    if work == "Size up":
        page.select_option("[name=size_now]", "6")
        page.select_option("[name=size_wanted]", "7")
    page.fill("[name=declared_value]", "2400")
    saved(page)


def saved(page: Page) -> None:
    """Everything typed has reached the shop."""
    expect(page.locator("[data-save-words]")).to_have_text(re.compile(r"^Saved \d\d:\d\d"))


def finish_take_in(page: Page) -> str:
    """Promise, sign, save. Gives the ticket's number."""
    page.click("button:has-text('Next: promise and sign')")
    page.wait_for_url("**/finish**")
    if page.locator("[name=risks_explained]").count():
        page.check("[name=risks_explained]")
    sign(page)
    page.click("button:has-text('Save and print')")
    page.wait_for_url("**/tickets/**")
    number = re.search(r"/tickets/([A-Z]+-\d+)", page.url)
    assert number
    return number[1]


def envelope_code(shop: Shop, number: str) -> str:
    """What the label's code says."""
    return str(shop.value("SELECT code FROM envelope WHERE number = %s", f"{number}-1"))


def scan(page: Page, code: str) -> None:
    """A scanner that types: a burst of keys and Enter, whatever has the focus."""
    page.keyboard.type(code, delay=4)
    page.keyboard.press("Enter")


def answered(page: Page, words: str) -> None:
    """The big answer along the bottom says it."""
    expect(page.locator("#scan-answer")).to_contain_text(words)


def pass_check(page: Page, code: str, after: Path, stones: int) -> None:
    """Take the after photo, count the stones, tick the whole list, pass."""
    page.goto(f"/bench/quality/{code}")
    expect(page.locator("[data-pass]")).to_be_disabled()
    page.set_input_files("[data-photo-file]", after)
    expect(page.locator("[data-photo-capture] .photo:not(.pending) img")).to_have_count(1)
    page.fill("[name=stones]", str(stones))
    if page.locator("#f-size").count():
        page.fill("#f-size", re.findall(r"Asked for: ([\d.]+)", page.inner_text("section.measures"))[0])
    for tick in page.locator(".checklist input[type=checkbox]").all():
        tick.check()
    page.click("[data-pass]")
    page.wait_for_url(lambda url: not url.endswith(code))


def until_text(shop: Shop, number: str, template: str) -> str:
    """The words of the one text of that kind, once it has been said."""
    body = until(
        lambda: shop.value(
            """SELECT body FROM message m JOIN ticket k ON k.id = m.ticket
               WHERE k.number = %s AND m.template = %s AND m.body <> ''""",
            number, template,
        ),
        f"No {template} text for {number} was said.",
    )  # fmt: skip
    return str(body)


def link_in(body: str) -> str:
    """The customer's link in a text."""
    found = re.search(r"/t/\w+", body)
    assert found, body
    return found[0]


def open_details(page: Page, link: str, last_four: str) -> None:
    """The customer opens photos, estimate and balance with the end of their number."""
    page.goto(link)
    page.fill("input[name=digits]", last_four)
    page.press("input[name=digits]", "Enter")


def taken_in(shop: Shop, page: Page, pieces: int) -> list[dict[str, Any]]:
    """Pieces just taken in by another system, at the counter: id, code, number."""
    token = shop.command("token", "create", "--name", uuid.uuid4().hex[:12], "--role", "counter").stdout.strip()
    ring = {"piece": {"kind": "ring", "description": "Plain band", "metal": "14k", "metal_basis": "stamped"},
            "tasks": [{"code": "PL-CLN"}]}  # fmt: skip
    body = {"customer": {"last_name": "Countwell"}, "envelopes": [ring] * pieces}
    answer = page.request.post("/api/tickets", data=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 201, answer.text()
    return shop.rows(
        """SELECT v.id, v.code, v.number FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE k.number = %s ORDER BY v.id""",
        answer.json()["number"],
    )


def sent_home(shop: Shop, rows: list[dict[str, Any]]) -> None:
    """They are gone when the story ends, so that the next one finds the shop as it was."""
    shop.rows(
        """WITH gone AS (UPDATE envelope SET stage = 'picked_up', place = NULL, location = 'with the customer'
                         WHERE id = ANY(%s) RETURNING id)
           UPDATE custody SET until = now() FROM gone WHERE envelope = gone.id AND until IS NULL RETURNING 1""",
        [row["id"] for row in rows],
    )


def scan_by_hand(page: Page, code: str) -> None:
    """Into the page's scan box and Enter; what a burst of keys does wherever the focus is, other stories tell."""
    page.fill("form[data-scan-target] input[name=code]", code)
    page.press("form[data-scan-target] input[name=code]", "Enter")
