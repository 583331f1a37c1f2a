"""Sending photos and looking at them, through the pages' door and the programs' door."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from photos.kinds import lock_bag
from photos.sanitise import MAX_BYTES
from tests.factories import World, a_jpeg, a_photo_row, an_envelope, api_token, sign_in
from tests.photos.conftest import Keeping
from tests.photos.hostile import too_many_pixels
from tests.photos.pictures import SECRETS, four_corners, opened, saved, telling
from tests.photos.uploads import a_draft, photo_rows, send, send_by_api, somebody_elsewhere, state_of
from workshop import clock
from workshop.db import fetch, fetch_value, start_outside_transactions, transaction
from workshop.record.codes import ENVELOPE, new_code
from workshop.record.stages import Stage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def counter(client: httpx.AsyncClient, shop: World, folder: Keeping) -> httpx.AsyncClient:
    """A browser of the counter; photos go into a folder."""
    await sign_in(client, shop.staff["counter"])
    return client


async def test_a_photo_sent_by_the_page_is_kept_and_shown(
    client: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    await sign_in(client, shop.staff["counter"])
    code = (await an_envelope(shop)).code
    original = telling("JPEG")
    answer = await send(client, code, original, angle="from above")
    assert answer.status_code == 201
    said = answer.json()
    [row] = await photo_rows()
    assert str(row["id"]) == said["id"]
    assert (row["state"], row["kind"], row["angle"]) == ("stored", "take_in", "from above")
    assert row["original_sha256"] == hashlib.sha256(original).hexdigest()
    assert row["captured_at"].startswith("2026-03-04T10:11:12")
    assert row["taken_by"] == shop.counter.id
    assert folder.left_waiting() == []
    for address, key in ((said["large"], row["key"]), (said["url"], row["thumb_key"])):
        shown = await client.get(address)
        assert shown.status_code == 200
        assert shown.headers["content-type"] == "image/jpeg"
        assert hashlib.sha256(shown.content).hexdigest() == key
        assert not any(text.encode() in shown.content for text in SECRETS.values())
        assert b"Exif" not in shown.content
        assert shown.headers["cache-control"] == "private, max-age=3600"
        assert shown.headers["content-disposition"].startswith("inline; filename=")
        assert shown.headers["x-content-type-options"] == "nosniff"


async def test_a_photo_is_in_the_history_of_its_envelope(counter: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    await send(counter, envelope.number, a_jpeg())  # by the number printed on it
    event = await fetch("SELECT * FROM event WHERE name = 'photo_added'")
    assert [(row["envelope"], row["ticket"], row["staff"]) for row in event] == [
        (envelope.id, envelope.ticket, shop.counter.id)
    ]
    assert hashlib.sha256(a_jpeg()).hexdigest() in event[0]["data"]


async def test_photos_come_before_the_ticket(counter: httpx.AsyncClient, shop: World) -> None:
    _, code = await a_draft(shop)
    answer = await send(counter, code, a_jpeg())
    assert answer.status_code == 201
    assert (await counter.get(answer.json()["url"])).status_code == 200


async def test_a_code_nobody_made_takes_no_photo(counter: httpx.AsyncClient, shop: World) -> None:
    for code in ("E00000000000000000", new_code(ENVELOPE), "HR-1-1"):
        answer = await send(counter, code, a_jpeg())
        assert answer.status_code == 404
        assert "Scan it again" in answer.json()["detail"]
    assert await photo_rows() == []


async def test_a_program_sends_and_reads_a_photo(client: httpx.AsyncClient, shop: World, keeping: Keeping) -> None:
    envelope, token = await an_envelope(shop), await api_token(shop)
    original = saved(four_corners(), "HEIF")
    answer = await send_by_api(client, token, envelope.number, original, kind="condition")
    assert answer.status_code == 201
    said = answer.json()
    assert said["kind"] == "condition"
    assert said["state"] == ("stored" if keeping.storage.is_local else "pending")
    assert said["original_sha256"] == hashlib.sha256(original).hexdigest()
    shown = await client.get(said["url"], headers={"Authorization": f"Bearer {token}"})
    assert hashlib.sha256(shown.content).hexdigest() == said["sha256"]
    assert opened(shown.content).size == (480, 320)
    assert (await client.get(said["url"])).status_code == 401


async def test_the_description_of_the_api_names_the_file(client: httpx.AsyncClient, shop: World) -> None:
    answer = await client.get("/api/schema", headers={"Authorization": f"Bearer {await api_token(shop)}"})
    body = answer.json()["paths"]["/api/envelopes/{code}/photos"]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]


async def test_a_program_with_an_unknown_envelope_is_told_so(
    client: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    _, code = await a_draft(shop)  # programs have no drafts
    for wrong in (code, "HR-99999-1"):
        answer = await send_by_api(client, await api_token(shop), wrong, a_jpeg())
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_photo_sent_twice_is_one_photo(counter: httpx.AsyncClient, shop: World) -> None:
    code, key = (await an_envelope(shop)).code, uuid4().hex
    answers = await asyncio.gather(*(send(counter, code, a_jpeg(), key=key) for _ in range(3)))
    answers.append(await send(counter, code, a_jpeg()))  # and without its key
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await photo_rows()) == 1
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'photo_added'") == 1
    other = await send(counter, code, a_jpeg(colour="red"), key=key)
    assert other.status_code == 422  # the same key for another picture is a mistake somewhere


async def test_the_thirteenth_photo_is_refused(counter: httpx.AsyncClient, shop: World) -> None:
    code = (await an_envelope(shop)).code
    for _ in range(11):
        await a_photo_row(code, shop)
    assert (await send(counter, code, a_jpeg())).status_code == 201
    refused = await send(counter, code, a_jpeg(colour="red"))
    assert refused.status_code == 409
    assert "has 12 photos" in refused.json()["detail"]
    assert len(await photo_rows()) == 12


async def test_two_tablets_sending_the_twelfth_photo_do_not_make_it_thirteen(
    counter: httpx.AsyncClient, shop: World
) -> None:
    code = (await an_envelope(shop)).code
    for _ in range(11):
        await a_photo_row(code, shop)
    async with transaction():  # the first tablet, a moment before its photo is written down for good
        await lock_bag(code)
        await a_photo_row(code, shop)
        second = start_outside_transactions(send(counter, code, a_jpeg()))
        while not second.done() and not await fetch_value(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ):
            await asyncio.sleep(0.01)
    assert (await second).status_code == 409


async def test_a_full_envelope_still_takes_the_photos_its_check_needs(counter: httpx.AsyncClient, shop: World) -> None:
    code = (await an_envelope(shop)).code
    for _ in range(12):
        await a_photo_row(code, shop)
    assert (await send(counter, code, a_jpeg(), "after")).status_code == 201


@pytest.mark.parametrize("file", ["a bomb", "a program", "nothing"])
async def test_a_hostile_file_is_refused_in_one_sentence_and_leaves_nothing(
    counter: httpx.AsyncClient, shop: World, folder: Keeping, file: str
) -> None:
    bomb = next(iter(too_many_pixels().values()))
    sent = {"a bomb": bomb, "a program": b"<?php system($_GET[0]);", "nothing": b""}[file]
    answer = await send(counter, (await an_envelope(shop)).code, sent)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Nothing else was lost" in answer.json()["detail"]
    assert await photo_rows() == []
    assert folder.left_waiting() == []


async def test_a_file_over_the_limit_is_told_its_limit(counter: httpx.AsyncClient, shop: World) -> None:
    envelope, token = await an_envelope(shop), await api_token(shop)
    for size in (MAX_BYTES + 1, 26_500_000):
        for answer in (
            await send(counter, envelope.code, bytes(size)),
            await send_by_api(counter, token, envelope.code, bytes(size)),
        ):
            assert answer.status_code == 413
            assert "larger than 25 MB" in answer.json()["detail"]
    assert await photo_rows() == []


async def test_a_body_that_hides_its_length_is_cut_off(counter: httpx.AsyncClient, shop: World) -> None:
    poured = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal poured
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        while poured < 200_000_000:
            poured += 1_000_000
            yield bytes(1_000_000)

    answer = await counter.post(
        f"/photos/of/{(await an_envelope(shop)).code}", content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x", "Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"files": {"photo": ("a.jpg", a_jpeg())}, "data": {"kind": "selfie"}}, 422),
        ({"files": {"photo": ("a.jpg", a_jpeg())}, "data": {"kind": "take_in", "angle": "x" * 21}}, 422),
        ({"files": {"photo": (None, a_jpeg())}}, 422),
        ({"files": {"kind": (None, "take_in")}}, 422),
        ({"files": [("photo", ("a.jpg", a_jpeg())), ("photo", ("b.jpg", a_jpeg()))]}, 422),
        ({"content": b"--", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
    ],
)
async def test_a_form_that_cannot_be_used_names_what_is_wrong(
    counter: httpx.AsyncClient, shop: World, fields: dict[str, object], status: int
) -> None:
    headers = {"Accept": "application/json", **fields.pop("headers", {})}  # type: ignore[dict-item]
    answer = await counter.post(f"/photos/of/{(await an_envelope(shop)).code}", headers=headers, **fields)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["detail"]
    if "files" in fields and "data" not in fields:
        assert "in the field “photo”" in answer.json()["errors"]["photo"]
    assert await photo_rows() == []


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("counter", {"take_in", "condition", "after"}),
        ("bench", {"found", "during", "after"}),
        ("manager", {"take_in", "condition", "found", "during", "after"}),
    ],
)
async def test_everybody_takes_the_photos_of_their_own_work(
    client: httpx.AsyncClient, shop: World, folder: Keeping, role: str, allowed: set[str]
) -> None:
    await sign_in(client, shop.staff[role])
    code, picture = (await an_envelope(shop, Stage.AT_BENCH)).code, a_jpeg(80, 60)
    for kind in ("take_in", "condition", "found", "during", "after"):
        answer = await send(client, code, picture, kind)
        assert answer.status_code == (201 if kind in allowed else 403)
    assert {row["kind"] for row in await photo_rows()} == allowed


async def test_another_shop_sees_nothing_and_adds_nothing(counter: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    _, draft_code = await a_draft(shop)
    said = (await send(counter, envelope.code, a_jpeg())).json()
    await sign_in(counter, await somebody_elsewhere())
    for address in (said["url"], said["large"], f"/photos/of/{envelope.code}", f"/photos/of/{draft_code}"):
        assert (await counter.get(address)).status_code == 404
    for code in (envelope.code, envelope.number, draft_code):
        assert (await send(counter, code, a_jpeg(colour="red"))).status_code == 404
    assert (await counter.post(f"/photos/{said['id']}/remove")).status_code == 404
    assert await state_of(said["id"]) == "stored"
    assert len(await photo_rows()) == 1


async def test_a_stranger_sees_nothing(counter: httpx.AsyncClient, shop: World) -> None:
    said = (await send(counter, (await an_envelope(shop)).code, a_jpeg())).json()
    counter.cookies.delete("session")
    assert (await counter.get(said["large"])).status_code == 303


async def test_the_album_says_what_when_and_by_whom(counter: httpx.AsyncClient, shop: World) -> None:
    code = (await an_envelope(shop)).code
    clock.run_on(lambda: datetime(2026, 11, 23, 19, 2, tzinfo=UTC))
    await sign_in(counter, shop.staff["counter"])
    said = (await send(counter, code, a_jpeg())).json()
    await send(counter, code, a_jpeg(colour="red"), "after")
    album = (await counter.get(f"/photos/of/{code}?kind=take_in")).text
    assert "Take-in · 14:02 · Noor" in album
    assert said["url"] in album
    assert said["large"] in album
    assert album.count("<img") == 1
    assert (await counter.get(f"/photos/of/{code}")).text.count("<img") == 2
    assert "No photos yet" in (await counter.get(f"/photos/of/{code}?kind=found")).text
