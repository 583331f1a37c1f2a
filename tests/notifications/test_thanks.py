"""After the visit: thanked once, one tap on how it was, a bad answer is a call today, and care for this very piece."""

import httpx
import pytest

from notifications.care import Collected, care_lines
from notifications.thanks import thank_for_visits
from tests.factories import World, a_ticket, an_envelope, sign_in
from tests.notifications.conftest import Hands
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.test_customer_page import path_of, post, unlock
from tests.notifications.worker import work_through
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage
from workshop.record.tables import Envelope

pytestmark = pytest.mark.anyio
THANKED = "SELECT count(*) FROM message WHERE template = 'thank_you'"


async def a_visit(house: World) -> tuple[Envelope, str]:
    """A ring worked on and handed back to somebody who agreed to texts; the way to its page."""
    envelope = await an_envelope(house, Stage.PICKED_UP, may_text=True)
    return envelope, path_of(envelope.number.rsplit("-", 1)[0])


async def test_a_visit_is_thanked_for_once_three_days_later(
    house: World, hands: Hands, texting: FakeTwilio
) -> None:
    await a_visit(house)
    hands.forward(days=2, hours=23)
    await thank_for_visits()
    assert await fetch_value(THANKED) == 0
    hands.forward(hours=2)
    for _ in range(2):
        await thank_for_visits()
    await work_through()
    [text] = [one["Body"] for one in texting.posts if "Thank you for trusting" in one["Body"]]
    assert "Alder & Finch" in text and "/t/" in text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE shop SET thanks_days = 0",
        "UPDATE shop SET thanks_days = 10",
        "UPDATE ticket SET was_well = true",
        "UPDATE envelope SET is_unrepaired = true",
        "UPDATE ticket SET link_closed_at = closed_at",
        "DELETE FROM phone",
    ],
)
async def test_nobody_is_thanked_where_it_would_not_be_right(house: World, hands: Hands, change: str) -> None:
    await a_visit(house)
    await fetch(change)
    hands.forward(days=4)
    await thank_for_visits()
    assert await fetch_value(THANKED) == 0
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'thanked'") == 0


async def test_nor_while_something_of_theirs_is_here_nor_weeks_after(house: World, hands: Hands) -> None:
    envelope, _ = await a_visit(house)
    customer = await fetch_value("SELECT customer FROM ticket WHERE id = $1", envelope.ticket)
    again = await a_ticket(house, customer=None, customer_id=customer)
    hands.forward(days=4)
    await thank_for_visits()
    assert await fetch_value(THANKED) == 0
    await fetch("UPDATE ticket SET closed_at = taken_in_at WHERE id = $1", again.id)
    hands.forward(days=10)
    await thank_for_visits()
    assert await fetch_value(THANKED) == 0, "a worker that slept for a week lets it be"


async def test_all_is_well_is_one_tap_without_digits(client: httpx.AsyncClient, house: World) -> None:
    envelope, path = await a_visit(house)
    assert "Was all well?" in (await client.get(path)).text
    for _ in range(2):
        assert (await post(client, f"{path}/how-it-was", well="yes")).status_code == 303
    assert await fetch_value("SELECT was_well FROM ticket WHERE id = $1", envelope.ticket) is True
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'said_how_it_was'") == 1
    page = (await client.get(path)).text
    assert "Was all well?" not in page and "we are glad" in page and "not right after all" in page
    assert await fetch_value("SELECT count(*) FROM message WHERE direction = 'in'") == 0


async def test_not_right_is_a_call_today(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    await client.get(path)
    for _ in range(2):
        await post(client, f"{path}/how-it-was", well="no")
    assert "We call you as soon as we are in" in (await client.get(path)).text
    assert await fetch_value("SELECT count(*) FROM message WHERE template = 'not_well'") == 1
    await unlock(client, path)
    assert "Said on their page" not in (await client.get(path)).text, "our note, not their words"
    await sign_in(client, house.staff["counter"])
    needs = (await client.get("/messages/needs")).text
    assert "is not happy" in needs and "Call today" in needs and "tel:+12125550111" in needs
    assert "is not happy: call today" in (await client.get("/messages/trouble")).text


async def test_nothing_is_asked_while_a_piece_is_here(client: httpx.AsyncClient, house: World) -> None:
    envelope = await an_envelope(house, Stage.READY_FOR_PICKUP)
    path = path_of(envelope.number.rsplit("-", 1)[0])
    assert "Was all well?" not in (await client.get(path)).text
    assert (await post(client, f"{path}/how-it-was", well="no")).status_code == 303
    assert await fetch_value("SELECT count(*) FROM message WHERE direction = 'in'") == 0


async def test_care_stands_on_the_page_of_who_opened_it(client: httpx.AsyncClient, house: World) -> None:
    _, path = await a_visit(house)
    assert "How to look after it" not in (await client.get(path)).text, "it would tell metal and stones"
    await unlock(client, path)
    assert "How to look after it" in (await client.get(path)).text


def test_care_is_for_this_metal_and_these_stones() -> None:
    pearls = " ".join(care_lines([Collected("necklace", "14k", "yellow", ["cultured pearl"])], "en"))
    assert "Pearls: wipe" in pearls and "dish soap" not in pearls and "prong" not in pearls and "White" not in pearls
    solitaire = " ".join(care_lines([Collected("ring", "18k", "white", ["diamond"])], "en"))
    assert "dish soap" in solitaire and "White gold" in solitaire and "prong" in solitaire and "Pearls" not in solitaire
    assert "Never soak" not in " ".join(care_lines([Collected("ring", "silver")], "en"))
    watch = " ".join(care_lines([Collected("watch", "steel")], "es"))
    assert "corona" in watch and "perfume" not in watch
    assert len(care_lines([Collected("ring"), Collected("ring")], "en")) == 2, "each line once"
