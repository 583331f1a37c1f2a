"""The same promises, whether photos are kept in a folder or in a bucket of a real S3 server."""

import asyncio
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photos.storage import (
    FolderStorage,
    S3Storage,
    Storage,
    StorageDown,
    StoredFileChanged,
    StoredKey,
    key_of,
    storage_from,
)
from tests.photos.seaweed import Seaweed
from workshop.errors import NotFound
from workshop.settings import Settings

pytestmark = pytest.mark.anyio

RING = b"\xff\xd8 a ring before its repair \xff\xd9"
NEVER_STORED = key_of(b"never stored")


@dataclass
class Place:
    """A storage, and a way to spoil a file behind its back."""

    storage: Storage
    spoil: Callable[[str, bytes], object]


async def listed(storage: Storage) -> list[StoredKey]:
    return [stored async for stored in storage.keys()]  # noqa: SIM118 (not a dict)


def a_folder(path: Path) -> Place:
    def spoil(key: str, data: bytes) -> None:
        next(path.rglob(key)).write_bytes(data)

    return Place(FolderStorage(path), spoil)


def a_bucket(seaweed: Seaweed, bucket: str) -> Place:
    def spoil(key: str, data: bytes) -> None:
        seaweed.technician.put_object(Bucket=bucket, Key=f"photos/{key}", Body=data)

    return Place(S3Storage(bucket, seaweed.endpoint_url, "when_required"), spoil)


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return a_folder(tmp_path / "photos")
    return a_bucket(request.getfixturevalue("seaweed"), request.getfixturevalue("bucket"))


@pytest.fixture
def storage(place: Place) -> Storage:
    return place.storage


async def test_a_photo_comes_back_as_it_was_stored(storage: Storage) -> None:
    key = await storage.put(RING)
    assert key == key_of(RING)
    assert await storage.exists(key)
    assert await storage.get(key) == RING


async def test_ten_tablets_sending_one_photo_keep_it_once(storage: Storage) -> None:
    keys = await asyncio.gather(*(storage.put(RING) for _ in range(10)))
    assert set(keys) == {key_of(RING)}
    assert [stored.key for stored in await listed(storage)] == [key_of(RING)]
    assert await storage.get(keys[0]) == RING


async def test_a_photo_that_was_never_stored_is_not_found(storage: Storage) -> None:
    assert not await storage.exists(NEVER_STORED)
    with pytest.raises(NotFound, match="Restore the file from a backup"):
        await storage.get(NEVER_STORED)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, NEVER_STORED + "\n"])
async def test_a_made_up_name_reaches_no_file(storage: Storage, name: str) -> None:
    for ask in (storage.get, storage.exists, storage.url, storage.delete):
        with pytest.raises(NotFound):
            await ask(name)


async def test_a_file_changed_behind_our_back_is_not_shown_as_evidence(place: Place) -> None:
    key = await place.storage.put(RING)
    place.spoil(key, RING[:-5])
    with pytest.raises(StoredFileChanged, match="has changed since it was saved"):
        await place.storage.get(key)
    await place.storage.put(RING)
    assert await place.storage.get(key) == RING


async def test_the_sweep_sees_every_photo_and_since_when(storage: Storage) -> None:
    assert await listed(storage) == []
    kept = {await storage.put(b"photo %d" % number) for number in range(5)}
    seen = await listed(storage)
    assert {stored.key for stored in seen} == kept
    assert all(abs(datetime.now(UTC) - one.stored_at) < timedelta(minutes=10) for one in seen)


async def test_a_swept_photo_is_gone_and_sweeping_twice_is_fine(storage: Storage) -> None:
    key, other = await storage.put(RING), await storage.put(b"another")
    await storage.delete(key)
    await storage.delete(key)
    assert not await storage.exists(key)
    assert await storage.exists(other)


async def test_a_good_place_has_nothing_to_complain_about(storage: Storage) -> None:
    assert await storage.probe() == []
    assert await storage.probe() == []


# --- the folder


async def test_only_the_shops_own_user_can_read_the_folder(tmp_path: Path) -> None:
    await FolderStorage(tmp_path / "photos").put(RING)
    made = list((tmp_path / "photos").rglob("*"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made}
    assert modes == {0o600, 0o700}


async def test_a_write_cut_short_leaves_nothing_that_looks_like_a_photo(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    key = await storage.put(RING)
    (next(tmp_path.rglob(key)).parent / ".half-written").write_bytes(RING[:9])
    assert [stored.key for stored in await listed(storage)] == [key]


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where the folder should be")
    storage = FolderStorage(tmp_path / "photos")
    with pytest.raises(StorageDown, match="What was saved before is safe") as refused:
        await storage.put(RING)
    assert refused.value.status == 503
    assert await storage.probe() == [refused.value.message]


async def test_the_folder_has_no_address_of_its_own(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    assert await storage.url(await storage.put(RING)) is None


# --- the bucket


def fetch(url: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), dict(answer.headers.items())


async def test_a_signed_address_shows_the_photo_as_a_picture_and_nothing_else(
    seaweed: Seaweed, bucket: str
) -> None:
    storage = S3Storage(bucket, seaweed.endpoint_url)
    url = await storage.url(await storage.put(RING), seconds=60)
    assert url is not None
    body, headers = fetch(url)
    assert body == RING
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "private, max-age=60"
    for tampered in (url.split("?")[0], url.replace("Expires=60", "Expires=86400")):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            fetch(tampered)


async def test_no_signed_address_lives_longer_than_five_minutes(seaweed: Seaweed, bucket: str) -> None:
    url = await S3Storage(bucket, seaweed.endpoint_url).url(NEVER_STORED, seconds=86_400)
    assert url is not None
    assert "X-Amz-Expires=300" in url


async def test_other_files_of_the_bucket_are_not_ours(seaweed: Seaweed, bucket: str) -> None:
    for name in (f"backups/{NEVER_STORED}", "photos/notes.txt", NEVER_STORED):
        seaweed.technician.put_object(Bucket=bucket, Key=name, Body=b"not ours")
    storage = S3Storage(bucket, seaweed.endpoint_url)
    key = await storage.put(RING)
    assert [stored.key for stored in await listed(storage)] == [key]
    assert not await storage.exists(NEVER_STORED)


async def test_more_photos_than_one_listing_holds_are_all_swept_through(
    seaweed: Seaweed, bucket: str
) -> None:
    client = seaweed.technician
    kept = {key_of(b"%d" % number) for number in range(1_005)}
    with ThreadPoolExecutor(8) as hands:
        for key in kept:
            hands.submit(client.put_object, Bucket=bucket, Key=f"photos/{key}", Body=b"")
    seen = [stored.key for stored in await listed(S3Storage(bucket, seaweed.endpoint_url))]
    assert len(seen) == len(kept)
    assert set(seen) == kept


async def test_a_stopped_server_is_said_plainly(bucket: str) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        storage = S3Storage(bucket, f"http://127.0.0.1:{nobody_listens.getsockname()[1]}")
        with pytest.raises(StorageDown, match="cannot be reached") as refused:
            await storage.put(RING)
        [sentence] = await storage.probe()
    assert refused.value.status == 503
    assert "Photos saved before are not affected" in sentence


async def test_a_wrong_secret_is_said_plainly(
    seaweed: Seaweed, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mistyped")
    storage = S3Storage(bucket, seaweed.endpoint_url)
    [sentence] = await storage.probe()
    assert "refuses our keys" in sentence
    assert "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in sentence
    with pytest.raises(StorageDown, match="refuses our keys"):
        await storage.put(RING)


async def test_missing_keys_are_said_plainly(
    seaweed: Seaweed, bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in seaweed.environment:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))  # somebody's own ~/.aws must not answer
    [sentence] = await S3Storage(bucket, seaweed.endpoint_url).probe()
    assert "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in sentence


async def test_a_bucket_that_was_never_made_is_said_plainly(seaweed: Seaweed, bucket: str) -> None:
    storage = S3Storage(f"{bucket}-misspelt", seaweed.endpoint_url)
    [sentence] = await storage.probe()
    assert "There is no bucket" in sentence
    assert "WORKSHOP_S3_BUCKET" in sentence
    with pytest.raises(StorageDown, match="no photo was added now"):
        await storage.put(RING)


async def test_a_bucket_without_versions_is_said_plainly(seaweed: Seaweed, bucket: str) -> None:
    seaweed.make_bucket(f"{bucket}-plain", versions=False)
    [sentence] = await S3Storage(f"{bucket}-plain", seaweed.endpoint_url).probe()
    assert "Turn versioning on" in sentence


async def test_both_checksum_modes_work_with_a_server_that_is_not_aws(seaweed: Seaweed, bucket: str) -> None:
    for mode in ("when_required", "when_supported"):
        storage = S3Storage(bucket, seaweed.endpoint_url, mode)
        assert await storage.get(await storage.put(RING)) == RING


# --- the setting


async def test_with_nothing_set_photos_are_in_the_data_folder(tmp_path: Path) -> None:
    storage = storage_from(Settings(data_dir=tmp_path))
    key = await storage.put(RING)
    assert next((tmp_path / "photos").rglob(key)).read_bytes() == RING


async def test_with_a_bucket_set_photos_are_in_the_bucket(
    seaweed: Seaweed, bucket: str, tmp_path: Path
) -> None:
    storage = storage_from(
        Settings(data_dir=tmp_path, s3_bucket=bucket, s3_endpoint_url=seaweed.endpoint_url)
    )
    key = await storage.put(RING)
    kept = seaweed.technician.get_object(Bucket=bucket, Key=f"photos/{key}")
    assert kept["Body"].read() == RING
    assert list(tmp_path.iterdir()) == []
