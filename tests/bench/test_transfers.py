"""From one shop to another: both ends scan, the ticket keeps its number, and nobody sees more than what they hold."""

from dataclasses import replace

import httpx
import pytest

from tests.bench.test_proofs import customer
from tests.bench.test_stations import read
from tests.factories import World, a_photo_row, a_signature, a_ticket, an_envelope, passed, sign_in
from tests.test_other_shop import open_other_shop
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotAllowed, NotFound
from workshop.record.bench.engraving_proofs import send_proof
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.estimate_answers import answer_estimate
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.liability import liability_now
from workshop.record.whereabouts.missing import missing_pieces
from workshop.record.whereabouts.placing import put_in_place
from workshop.record.whereabouts.transfer_arrivals import close_short, receive_transfer
from workshop.record.whereabouts.transfers import (
    add_to_transfer,
    begin_transfer,
    call_back,
    pieces_on_transfer,
    send_transfer,
    transfer_of,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(shop: World) -> World:
    """The shop at the other end."""
    return await open_other_shop()


async def on_its_way(shop: World, other: World, *envelopes: Envelope) -> int:
    transfer = await begin_transfer(other.shop.id, by=shop.counter)
    for envelope in envelopes:
        await add_to_transfer(transfer, envelope.code, by=shop.counter)
    await send_transfer(transfer, carrier="Kai", by=shop.counter)
    return transfer


async def test_each_end_scans_and_the_other_shop_works_on_it(shop: World, other: World) -> None:
    envelope = await an_envelope(shop)
    transfer = await on_its_way(shop, other, envelope)
    assert (await liability_now(shop.shop)).places[0]["name"] == "on the way to Brook & Vale"
    with pytest.raises(NotAllowed, match="on its way to Brook & Vale"):
        await start_work(envelope.code, by=shop.bench)
    with pytest.raises(NotFound):
        await start_work(envelope.code, by=other.bench)
    assert await receive_transfer(transfer, envelope.code, by=other.counter) == (envelope.number, True)
    assert await receive_transfer(transfer, envelope.code, by=other.counter) == (envelope.number, False)
    assert (await transfer_of(transfer, shop=shop.shop.id))["state"] == "received"
    assert (await liability_now(shop.shop)).pieces == 0 and (await liability_now(other.shop)).pieces == 1
    await start_work(envelope.number, by=other.bench)
    with pytest.raises(Conflict, match="is at Brook & Vale now"):
        await start_work(envelope.code, by=shop.bench)
    assert await fetch_value("SELECT shop FROM ticket WHERE id = $1", envelope.ticket) == shop.shop.id


async def test_ready_elsewhere_the_customer_hears_of_it_when_it_is_home(shop: World, other: World) -> None:
    envelope = await an_envelope(shop)
    await receive_transfer(await on_its_way(shop, other, envelope), envelope.code, by=other.counter)
    await start_work(envelope.code, by=other.bench)
    await finish_work(envelope.code, by=other.bench)
    await passed(envelope.code, World(other.shop, other.staff | {"bench2": other.staff["manager"]}))
    texts = "SELECT count(*) FROM message WHERE template = 'ready_for_pickup'"
    assert await fetch_value(texts) == 0
    back = await begin_transfer(shop.shop.id, by=other.counter)
    await add_to_transfer(back, envelope.code, by=other.counter)
    await send_transfer(back, by=other.counter)
    await receive_transfer(back, envelope.code, by=shop.counter)
    assert await fetch_value(texts) == 1
    assert (await envelope_by_code(envelope.code, shop=shop.shop.id)).location == "counter"


async def test_what_does_not_arrive_is_missing_with_the_sender_until_it_is_scanned_in(
    shop: World, other: World
) -> None:
    one, two = await an_envelope(shop), await an_envelope(shop)
    transfer = await on_its_way(shop, other, one, two)
    await receive_transfer(transfer, one.code, by=other.counter)
    with pytest.raises(InvalidInput):
        await close_short(transfer, "", by=other.counter)
    with pytest.raises(Conflict):
        await close_short(transfer, "not in the bag", by=shop.counter)
    assert await close_short(transfer, "not in the bag", by=other.counter) == 1
    assert [row["number"] for row in await missing_pieces(shop.shop.id)] == [two.number]
    await receive_transfer(transfer, two.code, by=other.counter)
    assert await missing_pieces(shop.shop.id) == []
    assert {row["state"] for row in await pieces_on_transfer(transfer)} == {"received"}


async def test_only_what_lies_here_goes_and_a_manager_calls_it_back(shop: World, other: World) -> None:
    envelope, busy = await an_envelope(shop), await an_envelope(shop, Stage.AT_BENCH)
    transfer = await begin_transfer(other.shop.id, by=shop.counter)
    assert await begin_transfer(other.shop.id, by=shop.bench) == transfer
    with pytest.raises(Conflict, match="at the bench"):
        await add_to_transfer(transfer, busy.code, by=shop.counter)
    with pytest.raises(Conflict, match="Nothing is on this list"):
        await send_transfer(transfer, by=shop.counter)
    with pytest.raises(NotFound):
        await transfer_of(transfer, shop=other.shop.id)  # a list being packed is nobody else's business
    await add_to_transfer(transfer, envelope.code, by=shop.counter)
    await send_transfer(transfer, by=shop.counter)
    safe = await fetch_value("SELECT code FROM place WHERE kind = 'safe' AND shop = $1", shop.shop.id)
    with pytest.raises(Conflict, match="on the way to"):
        await put_in_place(envelope.code, safe, by=shop.counter)
    with pytest.raises(Forbidden):
        await call_back(transfer, by=shop.counter)
    assert await call_back(transfer, by=shop.manager) == 1
    with pytest.raises(Conflict):
        await receive_transfer(transfer, envelope.code, by=other.counter)
    await start_work(envelope.code, by=shop.bench)


async def test_the_receiving_shop_sees_what_it_holds_and_no_more(
    client: httpx.AsyncClient, shop: World, other: World
) -> None:
    ticket = await a_ticket(shop, pieces=2, note="pearl necklace of the first shop")
    codes = [row["code"] for row in await fetch("SELECT code FROM envelope ORDER BY id")]
    sent = await envelope_by_code(codes[0], shop=shop.shop.id)
    photo = await a_photo_row(sent.code, shop)
    await a_photo_row(codes[1], shop)
    transfer = await on_its_way(shop, other, sent)
    await sign_in(client, other.staff["owner"])
    assert sent.number in (await client.get(f"/transfers/{transfer}")).text
    assert (await client.get(f"/bench/{sent.code}")).status_code == 404
    answer = await client.post(f"/transfers/{transfer}/scans", data={"code": sent.code})
    assert 'data-sound="ok"' in answer.text
    assert (await client.get(f"/bench/{sent.code}")).status_code == 200
    assert str(photo) in (await client.get(f"/photos/of/{sent.code}")).text
    for closed in (f"/bench/{codes[1]}", f"/tickets/{ticket.number}", f"/photos/of/{codes[1]}"):
        assert (await client.get(closed)).status_code == 404, closed
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "Brook &amp; Vale" in page and sent.number in page
    assert (await client.get("/transfers")).status_code == 200


async def test_a_third_shop_knows_nothing_of_it(client: httpx.AsyncClient, shop: World, other: World) -> None:
    envelope = await an_envelope(shop)
    transfer = await on_its_way(shop, other, envelope)
    await fetch("UPDATE staff SET shop = (SELECT id FROM shop WHERE code = 'BV') WHERE sign_in_name = 'owner'")
    stranger = await fetch_value("INSERT INTO shop (code, name) VALUES ('ZZ', 'Third') RETURNING id")
    await fetch("UPDATE staff SET shop = $1 WHERE sign_in_name = 'bench2'", stranger)
    await sign_in(client, shop.staff["bench2"])
    assert (await client.get(f"/transfers/{transfer}")).status_code == 404
    assert (await client.post(f"/transfers/{transfer}/scans", data={"code": envelope.code})).status_code == 404


async def test_the_pages_from_packing_to_shortage(client: httpx.AsyncClient, shop: World, other: World) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["counter"])
    address = (await client.post("/transfers", data={"to_shop": str(other.shop.id)})).headers["location"]
    await client.post(f"{address}/scans", data={"code": envelope.code})
    await client.post(f"{address}/removals", data={"code": envelope.code})
    assert "Nothing on it yet" in (await client.get(address)).text
    await client.post(f"{address}/scans", data={"code": envelope.number})
    assert (await client.post(f"{address}/sending", data={"carrier": "Kai"})).status_code == 303
    assert envelope.number in (await client.get(f"{address}/paper")).text
    await sign_in(client, other.staff["counter"])
    refused = await client.post(f"{address}/shortage", data={"explanation": ""})
    assert refused.status_code == 422 and "Say what is known" in refused.text
    assert (await client.post(f"{address}/shortage", data={"explanation": "empty bag"})).status_code == 303
    assert "empty bag" in (await client.get(address)).text and "1 missing" in (await client.get("/transfers")).text


async def test_the_customer_answers_wherever_the_piece_lies(
    client: httpx.AsyncClient, shop: World, other: World
) -> None:
    ticket = await a_ticket(shop)
    envelope = await envelope_by_code(await fetch_value("SELECT code FROM envelope"), shop=shop.shop.id)
    await receive_transfer(await on_its_way(shop, other, envelope), envelope.code, by=other.counter)
    await start_work(envelope.code, by=other.bench)
    estimate = await make_estimate(envelope.code, by=other.bench, found=[NewTask("RH-PLT")], send=True)
    picture = await a_photo_row(envelope.code, other)
    proof = await send_proof(envelope.code, photo=picture, by=other.bench)
    link = await customer(client, ticket)
    yes = {"answer": "approve", "name": "Rosa Bennett", "signature": a_signature()}
    assert (await client.post(f"{link}/estimates/{estimate.id}", data=yes)).status_code == 303
    assert await fetch_value("SELECT stage FROM envelope") == Stage.APPROVED
    told = await fetch_value("SELECT shop FROM event WHERE name = 'estimate_approved'")
    assert told == other.shop.id
    written = await fetch_value("SELECT id FROM engraving_proof WHERE version = $1", proof)
    assert (await client.post(f"{link}/proofs/{written}", data=yes)).status_code == 303
    assert await fetch_value("SELECT state FROM engraving_proof") == "approved"


async def test_the_shop_that_took_it_in_writes_the_answer_down_even_on_the_way(
    client: httpx.AsyncClient, shop: World, other: World
) -> None:
    envelope = await an_envelope(shop)
    estimate = await make_estimate(envelope.code, by=shop.counter, send=True)
    await receive_transfer(await on_its_way(shop, other, envelope), envelope.code, by=other.counter)
    back = await begin_transfer(shop.shop.id, by=other.counter)
    await add_to_transfer(back, envelope.code, by=other.counter)
    await send_transfer(back, by=other.counter)
    await fetch("UPDATE envelope SET missing_since = now()")
    stranger = replace(shop.counter, shop=0)
    with pytest.raises(NotFound):
        await answer_estimate(estimate.id, approve=True, name="Rosa Bennett", how="phone", by=stranger)
    await sign_in(client, shop.staff["counter"])
    number = envelope.number.rsplit("-", 1)[0]
    said = {"answer": "decline", "how": "phone", "name": "Rosa Bennett"}
    answer = await client.post(f"/tickets/{number}/estimate/{estimate.id}/answer", data=said)
    assert answer.status_code == 303, answer.text
    row = await fetch_one("SELECT stage, missing_since, transfer FROM envelope")
    assert row and row["stage"] == Stage.DECLINED and row["transfer"] == back
    assert row["missing_since"] is not None  # a word on the phone finds nothing


async def test_what_arrives_and_is_scanned_at_the_bench_leads_to_its_list(
    shop: World, other: World, client: httpx.AsyncClient
) -> None:
    coming, ours = await an_envelope(shop), await an_envelope(shop)
    transfer = await on_its_way(shop, other, coming)
    await sign_in(client, other.staff["counter"])
    said = (await read(client, coming.code)).json()
    assert said["go"] == f"/transfers/{transfer}" and coming.number in said["words"]
    assert (await read(client, ours.code)).status_code == 404  # what stays with the other shop is nobody's here
