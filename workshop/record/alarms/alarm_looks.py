"""The look around, again and again: what in each shop fits a rule now."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from anyio import to_thread

from workshop import clock
from workshop.db import fetch
from workshop.record.alarms.alarm_goods import (
    at_vendors,
    broken_history,
    not_arrived,
    not_counted,
    not_found,
    over_insured,
)
from workshop.record.alarms.alarms import Finding, renew_alarms
from workshop.record.alarms.stuck import is_stuck, limits_json, stage_words
from workshop.record.promises.capacity import people_of
from workshop.record.promises.load import open_lines, works_of
from workshop.record.promises.offers import AHEAD, plan_of
from workshop.record.promises.promise_words import say_day
from workshop.record.tables import Shop
from workshop.record.tickets.message_words import NOT_THROUGH
from workshop.settings import settings

MOST = 500  # of one rule in one shop; the desk counts the rest
SOON = timedelta(days=1)
LEAST_SHARE, LEAST_BYTES = 0.05, 1_000_000_000  # of the disk that must be free

Look = Callable[[Shop], Awaitable[list[Finding]]]


async def look_for_alarms() -> None:
    """Every rule in every shop. What is new is raised, what holds no more is cleared."""
    for shop in await Shop.objects().order_by(Shop.id):
        for rule, look in LOOKS.items():
            await renew_alarms(shop, rule, await look(shop))


def _of(row: dict[str, Any], words: str) -> Finding:
    href = f"/tickets/{row['ticket_number']}#{row['code']}"
    return Finding(row["number"], f"{row['number']}: {words}", href, row["id"], row.get("jeweler"))


async def _envelopes(shop: Shop, condition: str, *values: object, more: str = "") -> list[dict[str, Any]]:
    return await fetch(
        f"""SELECT v.id, v.code, v.number, v.stage, v.stage_since, v.promise_on, v.bench_due, v.jeweler,
                   k.number AS ticket_number FROM envelope v JOIN ticket k ON k.id = v.ticket {more}
            WHERE v.shop = $1 AND v.stage <> 'picked_up' AND {condition}
            ORDER BY v.promise_on, v.id LIMIT {MOST}""",  # noqa: S608 - our own words
        shop.id, *values,
    )  # fmt: skip


async def _late(shop: Shop) -> list[Finding]:
    condition = "v.stage <> 'ready_for_pickup' AND v.promise_on < $2"
    return [
        _of(row, f"promised for {say_day(row['promise_on'])}, not ready")
        for row in await _envelopes(shop, condition, clock.today(shop.zone))
    ]


async def _stuck(shop: Shop) -> list[Finding]:
    rows = await _envelopes(shop, is_stuck("v", "$2", "$3"), limits_json(shop), clock.now())
    return [
        _of(row, f"{stage_words(row['stage'])} since {say_day(clock.local(row['stage_since'], shop.zone))}")
        for row in rows
    ]


async def _risk(shop: Shop) -> list[Finding]:
    """What the plan cannot do by its day, all earlier days used; what is late already is not told twice."""
    today = clock.today(shop.zone)
    people, lines = await people_of(shop), await open_lines(shop)
    plan = plan_of(shop, people, works_of(lines, today), AHEAD[0], until=today)
    ids = {work.key for work, _ in plan.late}
    rows = await _envelopes(shop, "v.id = ANY($2) AND v.promise_on >= $3", list(ids), today)
    return [_of(row, f"the work does not fit before {say_day(row['bench_due'])}") for row in rows]


async def _notice(shop: Shop) -> list[Finding]:
    rows = await fetch(
        f"""SELECT k.number, count(*) AS n FROM message m JOIN ticket k ON k.id = m.ticket
            WHERE m.shop = $1 AND {NOT_THROUGH}
            GROUP BY k.number ORDER BY k.number LIMIT {MOST}""",  # noqa: S608
        shop.id,
    )
    return [
        Finding(row["number"], f"{row['number']}: a message did not get through. Call the customer.",
                f"/tickets/{row['number']}") for row in rows
    ]  # fmt: skip


async def _estimate(shop: Shop) -> list[Finding]:
    now = clock.now()
    rows = await _envelopes(
        shop, "v.stage = 'awaiting_approval' AND e.expires_at BETWEEN $2 AND $3", now, now + SOON,
        more="JOIN estimate e ON e.envelope = v.id AND e.state = 'sent'",
    )  # fmt: skip
    return [_of(row, "the estimate ends within a day, and nobody has answered") for row in rows]


async def _print(shop: Shop) -> list[Finding]:
    rows = await fetch(
        f"""SELECT p.id, p.document, k.number FROM print_job p JOIN ticket k ON k.id = p.ticket
            WHERE p.shop = $1 AND p.state IN ('failed', 'unknown') ORDER BY p.created_at DESC LIMIT {MOST}""",  # noqa: S608
        shop.id,
    )
    return [
        Finding(str(row["id"]), f"{row['number']}: the {row['document'].replace('_', ' ')} did not come out",
                "/prints") for row in rows
    ]  # fmt: skip


async def _disk(shop: Shop) -> list[Finding]:
    room = await to_thread.run_sync(shutil.disk_usage, settings().data_dir)
    if room.free >= max(LEAST_BYTES, room.total * LEAST_SHARE):
        return []
    words = f"Only {room.free / 1e9:.1f} GB are free on the shop’s computer. Photos need room: ask who looks after it."
    return [Finding("disk", words)]


LOOKS: dict[str, Look] = {
    "late": _late, "stuck": _stuck, "risk": _risk, "vendor": at_vendors, "notice": _notice, "estimate": _estimate,
    "print": _print, "insured": over_insured, "disk": _disk, "missing": not_found,
    "transfer": not_arrived, "count": not_counted, "chain": broken_history,
}  # fmt: skip
