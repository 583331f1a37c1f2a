"""The proof of an engraving: seen and answered by the customer before anything is cut."""

import httpx
import pytest

from tests.factories import World, a_photo_row, a_ring, a_ticket, sign_in
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict
from workshop.record.bench.engraving_proofs import last_proof, send_proof
from workshop.record.bench.work_time import finish_task, work_on
from workshop.record.codes import link_token
from workshop.record.pieces.engraving import Engraving
from workshop.record.prices.work import NewTask
from workshop.record.secret import secret_key
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
WORDS = "A & B 12.6.26"


async def to_engrave(world: World, *more: NewTask) -> tuple[Ticket, str]:
    """A ring to engrave, in a shop that wants the customer's word first."""
    await fetch("UPDATE shop SET proof_required = true")
    work = [NewTask("EN-MCH", drivers={"letters": "9"}), *more]
    piece = NewEnvelope(work, piece=a_ring(), engravings=[Engraving("EN-MCH", WORDS, "script", "inside")])
    ticket = await a_ticket(world, envelopes=[piece])
    code = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    return ticket, code


async def customer(client: httpx.AsyncClient, ticket: Ticket) -> str:
    """The customer on their phone, the page opened."""
    page = f"/t/{link_token(secret_key(), ticket.number)}"
    await client.get(page)
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    assert (await client.post(f"{page}/open", data={"digits": "0111"})).status_code == 303
    return page


async def test_nothing_is_cut_before_the_customers_word(shop: World, client: httpx.AsyncClient) -> None:
    ticket, code = await to_engrave(shop)
    with pytest.raises(Conflict, match="No engraving before the customer approved"):
        await start_work(code, by=shop.bench)
    await sign_in(client, shop.staff["bench"])
    assert WORDS in (await client.get(f"/bench/{code}/proof")).text.replace("&amp;", "&")
    assert (await client.post(f"/bench/{code}/proof", data={"note": "Inside"})).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'proof_ready'") == 1
    with pytest.raises(Conflict, match="has not approved the engraving yet"):
        await start_work(code, by=shop.bench)
    page = await customer(client, ticket)
    shown = (await client.get(page)).text.replace("&amp;", "&")
    assert WORDS in shown and "Engrave exactly this" in shown
    proof = await fetch_value("SELECT id FROM engraving_proof")
    empty = await client.post(f"{page}/proofs/{proof}", data={"answer": "approve"})
    assert empty.status_code == 422 and "Please write your name." in empty.text
    yes = {"answer": "approve", "name": "Rosa Bennett"}
    for _ in range(2):
        assert (await client.post(f"{page}/proofs/{proof}", data=yes)).status_code == 303
    assert "You approved this on" in (await client.get(page)).text
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'proof_answered'") == 1
    await start_work(code, by=shop.bench)
    await finish_work(code, by=shop.bench)


async def test_a_change_makes_the_next_version_and_the_old_one_counts_no_more(
    shop: World, client: httpx.AsyncClient
) -> None:
    ticket, code = await to_engrave(shop)
    await send_proof(code, by=shop.counter)
    page = await customer(client, ticket)
    first = await fetch_value("SELECT id FROM engraving_proof")
    change = {"answer": "change", "name": "Rosa Bennett", "change": "The year in full, please"}
    assert (await client.post(f"{page}/proofs/{first}", data=change)).status_code == 303
    with pytest.raises(Conflict, match="wants the engraving changed"):
        await start_work(code, by=shop.bench)
    await send_proof(code, by=shop.bench)
    late = await client.post(f"{page}/proofs/{first}", data={"answer": "approve", "name": "Rosa Bennett"})
    assert late.status_code == 409 and "there is a newer proof" in late.text
    second = await fetch_value("SELECT max(id) FROM engraving_proof")
    await client.post(f"{page}/proofs/{second}", data={"answer": "approve", "name": "Rosa Bennett"})
    await fetch("""UPDATE envelope SET engravings = jsonb_set(engravings, '{0,text}', '"A & C"')""")
    with pytest.raises(Conflict, match="changed after the customer approved"):
        await start_work(code, by=shop.bench)


async def test_the_other_work_goes_on_and_the_engraving_waits(shop: World) -> None:
    _, code = await to_engrave(shop, NewTask("PL-CLN"))
    await start_work(code, by=shop.bench)
    rows = {row["code"]: row["id"] for row in await fetch("SELECT id, code FROM task")}
    await work_on(code, rows["PL-CLN"], by=shop.bench)
    with pytest.raises(Conflict, match="No engraving before"):
        await work_on(code, rows["EN-MCH"], by=shop.bench)
    await finish_task(code, rows["PL-CLN"], by=shop.bench)
    with pytest.raises(Conflict, match="No engraving before"):
        await finish_work(code, by=shop.bench)


async def test_a_shop_that_does_not_ask_engraves_at_once(shop: World) -> None:
    _, code = await to_engrave(shop)
    await fetch("UPDATE shop SET proof_required = false")
    await start_work(code, by=shop.bench)


async def test_told_on_the_phone_and_only_to_the_counter(shop: World, client: httpx.AsyncClient) -> None:
    _, code = await to_engrave(shop)
    await send_proof(code, by=shop.bench)
    proof = await fetch_value("SELECT id FROM engraving_proof")
    told = {"proof": proof, "word": "approve", "name": "Rosa Bennett", "how": "phone"}
    await sign_in(client, shop.staff["bench"])
    assert (await client.post(f"/bench/{code}/proof/answers", data=told)).status_code == 403
    await sign_in(client, shop.staff["counter"])
    assert "The customer told us" in (await client.get(f"/bench/{code}/proof")).text
    assert (await client.post(f"/bench/{code}/proof/answers", data=told)).status_code == 303
    last = await last_proof(await fetch_value("SELECT id FROM envelope"))
    assert last and (last["state"], last["how"]) == ("approved", "phone")


async def test_a_proof_belongs_to_its_own_link_and_a_closed_page_shows_nothing(
    shop: World, client: httpx.AsyncClient
) -> None:
    ticket, code = await to_engrave(shop)
    picture = await a_photo_row(code, shop, kind="during")
    await send_proof(code, photo=picture, by=shop.bench)
    proof = await fetch_value("SELECT id FROM engraving_proof")
    link = f"/t/{link_token(secret_key(), ticket.number)}"
    closed = (await client.get(link)).text
    assert "The engraving waits for your word." in closed and "12.6.26" not in closed
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    await client.post(f"{link}/proofs/{proof}", data={"answer": "approve", "name": "Somebody"})
    assert await fetch_value("SELECT state FROM engraving_proof") == "sent"
    other = await a_ticket(shop, phone="212 555 0111")
    theirs = await customer(client, other)
    answer = await client.post(f"{theirs}/proofs/{proof}", data={"answer": "approve", "name": "Somebody"})
    assert answer.status_code == 404
    assert await fetch_value("SELECT state FROM engraving_proof") == "sent"
