"""A surprise: no text to a shared phone, not on another member's page, not in their search, not said aloud."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from notifications.reminders import plan_next_visit, send_due_reminders
from notifications.replies import Reply, take_reply
from notifications.sending import send_message
from tests.factories import World, a_new_ticket, a_ring, a_ticket, an_envelope, api_token, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import NotFound
from workshop.record.customers.contacts import EMAIL, PHONE, add_contact, allow_texts, contacts_of, remove_contact
from workshop.record.customers.customers import NewCustomer, add_customer, record_consent
from workshop.record.customers.discreet import is_secret, mark_ticket, way_to_tell
from workshop.record.customers.households import join_household
from workshop.record.customers.search import search
from workshop.record.pieces.ownership import keep_secret
from workshop.record.pieces.pieces import piece_of_customer, pieces_of
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio
SHARED, OWN = "+12125550111", "+16465550199"
GIFT = "Engraved locket with the two names"
NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)


async def a_couple(shop: World) -> tuple[int, int]:
    """Rosa and James on one number and in one household."""
    async with transaction():
        rosa = await add_customer(NewCustomer("Bennett", "Rosa", SHARED), by=shop.counter)
        james = await add_customer(NewCustomer("Bennett", "James", SHARED), by=shop.counter)
    await join_household(rosa.id, james.id, "spouse", by=shop.counter)
    return rosa.id, james.id


async def a_surprise(shop: World, customer: int) -> Ticket:
    piece = a_ring(maker="")
    envelope = NewEnvelope([NewTask("PL-CLN")], piece=type(piece)("pendant", GIFT, "14k", "stamped"))
    new = a_new_ticket(envelopes=[envelope], customer_id=customer, customer=None, is_discreet=True)
    return await take_in(new, by=shop.counter)


async def last_text(ticket: int) -> dict[str, object]:
    row = await fetch_one("SELECT * FROM message WHERE ticket = $1 ORDER BY created_at DESC, id LIMIT 1", ticket)
    assert row is not None
    await send_message(str(row["id"]))
    sent = await fetch_one("SELECT * FROM message WHERE id = $1", row["id"])
    assert sent is not None
    return sent


async def test_no_text_about_it_leaves_for_a_number_another_person_shares(world: World) -> None:
    clock.run_on(lambda: NOON)
    rosa, _ = await a_couple(world)
    ticket = await a_surprise(world, rosa)
    text = await last_text(ticket.id)
    assert (text["state"], text["recipient"], text["body"]) == ("blocked", SHARED, "")
    assert "Do not leave word with anybody else" in str(text["error"])


async def test_it_goes_to_a_number_or_an_address_of_their_own(world: World) -> None:
    clock.run_on(lambda: NOON)
    rosa, james = await a_couple(world)
    await add_contact(PHONE, rosa, OWN, by=world.counter)
    ticket = await a_surprise(world, rosa)
    text = await last_text(ticket.id)
    assert (text["recipient"], text["state"]) == (OWN, "shown")
    assert await fetch_value("SELECT number FROM consent WHERE purpose = 'service' ORDER BY id DESC LIMIT 1") == OWN
    assert await way_to_tell(rosa, secret=False) == ("sms", SHARED)  # everything else goes where it always went

    (own,) = [row for row in await contacts_of(PHONE, rosa) if row["value"] == OWN]
    await remove_contact(PHONE, rosa, own["id"], by=world.counter)
    await add_contact(EMAIL, rosa, "home@example.com", by=world.counter)
    await add_contact(EMAIL, james, "home@example.com", by=world.counter)
    assert await way_to_tell(rosa, secret=True) == ("sms", SHARED)  # stopped at the door, a colleague tells
    await add_contact(EMAIL, rosa, "rosa@example.com", by=world.counter)
    assert await way_to_tell(rosa, secret=True) == ("email", "rosa@example.com")


async def shared_after_it_was_promised(world: World, ticket: Ticket) -> None:
    async with transaction():
        await add_customer(NewCustomer("Bennett", "Ada", OWN), by=world.counter)


async def made_a_surprise_after_it_was_promised(world: World, ticket: Ticket) -> None:
    await mark_ticket(ticket.number, discreet=True, by=world.counter)


async def its_piece_made_a_surprise(world: World, ticket: Ticket) -> None:
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", ticket.id)
    await keep_secret(piece, True, by=world.counter)


@pytest.mark.parametrize(
    ("own", "then"),
    [
        (True, shared_after_it_was_promised),
        (False, made_a_surprise_after_it_was_promised),
        (False, its_piece_made_a_surprise),
    ],
)
async def test_what_becomes_so_before_the_text_leaves_stops_it_too(
    world: World, own: bool, then: Callable[..., object]
) -> None:
    clock.run_on(lambda: NOON)
    rosa, _ = await a_couple(world)
    if own:
        await add_contact(PHONE, rosa, OWN, by=world.counter)
        ticket = await a_surprise(world, rosa)
    else:
        ticket = await a_ticket(world, customer_id=rosa, customer=None)
    await then(world, ticket)  # type: ignore[misc]
    assert (await last_text(ticket.id))["state"] == "blocked"


async def test_the_other_members_page_search_and_take_in_know_nothing_of_it(
    client: httpx.AsyncClient, shop: World
) -> None:
    rosa, james = await a_couple(shop)
    ticket = await a_surprise(shop, rosa)
    await sign_in(client, shop.staff["counter"])
    bearer = {"Authorization": f"Bearer {await api_token(shop)}"}
    draft = (await client.post("/intake", data={"customer": str(james)})).headers["location"]
    looks = [
        f"/customers/{james}", f"/customers/{james}/timeline", f"/customers/{james}/timeline?household=yes",
        f"/customers/{james}/contact", f"/customers/{james}/bonds/find?person=Bennett", draft,
        f"/prompts/take-in/{james}", "/search?q=James", "/search?q=5550111", "/search?q=Bennett",
        "/intake/people?person=Bennett", f"/api/customers/{james}", f"/api/customers/{james}/pieces",
        f"/api/customers/{james}/timeline?household=true", "/api/search?q=James", "/api/customers?q=Bennett",
    ]  # fmt: skip
    for look in looks:
        answer = await client.get(look, headers=bearer if look.startswith("/api") else {"HX-Request": "true"})
        assert answer.status_code == 200, (look, answer.text)
        assert GIFT not in answer.text and ticket.number not in answer.text, look
    assert (await pieces_of(james), len(await pieces_of(rosa))) == ([], 1)
    with pytest.raises(NotFound):
        await piece_of_customer((await pieces_of(rosa))[0]["id"], james)


async def test_it_stands_on_its_own_customers_page_with_a_mark(client: httpx.AsyncClient, shop: World) -> None:
    rosa, _ = await a_couple(shop)
    ticket = await a_surprise(shop, rosa)
    await sign_in(client, shop.staff["counter"])
    own = (await client.get(f"/customers/{rosa}")).text
    assert GIFT in own and f"{ticket.number}-1" in own and "A surprise: tell nobody else" in own
    for asked in ("Rosa", ticket.number):
        (found,) = await search(asked, shop=shop.shop.id)
        assert [row["ticket_number"] for row in found.envelopes] == [ticket.number], asked
    assert "a surprise, tell nobody else" in (await client.get("/search?q=Rosa")).text


async def test_a_known_piece_stays_known_and_only_its_secret_visit_is_hidden(
    client: httpx.AsyncClient, shop: World
) -> None:
    rosa, james = await a_couple(shop)
    gone = await an_envelope(shop, Stage.PICKED_UP, customer_id=james, customer=None)
    new = a_new_ticket(
        envelopes=[NewEnvelope([NewTask("PL-CLN")], piece_id=gone.piece)], customer_id=rosa, customer=None,
        is_discreet=True,
    )  # fmt: skip
    secret = await take_in(new, by=shop.counter)
    (his,), (hers,) = await pieces_of(james), await pieces_of(rosa)
    assert (his["is_discreet"], his["last_number"]) == (False, gone.number)
    assert hers["last_number"] == f"{secret.number}-1"
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/customers/{james}")).text
    assert gone.number.removesuffix("-1") in page and secret.number not in page


async def test_the_ticket_says_where_its_news_goes_and_what_a_shared_phone_knows_already(
    client: httpx.AsyncClient, shop: World
) -> None:
    clock.run_on(lambda: NOON)
    rosa, _ = await a_couple(shop)
    ticket = await a_ticket(shop, customer_id=rosa, customer=None)
    await last_text(ticket.id)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}"
    assert "also James Bennett’s" in (await client.get(url)).text
    await client.post(f"{url}/discreet", data={"discreet": "yes"})
    page = (await client.get(url)).text
    assert "was texted about it before" in page and "no texts go out" in page
    assert "A surprise: do not mention it" in page
    await add_contact(PHONE, rosa, OWN, by=shop.counter)
    assert "(646) 555-0199</span>, which nobody shares" in (await client.get(url)).text
    assert "have not agreed to texts there yet" in (await client.get(url)).text
    await allow_texts(rosa, OWN, by=shop.counter)
    assert "have not agreed to texts there yet" not in (await client.get(url)).text
    assert await fetch_value("SELECT is_discreet FROM piece")
    await client.post(f"{url}/discreet", data={"discreet": ""})
    assert not await is_secret(ticket.id)
    names = await fetch("SELECT name FROM event WHERE name LIKE 'made_%' ORDER BY id")
    assert [row["name"] for row in names] == ["made_discreet", "made_open"]


async def test_a_reply_from_a_shared_phone_is_never_put_with_the_surprise(world: World) -> None:
    rosa, james = await a_couple(world)
    open_one = await a_ticket(world, customer_id=james, customer=None)
    secret = await a_surprise(world, rosa)
    await take_reply(Reply("SM1", SHARED, "Is it ready?"))
    said = await fetch_one("SELECT ticket, facts::text AS facts FROM message WHERE direction = 'in'")
    assert said is not None and said["ticket"] == open_one.id and secret.number not in said["facts"]
    await add_contact(PHONE, rosa, OWN, by=world.counter)
    await take_reply(Reply("SM2", OWN, "Is it ready?"))
    assert await fetch_value("SELECT ticket FROM message WHERE carrier_id = 'SM2'") == secret.id


async def test_a_reminder_of_it_is_neither_texted_to_the_family_nor_said_aloud(
    client: httpx.AsyncClient, shop: World
) -> None:
    clock.run_on(lambda: NOON)
    rosa, _ = await a_couple(shop)
    envelope = await an_envelope(shop, Stage.PICKED_UP, customer_id=rosa, customer=None, tasks=[NewTask("PL-CLN")])
    await plan_next_visit(envelope.id)
    await keep_secret(envelope.piece, True, by=shop.counter)
    async with transaction():
        for number in (SHARED, OWN):
            await record_consent(number, "marketing", given=True, wording="yes", how="page", customer=rosa)
    clock.run_on(lambda: NOON.replace(year=2027))
    for _ in range(2):
        await send_due_reminders()
        clock.run_on(lambda: NOON.replace(year=2027, hour=23))
    assert await fetch_value("SELECT state_reason FROM reminder") == (
        "A surprise, and others share the number. Mention it to them alone."
    )
    assert await fetch_value("SELECT count(*) FROM message WHERE purpose = 'marketing'") == 0
    await sign_in(client, shop.staff["counter"])
    assert "due" not in (await client.get(f"/prompts/take-in/{rosa}")).text
    await add_contact(PHONE, rosa, OWN, by=shop.counter)
    clock.run_on(lambda: NOON.replace(year=2027, day=5))
    await send_due_reminders()
    assert await fetch_value("SELECT recipient FROM message WHERE purpose = 'marketing'") == OWN


async def test_at_take_in_nobody_counts_the_surprises_of_others(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_couple(shop)
    for _ in range(3):
        await a_surprise(shop, rosa)
    await sign_in(client, shop.staff["counter"])
    assert "pieces of theirs are here" not in (await client.get(f"/prompts/take-in/{james}")).text
    for number in await fetch("SELECT number FROM ticket"):
        await mark_ticket(number["number"], discreet=False, by=shop.counter)
    assert "pieces of theirs are here" in (await client.get(f"/prompts/take-in/{james}")).text


async def test_the_wall_and_the_counters_home_do_not_say_whose_it_is(client: httpx.AsyncClient, shop: World) -> None:
    rosa, _ = await a_couple(shop)
    ticket = await a_ticket(shop, customer_id=rosa, customer=None)
    await sign_in(client, shop.staff["counter"])
    assert "R.B." in (await client.get("/wall")).text
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", ticket.id)
    await keep_secret(piece, True, by=shop.counter)
    for url in ("/wall", "/"):
        page = (await client.get(url)).text
        assert f"{ticket.number.removeprefix('HR-')}-1" in page and "R.B." not in page, url


async def test_take_in_asks_whether_it_is_a_surprise(client: httpx.AsyncClient, shop: World) -> None:
    rosa, _ = await a_couple(shop)
    await sign_in(client, shop.staff["counter"])
    draft = (await client.post("/intake", data={"customer": str(rosa)})).headers["location"].split("/piece")[0]
    page = (await client.get(f"{draft}/finish")).text
    assert 'name="is_discreet"' in page and "no text goes to a number they share" in page


async def test_who_calls_about_it_is_told_to_speak_to_nobody_else(client: httpx.AsyncClient, shop: World) -> None:
    clock.run_on(lambda: NOON)
    rosa, james = await a_couple(shop)
    ready = await an_envelope(shop, Stage.READY_FOR_PICKUP, customer_id=rosa, customer=None, is_discreet=True)
    await fetch("UPDATE message SET state = 'pending'")
    for row in await fetch("SELECT id FROM message WHERE ticket = $1", ready.ticket):
        await send_message(str(row["id"]))
    await sign_in(client, shop.staff["counter"])
    assert "leave no word with anybody" in (await client.get(f"/customers/{rosa}/contact")).text
    assert "leave no word" not in (await client.get(f"/customers/{james}/contact")).text
    needs = (await client.get("/messages/needs")).text
    assert "Do not leave word with anybody else" in needs
