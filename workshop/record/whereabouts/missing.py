"""A piece the count did not find: known as missing until somebody scans it again."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.alarms.alarms import Finding, clear_alarm, raise_alarm
from workshop.record.events import Actor, record
from workshop.record.tables import Envelope, Shop
from workshop.record.tickets.locks import locked


async def miss(envelope: Envelope, expected: str, explanation: str, *, by: Actor, **more: Any) -> bool:
    """A locked envelope was looked for and not found: known as missing, and on the alarm list at once.

    Inside the caller's transaction. Gives whether it was not missing before.
    """
    if envelope.missing_since is not None:
        return False
    envelope.missing_since = clock.now()
    await envelope.save([Envelope.missing_since])
    await record(
        "missing", shop=envelope.shop, by=by, envelope=envelope, expected=expected, explanation=explanation,
        **more,
    )  # fmt: skip
    shop = await Shop.objects().get(Shop.id == envelope.shop)
    ticket = await fetch_value("SELECT number FROM ticket WHERE id = $1", envelope.ticket)
    assert shop is not None
    here = clock.local(envelope.missing_since, shop.zone)
    words = f"{envelope.number}: not found in the count of {here:%a} {here.day} {here:%b}"
    href = f"/tickets/{ticket}#{envelope.code}"
    await raise_alarm(shop, "missing", Finding(envelope.number, words, href, envelope.id, envelope.jeweler))
    return True


async def found_again(envelope: Envelope, by: Actor) -> bool:
    """Whoever scans a missing piece has found it: it is missing no more. Gives whether it was.

    For a locked envelope inside the caller's transaction; saving it is the caller's.
    """
    if envelope.missing_since is None:
        return False
    envelope.missing_since = None
    await fetch(
        """UPDATE night_line SET found_at = $2, found_by = $3
           WHERE envelope = $1 AND verdict = 'missing' AND found_at IS NULL""",
        envelope.id, clock.now(), by.id or None,
    )  # fmt: skip
    await clear_alarm(envelope.shop, "missing", envelope.number)
    await record("found_again", shop=envelope.shop, by=by, envelope=envelope, after=envelope.location)
    return True


async def close_if_missing(code: str, *, by: Actor) -> bool:
    """The same in a transaction of its own: for a scan that changes nothing else. Gives whether it was missing."""
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        is_found = await found_again(envelope, by)
        if is_found:
            await envelope.save([Envelope.missing_since])
    return is_found


async def missing_pieces(shop: int) -> list[dict[str, Any]]:
    """Pieces a count did not find and nobody has scanned since, the longest first."""
    return await fetch(
        """SELECT v.id, v.code, v.number, v.location, v.missing_since, k.number AS ticket_number,
                  v.declared_value_cents, p.kind, p.description
           FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
           WHERE v.shop = $1 AND v.missing_since IS NOT NULL ORDER BY v.missing_since, v.id""",
        shop,
    )
