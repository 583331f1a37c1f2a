"""Handing over: the right piece, to the right person, paid and signed for, once."""

from typing import Any

import httpx
import pytest

from tests.factories import World, a_signature, a_ticket, passed, sign_in
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, start_work

pytestmark = pytest.mark.anyio
BLANK = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def a_ready_ticket(shop: World, *, pieces: int = 1, ready: int | None = None, **more: Any) -> Ticket:
    """A ticket whose first pieces passed the quality check."""
    ticket = await a_ticket(shop, pieces=pieces, **more)
    for place in range(1, (pieces if ready is None else ready) + 1):
        await start_work(f"{ticket.number}-{place}", by=shop.bench)
        await finish_work(f"{ticket.number}-{place}", by=shop.bench)
        await passed(f"{ticket.number}-{place}", shop)
    return ticket


def a_form(ticket: Ticket, *places: int, **more: Any) -> dict[str, Any]:
    """Rosa pays $90.37 by card and signs."""
    return {
        "envelope": [f"{ticket.number}-{place}" for place in places or (1,)], "collector": "Rosa Bennett",
        "id_kind": "known", "signature": a_signature(), "amount": "90.37", "tender": "card", "last_four": "4242",
    } | more  # fmt: skip


async def nothing_happened() -> None:
    assert await fetch_value("SELECT count(*) FROM payment") == 0
    assert await fetch_value("SELECT count(*) FROM envelope WHERE stage = 'picked_up'") == 0
    assert await fetch_value("SELECT count(*) FROM signature") == 0


async def test_paid_signed_and_gone(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/tickets/{ticket.number}/pickup")).text
    assert 'value="90.37"' in html
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket))
    assert answer.status_code == 303
    done = (await client.get(answer.headers["location"])).text
    assert "Handed to Rosa Bennett" in done
    assert "receipt" in done
    assert await fetch_one("SELECT amount_cents, tender, last_four FROM payment") == {
        "amount_cents": 9037, "tender": "card", "last_four": "4242",
    }  # fmt: skip
    assert await fetch_value("SELECT closed_at IS NOT NULL FROM ticket")
    assert await fetch_value("SELECT warranty_until IS NOT NULL FROM task LIMIT 1")
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Handed to Rosa Bennett (known to us), signed for" in page
    assert "Everything has been handed over." in page


async def test_the_same_press_twice_pays_and_hands_over_once(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket, idempotency_key="pressed twice")
    for _ in range(2):
        answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
        assert answer.headers["location"] == f"/tickets/{ticket.number}/pickup/done"
    assert await fetch_value("SELECT count(*) FROM payment") == 1
    assert await fetch_value("SELECT count(*) FROM event WHERE to_stage = 'picked_up'") == 1


async def test_one_piece_leaves_and_the_other_stays_and_is_owed(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, pieces=2, ready=1)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/tickets/{ticket.number}/pickup")).text
    assert "Work has not started." in html
    assert f'value="{ticket.number}-2"' not in html
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket, 1))
    done = (await client.get(answer.headers["location"])).text
    assert "Stays here" in done
    assert f"{ticket.number}-2" in done
    assert "$90.37 is still owed" in done
    stages = await fetch("SELECT stage FROM envelope ORDER BY place_no")
    assert [row["stage"] for row in stages] == ["picked_up", "received"]
    assert await fetch_value("SELECT closed_at FROM ticket") is None


async def test_the_last_page_tells_only_what_left_this_time(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, pieces=2)
    await sign_in(client, shop.staff["counter"])
    await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket, 1))
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket, 2))
    done = (await client.get(answer.headers["location"])).text
    assert f"#{ticket.number}-2" in done
    assert f"#{ticket.number}-1" not in done
    assert "Nothing of Rosa Bennett stays here" in done


async def test_a_piece_that_is_not_ready_never_leaves(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, pieces=2, ready=1)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket, 1, 2, amount="180.74")
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert answer.status_code == 409
    assert "cannot go to" in answer.text
    await nothing_happened()


async def test_the_amount_due_follows_what_is_chosen(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, pieces=2)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/pickup/due"
    both = await client.post(url, data={"envelope": [f"{ticket.number}-1", f"{ticket.number}-2"]})
    one = await client.post(url, data={"envelope": f"{ticket.number}-2", "amount": "180.74", "last_four": "4242"})
    assert 'value="180.74"' in both.text
    assert 'value="90.37"' in one.text
    assert "4242" in one.text


async def test_an_open_balance_keeps_the_piece_here(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket, amount="50", id_last_four="")
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert answer.status_code == 409
    assert "$40.37 is still owed" in answer.text
    assert 'value="50"' in answer.text  # what was typed is still there
    assert form["signature"] in answer.text.replace("&#43;", "+")
    await nothing_happened()


async def test_only_a_manager_lets_a_piece_go_unpaid_and_says_why(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    form = a_form(ticket, amount="0", tender="", last_four="", unpaid_reason="pays on Friday, old customer")
    await sign_in(client, shop.staff["counter"])
    refused = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert refused.status_code == 422 and "A manager approves" in refused.text
    await nothing_happened()
    await sign_in(client, shop.staff["manager"])
    without = await client.post(f"/tickets/{ticket.number}/pickup", data=form | {"unpaid_reason": ""})
    assert without.status_code == 409
    await nothing_happened()
    assert (await client.post(f"/tickets/{ticket.number}/pickup", data=form)).status_code == 303
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "$90.37 left unpaid: pays on Friday, old customer" in page


async def test_a_card_number_in_the_reason_is_refused(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["manager"])
    form = a_form(ticket, amount="0", unpaid_reason="charge 4111 1111 1111 1111 later")
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert answer.status_code == 422
    assert "card number" in answer.text
    await nothing_happened()


async def test_somebody_not_listed_gets_nothing_until_the_customer_agrees(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket, collector="Tom Bennett", id_kind="licence", id_last_four="9921")
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert answer.status_code == 409
    assert "Call the customer" in answer.text
    await nothing_happened()
    listed = await client.post(
        f"/tickets/{ticket.number}/pickup/collectors",
        data={"new_collector": "Tom Bennett"},
        headers={"HX-Request": "true"},
    )
    assert 'value="Tom Bennett" checked' in listed.text
    assert (await client.post(f"/tickets/{ticket.number}/pickup", data=form)).status_code == 303
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Tom Bennett may collect too (by phone)" in page
    assert "Handed to Tom Bennett (driver&#39;s licence …9921)" in page


async def test_another_collector_shows_a_document(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, collectors=["Tom Bennett"])
    await sign_in(client, shop.staff["counter"])
    for id_kind, four in (("known", ""), ("licence", ""), ("licence", "A1234567")):
        form = a_form(ticket, collector="Tom Bennett", id_kind=id_kind, id_last_four=four)
        answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
        assert answer.status_code == 422, (id_kind, four)
    await nothing_happened()


async def test_a_new_collector_needs_a_name(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(
        f"/tickets/{ticket.number}/pickup/collectors", data={"new_collector": ""}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "Write the name." in answer.text
    assert await fetch_value("SELECT collectors FROM ticket") == "[]"


async def test_no_signature_no_handover_and_nothing_typed_is_lost(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop, collectors=["Tom Bennett"])
    await sign_in(client, shop.staff["counter"])
    for signature in ("", BLANK, "data:image/png;base64,AAAA"):
        form = a_form(ticket, collector="Tom Bennett", id_kind="passport", id_last_four="77AB", signature=signature)
        answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
        assert answer.status_code == 422
        assert "There is no signature yet" in answer.text
        assert 'value="77AB"' in answer.text
        assert 'value="4242"' in answer.text
        assert 'value="Tom Bennett" checked' in answer.text
    await nothing_happened()


async def test_nothing_chosen_is_said_beside_the_pieces(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ready_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = a_form(ticket)
    del form["envelope"]
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=form)
    assert answer.status_code == 422
    assert "Choose at least one piece." in answer.text
    await nothing_happened()


async def test_before_anything_is_ready_there_is_nothing_to_hand_over(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/tickets/{ticket.number}/pickup")).text
    assert "Nothing is ready to collect yet" in html
    assert "Signature" not in html


async def test_a_deposit_on_work_that_fell_away_is_given_back_before_they_leave(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ready_ticket(shop)
    await take_payment(ticket, NewPayment(4000, "cash", "deposit"), by=shop.counter)
    await fetch("UPDATE task SET price_cents = 0")
    await sign_in(client, shop.staff["counter"])
    back = f'href="/tickets/{ticket.number}/payments?kind=refund"'
    html = (await client.get(f"/tickets/{ticket.number}/pickup")).text
    assert "We owe them $40.00" in html and back in html
    part = await client.post(f"/tickets/{ticket.number}/pickup/due", data={"envelope": f"{ticket.number}-1"})
    assert "We owe them $40.00" in part.text
    answer = await client.post(f"/tickets/{ticket.number}/pickup", data=a_form(ticket, amount=""))
    done = (await client.get(answer.headers["location"])).text
    assert "We still owe them $40.00" in done and back in done
