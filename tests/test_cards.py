"""A card number enters by no door: every form and every JSON body goes through one net (PCI DSS 3.3, TRADE rule 17)."""

import re
from pathlib import Path

import httpx
import pytest

from tests.factories import World, a_ticket, api_token, sign_in
from workshop.db import fetch_value
from workshop.record.cards import has_card_number

pytestmark = pytest.mark.anyio
CARD = "4111 1111 1111 1111"
ROOT = Path(__file__).parent.parent
# Doors with a way of their own: each refuses in its verb, or takes no words at all (a picture, a PIN, a choice).
OWN_WAY = {
    "intake/who_step.py", "intake/piece_step.py", "intake/finish_step.py", "notifications/webhooks.py",
    "notifications/customer_routes.py", "workshop/web/sign_in.py", "workshop/web/approvals.py", "photos/routes.py",
    "photos/api.py", "bench/wall_routes.py", "notifications/prompt_routes.py", "workshop/desk/shop_logo.py",
    "workshop/desk/staff_routes.py", "workshop/desk/staff_person_routes.py", "intake/bargain_step.py",
    "bench/card_routes.py", "notifications/customer_says.py", "bench/tv_routes.py",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/tickets/{number}/promise", {"promise_on": "2031-01-02", "reason": f"paid with {CARD}"}),
        ("/tickets/{number}/payments", {"amount": "10", "tender": "card", "kind": "deposit", "brand": CARD}),
        ("/drawer/cash", {"kind": "no_sale", "reason": f"card {CARD.replace(' ', '-')}"}),
        ("/tickets/{number}/payments", {"amount": "10", "tender": "cash", "kind": "deposit", "unknown": CARD}),
    ],
)
async def test_no_form_takes_a_card_number_in_any_field(
    client: httpx.AsyncClient, shop: World, path: str, form: dict[str, str]
) -> None:
    ticket = await a_ticket(shop)
    await sign_in(client, shop.staff["counter"])
    events = await fetch_value("SELECT count(*) FROM event")
    answer = await client.post(path.format(number=ticket.number), data=form)
    assert answer.status_code == 422
    assert await fetch_value("SELECT count(*) FROM event") == events
    if "unknown" not in form and "brand" not in form:
        assert "looks like a card number" in answer.text


async def test_no_json_takes_a_card_number_however_deep(client: httpx.AsyncClient, shop: World) -> None:
    key = {"Authorization": f"Bearer {await api_token(shop)}"}
    ring = {"kind": "ring", "stones": [{"identity": "sapphire", "position": f"card {CARD}"}]}
    body = {
        "customer": {"last_name": "Bennett", "first_name": "Rosa", "phone": "212 555 0111"},
        "envelopes": [{"piece": ring, "tasks": [{"code": "PL-CLN"}]}],
    }
    answer = await client.post("/api/tickets", json=body, headers=key)
    assert answer.status_code == 422
    assert "position" in answer.json()["errors"]
    assert await fetch_value("SELECT count(*) FROM customer") == 0
    ring["stones"] = []
    assert (await client.post("/api/tickets", json=body, headers=key)).status_code == 201


async def test_no_scan_keeps_a_card_number(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    answer = await client.post("/scans", json={"code": CARD, "key": "till-7-000001"})
    assert answer.status_code == 422 and "looks like a card number" in answer.text
    assert await fetch_value("SELECT count(*) FROM scan") == 0


def test_every_writing_door_goes_through_the_net() -> None:
    without = []
    for package in ("intake", "bench", "notifications", "photos", "printing", "workshop"):
        for file in sorted((ROOT / package).rglob("*.py")):
            text, name = file.read_text(), str(file.relative_to(ROOT))
            if re.search(r"^@(post|put|patch|delete)\(", text, re.M) and name not in OWN_WAY:
                without += [] if re.search(r"act_once|answer_once|refuse_card", text) else [name]
    assert without == []


@pytest.mark.parametrize(
    "written",
    ["4111 1111 1111 1111 12/27", "4111111111111111 1227", "41111111111111111227", "ring 7 4111 1111 1111 1111",
     "4111.1111.1111.1111", "4111  1111  1111  1111", "4111\u00a01111\u00a01111\u00a01111", "3782 822463 10005 0527"],
)  # fmt: skip
def test_a_card_among_other_digits_is_seen(written: str) -> None:
    assert has_card_number(written)


def test_the_random_name_of_a_photo_is_no_card() -> None:
    assert has_card_number("4111 1111 1111 1111")
    assert has_card_number("on 4111-1111-1111-1111 please")
    assert not has_card_number("her numbers: 415 555 0142 646 555 0199, 4155550142 6465550199, 22.11.2026 14.05")
    assert not has_card_number('{"picture": "00000000-4111-4111-1111-111111111111"}')
