"""Letting something off the price: on a line or a whole visit, with its reason, within each role's limit."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, NotFound
from workshop.record.events import Actor, record
from workshop.record.prices.bargains import NewDiscount, check_discount, discount_words, too_much
from workshop.record.prices.reckoning import spread
from workshop.record.prices.repricing import reprice
from workshop.record.shop.approvals import NeedsManager, Request, approval_for, require_approval
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Discount, Envelope, Shop, Ticket
from workshop.record.tickets.estimates import draft_estimate
from workshop.record.tickets.locks import all_locked, lock_ticket

ASKED_AGAIN = (Stage.ESTIMATING, Stage.AWAITING_APPROVAL)


async def add_discount(new: NewDiscount, *, ticket: int, task: int | None = None, by: Actor) -> Discount:
    """Write a discount down inside the caller's transaction; prices are reckoned and limits checked after it."""
    check_discount(new)
    row = Discount(
        shop=by.shop, ticket=ticket, task=task, per_mille=new.per_mille, cents=new.cents, reason=new.reason,
        words=new.words.strip(), given_by=by.id, given_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row


async def give_discount(ticket: Ticket, new: NewDiscount, *, task: int | None = None, by: Actor) -> None:
    """Let something off one line (`task`) or everything still here; open estimates get their next version.

    Raises NeedsManager above the giver's limit until a manager approved it, InvalidInput naming `reason`,
    `words` or `off`, Conflict once everything has been collected.
    """
    async with transaction():
        _may(by)
        await lock_ticket(ticket.id)
        envelopes = await _open_envelopes(ticket.id, task, by)
        row = await add_discount(new, ticket=ticket.id, task=task, by=by)
        if task is None and new.cents is not None:
            await _spread(row, envelopes)
        for envelope in envelopes:
            await _settle(envelope, by)
        words = discount_words(new.reason, new.words.strip(), new.per_mille)
        now = await taken_off(ticket.id, task, f"{ticket.number} {task or ''}".strip(), words)
        row.approved_by = await let_off(now, await shop_of(by.shop), by, ticket)
        await row.save([Discount.approved_by])
        await record(
            "discount_given", shop=by.shop, by=by, ticket=ticket, envelope=envelopes[0] if task else None,
            words=words, cents=now.off, approved_by=row.approved_by,
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


@dataclass(frozen=True)
class Off:
    """What is let off how much, over how many lines, and what a manager would be asked about it."""

    off: int
    of: int
    lines: int
    subject: str
    reason: str = ""

    @property
    def request(self) -> Request:
        """As a manager is asked."""
        return Request("discount", self.subject, self.off, self.reason)


async def may_let_off(one: Off, shop: Shop, by: Actor) -> None:
    """Refuse what is above `by`'s own limit unless a manager's word for it is there; the word is not used up.

    Raises NeedsManager naming `off`, Forbidden where only the owner goes so far.
    """
    if too_much(shop, by.roles, off=one.off, of=one.of, lines=one.lines):
        _check_manager(one, shop, by)
        word = await approval_for(one.request, shop=shop.id)
        if word is None:
            raise NeedsManager(one.request, "off", shop.currency)
        await _check_approver(one, shop, word["approved_by"])


async def let_off(one: Off, shop: Shop, by: Actor, ticket: Ticket) -> int | None:
    """As `may_let_off`, using the word up, inside the caller's transaction. Gives who had to approve it, if anybody."""
    if not too_much(shop, by.roles, off=one.off, of=one.of, lines=one.lines):
        return None
    _check_manager(one, shop, by)
    approver = await require_approval(one.request, by=by, field="off", currency=shop.currency, ticket=ticket)
    await _check_approver(one, shop, approver)
    return approver


def _check_manager(one: Off, shop: Shop, by: Actor) -> None:
    if by.is_one_of("manager", "owner"):
        raise Forbidden(f"{too_much(shop, by.roles, off=one.off, of=one.of)} The owner lets off more.")


async def _check_approver(one: Off, shop: Shop, approver: int) -> None:
    row = await fetch_one("SELECT name, roles FROM staff WHERE id = $1 AND shop = $2", approver, shop.id)
    if row is None or too_much(shop, frozenset(row["roles"]), off=one.off, of=one.of, lines=one.lines):
        raise Forbidden("That is more than this manager may let off. The owner approves it.")


async def taken_off(ticket: int, task: int | None, subject: str, reason: str = "") -> Off:
    """What is let off one line, or a whole ticket, as it has just been reckoned.

    A line a manager has let down already counts for nothing in the whole: that word was given.
    """
    row = await fetch_one(
        """SELECT COALESCE(sum(t.discount_cents), 0)::bigint AS off, count(*) AS lines,
                  COALESCE(sum(t.price_cents + t.discount_cents), 0)::bigint AS of
           FROM task t JOIN envelope v ON v.id = t.envelope
           WHERE v.ticket = $1 AND NOT t.is_dropped AND (t.id = $2 OR $2::bigint IS NULL AND NOT EXISTS (
               SELECT FROM discount d
               WHERE d.task = t.id AND d.approved_by IS NOT NULL AND d.taken_back_at IS NULL))""",
        ticket, task,
    )  # fmt: skip
    assert row is not None
    return Off(row["off"], row["of"], row["lines"], subject, reason)


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
    return await all_locked([row["code"] for row in rows], shop=by.shop)


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
