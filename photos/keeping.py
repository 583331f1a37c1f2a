"""A photo from the camera to the place where it stays: safe first, then written down, then moved there."""

from contextlib import suppress
from uuid import UUID

import structlog

from photos.kinds import check_kind, check_place, check_room, find_bag, lock_bag, may_see
from photos.nightly import check_tonight
from photos.places import places, use_storage, use_storage_of_settings
from photos.sanitise import CleanPhoto, sanitise
from photos.storage import StorageDown, key_of
from photos.waiting import move_photo, move_waiting
from workshop import clock
from workshop.db import fetch_one, fetch_value, transaction
from workshop.errors import NotFound, WorkshopError
from workshop.jobs import enqueue
from workshop.record.events import Actor, record
from workshop.record.keys import Answer, once
from workshop.record.tables import Photo

__all__ = [
    "add_photo", "photo_by_id", "read_photo", "report_storage", "store_photo", "sweep_photos", "use_storage",
    "use_storage_of_settings",
]  # fmt: skip

_log = structlog.get_logger()


class PhotoElsewhere(WorkshopError):
    """The photo still waits on the machine that received it."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "This photo is safe but still on its way to where photos are kept. Look again in a minute."
        )


async def add_photo(
    code: str, kind: str, original: bytes, *, by: Actor, angle: str = "", key: str = ""
) -> Photo:
    """Keep one photo of an envelope, or of a piece whose take-in is still being typed.

    The clean picture is on this machine's disk before the row is, so a storage that is away never
    stops the counter: the photo is then `pending` and is shown from here. The same picture sent
    again, or the same `key`, gives the photo there is. `code` may also be a printed number. Raises
    NotFound, Forbidden, Conflict (12 photos an envelope), InvalidInput, PhotoTooLarge, StorageDown
    (disk full).
    """
    check_kind(kind, angle, by)
    bag = await find_bag(code, shop=by.shop)
    check_place(kind, bag.code)
    clean = await sanitise(original)
    for picture in (clean.shown, clean.thumb):
        await places().waiting.put(picture)

    async def act() -> Answer:
        return Answer(201, str(await _write_down(bag.code, kind, angle, clean, by)))

    request = f"photo {bag.code} {kind} {angle} {clean.original_sha256}".encode()
    done = await once(key, actor=f"staff {by.id}", request=request, act=act)
    if places().storage.is_local:
        await store_photo(done.body)
    return await photo_by_id(UUID(done.body), shop=by.shop)


async def _write_down(code: str, kind: str, angle: str, clean: CleanPhoto, by: Actor) -> UUID:
    keys = [key_of(picture) for picture in (clean.shown, clean.thumb)]
    async with transaction():
        await lock_bag(code)
        bag = await find_bag(code, shop=by.shop)
        same: UUID | None = await fetch_value(
            """SELECT id FROM photo WHERE envelope_code = $1 AND kind = $2 AND original_sha256 = $3
               AND removed_at IS NULL LIMIT 1""",
            code, kind, clean.original_sha256,
        )  # fmt: skip
        if same is not None:
            return same
        await check_room(code, kind)
        photo: UUID = await fetch_value(
            """INSERT INTO photo (shop, envelope_code, kind, key, thumb_key, original_sha256, size_bytes,
                                  width, height, captured_at, angle, taken_by, taken_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id""",
            by.shop, code, kind, *keys, clean.original_sha256, len(clean.shown),
            clean.width, clean.height, clean.taken_at or "", angle, by.id, clock.now(),
        )  # fmt: skip
        await record(
            "photo_added", shop=by.shop, by=by, envelope=bag.envelope, piece=bag.piece, photo=str(photo), code=code,
            kind=kind, original_sha256=clean.original_sha256, sha256=keys[0],
        )  # fmt: skip
        if not places().storage.is_local:
            await enqueue("store_photo", photo_id=str(photo))
    return photo


async def store_photo(photo_id: str) -> None:
    """Move one photo from where it waits to the storage; harmless to repeat.

    A photo waits on the machine that received it. A worker of another machine finds nothing and
    leaves it: every machine looks through its own waiting folder twice a minute. Nor does a storage
    that is away use up the job's tries.
    """
    row = await fetch_one("SELECT id, key, thumb_key FROM photo WHERE id = $1 AND state <> 'stored'", UUID(photo_id))
    if row is None:
        return
    try:
        await move_photo(row)
    except StorageDown as away:
        _log.warning("photo waits", photo=photo_id, because=away.message)


async def photo_by_id(photo_id: UUID, *, shop: int | None = None) -> Photo:
    """The record of a photo (of this shop, if one is given) that was not removed, or NotFound."""
    photo = await Photo.objects().where(Photo.id == photo_id).first()
    is_theirs = photo is not None and (shop in (None, photo.shop) or await _holds(photo.envelope_code, shop))
    if photo is None or photo.removed_at is not None or not is_theirs:
        raise NotFound("There is no such photo, or it was removed.")
    return photo


async def _holds(code: str, shop: int | None) -> bool:
    """Whether a shop holds the envelope of a photo that another took, or sent it there."""
    return bool(
        await fetch_value(
            """SELECT 1 FROM envelope v JOIN ticket k ON k.id = v.ticket
               WHERE v.code = $1 AND $2::int IN (v.shop, k.shop)""",
            code, shop,
        )
    )  # fmt: skip


async def read_photo(photo_id: UUID, *, thumb: bool, by: Actor | None = None) -> tuple[bytes, str]:
    """The picture and its media type, from where it is kept or from where it still waits.

    For `by`, another shop's photo, or a paper their role may not read, is NotFound; without, the caller
    has checked. Raises StorageDown, or PhotoElsewhere (503) while it waits on another machine.
    """
    photo = await photo_by_id(photo_id, shop=by.shop if by else None)
    if by is not None and not may_see(photo.kind, by):
        raise NotFound("There is no such photo, or it was removed.")
    key = photo.thumb_key if thumb else photo.key
    return await _read(key, photo.state), "image/jpeg"


async def _read(key: str, state: str) -> bytes:
    if state != "stored":
        with suppress(NotFound):  # moved a moment ago, or received by another machine
            return await places().waiting.get(key)
    try:
        return await places().storage.get(key)
    except NotFound:
        if state == "pending":
            raise PhotoElsewhere from None
        raise


async def sweep_photos() -> None:
    """Move what waits on this machine, and once a night compare the storage with the record.

    Runs on every machine; the nightly part on whichever comes first.
    """
    await move_waiting()
    await check_tonight()


async def report_storage() -> None:
    """Say in the log what is missing for photos to be safe, sentence by sentence; never stops a start."""
    try:
        missing = await places().storage.probe()
    except Exception as error:  # whatever it is, the shop opens
        missing = [f"The storage of photos could not be tried: {error!r}"]
    for sentence in missing:
        _log.warning("photos are not safe yet", what=sentence)
    if not missing:
        _log.info("photos are safe", storage=type(places().storage).__name__)
