"""One act on many pieces from the desk: each in its own transaction, with what came of it, and taken back where it can.

A worker does them one after the other, so that nobody at a counter waits for a hundred pieces. A worker that dies
in between loses nothing: what a piece went through and that it did stand in one transaction.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import asyncpg
import structlog

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, joined_transaction, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound, WorkshopError
from workshop.jobs import enqueue
from workshop.record.alarms.bulk_acts import ACTS, Done, check_wish, do_one, undo_one
from workshop.record.events import Actor, record
from workshop.record.shop.shops import shop_of
from workshop.record.shop.staff import actor_of
from workshop.record.tables import Staff

log = structlog.get_logger()

MOST = 500
LOST_AFTER = timedelta(minutes=1)
WENT_WRONG = "Something went wrong here. This piece stays as it was; open it and try it by itself."
UNDOABLE = ("assign", "move_date")


@dataclass(frozen=True)
class Progress:
    """How far an act on many pieces is."""

    id: uuid.UUID
    act: str
    wanted: dict[str, Any]
    who: str
    at: Any
    finished_at: Any
    came_from: str
    undoes: uuid.UUID | None
    undone_by: uuid.UUID | None
    items: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        """How many wait, are done, were so already, were refused."""
        states = [item["state"] for item in self.items]
        return {state: states.count(state) for state in ("waiting", "done", "same", "refused")}

    @property
    def may_undo(self) -> bool:
        """Whether something can be put back as it was."""
        is_open = self.finished_at is not None and self.undoes is None and self.undone_by is None
        return is_open and self.act in UNDOABLE and self.counts["done"] > 0


async def start_bulk(
    act: str, wanted: dict[str, Any], codes: Sequence[str], *, by: Actor, came_from: str = ""
) -> uuid.UUID:
    """Ask for one act on many pieces; a worker begins at once. Gives the act's id.

    Raises InvalidInput naming the field (`pieces`, `jeweler`, `day`, `reason`), Forbidden for anybody but a manager.
    """
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Only a manager acts on many pieces at once.")
    if act not in ACTS:
        raise InvalidInput("Choose what shall be done.", act="Choose what shall be done.")
    if not codes or len(codes) > MOST:
        sentence = "Tick at least one piece." if not codes else f"At most {MOST} pieces at once."
        raise InvalidInput(sentence, pieces=sentence)
    await check_wish(act, wanted, await shop_of(by.shop))
    async with transaction():
        rows = await fetch(
            "SELECT id FROM envelope WHERE shop = $1 AND code = ANY($2) ORDER BY promise_on, id", by.shop, list(codes)
        )
        if not rows:
            raise NotFound("None of these pieces is here any more.")
        return await _begin(act, wanted, [row["id"] for row in rows], by=by, came_from=came_from)


async def undo_bulk(bulk: uuid.UUID, *, by: Actor) -> uuid.UUID:
    """Put back what an act changed, piece by piece; what somebody changed since stays. Once only."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Only a manager acts on many pieces at once.")
    progress = await progress_of(bulk, shop=by.shop)
    if not progress.may_undo:
        raise Conflict("This cannot be taken back, or was already.")
    done = {item["envelope"]: item["id"] for item in progress.items if item["state"] == "done"}
    async with transaction():
        if await fetch_one("SELECT 1 FROM bulk_act WHERE undoes = $1", bulk):
            raise Conflict("Somebody has taken this back already.")
        wanted = progress.wanted | {"items": done}
        return await _begin(progress.act, wanted, list(done), by=by, came_from=progress.came_from, undoes=bulk)


async def _begin(
    act: str, wanted: dict[str, Any], envelopes: list[int], *, by: Actor, came_from: str,
    undoes: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    new = uuid.uuid4()
    await fetch(
        """INSERT INTO bulk_act (id, shop, staff, act, wanted, came_from, undoes, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        new, by.shop, by.id, act, json.dumps(wanted, default=str), came_from[:120], undoes, clock.now(),
    )  # fmt: skip
    await fetch("INSERT INTO bulk_item (bulk, envelope) SELECT $1, unnest($2::bigint[])", new, envelopes)
    await record("bulk_started", shop=by.shop, by=by, act=act, pieces=len(envelopes), is_undo=undoes is not None)
    await enqueue("do_bulk", bulk_id=str(new))
    return new


async def do_bulk(bulk_id: str) -> None:
    """The worker's part: every piece that still waits. May be asked for twice; each piece is done once."""
    bulk = uuid.UUID(bulk_id)
    row = await fetch_one("SELECT * FROM bulk_act WHERE id = $1", bulk)
    if row is None:
        return
    staff = await Staff.objects().get(Staff.id == row["staff"])
    assert staff is not None
    wanted, by = json.loads(row["wanted"]), actor_of(staff, "desk")
    while await _next(bulk, row["act"], wanted, row["undoes"] is not None, by):
        pass
    await fetch(
        """UPDATE bulk_act SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL
           AND NOT EXISTS (SELECT FROM bulk_item WHERE bulk = $1 AND state = 'waiting')""",
        bulk, clock.now(),
    )  # fmt: skip


async def sweep_bulk() -> None:
    """Acts whose job was lost go on where they stood."""
    rows = await fetch(
        "SELECT id FROM bulk_act WHERE finished_at IS NULL AND at < $1 ORDER BY at", clock.now() - LOST_AFTER
    )
    for row in rows:
        try:
            await do_bulk(str(row["id"]))
        except Exception as error:  # the others still go on
            log.error("act on many pieces stands still", bulk=str(row["id"]), error=repr(error))


async def _next(bulk: uuid.UUID, act: str, wanted: dict[str, Any], is_undo: bool, by: Actor) -> bool:
    item: int | None = None
    try:
        async with joined_transaction():
            row = await fetch_one(
                """SELECT i.id, v.code FROM bulk_item i JOIN envelope v ON v.id = i.envelope
                   WHERE i.bulk = $1 AND i.state = 'waiting' ORDER BY i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED""",
                bulk,
            )
            if row is None:
                return False
            item = row["id"]
            done = await (_undo(row["code"], act, wanted, by) if is_undo else do_one(act, row["code"], wanted, by=by))
            await _write(row["id"], done)
    except WorkshopError as error:  # this piece stays as it was; the others go on
        assert item is not None
        await _write(item, Done("refused", error.message))
    except asyncpg.DeadlockDetectedError:  # somebody else goes first; this piece still waits
        return True
    except Exception as error:
        if item is None:  # the database is away: nothing was begun, and the job is tried again
            raise
        log.error("piece of an act on many failed", act=act, item=item, error=repr(error))
        await _write(item, Done("refused", WENT_WRONG))
    return True


async def _undo(code: str, act: str, wanted: dict[str, Any], by: Actor) -> Done:
    envelope: int = await fetch_value("SELECT id FROM envelope WHERE code = $1", code)
    before = await fetch_value("SELECT before FROM bulk_item WHERE id = $1", wanted["items"][str(envelope)])
    return await undo_one(act, code, wanted, json.loads(before), by=by)


async def _write(item: int, done: Done) -> None:
    await fetch(
        "UPDATE bulk_item SET state = $2, said = left($3, 300), before = $4 WHERE id = $1 AND state = 'waiting'",
        item, done.state, done.said, json.dumps(done.before, default=str),
    )  # fmt: skip


async def progress_of(bulk: uuid.UUID, *, shop: int) -> Progress:
    """How far it is. Raises NotFound for another shop's."""
    row = await fetch_one(
        """SELECT b.*, s.name AS who, u.id AS undone_by FROM bulk_act b JOIN staff s ON s.id = b.staff
           LEFT JOIN bulk_act u ON u.undoes = b.id WHERE b.id = $1 AND b.shop = $2""",
        bulk, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such act on many pieces.")
    items = await fetch(
        """SELECT i.*, v.number, v.code, k.number AS ticket_number FROM bulk_item i JOIN envelope v ON v.id = i.envelope
           JOIN ticket k ON k.id = v.ticket WHERE i.bulk = $1 ORDER BY i.id""",
        bulk,
    )
    return Progress(
        row["id"], row["act"], json.loads(row["wanted"]), row["who"], row["at"], row["finished_at"], row["came_from"],
        row["undoes"], row["undone_by"], items,
    )  # fmt: skip


def day_of(wanted: dict[str, Any]) -> date:
    """The day an act moves promises to."""
    return date.fromisoformat(wanted["day"])
