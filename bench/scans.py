"""What a scan means, in one grammar for every station: an envelope, an act, a place, a badge, a claim check.

A scan says something alone (take in hand, switch person) or about the envelope in hand (act, put away).
A new kind of code joins as one row of `GRAMMAR`; a new action card as one row of `bench.acts.ACTS`.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.acts import ACTS, WITHOUT_ENVELOPE
from bench.answers import Answer, about, already, icon_of, short, signed, standing_words, tone_of
from bench.custody import put_in_place
from bench.slips import refuse_slip
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.codes import ACTIONS, BADGE, ENVELOPE, PLACE, VENDOR, hashed, is_code, tidy
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.whereabouts.missing import close_if_missing
from workshop.record.whereabouts.send_outs import pack
from workshop.record.whereabouts.transfer_arrivals import coming_here

COUNTER = ("counter", "manager", "owner")


@dataclass(frozen=True)
class Sign:
    """One kind of code: how it is known, and what it does with the envelope in hand."""

    kind: str
    fits: Callable[[str], bool]
    do: Callable[[str, str, Actor], Awaitable[Answer]]


async def read_scan(text: str, in_hand: str, *, by: Actor) -> Answer:
    """Carry out one scan. The same scan twice does nothing twice.

    Raises NotFound, InvalidInput, Forbidden or Conflict with the sentence to say.
    """
    code = tidy(text)
    sign = sign_of(code)
    if sign is not None:
        return await sign.do(code, in_hand, by)
    return await _take_in_hand(await read_number(code, by), by)


def sign_of(code: str) -> Sign | None:
    """The row of the grammar that a tidied scan belongs to; None for an envelope or a number."""
    return next((sign for sign in GRAMMAR if sign.fits(code)), None)


async def read_number(code: str, by: Actor) -> str:
    """The envelope code of a scan, or of a number typed by hand. Raises InvalidInput on a slip."""
    if is_code(code, ENVELOPE):
        return code
    await refuse_slip(code, shop=by.shop)
    return await _code_of_number(code, by)


async def _act(action: str, in_hand: str, by: Actor) -> Answer:
    if not in_hand and action not in WITHOUT_ENVELOPE:
        raise InvalidInput(f"Scan an envelope first, then {ACTIONS[action][0]}.", code="No envelope in hand.")
    return await ACTS[action](in_hand, by)


async def _put(place: str, in_hand: str, by: Actor) -> Answer:
    if not in_hand:
        raise InvalidInput("Scan an envelope first, then the place it goes to.", code="No envelope in hand.")
    envelope, is_new = await put_in_place(in_hand, place, by=by)
    words = f"{envelope.number} is in: {envelope.location}"
    if is_new:
        return about(envelope, await signed(words, by), "green", "map-pin")
    return already(envelope, f"{words} already", "map-pin")


async def _pack(vendor: str, in_hand: str, by: Actor) -> Answer:
    """Envelope and vendor: onto the packing list. Nothing leaves before the list is sent."""
    if not in_hand:
        raise InvalidInput("Scan an envelope first, then the vendor it goes to.", code="No envelope in hand.")
    envelope, row, is_new = await pack(in_hand, vendor, by=by)
    words = f"{envelope.number} is on list {row['number']} to {row['vendor_name']}"
    if is_new:
        return about(envelope, await signed(words, by), "violet", "package-export")
    return already(envelope, f"{words} already", "package-export")


async def _meet(badge: str, in_hand: str, by: Actor) -> Answer:
    mine = await fetch_value("SELECT id FROM staff WHERE badge_code = $1 AND id = $2", badge, by.id)
    if mine is not None:
        return Answer(f"{short(by)}, you are signed in here", "slate", "ok", "user", in_hand, "", can_undo=False)
    return Answer("", code=in_hand, badge=badge)


async def _claim(text: str, _in_hand: str, by: Actor) -> Answer:
    """A claim check: its pickup at the counter; at the bench the piece, where it is a single one."""
    found = _CLAIM.search(urlsplit(text.lower()).path)
    number = found and await fetch_value(
        "SELECT number FROM ticket WHERE link_hash = $1 AND shop = $2", hashed(found[1]), by.shop
    )
    if not number:
        raise NotFound("No ticket of this shop has that claim check. Search by name or phone.")
    if by.is_one_of(*COUNTER):
        words, where = f"Pickup of {number}", f"/tickets/{number}/pickup"
        return Answer(words, "green", "ok", "shopping-bag-check", view="", go=where)
    return await _take_in_hand(await _code_of_number(number, by), by)


_CLAIM = re.compile(r"/t/([0-9a-z]{20,})$")


async def _take_in_hand(code: str, by: Actor) -> Answer:
    try:
        envelope = await envelope_by_code(code, shop=by.shop)
    except NotFound:
        coming = await coming_here(code, shop=by.shop)
        if coming is None:
            raise
        words = f"{coming['number']} comes from {coming['from_name']}. Scan it once more on its list"
        return Answer(words, "violet", "attention", "package-import", view="", go=f"/transfers/{coming['id']}")
    if envelope.missing_since is not None and await close_if_missing(code, by=by):
        words = f"Found again: {envelope.number}. Put it back: {envelope.location}"
        return about(envelope, words, "green", "map-pin", sound="attention")
    return about(envelope, standing_words(envelope), tone_of(envelope), icon_of(envelope))


async def _code_of_number(text: str, by: Actor) -> str:
    """The code behind a printed number: `HR-24811-1`, `24811-1`, or a ticket with a single piece."""
    shop = (await shop_of(by.shop)).code
    number = text if re.match(r"[A-Z]{1,6}-\d", text) else f"{shop}-{text}"  # also of a shop that sent us its work
    rows = await fetch(
        """SELECT v.code FROM envelope v WHERE v.number = $1 AND v.shop = $2
           UNION ALL
           SELECT v.code FROM ticket k JOIN envelope v ON v.ticket = k.id WHERE k.number = $1 AND k.shop = $2""",
        number, by.shop,
    )  # fmt: skip
    if not rows:
        raise NotFound("No envelope of this shop has that code. Scan it again, or search by ticket number.")
    if len(rows) > 1:
        raise Conflict(f"{number} holds {len(rows)} pieces. Scan the envelope you have in hand.")
    found: str = rows[0]["code"]
    return found


GRAMMAR = (
    Sign("action", lambda code: code in ACTIONS, _act),
    Sign("badge", lambda code: is_code(code, BADGE), _meet),
    Sign("place", lambda code: is_code(code, PLACE), _put),
    Sign("vendor", lambda code: is_code(code, VENDOR), _pack),
    Sign("claim check", lambda code: bool(_CLAIM.search(urlsplit(code.lower()).path)), _claim),
)

__all__ = ["GRAMMAR", "Answer", "Sign", "icon_of", "read_number", "read_scan", "sign_of", "tone_of"]
