"""Two shops, one installation: nobody of one reads or touches what is the other's. Customers are shared."""

import re

import httpx
import pytest
from litestar import Litestar

from intake.drafts import open_draft
from tests.factories import World, a_photo_row, a_ring, a_ticket, an_envelope, api_token, sign_in
from tests.walking import routes
from workshop.db import fetch, fetch_value, transaction
from workshop.record.prices.work import NewTask
from workshop.record.shop.shops import add_shop
from workshop.record.shop.staff import add_staff, make_token
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio

# Everything of a shop that has rows; what the other shop must find unchanged whatever is tried.
KEPT = (
    "ticket", "envelope", "task", "estimate", "payment", "photo", "message", "print_job", "prompt", "event",
    "access_token", "intake_draft",
)  # fmt: skip
OURS = re.compile(r"HR-\d+|pearl necklace of the first shop", re.IGNORECASE)
# People, and pieces with their own history, belong to all shops; the work in hand and its pictures do not.
SHARED = ("/customers", "/pieces", "/api/customers", "/api/pieces")

ASKED = "HR-10001"


async def open_other_shop() -> World:
    """A second shop with people of its own."""
    async with transaction():
        row = await add_shop(name="Brook & Vale", code="BV", zone="America/Chicago")
        staff = {
            role: await add_staff(shop=row.id, name=f"Other {role.title()}", sign_in_name=f"bv-{role}", roles=[role])
            for role in ("counter", "bench", "manager", "owner")
        }
    return World(row, staff)


async def fill_shop(world: World) -> dict[str, list[str]]:
    """Work at every stage, with photos, prints, texts, an estimate, a prompt, a draft and a display."""
    codes, numbers = [], []
    for stage in (Stage.RECEIVED, Stage.AT_BENCH, Stage.QUALITY_CHECK, Stage.READY_FOR_PICKUP):
        envelope = await an_envelope(world, stage, note="pearl necklace of the first shop")
        await a_photo_row(envelope.code, world)
        codes.append(envelope.code)
        numbers.append(await fetch_value("SELECT number FROM ticket WHERE id = $1", envelope.ticket))
    code = await fetch_value("SELECT code FROM price_item WHERE shop = $1 AND needs_estimate LIMIT 1", world.shop.id)
    ticket = await a_ticket(world, envelopes=[NewEnvelope([NewTask(code, price_cents=50000)], piece=a_ring())])
    numbers.append(ticket.number)
    await make_token(shop=world.shop.id, name="TV", kind="display")
    await open_draft(by=world.counter, typed={"last_name": "Bennett", "note": "pearl necklace of the first shop"})
    await fetch(
        """INSERT INTO prompt (shop, rule, moment, ticket, customer, reason, words)
           SELECT $1, 'x', 'pickup', id, customer, 'x', 'x' FROM ticket WHERE id = $2""",
        world.shop.id, ticket.id,
    )  # fmt: skip
    tables = ("photo", "print_job", "message", "intake_draft")
    uuids = [str(row["id"]) for table in tables for row in await fetch(f"SELECT id FROM {table} LIMIT 3")]
    ints = ["1", "2", str(await fetch_value("SELECT max(id) FROM prompt"))]
    return {"code": codes, "number": numbers, "uuid": uuids, "int": ints, "str": ["x"]}


async def everything(shop: int) -> dict[str, str]:
    """A picture of all rows of a shop."""
    joins = {
        "task": "JOIN envelope v ON v.id = x.envelope", "estimate": "JOIN envelope v ON v.id = x.envelope",
    }  # fmt: skip
    return {
        table: await fetch_value(
            f"""SELECT COALESCE(string_agg(x::text, '|' ORDER BY x.id), '') FROM {table} x {joins.get(table, '')}
                WHERE {'v' if table in joins else 'x'}.shop = $1""",
            shop,
        )
        for table in KEPT
    }


def addresses(path: str, known: dict[str, list[str]]) -> list[str]:
    """The path with everything of the first shop that fits its holes."""
    found = [path]
    while any("{" in one for one in found):
        hole = re.search(r"{(\w+):(\w+)}", next(one for one in found if "{" in one))
        assert hole is not None
        values = known.get(hole[1]) or known.get(hole[2]) or ["x"]
        found = [one.replace(hole[0], value, 1) for one in found for value in values]
    return found


FORM = {
    "to": "on_hold", "reason": "part", "act": "hold", "answer": "accepted", "approve": "yes", "name": "Somebody Else",
    "how": "phone", "amount": "1.00", "tender": "cash", "kind": "deposit", "price": "1.00", "why": "because",
    "collector": "Somebody Else", "promise_on": "2031-03-04", "printed": "yes", "words": "called", "code": "RS-UP",
    "envelope": "1", "place": "1",
}  # fmt: skip


async def test_another_shops_people_read_nothing_of_ours(
    app: Litestar, client: httpx.AsyncClient, shop: World
) -> None:
    known = await fill_shop(shop)
    other = await open_other_shop()
    await sign_in(client, other.staff["owner"])
    bearer = {"Authorization": f"Bearer {await api_token(other, 'owner')}"}
    seen, asked = [], 0
    for method, path, access in routes(app):
        if method != "GET" or "anyone" in access or path.startswith("/live"):
            continue
        for url in [*addresses(path, known), *(f"{path}?q={ASKED}&code={code}" for code in known["code"])]:
            if "{" in url:
                continue
            answer = await client.get(url, headers=bearer if path.startswith("/api") else {})
            assert answer.status_code < 500, (url, answer.text)
            asked += 1
            if answer.status_code != 200:
                continue
            # The box says again what it was asked for; an answer may not know more.
            found = [one for one in OURS.findall(answer.text) if one != ASKED]
            seen += [(url, one) for one in found if not (path.startswith(SHARED) and one.startswith("HR-"))]
            if "{" in path and not path.startswith((*SHARED, "/prompts/take-in")):
                seen.append((url, "opened"))
    assert seen == []
    assert asked > 100


async def test_another_shops_people_change_nothing_of_ours(
    app: Litestar, client: httpx.AsyncClient, shop: World
) -> None:
    known = await fill_shop(shop)
    other = await open_other_shop()
    await sign_in(client, other.staff["owner"])
    bearer = {"Authorization": f"Bearer {await api_token(other, 'owner')}"}
    before, tried, accepted = await everything(shop.shop.id), 0, []
    for method, path, access in routes(app):
        if method == "GET" or "anyone" in access or "{" not in path or path.startswith(SHARED):
            continue
        for url in addresses(path, known):
            if path.startswith("/api"):
                answer = await client.request(method, url, json={"to": "on_hold", "reason": "part"}, headers=bearer)
            else:
                answer = await client.request(method, url, data=FORM)
            tried += 1
            assert answer.status_code < 500, (url, answer.text)
            if answer.status_code < 400:
                accepted.append(url)
    after = await everything(shop.shop.id)
    assert [table for table in KEPT if before[table] != after[table]] == []
    assert [url for url in accepted if not url.endswith("/throw-away")] == []  # nothing there is nothing to throw
    assert tried > 60


async def test_people_and_their_pieces_are_shared_but_not_work_in_hand_nor_pictures(
    client: httpx.AsyncClient, shop: World
) -> None:
    envelope = await an_envelope(shop, note="pearl necklace of the first shop")
    await a_photo_row(envelope.code, shop)
    other = await open_other_shop()
    await sign_in(client, other.staff["counter"])
    page = await client.get("/search?q=Bennett")
    assert "Bennett" in page.text and not OURS.search(page.text)
    person = await client.get("/customers/1")  # a piece brings its own history along, as it does its serial number
    assert person.status_code == 200 and "pearl necklace" not in person.text
    assert "/photos/" not in person.text
