"""Giving a promise at take-in: the first honest day, or an earlier one with a reason that stays in history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.prices.work import PricedTask
from workshop.record.promises.offers import Asked, PromiseDay, offer_for
from workshop.record.promises.promise_words import say_full, say_offer
from workshop.record.promises.promises import check_promise
from workshop.record.tables import Shop, Ticket

_PROMISES = 0x70726F6D  # the first half of the lock's name: promises, then the shop


@dataclass(frozen=True)
class Promise:
    """A day that is promised. `over` when it does not fit and somebody took it upon themselves."""

    day: date
    over: PromiseDay | None = None
    first: date | None = None
    reason: str = ""


def asked_of(pieces: Sequence[Sequence[PricedTask]]) -> list[Asked]:
    """The minutes new work needs, piece by piece, as the price book has them."""
    asked = []
    for tasks in pieces:
        appraised = any(is_appraisal(task) for task in tasks)
        asked += [
            Asked(task.item["skill"], task.item["minutes"] * task.asked.quantity, appraised and not is_appraisal(task))
            for task in tasks
        ]
    return asked


def is_appraisal(task: PricedTask) -> bool:
    """Whether a line is written by the appraiser once the bench is done."""
    return bool(task.item["tax_class"] == "appraisal" or task.item["code"] == "AP-VAL")


async def hold_promises(shop: int) -> None:
    """Until the transaction ends nobody else of this shop promises anything: the last minutes go once."""
    await fetch("SELECT pg_advisory_xact_lock($1, $2)", _PROMISES, shop)


async def make_promise(
    shop: Shop, work: Sequence[Asked], *, rush: bool, chosen: date | None, reason: str = "", offered: date | None = None
) -> Promise:
    """Promise a chosen day, or the first honest one, inside the caller's transaction.

    A day on which the work does not fit needs a reason. Raises InvalidInput on `promise_on` saying which
    kind of work is full, until when, and which day to offer instead. `offered`: the day the page offered
    before, so that whoever took its last minutes meanwhile is named as what happened.
    """
    refuse_card_number(reason, "promise_reason")
    await hold_promises(shop.id)
    if chosen is not None:
        check_promise(shop, chosen)
    offer = await offer_for(shop, work, rush=rush)
    if chosen is None:
        if offer.first is None:
            raise InvalidInput(say_offer(offer), promise_on=say_offer(offer))
        return Promise(offer.first)
    day = offer.on(chosen)
    if day.fits:
        return Promise(chosen)
    if reason.strip():
        return Promise(chosen, day, offer.first, reason.strip())
    meanwhile = "That day filled up while you were writing: another piece was taken in. " if offered == chosen else ""
    sentence = f"{meanwhile}{say_full(offer, day)} {say_offer(offer)} Choose it, or say why this day is promised."
    raise InvalidInput(sentence, promise_on=sentence)


async def record_override(promise: Promise, ticket: Ticket, by: Actor) -> None:
    """Keep in history that a day was promised on which the work does not fit, and why."""
    if promise.over is None:
        return
    await record(
        "promise_overridden", shop=by.shop, by=by, ticket=ticket, day=promise.day.isoformat(),
        first=promise.first.isoformat() if promise.first else "", over=promise.over.short, reason=promise.reason,
    )  # fmt: skip
