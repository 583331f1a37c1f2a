"""A piece is handed on because somebody asked, by whoever has it, and everybody sees who has it then."""

import httpx
import pytest

from tests.bench.rows import row_of
from tests.bench.test_stations import read
from tests.factories import World, an_envelope, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.stages import Stage
from workshop.record.tickets.envelopes import finish_work
from workshop.record.tickets.standing import standing_of

pytestmark = pytest.mark.anyio


async def test_asked_and_given_it_changes_hands_with_its_clock(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    for _ in range(2):  # asking twice is asking once
        assert "Kai sees it now" in (await read(client, "A-ASK", envelope.code)).json()["words"]
    await sign_in(client, shop.staff["bench"])
    shown = (await client.get("/bench/asks")).text
    assert shown.count("Hand it over") == 1 and "Ines" in shown and envelope.number in shown
    assert "Ines has" in (await read(client, "A-GIVE", envelope.code)).json()["words"]
    row = await row_of(envelope.id)
    assert (row["jeweler"], row["worked_by"], row["location"]) == (shop.bench2.id, shop.bench2.id, "bench of Ines")
    clocks = await fetch("SELECT staff FROM work_span WHERE ended_at IS NULL AND NOT is_struck")
    assert [one["staff"] for one in clocks] == [shop.bench2.id]
    assert (await standing_of(envelope)).makers == {shop.bench.id, shop.bench2.id}  # neither checks it alone
    assert "Hand it over" not in (await client.get("/bench/asks")).text
    assert (await read(client, "A-DONE", envelope.code)).status_code == 409  # it is Ines's now
    await sign_in(client, shop.staff["bench2"])
    assert "gave you" in (await client.get("/bench/asks")).text  # who asked is told


async def test_kept_is_kept_and_can_be_asked_again(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["bench2"])
    await read(client, "A-ASK", envelope.code)
    await sign_in(client, shop.staff["bench"])
    assert "Hand it over" not in (await client.post(f"/bench/asks/{envelope.code}/kept")).text
    assert (await row_of(envelope.id))["jeweler"] == shop.bench.id
    assert (await read(client, "A-GIVE", envelope.code)).status_code == 404  # nobody asks
    await sign_in(client, shop.staff["bench2"])
    assert "keeps" in (await client.get("/bench/asks")).text
    assert (await read(client, "A-ASK", envelope.code)).status_code == 200
    await sign_in(client, shop.staff["bench"])
    await read(client, "A-GIVE", envelope.code)
    await sign_in(client, shop.staff["bench2"])
    told = (await client.get("/bench/asks")).text
    assert "gave you" in told and "keeps" not in told  # the last word on it


async def test_nobody_gives_away_what_another_has_and_what_moved_on_is_not_asked(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    await sign_in(client, shop.staff["counter"])
    assert (await read(client, "A-ASK", envelope.code)).status_code == 403
    assert (await read(client, "A-START", envelope.code)).json()["offers"] == []
    await sign_in(client, shop.staff["bench"])
    assert "yourself" in (await read(client, "A-ASK", envelope.code)).json()["words"]
    await sign_in(client, shop.staff["bench2"])
    await read(client, "A-ASK", envelope.code)
    assert (await read(client, "A-GIVE", envelope.code)).status_code == 409  # it is Kai's to give
    await finish_work(envelope.code, by=shop.bench)
    await sign_in(client, shop.staff["bench"])
    assert "Hand it over" not in (await client.get("/bench/asks")).text
    assert (await read(client, "A-ASK", envelope.code)).status_code == 409
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'handed_on'") == 0
