"""One ring from the counter to the customer's hand, on the pages, with a wall watching."""

import io
import re
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop, sign
from tests.journeys.steps import (
    answered,
    begin_take_in,
    describe_ring,
    envelope_code,
    finish_take_in,
    link_in,
    pass_check,
    scan,
    until_text,
)  # fmt: skip
from tests.ops.running import until


def test_a_ring_goes_the_whole_way(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    counter, wall = visit("tablet", "noor"), visit("tv", "maya")
    wall.goto("/wall")
    begin_take_in(counter, "rosa")
    describe_ring(counter, photos)
    number = finish_take_in(counter)
    expect(wall.locator(f"[data-key$='{number[3:]}-1']")).to_be_visible(timeout=3_000)

    code = envelope_code(the_shop, number)
    label = counter.request.get(f"/prints/label/{code}")
    assert label.ok and "2,400" not in label.text()

    bench = visit("tablet", "kai")
    bench.goto("/bench")
    scan(bench, code)
    expect(bench.locator("h1.number")).to_have_text(f"{number}-1")
    scan(bench, "A-START")
    answered(bench, "Started")
    expect(wall.locator(f"[aria-label^='At bench'] [data-key$='{number[3:]}-1']")).to_be_visible(timeout=3_000)
    scan(bench, "A-START")
    scan(bench, "A-DONE")
    answered(bench, "check")
    moves = the_shop.value(
        "SELECT count(*) FROM event e JOIN envelope v ON v.id = e.envelope WHERE v.code = %s AND to_stage = 'at_bench'",
        code,
    )
    assert moves == 1

    bench.goto(f"/bench/quality/{code}")
    expect(bench.get_by_text("somebody else checks it")).to_be_visible()
    pass_check(visit("tablet", "ines"), code, photos[2], stones=5)

    body = until_text(the_shop, number, "ready_for_pickup")
    assert "Alder & Finch" in body and "sapphire" not in body.lower() and "2400" not in body
    phone = visit("phone")
    phone.goto(link_in(body))
    expect(phone.get_by_text(number)).to_be_visible()
    assert "Bennett" not in phone.content()

    counter.goto(f"/tickets/{number}")
    counter.get_by_role("link", name="Hand over").first.click()
    counter.wait_for_url("**/pickup")
    counter.locator("text=Cash").first.click()
    sign(counter)
    counter.click("button:has-text('Hand over')")
    counter.wait_for_url(lambda url: not url.endswith("/pickup"))
    stage = the_shop.value("SELECT stage FROM envelope WHERE code = %s", code)
    assert stage == "picked_up"
    assert the_shop.value("SELECT closed_at IS NOT NULL FROM ticket WHERE number = %s", number)
    texts = the_shop.rows(
        """SELECT template, count(*) AS times FROM message m JOIN ticket k ON k.id = m.ticket
           WHERE k.number = %s AND direction = 'out' GROUP BY 1""",
        number,
    )
    assert {row["template"]: row["times"] for row in texts}["ready_for_pickup"] == 1


def test_the_label_on_screen_is_the_envelopes_code(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    counter = visit("tablet", "noor")
    code = the_shop.value("SELECT code FROM envelope ORDER BY id LIMIT 1")
    token = the_shop.command("token", "create", "--name", "till", "--role", "counter").stdout.strip()
    picture = counter.request.get(f"/api/envelopes/{code}/label.png", headers={"Authorization": f"Bearer {token}"})
    assert picture.ok, picture.text()
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.body())))
    assert [one.text for one in read] == [code]


def test_a_tablet_dies_and_another_goes_on_where_it_was(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    first = visit("tablet", "noor")
    begin_take_in(first, "moreau")
    describe_ring(first, photos, words="Signet ring, grandfather's")
    first.type("[name=customer_says]", "Feels loose on cold days", delay=5)
    until(
        lambda: the_shop.value("SELECT bool_or(data::text LIKE '%%cold days%%') FROM intake_draft"),
        "What was typed did not reach the shop by itself.",
    )
    draft = re.sub(r"/piece/1.*", "", first.url)
    first.context.close()

    second = visit("phone", "maya")
    second.goto("/")
    second.get_by_role("link", name=re.compile("Moreau, 1 piece")).click()
    second.goto(draft + "/piece/1")
    expect(second.locator("[name=description]")).to_have_value("Signet ring, grandfather's")
    expect(second.locator("[name=size_wanted]")).to_have_value("7")
    expect(second.locator("[name=declared_value]")).to_have_value("2400")
    expect(second.locator("[name=customer_says]")).to_have_value("Feels loose on cold days")
    expect(second.locator("#photos .photo img")).to_have_count(2)
    before = the_shop.value("SELECT last_number FROM shop")
    number = finish_take_in(second)
    assert number == f"HR-{before + 1}"


def test_two_people_scan_the_same_envelope(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    counter = visit("tablet", "noor")
    begin_take_in(counter, "chen")
    describe_ring(counter, photos)
    number = finish_take_in(counter)
    code = envelope_code(the_shop, number)
    kai, ines = visit("tablet", "kai"), visit("tablet", "ines")
    for page in (kai, ines):
        page.goto("/bench")
        scan(page, code)
        expect(page.locator("h1.number")).to_have_text(f"{number}-1")
    scan(kai, "A-START")
    scan(ines, "A-START")
    answered(kai, "Started")
    answered(ines, "Kai")
    assert (
        the_shop.value("SELECT s.name FROM envelope v JOIN staff s ON s.id = v.jeweler WHERE v.code = %s", code)
        == "Kai Lindqvist"
    )
