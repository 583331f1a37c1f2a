"""The rules by which the shops are looked at: each is one statement for all of them, however many there are."""

import shutil
from collections.abc import Awaitable, Callable

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
from workshop.record.alarms.alarms import Finding
from workshop.record.alarms.rounds import MOST, Found, Round, by_shop, of_piece
from workshop.record.alarms.stuck import is_stuck, stage_words
from workshop.record.promises.capacity import people_of
from workshop.record.promises.load import open_lines, works_of
from workshop.record.promises.offers import AHEAD, plan_of
from workshop.record.promises.promise_words import say_day
from workshop.record.tables import Shop
from workshop.record.tickets.message_words import NOT_THROUGH
from workshop.settings import settings

LEAST_SHARE, LEAST_BYTES = 0.05, 1_000_000_000  # of the disk that must be free

Look = Callable[[Round], Awaitable[Found]]


async def _late(around: Round) -> Found:
    rows = await around.pieces("v.stage <> 'ready_for_pickup' AND v.promise_on < s.today")
    return by_shop(rows, lambda row: of_piece(row, f"promised for {say_day(row['promise_on'])}, not ready"))


async def _stuck(around: Round) -> Found:
    zones = {shop.id: shop.zone for shop in around.shops}
    rows = await around.pieces(is_stuck("v", "s.limits", "n.now"))
    return by_shop(rows, lambda row: of_piece(
        row, f"{stage_words(row['stage'])} since {say_day(clock.local(row['stage_since'], zones[row['shop_id']]))}"
    ))  # fmt: skip


async def _notice(around: Round) -> Found:
    rows = await around.ask(
        f"""SELECT k.number FROM message m JOIN ticket k ON k.id = m.ticket
            WHERE m.shop = s.id AND {NOT_THROUGH} GROUP BY k.number ORDER BY k.number LIMIT {MOST}"""  # noqa: S608
    )
    return by_shop(rows, lambda row: Finding(
        row["number"], f"{row['number']}: a message did not get through. Call the customer.",
        f"/tickets/{row['number']}",
    ))  # fmt: skip


async def _estimate(around: Round) -> Found:
    rows = await around.pieces(
        "v.stage = 'awaiting_approval' AND e.expires_at BETWEEN n.now AND n.now + interval '1 day'",
        more="JOIN estimate e ON e.envelope = v.id AND e.state = 'sent'",
    )
    return by_shop(rows, lambda row: of_piece(row, "the estimate ends within a day, and nobody has answered"))


async def _print(around: Round) -> Found:
    rows = await around.ask(
        f"""SELECT p.id, p.document, k.number FROM print_job p JOIN ticket k ON k.id = p.ticket
            WHERE p.shop = s.id AND p.state IN ('failed', 'unknown') ORDER BY p.created_at DESC LIMIT {MOST}"""  # noqa: S608
    )
    return by_shop(rows, lambda row: Finding(
        str(row["id"]), f"{row['number']}: the {row['document'].replace('_', ' ')} did not come out", "/prints"
    ))  # fmt: skip


async def _disk(around: Round) -> Found:
    room = await to_thread.run_sync(shutil.disk_usage, settings().data_dir)
    if room.free >= max(LEAST_BYTES, room.total * LEAST_SHARE):
        return {}
    words = f"Only {room.free / 1e9:.1f} GB are free on the shop’s computer. Photos need room: ask who looks after it."
    return {shop.id: [Finding("disk", words)] for shop in around.shops}


async def at_risk(around: Round) -> Found:
    """Pieces that the bench cannot do by their day. The plan of each shop is laid for it."""
    return {shop.id: await _at_risk(shop) for shop in around.shops}


async def _at_risk(shop: Shop) -> list[Finding]:
    """What the plan cannot do by its day, all earlier days used; what is late already is not told twice."""
    today = clock.today(shop.zone)
    lines = await open_lines(shop)
    if not lines:
        return []
    plan = plan_of(shop, await people_of(shop), works_of(lines, today), AHEAD[0], until=today)
    late = list({work.key for work, _ in plan.late})
    if not late:
        return []
    rows = await fetch(
        f"""SELECT v.id, v.code, v.number, v.bench_due, v.jeweler, k.number AS ticket_number
            FROM envelope v JOIN ticket k ON k.id = v.ticket
            WHERE v.shop = $1 AND v.stage <> 'picked_up' AND v.id = ANY($2) AND v.promise_on >= $3
            ORDER BY v.promise_on, v.id LIMIT {MOST}""",  # noqa: S608 - our own words
        shop.id, late, today,
    )
    return [of_piece(row, f"the work does not fit before {say_day(row['bench_due'])}") for row in rows]


LOOKS: dict[str, Look] = {
    "late": _late, "stuck": _stuck, "vendor": at_vendors, "notice": _notice, "estimate": _estimate,
    "print": _print, "insured": over_insured, "disk": _disk, "missing": not_found,
    "transfer": not_arrived, "count": not_counted, "chain": broken_history,
}  # fmt: skip
