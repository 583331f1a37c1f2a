"""The gate on a tablet that dies, stone by stone, with take-in's photo in the viewfinder; then the dispute file."""

import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.journeys.conftest import ARGUMENTS, Complaints, Opener, Shop, a_photo_file, chromium_path
from tests.journeys.test_camera import film_of


def at_the_gate(page: Page, shop: Shop, photos: list[Path]) -> tuple[str, str]:
    """A ring with five stones taken in, sized, and laid at the gate by another system. Gives number and code."""
    token = shop.command("token", "create", "--name", "till", "--role", "manager").stdout.strip()
    bearer = {"Authorization": f"Bearer {token}"}
    ring = {
        "piece": {"kind": "ring", "description": "Sapphire ring", "metal": "14k"}, "tasks": [{"code": "PL-CLN"}],
        "stone_points": [{"picture": "ring-top", "x": 0.2 + at * 0.15, "y": 0.5} for at in range(5)],
        "size_now": "6", "size_wanted": "7", "declared_value": 240_000,
    }  # fmt: skip
    taken = page.request.post(
        "/api/tickets", data={"customer": {"last_name": "Orlov", "phone": "212 555 0199"}, "envelopes": [ring]},
        headers=bearer,
    ).json()  # fmt: skip
    code = str(taken["envelopes"][0]["code"])
    for photo, angle in zip(photos, ("above", "side"), strict=False):
        form = {"photo": photo, "kind": "take_in", "angle": angle}
        assert page.request.post(f"/api/envelopes/{code}/photos", multipart=form, headers=bearer).ok  # type: ignore[arg-type]
    for to in ("in_queue", "at_bench", "quality_check"):
        answer = page.request.post(f"/api/envelopes/{code}/moves", data={"to": to}, headers=bearer)
        assert answer.ok, answer.text()
    return str(taken["number"]), code


def ticks(page: Page) -> int:
    return page.locator(".checklist input[type=checkbox]:checked").count()


def test_a_tablet_dies_at_the_check_and_another_goes_on(
    the_shop: Shop, visit: Opener, complaints: Complaints, playwright: Playwright, photos: list[Path], tmp_path: Path
) -> None:
    first = visit("tablet", "ines")
    number, code = at_the_gate(first, the_shop, photos)
    first.goto(f"/bench/quality/{code}")
    boxes = first.locator(".checklist input[type=checkbox]")
    for box in boxes.all()[:4]:
        box.check()
    stones = first.locator("[data-stone]")
    for at in range(4):
        stones.nth(at).focus()
        first.keyboard.press("Space")
    expect(first.locator("[data-stone-words]")).to_have_text("4 of 5 stones")
    expect(first.locator("[data-save-words]").first).to_have_text(re.compile(r"^Saved \d\d:\d\d"))
    first.context.set_offline(True)
    boxes.nth(4).check()
    expect(first.locator("[data-save-words]").first).to_contain_text("Kept on this tablet")
    first.context.set_offline(False)
    expect(first.locator("[data-save-words]").first).to_have_text(re.compile(r"^Saved \d\d:\d\d"), timeout=20_000)
    first.close()  # the battery
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]  # its own words

    film = film_of(a_photo_file(tmp_path, "bench.jpg").read_bytes(), tmp_path / "bench.y4m")
    chromium = playwright.chromium.launch(
        executable_path=chromium_path(),
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    try:
        second = visit("tablet", "ines", chromium)
        second.goto(f"/bench/quality/{code}")
        assert ticks(second) == 5
        expect(second.locator("[data-stones-held]")).to_have_text("4")
        last = second.locator("[data-stone]").last
        last.focus()
        second.keyboard.press("Space")
        second.keyboard.press("Space")
        expect(last).to_have_attribute("aria-label", "Stone 5: moves")
        expect(second.locator("[data-still]")).to_contain_text("one stone moves: fail it")
        second.keyboard.press("Space")
        second.keyboard.press("Space")
        expect(last).to_have_attribute("aria-label", "Stone 5: tight")
        for box in second.locator(".checklist input[type=checkbox]").all():
            box.check()
        second.fill("#f-size", "6.5")
        second.click("[data-shoot] >> nth=0")
        expect(second.locator("dialog.camera .view .ghost")).to_be_visible()
        second.click("dialog.camera button:has-text('Take photo')")
        second.click("dialog.camera button:has-text('Close')")
        expect(second.locator("[data-photo-capture] .photo:not(.pending) img").first).to_be_visible()
        second.click("[data-pass]")
        expect(second.locator(".error-summary")).to_contain_text("Size 6.5 measured, 7 is asked for")
        assert ticks(second) == second.locator(".checklist input[type=checkbox]").count()
        second.fill("#f-size", "7")
        second.click("[data-pass]")
        second.wait_for_url(lambda url: not url.endswith(code))
    finally:
        chromium.close()

    maya = visit("tv", "maya")
    maya.goto(f"/tickets/{number}")
    maya.click("a:has-text('Dispute file')")
    expect(maya.locator(".proof")).to_contain_text("Unchanged.")
    expect(maya.locator(".evidence figcaption").first).to_contain_text("File unchanged")
    expect(maya.locator("main")).to_contain_text("Size on the mandrel: 7")
    with maya.expect_download() as file:
        maya.click("a:has-text('As a file')")
    assert file.value.suggested_filename == f"dispute-{number}-1.json"
    assert the_shop.value("SELECT count(*) FROM event WHERE name = 'dispute_read' AND data ->> 'how' = 'json'") == 1
