"""Money as it is typed, and tax as it was signed for: neither moves behind anybody's back."""

import pytest

from tests.factories import World, a_ticket
from workshop import clock, money
from workshop.errors import InvalidInput
from workshop.record.money.balances import balances
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.taxes import set_tax_rate, tax_table

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("$1,269.50", 126950), ("40", 4000), (" $ 5 ", 500), (".5", 50), ("40.", 4000), ("1,269", 126900)],
)
def test_an_amount_is_read_as_it_was_meant(typed: str, cents: int) -> None:
    assert money.parse(typed) == cents


@pytest.mark.parametrize("typed", ["12,50", "1.234", "1e3", "1_0", "12,34,567", "-4", "4 5", "٣", "", "$", "10000001"])
def test_an_amount_that_could_mean_another_is_asked_again(typed: str) -> None:
    with pytest.raises(InvalidInput, match="not an amount"):
        money.parse(typed)


async def test_the_rate_the_program_came_with_is_confirmed_once(world: World) -> None:
    today = clock.today(world.shop.zone)
    [repair] = [one for one in await tax_table(world.shop.id) if one["tax_class"] == "repair"]
    rate = repair["now"]["rate_per_100k"]
    await set_tax_rate("repair", rate, start=today, by=world.owner)
    with pytest.raises(InvalidInput, match="the rate already"):
        await set_tax_rate("repair", rate, start=today, by=world.owner)
    [repair] = [one for one in await tax_table(world.shop.id) if one["tax_class"] == "repair"]
    assert repair["now"]["made_by"] == world.owner.id and repair["now"]["rate_per_100k"] == rate


async def test_a_rate_set_this_afternoon_leaves_this_mornings_ticket_as_signed(world: World) -> None:
    ticket = await a_ticket(world)
    signed = (await sum_of(ticket)).total
    assert signed > (await sum_of(ticket)).subtotal  # it is taxed at all
    await set_tax_rate("cleaning", 20_000, start=clock.today(world.shop.zone), by=world.manager)
    await set_tax_rate("repair", 20_000, start=clock.today(world.shop.zone), by=world.manager)
    assert (await sum_of(ticket)).total == signed == (await balances([ticket.id]))[ticket.id]
    assert (await sum_of(await a_ticket(world))).total > signed
