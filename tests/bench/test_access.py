"""Who may open what: every route of the bench, the gate and the wall, for every role."""

import re

import httpx
import pytest
from litestar import Litestar

from tests.factories import World, an_envelope, api_token, sign_in
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio

BENCH, STAFF, MANAGER = {"bench", "manager", "owner"}, {"counter", "bench", "manager", "owner"}, {"manager", "owner"}
ANYONE = STAFF | {"nobody"}

ROUTES = {
    ("GET", "/bench"): BENCH,
    ("GET", "/bench/rows"): BENCH,
    ("POST", "/bench/scans"): BENCH,
    ("GET", "/bench/{code:str}"): BENCH,
    ("GET", "/bench/{code:str}/sheet"): BENCH,
    ("POST", "/bench/{code:str}/moves"): BENCH,
    ("GET", "/bench/{code:str}/found"): BENCH,
    ("POST", "/bench/{code:str}/found"): BENCH,
    ("POST", "/bench/{code:str}/take"): BENCH,
    ("POST", "/bench/{code:str}/return"): BENCH,
    ("GET", "/bench/plan"): MANAGER,
    ("GET", "/bench/plan/board"): MANAGER,
    ("POST", "/bench/plan/assignments"): MANAGER,
    ("POST", "/bench/plan/share"): MANAGER,
    ("POST", "/bench/plan/scans"): MANAGER,
    ("POST", "/bench/{code:str}/clock"): BENCH,
    ("GET", "/bench/{code:str}/time"): BENCH,
    ("POST", "/bench/{code:str}/time"): BENCH,
    ("GET", "/bench/{code:str}/material"): BENCH,
    ("POST", "/bench/{code:str}/parts"): BENCH,
    ("POST", "/bench/{code:str}/weights"): BENCH,
    ("POST", "/bench/{code:str}/bags"): BENCH,
    ("POST", "/bench/{code:str}/parts/{part:int}/strike"): BENCH,
    ("POST", "/bench/{code:str}/bags/{bag_id:int}/strike"): BENCH,
    ("GET", "/bench/{code:str}/watch"): BENCH,
    ("POST", "/bench/{code:str}/watch"): BENCH,
    ("POST", "/bench/{code:str}/watch/{reading:int}/strike"): BENCH,
    ("GET", "/bench/{code:str}/proof"): STAFF,
    ("POST", "/bench/{code:str}/proof"): STAFF,
    ("POST", "/bench/{code:str}/proof/answers"): STAFF - {"bench"},
    ("GET", "/bench/quality"): STAFF,
    ("GET", "/bench/quality/rows"): STAFF,
    ("POST", "/bench/quality/scans"): STAFF,
    ("GET", "/bench/quality/{code:str}"): STAFF,
    ("POST", "/bench/quality/{code:str}/answers"): STAFF,
    ("POST", "/bench/quality/{code:str}/passes"): STAFF,
    ("POST", "/bench/quality/{code:str}/fails"): STAFF,
    ("GET", "/bench/cards"): STAFF,
    ("POST", "/bench/cards/prints"): STAFF,
    ("GET", "/bench/asks"): BENCH,
    ("GET", "/bench/clocks"): BENCH,
    ("POST", "/bench/clocks/{span:int}"): BENCH,
    ("POST", "/bench/asks/{code:str}/kept"): BENCH,
    ("GET", "/wall"): STAFF,
    ("GET", "/wall/board"): STAFF,
    ("GET", "/wall/displays"): MANAGER,
    ("POST", "/wall/displays"): MANAGER,
    ("POST", "/wall/displays/{display:int}/revocations"): MANAGER,
    ("GET", "/wall/{token:str}"): ANYONE,
    ("GET", "/wall/{token:str}/board"): ANYONE,
    ("GET", "/api/queue"): STAFF,
    ("GET", "/api/board"): STAFF,
    ("POST", "/api/envelopes/{code:str}/moves"): STAFF,
}
PAGES = {route: who for route, who in ROUTES.items() if not route[1].startswith("/api/")}
JSON = {route: who for route, who in ROUTES.items() if route[1].startswith("/api/")}


def ours(app: Litestar) -> set[tuple[str, str]]:
    prefixes = ("/bench", "/wall", "/api/queue", "/api/board")
    found = set()
    for route in app.routes:
        if route.path.startswith(prefixes) or route.path == "/api/envelopes/{code:str}/moves":
            found |= {(method, route.path) for method in getattr(route, "methods", ()) if method != "OPTIONS"}
    return found


async def test_every_route_of_ours_is_in_the_matrix(app: Litestar) -> None:
    assert ours(app) == set(ROUTES)


@pytest.mark.parametrize("role", ["nobody", "counter", "bench", "manager", "owner"])
async def test_pages_open_for_whom_they_are(shop: World, client: httpx.AsyncClient, role: str) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    if role != "nobody":
        await sign_in(client, shop.staff[role])
    for (method, path), who in PAGES.items():
        url = re.sub(r"{\w+:int}", "1", path.replace("{code:str}", envelope.code).replace("{token:str}", "t" * 43))
        answer = await client.request(method, url, data={} if method == "POST" else None)
        if role in who:
            assert answer.status_code not in (401, 403, 500), (method, path, answer.status_code)
        elif role == "nobody":
            refused = answer.status_code == 403 or answer.headers.get("location", "").startswith("/sign-in")
            assert refused, (method, path, answer.status_code)
        else:
            assert answer.status_code == 403, (method, path)


@pytest.mark.parametrize("role", ["nobody", "counter", "bench", "manager", "owner"])
async def test_json_opens_for_whom_it_is(shop: World, client: httpx.AsyncClient, role: str) -> None:
    envelope = await an_envelope(shop)
    headers = {} if role == "nobody" else {"Authorization": f"Bearer {await api_token(shop, role)}"}
    for method, path in JSON:
        url = path.replace("{code:str}", envelope.code)
        body = {"to": "on_hold", "reason": "part"} if method == "POST" else None
        answer = await client.request(method, url, json=body, headers=headers)
        assert answer.status_code == (401 if role == "nobody" else 200), (method, path, answer.text)


async def test_badges_are_printed_for_managers_only(shop: World, client: httpx.AsyncClient) -> None:
    await sign_in(client, shop.staff["bench"])
    page = (await client.get("/bench/cards")).text
    assert "A-START" in page and "safe tray" in page.lower()
    assert shop.staff["bench2"].badge_code not in page
    await sign_in(client, shop.staff["manager"])
    page = (await client.get("/bench/cards")).text
    assert shop.staff["bench2"].badge_code in page
    assert shop.staff["owner"].badge_code not in page
