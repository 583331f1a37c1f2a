"""Once a night: is every photo of the record where it should be, and is there anything nobody knows?"""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import structlog

from photos.keys import StorageDown, StoredFileChanged, StoredKey
from photos.places import places
from photos.waiting import FORGOTTEN, move_photo
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import NotFound
from workshop.record.nights import is_ours_tonight

_log = structlog.get_logger()
_NIGHT = "photos compared with the record"
_HOUR = 3  # on the shop's wall clock
_PAGE = 500
_SAMPLE = 25  # pictures read again in whole each night
_AFTER_EVERY_KEY = "g"  # keys are hexadecimal


async def check_tonight() -> None:
    """Check once a night, on one machine of all; one that was off at night does it in the morning.

    A storage that is away is checked when it is back.
    """
    if not await _is_ours_tonight():
        return
    try:
        await check_stored()
    except StorageDown as away:
        _log.warning("photos not compared with the record yet", because=away.message)
        await fetch("DELETE FROM attempt WHERE key = $1", _NIGHT)


async def _is_ours_tonight() -> bool:
    zone: str | None = await fetch_value("SELECT zone FROM shop ORDER BY id LIMIT 1")
    if zone is None:
        return False
    return await is_ours_tonight(_NIGHT, zone, hour=_HOUR)


async def check_stored() -> None:
    """Mark photos that are not where they should be, and remove files nobody knows for a day.

    Files of the storage and rows of the record are walked through side by side, in the order of
    their keys. An error in the log names every photo that is missing.
    """
    after = ""
    async for page in _pages():
        await _compare(after, page[-1].key, page)
        after = page[-1].key
    await _compare(after, _AFTER_EVERY_KEY, [])
    await _read_some_again()
    await _look_again()
    await _forget_thrown_away()


async def _forget_thrown_away() -> None:
    """Rows of take-ins that never became a ticket; their files go the next night."""
    await fetch(
        """DELETE FROM photo p WHERE p.taken_at < $1 AND p.kind NOT IN ('piece', 'document')
           AND NOT EXISTS (SELECT FROM envelope v WHERE v.code = p.envelope_code)
           AND NOT EXISTS (SELECT FROM intake_draft d WHERE d.shop = p.shop AND d.data->'pieces'
                           @> jsonb_build_array(jsonb_build_object('code', p.envelope_code)))""",
        clock.now() - FORGOTTEN,
    )


async def _pages() -> AsyncIterator[list[StoredKey]]:
    page: list[StoredKey] = []
    async for stored in places().storage.keys():  # noqa: SIM118 (not a dict)
        page.append(stored)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


async def _compare(after: str, upto: str, listed: list[StoredKey]) -> None:
    rows = await fetch(
        """SELECT key, bool_or(state = 'stored') AS is_stored FROM (
               SELECT key, state FROM photo WHERE key > $1 AND key <= $2
               UNION ALL SELECT thumb_key, state FROM photo WHERE thumb_key > $1 AND thumb_key <= $2) AS of_both
           GROUP BY key""",
        after, upto,
    )  # fmt: skip
    there, known = {stored.key for stored in listed}, {row["key"] for row in rows}
    for row in rows:
        if row["is_stored"] and row["key"] not in there and not await places().storage.exists(row["key"]):
            await _say_missing(row["key"])
    forgotten = clock.now() - FORGOTTEN
    for stored in listed:
        if stored.key not in known and stored.stored_at < forgotten:
            await _remove_unknown(stored.key)


async def _say_missing(key: str) -> None:
    rows = await fetch(
        """UPDATE photo SET state = 'missing' WHERE (key = $1 OR thumb_key = $1) AND state = 'stored'
           RETURNING id, envelope_code""",
        key,
    )
    for row in rows:
        _log.error("photo missing: restore its file", photo=str(row["id"]), envelope=row["envelope_code"], key=key)


async def _remove_unknown(key: str) -> None:
    """Remove a file without a row; put it back should a row have come while we did.

    A new photo writes its row before it stores, so looking once more after the removal sees every
    photo that could have counted on this file.
    """
    try:
        data = await places().storage.get(key)
    except NotFound:
        return
    except StoredFileChanged:
        data = b""
    try:
        await places().storage.delete(key)
    except StorageDown as refused:  # a bucket that lets nobody delete is fine: files just stay
        _log.info("unknown file stays", key=key, because=refused.message)
        return
    known = await fetch_value("SELECT true FROM photo WHERE key = $1 OR thumb_key = $1 LIMIT 1", key)
    if known and data:
        await places().storage.put(data)


async def _read_some_again() -> None:
    """Keys are hashes, so the pictures that follow a random key are a fair sample."""
    rows = await fetch(
        "SELECT key FROM photo WHERE state = 'stored' AND key >= $1 ORDER BY key LIMIT $2",
        secrets.token_hex(32), _SAMPLE,
    )  # fmt: skip
    if len(rows) < _SAMPLE:
        rows += await fetch("SELECT key FROM photo WHERE state = 'stored' ORDER BY key LIMIT $1", _SAMPLE - len(rows))
    for key in {row["key"] for row in rows}:
        try:
            await places().storage.get(key)
        except (NotFound, StoredFileChanged):
            await _say_missing(key)


async def _welcome_back(row: dict[str, Any]) -> None:
    try:
        for key in (row["key"], row["thumb_key"]):
            await places().storage.get(key)
    except (NotFound, StoredFileChanged):
        return
    await fetch("UPDATE photo SET state = 'stored' WHERE id = $1", row["id"])
    _log.info("photo is back", photo=str(row["id"]))


async def _look_again() -> None:
    """What was missing may be restored; what waits for a day may have died with its machine."""
    rows = await fetch(
        """SELECT id, key, thumb_key, state FROM photo WHERE state <> 'stored' AND taken_at < $1
           ORDER BY taken_at LIMIT $2""",
        clock.now() - FORGOTTEN, _PAGE,
    )  # fmt: skip
    for row in rows:
        if row["state"] == "missing":
            await _welcome_back(row)
            continue
        await move_photo(row)
        lost = await fetch_value(
            "UPDATE photo SET state = 'missing' WHERE id = $1 AND state = 'pending' RETURNING envelope_code", row["id"]
        )
        if lost:
            _log.error("photo never arrived", photo=str(row["id"]), envelope=lost)
