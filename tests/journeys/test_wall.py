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
    expect(row).to_be_visible(timeout=25_000)  # a full lane takes turns, ten seconds each
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
    expect(wall.locator("[aria-label^='At bench'] [data-key$='24815-2']")).to_be_visible(timeout=25_000)
    expect(wall.locator("[data-live-word]")).to_have_text("live")
    complaints.clear()  # the browser itself tells of every connection that was refused meanwhile


def test_a_display_switched_off_shows_nothing_more(the_shop: Shop, visit: Opener) -> None:
    stranger = visit("tv")
    answer = stranger.goto("/wall/no-such-token")
    assert answer and answer.status in (403, 404)


def test_the_wall_fits_a_tv_pages_by_itself_and_shows_one_persons_work(
    the_shop: Shop, visit: Opener, complaints: Complaints
) -> None:
    desk = visit("tv", "maya")
    desk.goto("/wall/displays")
    desk.fill("[name=name]", "Kai's bench")
    desk.select_option("[name=view]", label="Only Kai Lindqvist")
    desk.check("[name=theme][value=light]")
    desk.click("button:has-text('Add the display')")
    link = desk.locator(".display-link").get_attribute("href")
    assert link
    wall = visit("tv")
    wall.goto("/tv")
    wall.keyboard.type(desk.locator(".pairing-code").inner_text().lower())
    wall.keyboard.press("Enter")
    expect(wall.locator(".wall-foot strong")).to_have_text("Kai")
    assert wall.evaluate("document.documentElement.dataset.bsTheme") == "light"
    kai = the_shop.value("SELECT id FROM staff WHERE sign_in_name = 'kai'")
    mine = "SELECT count(*) FROM envelope WHERE (jeweler = %s OR worked_by = %s) AND stage <> 'picked_up'"
    expect(wall.locator(".wall-row")).to_have_count(the_shop.value(mine, kai, kai))

    # A lane longer than the screen takes turns; a word from the shop may come at any moment and changes nothing.
    row = "document.querySelector('[data-lane] .wall-row')"
    wall.evaluate(f"""() => {{ const row = {row}, list = row.parentElement;
        for (let n = 0; n < 40; n += 1) {{
            const more = row.cloneNode(true);
            more.id = more.dataset.key = `x${{n}}`;
            list.append(more);
        }}
        window.dispatchEvent(new Event("resize")); }}""")
    dots = wall.locator("[data-lane]:has([data-key='x1']) [data-dots] i")
    expect(dots.first).to_be_attached()
    for width, height in ((1920, 1080), (3840, 2160)):
        wall.set_viewport_size({"width": width, "height": height})
        high, wide = wall.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        assert (wide, high) == (width, height)

    desk.goto("/wall/displays")
    desk.locator("tr:has-text(\"Kai's bench\") button").click()
    expect(wall.locator("body")).to_contain_text("not known here any more", timeout=15_000)
    wall.goto("about:blank")
    complaints.clear()  # the browser itself tells that the line was refused
