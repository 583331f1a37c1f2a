"""The bench's JSON: moves, the queue, the board. The same verbs as the pages, no price, no phone."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from bench import custody_api, quality_api, work_api
from bench.board import Lane, read_board
from bench.moves import Wish, advance, moves_for, state_of
from bench.queue import next_spot, queue_rows, spot_of
from bench.station_routes import ScanBody, answer_scan
from workshop.errors import Conflict, Forbidden, NotAllowed
from workshop.record.codes import BADGE, is_code, tidy
from workshop.record.events import Actor
from workshop.record.money.payments import NewPayment
from workshop.record.pieces.pieces import in_words
from workshop.record.quality.quality import Check
from workshop.record.quality.quality_lists import lines_for
from workshop.record.shop.shops import shop_of
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.handover import Collection
from workshop.record.tickets.standing import envelope_by_code, standing_of
from workshop.record.trade import KINDS
from workshop.web.api import PROBLEM, answer_once
from workshop.web.auth import STAFF


class CheckBody(msgspec.Struct, forbid_unknown_fields=True):
    """The quality check: the lines of the list that hold (or `all` of them) and the stones counted."""

    ticked: list[str] = []
    all: bool = False
    stones: int | None = None
    note: str = ""
    size: Annotated[str, msgspec.Meta(max_length=10, description="On the mandrel, US sizes.")] = ""
    weight: Annotated[str, msgspec.Meta(max_length=12, description="Grams.")] = ""
    explanation: Annotated[str, msgspec.Meta(max_length=300, description="Of a weight that differs.")] = ""
    each: Annotated[
        dict[int, Literal["tight", "moves"]], msgspec.Meta(description="Stones by the number of their point.")
    ] = {}


class PaymentBody(msgspec.Struct, forbid_unknown_fields=True):
    """What was received with the hand-over, in cents."""

    amount_cents: Annotated[int, msgspec.Meta(gt=0)]
    tender: str = "cash"
    reference: str = ""
    brand: str = ""
    last_four: str = ""


class CollectionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who collects: their name, how we know them, and their drawn signature as a PNG data address."""

    collector: str
    signature: str
    id_kind: str = "known"
    id_last_four: str = ""
    unpaid_reason: str = ""
    payment: PaymentBody | None = None


class MoveBody(msgspec.Struct, forbid_unknown_fields=True):
    """Where an envelope shall go. Holds, failed checks, cancellations and returns need a `reason`."""

    to: Stage
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    quality: CheckBody | None = None
    collection: CollectionBody | None = None


class EnvelopeState(msgspec.Struct):
    """How an envelope stands, and where the caller may send it."""

    code: str
    number: str
    stage: Stage
    version: int
    location: str
    allowed: list[Stage]


class Refusal(msgspec.Struct):
    """A problem document (RFC 9457) of a refused move."""

    type: str
    title: str
    status: int
    detail: str
    allowed: list[Stage]


class QueueRow(msgspec.Struct):
    """One envelope waiting for the bench, or on it."""

    code: str
    number: str
    stage: str
    kind: str
    piece: str
    work: list[str]
    is_rush: bool
    bench_due: str
    promise_on: str
    stone_count: int
    size_now: str
    size_wanted: str
    location: str
    jeweler: str | None
    version: int


class Queue(msgspec.Struct):
    """One page of the queue; `next` goes into `after` for the following page, null at the end."""

    envelopes: list[QueueRow]
    next: str | None


@post(
    "/envelopes/{code:str}/moves", opt={"access": STAFF}, status_code=200, tags=["Envelopes"],
    summary="Move an envelope along its path",
    responses={
        200: ResponseSpec(EnvelopeState, description="Moved"),
        409: ResponseSpec(Refusal, description="Not from here, or somebody was quicker", media_type=PROBLEM),
    },
)  # fmt: skip
async def move_envelope(request: Request[Any, Any, Any], code: str, data: MoveBody, by: Actor) -> Response[bytes]:
    """Start, finish, pass, fail, hold, hand over: each by the stage it leads to.

    409 names who has it or what is missing, and lists the moves there are. An Idempotency-Key
    answers the same again.
    """

    async def act() -> dict[str, Any]:
        wish = await _wish(code, data, by)
        return await state_of(await advance(code, wish, by=by), by)

    try:
        return await answer_once(request, act)
    except Conflict as error:
        if isinstance(error, NotAllowed):
            raise
        envelope = await envelope_by_code(code, shop=by.shop)
        raise NotAllowed(error.message, moves_for(await standing_of(envelope), by)) from error


async def _wish(code: str, body: MoveBody, by: Actor) -> Wish:
    check = collection = None
    if body.quality is not None:
        envelope = await envelope_by_code(code, shop=by.shop)
        ticked = await _whole_list(envelope) if body.quality.all else body.quality.ticked
        said = body.quality
        measured = {"size": said.size, "weight": said.weight, "explanation": said.explanation}
        check = Check(ticked, said.stones, said.note or body.note, measured, dict(said.each), is_whole=bool(ticked))
    if body.collection is not None:
        envelope = await envelope_by_code(code, shop=by.shop)
        collection = _collection(envelope, body.collection)
    return Wish(body.to, body.reason, body.note, check, collection)


async def _whole_list(envelope: Envelope) -> list[str]:
    return [line.words for line in await lines_for(envelope)]


def _collection(envelope: Envelope, body: CollectionBody) -> Collection:
    payment = NewPayment(**msgspec.structs.asdict(body.payment)) if body.payment else None
    return Collection(
        [envelope.code], body.collector, body.signature, body.id_kind, body.id_last_four, body.unpaid_reason, payment
    )


@get("/queue", opt={"access": STAFF}, tags=["Work"], summary="Open work by bench order")
async def read_queue(
    by: Actor,
    limit: Annotated[int, Parameter(ge=1, le=200, description="Envelopes a page.")] = 80,
    after: Annotated[str, Parameter(description="`next` of the page before.", max_length=40)] = "",
) -> Queue:
    """Rush first, then bench due. Pages go by key, so nothing is skipped while work moves."""
    rows = await queue_rows(by.shop, after=spot_of(after), limit=limit)
    return Queue([_row(row) for row in rows], next_spot(rows, limit) or None)


def _row(row: dict[str, Any]) -> QueueRow:
    return QueueRow(
        code=row["code"], number=row["number"], stage=row["stage"], kind=KINDS.get(row["kind"], KINDS["other"])[0],
        piece=in_words(row), work=row["work"], is_rush=row["is_rush"], bench_due=row["bench_due"].isoformat(),
        promise_on=row["promise_on"].isoformat(), stone_count=row["stone_count"], size_now=row["size_now"],
        size_wanted=row["size_wanted"], location=row["location"], jeweler=row["jeweler_name"], version=row["version"],
    )  # fmt: skip


@get("/board", opt={"access": STAFF}, tags=["Work"], summary="The wall: five lanes, promises, load, alarms")
async def read_wall(by: Actor) -> dict[str, Any]:
    """What the wall display shows: initials and numbers, nothing that names a customer."""
    board = await read_board(await shop_of(by.shop))
    return {
        "as_of": board.as_of,
        "lanes": [_lane(lane) for lane in board.lanes],
        "promised_today": board.promised,
        "load": [{"jeweler": row["name"] or None, "minutes": row["minutes"], "of": row["most"]} for row in board.load],
        "alarms": board.alarms,
    }  # fmt: skip


def _lane(lane: Lane) -> dict[str, Any]:
    rows = [_on_wall(row) for row in lane.rows]
    return {"lane": lane.slug, "name": lane.name, "count": lane.count, "envelopes": rows}


def _on_wall(row: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "stage", "kind", "initials", "is_rush", "is_late", "promise_on")
    return {name: row[name] for name in names}


@post(
    "/scans", opt={"access": STAFF}, status_code=200, tags=["Work"], summary="One scan, as a station sends it",
    responses={409: ResponseSpec(Refusal, description="Not from here, or somebody was quicker", media_type=PROBLEM)},
)  # fmt: skip
async def take_scan(data: ScanBody, by: Actor) -> dict[str, Any]:
    """An envelope, an action card, a place or a vendor, about the envelope `in_hand`; once under its `key`.

    A scan that waited has `kept`, and both moments of the scanner's own clock. Badges work at stations only.
    """
    code = tidy(data.code)
    if is_code(code, BADGE):
        raise Forbidden("A badge switches the person at a station of the shop, not here.")
    return await answer_scan(code, data, by)


router = Router("/api", route_handlers=[take_scan, move_envelope, read_queue, read_wall, *quality_api.HANDLERS,
    *custody_api.HANDLERS, *work_api.HANDLERS,
])  # fmt: skip
