"""Stations: one door for every scan of every page, what came too late, who asks for a piece."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from bench.acts import check_for_many
from bench.answers import Answer
from bench.scans import read_number, read_scan, sign_of
from workshop import clock
from workshop.db import fetch_one
from workshop.errors import Conflict, InvalidInput, WithSomebody, WorkshopError
from workshop.record.bench.asks import answers_to, asks_of, keep
from workshop.record.bench.scans import Reading, acknowledge, carry_out, refused_late, said_before
from workshop.record.cards import refuse_cards_in
from workshop.record.codes import ACTIONS, BADGE, is_code, tidy
from workshop.record.events import Actor
from workshop.web.auth import BENCH, STAFF
from workshop.web.forms import form_of
from workshop.web.pages import page
from workshop.web.sign_in import take_over_by_badge

Req = Request[Any, Any, Any]
OLDEST = timedelta(days=7)  # a tablet that was off longer than that is asked to scan again


class ScanBody(msgspec.Struct, forbid_unknown_fields=True):
    """One reading of a scanner. `scanned_at` and `sent_at` are of the tablet's clock: only their distance counts."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    key: Annotated[str, msgspec.Meta(min_length=8, max_length=60)]
    in_hand: Annotated[str, msgspec.Meta(max_length=60)] = ""
    many: bool = False
    kept: bool = False
    person: int | None = None
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    page: Annotated[str, msgspec.Meta(max_length=20)] = ""


@post("/scans", opt={"access": STAFF}, status_code=200)
async def take_scan(request: Req, data: ScanBody, by: Actor) -> Response[Any]:
    """Carry out a scan from any page, once under its key, and answer in words, tone and sound."""
    code = tidy(data.code)
    try:
        refuse_cards_in([("code", data.code)])  # every scan is kept
        if is_code(code, BADGE):
            return await _switch(request, code, data, by)
        answer = await answer_scan(code, data, by)
    except WorkshopError as error:
        return Response(_refusal(error, data), status_code=error.status)
    return Response(answer)


async def _switch(request: Req, badge: str, data: ScanBody, by: Actor) -> Response[Any]:
    """Somebody else works here now; the tablet's next scans are theirs."""
    answer = await read_scan(badge, data.in_hand, by=by)
    if not answer.badge:
        return Response(answer.said() | {"person": by.id, "name": by.name})
    taken = await take_over_by_badge(request, badge, where="/bench")
    person = await fetch_one("SELECT id, name FROM staff WHERE badge_code = $1 AND shop = $2", badge, by.shop)
    assert person is not None
    said = Answer(f"{person['name'].split()[0]}, you are working here now", "green", icon="user", view="").said()
    response = Response(said | {"outcome": "switched", "person": person["id"], "name": person["name"]})
    response.cookies.extend(cookie for cookie in taken.cookies if "session" in cookie.key)
    return response


async def answer_scan(code: str, data: ScanBody, by: Actor) -> dict[str, Any]:
    """What a scan that is no badge comes to: an act once under its key, or a look that changes nothing."""
    sign = sign_of(code)
    is_act = sign is not None and sign.kind != "claim check"
    if not is_act and not data.kept:
        return await _look_up(code, data, by)
    if (said := await said_before(data.key, shop=by.shop)) is not None:
        return said | {"again": True}
    envelope = await _in_hand(data, by)
    reading = Reading(data.key, code[:60], envelope, _scanned_at(data), data.kept)

    async def act() -> dict[str, Any]:
        _check_person(data, by)
        if data.many:
            check_for_many(code)
        return (await read_scan(code, envelope, by=by)).said()

    return await carry_out(reading, act, by=by)


async def _look_up(code: str, data: ScanBody, by: Actor) -> dict[str, Any]:
    """An envelope in hand, or the page that a claim check opens. Changes nothing."""
    said = (await read_scan(code, data.in_hand, by=by)).said()
    if data.page != "bench" and said["in_hand"] and not data.many:
        said["go"] = f"/go?code={said['in_hand']}"
    return said


async def _in_hand(data: ScanBody, by: Actor) -> str:
    """The envelope's code, also where its printed number was typed. A wrong one is refused with the act."""
    text = tidy(data.in_hand)
    if not text:
        return ""
    try:
        return await read_number(text, by)
    except WorkshopError:
        if not data.kept:
            raise
        return text


def _check_person(data: ScanBody, by: Actor) -> None:
    """A scan is done by whoever scanned it, never by whoever signed in since."""
    if data.person == 0:
        raise Conflict("The badge before this scan was not accepted, so nobody did it. Scan it again.")
    if data.kept and data.person is None:
        raise Conflict("Nobody was signed in when this was scanned. Scan it again.")
    if data.person is not None and data.person != by.id:
        raise Conflict(f"Somebody else was signed in when this was scanned, not {by.name}. Scan it again.")


def _scanned_at(data: ScanBody) -> datetime:
    """When it was read, by the shop's clock: as long ago as the tablet says, whatever hour the tablet shows."""
    now = clock.now()
    if data.scanned_at is None or data.sent_at is None:
        return now
    if (data.scanned_at.tzinfo is None) != (data.sent_at.tzinfo is None):
        raise InvalidInput("Both moments need their zone.", scanned_at="Needs its zone.")
    return now - min(max(data.sent_at - data.scanned_at, timedelta()), OLDEST)


def _refusal(error: WorkshopError, data: ScanBody) -> dict[str, Any]:
    """Why not, what to do, and for a piece in other hands a card to ask for it."""
    offers = [("A-ASK", "Ask for it")] if isinstance(error, WithSomebody) and not data.many else []
    said = Answer(error.message, "danger", "refused", "alert-circle", data.in_hand, "", offers=offers).said()
    if error.details.get("allowed") is not None:
        said["allowed"] = error.details["allowed"]
        said["view"] = "" if data.many else "piece"  # it stands elsewhere than the page shows
    return said


@get("/scans/late", opt={"access": STAFF})
async def show_late(request: Req, by: Actor) -> Response[str]:
    """Scans that waited on a tablet and were refused once they arrived, until somebody has looked at each."""
    rows = await refused_late(shop=by.shop)
    is_part = bool(request.headers.get("hx-request"))
    template = "bench/_late.html" if is_part else "bench/late.html"
    return await page(request, template, rows=rows, cards=ACTIONS, is_quiet=is_part)


@post("/scans/late", opt={"access": STAFF}, status_code=200)
async def see_late(request: Req, by: Actor) -> Response[str]:
    """Looked at: it is off the list."""
    form = await form_of(request)
    await acknowledge([int(one) for one in form.texts("scan") if one.isdigit()][:100], by=by)
    return await page(
        request, "bench/_late.html", rows=await refused_late(shop=by.shop), cards=ACTIONS, is_quiet=True
    )


@get("/bench/asks", opt={"access": BENCH})
async def show_asks(request: Req, by: Actor) -> Response[str]:
    """Who asks me for what I have, and what I was answered."""
    return await _asks(request, by)


async def _asks(request: Req, by: Actor) -> Response[str]:
    return await page(
        request, "bench/_asks.html", asks=await asks_of(by.id), answers=await answers_to(by.id)
    )


@post("/bench/asks/{code:str}/kept", opt={"access": BENCH}, status_code=200)
async def keep_mine(request: Req, code: str, by: Actor) -> Response[str]:
    """Not now."""
    await keep(tidy(code), by=by)
    return await _asks(request, by)


HANDLERS = [take_scan, show_late, see_late, show_asks, keep_mine]
