"""A price from the desk to the customer's bill: changed, tried, bundled, let off with a manager's word, kept."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import begin_take_in, describe_ring, finish_take_in, saved


def change_polish(desk: Page, dollars: str) -> None:
    """The manager finds the polish, tries another price beside the old one, and lets it hold from today."""
    desk.goto("/desk/prices")
    desk.get_by_label("Find work").press_sequentially("polish")
    desk.get_by_role("link", name="Polish and refinish").click()
    desk.fill("[name=base]", dollars)
    expect(desk.locator("#try tfoot")).to_contain_text(f"${dollars}")
    desk.fill("[name=note]", "Wages went up")
    desk.click("button:has-text('Save')")
    expect(desk.locator(".price-history li").first).to_contain_text(f"${dollars}")


def test_a_price_is_made_bundled_let_off_and_kept(the_shop: Shop, visit: Opener, photos: list[Path]) -> None:
    desk, counter = visit("tablet", "maya"), visit("tablet", "noor")
    change_polish(desk, "47.00")

    begin_take_in(counter, "chen")
    describe_ring(counter, photos, work="Polish and refinish", words="Signet ring")
    counter.get_by_role("button", name="Ring spa").click()
    prices = counter.locator("#prices")
    expect(prices).to_contain_text("Ring spa package")
    prices.locator("summary", has_text="Polish and refinish").click()
    expect(prices.get_by_text("Labour and material").locator("visible=true").first).to_be_visible()

    polish = prices.locator(".price-line", has_text="Polish and refinish")
    polish.get_by_role("button", name="Let something off").click()
    dialog = counter.locator("dialog.ask-discount")
    dialog.locator("label.choice:has-text('20 %')").click()
    dialog.locator("label.choice:has-text('We were late')").click()
    dialog.get_by_role("button", name="Let it off").click()
    dialog.get_by_role("button", name="Ask a manager").click()
    word = counter.locator("dialog.approve")
    word.locator(".face", has_text="Maya").click()
    word.locator("#approve-pin").press_sequentially("444444")
    expect(dialog).to_have_count(0)
    expect(prices).to_contain_text("20 % off, we were late")
    # what was unfolded stays unfolded while the prices are read again
    expect(prices.locator(".price-line[open]", has_text="Polish and refinish")).to_have_count(1)
    saved(counter)

    number = finish_take_in(counter)
    task = the_shop.rows(
        """SELECT t.* FROM task t JOIN envelope v ON v.id = t.envelope
           WHERE v.number = %s AND t.code = 'PL-REF'""",
        f"{number}-1",
    )[0]
    assert (task["book_cents"], task["price_cents"], task["piecework_cents"]) == (4700, 3760, 1222)
    bundle = the_shop.value(
        "SELECT sum(t.package_cents) FROM task t JOIN envelope v ON v.id = t.envelope WHERE v.number = %s",
        f"{number}-1",
    )
    assert bundle == 1000

    change_polish(desk, "60.00")
    counter.goto(f"/tickets/{number}")
    line = counter.locator(".price-line", has_text="Polish and refinish")
    expect(line.locator("summary")).to_contain_text("$37.60")
    line.locator("summary").click()
    expect(line).to_contain_text("20 % off, we were late")
    expect(counter.locator(".discount-row")).to_contain_text("approved by Maya")
    change_polish(desk, "40.00")  # as the demo shop had it
