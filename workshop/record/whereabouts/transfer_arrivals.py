"""The other end of a transfer: scanned in one by one, or closed with what did not arrive."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record, tell_pages
from workshop.record.stages import Stage
from workshop.record.tickets.locks import locked
from workshop.record.tickets.shift import say_ready
from workshop.record.tickets.standing import ticket_of
from workshop.record.whereabouts.custody import place_of_kind
from workshop.record.whereabouts.missing import found_again, miss
from workshop.record.whereabouts.transfers import lay_down, pieces_on_transfer, transfer_of

S = Stage


async def receive_transfer(transfer: int, code: str, *, by: Actor) -> tuple[str, bool]:
    """One envelope is scanned in at the other end; from now on this shop holds it. Gives its number and whether new.

    One that was written off as missing is found. Raises NotFound for what is not on this list.
    """
    async with transaction():
        row = await transfer_of(transfer, shop=by.shop, lock=True)
        if row["to_shop"] != by.shop or row["state"] not in ("on_way", "received"):
            raise Conflict(f"{row['number']} is not on its way to this shop.")
        piece = await _piece(transfer, code)
        number: str = piece["number"]
        if piece["state"] == "received":
            return number, False
        envelope = await locked(piece["code"], shop=row["from_shop"])
        envelope.shop, envelope.transfer, envelope.jeweler = by.shop, None, None
        await found_again(envelope, by)
        await lay_down(envelope, await place_of_kind("counter", shop=by.shop), by)
        await fetch(
            "UPDATE transfer_piece SET state = 'received', received_by = $2, received_at = $3 WHERE id = $1",
            piece["id"], by.id or None, clock.now(),
        )  # fmt: skip
        event = await record(
            "transfer_received", shop=by.shop, by=by, envelope=envelope, list=row["number"], at=row["to_name"]
        )
        await tell_pages(row["from_shop"], "transfer", row["number"])
        await _close_if_all_here(row, by)
        if envelope.stage == S.READY_FOR_PICKUP and (await ticket_of(envelope)).shop == by.shop:
            await say_ready(envelope, event)  # it was finished elsewhere; now it can be collected
    return number, True


async def _piece(transfer: int, code: str) -> dict[str, Any]:
    row = await fetch_one(
        """SELECT p.*, v.code, v.number FROM transfer_piece p JOIN envelope v ON v.id = p.envelope
           WHERE p.transfer = $1 AND (v.code = $2 OR v.number = $2) AND p.state IN ('on_way', 'missing', 'received')""",
        transfer, code.upper(),
    )  # fmt: skip
    if row is None:
        raise NotFound("That piece is not on this list. Put it aside and call the other shop.")
    return row


async def _close_if_all_here(row: dict[str, Any], by: Actor) -> None:
    left = await fetch_value(
        "SELECT count(*) FROM transfer_piece WHERE transfer = $1 AND state IN ('on_way', 'missing')", row["id"]
    )
    if not left and row["state"] == "on_way":
        await _close(row, by)


async def _close(row: dict[str, Any], by: Actor) -> None:
    await fetch(
        "UPDATE transfer SET state = 'received', closed_by = $2, closed_at = $3 WHERE id = $1",
        row["id"], by.id or None, clock.now(),
    )  # fmt: skip


async def close_short(transfer: int, explanation: str, *, by: Actor) -> int:
    """Not everything arrived: what lacks is missing, with what is known about it. Gives how many.

    The shop that sent it answers for it, and sees it among its missing pieces.
    """
    refuse_card_number(explanation, "explanation")
    if len(explanation.strip()) < 3:
        raise InvalidInput("Say what is known.", explanation="Say what is known about what did not arrive.")
    async with transaction():
        row = await transfer_of(transfer, shop=by.shop, lock=True)
        if row["to_shop"] != by.shop or row["state"] != "on_way":
            raise Conflict(f"{row['number']} is not on its way to this shop.")
        lacking = [one for one in await pieces_on_transfer(transfer) if one["state"] == "on_way"]
        for one in sorted(lacking, key=lambda one: one["envelope"]):
            envelope = await locked(one["code"], shop=row["from_shop"])
            await miss(envelope, f"{row['to_name']}, list {row['number']}", explanation.strip(), by=by)
        await fetch(
            "UPDATE transfer_piece SET state = 'missing', explanation = $2 WHERE transfer = $1 AND state = 'on_way'",
            transfer, explanation.strip()[:300],
        )  # fmt: skip
        await _close(row, by)
        await tell_pages(row["from_shop"], "transfer", row["number"])
    return len(lacking)


async def coming_here(code: str, *, shop: int) -> dict[str, Any] | None:
    """The list on which an envelope is on its way to this shop, if it is."""
    return await fetch_one(
        """SELECT t.id, v.number, f.name AS from_name FROM envelope v
           JOIN transfer t ON t.id = v.transfer JOIN shop f ON f.id = t.from_shop
           WHERE v.code = $1 AND t.to_shop = $2 AND t.state IN ('on_way', 'received')""",
        code, shop,
    )  # fmt: skip
