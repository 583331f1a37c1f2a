"""The evening's count by two people: what one scans stands on the other's screen, and signing ends it for both."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Complaints, Opener, Shop, sign
from tests.journeys.steps import answered, scan_by_hand, sent_home, taken_in
from tests.journeys.test_every_page import serious

Rows = list[dict[str, Any]]
NO_LINE = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")  # the browser's own words


@pytest.fixture
def three(the_shop: Shop, visit: Opener) -> Iterator[Rows]:
    """Three pieces at the counter."""
    rows = taken_in(the_shop, visit("tablet"), 3)
    yield rows
    sent_home(the_shop, rows)


def label(shop: Shop, name: str) -> str:
    return str(shop.value("SELECT code FROM place WHERE name = %s AND shop = 1", name))


def scanned(page: Page, code: str, words: str) -> None:
    scan_by_hand(page, code)
    answered(page, words)


def seen_in(shop: Shop, piece: dict[str, Any]) -> str:
    """The box in which the count saw it last."""
    return str(shop.value("SELECT p.name FROM night_scan s JOIN place p ON p.id = s.place WHERE s.envelope = %s "
                          "ORDER BY s.id DESC LIMIT 1", piece["id"]))  # fmt: skip


def everything_else_was_seen(shop: Shop, mine: Rows) -> None:
    """The rest of the shop, as other stories left it, lies where it should."""
    shop.rows(
        """INSERT INTO night_scan (night_count, place, envelope)
           SELECT c.id, v.place, v.id FROM envelope v JOIN night_count c ON c.shop = v.shop AND c.state = 'open'
           WHERE v.stage <> 'picked_up' AND v.place IS NOT NULL AND v.id <> ALL(%s) RETURNING 1""",
        [row["id"] for row in mine],
    )


def test_two_people_count_and_one_piece_is_missing_until_it_is_scanned(
    the_shop: Shop, visit: Opener, three: Rows, complaints: Complaints
) -> None:
    right, strayed, lost = three
    noor, kai = visit("phone", "noor"), visit("tablet", "kai")
    noor.goto("/counts")
    noor.click("button:has-text('Begin the count')")
    noor.wait_for_url("**/counts/*")
    everything_else_was_seen(the_shop, three)
    scanned(noor, right["code"], "Scan the box first")
    scanned(noor, label(the_shop, "counter"), "to scan")
    scanned(noor, right["code"], f"{right['number']} · right, counter")
    expect(noor.locator(".box-in-hand")).to_contain_text(lost["number"])

    kai.goto("/counts")
    kai.click("button:has-text('Go on counting')")
    kai.wait_for_url("**/counts/*")
    scanned(kai, label(the_shop, "safe tray"), "safe tray")
    scanned(kai, strayed["code"], "wrong box: it belongs in counter")
    expect(noor.locator("#count-state")).to_contain_text(f"{strayed['number']} in safe tray")
    assert not serious(noor) and not serious(kai)
    scanned(kai, "A-DONE", "This is the count")  # a card does nothing here, and nothing later
    kai.context.set_offline(True)
    scanned(kai, right["code"], f"Kept on this tablet · {right['number']}")
    assert seen_in(the_shop, right) == "counter"
    kai.context.set_offline(False)
    expect(kai.locator("#scan-answer")).to_contain_text(f"{right['number']} in the wrong box", timeout=20_000)
    assert seen_in(the_shop, right) == "safe tray"
    complaints[:] = [said for said in complaints if not any(words in said for words in NO_LINE)]
    scanned(noor, right["code"], f"{right['number']} · right, counter")
    kai.reload()  # a tablet that died goes on where the count is
    expect(kai.locator("#count-state")).to_contain_text(f"{strayed['number']} in safe tray")

    noor.click("a:has-text('Finish with 1 missing')")
    noor.fill("input[name^=why-]", "Not in the tray, Kai looks")
    assert not serious(noor)
    sign(noor)
    noor.click("button:has-text('Sign the count')")
    expect(noor.locator("main")).to_contain_text("Not in the tray, Kai looks")
    expect(kai.locator("h1")).to_contain_text("Count of")  # by itself
    noor.goto("/counts")
    expect(noor.locator(".banner")).to_contain_text(lost["number"])

    kai.goto(f"/bench/{right['code']}")
    scanned(kai, lost["code"], "Found again")
    noor.reload()
    expect(noor.locator("main")).to_contain_text("all found later")
    assert the_shop.value("SELECT location FROM envelope WHERE code = %s", strayed["code"]) == "safe tray"
