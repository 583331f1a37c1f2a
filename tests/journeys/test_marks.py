"""What is seen is tapped on the photo: from the take-in's tablet and phone to the paper, the check and the pickup."""

import math
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Complaints, Opener, Shop
from tests.journeys.steps import answered, begin_take_in, envelope_code, finish_take_in, saved, scan
from tests.ops.running import until

PAD = "dialog.marking-pad"


def finger_on(page: Page, part: Locator, x: float = 0.5, y: float = 0.5) -> None:
    """A finger on a part of the picture, at shares of its width and height."""
    part.evaluate("part => part.closest('.marking-view').scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = part.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def tap(page: Page, x: float, y: float) -> None:
    """A finger on the picture."""
    finger_on(page, page.locator(".marking-view .dots"), x, y)


def mark(page: Page, x: float, y: float, code: str) -> None:
    """Tap where it is, then what it is: two taps."""
    tap(page, x, y)
    page.locator(f"{PAD} [data-code='{code}']").tap()
    expect(page.locator(PAD)).to_have_count(0)


def shown(page: Page) -> None:
    """The picture is there, so that a tap finds its place."""
    expect(page.locator("[data-marking][data-ready] .marking-view img")).to_be_visible()
    until(
        lambda: page.locator(".marking-view img").evaluate("image => image.complete && image.naturalWidth > 0"),
        "The picture to mark on was not shown.",
    )


def test_marked_on_the_photo_and_seen_by_everybody_after(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    counter = visit("tablet", "noor")
    begin_take_in(counter, "okafor")
    counter.click("button.kind:has-text('Ring')")
    counter.fill("[name=description]", "Ring with a halo")
    counter.set_input_files("[data-photo-file]", photos[:2])
    expect(counter.locator(".marking-picture img[src^='/photos/']")).to_have_count(2)
    counter.locator(".marking-picture").first.tap()
    shown(counter)
    mark(counter, 0.7, 0.5, "PRW")
    mark(counter, 0.3, 0.72, "SCR")
    mark(counter, 0.5, 0.2, "SYN?")
    marks = counter.locator(".marking .mark-list li")
    expect(marks).to_have_count(3)
    expect(marks.first).to_contain_text("prong worn, 3 o'clock")

    counter.locator("[data-tool=stone]").tap()
    for stone in range(6):
        turn = math.radians(60 * stone)
        tap(counter, 0.5 + 0.2 * math.sin(turn), 0.5 - 0.2 * math.cos(turn))
    expect(counter.locator("[data-tool=stone]")).to_contain_text("6 stones")
    tap(counter, 0.5, 0.3)  # once more: it was counted twice
    expect(counter.locator("[data-tool=stone]")).to_contain_text("5 stones")
    counter.locator("[data-undo]").tap()
    expect(counter.locator("[data-tool=stone]")).to_contain_text("6 stones")

    counter.locator("[data-tool=twelve]").tap()
    tap(counter, 0.5, 0.5)
    tap(counter, 0.5, 0.9)  # the hallmark lies below: what was at 3 is now at 9
    expect(marks.first).to_contain_text("prong worn, 9 o'clock")

    counter.locator(".marking-view [data-id]").first.focus()
    for _ in range(3):
        counter.keyboard.press("Shift+ArrowDown")
    expect(marks.first).to_contain_text("prong worn, 10 o'clock")
    saved(counter)

    phone = visit("phone", "maya")
    phone.goto(counter.url.replace(the_shop.url, ""))
    shown(phone)
    there = phone.locator(".marking .mark-list li")
    expect(there).to_have_count(3)
    phone.locator("[data-zoom]").tap()
    mark(phone, 0.5, 0.62, "THN")
    expect(there).to_have_count(4)
    there.filter(has_text="scratched").locator("[data-drop]").tap()
    expect(there).to_have_count(3)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing hangs over the edge of the phone"
    saved(phone)

    counter.reload()
    shown(counter)
    counter.click("button:has-text('Clean, inspect')")
    counter.wait_for_selector(".task-row")
    number = finish_take_in(counter)
    expect(counter.locator(".condition .mark-list")).to_contain_text("shank thin")
    expect(counter.locator(".condition .stone")).to_have_count(6)
    code = envelope_code(the_shop, number)
    assert the_shop.value("SELECT stone_count FROM envelope WHERE code = %s", code) == 6

    counter.goto(f"/prints/claim-check/{number}")
    paper = counter.locator(".piece-block")
    expect(paper).to_contain_text("6 stones counted")
    expect(paper.locator(".mark-list li")).to_have_count(2)
    expect(paper.locator("svg .dot")).to_have_count(2)
    assert "identity not tested" not in paper.inner_text()

    bench = visit("tablet", "kai")
    bench.goto("/bench")
    scan(bench, code)
    expect(bench.locator("h1.number")).to_have_text(f"{number}-1")
    expect(bench.locator(".hero .dots .dot")).to_have_count(3)
    scan(bench, "A-START")
    answered(bench, "Started")
    scan(bench, "A-DONE")
    answered(bench, "check")

    check = visit("tablet", "ines")
    check.goto(f"/bench/quality/{code}")
    stones = check.locator("[data-stone]")
    expect(stones).to_have_count(6)
    expect(check.locator(".stone-check .zoom")).to_be_visible()
    for stone in stones.all()[:5]:
        finger_on(check, stone.locator(".disc"))
    expect(check.locator("[data-stone-words]")).to_have_text("5 of 6 stones")
    stones.last.focus()
    check.keyboard.press("Space")
    expect(check.locator("[data-stone-words]")).to_have_text("6 of 6 stones")
    check.set_input_files("[data-photo-file]", photos[2])
    expect(check.locator("[data-photo-capture] .photo:not(.pending) img")).to_have_count(1)
    for tick in check.locator(".checklist input[type=checkbox]").all():
        tick.check()
    check.click("[data-pass]")
    check.wait_for_url(lambda url: not url.endswith(code))

    counter.goto(f"/tickets/{number}/pickup")
    expect(counter.locator(".condition .mark-list li")).to_have_count(2)
    slider = counter.locator("[data-compare][data-ready] input[type=range]")
    slider.focus()
    counter.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "52 %")
    plain = counter.context.browser
    assert plain
    signed_in = counter.context.storage_state()
    without = plain.new_context(base_url=the_shop.url, java_script_enabled=False, storage_state=signed_in)
    still = without.new_page()
    still.goto(f"/tickets/{number}/pickup")
    expect(still.locator("[data-compare] input")).to_be_hidden()
    left, right = (still.locator("[data-compare] img").nth(at).bounding_box() for at in (0, 1))
    assert left and right and left["x"] + left["width"] <= right["x"] + 1, "both pictures stand side by side"
    without.close()


def test_what_was_tapped_while_the_line_was_down_comes_back(
    the_shop: Shop, visit: Opener, complaints: Complaints
) -> None:
    page = visit("phone", "noor")
    begin_take_in(page, "chen")
    page.click("button.kind:has-text('Watch')")
    shown(page)
    mark(page, 0.5, 0.2, "CRX")
    saved(page)
    page.context.set_offline(True)
    mark(page, 0.75, 0.5, "SCR")
    expect(page.locator("[data-save-words]")).to_contain_text("Not saved yet")
    page.context.set_offline(False)
    until(
        lambda: the_shop.value(
            "SELECT bool_or(data::text LIKE '%%CRX%%' AND data::text LIKE '%%\"SCR\"%%') FROM intake_draft"
        ),
        "The tap made without a line did not reach the shop.",
    )
    page.reload()
    shown(page)
    marks = page.locator(".marking .mark-list li")
    expect(marks).to_have_count(2)
    expect(marks.nth(1)).to_contain_text("scratched, 3 o'clock")
    assert all("net::ERR" in one or "htmx" in one for one in complaints), complaints
    complaints.clear()  # a browser says that the line was cut; nothing else was said
