"""A clock that somebody forgot to stop: it does not count the night, and in the morning they are asked."""

from datetime import datetime, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.bench.work_spans import stop_own_clock
from workshop.record.bench.work_time import Hours, correct_time
from workshop.record.events import Actor, record
from workshop.record.moments import read_at
from workshop.record.nights import is_ours_tonight
from workshop.record.promises.capacity import is_open, opening
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Envelope, Shop
from workshop.record.tickets.locks import locked

_HOUR = 4  # on the shop's wall clock: nobody's evening lasts longer
WHY = "The clock ran on overnight"


async def stop_forgotten() -> None:
    """The sweep: once a night each shop's clocks that run since another day stop where their people likely did."""
    for row in await fetch("SELECT id, zone FROM shop ORDER BY id"):
        if await is_ours_tonight(f"clocks stopped {row['id']}", row["zone"], hour=_HOUR):
            await stop_since_yesterday(await shop_of(row["id"]))


async def stop_since_yesterday(shop: Shop) -> int:
    """Stop every clock of a shop that began on an earlier day. Gives how many."""
    midnight = clock.local(clock.now(), shop.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = await fetch(
        """SELECT w.id, v.code FROM work_span w JOIN envelope v ON v.id = w.envelope
           WHERE v.shop = $1 AND w.ended_at IS NULL AND NOT w.is_struck AND w.began_at < $2 ORDER BY v.id, w.id""",
        shop.id, midnight,
    )  # fmt: skip
    return sum([await _stop(shop, row["code"], row["id"]) for row in rows])


async def _stop(shop: Shop, code: str, span: int) -> bool:
    async with transaction():
        envelope = await locked(code, shop=shop.id)
        row = await fetch_one(
            """SELECT w.staff, w.began_at, s.name FROM work_span w JOIN staff s ON s.id = w.staff
               WHERE w.id = $1 AND w.ended_at IS NULL AND NOT w.is_struck""",
            span,
        )
        if row is None:  # stopped meanwhile
            return False
        ended = await _likely_end(shop, row)
        with read_at(ended):
            await stop_own_clock(envelope, row["staff"])
        await fetch("UPDATE work_span SET is_guessed = true WHERE id = $1", span)
        envelope.version += 1
        await envelope.save([Envelope.started_at, Envelope.worked_seconds, Envelope.version])
        at = clock.local(ended, shop.zone)
        await record(
            "clock_stopped", shop=shop.id, by=None, envelope=envelope, who=row["name"], span=span, at=f"{at:%H:%M}"
        )
    return True


async def _likely_end(shop: Shop, row: dict[str, Any]) -> datetime:
    """When the shop closed that day; for work after closing the last thing the person did that evening."""
    began = clock.local(row["began_at"], shop.zone)
    if is_open(shop, began.date()):
        closes = datetime.combine(began.date(), opening(shop, began.date())[1], began.tzinfo)
        if closes > began:
            return closes
    evening = began.replace(hour=_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
    last: datetime | None = await fetch_value(
        "SELECT max(at) FROM event WHERE shop = $1 AND staff = $2 AND at BETWEEN $3 AND $4",
        shop.id, row["staff"], row["began_at"], evening,
    )  # fmt: skip
    return last or began


async def clocks_to_confirm(by: Actor) -> list[dict[str, Any]]:
    """Clocks that were stopped for somebody at night and that nobody has confirmed: one's own, a manager's all."""
    rows = await fetch(
        """SELECT w.id, w.began_at, w.ended_at, w.staff, split_part(s.name, ' ', 1) AS who, v.number, v.code
           FROM work_span w JOIN envelope v ON v.id = w.envelope JOIN staff s ON s.id = w.staff
           WHERE w.is_guessed AND NOT w.is_struck AND v.shop = $1 AND ($2 OR w.staff = $3)
           ORDER BY w.staff <> $3, w.id LIMIT 20""",
        by.shop, by.is_one_of("manager", "owner"), by.id,
    )  # fmt: skip
    zone = (await shop_of(by.shop)).zone
    return [
        row | {"began": clock.local(row["began_at"], zone), "ended": clock.local(row["ended_at"], zone)} for row in rows
    ]


async def confirm_stop(span: int, at: str, *, by: Actor) -> Envelope:
    """`17:40`: when somebody really stopped, said by them or by a manager. After midnight is the next day.

    Raises InvalidInput naming `at`, Conflict when it was said already.
    """
    row = next((one for one in await clocks_to_confirm(by) if one["id"] == span), None)
    if row is None:
        raise await _why_not(span, by)
    began = row["began"]
    try:
        hours, minutes = (int(part) for part in at.split(":")[:2])
        ended = began.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    except ValueError:
        raise InvalidInput("When did you stop? For example 17:40.", at="For example 17:40.") from None
    if ended < began.replace(second=0, microsecond=0):
        ended += timedelta(days=1)
    return await correct_time(span, Hours(row["began_at"], max(ended, began + timedelta(seconds=1)), WHY), by=by)


async def _why_not(span: int, by: Actor) -> Conflict | Forbidden | NotFound:
    found = await fetch_one(
        "SELECT w.is_guessed FROM work_span w JOIN envelope v ON v.id = w.envelope WHERE w.id = $1 AND v.shop = $2",
        span, by.shop,
    )  # fmt: skip
    if found is None:
        return NotFound("There is no such stretch of time in this shop.")
    if found["is_guessed"]:
        return Forbidden("Only a manager corrects a colleague's time.")
    return Conflict("That was said already. The time of the piece shows it.")
