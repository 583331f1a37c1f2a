"""“Not above X”: what was agreed at take-in covers a version that stays within it; above it the customer is asked."""

from dataclasses import dataclass

from workshop import clock
from workshop.db import fetch_one, transaction
from workshop.errors import Conflict
from workshop.money import show
from workshop.record.customers.customers import customer_by_id
from workshop.record.events import Actor, record
from workshop.record.money.money_owed import sum_of
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate, Ticket
from workshop.record.tickets.locks import lock_ticket, locked
from workshop.record.tickets.shift import shift
from workshop.record.tickets.standing import envelope_by_code, ticket_of

WAITS = (Stage.ESTIMATING, Stage.AWAITING_APPROVAL)


@dataclass(frozen=True)
class Limit:
    """What the customer agreed not to go above, and what the ticket comes to now; cents, with tax."""

    most: int
    total: int

    @property
    def over(self) -> int:
        """How much too much; zero when it is within."""
        return max(0, self.total - self.most)


async def limit_of(ticket: Ticket) -> Limit | None:
    """The limit of a ticket and how it stands; None where none was agreed."""
    if ticket.price_terms != "not_above" or not ticket.not_above_cents:
        return None
    return Limit(ticket.not_above_cents, (await sum_of(ticket)).total)


async def go_on_within_limit(code: str, *, by: Actor) -> Estimate:
    """The newest version is covered by what the customer signed at take-in: work goes on without another question.

    Raises Conflict when no limit was agreed, the ticket comes to more, or nothing waits for an answer.
    """
    async with transaction():
        found = await envelope_by_code(code, shop=by.shop)
        await lock_ticket(found.ticket)
        envelope = await locked(code, shop=by.shop)
        ticket = await ticket_of(envelope)
        limit = await _check_limit(ticket)
        estimate = await _waiting_version(envelope)
        if envelope.stage == Stage.ESTIMATING:
            estimate.state = "sent"
            await estimate.save()
            await shift(envelope, Stage.AWAITING_APPROVAL, by=by)
        estimate.state, estimate.how, estimate.staff = "approved", "agreed", by.id
        estimate.answered_at = clock.now()
        estimate.answered_by = (await customer_by_id(ticket.customer)).full_name
        await estimate.save()
        await record(
            "estimate_within_limit", shop=by.shop, by=by, envelope=envelope, version=estimate.version,
            total=estimate.total_cents, limit=limit.most,
        )  # fmt: skip
        await shift(envelope, Stage.APPROVED, by=by)
    return estimate


async def _check_limit(ticket: Ticket) -> Limit:
    limit = await limit_of(ticket)
    if limit is None:
        raise Conflict("No limit was agreed on this ticket. Send the estimate for approval.")
    if limit.over:
        currency = (await shop_of(ticket.shop)).currency
        over, most = show(limit.over, currency), show(limit.most, currency)
        raise Conflict(f"That is {over} above the agreed {most}. Ask the customer first.")
    return limit


async def _waiting_version(envelope: Envelope) -> Estimate:
    row = await fetch_one(
        "SELECT id, state FROM estimate WHERE envelope = $1 ORDER BY version DESC LIMIT 1 FOR UPDATE", envelope.id
    )
    if row is None or row["state"] not in ("draft", "sent") or envelope.stage not in WAITS:
        raise Conflict(f"No estimate of {envelope.number} waits for an answer.")
    estimate = await Estimate.objects().get(Estimate.id == row["id"])
    assert estimate is not None
    return estimate
