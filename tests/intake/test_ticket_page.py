"""The ticket page: what it shows to whom, its one next step, and the moves it carries out."""

import httpx
import pytest

from intake.next_step import choices, next_step
from tests.factories import World, a_ring, a_ticket, an_envelope, sign_in
from tests.out_of_house import sent_out
from workshop.db import fetch, fetch_value, transaction
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.prices.work import NewTask
from workshop.record.stages import MOVES, Stage, Standing
from workshop.record.tickets.envelopes import move, start_work
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
HEAD = NewTask("HD-NEW", drivers={"metal": "18k", "mm": "6.5"})


async def page_of(client: httpx.AsyncClient, number: str) -> str:
    answer = await client.get(f"/tickets/{number}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_it_shows_whose_it_is_what_is_done_and_what_it_costs(client: httpx.AsyncClient, shop: World) -> None:
    async with transaction():
        rosa = await add_customer(NewCustomer("Bennett", "Rosa", "212 555 0111", allergies="nickel"), by=shop.counter)
    one = NewEnvelope(
        [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})], piece=a_ring(),
        declared_value_cents=640_000, declared_words="six and a half, says my aunt", size_now="6", size_wanted="7.5",
        marks=[{"code": "PRW", "position": "3 o'clock"}],
    )  # fmt: skip
    ticket = await a_ticket(shop, customer=None, customer_id=rosa.id, envelopes=[one])
    await sign_in(client, shop.staff["counter"])
    html = await page_of(client, ticket.number)
    for words in (
        "Rosa Bennett", "tel:+12125550111", "Allergy: nickel", "$6,400.00", "six and a half, says my aunt",
        "six to seven and a half", "prong worn, 3 o&#39;clock", "Size up", "13 stones instead of 4", "$83.00",
        "$7.37", "$90.37", "Put in the queue",
    ):  # fmt: skip
        assert words in html, words


async def test_the_bench_has_no_access_to_names_and_values(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["bench"])
    for path in ("", "/pickup", "/estimate", "/payments", "/moves/1"):
        answer = await client.get(f"/tickets/{ticket.number}{path}")
        assert answer.status_code == 403, path
        assert "Bennett" not in answer.text


async def test_a_ticket_of_another_number_is_not_found(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    assert (await client.get("/tickets/HR-99999")).status_code == 404


async def test_the_main_button_puts_every_received_piece_in_the_queue_once(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop, pieces=2)
    await sign_in(client, shop.staff["counter"])
    form = {
        "to": "in_queue", "envelope": [f"{ticket.number}-1", f"{ticket.number}-2"], "idempotency_key": "one press",
    }  # fmt: skip
    first = await client.post(f"/tickets/{ticket.number}/moves", data=form)
    second = await client.post(f"/tickets/{ticket.number}/moves", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"] == f"/tickets/{ticket.number}"
    rows = await fetch("SELECT stage FROM envelope")
    assert [row["stage"] for row in rows] == ["in_queue", "in_queue"]
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'moved'") == 2


async def test_a_move_somebody_else_already_made_is_refused_with_advice(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop, pieces=2)
    await start_work(f"{ticket.number}-2", by=shop.bench)
    await sign_in(client, shop.staff["counter"])
    form = {"to": "in_queue", "envelope": [f"{ticket.number}-1", f"{ticket.number}-2"]}
    answer = await client.post(f"/tickets/{ticket.number}/moves", data=form)
    assert answer.status_code == 403  # the second one is at the bench: taking it back is the bench's
    assert "Nothing was changed" in answer.text
    assert await fetch_value("SELECT stage FROM envelope WHERE place_no = 1") == "received"  # all or none


async def test_an_envelope_of_another_ticket_is_not_moved_from_here(client: httpx.AsyncClient, shop: World) -> None:
    mine, other = await a_ticket(shop), await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = {"to": "in_queue", "envelope": f"{other.number}-1"}
    assert (await client.post(f"/tickets/{mine.number}/moves", data=form)).status_code == 404
    assert await fetch_value("SELECT stage FROM envelope WHERE number = $1", f"{other.number}-1") == "received"


async def test_a_hold_asks_its_reason_and_says_it_afterwards(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    menu = (await client.get(f"/tickets/{ticket.number}/moves/1")).text
    assert "Put on hold" in menu
    assert "Cancel the work" in menu
    assert "Waiting for a part" in (await client.get(f"/tickets/{ticket.number}/moves/1/on_hold")).text
    form = {"to": "on_hold", "envelope": f"{ticket.number}-1", "asked": "yes"}
    refused = await client.post(f"/tickets/{ticket.number}/moves", data=form)  # no choice: a browser sends nothing
    assert refused.status_code == 422
    assert "What does it wait for?" in refused.text
    assert "History" not in refused.text  # the question again, not the ticket inside its own dialog
    assert await fetch_value("SELECT stage FROM envelope") == "received"
    await client.post(f"/tickets/{ticket.number}/moves", data=form | {"reason": "part"})
    html = await page_of(client, ticket.number)
    assert "Put on hold: waiting for a part" in html
    assert "Take off hold" in html


async def test_a_refused_cancel_keeps_the_reason_typed(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    form = {"to": "cancelled", "envelope": f"{ticket.number}-1", "asked": "yes"}
    form["reason"] = "card 4111 1111 1111 1111 did not work"
    answer = await client.post(f"/tickets/{ticket.number}/moves", data=form)
    assert answer.status_code == 422
    assert "card number" in answer.text
    assert "did not work" in answer.text
    assert await fetch_value("SELECT stage FROM envelope") == "received"


async def test_a_new_promise_needs_a_reason_and_reaches_the_customer(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/promise"
    refused = await client.post(url, data={"promise_on": "2031-03-04", "reason": ""})
    assert refused.status_code == 422
    assert 'value="2031-03-04"' in refused.text
    closed = await client.post(url, data={"promise_on": "2031-03-02", "reason": "waiting for a stone"})
    assert closed.status_code == 422  # a Sunday
    assert "waiting for a stone" in closed.text
    done = await client.post(url, data={"promise_on": "2031-03-04", "reason": "waiting for a stone"})
    assert done.status_code == 303
    assert (await fetch_value("SELECT promise_on FROM envelope")).isoformat() == "2031-03-04"
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'promise_moved'") == 1
    assert "to Tue 4 Mar: waiting for a stone" in await page_of(client, ticket.number)


async def test_an_open_page_gets_only_its_inside_again(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    part = await client.get(f"/tickets/{ticket.number}", headers={"HX-Request": "true"})
    assert ticket.number in part.text
    assert "<html" not in part.text
    whole = await page_of(client, ticket.number)
    assert 'hx-sse:connect="/live/shop"' in whole


@pytest.mark.parametrize(
    ("stages", "text"),
    [
        (["received"], "Put in the queue"),
        (["ready_for_pickup", "ready_for_pickup"], "Hand over"),
        (["ready_for_pickup", "at_bench"], "Hand over what is ready"),
        (["ready_for_pickup", "received"], "Put in the queue"),
        (["ready_for_pickup", "picked_up"], "Hand over"),
        (["declined"], "Return unrepaired"),
        (["cancelled"], "Return unrepaired"),
        (["at_vendor"], "Back from the vendor"),
        (["quality_check"], "Check quality"),
        (["at_bench"], ""),
        (["picked_up"], ""),
    ],
)
async def test_the_next_step_follows_from_where_the_pieces_stand(stages: list[str], text: str) -> None:
    standings = [Standing(f"HR-1-{place}", Stage(stage)) for place, stage in enumerate(stages, 1)]
    assert next_step("HR-1", standings).text == text


@pytest.mark.parametrize(
    ("stage", "approval", "text"),
    [
        (Stage.RECEIVED, "missing", "Work out the price"),
        (Stage.ESTIMATING, "draft", "Check and send the estimate"),
        (Stage.AWAITING_APPROVAL, "sent", "Record the answer"),
        (Stage.AWAITING_APPROVAL, "expired", "Send the estimate again"),
        (Stage.APPROVED, "approved", "Put in the queue"),
    ],
)
async def test_the_next_step_never_passes_the_customers_word(stage: Stage, approval: str, text: str) -> None:
    assert next_step("HR-1", [Standing("HR-1-1", stage, approval=approval)]).text == text


async def test_every_move_of_the_table_is_offered_to_somebody_here() -> None:
    for start, to in MOVES:
        standing = Standing("HR-1-1", start, held_from=to.value)
        offered = {choice.to for choice in choices("HR-1", standing, {"owner"})}
        assert to.value in offered, (start, to)


async def test_what_cannot_be_just_pressed_leads_to_its_own_page() -> None:
    standing = Standing("HR-1-1", Stage.READY_FOR_PICKUP)
    pages = {choice.to: choice.href for choice in choices("HR-1", standing, {"counter"})}
    assert pages == {"picked_up": "/tickets/HR-1/pickup", "in_queue": "", "on_hold": ""} or pages == {
        "picked_up": "/tickets/HR-1/pickup",
        "in_queue": "",
    }
    check = {c.to: c.href for c in choices("HR-1", Standing("HR-1-1", Stage.QUALITY_CHECK), {"counter"})}
    assert check["ready_for_pickup"] == check["at_bench"] == "/bench/quality/HR-1-1"


async def test_a_vendors_finished_piece_has_its_work_marked_done(client: httpx.AsyncClient, shop: World) -> None:
    """Or the warranty would never begin at pickup."""
    envelope = await an_envelope(shop)
    await sent_out(shop, envelope)
    await sign_in(client, shop.staff["counter"])
    form = {"to": "quality_check", "envelope": envelope.number}
    ticket = envelope.number.rpartition("-")[0]
    assert (await client.post(f"/tickets/{ticket}/moves", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM task WHERE done_at IS NULL") == 0


async def test_the_counter_taking_a_piece_off_hold_does_not_become_its_jeweler(
    client: httpx.AsyncClient, shop: World
) -> None:
    """Or the jeweler could pass their own work, and the counter's hours would be counted as bench time."""
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await move(envelope.code, Stage.ON_HOLD, by=shop.counter, reason="part")
    await sign_in(client, shop.staff["counter"])
    ticket = envelope.number.rpartition("-")[0]
    assert (
        await client.post(f"/tickets/{ticket}/moves", data={"to": "at_bench", "envelope": envelope.number})
    ).status_code == 303
    row = await fetch("SELECT stage, jeweler, worked_by, started_at FROM envelope")
    kai = shop.bench.id
    assert row == [{"stage": "at_bench", "jeweler": kai, "worked_by": kai, "started_at": None}]
    await start_work(envelope.code, by=shop.bench)
    assert await fetch_value("SELECT started_at IS NOT NULL FROM envelope")


async def test_a_piece_held_during_its_estimate_comes_back_with_the_same_version(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop, envelopes=[NewEnvelope([HEAD], piece=a_ring())])
    await move(f"{ticket.number}-1", Stage.ON_HOLD, by=shop.counter, reason="customer")
    await sign_in(client, shop.staff["counter"])
    form = {"to": "estimating", "envelope": f"{ticket.number}-1"}
    assert (await client.post(f"/tickets/{ticket.number}/moves", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM estimate") == 1
