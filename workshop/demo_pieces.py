"""What the demo's pieces have behind them: who bought them, what they are, papers, an earlier service, a wish."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from workshop import clock
from workshop.db import fetch_value, transaction
from workshop.record.codes import ENVELOPE, hashed, link_token, new_code
from workshop.record.customers.sales import NewSale, NewSaleLine, record_sale
from workshop.record.customers.wishes import NewWish, note_wish
from workshop.record.events import Actor
from workshop.record.pieces.appraisals import NewAppraisal, add_appraisal
from workshop.record.pieces.piece_collectors import allow_collector
from workshop.record.pieces.pieces import NewPiece, change_piece
from workshop.record.pieces.stones import NewStone, change_stone, stones_of
from workshop.record.secret import secret_key
from workshop.record.tables import Customer, Envelope, Shop, Task, Ticket


async def tell_the_past(shop: Shop, people: dict[str, Actor], customers: dict[str, Customer]) -> None:
    """Give Rosa's ring its papers and purchase, and her band a purchase and a visit of years ago."""
    noor, rosa, james = people["noor"], customers["rosa"].id, customers["james"].id
    halo: int = await fetch_value("SELECT piece FROM envelope WHERE shop = $1 ORDER BY id LIMIT 1", shop.id)
    await _describe(halo, noor)
    today = clock.today(shop.zone)
    paper = NewAppraisal(today - timedelta(days=1460), "Maya Finch", 685_000, note="With GIA report")
    await add_appraisal(halo, paper, by=people["maya"])
    ring = NewSaleLine("Oval halo ring, white", 590_000, "OH-1402", piece=halo)
    band = NewPiece(
        "ring", "Eternity band, white", "14k", "stamped", "14K, AF", metal_colour="white", ring_size="6",
        style_no="EB-2210", origin="bought here", bought_on=today - timedelta(days=1800), weight_mg=2310,
        stones=[NewStone("diamond", 18, "natural", "round", "all around", "tested", size_mm=Decimal("1.5"))],
    )  # fmt: skip
    for lines, days, occasion in (([ring], 2600, "engagement"), ([NewSaleLine(band.description, 180_000, "EB-2210",
                                   keep_as=band)], 1800, "anniversary")):  # fmt: skip
        await record_sale(
            NewSale(lines, customer=james, recipient=rosa, sold_on=today - timedelta(days=days), occasion=occasion,
                    associates={noor.id: 600, people["maya"].id: 400}),
            by=noor,
        )  # fmt: skip
    kept: int = await fetch_value("SELECT max(id) FROM piece")
    await _visit_of(kept, rosa, shop, people, today - timedelta(days=1360))
    await allow_collector(kept, "", customer=james, how="counter", by=noor)
    await note_wish(rosa, NewWish("Oval studs to match the halo ring", "OS-0310", price_cents=95_000), by=noor)


async def _describe(halo: int, by: Actor) -> None:
    """The centre stone by its report, and what the scales and the mandrel say."""
    centre = (await stones_of(halo))[0]
    await change_stone(
        halo, centre["id"],
        NewStone("diamond", 1, "natural", "oval", "centre", "report", "2141438171", "GIA", Decimal("7.1"),
                 Decimal("5.2"), Decimal("1.02"), "G", "VS2", "read"),
        by=by,
    )  # fmt: skip
    facts = {"ring_size": "6", "weight_mg": 4310, "style_no": "OH-1402", "metal_colour": "white"}
    await change_piece(halo, facts, by=by)


async def _visit_of(piece: int, customer: int, shop: Shop, people: dict[str, Actor], day: date) -> None:
    """A visit from before this shop kept its books here: rows, since no verb reaches into the past."""
    at = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
    number = f"{shop.code}-{18_204}"
    async with transaction():
        ticket = Ticket(
            number=number, shop=shop.id, customer=customer, taken_in_by=people["noor"].id, taken_in_at=at,
            promise_on=day + timedelta(days=7), closed_at=at + timedelta(days=6),
            link_hash=hashed(link_token(secret_key(), number)),
        )  # fmt: skip
        await ticket.save()
        envelope = Envelope(
            code=new_code(ENVELOPE), number=f"{number}-1", ticket=ticket.id, shop=shop.id, piece=piece,
            stage="picked_up", stage_since=at + timedelta(days=6), location="with the customer", created_at=at,
            jeweler=people["kai"].id, worked_by=people["kai"].id, bench_due=day + timedelta(days=6),
            promise_on=day + timedelta(days=7), stone_count=18, weight_in_mg=2300, weight_out_mg=2310,
            marks=json.dumps([{"code": "PRW", "position": "3 o’clock"}, {"code": "SCR", "position": "shank"}]),
        )  # fmt: skip
        await envelope.save()
        for code, name, drivers in (("PR-TIP", "Retip prongs", {"prongs": "4"}), ("RH-PLT", "Rhodium plating", {})):
            await Task(
                envelope=envelope.id, code=code, name=name, drivers=json.dumps(drivers), done_by=people["kai"].id,
                done_at=at + timedelta(days=4), warranty_days=365, warranty_until=day + timedelta(days=371),
            ).save()  # fmt: skip
