"""“Not above X”: within it work goes on as agreed at take-in, above it the customer is asked."""

import httpx
import pytest

from tests.factories import World, a_ticket, an_envelope, sign_in
from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.within_limit import go_on_within_limit

pytestmark = pytest.mark.anyio
POLISH = [NewTask("PL-REF")]


async def test_what_the_bench_found_goes_on_within_the_limit(client: httpx.AsyncClient, shop: World) -> None:
    """$90.37 of work, at most $200.00: a polish for $43.55 more needs no other question."""
    envelope = await an_envelope(shop, Stage.AT_BENCH, price_terms="not_above", not_above_cents=20_000)
    await make_estimate(envelope.code, by=shop.bench, found=POLISH)
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    said = await fetch_value("SELECT count(*) FROM message")
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/tickets/{ticket.number}/estimate")).text
    assert "Agreed: not above $200.00" in page and "go on without asking" in page
    form = {"envelope": envelope.number, "idempotency_key": "pressed twice"}
    for _ in range(2):
        answer = await client.post(f"/tickets/{ticket.number}/estimate/within", data=form)
        assert answer.headers["location"] == f"/tickets/{ticket.number}"
    assert await fetch_value("SELECT stage FROM envelope") == "approved"
    assert await fetch_one("SELECT state, how, answered_by, staff FROM estimate") == {
        "state": "approved", "how": "agreed", "answered_by": "Rosa Bennett", "staff": shop.counter.id,
    }  # fmt: skip
    assert await fetch_value("SELECT count(*) FROM message") == said
    history = (await client.get(f"/tickets/{ticket.number}")).text
    assert "is within the agreed $200.00: work goes on" in history
    assert "within what was agreed at take-in" in (await client.get(f"/tickets/{ticket.number}/estimate")).text


async def test_above_the_limit_the_customer_is_asked(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH, price_terms="not_above", not_above_cents=10_000)
    await make_estimate(envelope.code, by=shop.bench, found=POLISH)
    with pytest.raises(Conflict, match=r"above the agreed \$100.00. Ask the customer"):
        await go_on_within_limit(envelope.code, by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    number = envelope.number.rsplit("-", 1)[0]
    page = (await client.get(f"/tickets/{number}/estimate")).text
    assert "The customer is asked first" in page and "go on without asking" not in page


async def test_without_a_limit_or_a_question_nothing_goes_on(world: World) -> None:
    plain = await a_ticket(world, price_terms="estimate")
    with pytest.raises(Conflict, match="No limit was agreed"):
        await go_on_within_limit(f"{plain.number}-1", by=world.counter)
    firm = await a_ticket(world, price_terms="not_above", not_above_cents=20_000)
    with pytest.raises(Conflict, match="waits for an answer"):
        await go_on_within_limit(f"{firm.number}-1", by=world.counter)
