"""What a scan means at the bench: an envelope to take in hand, an act, a place, a colleague's badge."""

from dataclasses import dataclass
from datetime import datetime

from bench.custody import put_in_place
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.codes import ACTIONS, BADGE, BODY, ENVELOPE, PLACE, is_code, tidy
from workshop.record.envelopes import envelope_by_code, finish_work, shop_of, start_work
from workshop.record.events import Actor
from workshop.record.stages import HOLD_REASONS, WORDS, Stage
from workshop.record.tables import Envelope


@dataclass(frozen=True)
class Answer:
    """What the bench says to a scan: words, tone and sound, and what is in hand now."""

    words: str
    tone: str = "green"
    sound: str = "ok"
    icon: str = "circle-check"
    code: str = ""
    view: str = "piece"  # piece, hold, found, or empty: leave what is shown
    badge: str = ""  # somebody else takes over the station


async def read_scan(text: str, in_hand: str, *, by: Actor) -> Answer:
    """Carry out one scan. The same scan twice does nothing twice.

    Raises NotFound, InvalidInput, Forbidden or Conflict with the sentence to say.
    """
    code = tidy(text)
    if code in ACTIONS:
        return await _act(code, in_hand, by)
    if is_code(code, BADGE):
        return await _meet(code, in_hand, by)
    if is_code(code, PLACE):
        return await _put(code, in_hand, by)
    return await _take_in_hand(await read_number(code, by), by)


async def read_number(code: str, by: Actor) -> str:
    """The envelope code of a scan, or of a number typed by hand. Raises InvalidInput on a slip."""
    if is_code(code, ENVELOPE):
        return code
    _refuse_slip(code)
    return await _code_of_number(code, by)


async def _act(action: str, in_hand: str, by: Actor) -> Answer:
    if not in_hand:
        raise InvalidInput(f"Scan an envelope first, then {ACTIONS[action][0]}.", code="No envelope in hand.")
    if action == "A-START":
        return await _start(in_hand, by)
    if action == "A-DONE":
        return await _finish(in_hand, by)
    envelope = await envelope_by_code(in_hand, shop=by.shop)
    if action == "A-HOLD":
        words = f"Why does {envelope.number} wait?"
        return Answer(words, "violet", "attention", "player-pause", envelope.code, "hold")
    return Answer("What was found?", "violet", "attention", "camera", envelope.code, "found")


async def _start(in_hand: str, by: Actor) -> Answer:
    envelope, is_new = await start_work(in_hand, by=by)
    if is_new:
        return Answer(await _signed("Started", by), "amber", "ok", "hammer", envelope.code)
    since = await _hour(envelope.started_at or envelope.stage_since, by)
    return Answer(f"Already with you since {since}", "slate", "ok", "check", envelope.code)


async def _finish(in_hand: str, by: Actor) -> Answer:
    envelope, is_new = await finish_work(in_hand, by=by)
    if is_new:
        spent = envelope.worked_seconds // 60
        words = await _signed("Done, to quality check", by)
        return Answer(f"{words} · {spent // 60}:{spent % 60:02} h", "teal", "ok", "checklist", envelope.code)
    since = await _hour(envelope.stage_since, by)
    return Answer(f"Already at quality check since {since}", "slate", "ok", "check", envelope.code)


async def _put(place: str, in_hand: str, by: Actor) -> Answer:
    if not in_hand:
        raise InvalidInput("Scan an envelope first, then the place it goes to.", code="No envelope in hand.")
    envelope, is_new = await put_in_place(in_hand, place, by=by)
    words = f"{envelope.number} is in: {envelope.location}"
    tone = "green" if is_new else "slate"
    return Answer(await _signed(words, by) if is_new else f"{words} already", tone, "ok", "map-pin", envelope.code)


async def _meet(badge: str, in_hand: str, by: Actor) -> Answer:
    mine = await fetch_value("SELECT id FROM staff WHERE badge_code = $1 AND id = $2", badge, by.id)
    if mine is not None:
        return Answer(f"{_short(by)}, you are signed in here", "slate", "ok", "user", in_hand, "")
    return Answer("", code=in_hand, badge=badge)


async def _take_in_hand(code: str, by: Actor) -> Answer:
    envelope = await envelope_by_code(code, shop=by.shop)
    return Answer(_standing_words(envelope), tone_of(envelope), "ok", icon_of(envelope), envelope.code)


def _standing_words(envelope: Envelope) -> str:
    more = f": {HOLD_REASONS.get(envelope.hold_reason, '').lower()}" if envelope.hold_reason else ""
    return f"{envelope.number} · {WORDS[Stage(envelope.stage)].label}{more}"


def tone_of(envelope: Envelope) -> str:
    """The colour of where it stands."""
    return WORDS[Stage(envelope.stage)].colour


def icon_of(envelope: Envelope) -> str:
    """The sign of where it stands."""
    return WORDS[Stage(envelope.stage)].icon


def _refuse_slip(code: str) -> None:
    """A code of the right shape whose check character does not fit was mistyped or half read."""
    kinds = {ENVELOPE: "envelope", BADGE: "badge", PLACE: "place"}
    if code[:1] in kinds and BODY <= len(code) <= BODY + 4 and not set(code) & set("-/:"):
        sentence = f"One character of that {kinds[code[0]]} code is not right. Look again, or scan it."
        raise InvalidInput(sentence, code=sentence)
    if "://" in code:
        raise InvalidInput("That is a claim check. It opens at the counter.", code="A claim check.")


async def _code_of_number(text: str, by: Actor) -> str:
    """The code behind a printed number: `HR-24811-1`, `24811-1`, or a ticket with a single piece."""
    shop = (await shop_of(by.shop)).code
    number = text if text.startswith(f"{shop}-") else f"{shop}-{text}"
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


async def _signed(words: str, by: Actor) -> str:
    """`Started · Kai · 14:02`."""
    return f"{words} · {_short(by)} · {await _hour(clock.now(), by)}"


def _short(by: Actor) -> str:
    return by.name.split()[0]


async def _hour(moment: datetime, by: Actor) -> str:
    zone = (await shop_of(by.shop)).zone
    return f"{clock.local(moment, zone):%H:%M}"
