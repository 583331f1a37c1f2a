"""A piece the count did not find: known as missing until somebody scans it again."""

from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.record.events import Actor, record
from workshop.record.tables import Envelope


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
    await record("found_again", shop=envelope.shop, by=by, envelope=envelope, after=envelope.location)
    return True


async def close_if_missing(code: str, *, by: Actor) -> bool:
    """The same in a transaction of its own: for a scan that changes nothing else. Gives whether it was missing."""
    from workshop.record.envelopes import locked

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
