"""What the look around finds about the goods themselves: away too long, not found, not counted, not insured."""

from datetime import date, timedelta

from workshop import clock
from workshop.db import fetch
from workshop.record.alarms.alarms import Finding
from workshop.record.alarms.rounds import Found, Round, Row, by_shop, of_piece
from workshop.record.promises.capacity import is_open
from workshop.record.promises.promise_words import say_day
from workshop.record.tables import Shop
from workshop.record.whereabouts.send_outs import vendor_alarms_of
from workshop.record.whereabouts.transfers import transfers_overdue


async def at_vendors(around: Round) -> Found:
    """Not back on the day that was said, or so late that the bench has no time left before the promise."""
    found = by_shop(await vendor_alarms_of(around.shops), _say_away)
    listed = {one.envelope for each in found.values() for one in each}
    without = await around.pieces(
        """v.stage = 'at_vendor' AND v.bench_due <= s.today AND NOT EXISTS (
               SELECT FROM send_out_piece p WHERE p.envelope = v.id AND p.state = 'out')"""
    )
    for row in without:  # at a vendor, on no list, and the bench had to be done by now
        if row["id"] not in listed:
            words = f"still at the vendor, needed by {say_day(row['bench_due'])}"
            found.setdefault(row["shop_id"], []).append(of_piece(row, words))
    return found


def _say_away(row: Row) -> Finding:
    back = say_day(row["due_back_on"])
    when = f"was due back {back}" if row["is_overdue"] else f"back {back}, needed by {say_day(row['bench_due'])}"
    return of_piece(row, f"at {row['vendor_name']}, {when}")


async def not_found(around: Round) -> Found:
    """Pieces that a count did not find and nobody has scanned since."""
    zones = {shop.id: shop.zone for shop in around.shops}
    rows = await around.pieces("v.missing_since IS NOT NULL")
    return by_shop(rows, lambda row: of_piece(
        row, f"not found in the count of {say_day(clock.local(row['missing_since'], zones[row['shop_id']]))}"
    ))  # fmt: skip


async def not_counted(around: Round) -> Found:
    """The last open day ended without a signed count, in a shop that counts."""
    shops = {shop.id: shop for shop in around.shops}
    rows = await around.ask("SELECT max(signed_at) AS at FROM night_count c WHERE c.shop = s.id AND c.state = 'signed'")
    found: Found = {}
    for row in rows:
        shop = shops[row["shop_id"]]
        day = _last_open_day(shop) if row["at"] is not None else None
        if day is not None and clock.local(row["at"], shop.zone).date() < day:
            found[shop.id] = [Finding(day.isoformat(), f"Nobody signed a count on {say_day(day)}", "/counts")]
    return found


def _last_open_day(shop: Shop) -> date | None:
    today = clock.today(shop.zone)
    return next((day for n in range(1, 15) if is_open(shop, day := today - timedelta(days=n))), None)


async def not_arrived(around: Round) -> Found:
    """Sent to another shop days ago, and not all of it scanned in there."""
    zones = {shop.id: shop.zone for shop in around.shops}
    return by_shop(await transfers_overdue(list(zones)), lambda row: Finding(
        row["number"], f"{row['number']} to {row['to_name']}: {row['away']} not scanned in, sent "
        f"{say_day(clock.local(row['sent_at'], zones[row['shop_id']]))}", f"/transfers/{row['id']}",
    ))  # fmt: skip


async def over_insured(around: Round) -> Found:
    """Worth more, in the customers' own figures, than the insurance covers."""
    limited = [shop.id for shop in around.shops if shop.insured_limit_cents > 0]
    rows = await fetch(
        """SELECT v.shop AS shop_id FROM envelope v JOIN shop s ON s.id = v.shop
           WHERE v.shop = ANY($1) AND v.stage <> 'picked_up' AND v.declared_value_cents > 0
           GROUP BY v.shop, s.insured_limit_cents HAVING sum(v.declared_value_cents) > s.insured_limit_cents""",
        limited,
    )
    words = "Customers’ goods here are worth more than is insured"
    return by_shop(rows, lambda _: Finding("goods", words, "/desk/liability"))


async def broken_history(around: Round) -> Found:
    """The last proof of the shop's history found something changed."""
    zones = {shop.id: shop.zone for shop in around.shops}
    rows = await around.ask("SELECT is_whole, at FROM chain_check c WHERE c.shop = s.id ORDER BY c.id DESC LIMIT 1")
    return by_shop((row for row in rows if not row["is_whole"]), lambda row: Finding(
        "history", f"The proof of {say_day(clock.local(row['at'], zones[row['shop_id']]))} found history changed",
        "/desk/proof",
    ))  # fmt: skip
