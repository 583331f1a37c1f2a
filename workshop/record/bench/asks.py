"""Handing a piece on: a colleague asks, whoever has it sees it on their screen and gives it or keeps it."""

from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import Conflict, Forbidden, NotFound
from workshop.record.bench.work_spans import start_clock, stop_own_clock
from workshop.record.events import Actor, record
from workshop.record.shop.staff import actor_of
from workshop.record.stages import WORDS, Stage
from workshop.record.tables import Envelope, Staff
from workshop.record.tickets.locks import locked
from workshop.record.whereabouts.custody import bench_of, keep_custody, lay_in

TOLD_FOR = timedelta(minutes=3)  # how long whoever asked still reads the answer on their screen


async def ask_for(code: str, *, by: Actor) -> tuple[Envelope, str]:
    """Ask whoever works on an envelope to hand it over. Asking twice is asking once.

    Gives the envelope and the holder's first name. Raises Conflict when nobody else has it, Forbidden for whoever
    does no bench work.
    """
    if not by.is_one_of("bench", "manager", "owner"):
        raise Forbidden("Work at the bench changes hands among those who do it. Ask a jeweler to scan ASK.")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        holder = await _holder(envelope)
        if holder is None:
            now = WORDS[Stage(envelope.stage)].label
            raise Conflict(f"{envelope.number} · {now}. Nobody works on it, so there is nobody to ask. Try START.")
        if holder["id"] == by.id:
            raise Conflict(f"You have {envelope.number} yourself.")
        row = await fetch_one(
            """INSERT INTO handover_ask (shop, envelope, asker, holder, asked_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (envelope, asker) WHERE answer = '' DO NOTHING RETURNING id""",
            by.shop, envelope.id, by.id, holder["id"], clock.now(),
        )  # fmt: skip
        if row is not None:
            await record("handover_asked", shop=by.shop, by=by, envelope=envelope, holder=holder["name"])
    return envelope, holder["name"].split()[0]


async def _holder(envelope: Envelope) -> dict[str, Any] | None:
    if envelope.stage != Stage.AT_BENCH or envelope.jeweler is None:
        return None
    return await fetch_one("SELECT id, name FROM staff WHERE id = $1", envelope.jeweler)


async def asks_of(staff: int) -> list[dict[str, Any]]:
    """Who asks this person for what; what moved on meanwhile is not asked any more."""
    return await fetch(
        """SELECT a.id, v.number, v.code, split_part(s.name, ' ', 1) AS asker, a.asked_at
           FROM handover_ask a JOIN envelope v ON v.id = a.envelope JOIN staff s ON s.id = a.asker
           WHERE a.holder = $1 AND a.answer = '' AND v.stage = 'at_bench' AND v.jeweler = $1 ORDER BY a.id LIMIT 20""",
        staff,
    )


async def give(code: str, *, by: Actor) -> tuple[Envelope, str]:
    """Hand an envelope at one's bench to whoever asked first: they have it from now on, their clock runs.

    Gives the envelope and the new holder's first name. Raises Conflict when it is not one's own, or nobody asks.
    """
    async with transaction():
        envelope, ask = await _asked(code, by)
        asker = await Staff.objects().get((Staff.id == ask["asker"]) & (Staff.is_active == True))  # noqa: E712
        if asker is None:
            raise Conflict("Whoever asked does not work here any more. Scan BACK to put it in the queue.")
        now = clock.now()
        await stop_own_clock(envelope, by.id)
        await stop_own_clock(envelope, asker.id)  # who helped with it until now has it from now on
        envelope.jeweler = envelope.worked_by = asker.id
        envelope.started_at, envelope.version = now, envelope.version + 1
        taker = actor_of(asker, by.station)
        lay_in(envelope, await bench_of(taker))
        await envelope.save()
        await keep_custody(envelope, taker)
        await start_clock(envelope.id, asker.id)
        await _answer(ask["id"], "given")
        await record("handed_on", shop=by.shop, by=by, envelope=envelope, to=asker.name, to_staff=asker.id)
    return envelope, asker.name.split()[0]


async def withdraw(envelope: Envelope, *, by: Actor) -> None:
    """Whoever asked does not want it any more. Inside the caller's transaction.

    Raises Conflict when it was answered meanwhile.
    """
    gone = await fetch(
        "UPDATE handover_ask SET answer = 'over', answered_at = $3 WHERE envelope = $1 AND asker = $2 AND answer = '' "
        "RETURNING id",
        envelope.id, by.id, clock.now(),
    )  # fmt: skip
    if not gone:
        raise Conflict(f"You were answered already about {envelope.number}. Scan it and look.")
    await record("handover_withdrawn", shop=by.shop, by=by, envelope=envelope)


async def ask_again(envelope: Envelope) -> None:
    """A hand-over was taken back: whoever asked for the piece still asks. Inside the caller's transaction."""
    await fetch(
        """UPDATE handover_ask SET answer = '', answered_at = NULL WHERE id =
           (SELECT max(id) FROM handover_ask WHERE envelope = $1 AND answer = 'given')""",
        envelope.id,
    )


async def answers_to(staff: int) -> list[dict[str, Any]]:
    """What this person was told in the last minutes about pieces they asked for, newest first."""
    return await fetch(
        """SELECT * FROM (
               SELECT DISTINCT ON (a.envelope) a.id, v.number, v.code, a.answer, split_part(s.name, ' ', 1) AS holder,
                      a.answer = 'kept' OR v.stage = 'at_bench' AND v.jeweler = $1 AS holds
               FROM handover_ask a JOIN envelope v ON v.id = a.envelope JOIN staff s ON s.id = a.holder
               WHERE a.asker = $1 AND a.answered_at > $2 AND a.answer IN ('given', 'kept')
               ORDER BY a.envelope, a.id DESC) AS told
           WHERE holds ORDER BY id DESC LIMIT 3""",
        staff, clock.now() - TOLD_FOR,
    )  # fmt: skip


async def keep(code: str, *, by: Actor) -> Envelope:
    """Not now: whoever asked is told, and the envelope stays."""
    async with transaction():
        envelope, ask = await _asked(code, by)
        await _answer(ask["id"], "kept")
        await record("handover_kept", shop=by.shop, by=by, envelope=envelope)
    return envelope


async def _asked(code: str, by: Actor) -> tuple[Envelope, dict[str, Any]]:
    envelope = await locked(code, shop=by.shop)
    ask = await fetch_one(
        "SELECT id, asker FROM handover_ask WHERE envelope = $1 AND answer = '' ORDER BY id LIMIT 1", envelope.id
    )
    if envelope.stage != Stage.AT_BENCH or envelope.jeweler != by.id:
        raise Conflict(f"{envelope.number} is not with you, so you cannot give it. To have it, scan ASK.")
    if ask is None:
        raise NotFound(f"Nobody asks for {envelope.number}. Scan BACK to put it in the queue for others.")
    return envelope, ask


async def _answer(ask: int, answer: str) -> None:
    await fetch("UPDATE handover_ask SET answer = $2, answered_at = $3 WHERE id = $1", ask, answer, clock.now())
