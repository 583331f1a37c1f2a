"""Packing lists to vendors: what goes on one by scan, and nothing leaves without proof of cover."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.money import show
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.promises.capacity import open_days
from workshop.record.promises.promise_words import say_day
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage, check_move
from workshop.record.tables import Envelope, Shop
from workshop.record.tickets.locks import all_locked, locked
from workshop.record.tickets.shift import shift
from workshop.record.tickets.standing import standing_of
from workshop.record.whereabouts.vendors import cover_for, vendor_by_code, vendor_of

S = Stage


async def send_out_of(send_out: int, *, shop: int, lock: bool = False) -> dict[str, Any]:
    """A packing list of this shop with its vendor, or NotFound."""
    row = await fetch_one(
        f"""SELECT s.*, v.name AS vendor_name, v.trade, v.contact, v.phone, v.address, v.email, v.place, v.usual_days,
                   v.code AS vendor_code, m.name AS maker, t.name AS sender, a.name AS approver
            FROM send_out s JOIN vendor v ON v.id = s.vendor LEFT JOIN staff m ON m.id = s.made_by
            LEFT JOIN staff t ON t.id = s.sent_by LEFT JOIN staff a ON a.id = s.approved_by
            WHERE s.id = $1 AND s.shop = $2 {"FOR UPDATE OF s" if lock else ""}""",  # noqa: S608 - our words
        send_out, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such packing list in this shop.")
    return row


async def pieces_of(send_out: int) -> list[dict[str, Any]]:
    """What is on a list, in the order it was packed."""
    return await fetch(
        """SELECT p.*, v.code, v.number, v.stage, v.promise_on, v.bench_due, v.is_rush, v.stone_count, v.weight_in_mg,
                  v.customer_says, x.kind, x.description, x.metal, x.metal_basis, x.serial, k.number AS ticket_number,
                  b.name AS receiver,
                  ARRAY(SELECT f.id::text FROM photo f WHERE f.envelope_code = v.code AND f.removed_at IS NULL
                        AND f.kind IN ('take_in', 'condition', 'found') ORDER BY f.taken_at LIMIT 4) AS photos,
                  ARRAY(SELECT t.name FROM task t WHERE t.envelope = v.id AND NOT t.is_dropped AND t.code <> 'XX-RUSH'
                        ORDER BY t.id) AS work
           FROM send_out_piece p JOIN envelope v ON v.id = p.envelope JOIN piece x ON x.id = v.piece
           JOIN ticket k ON k.id = v.ticket LEFT JOIN staff b ON b.id = p.returned_by
           WHERE p.send_out = $1 AND p.state <> 'taken_out' ORDER BY p.id""",
        send_out,
    )


async def lists_of(shop: int, *, vendor: int | None = None, limit: int = 60) -> list[dict[str, Any]]:
    """Packing lists, newest first, with how much of each is still away."""
    return await fetch(
        """SELECT s.*, v.name AS vendor_name,
                  (SELECT count(*) FROM send_out_piece p WHERE p.send_out = s.id AND p.state <> 'taken_out') AS pieces,
                  (SELECT count(*) FROM send_out_piece p WHERE p.send_out = s.id AND p.state = 'out') AS away
           FROM send_out s JOIN vendor v ON v.id = s.vendor
           WHERE s.shop = $1 AND ($2::int IS NULL OR s.vendor = $2) ORDER BY s.id DESC LIMIT $3""",
        shop, vendor, limit,
    )  # fmt: skip


async def pack(code: str, vendor_code: str, *, by: Actor) -> tuple[Envelope, dict[str, Any], bool]:
    """Put an envelope on the list that is being packed for a vendor, begun if there is none.

    Twice does nothing twice. Gives envelope, list and whether it is new on it. Raises Conflict when it is on
    another list, NotAllowed when the table of moves lets it go to no vendor now.
    """
    async with transaction():
        vendor = await vendor_by_code(vendor_code, shop=by.shop)
        send_out = await _packing(vendor, by)
        envelope = await locked(code, shop=by.shop)
        on = await _list_of(envelope)
        if on is not None and on["send_out"] == send_out["id"]:
            return envelope, send_out, False
        if on is not None:
            where = f"list {on['number']} to {on['vendor_name']}"
            raise Conflict(f"{envelope.number} is on {where}. Take it off there first.")
        await _check_may_leave(envelope, by)
        await fetch(
            """INSERT INTO send_out_piece (send_out, envelope, declared_cents, packed_by, packed_at)
               VALUES ($1, $2, $3, $4, $5)""",
            send_out["id"], envelope.id, envelope.declared_value_cents, by.id or None, clock.now(),
        )  # fmt: skip
        await record("packed", shop=by.shop, by=by, envelope=envelope, list=send_out["number"], vendor=vendor["name"])
    return envelope, send_out, True


async def begin_list(vendor: int, *, by: Actor) -> dict[str, Any]:
    """The list being packed for a vendor; begun if there is none."""
    async with transaction():
        row = await vendor_of(vendor, shop=by.shop, lock=True)
        if row["retired_at"] is not None:
            raise Conflict(f"We do not work with {row['name']} any more. Scan another vendor's card.")
        return await _packing(row, by)


async def _packing(vendor: dict[str, Any], by: Actor) -> dict[str, Any]:
    """The vendor's open list, held until the transaction ends."""
    await vendor_of(vendor["id"], shop=by.shop, lock=True)  # two scans at once begin one list
    found = await fetch_value("SELECT id FROM send_out WHERE vendor = $1 AND state = 'packing'", vendor["id"])
    if found is None:
        number = await fetch_value(
            "UPDATE shop SET last_send_out = last_send_out + 1 WHERE id = $1 "
            "RETURNING code || '-V' || lpad(last_send_out::text, 4, '0')",
            by.shop,
        )
        found = await fetch_value(
            "INSERT INTO send_out (shop, vendor, number, made_by, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            by.shop, vendor["id"], number, by.id or None, clock.now(),
        )  # fmt: skip
    return await send_out_of(found, shop=by.shop, lock=True)


async def _list_of(envelope: Envelope) -> dict[str, Any] | None:
    """The list an envelope is on, packed or out."""
    return await fetch_one(
        """SELECT p.*, s.number, s.vendor, v.name AS vendor_name FROM send_out_piece p
           JOIN send_out s ON s.id = p.send_out JOIN vendor v ON v.id = s.vendor
           WHERE p.envelope = $1 AND p.state IN ('packed', 'out')""",
        envelope.id,
    )


async def _check_may_leave(envelope: Envelope, by: Actor) -> None:
    """What the table of moves says once it stands in the queue: approval, hold, what is closed."""
    standing = await standing_of(envelope, is_packed=True)
    to = S.IN_QUEUE if standing.stage in (S.RECEIVED, S.APPROVED) else S.AT_VENDOR
    check_move(standing, to, by=by.id, roles=by.roles, reason="")


async def take_out(send_out: int, code: str, *, by: Actor) -> None:
    """An envelope goes off a list that has not left."""
    async with transaction():
        row = await send_out_of(send_out, shop=by.shop, lock=True)
        envelope = await locked(code, shop=by.shop)
        gone = await fetch_value(
            """UPDATE send_out_piece SET state = 'taken_out' WHERE send_out = $1 AND envelope = $2
               AND state = 'packed' RETURNING id""",
            send_out, envelope.id,
        )  # fmt: skip
        if gone is None:
            raise Conflict(f"{envelope.number} is not on this list, or has left with it.")
        await record("unpacked", shop=by.shop, by=by, envelope=envelope, list=row["number"], vendor=row["vendor_name"])


async def unpack(envelope: Envelope, *, by: Actor) -> None:
    """Off the list it was just packed on, while that has not left. Inside a transaction that verbs may join."""
    on = await _list_of(envelope)
    if on is None:
        raise Conflict(f"{envelope.number} is on no packing list any more.")
    await take_out(on["send_out"], envelope.code, by=by)


async def drop_list(send_out: int, *, by: Actor) -> None:
    """A list nobody sends is let go; what was on it stays where it is."""
    async with transaction():
        row = await send_out_of(send_out, shop=by.shop, lock=True)
        if row["state"] != "packing":
            raise Conflict(f"{row['number']} has left already.")
        await fetch("UPDATE send_out_piece SET state = 'taken_out' WHERE send_out = $1", send_out)
        await fetch("UPDATE send_out SET state = 'dropped', closed_at = $2 WHERE id = $1", send_out, clock.now())
        await record("send_out_dropped", shop=by.shop, by=by, list=row["number"], vendor=row["vendor_name"])


async def send(
    send_out: int, *, due_back_on: date, carrier: str = "", tracking: str = "", note: str = "", by: Actor
) -> dict[str, Any]:
    """The list leaves: every envelope on it goes to the vendor, insured by a proof that holds until it is back.

    Raises InvalidInput on `due_back_on`, Conflict when the list is empty or has left, InvalidInput on `cover`
    (NeedsManager where the shop lets a manager answer for it) when no valid proof covers what is declared.
    """
    for text, name in ((carrier, "carrier"), (note, "note")):
        refuse_card_number(text, name)
    async with transaction():
        row = await send_out_of(send_out, shop=by.shop, lock=True)
        if row["state"] != "packing":
            raise Conflict(f"{row['number']} has left already.")
        shop = await shop_of(by.shop)
        _check_day(due_back_on, shop)
        codes = [one["code"] for one in await pieces_of(send_out)]
        if not codes:
            raise Conflict("Nothing is on this list yet. Scan what goes out.")
        envelopes = await all_locked(codes, shop=by.shop)
        declared = sum(one.declared_value_cents or 0 for one in envelopes)
        cover, answered = await _cover(row, shop, declared, due_back_on, by)
        for envelope in envelopes:
            await _send_one(envelope, row, by)
        await fetch(
            """UPDATE send_out SET state = 'out', due_back_on = $2, insured_cents = $3, cover = $4, approved_by = $5,
               carrier = $6, tracking = $7, note = $8, sent_by = $9, sent_at = $10 WHERE id = $1""",
            send_out, due_back_on, declared, cover, answered, carrier.strip()[:60], tracking.strip()[:60],
            note.strip()[:400], by.id or None, clock.now(),
        )  # fmt: skip
        await record(
            "sent_out", shop=by.shop, by=by, list=row["number"], vendor=row["vendor_name"], pieces=len(envelopes),
            declared=declared, due=due_back_on.isoformat(),
        )  # fmt: skip
    return await send_out_of(send_out, shop=by.shop)


def _check_day(day: date, shop: Shop) -> None:
    today = clock.today(shop.zone)
    if day < today or (day - today).days > 400:
        sentence = "Choose the day it is due back, from today on."
        raise InvalidInput(sentence, due_back_on=sentence)


async def cover_gap(
    send_out: dict[str, Any], shop: Shop, declared: int, due: date
) -> tuple[dict[str, Any] | None, str]:
    """The proof a list can leave under, or why it cannot: with all of ours that is there already."""
    already: int = await fetch_value(
        """SELECT COALESCE(sum(p.declared_cents), 0)::bigint FROM send_out s JOIN send_out_piece p
           ON p.send_out = s.id AND p.state = 'out' WHERE s.vendor = $1""",
        send_out["vendor"],
    )
    cover = await cover_for(send_out["vendor"], clock.today(shop.zone), due)
    name = send_out["vendor_name"]
    if cover is None:
        return None, f"No proof of cover of {name} on file holds until {say_day(due)}. Ask them for one."
    if cover["limit_cents"] < declared + already:
        most, all_of_it = show(cover["limit_cents"], shop.currency), show(declared + already, shop.currency)
        there = f", with {show(already, shop.currency)} that is there already" if already else ""
        return None, f"{name} is insured up to {most}; this makes {all_of_it}{there}. Send less, or ask for more cover."
    return cover, ""


async def _cover(
    row: dict[str, Any], shop: Shop, declared: int, due: date, by: Actor
) -> tuple[int | None, int | None]:
    """The proof, or whoever answers for its lack where the shop lets a manager do so."""
    cover, gap = await cover_gap(row, shop, declared, due)
    if cover is not None:
        return cover["id"], None
    if not shop.uncovered_allowed:
        raise InvalidInput(gap, cover=gap)
    asked = Request("uncovered", row["number"], declared)
    answered = await require_approval(asked, by=by, field="cover", currency=shop.currency)
    return None, answered


async def _send_one(envelope: Envelope, row: dict[str, Any], by: Actor) -> None:
    if envelope.stage in (S.RECEIVED, S.APPROVED):
        await shift(envelope, S.IN_QUEUE, by=by)
    place = await fetch_one("SELECT * FROM place WHERE id = $1", row["place"])
    await shift(envelope, S.AT_VENDOR, by=by, reason=row["vendor_name"], is_packed=True, place=place)
    await fetch(
        """UPDATE send_out_piece SET state = 'out', declared_cents = $3
           WHERE send_out = $1 AND envelope = $2 AND state = 'packed'""",
        row["id"], envelope.id, envelope.declared_value_cents,
    )  # fmt: skip


def usual_day(row: dict[str, Any], shop: Shop) -> date:
    """When this vendor usually has it done: the day a list offers."""
    return open_days(shop, clock.today(shop.zone) + timedelta(days=1), row["usual_days"])[-1]


async def vendor_alarms(shop: Shop) -> list[dict[str, Any]]:
    """Pieces out that are overdue, or whose day back leaves the bench no time before the promise. Worst first."""
    return await vendor_alarms_of([shop])


async def vendor_alarms_of(shops: Sequence[Shop]) -> list[dict[str, Any]]:
    """The same of many shops in one statement; `shop_id` says whose."""
    return await fetch(
        """SELECT h.id AS shop_id, v.id, v.code, v.number, v.promise_on, v.bench_due, v.jeweler, s.id AS send_out,
                  s.number AS list_number, s.due_back_on, w.name AS vendor_name, w.phone,
                  (s.due_back_on < h.today) AS is_overdue, k.number AS ticket_number
           FROM unnest($1::int[], $2::date[]) AS h(id, today) JOIN send_out s ON s.shop = h.id AND s.state = 'out'
           JOIN send_out_piece p ON p.send_out = s.id AND p.state = 'out'
           JOIN envelope v ON v.id = p.envelope JOIN vendor w ON w.id = s.vendor JOIN ticket k ON k.id = v.ticket
           WHERE s.due_back_on < h.today OR greatest(s.due_back_on, h.today) >= v.bench_due
           ORDER BY v.promise_on, s.due_back_on, v.id""",
        [shop.id for shop in shops], [clock.today(shop.zone) for shop in shops],
    )  # fmt: skip
