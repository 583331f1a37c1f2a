"""Sending photos the way a page and a program do, and what the record says of them."""

import json
import uuid
from typing import Any

import httpx

from tests.factories import World
from workshop.db import fetch, fetch_one, transaction
from workshop.record.codes import ENVELOPE, new_code
from workshop.record.shop.shops import add_shop
from workshop.record.shop.staff import add_staff
from workshop.record.tables import Staff


async def send(
    client: httpx.AsyncClient, code: str, picture: bytes, kind: str = "take_in", *, key: str = "", **words: str
) -> httpx.Response:
    """As the camera of a page does."""
    headers = {"Accept": "application/json"} | ({"Idempotency-Key": key} if key else {})
    files = {"photo": ("../../evil.php", picture, "text/html")}  # neither is believed
    return await client.post(f"/photos/of/{code}", files=files, data={"kind": kind, **words}, headers=headers)


async def send_by_api(client: httpx.AsyncClient, token: str, code: str, picture: bytes, **words: str) -> httpx.Response:
    """As another program does."""
    return await client.post(
        f"/api/envelopes/{code}/photos", files={"photo": ("ring.jpg", picture, "image/jpeg")}, data=words,
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


async def photo_rows() -> list[dict[str, Any]]:
    """Every photo of the record."""
    return await fetch("SELECT * FROM photo ORDER BY taken_at, id")


async def state_of(photo: str) -> str:
    """What the record says of one photo."""
    row = await fetch_one("SELECT state FROM photo WHERE id = $1", uuid.UUID(photo))
    return row["state"] if row else "gone"


async def a_draft(world: World) -> tuple[uuid.UUID, str]:
    """A take-in being typed, and the code of its first piece."""
    draft, code = uuid.uuid4(), new_code(ENVELOPE)
    data = json.dumps({"pieces": [{"code": new_code(ENVELOPE)}, {"code": code}]})
    await fetch(
        "INSERT INTO intake_draft (id, shop, staff, data) VALUES ($1, $2, $3, $4)",
        draft, world.shop.id, world.counter.id, data,
    )  # fmt: skip
    return draft, code


async def somebody_elsewhere() -> Staff:
    """The owner of another shop."""
    async with transaction():
        shop = await add_shop(name="Other", code="OT", zone="UTC")
        return await add_staff(shop=shop.id, name="Otto Other", sign_in_name="otto", roles=["owner"])
