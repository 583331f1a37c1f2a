"""The estimate from the counter: worked out, sent, answered, changed; frozen versions stay as they were."""

import json
from datetime import timedelta

import httpx
import pytest

from tests.factories import World, a_ring, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Forbidden
from workshop.record.prices.work import NewTask
from workshop.record.tables import Ticket
from workshop.record.tickets.envelopes import start_work
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
HEAD = NewTask("HD-NEW", drivers={"metal": "14k", "mm": "5"})


async def a_head(shop: World, *more: NewTask) -> Ticket:
    """A ring for a new head: its price waits for the customer's word."""
    return await a_ticket(shop, envelopes=[NewEnvelope([HEAD, *more], piece=a_ring())])


async def newest() -> dict[str, object]:
    row = await fetch_one("SELECT * FROM estimate ORDER BY version DESC LIMIT 1")
    assert row is not None
    return row


async def test_the_whole_cycle_send_approve_queue(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}"
    assert "Check and send the estimate" in (await client.get(url)).text
    assert "Send for approval" in (await client.get(f"{url}/estimate")).text
    form = {"idempotency_key": "send once"}
    assert (await client.post(f"{url}/estimate/send", data=form)).status_code == 303
    assert (await client.post(f"{url}/estimate/send", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'estimate_ready'") == 1
    assert "Record the answer" in (await client.get(url)).text
    answer = {"answer": "approve", "how": "phone", "name": "Rosa Bennett"}
    await client.post(f"{url}/estimate/{(await newest())['id']}/answer", data=answer)
    said = await newest()
    assert (said["state"], said["how"], said["answered_by"], said["staff"]) == (
        "approved", "phone", "Rosa Bennett", shop.counter.id,
    )  # fmt: skip
    assert "Put in the queue" in (await client.get(url)).text
    await client.post(f"{url}/moves", data={"to": "in_queue", "envelope": f"{ticket.number}-1"})
    assert await fetch_value("SELECT stage FROM envelope") == "in_queue"
    assert "Approved" in (await client.get(f"{url}/estimate")).text


async def test_no_work_before_the_answer(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    form = {"to": "in_queue", "envelope": f"{ticket.number}-1"}
    answer = await client.post(f"/tickets/{ticket.number}/moves", data=form)
    assert answer.status_code == 409
    assert await fetch_value("SELECT stage FROM envelope") == "estimating"


async def test_a_refusal_offers_return_or_change_and_charges_nothing(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}"
    await client.post(f"{url}/estimate/send")
    answer = {"answer": "decline", "how": "counter", "name": "Rosa Bennett"}
    await client.post(f"{url}/estimate/{(await newest())['id']}/answer", data=answer)
    html = (await client.get(f"{url}/estimate")).text
    assert "Return unrepaired" in html
    assert "Change the estimate" in html
    await client.post(f"{url}/moves", data={"to": "ready_for_pickup", "envelope": f"{ticket.number}-1"})
    row = await fetch_one("SELECT stage, is_unrepaired FROM envelope")
    assert row == {"stage": "ready_for_pickup", "is_unrepaired": True}
    assert "this work is not charged" in (await client.get(url)).text
    assert "Nothing to pay" in (await client.get(f"{url}/pickup")).text


async def test_a_changed_estimate_is_a_new_version_and_the_old_one_stays(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}"
    await client.post(f"{url}/estimate/send")
    first = await newest()
    line = {"envelope": f"{ticket.number}-1", "code": "PR-TIP", "metal": "14k", "prongs": "4"}
    assert (await client.post(f"{url}/estimate/lines", data=line)).status_code == 303
    second = await newest()
    assert second["version"] == 2
    assert second["state"] == "draft"
    assert int(str(second["subtotal_cents"])) == int(str(first["subtotal_cents"])) + 6200
    old = await fetch_one("SELECT state, lines FROM estimate WHERE version = 1")
    assert old is not None
    assert old["state"] == "superseded"
    assert len(json.loads(old["lines"])) == 1
    late = await client.post(
        f"{url}/estimate/{first['id']}/answer", data={"answer": "approve", "how": "phone", "name": "Rosa Bennett"}
    )
    assert late.status_code == 409
    assert "newer estimate" in late.text
    assert await fetch_value("SELECT stage FROM envelope") == "estimating"


async def test_an_answer_needs_a_name_and_how(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/estimate"
    await client.post(f"{url}/send")
    estimate = (await newest())["id"]
    for form in ({"answer": "approve", "how": "phone"}, {"answer": "approve", "how": "guess", "name": "Rosa"}):
        assert (await client.post(f"{url}/{estimate}/answer", data=form)).status_code == 422
    assert (await newest())["state"] == "sent"


async def test_an_estimate_that_ran_out_is_sent_again_before_it_is_approved(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}"
    await client.post(f"{url}/estimate/send")
    later = clock.now() + timedelta(days=20)
    clock.run_on(lambda: later)
    await sign_in(client, shop.staff["counter"])
    answer = {"answer": "approve", "how": "phone", "name": "Rosa Bennett"}
    refused = await client.post(f"{url}/estimate/{(await newest())['id']}/answer", data=answer)
    assert refused.status_code == 409
    assert "Send the estimate again" in (await client.get(url)).text
    assert (await client.post(f"{url}/estimate/send")).status_code == 303
    assert (await client.post(f"{url}/estimate/{(await newest())['id']}/answer", data=answer)).status_code == 303
    assert await fetch_value("SELECT stage FROM envelope") == "approved"


async def test_the_price_shows_while_the_drivers_are_typed(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    url = f"/tickets/{ticket.number}/estimate/price"
    boxes = await client.post(url, data={"code": "PR-TIP", "part": "drivers", "place": "1"})
    assert 'name="prongs"' in boxes.text
    assert 'name="metal"' in boxes.text
    assert "$62.00" in (await client.post(url, data={"code": "PR-TIP", "metal": "14k", "prongs": "4"})).text
    odd = await client.post(url, data={"code": "PR-TIP", "prongs": "lots"})
    assert "is not a number" in odd.text


async def test_a_refused_line_keeps_what_was_typed(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    line = {"envelope": f"{ticket.number}-1", "code": "PR-TIP", "metal": "18k", "prongs": "lots", "place": "1"}
    answer = await client.post(f"/tickets/{ticket.number}/estimate/lines", data=line)
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert "is not a number of prongs" in answer.text
    assert await fetch_value("SELECT count(*) FROM task") == 1


async def test_what_the_book_cannot_price_needs_a_price_by_hand(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    line = {"envelope": f"{ticket.number}-1", "code": "ST-TGT", "stones": "60", "place": "1"}
    url = f"/tickets/{ticket.number}/estimate/lines"
    refused = await client.post(url, data=line)
    assert refused.status_code == 422
    assert "60 stones are more than 20" in refused.text
    assert (await client.post(url, data=line | {"price": "180"})).status_code == 303
    row = await fetch_one("SELECT price_cents FROM task WHERE code = 'ST-TGT'")
    assert row == {"price_cents": 18_000}


async def test_a_price_by_hand_needs_its_reason_and_is_kept_in_history(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["counter"])
    task = await fetch_value("SELECT id FROM task")
    url = f"/tickets/{ticket.number}/estimate/lines/{task}/price"
    refused = await client.post(url, data={"price": "312.50", "why": ""})
    assert refused.status_code == 422
    assert 'value="312.50"' in refused.text
    assert (await client.post(url, data={"price": "312.50", "why": "platinum head, part 90"})).status_code == 303
    now = await newest()
    assert (now["version"], now["subtotal_cents"], now["tax_cents"]) == (2, 31_250, 2773)
    page = (await client.get(f"/tickets/{ticket.number}")).text
    assert "price set by hand, $165.00 → $312.50: platinum head, part 90" in page
    assert "By hand: platinum head, part 90" in page


async def test_only_a_manager_goes_off_the_price_book(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop, NewTask("PL-REF"))
    task = await fetch_value("SELECT id FROM task WHERE code = 'PL-REF'")
    url = f"/tickets/{ticket.number}/estimate/lines/{task}/price"
    form = {"price": "10", "why": "a regular"}
    await sign_in(client, shop.staff["counter"])
    assert (await client.post(url, data=form)).status_code == 403
    assert await fetch_value("SELECT price_cents FROM task WHERE id = $1", task) == 4000
    await sign_in(client, shop.staff["manager"])
    assert (await client.post(url, data=form)).status_code == 303
    assert await fetch_value("SELECT price_cents FROM task WHERE id = $1", task) == 1000


async def test_nobody_but_a_manager_goes_off_the_book_by_a_new_line_either(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_head(shop)
    line = {"envelope": f"{ticket.number}-1", "code": "PL-REF", "price": "1"}
    url = f"/tickets/{ticket.number}/estimate/lines"
    await sign_in(client, shop.staff["counter"])
    refused = await client.post(url, data=line)
    assert refused.status_code == 403
    assert "Only a manager goes off it" in refused.text
    assert await fetch_value("SELECT count(*) FROM task") == 1
    with pytest.raises(Forbidden):
        await a_ticket(shop, tasks=[NewTask("PL-REF", price_cents=100)])
    await sign_in(client, shop.staff["manager"])
    assert (await client.post(url, data=line)).status_code == 303
    assert (await client.post(url, data=line | {"price": "999,999"})).status_code == 422
    assert await fetch_value("SELECT price_cents FROM task WHERE code = 'PL-REF'") == 100


async def test_a_price_is_not_changed_after_the_customer_saw_it(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop)
    await sign_in(client, shop.staff["manager"])
    await client.post(f"/tickets/{ticket.number}/estimate/send")
    task = await fetch_value("SELECT id FROM task")
    form = {"price": "900", "why": "changed my mind"}
    answer = await client.post(f"/tickets/{ticket.number}/estimate/lines/{task}/price", data=form)
    assert answer.status_code == 409
    assert await fetch_value("SELECT price_cents FROM task") == 16_500


async def test_a_dropped_line_leaves_the_next_version(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_head(shop, NewTask("PL-REF"))
    await sign_in(client, shop.staff["counter"])
    task = await fetch_value("SELECT id FROM task WHERE code = 'PL-REF'")
    assert (await client.post(f"/tickets/{ticket.number}/estimate/lines/{task}/drop")).status_code == 303
    assert (await newest())["subtotal_cents"] == 16_500
    assert "Polish and refinish" in json.dumps(await fetch("SELECT lines FROM estimate WHERE version = 1"))


async def test_tax_follows_the_class_of_each_line(client: httpx.AsyncClient, shop: World) -> None:
    """New York taxes the repair (8.875 %), an appraisal it does not."""
    await a_head(shop, NewTask("AP-VAL"))
    row = await newest()
    assert (row["subtotal_cents"], row["tax_cents"]) == (16_500 + 9_500, 1464)


async def test_work_on_a_piece_at_the_bench_is_not_changed_from_the_counter(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    await start_work(f"{ticket.number}-1", by=shop.bench)
    await sign_in(client, shop.staff["counter"])
    line = {"envelope": f"{ticket.number}-1", "code": "PL-REF", "place": "1"}
    answer = await client.post(f"/tickets/{ticket.number}/estimate/lines", data=line)
    assert answer.status_code == 403
    assert await fetch_value("SELECT count(*) FROM task WHERE code = 'PL-REF'") == 0
    assert "Add work" not in (await client.get(f"/tickets/{ticket.number}/estimate")).text
