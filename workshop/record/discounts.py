"""Letting something off the price: on a line or a whole visit, with its reason, within each role's limit."""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, NotFound
from workshop.record.bargains import NewDiscount, check_discount, discount_words, too_much
from workshop.record.envelopes import lock_ticket, locked, shop_of
from workshop.record.estimates import draft_estimate
from workshop.record.events import Actor, record
from workshop.record.reckoning import spread
from workshop.record.repricing import reprice
from workshop.record.stages import Stage
from workshop.record.tables import Discount, Envelope, Shop

ASKED_AGAIN = (Stage.ESTIMATING, Stage.AWAITING_APPROVAL)


async def add_discount(new: NewDiscount, *, ticket: int, task: int | None = None, by: Actor) -> Discount:
    """Write a discount down inside the caller's transaction; prices are reckoned and limits checked after it."""
    check_discount(new)
    row = Discount(
        shop=by.shop, ticket=ticket, task=task, per_mille=new.per_mille, cents=new.cents, reason=new.reason,
        words=new.words.strip(), given_by=by.id, approved_by=new.approved_by, given_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row


async def give_discount(ticket: int, new: NewDiscount, *, task: int | None = None, by: Actor) -> None:
    """Let something off one line (`task`) or everything still here; open estimates get their next version.

    Raises Forbidden above the giver's limit unless a manager approved it (`new.approved_by`), InvalidInput
    naming `reason`, `words` or `off`, Conflict once everything has been collected.
    """
    async with transaction():
        _may(by)
        await lock_ticket(ticket)
        envelopes = await _open_envelopes(ticket, task, by)
        row = await add_discount(new, ticket=ticket, task=task, by=by)
        if task is None and new.cents is not None:
            await _spread(row, envelopes)
        for envelope in envelopes:
            await _settle(envelope, by)
        off = await check_limits(ticket, await shop_of(by.shop), by, task=task, approved_by=new.approved_by)
        words = discount_words(new.reason, new.words.strip(), new.per_mille)
        await record(
            "discount_given", shop=by.shop, by=by, ticket=ticket, envelope=envelopes[0] if task else None,
            words=words, cents=off, approved_by=new.approved_by,
        )  # fmt: skip


async def take_back_discount(discount: int, *, by: Actor) -> None:
    """Take a discount back while the work is still here: whoever gave it, or a manager."""
    async with transaction():
        _may(by)
        row = await fetch_one("SELECT * FROM discount WHERE id = $1 AND shop = $2", discount, by.shop)
        if row is None or row["taken_back_at"] is not None:
            raise NotFound("There is no such discount any more.")
        if row["given_by"] != by.id and not by.is_one_of("manager", "owner"):
            raise Forbidden("Whoever gave it takes it back, or a manager.")
        await lock_ticket(row["ticket"])
        envelopes = await _open_envelopes(row["ticket"], row["task"], by)
        if await _stood_by(row, envelopes):
            raise Conflict("The customer has agreed to the lower price. It is not raised again.")
        await fetch(
            "UPDATE discount SET taken_back_at = $2, taken_back_by = $3 WHERE id = $1", discount, clock.now(), by.id
        )
        for envelope in envelopes:
            await _settle(envelope, by)
        words = discount_words(row["reason"], row["words"], row["per_mille"])
        await record("discount_taken_back", shop=by.shop, by=by, ticket=row["ticket"], words=words)


async def check_limits(
    ticket: int, shop: Shop, by: Actor, *, task: int | None = None, approved_by: int | None = None
) -> int:
    """What is let off a line or a ticket now, in cents; Forbidden where that is more than `by` may let off.

    A manager's approval raises the limit to theirs.
    """
    row = await fetch_one(
        """SELECT COALESCE(sum(t.discount_cents), 0)::bigint AS off, count(*) AS lines,
                  COALESCE(sum(t.price_cents + t.discount_cents), 0)::bigint AS of
           FROM task t JOIN envelope v ON v.id = t.envelope
           WHERE v.ticket = $1 AND NOT t.is_dropped AND ($2::bigint IS NULL OR t.id = $2)""",
        ticket, task,
    )  # fmt: skip
    assert row is not None
    roles = by.roles if approved_by is None else by.roles | await _roles_of(approved_by, by.shop)
    refused = too_much(shop, roles, off=row["off"], of=row["of"], lines=row["lines"])
    if refused:
        raise Forbidden(f"{refused} A manager approves more.", needs="manager")
    return int(row["off"])


async def _roles_of(staff: int, shop: int) -> frozenset[str]:
    row = await fetch_one("SELECT roles FROM staff WHERE id = $1 AND shop = $2 AND is_active", staff, shop)
    return frozenset(row["roles"]) if row else frozenset()


async def discounts_of(ticket: int) -> list[dict[str, Any]]:
    """What was let off a ticket and still stands, with who gave and approved it and what it comes to."""
    rows = await fetch(
        """SELECT d.*, g.name AS given_by_name, a.name AS approved_by_name, t.name AS work,
                  (SELECT COALESCE(sum(x.cents), 0)::bigint FROM task_discount x WHERE x.discount = d.id) AS off
           FROM discount d JOIN staff g ON g.id = d.given_by LEFT JOIN staff a ON a.id = d.approved_by
           LEFT JOIN task t ON t.id = d.task
           WHERE d.ticket = $1 AND d.taken_back_at IS NULL AND (t.id IS NULL OR NOT t.is_dropped) ORDER BY d.id""",
        ticket,
    )
    for row in rows:
        row["said"] = discount_words(row["reason"], row["words"], row["per_mille"])
    return rows


async def _open_envelopes(ticket: int, task: int | None, by: Actor) -> list[Envelope]:
    rows = await fetch(
        """SELECT v.code FROM envelope v WHERE v.ticket = $1 AND v.shop = $2 AND v.stage <> 'picked_up'
           AND ($3::bigint IS NULL OR EXISTS (SELECT FROM task t WHERE t.id = $3 AND t.envelope = v.id
                AND NOT t.is_dropped)) ORDER BY v.id""",
        ticket, by.shop, task,
    )  # fmt: skip
    if not rows:
        raise Conflict("That has been collected, or is no longer on this ticket. Nothing was changed.")
    return [await locked(row["code"], shop=by.shop) for row in rows]


async def _spread(row: Discount, envelopes: list[Envelope]) -> None:
    """An amount off the whole visit stands on each piece by its price; `reprice` keeps it within the piece."""
    lines = await fetch(
        "SELECT id, price_cents FROM task WHERE envelope = ANY($1) AND NOT is_dropped ORDER BY id",
        [envelope.id for envelope in envelopes],
    )
    whole = sum(line["price_cents"] for line in lines)
    parts = spread(min(row.cents or 0, whole), [line["price_cents"] for line in lines])
    for line, cents in zip(lines, parts, strict=True):
        if cents:
            await fetch(
                "INSERT INTO task_discount (discount, task, cents) VALUES ($1, $2, $3)", row.id, line["id"], cents
            )


async def _settle(envelope: Envelope, by: Actor) -> None:
    """The envelope's prices again; an estimate that waits for its answer gets its next version."""
    if Stage(envelope.stage) in ASKED_AGAIN:
        await draft_estimate(envelope.code, by=by)
    else:
        await reprice(envelope)


async def _stood_by(row: dict[str, Any], envelopes: list[Envelope]) -> bool:
    """Whether the customer approved an estimate with this discount in it."""
    found = await fetch_one(
        """SELECT 1 FROM estimate WHERE envelope = ANY($1) AND state = 'approved' AND answered_at > $2""",
        [envelope.id for envelope in envelopes], row["given_at"],
    )  # fmt: skip
    return found is not None


def _may(by: Actor) -> None:
    if not by.is_one_of("counter", "manager", "owner"):
        raise Forbidden("Prices are for the counter.")
