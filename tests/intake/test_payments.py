"""Money at the ticket: deposits, the balance, a manager's refund; never a card number, never twice."""

import httpx
import pytest

from printing.receipts import receipt_of
from tests.factories import World, a_ticket, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.money.balances import balances
from workshop.record.money.money_owed import sum_of
from workshop.record.pieces.piece_collectors import allow_collector
from workshop.record.prices.work import NewTask
from workshop.record.shop.approvals import Request, approve_by_pin
from workshop.record.shop.staff import device_of, enrol_device, hash_pin

pytestmark = pytest.mark.anyio
DEPOSIT = {"kind": "deposit", "amount": "40", "tender": "cash"}


async def test_a_deposit_lowers_the_balance(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    assert (await client.post(f"/tickets/{ticket.number}/payments", data=DEPOSIT)).status_code == 303
    html = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Deposit" in html
    assert "$50.37" in html
    assert "$40.00 received as a deposit, cash" in html


async def test_a_double_press_pays_once(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    for _ in range(2):
        answer = await client.post(f"/tickets/{ticket.number}/payments", data=DEPOSIT | {"idempotency_key": "k1"})
        assert answer.status_code == 303
    assert await fetch_value("SELECT sum(amount_cents) FROM payment") == 4000
    await client.post(f"/tickets/{ticket.number}/payments", data=DEPOSIT | {"idempotency_key": "k2"})
    assert await fetch_value("SELECT sum(amount_cents) FROM payment") == 8000


async def test_more_than_is_owed_is_refused_beside_the_amount(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/tickets/{ticket.number}/payments", data=DEPOSIT | {"amount": "900"})
    assert answer.status_code == 422
    assert "more than is owed" in answer.text
    assert 'value="900"' in answer.text
    assert await fetch_value("SELECT count(*) FROM payment") == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "abc"}, "is not an amount"),
        ({"amount": ""}, "above zero"),
        ({"amount": "-5"}, "is not an amount"),
        ({"tender": ""}, "One of"),
        ({"tender": "card", "last_four": "12"}, "last four"),
        ({"tender": "card", "last_four": "4111111111111111"}, "card number"),
    ],
)
async def test_what_cannot_be_money_is_said_and_nothing_is_lost(
    client: httpx.AsyncClient, shop: World, wrong: dict[str, str], words: str
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = {"kind": "deposit", "amount": "41.50", "tender": "cash"} | wrong
    answer = await client.post(f"/tickets/{ticket.number}/payments", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{form["amount"]}"' in answer.text
    assert await fetch_value("SELECT count(*) FROM payment") == 0


async def test_money_goes_back_at_a_managers_word_and_never_more_than_was_paid(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/payments"
    await client.post(url, data=DEPOSIT)
    refund = {"kind": "refund", "amount": "15", "tender": "cash", "reason": "Took the polish off", "given": "20"}
    assert "Give money back" in (await client.get(f"/tickets/{ticket.number}")).text
    without = await client.post(url, data=refund | {"reason": ""})
    assert without.status_code == 422 and "Say why" in without.text
    assert (await client.post(url, data=refund | {"amount": "41"})).status_code == 422
    asked = await client.post(url, data=refund)
    assert asked.status_code == 422 and "give back $15.00" in asked.text and "act=refund" in asked.text
    assert 'value="Took the polish off"' in asked.text
    await fetch("UPDATE staff SET pin_hash = $2 WHERE id = $1", shop.manager.id, hash_pin("444444"))
    device = await device_of(await enrol_device(shop.staff["counter"], "till"))
    assert device is not None
    word = Request("refund", ticket.number, 1500, "Took the polish off")
    await approve_by_pin(shop.manager.id, "444444", word, by=shop.counter, device=device)
    assert (await client.post(url, data=refund)).status_code == 303
    again = await client.post(url, data=refund)
    assert again.status_code == 422, "one word, one refund"
    amounts = await fetch("SELECT amount_cents FROM payment ORDER BY id")
    assert [row["amount_cents"] for row in amounts] == [4000, -1500]
    assert "$15.00 given back, cash: Took the polish off" in (await client.get(f"/tickets/{ticket.number}")).text
    await sign_in(client, shop.staff["manager"])
    assert (await client.post(url, data=refund)).status_code == 303, "a manager needs nobody else's word"


async def test_tax_is_per_class(client: httpx.AsyncClient, shop: World) -> None:
    """Polishing $40.00 at 8.875 %, an appraisal of $95.00 untaxed."""
    ticket = await a_ticket(shop, tasks=[NewTask("PL-REF"), NewTask("AP-VAL")])
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/tickets/{ticket.number}")).text
    for amount in ("$135.00", "$3.55", "$138.55"):
        assert amount in html


async def test_the_dialog_proposes_what_is_owed(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    part = await client.get(f"/tickets/{ticket.number}/payments", headers={"HX-Request": "true"})
    assert 'value="90.37"' in part.text
    assert "<html" not in part.text


async def test_the_ticket_names_everybody_who_may_collect(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, collectors=["James Bennett"])
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", ticket.id)
    await allow_collector(piece, "Otto Vandersloot", how="phone", by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Rosa Bennett, James Bennett, Otto Vandersloot" in html


async def test_what_is_given_back_for_good_is_not_owed_again(client: httpx.AsyncClient, shop: World) -> None:
    """$90.37 paid, then $10.00 back for a scratch in the polish: nothing more is owed, on any page."""
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["manager"])
    url = f"/tickets/{ticket.number}/payments"
    await client.post(url, data=DEPOSIT | {"amount": "90.37"})
    refund = {"kind": "refund", "amount": "10", "tender": "cash", "reason": "A scratch was left"}
    asked = (await client.get(url + "?kind=refund")).text
    assert "Is it owed again afterwards?" in asked and 'value="90.37"' not in asked  # never all of it by a slip
    assert (await client.post(url, data=refund | {"afterwards": "let_off"})).status_code == 303
    owed = await sum_of(ticket)
    assert (owed.paid, owed.let_off, owed.balance) == (8037, 1000, 0)
    assert await balances([ticket.id]) == {ticket.id: 0}
    assert owed.due_for([one.envelope for one in owed.envelopes]) == 0
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Let off with what was given back" in page
    assert "$10.00 given back, cash, and let off: A scratch was left" in page
    receipt = await receipt_of(ticket.id)
    assert receipt.payments[-1] == ("Let off", "$10.00") and receipt.balance == "$0.00"

    assert (await client.post(url, data=refund | {"afterwards": "owed", "reason": "Wrong card"})).status_code == 303
    assert (await sum_of(ticket)).balance == 1000


async def test_what_was_paid_too_much_lets_nothing_off(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["manager"])
    await client.post(f"/tickets/{ticket.number}/payments", data=DEPOSIT | {"amount": "90.37"})
    await fetch("UPDATE task SET price_cents = 0")
    refund = {"kind": "refund", "amount": "90.37", "tender": "cash", "reason": "No work", "afterwards": "let_off"}
    assert (await client.post(f"/tickets/{ticket.number}/payments", data=refund)).status_code == 303
    owed = await sum_of(ticket)
    assert (owed.paid, owed.let_off, owed.balance) == (0, 0, 0)
