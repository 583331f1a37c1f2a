"""A bench with a scanner and nothing else: a hundred scans, many at once, a line that is down, a printed card."""

from playwright.sync_api import expect

from tests.journeys.conftest import Opener, Shop
from tests.journeys.steps import answered, scan


def test_a_hundred_scans_without_touching_anything_else(the_shop: Shop, visit: Opener) -> None:
    bench = visit("tablet", "kai")
    bench.goto("/bench")
    rows = the_shop.rows("SELECT code, number FROM envelope WHERE stage IN ('in_queue', 'received') ORDER BY id LIMIT 9")
    print(len(rows))
    scan(bench, rows[0]["code"])
    expect(bench.locator("h1.number")).to_have_text(rows[0]["number"])
    scan(bench, "A-START")
    answered(bench, "Started")
