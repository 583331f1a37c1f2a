"""The shop's settings: every group is shown, saved once with what was before and after, and refused kindly."""

import io
import json
from html.parser import HTMLParser

import httpx
import pytest
from PIL import Image

from tests.factories import World, a_ticket, sign_in
from workshop import clock
from workshop.db import fetch_one, fetch_value
from workshop.desk.shop_settings import GROUPS
from workshop.record.promises.capacity import is_open
from workshop.record.shop.shops import shop_of

pytestmark = pytest.mark.anyio
WEEK = {f"hours-{day}-{end}": time for day in ("tue", "wed") for end, time in (("from", "09:30"), ("to", "17:00"))}


async def test_every_group_opens_and_saving_it_untouched_changes_nothing(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["owner"])
    before = await fetch_one("SELECT * FROM shop")
    page = (await client.get("/desk/shop")).text
    for group in GROUPS:
        assert group.title in page
        form = await client.get(f"/desk/shop/{group.slug}")
        assert form.status_code == 200
        answer = await client.post(f"/desk/shop/{group.slug}", data=as_it_stands(form.text))
        assert answer.status_code == 303, (group.slug, answer.text)
    assert await fetch_one("SELECT * FROM shop") == before
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'shop_changed'") == 0


class Boxes(HTMLParser):
    """What a browser sends of a group's form when nobody touched it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.ticks: dict[str, list[str]] = {}
        self.area, self.select, self.inside = "", "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        self.inside = self.inside or (tag == "form" and about.get("action", "").startswith("/desk/shop/"))
        name = about.get("name", "")
        if tag == "option" and "selected" in about:
            self.found[self.select] = about["value"]
        if not self.inside or not name or name in ("_csrf_token", "idempotency_key"):
            return
        if tag == "input" and about.get("type") == "checkbox":
            self.ticks.setdefault(name, []).extend([about.get("value", "on")] * ("checked" in about))
        elif tag == "input":
            self.found[name] = about.get("value", "")
        self.area = name if tag == "textarea" else self.area
        self.select = name if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area] = self.found.get(self.area, "") + data

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.inside = self.inside and tag != "form"


def as_it_stands(html: str) -> dict[str, str | list[str]]:
    boxes = Boxes()
    boxes.feed(html)
    return boxes.found | {name: values for name, values in boxes.ticks.items() if values}


async def test_hours_are_kept_told_and_remembered(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    open_days = {"hours-tue-open": "yes", "hours-wed-open": "yes"}
    answer = await client.post("/desk/shop/hours", data=WEEK | open_days)
    assert answer.status_code == 303
    assert json.loads(await fetch_value("SELECT hours FROM shop")) == {
        "tue": ["09:30", "17:00"], "wed": ["09:30", "17:00"]
    }  # fmt: skip
    assert "Tue–Wed 09:30–17:00" in (await client.get("/desk/shop")).text
    page = (await client.get("/desk/shop/hours")).text
    assert "Mon–Fri 10:00–18:00, Sat 10:00–17:00" in page and "Maya Finch" in page


async def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["manager"])
    backwards = await client.post(
        "/desk/shop/hours", data={"hours-mon-open": "yes", "hours-mon-from": "18:00", "hours-mon-to": "09:15"}
    )
    assert backwards.status_code == 422
    assert "Monday: write when it opens" in backwards.text and 'value="09:15"' in backwards.text
    lines = {"name": "", "zone": "Mars/Olympus", "phone": "12", "map_url": "javascript:alert(1)", "address": "1 Row"}
    wrong = await client.post("/desk/shop/identity", data=lines)
    assert wrong.status_code == 422 and ">1 Row<" in wrong.text
    for sentence in ("This cannot be empty", "Choose one of the list", "is not a phone number", "begins with https"):
        assert sentence in wrong.text
    pale = await client.post("/desk/shop/look", data={"accent": "#ffe066"})
    assert pale.status_code == 422 and "White letters cannot be read" in pale.text
    assert (await shop_of(shop.shop.id)).name == "Alder & Finch"


async def test_new_terms_are_the_next_version_and_tickets_keep_theirs(client: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["manager"])
    await client.post("/desk/shop/policies", data={"policy_text": "Pieces are insured while they are here."})
    now = await shop_of(shop.shop.id)
    assert (now.policy_version, now.policy_text) == (2, "Pieces are insured while they are here.")
    kept = await fetch_one("SELECT policy_version, policy_text FROM ticket WHERE id = $1", ticket.id)
    assert kept is not None and kept["policy_version"] == 1 and "as our own" in kept["policy_text"]
    assert "Version 2" in (await client.get("/desk/shop/policies")).text


async def test_closed_days_close_the_shop_and_name_the_tickets_promised_for_them(
    client: httpx.AsyncClient, shop: World
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["manager"])
    day = ticket.promise_on.isoformat()
    form = {"closed_days-on": ["", day], "closed_days-why": ["", "Stock count"]}
    assert (await client.post("/desk/shop/closed-days", data=form)).status_code == 303
    assert not is_open(await shop_of(shop.shop.id), ticket.promise_on)
    page = (await client.get("/desk/shop")).text
    assert "Stock count" in page and "Promised for a day on which the shop is closed" in page
    assert f'<a href="/tickets/{ticket.number}">' in page


async def test_the_usual_holidays_are_filled_in_but_not_saved_unasked(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    mine = clock.today("America/New_York").isoformat()
    form = {"closed_days-on": mine, "closed_days-why": "Moving house", "add": "holidays"}
    page = (await client.post("/desk/shop/closed-days", data=form)).text
    assert "Thanksgiving" in page and "Moving house" in page
    assert json.loads(await fetch_value("SELECT closed_days FROM shop")) == []


async def test_limits_are_the_owners(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    assert (await client.get("/desk/shop/limits")).status_code == 403
    form = {"manager_limit_cents": "50,000", "insured_limit_cents": "0"}
    assert (await client.post("/desk/shop/limits", data=form)).status_code == 403
    await sign_in(client, shop.staff["owner"])
    assert (await client.post("/desk/shop/limits", data=form)).status_code == 303
    assert await fetch_value("SELECT manager_limit_cents FROM shop") == 5_000_000


async def test_a_logo_is_made_anew_and_seen_by_anybody(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["manager"])
    buffer = io.BytesIO()
    Image.new("RGB", (600, 200), "darkgreen").save(buffer, "PNG")
    files = {"logo": ("logo.png", buffer.getvalue(), "image/png")}
    assert (await client.post("/desk/logo", files=files)).status_code == 303
    key = await fetch_value("SELECT logo_key FROM shop")
    assert f"/shop/logo/{key}" in (await client.get("/desk/shop")).text
    refused = await client.post("/desk/logo", files={"logo": ("logo.png", b"<script>", "image/png")})
    assert refused.status_code == 422 and "not a JPEG, PNG" in refused.text
    client.cookies.clear()
    picture = await client.get(f"/shop/logo/{key}")
    assert picture.status_code == 200 and picture.content != buffer.getvalue()
    assert Image.open(io.BytesIO(picture.content)).format == "JPEG"
    assert (await client.get("/shop/logo/nothing")).status_code == 404


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_settings_are_the_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    for path in ("/desk/shop", "/desk/shop/hours"):
        assert (await client.get(path)).status_code == 403
