"""At take-in and on the ticket: a price says why, packages and discounts with a manager's word, the deposit."""

import json
import re
from typing import Any

import httpx
import pytest

from printing.content import claim_check_of
from printing.receipts import receipt_of
from tests.factories import World, a_photo_row, a_signature, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.work import NewTask
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import ticket_by_number

pytestmark = pytest.mark.anyio
TENTH = {"share": "100", "reason": "regular"}
FIFTH = {"share": "200", "reason": "late", "words": "three days over"}


class TakeIn:
    """A ring on the counter, its draft open."""

    def __init__(self, client: httpx.AsyncClient, shop: World, at: str) -> None:
        self.client, self.shop, self.at, self.code = client, shop, at, ""

    async def save(self, piece: bool = False, **fields: str) -> None:
        url = f"{self.at}/save" + (f"?code={self.code}" if piece else "")
        for name, value in fields.items():
            answer = await self.client.post(url, data={name.replace("__", "-"): value})
            assert answer.status_code == 200, answer.text

    async def tap(self, **what: Any) -> str:
        answer = await self.client.post(f"{self.at}/piece/1/change", data=what)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def let_off(self, **form: Any) -> httpx.Response:
        return await self.client.post(f"{self.at}/discount", data=form)

    async def prices(self) -> str:
        return (await self.client.get(f"{self.at}/piece/1/prices", headers={"HX-Request": "true"})).text

    async def finish(self, **more: str) -> httpx.Response:
        for _ in range(2):
            await a_photo_row(self.code, self.shop)
        risks = re.search(r'name="risks_explained" value="(\w+)"', (await self.client.get(f"{self.at}/finish")).text)
        form = {"price_terms": "firm", "signature": a_signature(), "risks_explained": risks[1] if risks else ""}
        return await self.client.post(f"{self.at}/finish", data=form | more)

    async def ticket(self, answer: httpx.Response) -> Ticket:
        assert answer.status_code == 303, answer.text
        number = re.search(r"/tickets/([A-Z]+-\d+)", answer.headers["location"])
        assert number
        return await ticket_by_number(number[1], shop=self.shop.shop.id)


@pytest.fixture
async def ring(client: httpx.AsyncClient, shop: World) -> TakeIn:
    """Rosa's ring, to be made larger by one size: 58.00."""
    await sign_in(client, shop.staff["counter"])
    begun = TakeIn(client, shop, (await client.post("/intake", data={})).headers["location"])
    await begun.save(last_name="Bennett", first_name="Rosa", phone="(212) 555-0111")
    await begun.tap(**{"as": "ring"})
    begun.code = await fetch_value("SELECT data->'pieces'->0->>'code' FROM intake_draft")
    await begun.save(piece=True, metal="14k", size_now="6", size_wanted="7")
    await begun.tap(add_task="RS-UP")
    return begun


async def package(code: str = "PK-SPA") -> int:
    return int(await fetch_value("SELECT id FROM price_package WHERE code = $1", code))


async def manager_said(shop: World, page: str) -> None:
    """The manager's word for what the page asks: as the dialog keeps it."""
    asked = re.search(r"/approvals/ask\?act=(\w+)&amp;subject=([^&]+)&amp;amount=(\d+)", page)
    assert asked, page
    await fetch(
        """INSERT INTO approval (shop, act, subject, amount_cents, reason, how, approved_by, asked_by, station, at)
           VALUES ($1, $2, $3, $4, '', 'pin', $5, $6, 'test', $7)""",
        shop.shop.id, asked[1], httpx.QueryParams(f"s={asked[2]}")["s"], int(asked[3]), shop.manager.id,
        shop.counter.id, clock.now(),
    )  # fmt: skip


async def test_a_price_says_why_line_by_line_with_its_tax(ring: TakeIn) -> None:
    await ring.save(piece=True, task__0__width_mm="4")
    page = await ring.prices()
    for words in ("Labour and material", "$58.00", "1 mm wider than 3 mm", "$15.00", "$73.00", "8.875 %", "$6.48"):
        assert words in page


async def test_a_package_is_one_tap_and_goes_with_another(ring: TakeIn) -> None:
    spa = await package()
    page = await ring.tap(add_package=spa)
    assert page.count("Ring spa package") == 2  # cleaning is free: nothing is taken off nothing
    assert "$128.00" in await ring.prices()
    draft = json.loads(await fetch_value("SELECT data FROM intake_draft"))
    assert [task["code"] for task in draft["pieces"][0]["tasks"]] == ["RS-UP", "PL-CLN", "ST-TGT", "RH-PLT"]
    await ring.tap(drop_task=1)
    assert "$138.00" in await ring.prices()
    await ring.tap(add_package=spa)
    assert "$128.00" in await ring.prices()
    await ring.tap(add_package=spa)
    assert "$138.00" in await ring.prices()
    await ring.tap(add_package="999999")
    assert "$138.00" in await ring.prices()


async def test_work_that_left_the_book_meanwhile_is_said_and_taken_off(ring: TakeIn, shop: World) -> None:
    await fetch("UPDATE price_item SET active_to = active_from WHERE code = 'RS-UP'")
    page = await ring.client.get(f"{ring.at}/piece/1")
    assert page.status_code == 200
    assert "is no longer in the price book" in page.text and "is not in the price book" in page.text
    assert "is no longer in the price book" not in await ring.tap(drop_task=0)


async def test_what_goes_with_the_chosen_work_is_offered(ring: TakeIn) -> None:
    page = (await ring.client.get(f"{ring.at}/piece/1")).text
    assert "Goes with it" in page


async def test_a_discount_within_ones_limit_is_kept_with_the_take_in_and_its_ticket(ring: TakeIn) -> None:
    asked = await ring.client.get(f"{ring.at}/discount?piece={ring.code}&line=0")
    assert "up to 10 %" in asked.text and "Size up, $58.00" in asked.text
    kept = await ring.let_off(piece=ring.code, line="0", **TENTH)
    assert kept.status_code == 200 and not kept.text
    assert "10 % off, regular customer" in await ring.prices()
    again = await ring.client.get(f"{ring.at}/discount?piece={ring.code}&line=0")
    assert "Take it back" in again.text
    ticket = await ring.ticket(await ring.finish())
    assert (await sum_of(ticket)).subtotal == 5220
    row = await fetch_one("SELECT * FROM discount")
    assert row is not None
    assert (row["given_by"], row["approved_by"], row["reason"]) == (ring.shop.counter.id, None, "regular")
    check, receipt = await claim_check_of(ticket.id), await receipt_of(ticket.id)
    assert check.off == "$5.80"
    assert ("10 % off, regular customer", "-$5.80") in [(words.strip(), cents) for words, cents in receipt.lines]
    page = (await ring.client.get(f"/tickets/{ticket.number}")).text
    assert "10 % off, regular customer" in page and "$5.80 off" in page


async def test_above_the_limit_a_manager_is_asked_on_the_same_tablet(ring: TakeIn, shop: World) -> None:
    form = {"piece": ring.code, "line": "0", **FIFTH}
    refused = await ring.let_off(**form)
    assert refused.status_code == 422
    assert "A manager approves this" in refused.text and "three days over" in refused.text
    assert "discount" not in json.loads(await fetch_value("SELECT data FROM intake_draft"))["pieces"][0]["tasks"][0]
    await manager_said(shop, refused.text)
    assert (await ring.let_off(**form)).text == ""
    await ring.save(piece=True, task__0__width_mm="6")  # the line is dearer now: the word no longer covers it
    open_again = (await ring.client.get(f"{ring.at}/finish")).text
    assert "A manager approves: let off $20.60" in open_again
    assert (await ring.finish()).status_code == 422
    await manager_said(shop, open_again)
    ticket = await ring.ticket(await ring.finish())
    assert (await sum_of(ticket)).subtotal == 8240
    assert await fetch_value("SELECT approved_by FROM discount") == shop.manager.id
    assert "approved by Maya" in (await ring.client.get(f"/tickets/{ticket.number}")).text


async def test_a_discount_on_everything_covers_rush_and_later_lines(ring: TakeIn) -> None:
    assert (await ring.let_off(**TENTH)).status_code == 200
    await ring.tap(add_task="PL-REF")
    await ring.save(is_rush="yes")
    totals = (await ring.client.get(f"{ring.at}/totals", headers={"HX-Request": "true"})).text
    assert "$14.70" in totals  # of 98.00 and half of it for the rush
    ticket = await ring.ticket(await ring.finish(is_rush="yes"))
    assert (await sum_of(ticket)).subtotal == 13230
    assert (await ring.let_off(take_back="yes")).status_code != 200  # it is a ticket now


@pytest.mark.parametrize(
    ("form", "words"),
    [({"share": "other", "percent": "lots", "reason": "late"}, "such as 12.5"),
     ({"share": "other", "reason": "late"}, "percentage or an amount"),
     ({"share": "other", "percent": "5", "amount": "5", "reason": "late"}, "percentage or an amount"),
     ({"share": "100", "reason": "other"}, "in words"),
     ({"share": "100", "reason": "none of ours"}, "Choose the reason"),
     ({"share": "other", "amount": "-4", "reason": "late"}, "is not an amount"),
     ({"share": "other", "percent": "inf", "reason": "late"}, "such as 12.5")],
)  # fmt: skip
async def test_a_discount_that_cannot_be_is_told_beside_its_box(ring: TakeIn, form: dict[str, str], words: str) -> None:
    refused = await ring.let_off(piece=ring.code, line="0", **form)
    assert refused.status_code == 422
    assert words in refused.text


async def test_a_deposit_is_asked_paid_and_shown(ring: TakeIn) -> None:
    await fetch("UPDATE shop SET deposit_rule = 'share', deposit_above_cents = 5000")
    page = (await ring.client.get(f"{ring.at}/finish")).text
    assert "$32.00" in page and "50 % of a total above $50.00" in page
    ticket = await ring.ticket(await ring.finish(deposit_tender="card", deposit_last_four="4242"))
    payment = await fetch_one("SELECT kind, tender, amount_cents, last_four FROM payment")
    assert payment == {"kind": "deposit", "tender": "card", "amount_cents": 3200, "last_four": "4242"}
    shown = (await ring.client.get(f"/tickets/{ticket.number}")).text
    assert "Deposit asked" in shown and "missing" not in shown
    assert (await claim_check_of(ticket.id)).deposit == "$32.00"


async def test_a_deposit_not_paid_is_missing_and_blocks_nothing_unless_the_shop_says_so(ring: TakeIn) -> None:
    await fetch("UPDATE shop SET deposit_rule = 'share', deposit_above_cents = 5000, deposit_required = true")
    refused = await ring.finish()
    assert refused.status_code == 422
    assert "takes a deposit of $32.00" in refused.text
    for form, words in (({"deposit_tender": "cash", "deposit": "10"}, "takes a deposit"),
                        ({"deposit_tender": "cash", "deposit": "900"}, "more than is owed")):  # fmt: skip
        answer = await ring.finish(**form)
        assert answer.status_code == 422
        assert words in answer.text
    assert await fetch_value("SELECT count(*) FROM ticket") == 0
    await fetch("UPDATE shop SET deposit_required = false")
    ticket = await ring.ticket(await ring.finish(deposit_tender=""))
    assert "$32.00 missing" in (await ring.client.get(f"/tickets/{ticket.number}")).text
    assert (await claim_check_of(ticket.id)).deposit_due == "$32.00"


async def test_a_ticket_is_let_down_and_taken_back_on_its_page(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, tasks=[NewTask("PL-REF"), NewTask("RH-PLT")])
    await sign_in(client, shop.staff["counter"])
    url, line = f"/tickets/{ticket.number}", await fetch_value("SELECT id FROM task WHERE code = 'PL-REF'")
    assert "Polish and refinish" in (await client.get(f"{url}/discount?line={line}")).text
    form = {"line": str(line), "idempotency_key": "once", **TENTH}
    for _ in range(2):
        assert (await client.post(f"{url}/discount", data=form)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM discount") == 1
    refused = await client.post(f"{url}/discount", data={"line": str(line), **FIFTH})
    assert refused.status_code == 422
    await manager_said(shop, refused.text)
    assert (await client.post(f"{url}/discount", data={"line": str(line), **FIFTH})).status_code == 303
    page = (await client.get(url)).text
    assert "20 % off, we were late: three days over" in page
    assert (await client.get(f"{url}/discount?line=999")).status_code == 404
    last = await fetch_value("SELECT max(id) FROM discount")
    assert (await client.post(f"{url}/discounts/{last}/take-back")).status_code == 303
    assert await fetch_value("SELECT price_cents FROM task WHERE id = $1", line) == 3600
    assert (await client.post(f"{url}/discounts/{last}/take-back")).status_code == 404
    assert "taken back" in (await client.get(url)).text


async def test_from_the_estimate_a_discount_leads_back_to_it(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, tasks=[NewTask("PL-REF")], price_terms="estimate", is_rush=True)
    await sign_in(client, shop.staff["counter"])
    url, line = f"/tickets/{ticket.number}", await fetch_value("SELECT id FROM task WHERE code = 'PL-REF'")
    done = await client.post(f"{url}/discount", data={"line": str(line), "back": "estimate", **TENTH})
    assert done.headers["location"] == f"{url}/estimate"
    page = (await client.get(f"{url}/estimate")).text
    assert "10 % off, regular customer" in page and "Rush: 50 % of $40.00" in page
    rush = await fetch_value("SELECT id FROM task WHERE code = 'XX-RUSH'")
    assert (await client.post(f"{url}/estimate/lines/{rush}/drop")).status_code == 409
    assert await fetch_value("SELECT subtotal_cents FROM estimate ORDER BY version DESC LIMIT 1") == 5600
