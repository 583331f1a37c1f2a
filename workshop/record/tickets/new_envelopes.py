"""One piece into its envelope: the piece known or new, how it came in, and its work at its price."""

from workshop import clock
from workshop.db import fetch_value
from workshop.errors import InvalidInput
from workshop.record.codes import ENVELOPE, is_code, new_code
from workshop.record.events import Actor
from workshop.record.pieces.condition import on_own_pictures, read_condition, stored
from workshop.record.pieces.engraving import stored_engravings
from workshop.record.pieces.pieces import add_piece, piece_of_customer
from workshop.record.prices.work import PricedTask, add_task
from workshop.record.promises.promise_making import is_appraisal
from workshop.record.promises.promises import bench_due
from workshop.record.tables import Envelope, Shop, Ticket
from workshop.record.tickets.new_tickets import NewEnvelope, NewTicket
from workshop.record.whereabouts.custody import keep_custody, lay_in, place_of_kind


async def fill_envelope(
    one: NewEnvelope, place: int, priced: list[PricedTask], new: NewTicket, ticket: Ticket, shop: Shop, by: Actor
) -> Envelope:
    """One piece into its envelope, with its priced work, inside the caller's transaction."""
    if one.piece_id is not None:
        known = await piece_of_customer(one.piece_id, ticket.customer)
        piece, kind = known["id"], known["kind"]
    else:
        assert one.piece is not None
        added = await add_piece(one.piece, owner=ticket.customer, by=by)
        piece, kind = added.id, added.kind
    condition = read_condition(one.marks, one.stone_points, one.mark_frames, kind)
    condition = await on_own_pictures(condition, one.code, shop=by.shop)
    envelope = Envelope(
        code=_code(one.code), number=f"{ticket.number}-{place}", ticket=ticket.id, shop=by.shop,
        piece=piece, place_no=place, place_count=len(new.envelopes), stage_since=clock.now(),
        bench_due=bench_due(shop, ticket.promise_on, with_appraisal=_has_appraisal(priced)),
        promise_on=ticket.promise_on, is_rush=new.is_rush,
        declared_value_cents=one.declared_value_cents, declared_words=one.declared_words.strip(),
        marks=stored(condition.marks), stone_points=stored(condition.stones),
        mark_frames=stored(condition.frames), stone_count=await _count_stones(one, piece),
        shown_under_loupe=one.shown_under_loupe,
        weight_in_mg=one.weight_mg, size_now=one.size_now, size_wanted=one.size_wanted,
        customer_says=one.customer_says.strip(), seal_no=one.seal_no,
        engravings=stored_engravings(one.engravings), created_at=clock.now(),
    )  # fmt: skip
    lay_in(envelope, await place_of_kind("counter", shop=by.shop))
    await envelope.save()
    await keep_custody(envelope, by)
    for task in priced:
        await add_task(task, envelope=envelope.id)
    return envelope


async def _count_stones(one: NewEnvelope, piece: int) -> int:
    """As counted at the counter; else one for each point; else as many as the piece is known to have."""
    if one.stone_count is not None:
        return one.stone_count
    known = await fetch_value("SELECT COALESCE(sum(count), 0)::int FROM stone WHERE piece = $1", piece)
    return len(one.stone_points) or int(known)


def _code(made_before: str) -> str:
    if made_before and not is_code(made_before, ENVELOPE):
        raise InvalidInput("That is not an envelope code of ours.", code="Not an envelope code.")
    return made_before or new_code(ENVELOPE)


def _has_appraisal(priced: list[PricedTask]) -> bool:
    return any(is_appraisal(task) for task in priced)
