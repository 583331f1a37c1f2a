"""The application starts, says how it is, and lets nobody in by mistake."""

import re
from datetime import UTC, date, datetime

import httpx
import pytest

from tests.factories import World, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.codes import new_token
from workshop.web.errors import without_secrets
from workshop.web.forms import Form
from workshop.web.pages import templates

pytestmark = pytest.mark.anyio


async def test_health_says_that_no_worker_runs(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert answer.json()["worker"] == "none running"


async def test_a_page_sends_a_stranger_to_the_door(client: httpx.AsyncClient, shop: World) -> None:
    answer = await client.get("/live/shop")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_signing_out_ends_the_session_at_once(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    assert (await client.post("/sign-out")).status_code == 303
    assert (await client.get("/live/shop")).headers["location"].startswith("/sign-in")


async def test_every_answer_carries_the_safe_headers(client: httpx.AsyncClient, shop: World) -> None:
    answer = await client.get("/sign-in")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_that_only_rereads_itself_keeps_nobody_signed_in(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    await fetch("UPDATE session SET seen_at = now() - interval '10 minutes'")
    await client.get("/counter/board", headers={"HX-Request": "true"})
    assert await fetch_value("SELECT now() - seen_at > interval '9 minutes' FROM session")
    await client.get("/")
    assert await fetch_value("SELECT now() - seen_at < interval '1 minute' FROM session")


@pytest.mark.parametrize("path", ["/pieces/99999999999999999999", "/drawer/days/99999999999999999999"])
async def test_a_number_nothing_can_have_is_nothing_found(client: httpx.AsyncClient, shop: World, path: str) -> None:
    await sign_in(client, shop.staff["manager"])
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("typed", ["²", "--5", "5-", "1e3"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert Form([("count", typed)]).whole("count") is None


def test_a_log_tells_no_address_that_opens_something() -> None:
    token = new_token()
    for path in (f"/t/{token}/open", f"/wall/{token}", f"/live/wall/{token}"):
        assert token not in without_secrets(path)
    assert without_secrets("/wall/board") == "/wall/board" and without_secrets("/t/ab") == "/t/ab"


def test_a_moment_is_told_as_the_day_it_was_in_the_shop() -> None:
    evening = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # half past eight on Sunday the 22nd
    page = templates().from_string("{{ at | day(today) }}")
    assert page.render(at=evening, today=date(2026, 11, 22), zone="America/New_York") == "Sun 22 Nov · today"


async def test_a_new_house_without_a_shop_says_how_to_set_one_up(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sign-in")
    assert answer.status_code == 404
    assert "workshop shop create" in answer.text and "box at the top" not in answer.text
    assert 'href="/sign-in"' in answer.text  # and the way on is the door, not a counter nobody can reach


def test_every_icon_a_page_names_is_drawn() -> None:
    from workshop.web.assets import FILLED, ROOT, STATIC

    drawn = set((STATIC / "icons/tabler.txt").read_text().split()) | {f"{name}-filled" for name in FILLED}
    drawn |= {path.stem for path in (STATIC / "icons").glob("*.svg")}
    pages = [page for part in ROOT.glob("*/") for page in part.glob("**/templates/**/*.html") if part.name[0] != "."]
    named = {
        (page.name, name) for page in pages
        for name in re.findall(r"""(?:\bicon\(|icon_name=)'([a-z0-9-]+)'""", page.read_text())
    }  # fmt: skip
    assert len(named) > 100
    assert [one for one in sorted(named) if one[1] not in drawn] == []
