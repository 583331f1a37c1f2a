"""What nobody but the counter may learn: no act of the bench, of a stranger or of a link is answered with it.

What pages show is looked at route by route and field by field in `test_fields.py`.
"""

import re
from dataclasses import dataclass

import httpx
import pytest

from tests.factories import World, a_jpeg, a_photo_row, a_ring, an_envelope, api_token, sign_in
from tests.reading import without_codes
from workshop.db import fetch, fetch_value
from workshop.record.codes import link_token
from workshop.record.customers.customers import NewCustomer
from workshop.record.prices.work import NewTask
from workshop.record.secret import secret_key
from workshop.record.shop.staff import make_token
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio

SURNAME, FIRST, PHONE = "Zyxwvutton", "Quilliam", "646 555 0188"
# Surname, other collector, phone in any dress, e-mail, declared value, its words, the price and the counter's note.
SECRETS = re.compile(
    r"zyxwvutton|vandersloot|555[-.\s]*0188|rosebud@|76,?543[.,]?21|heirloom of|98,?765|987\.65|between ourselves"
    r"|\+1646",
    re.IGNORECASE,
)
STAGES = [Stage.RECEIVED, Stage.AT_BENCH, Stage.QUALITY_CHECK, Stage.READY_FOR_PICKUP, Stage.PICKED_UP]


@dataclass(frozen=True)
class Held:
    """One envelope with everything about it that has an address."""

    code: str
    number: str
    ticket: str
    token: str


async def hold(world: World) -> list[Held]:
    """The same customer's pieces, one at every stage, all with the same distinctive facts."""
    held = []
    await fetch("UPDATE shop SET manager_limit_cents = 0")
    for stage in STAGES:
        work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}, price_cents=98765)]
        piece = NewEnvelope(
            work, piece=a_ring(), declared_value_cents=7654321, declared_words="heirloom of great worth"
        )
        envelope = await an_envelope(
            world, stage, by=world.manager, envelopes=[piece], collectors=["Otto Vandersloot"],
            note="between ourselves: pays late", customer=NewCustomer(SURNAME, FIRST, PHONE, "rosebud@example.com"),
        )  # fmt: skip
        await a_photo_row(envelope.code, world)
        number = await fetch_value("SELECT number FROM ticket WHERE id = $1", envelope.ticket)
        held.append(Held(envelope.code, envelope.number, number, link_token(secret_key(), number)))
    return held


def told(answer: httpx.Response) -> str:
    words = without_codes(" ".join([answer.text, *answer.headers.values()]))
    found = SECRETS.search(words)
    return words[max(0, found.start() - 80) : found.end() + 40] if found else ""


async def test_what_the_bench_does_answers_without_them_too(client: httpx.AsyncClient, shop: World) -> None:
    held = await hold(shop)
    await sign_in(client, shop.staff["bench"])
    bearer = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    first = held[0].code
    answers = [
        await client.post(f"/api/envelopes/{first}/moves", json={"to": "at_bench"}, headers=bearer),
        await client.post(f"/api/envelopes/{first}/moves", json={"to": "picked_up"}, headers=bearer),
        await client.post(
            f"/api/envelopes/{first}/photos", data={"kind": "found"}, headers=bearer,
            files={"photo": ("a.jpg", a_jpeg(), "image/jpeg")},
        ),
    ]  # fmt: skip
    for one in held:
        answers.append(await client.post("/bench/scans", data={"code": one.code}))
        answers.append(await client.post(f"/bench/{one.code}/moves", data={"act": "finish"}))
        answers.append(await client.post(f"/bench/{one.code}/found", data={"code": "RS-UP", "why": "thin"}))
        answers.append(await client.post(f"/prints/again/label/{one.code}", data={}))
    assert [leak for answer in answers if (leak := told(answer))] == []


async def test_the_wall_and_the_status_link_tell_no_name(client: httpx.AsyncClient, shop: World) -> None:
    held = await hold(shop)
    display = await make_token(shop=shop.shop.id, name="TV", kind="display")
    looks = [f"/wall/{display}", f"/wall/{display}/board", "/health", "/metrics", "/sign-in", "/switch"]
    answers = [await client.get(url) for url in looks]
    await client.get("/sign-in")
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    for one in held:
        answers.append(await client.get(f"/t/{one.token}"))  # before the four digits: the steps, no more
        answers.append(await client.get(f"/visit/{one.code}"))
        answers.append(await client.post(f"/t/{one.token}/open", data={"digits": "9999"}))
    assert {answer.status_code for answer in answers[:5]} == {200}
    assert [leak for answer in answers if (leak := told(answer) or re.search("Quilliam", answer.text))] == []


async def test_an_opened_link_tells_the_price_but_no_name_and_no_value(client: httpx.AsyncClient, shop: World) -> None:
    held = (await hold(shop))[0]
    await client.get(f"/t/{held.token}")
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    await client.post(f"/t/{held.token}/open", data={"digits": "0188"})
    page = await client.get(f"/t/{held.token}")
    assert "987.65" in page.text
    hidden = re.compile(r"zyxwvutton|quilliam|vandersloot|555[-.\s]*0188|76,?543|heirloom of|between ourselves", re.I)
    assert hidden.search(page.text) is None
