"""Racing scanners (fault test 11): two hundred races for one piece, two to eight people each. Counts are printed."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from tests.factories import World, a_photo_row, an_envelope, sign_in
from workshop.db import fetch, fetch_value
from workshop.errors import NotAllowed
from workshop.record.quality.quality import Check, pass_quality
from workshop.record.quality.quality_lists import lines_for
from workshop.record.quality.quality_measures import grams, wanted_of
from workshop.record.shop.staff import actor_of, add_staff
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work, move, start_work

pytestmark = pytest.mark.anyio
STARTS, PASSES = 170, 30


async def racers(shop: World) -> list[Any]:
    """Eight more people at the bench."""
    names = [f"Racer{place} Nowell" for place in range(8)]
    return [
        await add_staff(shop=shop.shop.id, name=name, sign_in_name=name.split()[0], roles=["bench"]) for name in names
    ]


async def test_two_hundred_races_have_one_winner_each(app: Litestar, shop: World) -> None:
    people = await racers(shop)
    envelope = await an_envelope(shop)
    tablets = [httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")  # type: ignore[arg-type]
               for _ in people]  # fmt: skip
    for tablet, person in zip(tablets, people, strict=True):
        await sign_in(tablet, person)
    told = {"winners": 0, "refused": 0, "events": 0}
    for number in range(STARTS):
        await race_to_start(envelope, tablets[: 2 + number % 7], told)
    texts = await races_to_pass(shop, people)
    print(f"FT-11: {STARTS + PASSES} races, {told['winners'] + PASSES} winners, {told['refused']} refused with the "
          f"state, {told['events']} events of {STARTS} starts, {texts} texts of {PASSES} passes")  # fmt: skip
    assert told["refused"] > STARTS


async def race_to_start(envelope: Envelope, tablets: list[httpx.AsyncClient], told: dict[str, int]) -> None:
    """Everybody scans START at once: one has it, the others are told who, and history says it once."""
    before = await fetch_value("SELECT count(*) FROM event WHERE to_stage = 'at_bench'")
    bodies = [{"code": "A-START", "in_hand": envelope.code, "key": str(uuid4())} for _ in tablets]
    answers = await asyncio.gather(*(
        tablet.post("/scans", json=body) for tablet, body in zip(tablets, bodies, strict=True)
    ))  # fmt: skip
    won = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    assert len(won) == 1, [answer.text for answer in answers]
    holder = await fetch_value(
        """SELECT split_part(s.name, ' ', 1) FROM envelope v JOIN staff s ON s.id = v.jeweler
           WHERE v.id = $1""",
        envelope.id,
    )
    for answer in answers[: won[0]] + answers[won[0] + 1 :]:
        assert answer.status_code == 409
        assert f"{holder} has {envelope.number} since" in answer.json()["words"]
        assert "quality_check" in answer.json()["allowed"]
    events = await fetch_value("SELECT count(*) FROM event WHERE to_stage = 'at_bench'") - before
    assert events == 1
    told["winners"] += 1
    told["refused"] += len(answers) - 1
    told["events"] += events
    again = await tablets[won[0]].post("/scans", json={"code": "A-BACK", "in_hand": envelope.code, "key": str(uuid4())})
    assert again.status_code == 200


async def races_to_pass(shop: World, people: list[Any]) -> int:
    """Everybody passes the check at once: the customer gets one text."""
    await fetch("UPDATE shop SET after_photo_minimum = 0")
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    check = await whole_check(envelope, shop)
    for number in range(PASSES):
        actors = [actor_of(person, "race") for person in people[: 2 + number % 7]]
        answers = await asyncio.gather(*(refused(pass_quality(envelope.code, check, by=one)) for one in actors))
        assert answers.count(False) == 1, answers
        texts = await fetch_value("SELECT count(*) FROM message WHERE template = 'ready_for_pickup'")
        assert texts == number + 1
        await once_more(envelope, shop)
    return int(texts)


async def refused(act: Awaitable[Any]) -> bool:
    try:
        await act
    except NotAllowed:
        return True
    return False


async def once_more(envelope: Envelope, shop: World) -> None:
    await move(envelope.code, Stage.IN_QUEUE, by=shop.counter, reason="not right")
    await start_work(envelope.code, by=shop.bench)
    await finish_work(envelope.code, by=shop.bench)


async def whole_check(envelope: Envelope, shop: World) -> Check:
    """Everything ticked, counted and measured."""
    await a_photo_row(envelope.code, shop, kind="after")
    wanted = await wanted_of(envelope)
    lines = [line.words for line in await lines_for(envelope)]
    return Check(lines, envelope.stone_count, measured={"size": wanted.size, "weight": grams(wanted.expected)})
