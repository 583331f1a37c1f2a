"""What the load means for a promise, in words that can be said across the counter."""

from datetime import date

from workshop.record.promises.offers import Offer, PromiseDay
from workshop.record.shop.skills import work_words


def say_day(day: date) -> str:
    """`Thu 3 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"


def say_minutes(minutes: int) -> str:
    """`40 min`, `2 h`, `1 h 20 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(parts)


def say_full(offer: Offer, chosen: PromiseDay) -> str:
    """`Setting is full until Thu 3 Dec; 2 h over on Wed 2 Dec.`: why a day cannot honestly be promised."""
    if not chosen.short:
        return ""
    skill, minutes = max(chosen.short.items(), key=lambda pair: pair[1])
    more = " and ".join(work_words(other).lower() for other in chosen.short if other != skill)
    who = work_words(skill) + (f", with {more}," if more else "")
    until = f"until {say_day(offer.soonest)}" if offer.soonest else "for the coming year"
    return f"{who} is full {until}; {say_minutes(minutes)} over on {say_day(chosen.due)}."


def say_offer(offer: Offer) -> str:
    """`The first honest day is Thu 3 Dec.`, or what to do where there is none."""
    if offer.first is None:
        return "Nobody who does this work has a free minute within a year. A manager looks at minutes and days off."
    return f"The first honest day is {say_day(offer.first)}."


def say_elsewhere(offer: Offer) -> str:
    """What the offer does not know: work that nobody here does."""
    if not offer.elsewhere:
        return ""
    kinds = " and ".join(work_words(skill).lower() for skill in offer.elsewhere)
    return f"Nobody here does {kinds}: its time is not counted. Ask the vendor for a day first."
