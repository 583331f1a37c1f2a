"""What to mention: honest reasons, two at most, asked once, answered by somebody at some time."""

from dataclasses import replace
from datetime import UTC, date, datetime

import httpx
import pytest

from notifications.prompt_rules import Facts, suggestions
from tests.factories import World, a_ring, a_ticket, an_envelope, sign_in
from tests.notifications.conftest import Hands
from tests.notifications.worker import work_through
from workshop.db import fetch, fetch_one, fetch_value
from workshop.record.customers.customers import NewCustomer
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope

pytestmark = pytest.mark.anyio
TODAY = date(2026, 12, 3)
RING = Facts(TODAY, piece=1, kind="ring", metal="14k", known_since=date(2026, 12, 1))
PRONGS = frozenset({"PR-TIP"})
SIZED = frozenset({"RS-UP"})


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (RING, []),
        (replace(RING, work=SIZED), ["insurance_valuation"]),
        (replace(RING, work=SIZED, appraised_on=date(2025, 1, 1)), []),
        (replace(RING, work=SIZED, appraised_on=date(2024, 12, 1)), ["insurance_valuation"]),
        (replace(RING, work=SIZED | {"AP-VAL"}), []),
        (replace(RING, done={"RS-DN": date(2026, 10, 20)}), ["insurance_valuation"]),
        (replace(RING, done={"RS-DN": date(2026, 9, 1)}), []),
        (replace(RING, done={"RH-PLT": date(2026, 2, 10)}), []),
        (replace(RING, done={"RH-PLT": date(2026, 1, 20)}), ["rhodium_due"]),
        (replace(RING, done={"RH-PLT": date(2025, 1, 20)}, work=frozenset({"RH-PLT"})), []),
        (replace(RING, description="Halo ring, white", known_since=date(2025, 6, 1)), ["rhodium_due"]),
        (replace(RING, description="Halo ring, white", metal="platinum", known_since=date(2025, 6, 1)), []),
        (replace(RING, made_about=1986, work=PRONGS), ["heirloom_refresh"]),
        (replace(RING, made_about=1987, work=PRONGS), []),
        (replace(RING, origin="heirloom", work=PRONGS), ["heirloom_refresh"]),
        (replace(RING, made_about=1938), []),
        (replace(RING, appraised_on=date(2023, 11, 1)), ["appraisal_old"]),
        (replace(RING, appraised_on=date(2024, 1, 1)), []),
        (replace(RING, pieces_here=3), ["bundle"]),
        (replace(RING, pieces_here=2), []),
        (replace(RING, pieces_here=3, is_pickup=True), []),
        (replace(RING, care_due="Cleaning and prong inspection", care_kind="pendant"), ["care_due"]),
        (replace(RING, is_pickup=True, is_on_time=True), ["referral_ask"]),
        (replace(RING, is_pickup=True, is_on_time=False), []),
        (replace(RING, is_pickup=True, is_on_time=True, is_redo=True), []),
        (replace(RING, is_on_time=True), []),
    ],
)
def test_each_rule_speaks_when_its_reason_holds(facts: Facts, rules: list[str]) -> None:
    found = suggestions(facts)
    assert [one.rule for one in found] == rules
    for one in found:
        assert one.reason.endswith(".")
        assert "$" not in one.words


@pytest.fixture
async def counter(client: httpx.AsyncClient, house: World) -> httpx.AsyncClient:
    await sign_in(client, house.staff["counter"])
    return client


async def a_ready_ring(house: World) -> str:
    """An old ring, sized and retipped, ready in time."""
    old = a_ring(made_about=1938, origin="heirloom")
    work = [
        NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1"}),
        NewTask("PR-TIP", drivers={"metal": "14k", "prongs": "2"}),
    ]
    envelope = await an_envelope(house, Stage.READY_FOR_PICKUP, envelopes=[NewEnvelope(work, piece=old)])
    return envelope.number.rsplit("-", 1)[0]


async def test_pickup_shows_two_with_reason_and_words_once(counter: httpx.AsyncClient, house: World) -> None:
    number = await a_ready_ring(house)
    for _ in range(2):
        text = (await counter.get(f"/prompts/pickup/{number}")).text
        assert text.count('<li class="prompt">') == 2
        assert "Resized, and no appraisal on file." in text
        assert "Made about 1938, with prong work." in text
    assert await fetch_value("SELECT count(*) FROM prompt") == 2


async def test_an_answer_stands_with_who_and_when(counter: httpx.AsyncClient, house: World, hands: Hands) -> None:
    number = await a_ready_ring(house)
    await counter.get(f"/prompts/pickup/{number}")
    first = await fetch_value("SELECT min(id) FROM prompt")
    said = await counter.post(f"/prompts/{first}/answer", data={"answer": "accepted"})
    assert "Accepted. Noted." in said.text
    await counter.post(f"/prompts/{first}/answer", data={"answer": "dismissed"})
    row = await fetch_one("SELECT * FROM prompt WHERE id = $1", first)
    assert row is not None
    assert (row["state"], row["answered_by"], row["answered_at"]) == ("accepted", house.counter.id, hands())
    assert await fetch_value("SELECT count(*) FROM event WHERE name LIKE 'prompt_%'") == 1


async def test_what_was_dismissed_does_not_come_back_for_that_ticket(
    counter: httpx.AsyncClient, house: World, hands: Hands
) -> None:
    number = await a_ready_ring(house)
    await counter.get(f"/prompts/pickup/{number}")
    for row in await fetch("SELECT id FROM prompt"):
        await counter.post(f"/prompts/{row['id']}/answer", data={"answer": "dismissed"})
    hands.forward(days=90)
    await sign_in(counter, house.staff["counter"])
    text = (await counter.get(f"/prompts/pickup/{number}")).text
    assert "Resized" not in text
    assert "Made about 1938" not in text


async def test_later_is_asked_again_another_day(counter: httpx.AsyncClient, house: World, hands: Hands) -> None:
    number = await a_ready_ring(house)
    await counter.get(f"/prompts/pickup/{number}")
    first = await fetch_value("SELECT min(id) FROM prompt")
    await counter.post(f"/prompts/{first}/answer", data={"answer": "later"})
    assert "Resized" not in (await counter.get(f"/prompts/pickup/{number}")).text
    hands.forward(days=1)
    await sign_in(counter, house.staff["counter"])
    assert "Resized" in (await counter.get(f"/prompts/pickup/{number}")).text
    assert await fetch_value("SELECT count(*) FROM prompt WHERE rule = 'insurance_valuation'") == 1


async def test_a_late_ticket_asks_for_no_referral(counter: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house, Stage.READY_FOR_PICKUP, tasks=[NewTask("PL-REF")])
    number = envelope.number.rsplit("-", 1)[0]
    assert "ready when promised" in (await counter.get(f"/prompts/pickup/{number}")).text
    await fetch("DELETE FROM prompt")
    await fetch("UPDATE envelope SET promise_on = $1", date(2026, 12, 1))
    assert "Nothing to mention" in (await counter.get(f"/prompts/pickup/{number}")).text


async def test_take_in_knows_the_piece_and_the_household(counter: httpx.AsyncClient, house: World) -> None:
    number = await a_ready_ring(house)
    customer = await fetch_value("SELECT customer FROM ticket WHERE number = $1", number)
    piece = await fetch_value("SELECT piece FROM envelope")
    assert "Nothing to mention" in (await counter.get(f"/prompts/take-in/{customer}")).text
    await a_ticket(house, customer=None, customer_id=customer)
    text = (await counter.get(f"/prompts/take-in/{customer}?piece={piece}")).text
    assert text.count('<li class="prompt">') == 2
    assert "Resized" in text
    assert "3 pieces of theirs are here now." in (await counter.get(f"/prompts/take-in/{customer}")).text


async def test_a_strangers_piece_tells_nothing(counter: httpx.AsyncClient, house: World) -> None:
    await a_ready_ring(house)
    piece = await fetch_value("SELECT piece FROM envelope")
    other = await a_ticket(house, customer=NewCustomer("Chen", "Jun", "212 555 0133"))
    text = (await counter.get(f"/prompts/take-in/{other.customer}?piece={piece}")).text
    assert "Nothing to mention" in text


async def test_care_that_may_not_be_texted_is_mentioned(
    counter: httpx.AsyncClient, house: World, hands: Hands
) -> None:
    await an_envelope(house, Stage.PICKED_UP, tasks=[NewTask("PL-CLN")])
    await work_through()
    hands.to(datetime(2027, 6, 4, 16, 0, tzinfo=UTC))
    await sign_in(counter, house.staff["counter"])
    customer = await fetch_value("SELECT customer FROM reminder")
    text = (await counter.get(f"/prompts/take-in/{customer}")).text
    assert "Cleaning and prong inspection is due for their ring." in text


async def test_an_unknown_answer_is_refused(counter: httpx.AsyncClient, house: World) -> None:
    number = await a_ready_ring(house)
    await counter.get(f"/prompts/pickup/{number}")
    assert (await counter.post("/prompts/1/answer", data={"answer": "maybe"})).status_code == 422
    assert (await counter.post("/prompts/999/answer", data={"answer": "later"})).status_code == 404
