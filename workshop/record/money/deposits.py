"""What is asked for when a piece is taken in: by the shop's rule, and how much of it has come."""

from dataclasses import dataclass

from workshop.money import share, show
from workshop.record.prices.prices import percent
from workshop.record.tables import Shop, Ticket

RULES = {
    "none": "No deposit is asked", "share": "A share of the total, above an amount",
    "parts": "Parts and things made new, in full",
}  # fmt: skip
IN_FULL = ("part", "fabrication")


@dataclass(frozen=True)
class Deposit:
    """What is asked, in cents, and why; `is_required`: no take-in is saved without it."""

    cents: int
    why: str
    is_required: bool = False


def deposit_for(shop: Shop, *, total_cents: int, in_full_cents: int, is_open: bool) -> Deposit:
    """The deposit the shop's rule asks for a total with tax; rounded to whole dollars, never above the total.

    `in_full_cents` is what parts and things made new come to, with their tax. Where the price is still open
    (to be estimated, call first) nothing is asked yet.
    """
    if is_open or shop.deposit_rule == "none" or total_cents <= 0:
        return Deposit(0, "")
    if shop.deposit_rule == "parts":
        why = "Parts and things made new are paid before we order them" if in_full_cents else ""
        return Deposit(in_full_cents, why, bool(in_full_cents) and shop.deposit_required)
    if total_cents <= shop.deposit_above_cents:
        return Deposit(0, "")
    cents = min(total_cents, (share(total_cents, shop.deposit_per_mille) + 50) // 100 * 100)
    why = f"{percent(shop.deposit_per_mille)} of a total above {show(shop.deposit_above_cents, shop.currency)}"
    return Deposit(cents, why, shop.deposit_required)


def missing_deposit(ticket: Ticket, paid_cents: int) -> int:
    """What of the deposit asked at take-in has not come yet, in cents."""
    return max(0, ticket.deposit_cents - max(0, paid_cents)) if ticket.closed_at is None else 0
