"""Every route of the application against every role: closed unless it says for whom it is."""

import re

import httpx
import pytest
from litestar import Litestar

from tests.factories import World, api_token, sign_in
from tests.walking import routes

pytestmark = pytest.mark.anyio

# The few doors without a lock, each with its own way of knowing who knocks (a link's token, a signature).
OPEN = {
    "/sign-in", "/switch", "/sign-out", "/health", "/metrics", "/live/wall/{token}", "/wall/{token}",
    "/wall/{token}/board", "/tv", "/visit/{code}", "/shop/logo/{key}", "/shop/colours/{name}", "/twilio/inbound",
    "/twilio/status/{message_id}", "/static", "/sw.js", "/offline",
}  # fmt: skip
SAMPLES = {"int": "1", "str": "nothing", "uuid": "00000000-0000-4000-8000-000000000000"}


def is_open(path: str) -> bool:
    plain = re.sub(r":\w+}", "}", path)
    return plain.startswith(("/t/", "/static")) or plain in OPEN


def filled(path: str) -> str:
    return re.sub(r"{\w+:(\w+)}", lambda found: SAMPLES.get(found[1], "x"), path)


async def test_every_route_says_for_whom_it_is(app: Litestar) -> None:
    all_routes = list(routes(app))
    assert len(all_routes) > 60
    assert [path for _, path, access in all_routes if not access] == []
    assert [path for _, path, access in all_routes if "anyone" in access and not is_open(path)] == []


async def test_a_stranger_gets_through_no_closed_door(app: Litestar, client: httpx.AsyncClient, shop: World) -> None:
    await client.get("/sign-in")
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    for method, path, access in routes(app):
        if "anyone" in access:
            continue
        answer = await client.request(method, filled(path))
        assert answer.status_code in (303, 401, 404, 405), (method, path, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in"), path


@pytest.mark.parametrize("role", ["counter", "bench", "manager", "owner"])
async def test_a_role_gets_through_no_door_of_others(
    app: Litestar, client: httpx.AsyncClient, shop: World, role: str
) -> None:
    await sign_in(client, shop.staff[role])
    bearer = {"Authorization": f"Bearer {await api_token(shop, role)}"}
    tried = 0
    for method, path, access in routes(app):
        if "anyone" in access or role in access:
            continue
        answer = await client.request(method, filled(path), headers=bearer if path.startswith("/api") else {})
        assert answer.status_code == 403, (role, method, path, answer.status_code)
        tried += 1
    assert tried > 0 or role in ("manager", "owner")


async def test_a_post_without_the_token_or_from_another_site_changes_nothing(
    app: Litestar, client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["counter"])
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/intake", headers=foreign)).status_code == 403
    assert (await client.post("/intake", headers={"X-CSRFToken": "no"})).status_code == 403
    bearer = {"Authorization": f"Bearer {await api_token(shop)}"}
    assert (await client.get("/", headers=bearer)).status_code == 200  # the session, not the bearer, opens pages
    client.cookies.clear()
    assert (await client.get("/", headers=bearer)).status_code == 303
