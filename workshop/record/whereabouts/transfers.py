"""From one shop to another, both ends scanning. The ticket stays with its number; who holds a piece works on it.

Until it is scanned in at the other end, whoever sent a piece answers for it. From then on the other shop does, and
its people see it as they see their own: the bag, the work, the photos; never the ticket it belongs to.
"""

from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record, tell_pages
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import locked
from workshop.record.whereabouts.custody import keep_custody, lay_in, new_place, place_of_kind
from workshop.record.whereabouts.missing import found_again

S = Stage
STAYS = (S.AT_BENCH, S.AT_VENDOR, S.PICKED_UP)  # what cannot go: in somebody's hands, or out already
EXPECTED = timedelta(days=2)  # a list longer on its way is asked about


async def other_shops(shop: int) -> list[dict[str, Any]]:
    """Where a list can go."""
    return await fetch("SELECT id, name, code FROM shop WHERE id <> $1 ORDER BY name", shop)


async def transfer_of(transfer: int, *, shop: int, lock: bool = False) -> dict[str, Any]:
    """A list that this shop sends or receives, or NotFound. `is_ours`: we send it."""
    row = await fetch_one(
        f"""SELECT t.*, f.name AS from_name, o.name AS to_name, s.name AS sender, c.name AS closer,
                   t.from_shop = $2 AS is_ours
            FROM transfer t JOIN shop f ON f.id = t.from_shop JOIN shop o ON o.id = t.to_shop
            LEFT JOIN staff s ON s.id = t.sent_by LEFT JOIN staff c ON c.id = t.closed_by
            WHERE t.id = $1 AND (t.from_shop = $2 OR t.to_shop = $2 AND t.state <> 'packing')
            {"FOR UPDATE OF t" if lock else ""}""",  # noqa: S608 - our words
        transfer, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such transfer in this shop.")
    return row


async def transfers_of(shop: int, *, limit: int = 60) -> list[dict[str, Any]]:
    """Lists this shop sends or receives, newest first."""
    return await fetch(
        """SELECT t.*, f.name AS from_name, o.name AS to_name, t.from_shop = $1 AS is_ours,
                  (SELECT count(*) FROM transfer_piece p WHERE p.transfer = t.id AND p.state <> 'taken_out') AS pieces,
                  (SELECT count(*) FROM transfer_piece p WHERE p.transfer = t.id AND p.state IN ('on_way', 'missing'))
                  AS away
           FROM transfer t JOIN shop f ON f.id = t.from_shop JOIN shop o ON o.id = t.to_shop
           WHERE t.from_shop = $1 OR t.to_shop = $1 AND t.state <> 'packing' ORDER BY t.id DESC LIMIT $2""",
        shop, limit,
    )  # fmt: skip


async def pieces_on_transfer(transfer: int) -> list[dict[str, Any]]:
    """What is on a list: number, what it is, whether it arrived. No customer, no value."""
    return await fetch(
        """SELECT p.id, p.envelope, p.state, p.received_at, p.explanation, v.code, v.number, v.stage, v.promise_on,
                  x.kind, x.description, x.metal, x.metal_basis, x.serial, split_part(r.name, ' ', 1) AS receiver
           FROM transfer_piece p JOIN envelope v ON v.id = p.envelope JOIN piece x ON x.id = v.piece
           LEFT JOIN staff r ON r.id = p.received_by
           WHERE p.transfer = $1 AND p.state <> 'taken_out' ORDER BY p.id""",
        transfer,
    )


async def begin_transfer(to_shop: int, *, by: Actor) -> int:
    """The list being packed for another shop; begun if there is none."""
    async with transaction():
        if to_shop == by.shop or not await fetch_value("SELECT id FROM shop WHERE id = $1", to_shop):
            raise InvalidInput("Choose the other shop.", to_shop="Choose the other shop.")
        number = await fetch_value(  # also keeps two people from beginning two
            "SELECT code || '-T' || lpad((last_transfer + 1)::text, 4, '0') FROM shop WHERE id = $1 FOR NO KEY UPDATE",
            by.shop,
        )
        found: int | None = await fetch_value(
            "SELECT id FROM transfer WHERE from_shop = $1 AND to_shop = $2 AND state = 'packing'", by.shop, to_shop
        )
        if found is not None:
            return found
        await fetch("UPDATE shop SET last_transfer = last_transfer + 1 WHERE id = $1", by.shop)
        made: int = await fetch_value(
            """INSERT INTO transfer (from_shop, to_shop, number, made_by, made_at) VALUES ($1, $2, $3, $4, $5)
               RETURNING id""",
            by.shop, to_shop, number, by.id or None, clock.now(),
        )  # fmt: skip
    return made


async def add_to_transfer(transfer: int, code: str, *, by: Actor) -> tuple[Envelope, bool]:
    """One envelope onto a list that has not left. Twice does nothing twice; gives whether it is new on it."""
    async with transaction():
        row = await _ours(transfer, by, "packing")
        envelope = await locked(code, shop=by.shop)
        on = await fetch_one(
            """SELECT p.transfer, t.number FROM transfer_piece p JOIN transfer t ON t.id = p.transfer
               WHERE p.envelope = $1 AND p.state IN ('packed', 'on_way', 'missing')""",
            envelope.id,
        )
        if on is not None and on["transfer"] == transfer:
            return envelope, False
        if on is not None:
            raise Conflict(f"{envelope.number} is on {on['number']}. Take it off there first.")
        _check_may_go(envelope)
        await fetch(
            """INSERT INTO transfer_piece (transfer, envelope, declared_cents, packed_by, packed_at)
               VALUES ($1, $2, $3, $4, $5)""",
            transfer, envelope.id, envelope.declared_value_cents, by.id or None, clock.now(),
        )  # fmt: skip
        await tell_pages(by.shop, "transfer", row["number"])
    return envelope, True


def _check_may_go(envelope: Envelope) -> None:
    advice = {
        S.AT_BENCH: f"{envelope.number} is at the bench. Put it back in the queue first.",
        S.AT_VENDOR: f"{envelope.number} is out with a vendor. Receive it back first.",
        S.PICKED_UP: f"{envelope.number} is with the customer.",
    }
    if envelope.stage in STAYS:
        raise Conflict(advice[Stage(envelope.stage)])


async def take_off_transfer(transfer: int, code: str, *, by: Actor) -> None:
    """One envelope off a list that has not left."""
    async with transaction():
        await _ours(transfer, by, "packing")
        envelope = await locked(code, shop=by.shop)
        await fetch(
            "UPDATE transfer_piece SET state = 'taken_out' WHERE transfer = $1 AND envelope = $2 AND state = 'packed'",
            transfer, envelope.id,
        )  # fmt: skip


async def send_transfer(transfer: int, *, carrier: str = "", note: str = "", by: Actor) -> dict[str, Any]:
    """The list leaves. What is on it is on its way: nobody works on it until it is scanned in."""
    for text, name in ((carrier, "carrier"), (note, "note")):
        refuse_card_number(text, name)
    async with transaction():
        row = await _ours(transfer, by, "packing")
        pieces = sorted(await pieces_on_transfer(transfer), key=lambda one: one["envelope"])
        if not pieces:
            raise Conflict("Nothing is on this list yet. Scan what goes.")
        place = await _way_to(row, by)
        for piece in pieces:
            envelope = await locked(piece["code"], shop=by.shop)
            _check_may_go(envelope)
            envelope.transfer = transfer
            await lay_down(envelope, place, by)
            await record("transfer_left", shop=by.shop, by=by, envelope=envelope, list=row["number"], to=row["to_name"])
        await fetch("UPDATE transfer_piece SET state = 'on_way' WHERE transfer = $1 AND state = 'packed'", transfer)
        await fetch(
            "UPDATE transfer SET state = 'on_way', carrier = $2, note = $3, sent_by = $4, sent_at = $5 WHERE id = $1",
            transfer, carrier.strip()[:60], note.strip()[:400], by.id or None, clock.now(),
        )  # fmt: skip
        await tell_pages(row["to_shop"], "transfer", row["number"])
    return row


async def _way_to(row: dict[str, Any], by: Actor) -> dict[str, Any]:
    name = f"on the way to {row['to_name']}"[:40]
    found = await fetch_one(
        "SELECT * FROM place WHERE shop = $1 AND kind = 'other_shop' AND name = $2 AND retired_at IS NULL",
        by.shop, name,
    )  # fmt: skip
    return found or await new_place(name, "other_shop", shop=by.shop)


async def lay_down(envelope: Envelope, place: dict[str, Any], by: Actor) -> None:
    """A locked envelope lies there from now on, and its custody says so. Inside the caller's transaction."""
    lay_in(envelope, place)
    envelope.version += 1
    await envelope.save()
    await keep_custody(envelope, by)


async def call_back(transfer: int, *, by: Actor) -> int:
    """What has not arrived stays here after all: back to the counter. For a manager of the shop that sent it."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("A list on its way is called back by a manager.")
    async with transaction():
        row = await transfer_of(transfer, shop=by.shop, lock=True)
        if row["from_shop"] != by.shop or row["state"] not in ("packing", "on_way", "received"):
            raise Conflict(f"{row['number']} was not sent from here.")
        back = [one for one in await pieces_on_transfer(transfer) if one["state"] in ("on_way", "missing")]
        counter = await place_of_kind("counter", shop=by.shop)
        for one in sorted(back, key=lambda one: one["envelope"]):
            envelope = await locked(one["code"], shop=by.shop)
            envelope.transfer = None
            await found_again(envelope, by)
            await lay_down(envelope, counter, by)
            await record("transfer_called_back", shop=by.shop, by=by, envelope=envelope, list=row["number"])
        await fetch(
            "UPDATE transfer_piece SET state = 'taken_out' WHERE transfer = $1 AND state IN "
            "('packed', 'on_way', 'missing')",
            transfer,
        )
        has_arrived = any(one["state"] == "received" for one in await pieces_on_transfer(transfer))
        state = "received" if has_arrived else "dropped"
        await fetch("UPDATE transfer SET state = $2, closed_by = $3, closed_at = $4 WHERE id = $1",
                    transfer, state, by.id or None, clock.now())  # fmt: skip
        await tell_pages(row["to_shop"], "transfer", row["number"])
    return len(back)


async def _ours(transfer: int, by: Actor, state: str) -> dict[str, Any]:
    row = await transfer_of(transfer, shop=by.shop, lock=True)
    if not row["is_ours"] or row["state"] != state:
        raise Conflict(f"{row['number']} has left already." if row["is_ours"] else "The other shop packs this list.")
    return row


async def transfers_overdue(shops: list[int]) -> list[dict[str, Any]]:
    """Lists from these shops (`shop_id`) that are longer on their way than two days, for the alarm."""
    return await fetch(
        """SELECT t.from_shop AS shop_id, t.id, t.number, o.name AS to_name, t.sent_at,
                  (SELECT count(*) FROM transfer_piece p WHERE p.transfer = t.id AND p.state = 'on_way') AS away
           FROM transfer t JOIN shop o ON o.id = t.to_shop
           WHERE t.from_shop = ANY($1) AND t.state = 'on_way' AND t.sent_at < $2 ORDER BY t.sent_at""",
        shops, clock.now() - EXPECTED,
    )  # fmt: skip
