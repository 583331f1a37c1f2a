"""The manager's desk: a number opens its rows, all of them are given away at once and taken back; an alarm is taken."""

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.journeys.conftest import Complaints, Opener, Shop
from tests.ops.running import until


def test_a_manager_gives_all_of_a_list_away_and_takes_it_back(
    the_shop: Shop, visit: Opener, complaints: Complaints
) -> None:
    desk = visit("tv", "maya")
    desk.goto("/desk")
    stat = desk.locator(".desk-numbers a:has-text('Nobody has it yet')")
    count = int(stat.locator(".figure").inner_text())
    assert count > 1
    expect(desk.locator("[data-chart='bar'] canvas").first).to_be_visible()
    stat.click()
    expect(desk.locator("[name=piece]")).to_have_count(count)
    give = desk.locator("button:has-text('Give to…')")
    expect(give).to_be_disabled()
    desk.check("[data-bulk-all]")
    expect(desk.locator("[data-bulk-said]")).to_have_text(f"{count} ticked")
    codes = [box.get_attribute("value") for box in desk.locator("[name=piece]").all()]
    give.click()
    expect(desk.locator("#give [data-bulk-count]")).to_have_text(str(count))
    desk.select_option("[name=jeweler]", label="Kai Lindqvist")
    desk.fill("[name=assign_reason]", "Ines is away")
    desk.click("#give button:has-text('Give them')")
    desk.wait_for_url("**/desk/bulk/**")
    expect(desk.locator("#progress header h2")).to_have_text("Finished", timeout=30_000)
    kai = the_shop.value("SELECT id FROM staff WHERE sign_in_name = 'kai'")
    mine = "SELECT count(*) FROM envelope WHERE code = ANY(%s) AND jeweler = %s"
    done = desk.locator(".bulk-items .is-done").count()
    assert done > 0 and the_shop.value(mine, codes, kai) == done
    desk.click("button:has-text('Take it back')")
    desk.click("dialog[open] button:has-text('Take it back')")
    expect(desk.locator("h1")).to_contain_text("taken back")
    expect(desk.locator("#progress header h2")).to_have_text("Finished", timeout=30_000)
    assert the_shop.value(mine, codes, kai) == 0
    assert not complaints


def test_an_alarm_rings_on_an_open_page_and_stands_as_somebodys(the_shop: Shop, visit: Opener) -> None:
    owner, manager = visit("tablet", "theo"), visit("phone", "maya")
    owner.goto("/")
    number = the_shop.value("SELECT number FROM envelope WHERE stage = 'at_bench' LIMIT 1")
    day = the_shop.value("SELECT promise_on FROM envelope WHERE number = %s", number)
    move(the_shop, number, day - timedelta(days=60))
    try:
        found = "SELECT id FROM alarm WHERE rule = 'late' AND subject = %s AND cleared_at IS NULL"
        until(lambda: the_shop.value(found, number), "The alarm was not raised.", seconds=60)
        expect(owner.locator("#bell .count")).to_be_visible()
        manager.goto("/alarms?rule=late")
        manager.locator(f".alarm-list li:has-text('{number}') [name=alarm]").check()
        manager.click("button:has-text('I take these')")
        expect(manager.locator(f".alarm-list li:has-text('{number}'):has-text('yours since')")).to_be_visible()
        owner.goto("/alarms?rule=late")
        expect(owner.locator(f".alarm-list li:has-text('{number}')")).to_contain_text("Maya Finch since")
    finally:
        move(the_shop, number, day)


def move(shop: Shop, number: str, day: date) -> None:
    """As if it had been promised for another day."""
    shop.rows("UPDATE envelope SET promise_on = %s WHERE number = %s RETURNING id", day, number)
