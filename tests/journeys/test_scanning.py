"""A bench with a scanner and nothing else: a hundred scans, many at once, a line that is down and comes back."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Complaints, Opener, Shop
from tests.journeys.steps import answered, scan
from tests.ops.running import until

Rows = list[dict[str, Any]]


@pytest.fixture
def ten(the_shop: Shop, visit: Opener) -> Iterator[Rows]:
    """Ten envelopes just taken in by another system; they go home when the story ends."""
    token = the_shop.command("token", "create", "--name", str(uuid.uuid4())[:12], "--role", "counter").stdout.strip()
    piece = {"kind": "ring", "description": "Plain band", "metal": "14k", "metal_basis": "stamped"}
    envelope = {"piece": piece, "tasks": [{"code": "PL-CLN"}]}
    body = {"customer": {"last_name": "Scanwell"}, "envelopes": [envelope] * 10}
    answer = visit("tablet").request.post("/api/tickets", data=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 201, answer.text()
    number = answer.json()["number"]
    rows = the_shop.rows(
        """SELECT v.id, v.code, v.number FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE k.number = %s ORDER BY v.id""",
        number,
    )
    yield rows
    the_shop.rows(
        """WITH gone AS (UPDATE envelope SET stage = 'picked_up', place = NULL, location = 'with the customer'
                         WHERE id = ANY(%s) RETURNING id)
           UPDATE custody SET until = now() FROM gone WHERE envelope = gone.id AND until IS NULL RETURNING 1""",
        [row["id"] for row in rows],
    )


def quick(page: Page, code: str) -> None:
    """A scanner at its full speed."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def stages(shop: Shop, rows: Rows) -> list[str]:
    """Where they stand."""
    found = shop.rows("SELECT stage FROM envelope WHERE id = ANY(%s) ORDER BY id", [row["id"] for row in rows])
    return [row["stage"] for row in found]


def test_a_hundred_scans_without_touching_anything_else(the_shop: Shop, visit: Opener, ten: Rows) -> None:
    bench = visit("tablet", "kai")
    bench.goto("/bench")
    safe = the_shop.value("SELECT code FROM place WHERE kind = 'safe'")
    scanned = 0
    for row in ten[:3]:  # one piece after the other: ten scans each
        for code in (row["code"], "A-START", safe, "A-HOLD-PART", "A-BACK", "A-UNDO", "A-BACK", "A-START", "A-DONE",
                     "A-CLEAR"):  # fmt: skip
            quick(bench, code)
            scanned += 1
    for card in ("A-START", "A-DONE"):  # and many at once, some of them twice and more
        quick(bench, card)
        for row in [*ten[3:]] * 4 + ten[3:8]:
            quick(bench, row["code"])
        quick(bench, card)
        scanned += 35
    assert scanned == 100
    expect(bench.locator("#scan-answer")).to_contain_text("DONE: 33 done", timeout=40_000)
    assert stages(the_shop, ten) == ["quality_check"] * 10
    moves = the_shop.value(
        "SELECT count(*) FROM event WHERE name = 'moved' AND to_stage = 'quality_check' AND envelope = ANY(%s)",
        [row["id"] for row in ten],
    )
    assert moves == 10  # whatever was scanned again did nothing twice


def test_a_line_that_is_down_loses_no_scan_and_hides_no_clash(
    the_shop: Shop, visit: Opener, ten: Rows, complaints: Complaints
) -> None:
    bench = visit("tablet", "kai")
    bench.goto("/bench")
    until(lambda: bench.evaluate("Boolean(navigator.serviceWorker.controller)"), "The tablet keeps no page.")
    scan(bench, ten[0]["code"])
    answered(bench, ten[0]["number"])
    bench.context.set_offline(True)
    scan(bench, "A-START")
    answered(bench, "Kept on this tablet")
    scan(bench, ten[1]["code"])
    scan(bench, "A-START")
    expect(bench.locator("#station")).to_contain_text("2 waiting to be sent")
    bench.goto("/bench")  # the tablet is opened anew
    expect(bench.locator("h1")).to_have_text("No connection to the shop")
    expect(bench.locator("#station")).to_contain_text("2 waiting to be sent")
    scan(bench, ten[2]["code"])
    scan(bench, "A-FOUND")  # what asks something back is not kept
    answered(bench, "FOUND needs the shop")
    scan(bench, "A-START")
    expect(bench.locator("[data-kept-scans] li")).to_have_count(3)

    other = visit("tablet", "ines")  # meanwhile somebody else takes the second
    other.goto("/bench")
    scan(other, ten[1]["code"])
    answered(other, ten[1]["number"])
    scan(other, "A-START")
    answered(other, "Started")
    assert stages(the_shop, ten[:3]) == ["received", "at_bench", "received"]

    bench.context.set_offline(False)
    expect(bench.locator("#late h2")).to_have_text("1 scan came too late", timeout=20_000)
    expect(bench.locator("#late")).to_contain_text(f"Ines has {ten[1]['number']} since")
    expect(bench.locator("#station")).not_to_contain_text("waiting")
    assert stages(the_shop, ten[:3]) == ["at_bench"] * 3
    held = the_shop.rows("SELECT code, is_kept, scanned_at < received_at AS later FROM scan WHERE staff = "
                         "(SELECT id FROM staff WHERE sign_in_name = 'kai') ORDER BY id DESC LIMIT 3")  # fmt: skip
    assert all(row["is_kept"] and row["later"] and row["code"] == "A-START" for row in held)
    bench.click("#late button:has-text('I looked at it')")
    expect(bench.locator("#late h2")).to_have_count(0)
    cut = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")  # what the browser and htmx say of a line that is cut
    complaints[:] = [said for said in complaints if not any(word in said for word in cut)]


def test_a_colleague_asks_and_the_holder_hands_over(the_shop: Shop, visit: Opener, ten: Rows) -> None:
    kai, ines = visit("tablet", "kai"), visit("tablet", "ines")
    for page in (kai, ines):
        page.goto("/bench")
    scan(kai, ten[0]["code"])
    scan(kai, "A-START")
    answered(kai, "Started")
    scan(ines, ten[0]["code"])
    scan(ines, "A-START")
    answered(ines, f"Kai has {ten[0]['number']} since")
    ines.click("#scan-answer button:has-text('Ask for it')")
    answered(ines, "Asked. Kai sees it now")
    expect(kai.locator("#asks")).to_contain_text(f"Ines asks for {ten[0]['number']}")
    kai.click("#asks button:has-text('Hand it over')")
    answered(kai, f"Ines has {ten[0]['number']} from now on")
    holder = "SELECT s.sign_in_name FROM envelope v JOIN staff s ON s.id = v.jeweler WHERE v.id = %s"
    assert the_shop.value(holder, ten[0]["id"]) == "ines"


def test_a_scan_needs_no_focus_and_spoils_no_box(the_shop: Shop, visit: Opener, ten: Rows) -> None:
    the_shop.rows("UPDATE shop SET scan_prefix = '~', scan_suffix = '#' RETURNING id")
    try:
        bench = visit("tablet", "kai")
        bench.goto("/bench")
        bench.fill("#search", "24811")
        bench.focus("#search")
        scan(bench, f"~{ten[0]['code']}#")
        expect(bench.locator("h1.number")).to_have_text(ten[0]["number"])
        expect(bench.locator("#search")).to_have_value("24811")
        bench.keyboard.type("A-START", delay=4)  # the scanner next to it types no signs, and ends with Tab
        bench.keyboard.press("Tab")
        answered(bench, "Started")
        slipped = ten[1]["code"][:6] + ("2" if ten[1]["code"][6] != "2" else "3") + ten[1]["code"][7:]
        bench.fill("#scan-code", slipped)  # by hand, with a slip
        bench.press("#scan-code", "Enter")
        answered(bench, "check the 7th sign")
        counter = visit("tablet", "noor")
        counter.goto("/messages")
        scan(counter, f"~{ten[0]['code']}#")
        counter.wait_for_url("**/tickets/**")
    finally:
        the_shop.rows("UPDATE shop SET scan_prefix = '', scan_suffix = '' RETURNING id")
