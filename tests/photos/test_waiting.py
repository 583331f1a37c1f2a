"""The storage is away: nothing stops at the counter, and in the end every photo is where it belongs."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from photos.keeping import PhotoElsewhere, read_photo, report_storage, store_photo, sweep_photos, use_storage
from tests.factories import World, a_jpeg, an_envelope, sign_in
from tests.photos.conftest import Keeping
from tests.photos.uploads import photo_rows, send, state_of
from workshop import clock
from workshop.db import fetch

pytestmark = pytest.mark.anyio


async def sent(client: httpx.AsyncClient, shop: World, *colours: str) -> list[str]:
    """Photos sent by the counter; their ids."""
    await sign_in(client, shop.staff["counter"])
    code = (await an_envelope(shop)).code
    answers = [await send(client, code, a_jpeg(90, 60, colour)) for colour in colours]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json()["id"] for answer in answers]


async def assert_all_stored(keeping: Keeping) -> None:
    for row in await photo_rows():
        assert row["state"] == "stored"
        for key in (row["key"], row["thumb_key"]):
            assert hashlib.sha256(await keeping.storage.get(key)).hexdigest() == key
    assert keeping.left_waiting() == []


async def test_a_photo_never_waits_for_the_bucket(client: httpx.AsyncClient, shop: World, s3: Keeping) -> None:
    [photo] = await sent(client, shop, "gold")
    assert s3.gate is not None
    assert s3.gate.knocks == 0  # so however slow or dead it is, the counter does not notice
    assert await state_of(photo) == "pending"
    for size in ("thumb", "large"):
        shown = await client.get(f"/photos/{photo}/{size}")
        assert shown.status_code == 200
        assert shown.headers["content-type"] == "image/jpeg"
    [row] = await photo_rows()
    assert "· waiting" in (await client.get(f"/photos/of/{row['envelope_code']}")).text
    jobs = await fetch("SELECT args FROM procrastinate_jobs WHERE task_name = 'store_photo'")
    assert [photo in job["args"] for job in jobs] == [True]
    await store_photo(photo)
    await store_photo(photo)  # jobs may run twice
    await assert_all_stored(s3)
    assert "· waiting" not in (await client.get(f"/photos/of/{row['envelope_code']}")).text
    assert (await client.get(f"/photos/{photo}/large")).status_code == 200


async def test_photos_of_an_outage_all_arrive_when_the_bucket_is_back(
    client: httpx.AsyncClient, shop: World, s3: Keeping
) -> None:
    assert s3.gate is not None
    s3.gate.close()
    photos = await sent(client, shop, "red", "green", "blue")
    await store_photo(photos[0])  # the job gives up quietly: an outage must not use up its tries
    await sweep_photos()
    assert s3.gate.knocks > 0
    assert [await state_of(photo) for photo in photos] == ["pending"] * 3
    assert (await client.get(f"/photos/{photos[2]}/large")).status_code == 200
    s3.gate.open()
    await sweep_photos()
    await assert_all_stored(s3)
    assert (await client.get(f"/photos/{photos[2]}/large")).status_code == 200


async def test_a_bucket_that_is_away_is_said_to_whoever_looks_at_an_older_photo(
    client: httpx.AsyncClient, shop: World, s3: Keeping
) -> None:
    [photo] = await sent(client, shop, "gold")
    await store_photo(photo)
    assert s3.gate is not None
    s3.gate.close()
    answer = await client.get(f"/photos/{photo}/large", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert "Photos saved before are not affected" in answer.json()["detail"]


async def test_a_photo_received_by_another_machine_is_left_to_that_machine(
    client: httpx.AsyncClient, shop: World, s3: Keeping, tmp_path: Path
) -> None:
    [photo] = await sent(client, shop, "gold")
    use_storage(s3.storage, tmp_path / "of another machine")
    await store_photo(photo)
    await sweep_photos()
    assert await state_of(photo) == "pending"
    with pytest.raises(PhotoElsewhere, match="on its way"):
        await read_photo(UUID(photo), thumb=True)
    assert (await client.get(f"/photos/{photo}/thumb")).status_code == 503
    use_storage(s3.storage, s3.waiting)
    await sweep_photos()
    await assert_all_stored(s3)


async def test_two_machines_with_the_same_picture_both_end_stored(
    client: httpx.AsyncClient, shop: World, s3: Keeping, tmp_path: Path
) -> None:
    await sent(client, shop, "gold")
    use_storage(s3.storage, tmp_path / "of another machine")
    await sent(client, shop, "gold")
    for waiting in (tmp_path / "of another machine", s3.waiting):
        use_storage(s3.storage, waiting)
        await sweep_photos()
    clock.run_on(lambda: datetime.now(UTC) + timedelta(hours=25))  # the first stored the second's photo too
    await sweep_photos()
    assert len(await photo_rows()) == 2
    await assert_all_stored(s3)


async def test_waiting_bytes_that_no_row_mentions_go_after_a_day(
    client: httpx.AsyncClient, shop: World, folder: Keeping
) -> None:
    folder.waiting.mkdir()
    forgotten = hashlib.sha256(b"refused").hexdigest()
    (folder.waiting / forgotten).write_bytes(b"refused")
    await sweep_photos()
    assert folder.left_waiting() == [forgotten]
    clock.run_on(lambda: datetime.now(UTC) + timedelta(hours=25))
    await sweep_photos()
    assert folder.left_waiting() == []


async def test_photos_wait_for_days_if_they_must(client: httpx.AsyncClient, shop: World, s3: Keeping) -> None:
    assert s3.gate is not None
    s3.gate.close()
    [photo] = await sent(client, shop, "gold")
    clock.run_on(lambda: datetime.now(UTC) + timedelta(days=4))
    await sweep_photos()
    assert (await read_photo(UUID(photo), thumb=False))[1] == "image/jpeg"
    s3.gate.open()
    await sweep_photos()
    await assert_all_stored(s3)


async def test_a_storage_that_is_not_safe_never_stops_the_start(world: World, s3: Keeping) -> None:
    assert s3.gate is not None
    s3.gate.close()
    await report_storage()
