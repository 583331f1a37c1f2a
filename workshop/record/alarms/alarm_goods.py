"""What the look around finds about the goods themselves: away too long, not found, not counted, not insured."""

from datetime import date, timedelta

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.alarms.alarms import Finding
from workshop.record.promises.capacity import is_open
from workshop.record.promises.promise_words import say_day
from workshop.record.tables import Shop
from workshop.record.whereabouts.send_outs import vendor_alarms
from workshop.record.whereabouts.transfers import transfers_overdue


async def at_vendors(shop: Shop) -> list[Finding]:
    """Not back on the day that was said, or so late that the bench has no time left before the promise."""
    found = [
        Finding(
            row["number"],
            f"{row['number']}: at {row['vendor_name']}, " + (
                f"was due back {say_day(row['due_back_on'])}" if row["is_overdue"]
                else f"back {say_day(row['due_back_on'])}, needed by {say_day(row['bench_due'])}"
            ),
            f"/tickets/{row['ticket_number']}#{row['code']}", row["id"], row["jeweler"],
        )
        for row in await vendor_alarms(shop)
    ]  # fmt: skip
    listed = {one.subject for one in found}
    return found + [one for one in await _without_list(shop) if one.subject not in listed]


async def _without_list(shop: Shop) -> list[Finding]:
    """At a vendor, on no list, and the bench had to be done by now."""
    rows = await fetch(
        """SELECT v.id, v.number, v.code, v.bench_due, v.jeweler, k.number AS ticket_number
           FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE v.shop = $1 AND v.stage = 'at_vendor' AND v.bench_due <= $2 AND NOT EXISTS (
               SELECT FROM send_out_piece p WHERE p.envelope = v.id AND p.state = 'out')
           ORDER BY v.promise_on, v.id LIMIT 500""",
        shop.id, clock.today(shop.zone),
    )  # fmt: skip
    return [
        Finding(
            row["number"], f"{row['number']}: still at the vendor, needed by {say_day(row['bench_due'])}",
            f"/tickets/{row['ticket_number']}#{row['code']}", row["id"], row["jeweler"],
        )
        for row in rows
    ]  # fmt: skip


async def not_found(shop: Shop) -> list[Finding]:
    """Pieces that a count did not find and nobody has scanned since."""
    rows = await fetch(
        """SELECT v.id, v.number, v.code, v.jeweler, v.missing_since, k.number AS ticket_number
           FROM envelope v JOIN ticket k ON k.id = v.ticket
           WHERE v.shop = $1 AND v.missing_since IS NOT NULL ORDER BY v.id LIMIT 500""",
        shop.id,
    )
    return [
        Finding(
            row["number"],
            f"{row['number']}: not found in the count of {say_day(clock.local(row['missing_since'], shop.zone))}",
            f"/tickets/{row['ticket_number']}#{row['code']}", row["id"], row["jeweler"],
        )
        for row in rows
    ]  # fmt: skip


async def not_counted(shop: Shop) -> list[Finding]:
    """The last open day ended without a signed count, in a shop that counts."""
    row = await fetch_one("SELECT max(signed_at) AS at FROM night_count WHERE shop = $1 AND state = 'signed'", shop.id)
    day = _last_open_day(shop)
    if row is None or row["at"] is None or day is None or clock.local(row["at"], shop.zone).date() >= day:
        return []
    return [Finding(day.isoformat(), f"Nobody signed a count on {say_day(day)}", "/counts")]


def _last_open_day(shop: Shop) -> date | None:
    today = clock.today(shop.zone)
    return next((day for n in range(1, 15) if is_open(shop, day := today - timedelta(days=n))), None)


async def not_arrived(shop: Shop) -> list[Finding]:
    """Sent to another shop days ago, and not all of it scanned in there."""
    return [
        Finding(
            row["number"], f"{row['number']} to {row['to_name']}: {row['away']} not scanned in, sent "
            f"{say_day(clock.local(row['sent_at'], shop.zone))}", f"/transfers/{row['id']}",
        )
        for row in await transfers_overdue(shop)
    ]  # fmt: skip


async def over_insured(shop: Shop) -> list[Finding]:
    """Worth more, in the customers' own figures, than the insurance covers."""
    rows = await fetch(
        """SELECT 1 FROM envelope WHERE shop = $1 AND stage <> 'picked_up'
           HAVING sum(declared_value_cents) > $2 AND $2 > 0""",
        shop.id, shop.insured_limit_cents,
    )  # fmt: skip
    return [Finding("goods", "Customers’ goods here are worth more than is insured", "/desk/liability") for _ in rows]


async def broken_history(shop: Shop) -> list[Finding]:
    """The last proof of the shop's history found something changed."""
    row = await fetch_one(
        "SELECT is_whole, at FROM chain_check WHERE shop = $1 ORDER BY id DESC LIMIT 1", shop.id
    )  # fmt: skip
    if row is None or row["is_whole"]:
        return []
    here = clock.local(row["at"], shop.zone)
    return [Finding("history", f"The proof of {say_day(here)} found history changed", "/desk/proof")]
