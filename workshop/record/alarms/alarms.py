"""Alarms: raised once for one thing, on the lists of those it concerns, until somebody takes it or it is so no more."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.jobs import enqueue
from workshop.record.alarms.alarm_rules import Setting, setting_of
from workshop.record.events import Actor, record, tell_pages
from workshop.record.tables import Envelope, Shop

PAGE = 60
_MINE = "a.shop = $1 AND (a.roles && $2::varchar[] OR a.staff = $3)"


@dataclass(frozen=True)
class Finding:
    """One thing that needs somebody. `words` name no customer, phone or amount: every colleague may read them."""

    subject: str
    words: str
    href: str = ""
    envelope: int | None = None
    staff: int | None = None


async def raise_alarm(shop: Shop, rule: str, found: Finding) -> bool:
    """Put one thing on the lists of those it concerns, inside the caller's transaction. Whether it is new.

    What is already there stays as it is; a rule that the shop switched off raises nothing.
    """
    setting = setting_of(shop, rule)
    return setting.is_on and bool(await _raise(shop, rule, setting, [found]))


async def clear_alarm(shop: int, rule: str, subject: str) -> bool:
    """It is so no more, inside the caller's transaction. Whether there was one."""
    cleared = await fetch_value(
        """UPDATE alarm SET cleared_at = $4 WHERE shop = $1 AND rule = $2 AND subject = $3 AND cleared_at IS NULL
           RETURNING id""",
        shop, rule, subject, clock.now(),
    )  # fmt: skip
    if cleared is not None:
        await tell_pages(shop, "alarm_cleared")
    return cleared is not None


async def renew_alarms(shop: Shop, rule: str, found: Iterable[Finding]) -> None:
    """All there is of one rule: what is new is raised, what is not found any more is cleared. Own transaction."""
    setting = setting_of(shop, rule)
    standing = list(found) if setting.is_on else []
    async with transaction():
        new = await _raise(shop, rule, setting, standing)
        gone = await fetch(
            """UPDATE alarm SET cleared_at = $4 WHERE shop = $1 AND rule = $2 AND cleared_at IS NULL
               AND NOT subject = ANY($3::varchar[]) RETURNING id""",
            shop.id, rule, [one.subject for one in standing], clock.now(),
        )  # fmt: skip
        if gone and not new:
            await tell_pages(shop.id, "alarm_cleared")


async def renew_many(shops: list[Shop], rule: str, found: dict[int, list[Finding]]) -> None:
    """The same for many shops: all that stands is read at once, and only a shop where something is new is touched."""
    rows = await fetch(
        """SELECT shop, subject, words, roles, staff FROM alarm
           WHERE shop = ANY($1) AND rule = $2 AND cleared_at IS NULL""",
        [shop.id for shop in shops], rule,
    )  # fmt: skip
    standing: dict[int, set[tuple[Any, ...]]] = {}
    for row in rows:
        standing.setdefault(row["shop"], set()).add((row["subject"], row["words"], *row["roles"], row["staff"]))
    for shop in shops:
        there, now = standing.get(shop.id, set()), found.get(shop.id, [])
        if not there and not now:
            continue
        setting = setting_of(shop, rule)
        wanted = {(one.subject, one.words[:200], *setting.who, one.staff) for one in now if setting.is_on}
        if wanted != there:
            await renew_alarms(shop, rule, now)


async def _raise(shop: Shop, rule: str, setting: Setting, found: list[Finding]) -> list[int]:
    if not found:
        return []
    rows = await fetch(
        """INSERT INTO alarm (shop, rule, subject, words, href, roles, staff, envelope, raised_at)
           SELECT $1, $2, f.subject, left(f.words, 200), f.href, $3, f.staff, f.envelope, $5
           FROM jsonb_to_recordset($4::jsonb) AS f(subject text, words text, href text, envelope bigint, staff int)
           ON CONFLICT (shop, rule, subject) WHERE cleared_at IS NULL
           DO UPDATE SET words = EXCLUDED.words, roles = EXCLUDED.roles, staff = EXCLUDED.staff
           WHERE (alarm.words, alarm.roles, alarm.staff) IS DISTINCT FROM
                 (EXCLUDED.words, EXCLUDED.roles, EXCLUDED.staff)
           RETURNING id, (xmax = 0) AS is_new""",
        shop.id, rule, list(setting.who), json.dumps([asdict(one) for one in found]), clock.now(),
    )  # fmt: skip
    new = [row["id"] for row in rows if row["is_new"]]
    if new:
        await tell_pages(shop.id, "alarm_raised")
        if setting.by_mail:
            await _ask_for_mail(new)
    return new


async def _ask_for_mail(alarms: list[int]) -> None:
    """One mail for each colleague on whose list they are and who left an address, whatever the number."""
    rows = await fetch(
        """INSERT INTO alarm_mail (alarm, staff, at)
           SELECT a.id, s.id, $2 FROM alarm a JOIN staff s ON s.shop = a.shop
           WHERE a.id = ANY($1) AND s.is_active AND s.alarm_email <> ''
             AND (a.roles && s.roles OR a.staff = s.id)
           ON CONFLICT DO NOTHING RETURNING staff""",
        alarms, clock.now(),
    )  # fmt: skip
    for staff in sorted({row["staff"] for row in rows}):
        await enqueue("mail_alarms", staff_id=staff)


async def count_for(by: Actor) -> int:
    """How many of the alarms on somebody's list nobody has taken yet."""
    count: int = await fetch_value(
        f"SELECT count(*) FROM alarm a WHERE {_MINE} AND a.cleared_at IS NULL AND a.acknowledged_at IS NULL",  # noqa: S608
        by.shop, list(by.roles), by.id,
    )
    return count


async def alarms_of(
    by: Actor, *, rule: str = "", past: bool = False, before: int | None = None
) -> list[dict[str, Any]]:
    """The alarms on somebody's list, what nobody has taken first, or those that are over; the newest first."""
    return await fetch(
        f"""SELECT a.*, k.name AS taken_by, v.number FROM alarm a LEFT JOIN staff k ON k.id = a.acknowledged_by
            LEFT JOIN envelope v ON v.id = a.envelope
            WHERE {_MINE} AND (a.cleared_at IS NOT NULL) = $4 AND ($5 = '' OR a.rule = $5)
              AND ($6::bigint IS NULL OR (a.acknowledged_at IS NULL, a.id)
                   < ((SELECT acknowledged_at IS NULL FROM alarm WHERE id = $6 AND shop = $1), $6))
            ORDER BY (a.acknowledged_at IS NULL) DESC, a.id DESC LIMIT {PAGE}""",  # noqa: S608 - our own words
        by.shop, list(by.roles), by.id, past, rule, before,
    )  # fmt: skip


async def counts_by_rule(by: Actor) -> dict[str, int]:
    """How many there are of each rule on somebody's list now."""
    rows = await fetch(
        f"SELECT a.rule, count(*) AS n FROM alarm a WHERE {_MINE} AND a.cleared_at IS NULL GROUP BY 1",  # noqa: S608
        by.shop, list(by.roles), by.id,
    )
    return {row["rule"]: row["n"] for row in rows}


async def acknowledge(ids: list[int], *, by: Actor) -> int:
    """Somebody takes care of these: they stand as theirs on everybody's list. Gives how many were still free."""
    return await _take(ids, by, "acknowledged_at IS NULL", clock.now(), by.id, "alarm_acknowledged")


async def give_back(ids: list[int], *, by: Actor) -> int:
    """Whoever took them does not after all; a manager may give back what a colleague took."""
    mine = "a.acknowledged_at IS NOT NULL" if by.is_one_of("manager", "owner") else f"a.acknowledged_by = {int(by.id)}"
    return await _take(ids, by, mine, None, None, "alarm_given_back")


async def _take(ids: list[int], by: Actor, condition: str, at: Any, who: int | None, event: str) -> int:
    async with transaction():
        rows = await fetch(
            f"""UPDATE alarm a SET acknowledged_at = $5, acknowledged_by = $6
                WHERE {_MINE} AND a.id = ANY($4) AND a.cleared_at IS NULL AND {condition}
                RETURNING id, rule, words, envelope""",  # noqa: S608 - our own words
            by.shop, list(by.roles), by.id, ids, at, who,
        )  # fmt: skip
        for row in rows:
            envelope = await Envelope.objects().get(Envelope.id == row["envelope"]) if row["envelope"] else None
            await record(event, shop=by.shop, by=by, envelope=envelope, rule=row["rule"], said=row["words"])
    return len(rows)
