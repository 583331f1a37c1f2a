"""The JSON of the bench: every move by its verb, refusals with the moves there are, pages by key."""

import httpx
import pytest

from tests.bench.rows import events_of, row_of
from tests.factories import World, a_photo_row, a_signature, an_envelope, api_token
from workshop.db import fetch, fetch_value
from workshop.record.money.money_owed import sum_of
from workshop.record.stages import Stage
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio


class Till:
    """Another system with a token of one role."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client, self.key = client, {"Authorization": f"Bearer {token}"}

    async def move(self, code: str, to: str, *, key: str = "", **more: object) -> httpx.Response:
        headers = self.key | ({"Idempotency-Key": key} if key else {})
        return await self.client.post(f"/api/envelopes/{code}/moves", json={"to": to} | more, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.key)


async def a_till(client: httpx.AsyncClient, shop: World, role: str) -> Till:
    return Till(client, await api_token(shop, role))


async def test_a_piece_goes_all_the_way_by_json(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    bench, counter = await a_till(client, shop, "bench"), await a_till(client, shop, "counter")
    started = (await bench.move(envelope.code, "at_bench")).json()
    assert started["stage"] == "at_bench"
    assert started["number"] == envelope.number and started["code"] == envelope.code
    assert set(started["allowed"]) == {"quality_check", "estimating", "in_queue", "at_vendor", "on_hold"}
    assert started["version"] > envelope.version
    assert (await bench.move(envelope.code, "quality_check")).json()["stage"] == "quality_check"
    assert await fetch_value("SELECT count(*) FROM task WHERE done_at IS NULL") == 0
    await a_photo_row(envelope.code, shop, kind="after")
    passed = await counter.move(envelope.code, "ready_for_pickup", quality={"all": True, "stones": 13})
    assert passed.json()["stage"] == "ready_for_pickup"
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    due = (await sum_of(ticket)).balance
    left = await counter.move(
        envelope.code, "picked_up",
        collection={"collector": "Rosa Bennett", "signature": a_signature(),
                    "payment": {"amount_cents": due, "tender": "cash"}},
    )  # fmt: skip
    assert left.json()["stage"] == "picked_up"
    assert left.json()["allowed"] == []
    assert await fetch_value("SELECT closed_at IS NOT NULL FROM ticket")


async def test_a_refused_move_is_a_problem_with_a_sentence_and_the_moves_there_are(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop)
    answer = await (await a_till(client, shop, "manager")).move(envelope.code, "picked_up")
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 409
    assert "From here: " in problem["detail"]
    assert set(problem["allowed"]) == {"estimating", "in_queue", "on_hold", "cancelled"}


async def test_somebody_elses_work_is_refused_with_the_moves_there_are(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.AT_BENCH)
    answer = await (await a_till(client, shop, "bench")).move(envelope.code, "quality_check")
    assert answer.status_code == 409
    assert "Kai Lindqvist" in answer.json()["detail"]
    assert "quality_check" in answer.json()["allowed"]


async def test_leaving_without_a_collector_is_refused(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.READY_FOR_PICKUP)
    answer = await (await a_till(client, shop, "owner")).move(envelope.code, "picked_up")
    assert answer.status_code == 409
    assert "collector" in answer.json()["detail"]


async def test_passing_without_the_check_is_refused(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    counter = await a_till(client, shop, "counter")
    assert (await counter.move(envelope.code, "ready_for_pickup")).status_code == 409
    short = await counter.move(envelope.code, "ready_for_pickup", quality={"all": True, "stones": 12})
    assert "12 stones counted, 13 came in" in short.json()["detail"]
    assert short.json()["allowed"] == ["at_bench"]


async def test_failing_takes_a_reason_of_the_list(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    counter = await a_till(client, shop, "counter")
    refused = await counter.move(envelope.code, "at_bench", reason="dunno")
    assert refused.status_code == 422
    assert "reason" in refused.json()["errors"]
    assert (await counter.move(envelope.code, "at_bench", reason="seam")).json()["stage"] == "at_bench"
    assert (await row_of(envelope.id))["jeweler"] == shop.bench.id


async def test_roles_come_from_the_table_of_moves(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    refused = await (await a_till(client, shop, "counter")).move(envelope.code, "at_bench")
    assert refused.status_code == 403
    assert (await row_of(envelope.id))["stage"] == "received"


async def test_hold_and_back_again(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop, Stage.QUALITY_CHECK)
    counter = await a_till(client, shop, "counter")
    held = (await counter.move(envelope.code, "on_hold", reason="customer")).json()
    assert set(held["allowed"]) == {"quality_check", "cancelled"}
    assert (await counter.move(envelope.code, "in_queue")).status_code == 409
    assert (await counter.move(envelope.code, "quality_check")).json()["stage"] == "quality_check"


async def test_an_idempotency_key_answers_the_same_and_does_nothing_twice(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await an_envelope(shop)
    bench = await a_till(client, shop, "bench")
    first = await bench.move(envelope.code, "on_hold", reason="part", key="k-1")
    before = await events_of(envelope.id)
    again = await bench.move(envelope.code, "on_hold", reason="part", key="k-1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert await events_of(envelope.id) == before
    other = await bench.move(envelope.code, "received", key="k-1")
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [({"to": "polished"}, "to"), ({}, "to"), ({"to": "on_hold", "reason": 5}, "reason"),
     ({"to": "at_bench", "colour": "red"}, "colour"),
     ({"to": "ready_for_pickup", "quality": {"stones": "many"}}, "stones")],
)  # fmt: skip
async def test_bad_input_names_the_field(
    shop: World, client: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    envelope = await an_envelope(shop)
    token = await api_token(shop, "bench")
    answer = await client.post(
        f"/api/envelopes/{envelope.code}/moves", json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in " ".join(f"{name} {sentence}" for name, sentence in answer.json()["errors"].items())


async def test_no_such_envelope(shop: World, client: httpx.AsyncClient) -> None:
    assert (await (await a_till(client, shop, "bench")).move("HR-9-9", "at_bench")).status_code == 404


async def test_the_queue_by_pages(shop: World, client: httpx.AsyncClient) -> None:
    numbers = [(await an_envelope(shop)).number for _ in range(3)]
    bench = await a_till(client, shop, "bench")
    page = (await bench.get("/api/queue?limit=2")).json()
    rest = (await bench.get(f"/api/queue?limit=2&after={page['next']}")).json()
    assert [row["number"] for row in page["envelopes"] + rest["envelopes"]] == numbers
    assert rest["next"] is None
    row = page["envelopes"][0]
    assert row["work"] == ["Size up"] and row["stone_count"] == 13 and row["jeweler"] is None
    assert not {"price_cents", "phone", "customer", "declared_value_cents"} & set(row)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=nowhere"])
async def test_a_queue_asked_for_wrongly_names_what(shop: World, client: httpx.AsyncClient, query: str) -> None:
    answer = await (await a_till(client, shop, "bench")).get(f"/api/queue?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.text


async def test_the_board_has_five_lanes(shop: World, client: httpx.AsyncClient) -> None:
    await an_envelope(shop, Stage.AT_BENCH)
    board = (await (await a_till(client, shop, "counter")).get("/api/board")).json()
    assert [lane["lane"] for lane in board["lanes"]] == ["received", "waiting", "bench", "quality", "ready"]
    assert board["lanes"][2]["count"] == 1
    assert board["lanes"][2]["envelopes"][0]["initials"] == "R.B."
    assert board["alarms"] == {"texts": 0, "late": 0, "stuck": 0, "unanswered": 0}


async def test_another_shops_envelope_cannot_be_moved(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    other = await fetch_value("INSERT INTO shop (code, name) VALUES ('XX', 'Elsewhere') RETURNING id")
    await fetch("UPDATE envelope SET shop = $2 WHERE id = $1", envelope.id, other)
    await fetch("UPDATE ticket SET shop = $2 WHERE id = $1", envelope.ticket, other)
    owner = await a_till(client, shop, "owner")
    assert (await owner.move(envelope.code, "on_hold", reason="part")).status_code == 404


async def test_another_system_scans_once_under_its_key_and_switches_nobody(
    client: httpx.AsyncClient, shop: World
) -> None:
    envelope = await an_envelope(shop)
    headers = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    body = {"code": "A-START", "in_hand": envelope.number, "key": "till-7-000001"}
    first = (await client.post("/api/scans", json=body, headers=headers)).json()
    again = (await client.post("/api/scans", json=body, headers=headers)).json()
    assert first["outcome"] == "done" and again == first | {"again": True}
    other = {"Authorization": f"Bearer {await api_token(shop, 'bench')}"}
    refused = await client.post("/api/scans", json=body | {"key": "till-8-000001"}, headers=other)
    assert refused.status_code == 409 and "quality_check" in refused.json()["allowed"]
    badge = body | {"code": shop.staff["bench2"].badge_code}
    assert (await client.post("/api/scans", json=badge, headers=headers)).status_code == 403
