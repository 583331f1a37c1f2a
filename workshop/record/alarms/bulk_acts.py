"""What can be done to many pieces at once, to one of them, and how it is taken back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict, InvalidInput
from workshop.record.bench.assignment import Wish, assign, unassign
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor
from workshop.record.promises.capacity import people_of
from workshop.record.promises.promise_changes import change_promise
from workshop.record.promises.promises import check_promise
from workshop.record.tables import Shop
from workshop.record.tickets.notices import queue_print

ACTS = {"assign": "Give to a colleague", "move_date": "Promise another day", "reprint": "Print the labels again"}


@dataclass(frozen=True)
class Done:
    """What came of one piece: `done`, `same` (it was so already) or `refused`, and what stood there before."""

    state: str
    said: str = ""
    before: dict[str, Any] = field(default_factory=dict)


async def check_wish(act: str, wanted: dict[str, Any], shop: Shop) -> None:
    """Refuse what can hold for no piece at all, before any is touched. Raises InvalidInput naming the field."""
    if act == "assign" and wanted.get("jeweler") not in {one.id for one in await people_of(shop) if one.id}:
        raise InvalidInput("Choose who shall do the work.", jeweler="Choose a colleague.")
    if act == "move_date":
        if not str(wanted.get("reason", "")).strip():
            raise InvalidInput("Say why the promise changes.", reason="Say why. Each customer's history keeps it.")
        refuse_card_number(wanted["reason"], "reason")
        try:
            day = date.fromisoformat(str(wanted.get("day", "")))
        except ValueError:
            raise InvalidInput("Choose the new day.", day="Choose a day.") from None
        check_promise(shop, day)


async def do_one(act: str, code: str, wanted: dict[str, Any], *, by: Actor) -> Done:
    """One piece, inside the caller's joined transaction. A refusal is raised as the verb raises it."""
    if act == "assign":
        return await _assign(code, wanted, by)
    if act == "move_date":
        return await _move_date(code, date.fromisoformat(wanted["day"]), wanted["reason"], by)
    row = await fetch_one("SELECT id, ticket, stage FROM envelope WHERE code = $1", code)
    assert row is not None
    if row["stage"] == "picked_up":
        raise Conflict("It has been handed over.")
    await queue_print("label", ticket=row["ticket"], envelope=row["id"], by=by)
    return Done("done", "sent to the label printer")


async def _assign(code: str, wanted: dict[str, Any], by: Actor) -> Done:
    before = await _planned(code)
    if before["jeweler"] == wanted["jeweler"]:
        return Done("same", "has it already")
    day = wanted.get("plan_on")
    wish = Wish(
        wanted["jeweler"], date.fromisoformat(day) if day else None, str(wanted.get("reason", "")), how="manager"
    )
    envelope = await assign(code, wish, by=by)
    return Done("done", f"planned for {envelope.plan_on:%a %-d %b}", before)


async def _planned(code: str) -> dict[str, Any]:
    row = await fetch_one("SELECT jeweler, plan_on::text AS plan_on FROM envelope WHERE code = $1", code)
    assert row is not None
    return row


async def _move_date(code: str, day: date, reason: str, by: Actor) -> Done:
    """The promise is the ticket's: a second piece of the same ticket finds it moved already."""
    row = await fetch_one(
        """SELECT k.number, k.promise_on, v.stage FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE v.code = $1""",
        code,
    )
    assert row is not None
    if row["stage"] in ("picked_up", "ready_for_pickup"):
        raise Conflict("It is ready or gone: its promise is kept.")
    if row["promise_on"] == day:
        return Done("same", "promised for that day already")
    await change_promise(row["number"], day, reason=reason, by=by)
    return Done("done", f"was {row['promise_on']:%a %-d %b}", {"promise_on": row["promise_on"].isoformat()})


async def undo_one(act: str, code: str, wanted: dict[str, Any], before: dict[str, Any], *, by: Actor) -> Done:
    """Put one piece back as it was. What somebody changed since stays: raises Conflict."""
    if act == "assign":
        if (await _planned(code))["jeweler"] != wanted["jeweler"]:
            raise Conflict("Somebody has given it to another colleague since.")
        if before["jeweler"] is None:
            await unassign(code, by=by)
            return Done("done", "nobody's again")
        return await _assign(code, before | {"reason": "Taken back"}, by)
    now = await fetch_value(
        "SELECT k.promise_on FROM envelope v JOIN ticket k ON k.id = v.ticket WHERE v.code = $1", code
    )
    if now.isoformat() != wanted["day"]:
        raise Conflict("Somebody has promised another day since.")
    return await _move_date(code, date.fromisoformat(before["promise_on"]), "Taken back: moved by mistake", by)
