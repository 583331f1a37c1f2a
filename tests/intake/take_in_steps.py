"""A take-in over its pages, step by step, for the tests of what the counter must have done."""

import re
from typing import Any
from urllib.parse import unquote

import httpx

from tests.factories import World, a_photo_row, a_signature, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.shop.staff import enrol_device, hash_pin


async def begun(client: httpx.AsyncClient, shop: World, role: str = "counter") -> str:
    """A draft of Rosa Bennett's with one ring, wanted in size 7; gives its address."""
    await sign_in(client, shop.staff[role])
    draft: str = (await client.post("/intake", data={"person": "Rosa Bennett"})).headers["location"]
    await tapped(client, draft, {"as": "ring"}, {"size_wanted_tap": "7"})
    return draft


async def tapped(client: httpx.AsyncClient, draft: str, *taps: dict[str, str], piece: int = 1) -> str:
    """One tap after another; gives the piece as shown after the last."""
    answer = None
    for tap in taps:
        answer = await client.post(f"{draft}/piece/{piece}/change", data=tap)
        assert answer.status_code == 200, answer.text
    assert answer is not None
    return answer.text


async def saved(
    client: httpx.AsyncClient, draft: str, fields: dict[str, str], piece: int | None = 1, **about: str
) -> Any:
    """Fields as autosave sends them; gives its answer."""
    url = f"{draft}/save" + (f"?piece={piece}" if piece else "")
    answer = await client.post(url, data=fields | {f"_{name}": value for name, value in about.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def code_of(client: httpx.AsyncClient, draft: str, piece: int = 1) -> str:
    """The code that a piece's envelope will have."""
    found = re.search(r'/photos/of/([^"/?&]+)', (await client.get(f"{draft}/piece/{piece}")).text)
    assert found
    return unquote(found[1])  # its last sign may be one of * ~ $ =


async def photographed(client: httpx.AsyncClient, shop: World, draft: str, *angles: str, piece: int = 1) -> str:
    """Photos from these sides; gives the envelope's code."""
    code = await code_of(client, draft, piece)
    for angle in angles:
        photo = await a_photo_row(code, shop)
        await fetch("UPDATE photo SET angle = $2 WHERE id = $1", photo, angle)
    return code


async def signed(client: httpx.AsyncClient, draft: str, **fields: str) -> httpx.Response:
    """The customer signs, and it is saved."""
    form = {"signature": a_signature(), "price_terms": "firm"} | fields
    return await client.post(f"{draft}/finish", data=form)


async def at_a_station(client: httpx.AsyncClient, shop: World) -> None:
    """This browser is an enrolled tablet of the shop, and the manager has a PIN."""
    await fetch("UPDATE staff SET pin_hash = $2 WHERE id = $1", shop.staff["manager"].id, hash_pin("444444"))
    client.cookies.set("station", await enrol_device(shop.staff["counter"], "till"))


async def tickets() -> int:
    """How many tickets there are."""
    count: int = await fetch_value("SELECT count(*) FROM ticket")
    return count
