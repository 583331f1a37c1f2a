"""Once a night the storage and the record are compared: nothing lost unnoticed, nothing kept unknown."""

import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from photos.keeping import store_photo, sweep_photos, use_storage
from photos.storage import FolderStorage
from tests.factories import World, a_jpeg, an_envelope, sign_in
from tests.photos.conftest import Keeping
from tests.photos.uploads import a_draft, photo_rows, send, state_of
from workshop import clock
from workshop.db import fetch

pytestmark = pytest.mark.anyio


def later(**delta: int) -> None:
    """So much later than now."""
    clock.run_on(lambda: datetime.now(UTC) + timedelta(**delta))


async def kept_files(keeping: Keeping) -> set[str]:
    return {stored.key async for stored in keeping.storage.keys()}  # noqa: SIM118 (not a dict)


async def stored(client: httpx.AsyncClient, code: str, colour: str = "gold") -> str:
    """A photo sent and in the storage; its id."""
    answer = await send(client, code, a_jpeg(90, 60, colour))
    await store_photo(answer.json()["id"])
    return str(answer.json()["id"])


@pytest.fixture
async def counter(client: httpx.AsyncClient, shop: World) -> httpx.AsyncClient:
    await sign_in(client, shop.staff["counter"])
    return client


async def test_files_without_a_record_go_after_a_day_and_no_others(
    counter: httpx.AsyncClient, shop: World, keeping: Keeping
) -> None:
    await stored(counter, (await an_envelope(shop)).code)
    [row] = await photo_rows()
    unknown = await keeping.storage.put(b"nobody's")
    await sweep_photos()
    assert await kept_files(keeping) == {row["key"], row["thumb_key"], unknown}
    later(hours=25)
    await sweep_photos()
    assert await kept_files(keeping) == {row["key"], row["thumb_key"]}


async def test_a_night_is_checked_once_and_a_missed_one_later(
    counter: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    noon = (datetime.now(UTC) + timedelta(days=2)).replace(hour=17)
    clock.run_on(lambda: noon)
    await sweep_photos()
    unknown = await folder.storage.put(b"nobody's")
    clock.run_on(lambda: noon + timedelta(hours=10))
    await sweep_photos()
    assert unknown in await kept_files(folder)
    clock.run_on(lambda: noon + timedelta(hours=24))  # the machine was off at three
    await sweep_photos()
    assert unknown not in await kept_files(folder)


async def test_a_night_without_the_bucket_is_made_up_for(
    counter: httpx.AsyncClient, shop: World, s3: Keeping
) -> None:
    assert s3.gate is not None
    await s3.storage.put(b"nobody's")
    later(hours=25)
    s3.gate.close()
    await sweep_photos()
    s3.gate.open()
    await sweep_photos()
    assert await kept_files(s3) == set()


async def test_photos_of_a_take_in_thrown_away_are_forgotten_after_a_day(
    counter: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    draft, code = await a_draft(shop)
    _, going_on = await a_draft(shop)
    thrown_away, kept = await stored(counter, code), await stored(counter, going_on, "red")
    await fetch("DELETE FROM intake_draft WHERE id = $1", draft)
    await sweep_photos()
    assert await state_of(thrown_away) == "stored"
    for days in (2, 4):
        later(days=days)
        await sweep_photos()
    assert [str(row["id"]) for row in await photo_rows()] == [kept]
    [row] = await photo_rows()
    assert await kept_files(folder) == {row["key"], row["thumb_key"]}


async def test_a_draft_that_became_a_ticket_keeps_its_photos(
    counter: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    envelope = await an_envelope(shop)
    photo = await stored(counter, envelope.code)
    await fetch(
        "INSERT INTO intake_draft (id, shop, staff, data, ticket_number) VALUES ($1, $2, $3, $4, 'HR-1')",
        uuid.uuid4(), shop.shop.id, shop.counter.id, json.dumps({"pieces": [{"code": envelope.code}]}),
    )  # fmt: skip
    later(days=2)
    await sweep_photos()
    assert await state_of(photo) == "stored"


async def test_a_photo_that_is_lost_is_noticed_and_is_back_when_restored(
    counter: httpx.AsyncClient, shop: World, keeping: Keeping
) -> None:
    code = (await an_envelope(shop)).code
    lost, safe = await stored(counter, code), await stored(counter, code, "red")
    row = next(row for row in await photo_rows() if str(row["id"]) == lost)
    backup = await keeping.storage.get(row["key"])
    await keeping.storage.delete(row["key"])
    later(days=2)
    await sweep_photos()
    assert (await state_of(lost), await state_of(safe)) == ("missing", "stored")
    await sign_in(counter, shop.staff["counter"])
    assert "file missing" in (await counter.get(f"/photos/of/{code}")).text
    answer = await counter.get(f"/photos/{lost}/large", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "Restore the file from a backup" in answer.json()["detail"]
    await keeping.storage.put(backup)
    later(days=4)
    await sweep_photos()
    assert await state_of(lost) == "stored"


async def test_a_photo_that_changed_behind_our_back_is_noticed_and_stays_noticed(
    counter: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    photo = await stored(counter, (await an_envelope(shop)).code)
    [row] = await photo_rows()
    [file] = folder.waiting.parent.rglob(row["key"])
    file.write_bytes(file.read_bytes()[:-4])
    for days in (2, 4):
        later(days=days)
        await sweep_photos()
        assert await state_of(photo) == "missing"


async def test_a_photo_that_died_with_its_machine_is_noticed(
    counter: httpx.AsyncClient, shop: World, s3: Keeping
) -> None:
    answer = await send(counter, (await an_envelope(shop)).code, a_jpeg())
    for file in s3.waiting.iterdir():
        file.unlink()
    await sweep_photos()
    assert await state_of(answer.json()["id"]) == "pending"
    later(days=2)
    await sweep_photos()
    assert await state_of(answer.json()["id"]) == "missing"


class Interrupted(FolderStorage):
    """A folder in which somebody does something at the worst moment: just before a file goes."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def delete(self, key: str) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        await super().delete(key)


async def test_a_file_is_kept_when_a_photo_of_the_same_picture_comes_during_the_sweep(
    counter: httpx.AsyncClient, shop: World, tmp_path: Path, folder: Keeping
) -> None:
    storage = Interrupted(tmp_path / "interrupted")
    use_storage(storage, tmp_path / "waiting")
    code = (await an_envelope(shop)).code
    await stored(counter, code)
    await fetch("DELETE FROM photo")
    later(days=2)
    await sign_in(counter, shop.staff["counter"])
    storage.meanwhile = lambda: stored(counter, code)
    await sweep_photos()
    assert storage.meanwhile is None
    [row] = await photo_rows()
    for key in (row["key"], row["thumb_key"]):
        assert hashlib.sha256(await storage.get(key)).hexdigest() == key
