"""Pieces, purchases and wishes through the JSON door."""

from typing import Any

import httpx
import pytest

from tests.belongings import a_person, a_piece
from tests.factories import World, an_envelope, api_token
from tests.test_other_shop import open_other_shop
from workshop.db import fetch_value

pytestmark = pytest.mark.anyio


@pytest.fixture
async def till(client: httpx.AsyncClient, shop: World) -> httpx.AsyncClient:
    """A till of the shop."""
    client.headers["Authorization"] = f"Bearer {await api_token(shop)}"
    return client


RING: dict[str, Any] = {
    "kind": "ring", "description": "Halo ring", "metal": "14k", "metal_basis": "stamped", "marks": "14K, AF",
    "stones": [{"identity": "diamond", "count": 12, "shape": "round", "size_mm": 1.3}],
}  # fmt: skip


async def test_a_piece_is_written_read_and_corrected_with_its_grounds(till: httpx.AsyncClient, shop: World) -> None:
    rosa = await a_person(shop, "Bennett")
    made = await till.post("/api/pieces", json=RING | {"owner": rosa})
    assert made.status_code == 201, made.text
    piece = made.json()
    assert piece["words"] == "Halo ring, stamped 14K"
    assert [one["words"] for one in piece["stones"]] == ["12 round stones, appear diamonds, not tested; 1.3 mm"]
    assert [one["said"] for one in piece["marks"]] == ["stamped “14K”", "marked “AF”"]
    at = f"/api/pieces/{piece['id']}"
    changed = await till.patch(at, json={"metal_basis": "tested", "weight_mg": 4310, "serviced_on": None})
    assert changed.json()["words"] == "Halo ring, tests 14K" and changed.json()["weight_mg"] == 4310
    stone = piece["stones"][0]["id"]
    report = {"identity": "diamond", "nature": "natural", "basis": "report", "report_no": "77", "carat": "1.02"}
    assert (await till.put(f"{at}/stones/{stone}", json=report)).status_code == 200
    more = await till.post(f"{at}/stones", json={"identity": "ruby"})
    assert (await till.delete(f"{at}/stones/{more.json()['id']}")).status_code == 204
    read = (await till.get(at)).json()
    assert [one["words"] for one in read["stones"]] == ["1 natural diamond, by report 77; 1.02 ct"]
    assert [one["id"] for one in (await till.get(f"/api/customers/{rosa}/pieces")).json()["pieces"]] == [piece["id"]]


@pytest.mark.parametrize(
    "wrong",
    [{"carat": "NaN"}, {"carat": 99999}, {"size_mm": -1}, {"nature": "real"}, {"basis": "report"}, {"identity": " "}],
)
async def test_a_stone_that_cannot_be_is_refused(till: httpx.AsyncClient, shop: World, wrong: dict[str, Any]) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"), stones=[])
    answer = await till.post(f"/api/pieces/{piece}/stones", json={"identity": "diamond"} | wrong)
    assert answer.status_code == 422, answer.text
    assert await fetch_value("SELECT count(*) FROM stone") == 0


async def test_a_piece_passes_on_and_is_appraised(till: httpx.AsyncClient, shop: World) -> None:
    rosa, grace = await a_person(shop, "Bennett"), await a_person(shop, "Okafor")
    piece = await a_piece(shop, rosa)
    passed = await till.post(f"/api/pieces/{piece}/owners", json={"to": grace, "how": "inherited", "on": "2024-05-01"})
    assert [one["customer"] for one in passed.json()["owners"]] == [grace, rosa]
    paper = {"appraised_on": "2024-06-01", "appraiser": "Maya Finch", "value": 685000}
    assert (await till.post(f"/api/pieces/{piece}/appraisals", json=paper)).status_code == 201
    assert (await till.get(f"/api/pieces/{piece}")).json()["appraisals"][0]["value"] == 685000
    other = await open_other_shop()
    till.headers["Authorization"] = f"Bearer {await api_token(other)}"
    assert (await till.get(f"/api/pieces/{piece}")).json()["appraisals"] == []


async def test_where_a_piece_is_is_said_to_its_own_shop(till: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    assert (await till.get(f"/api/pieces/{envelope.piece}")).json()["here"] == envelope.number
    other = await open_other_shop()
    till.headers["Authorization"] = f"Bearer {await api_token(other)}"
    assert (await till.get(f"/api/pieces/{envelope.piece}")).json()["here"] is None


async def test_a_till_posts_a_sale_as_often_as_it_likes(till: httpx.AsyncClient, shop: World) -> None:
    rosa = await a_person(shop, "Bennett")
    wish = (await till.post(f"/api/customers/{rosa}/wishes", json={"words": "Oval studs", "price": 95000})).json()["id"]
    sale = {
        "external_ref": "T-100", "source": "till", "customer": rosa, "wishes": [wish], "occasion": "birthday",
        "associates": [{"staff": "counter", "per_mille": 600}, {"staff": "manager", "per_mille": 400}],
        "lines": [{"description": "Oval studs", "style_no": "OS-1", "price": 95000, "keep_as": {"kind": "earrings"}}],
    }  # fmt: skip
    answers = [await till.post("/api/sales", json=sale) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert [one.json()["new"] for one in answers] == [True, False, False]
    assert len({one.json()["id"] for one in answers}) == 1
    assert (await till.post("/api/sales", json=sale | {"occasion": "wedding"})).status_code == 409
    listed = (await till.get("/api/sales")).json()
    assert [one["total"] for one in listed["sales"]] == [95000] and listed["next"] is None
    assert [one["per_mille"] for one in listed["sales"][0]["associates"]] == [600, 400]
    wishes = (await till.get(f"/api/customers/{rosa}/wishes")).json()["wishes"]
    assert [(one["state"], one["sale"]) for one in wishes] == [("bought", listed["sales"][0]["id"])]
    assert await fetch_value("SELECT count(*) FROM piece") == 1
    other = await open_other_shop()
    till.headers["Authorization"] = f"Bearer {await api_token(other)}"
    assert (await till.get("/api/sales")).json()["sales"] == []
    assert (await till.get(f"/api/sales/{listed['sales'][0]['id']}")).status_code == 404


async def test_a_sale_nobody_made_is_refused_and_a_wish_settled(till: httpx.AsyncClient, shop: World) -> None:
    line = {"lines": [{"description": "Band", "price": 100}]}
    assert (await till.post("/api/sales", json=line | {"associates": [{"staff": "nobody"}]})).status_code == 422
    assert (await till.post("/api/sales", json={"lines": []})).status_code in (400, 422)
    rosa = await a_person(shop, "Bennett")
    wish = (await till.post(f"/api/customers/{rosa}/wishes", json={"style_no": "OS-1"})).json()["id"]
    assert (await till.post(f"/api/wishes/{wish}", json={"state": "done"})).json() == {"id": wish, "state": "done"}
    assert (await till.post(f"/api/wishes/{wish + 1}", json={"state": "done"})).status_code == 404


async def test_the_bench_has_no_part_in_it(client: httpx.AsyncClient, shop: World) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"))
    client.headers["Authorization"] = f"Bearer {await api_token(shop, 'bench')}"
    for url in (f"/api/pieces/{piece}", "/api/sales", "/api/customers/1/wishes", "/api/customers/1/pieces"):
        assert (await client.get(url)).status_code == 403
