"""Marking while a take-in is typed: each tap is kept by itself, and what was agreed reaches every page."""

import json
import re
from typing import Any

import httpx
import pytest

from intake.pickup import pairs_of
from tests.factories import World, a_photo_row, a_signature, a_ticket, sign_in
from workshop.db import fetch, fetch_value

pytestmark = pytest.mark.anyio

PRONG = {"code": "PRW", "position": "4 o'clock", "note": "", "picture": "ring-top", "x": 0.3, "y": 0.6}


async def a_ring_begun(client: httpx.AsyncClient, shop: World) -> str:
    """A take-in with a ring in it, up to the condition; gives its address."""
    await sign_in(client, shop.staff["counter"])
    draft = str((await client.post("/intake", data={})).headers["location"])
    await client.post(f"{draft}/save", data={"last_name": "Bennett"})
    assert (await client.post(f"{draft}/piece/1/change", data={"as": "ring"})).status_code == 200
    return draft


async def tap(client: httpx.AsyncClient, draft: str, name: str, value: Any) -> httpx.Response:
    """One tap as the page saves it; nothing takes the point off."""
    text = value if isinstance(value, str) else json.dumps(value)
    return await client.post(f"{draft}/save?piece=1", data={name: text}, headers={"Accept": "application/json"})


async def kept(where: str) -> Any:
    """What the draft has of its first piece."""
    data = json.loads(await fetch_value("SELECT data FROM intake_draft ORDER BY created_at DESC LIMIT 1"))
    return data["pieces"][0].get(where)


async def test_each_tap_is_kept_by_itself_so_two_tablets_lose_nothing(client: httpx.AsyncClient, shop: World) -> None:
    draft = await a_ring_begun(client, shop)
    for name, value in (("point-a1", PRONG), ("point-b2", PRONG | {"code": "SCR"}), ("point-a1", PRONG | {"x": 0.9})):
        assert (await tap(client, draft, name, value)).status_code == 200
    points = [(one["id"], one["code"], one["x"]) for one in await kept("points")]
    assert points == [("a1", "PRW", 0.9), ("b2", "SCR", 0.3)]
    await tap(client, draft, "point-a1", "")
    await tap(client, draft, "point-never", "")
    assert [one["id"] for one in await kept("points")] == ["b2"]
    page = (await client.get(f"{draft}/piece/1")).text
    assert 'name="point-b2"' in page and "ring-top.svg" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("point-a1", PRONG | {"x": 7}),
        ("point-a1", PRONG | {"code": "ZZZ"}),
        ("point-a1", PRONG | {"note": "4111 1111 1111 1111"}),
        ("point-a1", "not json"),
        ("spot-a1", {"picture": "ring-top", "x": 0.5}),
        ("frame-ring-top", {"x": 0.5, "y": 0.5}),
    ],
)
async def test_a_point_that_cannot_be_is_refused_and_the_rest_stays(
    client: httpx.AsyncClient, shop: World, name: str, value: Any
) -> None:
    draft = await a_ring_begun(client, shop)
    await tap(client, draft, "point-first", PRONG)
    answer = await tap(client, draft, name, value)
    assert answer.status_code == 422
    assert name in answer.json()["errors"]
    assert [one["id"] for one in await kept("points")] == ["first"]
    assert not await kept("spots") and not await kept("frames")


async def signed(client: httpx.AsyncClient, shop: World, draft: str) -> str:
    """The take-in finished; gives the ticket's number."""
    await client.post(f"{draft}/piece/1/change", data={"add_task": "PL-CLN"})
    code = re.search(r'/photos/of/([^"/?]+)', (await client.get(f"{draft}/piece/1")).text)
    assert code
    await fetch("UPDATE shop SET photo_minimum = 0")
    for angle in ("top", "side", "hallmark", "inside"):
        photo = await a_photo_row(code[1], shop)
        await fetch("UPDATE photo SET angle = $2 WHERE id = $1", photo, angle)
    page = (await client.get(f"{draft}/finish")).text
    seal = re.search(r'name="risks_explained" value="(\w+)"', page)
    form = {"signature": a_signature(), "price_terms": "firm", "risks_explained": seal[1] if seal else ""}
    answer = await client.post(f"{draft}/finish", data=form)
    assert answer.status_code == 303, re.findall(r'class="error".*', answer.text)
    return str(answer.headers["location"]).split("?")[0].rpartition("/")[2]


async def test_what_was_tapped_and_what_was_listed_reach_the_ticket_and_the_papers(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await a_ring_begun(client, shop)
    await tap(client, draft, "point-a1", PRONG)
    await tap(client, draft, "point-b2", PRONG | {"code": "FIL", "position": "middle"})
    await client.post(f"{draft}/save?piece=1", data={"marks": "TRN"})
    for stone in range(13):
        await tap(client, draft, f"spot-{stone}", {"picture": "ring-top", "x": stone / 13, "y": 0.5})
    before = (await client.get(f"{draft}/finish")).text
    assert "prong worn, 4 o&#39;clock" in before and "tarnish" in before
    assert "filled or treated suspected" not in before, "the customer reads this page"
    number = await signed(client, shop, draft)
    assert await fetch_value("SELECT stone_count FROM envelope") == 13
    ticket = (await client.get(f"/tickets/{number}")).text
    for words in ("prong worn, 4 o&#39;clock", "tarnish", "filled or treated suspected", "shop only", "ring-top.svg"):
        assert words in ticket
    paper = (await client.get(f"/prints/claim-check/{number}")).text
    for words in ("prong worn, 4 o&#39;clock", "tarnish", "13 stones counted", "ring-top.svg"):
        assert words in paper
    assert "filled or treated suspected" not in paper


async def test_a_known_ring_asks_whether_what_was_seen_last_time_is_still_so(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    await fetch("UPDATE envelope SET marks = $1", json.dumps([PRONG, {"code": "HLW", "position": ""}]))
    await sign_in(client, shop.staff["counter"])
    where = (await client.post("/intake", data={"customer": str(ticket.customer)})).headers["location"]
    piece = await fetch_value("SELECT id FROM piece")
    page = (await client.post(f"{where}/change", data={"piece_id": str(piece)})).text
    given = re.search(r"data-marking='([^']*)'", page)
    assert given
    before = json.loads(given[1])["before"]
    assert [mark["code"] for mark in before["marks"]] == ["PRW", "HLW"]
    draft = where.rpartition("/piece/")[0]
    await tap(client, draft, "seen-0", "gone")
    assert await kept("seen") == {"0": "gone"}
    assert 'name="seen-0"' in (await client.get(where)).text


def test_before_and_after_are_from_one_angle_where_there_is_one() -> None:
    def photo(kind: str, angle: str, name: str) -> dict[str, str]:
        return {"kind": kind, "angle": angle, "large": name}

    came = [photo("take_in", "top", "t1"), photo("take_in", "side", "s1"), photo("take_in", "top", "t2")]
    assert pairs_of([*came, photo("after", "side", "s9"), photo("after", "top", "t9")]) == [("s1", "s9"), ("t1", "t9")]
    assert pairs_of([*came, photo("after", "", "x9")]) == [("t1", "x9")]
    assert pairs_of(came) == []


async def test_another_kind_keeps_what_was_seen_and_leaves_the_wrong_drawing(
    client: httpx.AsyncClient, shop: World
) -> None:
    draft = await a_ring_begun(client, shop)
    await tap(client, draft, "point-a1", PRONG | {"code": "SCR"})
    await tap(client, draft, "spot-1", {"picture": "ring-top", "x": 0.5, "y": 0.5})
    await client.post(f"{draft}/piece/1/change", data={"as": "brooch"})
    number = await signed(client, shop, draft)
    row = (await fetch("SELECT marks, stone_points, stone_count FROM envelope"))[0]
    assert [(mark["code"], mark["position"], mark["picture"]) for mark in json.loads(row["marks"])] == [
        ("SCR", "4 o'clock", "")
    ]
    assert (row["stone_points"], row["stone_count"]) == ("[]", 0)
    assert "ring-top.svg" not in (await client.get(f"/tickets/{number}")).text
