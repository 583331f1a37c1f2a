"""The promise of a take-in: the days ahead with how full they are, the first honest one, and what is said to others."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from intake.draft_fields import Data
from intake.draft_prices import PricedDraft
from workshop import clock
from workshop.record.promises.capacity import people_of
from workshop.record.promises.load import open_lines, works_of
from workshop.record.promises.offers import AHEAD, SHOWN, Offer, PromiseDay, make_offer, plan_of
from workshop.record.promises.promise_making import asked_of
from workshop.record.promises.promise_words import say_day, say_elsewhere, say_full, say_minutes, say_offer
from workshop.record.tables import Shop


@dataclass(frozen=True)
class Cell:
    """One day of the calendar as it is shown: a word, and how full the bench is when it would have to be done."""

    day: date
    state: str  # free, full, soon (not full, and yet too soon for this work), closed
    percent: int
    words: str
    is_chosen: bool
    is_first: bool


async def promise_facts(data: Data, priced: PricedDraft, shop: Shop) -> dict[str, Any]:
    """What the promise of a draft shows: reads the load once, for ordinary and for rush work."""
    work = asked_of([[line.priced for line in piece.priced] for piece in priced.pieces])
    people, lines = await people_of(shop), await open_lines(shop)
    promised, today = works_of(lines, clock.today(shop.zone)), clock.today(shop.zone)
    plan = plan_of(shop, people, promised, AHEAD[0], until=today)  # laid once for both
    offers = {rush: make_offer(shop, people, promised, work, rush=rush, plan=plan) for rush in (False, True)}
    offer = offers[bool(data.get("is_rush"))]
    chosen = _day(data.get("promise_on", "")) or offer.first
    looked = offer.on(chosen) if chosen else None
    return {
        "offer": offer, "offered_rush": offers[True].first, "chosen": chosen, "is_over": bool(looked and looked.over),
        "promise_words": _words(offer, looked), "weeks": weeks_of(offer, chosen, today),
        "offered_words": _offered_words(offer, sum(one.minutes for one in work)),
    }  # fmt: skip


def _offered_words(offer: Offer, minutes: int) -> str:
    """`Mon 30 Nov: the shop's usual time`, or the first honest day when the bench is what it waits for."""
    if offer.first is None:
        return say_offer(offer)
    work = f" · {say_minutes(minutes)} of work" if minutes else ""
    usual = offer.first == offer.usual
    return f"{'Usual time' if usual else 'First honest day'}: {say_day(offer.first)}{work}"


def _words(offer: Offer, chosen: PromiseDay | None) -> list[str]:
    """What is to be known about the chosen day, the weightiest first."""
    said = [say_elsewhere(offer)]
    if chosen is None or not chosen.is_open:
        said.insert(0, say_offer(offer))
    elif chosen.short:
        more = "" if offer.soonest and offer.soonest == offer.first else f" {say_offer(offer)}"
        said.insert(0, f"{say_full(offer, chosen)}{more}")
    elif chosen.day < offer.usual:
        said.insert(0, "Sooner than usual, and the bench has the time.")
    return [sentence for sentence in said if sentence]


def weeks_of(offer: Offer, chosen: date | None, today: date) -> list[list[Cell | None]]:
    """Three weeks from this one on, Monday to Sunday; days gone by are empty."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=n) for n in range(7 * (SHOWN // 7 + 1))]
    cells = [_cell(offer, day, chosen) if today <= day <= today + timedelta(days=SHOWN) else None for day in days]
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return [week for week in weeks if any(cell and cell.state != "closed" for cell in week)]


def _cell(offer: Offer, day: date, chosen: date | None) -> Cell:
    one = offer.on(day)
    percent = min(100, round(100 * one.booked / one.whole)) if one.whole else 100 if one.short else 0
    if not one.is_open:
        state, words = "closed", "closed"
    elif one.short:
        state, words = ("full" if percent >= 90 else "soon"), f"{say_minutes(one.over)} over"
    else:
        state, words = "free", "free"
    return Cell(day, state, percent, words, day == chosen, day == offer.first)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
