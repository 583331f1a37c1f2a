"""The customer's link: four steps for anybody who has it, the rest for the right phone, nothing about anybody."""

import gzip
import re
from datetime import date, timedelta

import httpx
import pytest

from photos.keeping import add_photo
from tests.factories import World, a_jpeg, a_photo_row, a_signature, a_ticket, an_envelope
from tests.notifications.conftest import Hands
from tests.reading import without_codes
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.codes import link_token
from workshop.record.customers.customers import NewCustomer
from workshop.record.prices.work import NewTask
from workshop.record.secret import secret_key
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate
from workshop.record.tickets.estimates import make_estimate, send_estimates

pytestmark = pytest.mark.anyio

SECRETS = ["Rosa", "Bennett", "0111", "8500", "eight thousand", "rattles", "prong worn", "Kai", "Noor"]
HEAD = [NewTask("HD-NEW", drivers={"metal": "18k", "mm": "6.5"})]


def path_of(number: str) -> str:
    return f"/t/{link_token(secret_key(), number)}"


async def a_visit(house: World, stage: Stage = Stage.AT_BENCH) -> tuple[Envelope, str]:
    envelope = await an_envelope(house, stage)
    await fetch(
        """UPDATE envelope SET declared_value_cents = 850000, declared_words = 'eight thousand',
           customer_says = 'rattles', marks = '[{"code": "PRW", "position": ""}]'"""
    )
    return envelope, path_of(envelope.number.rsplit("-", 1)[0])


async def post(client: httpx.AsyncClient, path: str, **form: str) -> httpx.Response:
    """As the browser does: with the token of the page it came from."""
    return await client.post(path, data={"_csrf_token": client.cookies.get("csrf", ""), **form})


async def unlock(client: httpx.AsyncClient, path: str, digits: str = "0111") -> httpx.Response:
    await client.get(path)
    return await post(client, f"{path}/open", digits=digits)


async def test_the_link_alone_shows_steps_and_promise_and_nobody(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    answer = await client.get(path)
    assert answer.status_code == 200
    text = answer.text
    for shown in ("Alder &amp; Finch", "HR-10001", "Being repaired", "Promised for", "Mon – Fri", "10 am – 6 pm"):
        assert shown in text
    for secret in [*SECRETS, "Oval halo", "Size up", "$", "14K"]:
        assert secret not in without_codes(text)
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert answer.headers["cache-control"] == "no-store"


async def test_reading_changes_nothing(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    everything = """SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM message),
                    (SELECT max(version) FROM envelope)"""
    before = await fetch(everything), await fetch("SELECT * FROM ticket")
    for _ in range(3):
        await client.get(path)
    assert (await fetch(everything), await fetch("SELECT * FROM ticket")) == before


async def test_the_right_digits_open_it_on_this_device_only(client: httpx.AsyncClient, house: World) -> None:
    envelope, path = await a_visit(house, Stage.READY_FOR_PICKUP)
    before = await a_photo_row(envelope.code, house)
    opened = await unlock(client, path)
    assert opened.status_code == 303
    kept = opened.headers["set-cookie"]
    assert f"Path={path}" in kept
    assert "HttpOnly" in kept
    shown = (await client.get(path)).text
    assert "Oval halo ring" in shown
    assert f"{path}/photos/{before}" in shown
    assert "To pay at pickup" in shown
    for secret in SECRETS:
        assert secret not in without_codes(shown)
    client.cookies.clear()
    assert "Oval halo ring" not in (await client.get(path)).text


async def test_a_pass_of_one_link_opens_no_other(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    other = path_of((await a_ticket(house)).number)
    await unlock(client, path)
    kept = client.cookies["opened"]
    assert "Oval halo" not in (await client.get(other, headers={"Cookie": f"opened={kept}"})).text
    forged = kept.split(".")[0] + "." + "0" * 64
    assert "Oval halo" not in (await client.get(path, headers={"Cookie": f"opened={forged}"})).text


async def test_five_wrong_tries_lock_the_link_for_an_hour(
    client: httpx.AsyncClient, house: World, hands: Hands
) -> None:
    _, path = await a_visit(house)
    for left in (4, 3, 2):
        answer = await unlock(client, path, "9999")
        assert answer.status_code == 422
        assert f"{left} more tries" in answer.text
        hands.forward(minutes=1, seconds=1)
    assert "One more try" in (await unlock(client, path, "9999")).text
    assert "closed until" in (await unlock(client, path, "9999")).text
    hands.forward(minutes=58)
    assert (await unlock(client, path)).status_code == 422
    assert "Promised for" in (await client.get(path)).text
    hands.forward(minutes=3)
    assert (await unlock(client, path)).status_code == 303


async def test_unknown_and_expired_are_the_same_404(client: httpx.AsyncClient, house: World, hands: Hands) -> None:
    _, path = await a_visit(house, Stage.PICKED_UP)
    assert "All collected" in (await client.get(path)).text
    hands.forward(days=29)
    assert (await client.get(path)).status_code == 200
    hands.forward(days=2)
    expired, unknown = await client.get(path), await client.get("/t/" + "x" * 32)
    assert expired.status_code == unknown.status_code == 404

    def without_token(page: str) -> str:
        return re.sub(r'name="csrf-token" content="[^"]*"', "", page)

    assert without_token(expired.text) == without_token(unknown.text)
    assert "HR-" not in expired.text


async def test_twenty_visits_a_minute_are_enough(client: httpx.AsyncClient, house: World, hands: Hands) -> None:
    _, path = await a_visit(house)
    for _ in range(20):
        assert (await client.get(path)).status_code == 200
    refused = await client.get(path)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    hands.forward(minutes=1)
    assert (await client.get(path)).status_code == 200


async def test_photos_are_for_who_opened_it_and_of_this_ticket(client: httpx.AsyncClient, house: World) -> None:
    envelope, path = await a_visit(house)
    mine = (await add_photo(envelope.code, "take_in", a_jpeg(), by=house.counter)).id
    early = (await add_photo(envelope.code, "after", a_jpeg(colour="gold"), by=house.bench)).id
    strange = await an_envelope(house)
    other = (await add_photo(strange.code, "take_in", a_jpeg(colour="navy"), by=house.counter)).id
    assert (await client.get(f"{path}/photos/{mine}")).status_code == 404
    await unlock(client, path)
    shown = await client.get(f"{path}/photos/{mine}?size=thumb")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"].startswith("private")
    for hidden in (early, other):
        assert (await client.get(f"{path}/photos/{hidden}")).status_code == 404
    await fetch("UPDATE envelope SET stage = 'ready_for_pickup'")
    assert (await client.get(f"{path}/photos/{early}")).status_code == 200


async def test_a_spanish_customer_reads_spanish(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    await fetch("UPDATE customer SET language = 'es'")
    text = (await client.get(path)).text
    assert '<html lang="es"' in text
    assert "En reparación" in text
    assert "Prometido para el" in text
    assert "Being repaired" not in text


async def an_open_estimate(house: World) -> tuple[Estimate, str, str]:
    ticket = await a_ticket(house, tasks=HEAD)
    await send_estimates(ticket.id, by=house.counter)
    estimate = await Estimate.objects().first()
    assert estimate is not None
    code = await fetch_value("SELECT code FROM envelope")
    return estimate, path_of(ticket.number), code


async def stage_of(code: str) -> str:
    return str(await fetch_value("SELECT stage FROM envelope WHERE code = $1", code))


async def test_approving_with_a_drawn_signature(client: httpx.AsyncClient, house: World) -> None:
    estimate, path, code = await an_open_estimate(house)
    assert "An estimate waits" in (await client.get(path)).text
    await unlock(client, path)
    assert "Approve · $" in (await client.get(path)).text
    form = {"answer": "approve", "name": "Rosa B", "signature": a_signature()}
    for _ in range(2):
        answer = await post(client, f"{path}/estimates/{estimate.id}", **form)
        assert answer.status_code == 303
    row = await fetch_one("SELECT * FROM estimate")
    assert row is not None
    assert (row["state"], row["how"], row["answered_by"], row["staff"]) == ("approved", "link", "Rosa B", None)
    assert row["signature"] is not None
    assert row["address"] == "127.0.0.1"
    assert await stage_of(code) == "approved"
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'estimate_approved'") == 1
    assert "You approved $" in (await client.get(path)).text


async def test_without_drawing_the_typed_name_signs_if_the_customer_says_so(
    client: httpx.AsyncClient, house: World
) -> None:
    estimate, path, code = await an_open_estimate(house)
    await unlock(client, path)
    target = f"{path}/estimates/{estimate.id}"
    refused = await post(client, target, answer="approve", name="Rosa B", signature="")
    assert refused.status_code == 422
    assert "sign in the box" in refused.text
    assert 'value="Rosa B"' in refused.text
    assert await stage_of(code) == "awaiting_approval"
    taken = await post(client, target, answer="approve", name="Rosa B", signature="", typed_signs="yes")
    assert taken.status_code == 303
    assert await stage_of(code) == "approved"
    said = await fetch_value("SELECT data->>'signed' FROM event WHERE name = 'estimate_approved'")
    assert said == "typed"


async def test_declining_needs_a_name_and_no_signature(client: httpx.AsyncClient, house: World) -> None:
    estimate, path, code = await an_open_estimate(house)
    await unlock(client, path)
    target = f"{path}/estimates/{estimate.id}"
    assert (await post(client, target, answer="decline", name="")).status_code == 422
    assert (await post(client, target, answer="decline", name="Rosa B")).status_code == 303
    assert await stage_of(code) == "declined"


async def test_an_estimate_that_changed_meanwhile_is_not_approved(client: httpx.AsyncClient, house: World) -> None:
    estimate, path, code = await an_open_estimate(house)
    await unlock(client, path)
    await make_estimate(code, by=house.counter, note="A second prong is thin", send=True)
    form = {"answer": "approve", "name": "Rosa B", "typed_signs": "yes"}
    answer = await post(client, f"{path}/estimates/{estimate.id}", **form)
    assert answer.status_code == 409
    assert "changed while you read it" in answer.text
    assert "A second prong is thin" in answer.text
    assert await stage_of(code) == "awaiting_approval"


async def test_nobody_answers_before_the_digits_or_for_another_ticket(client: httpx.AsyncClient, house: World) -> None:
    estimate, path, code = await an_open_estimate(house)
    form = {"answer": "approve", "name": "Mallory", "typed_signs": "yes"}
    await client.get(path)
    assert (await post(client, f"{path}/estimates/{estimate.id}", **form)).headers["location"] == path
    other = path_of((await a_ticket(house, customer=NewCustomer("Chen", "Jun", "212 555 0133"))).number)
    await unlock(client, other, "0133")
    assert (await post(client, f"{other}/estimates/{estimate.id}", **form)).status_code == 404
    assert await stage_of(code) == "awaiting_approval"


async def test_the_page_is_small(client: httpx.AsyncClient, house: World) -> None:
    _, path, _ = await an_open_estimate(house)
    await unlock(client, path)
    assert len(gzip.compress((await client.get(path)).content)) < 60_000


async def test_a_promise_already_kept_is_not_shown_as_one(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house, Stage.READY_FOR_PICKUP)
    await fetch("UPDATE ticket SET promise_on = $1", date(2026, 12, 1) - timedelta(days=1))
    assert "Promised for" not in (await client.get(path)).text


async def test_the_public_page_of_a_reminder_tells_hours_and_nothing_else(
    client: httpx.AsyncClient, house: World
) -> None:
    assert "10 am – 6 pm" in (await client.get("/visit/hr?3f9a")).text
    assert (await client.get("/visit/zz")).status_code == 404
