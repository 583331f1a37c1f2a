"""A manager's word at a colleague's tablet: given by PIN or badge, for one act, up to one amount.

The colleague stays signed in. The word is tied to its subject (an envelope's code, a ticket's number):
it holds for that amount or less, for the shift, and once. A verb asks for it with `require_approval`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Forbidden, InvalidInput
from workshop.money import show
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.shop.staff import actor_of, check_station, prove_pin
from workshop.record.tables import Device, Envelope, Shop, Staff, Ticket

# What a manager may be asked for, as the manager reads it. `{amount}` is what the word holds up to.
ACTS = {
    "declared_value": "Take in a piece declared at {amount}",
    "discount": "Let off {amount}",
    "fee": "Waive a fee of {amount}",
    "refund": "Give back {amount}",
    "drawer": "Close the drawer with {amount} too much or too little",
    "unpaid": "Let pieces leave with {amount} unpaid",
    "promise": "Promise a day that is already full",
    "uncovered": "Send goods of {amount} to a vendor without proof of cover",
    "release": "Hand over without the usual proof",
    "take_back": "Take a hand-over back",
}
LASTS = timedelta(hours=12)  # a shift: yesterday's word is asked for again


@dataclass(frozen=True)
class Request:
    """What a colleague asks a manager for. `subject` names the one thing it is about."""

    act: str
    subject: str
    amount_cents: int = 0
    reason: str = ""

    def words(self, currency: str = "USD") -> str:
        """As the manager reads it."""
        return ACTS[self.act].format(amount=show(self.amount_cents, currency))


class NeedsManager(InvalidInput):
    """A manager must approve first. `request` is what the page then asks the manager for."""

    def __init__(self, request: Request, field: str, currency: str = "USD") -> None:
        words = request.words(currency)
        sentence = f"A manager approves this first: {words[0].lower()}{words[1:]}. Nothing typed is lost."
        super().__init__(sentence, **{field: sentence})
        self.request = request


async def managers_of(shop: int) -> list[Staff]:
    """Who can approve here: active managers and owners with a PIN."""
    return await Staff.objects().where(
        (Staff.shop == shop) & (Staff.is_active == True) & (Staff.is_system == False)  # noqa: E712
        & (Staff.pin_hash != "") & (Staff.roles.any("manager") | Staff.roles.any("owner"))
    ).order_by(Staff.name)  # fmt: skip


async def approve_by_pin(staff_id: int, pin: str, asked: Request, *, by: Actor, device: Device) -> Staff:
    """A manager approves with the PIN; the one who asked stays signed in.

    Raises InvalidInput for a wrong PIN, Forbidden for somebody who is no manager here or after too many
    misses at this station, TooMany after too many for this person.
    """
    _check(asked)
    manager = await prove_pin(staff_id, pin, device=device)
    return await _approve(manager, asked, "pin", by, device)


async def approve_by_badge(badge: str, asked: Request, *, by: Actor, device: Device) -> Staff:
    """A manager approves with the badge alone, where the shop allows it (`badge_approves`)."""
    _check(asked)
    check_station(device)
    shop = await Shop.objects().get(Shop.id == device.shop)
    if shop is None or not shop.badge_approves:
        raise Forbidden("In this shop a badge alone does not approve. Type the PIN.")
    manager = await manager_of_badge(badge, shop=device.shop)
    if manager is None:
        raise Forbidden("That badge is not a manager's of this shop.")
    return await _approve(manager, asked, "badge", by, device)


async def manager_of_badge(badge: str, *, shop: int) -> Staff | None:
    """Whose badge it is, if a manager's of this shop."""
    staff = await Staff.objects().get(
        (Staff.badge_code == badge) & (Staff.shop == shop) & (Staff.is_active == True)  # noqa: E712
    )
    return staff if staff is not None and {"manager", "owner"} & set(staff.roles) else None


def _check(asked: Request) -> None:
    if asked.act not in ACTS or not asked.subject or len(asked.subject) > 60 or asked.amount_cents < 0:
        raise InvalidInput("That is nothing a manager approves.", act="Not an act.")
    refuse_card_number(asked.reason, "reason")


async def _approve(manager: Staff, asked: Request, how: str, by: Actor, device: Device) -> Staff:
    if manager.shop != by.shop or not {"manager", "owner"} & set(manager.roles):
        raise Forbidden(f"{manager.short_name} is no manager here. A manager or the owner approves this.")
    async with transaction():
        await fetch(
            """INSERT INTO approval (shop, act, subject, amount_cents, reason, how, approved_by, asked_by, station, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
            by.shop, asked.act, asked.subject, asked.amount_cents, asked.reason.strip(), how, manager.id, by.id,
            device.name, clock.now(),
        )  # fmt: skip
        await record(
            "approval_given", shop=by.shop, by=actor_of(manager, device.name), act=asked.act,
            subject=asked.subject, amount=asked.amount_cents, how=how, asked_by=by.name, reason=asked.reason.strip(),
        )  # fmt: skip
    return manager


async def approval_for(asked: Request, *, shop: int) -> dict[str, Any] | None:
    """The word that still holds for this act, subject and amount: who gave it, how, when. None if there is none.

    A higher amount than was approved, a word already used, or one of a shift ago is none.
    """
    return await fetch_one(
        """SELECT a.id, a.amount_cents, a.how, a.at, s.name AS approver, a.approved_by
           FROM approval a JOIN staff s ON s.id = a.approved_by AND s.is_active
           WHERE a.shop = $1 AND a.act = $2 AND a.subject = $3 AND a.amount_cents >= $4
             AND a.used_at IS NULL AND a.at > $5 ORDER BY a.id DESC LIMIT 1""",
        shop, asked.act, asked.subject, asked.amount_cents, clock.now() - LASTS,
    )  # fmt: skip


async def require_approval(
    asked: Request, *, by: Actor, field: str, currency: str = "USD",
    ticket: Ticket | None = None, envelope: Envelope | None = None,
) -> int:  # fmt: skip
    """Go on only with a manager's word; it is used up. Inside the caller's transaction.

    Somebody who is a manager needs no other. Gives the id of whoever answers for it; raises NeedsManager.
    """
    if by.is_one_of("manager", "owner"):
        return by.id
    word = await approval_for(asked, shop=by.shop)
    used = word and await fetch(
        "UPDATE approval SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id", word["id"], clock.now()
    )
    if not word or not used:
        raise NeedsManager(asked, field, currency)
    approver: int = word["approved_by"]
    await record(
        "approval_used", shop=by.shop, by=by, ticket=ticket, envelope=envelope, act=asked.act,
        amount=asked.amount_cents, approver=word["approver"], how=word["how"],
    )  # fmt: skip
    return approver
