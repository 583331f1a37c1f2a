"""The wall display: only a token, nothing of any customer, live again by itself after the server came back."""

import os
import re
import signal

from playwright.sync_api import expect

from tests.journeys.conftest import Complaints, Opener, Shop
from tests.journeys.steps import answered, scan
from tests.ops.running import until
from tests.reading import without_codes


def test_a_display_comes_back_by_itself_and_tells_no_name(
    the_shop: Shop, visit: Opener, complaints: Complaints
) -> None:
    address = the_shop.command("token", "create", "--name", "front window", "--role", "display").stdout.strip()
    wall = visit("tv")
    wall.goto(re.sub(r"^http://[^/]+", "", address))
    row = wall.locator("[data-key$='24815-2']")
    expect(row).to_be_visible()
    shown = without_codes(wall.content())
    for secret in ("Bennett", "Papadaki", "555-01", "55501", "$"):
        assert secret not in shown
    expect(wall.locator("[data-live-word]")).to_have_text("live")

    (web,) = the_shop.processes("workshop.cli web")
    os.kill(web, signal.SIGKILL)
    until(lambda: the_shop.is_well() and web not in the_shop.processes("workshop.cli web"), "The web did not return.")

    bench = visit("tablet", "ines")
    scan(bench, "HR-24815-2")
    expect(bench.locator("h1.number")).to_have_text("HR-24815-2")
    scan(bench, "A-START")
    answered(bench, "Started")
    expect(wall.locator("[aria-label^='At bench'] [data-key$='24815-2']")).to_be_visible(timeout=15_000)
    expect(wall.locator("[data-live-word]")).to_have_text("live")
    complaints.clear()  # the browser itself tells of every connection that was refused meanwhile


def test_a_display_switched_off_shows_nothing_more(the_shop: Shop, visit: Opener) -> None:
    stranger = visit("tv")
    answer = stranger.goto("/wall/no-such-token")
    assert answer and answer.status in (403, 404)
