"""What each action card does to the envelope in hand. One table; a new card is a row of it."""

from collections.abc import Awaitable, Callable

from bench.answers import Answer, about, already, hour, icon_of, short, signed, standing_words, tone_of
from bench.moves import Wish, advance
from workshop import clock
from workshop.errors import Conflict, InvalidInput, NotAllowed
from workshop.record.bench.asks import ask_for, give
from workshop.record.bench.undo import undo_last
from workshop.record.codes import FAIL_CARDS, HOLD_CARDS
from workshop.record.events import Actor
from workshop.record.stages import HOLD_REASONS, WORDS, Stage, allowed_moves
from workshop.record.tables import Envelope
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.standing import envelope_by_code, standing_of
from workshop.record.trade import FAIL_REASONS

S = Stage
Act = Callable[[str, Actor], Awaitable[Answer]]


async def start(code: str, by: Actor) -> Answer:
    """Take the envelope to one's bench."""
    envelope, is_new = await start_work(code, by=by)
    if is_new:
        return about(envelope, await signed("Started", by), "amber", "hammer")
    since = await hour(envelope.started_at or envelope.stage_since, by)
    return already(envelope, f"Already with you since {since}")


async def finish(code: str, by: Actor) -> Answer:
    """Done, to quality check."""
    was_out = (await envelope_by_code(code, shop=by.shop)).stage == S.AT_VENDOR
    envelope, is_new = await finish_work(code, by=by)
    if is_new:
        spent = envelope.worked_seconds // 60
        words = await signed("Done, to quality check", by)
        words = f"{words} · {spent // 60}:{spent % 60:02} h"
        return about(envelope, words, "teal", "checklist", can_undo=not was_out)
    since = await hour(envelope.stage_since, by)
    return already(envelope, f"Already at quality check since {since}")


async def found(code: str, by: Actor) -> Answer:
    """Something new: the page that asks for photo and price."""
    envelope = await envelope_by_code(code, shop=by.shop)
    where = f"/bench/{envelope.code}/found"
    return about(envelope, "What was found?", "violet", "camera", sound="attention", view="found", go=where)


async def parts(code: str, by: Actor) -> Answer:
    """What was used on the piece."""
    envelope = await envelope_by_code(code, shop=by.shop)
    where = f"/bench/{envelope.code}/material"
    return about(envelope, "What was used?", "violet", "list", sound="attention", view="", go=where)


async def ask_hold(code: str, by: Actor) -> Answer:
    """A hold needs its reason: tap it, or scan the card that has it."""
    envelope = await envelope_by_code(code, shop=by.shop)
    words = f"Why does {envelope.number} wait?"
    offers = [(card, HOLD_REASONS[reason]) for card, reason in HOLD_CARDS.items()]
    return about(envelope, words, "violet", "player-pause", sound="attention", view="hold", offers=offers)


def hold_for(reason: str) -> Act:
    """A HOLD card with its reason on it."""

    async def hold(code: str, by: Actor) -> Answer:
        envelope = await envelope_by_code(code, shop=by.shop)
        if envelope.stage == S.ON_HOLD and envelope.hold_reason == reason:
            return already(envelope, f"{standing_words(envelope)} already")
        envelope = await advance(code, Wish(S.ON_HOLD, reason), by=by)
        return about(envelope, await signed(f"On hold · {HOLD_REASONS[reason]}", by), "violet", "player-pause")

    return hold


async def back(code: str, by: Actor) -> Answer:
    """One step back: off the bench into the queue, home from the vendor, off hold."""
    envelope = await envelope_by_code(code, shop=by.shop)
    to = _one_back(envelope.stage, envelope.held_from)
    if to is None:
        allowed = [stage.value for stage in allowed_moves(await standing_of(envelope), by.roles)]
        now = standing_words(envelope)
        raise NotAllowed(f"{now}. {_NOT_BACK.get(Stage(envelope.stage), _NO_BACK)}", allowed)
    if envelope.stage == to:
        return already(envelope, f"{standing_words(envelope)} already")
    was_out = envelope.stage == S.AT_VENDOR
    envelope = await advance(code, Wish(to), by=by)
    words = await signed(f"Back: {WORDS[to].label.lower()}", by)
    return about(envelope, words, tone_of(envelope), icon_of(envelope), can_undo=not was_out)


_NO_BACK = "BACK is for what is at the bench, at a vendor or on hold."
_NOT_BACK = {
    S.RECEIVED: "It is in the queue already. Scan START to work on it.",
    S.QUALITY_CHECK: "If it is not right, scan QC FAIL: it goes back to the bench.",
    S.READY_FOR_PICKUP: "If it is not right, give it to the counter.",
}


def _one_back(stage: str, held_from: str) -> Stage | None:
    if stage == S.ON_HOLD:
        return S(held_from)
    return S.IN_QUEUE if stage in (S.AT_BENCH, S.AT_VENDOR, S.IN_QUEUE) else None


async def to_vendor(code: str, by: Actor) -> Answer:
    """Out to a vendor; which one, and what is due back when, is on the packing list."""
    envelope = await envelope_by_code(code, shop=by.shop)
    if envelope.stage == S.AT_VENDOR:
        return already(envelope, f"{standing_words(envelope)} already")
    where = f"/vendors/for/{envelope.code}"
    return about(envelope, "To which vendor?", "violet", "truck-delivery", sound="attention", view="", go=where)


async def pass_check(code: str, by: Actor) -> Answer:
    """Passing needs eyes: the list, the stones and the photos of this one piece."""
    envelope = await envelope_by_code(code, shop=by.shop)
    _check_at_gate(envelope)
    where = f"/bench/quality/{envelope.code}"
    return about(envelope, "Open the check", "teal", "checklist", sound="attention", view="", go=where)


async def ask_fail(code: str, by: Actor) -> Answer:
    """What is wrong: tap it, or scan the card that has it."""
    envelope = await envelope_by_code(code, shop=by.shop)
    _check_at_gate(envelope)
    offers = [(card, FAIL_REASONS[reason]) for card, reason in FAIL_CARDS.items()]
    words = f"What is wrong with {envelope.number}?"
    return about(envelope, words, "violet", "alert-circle", sound="attention", view="fail", offers=offers)


_ELSEWHERE = "Only what waits at quality check passes or fails."
_NOT_AT_GATE = {
    S.AT_BENCH: "Scan DONE when the work is done; then it is checked.",
    S.IN_QUEUE: "Nobody has worked on it yet. Scan START to begin.",
    S.RECEIVED: "Nobody has worked on it yet. Scan START to begin.",
    S.ON_HOLD: "Scan BACK to take it off hold first.",
    S.READY_FOR_PICKUP: "It has passed already.",
}


def _check_at_gate(envelope: Envelope) -> None:
    if envelope.stage != S.QUALITY_CHECK:
        raise Conflict(f"{standing_words(envelope)}. {_NOT_AT_GATE.get(Stage(envelope.stage), _ELSEWHERE)}")


def fail_for(reason: str) -> Act:
    """A QC FAIL card with its reason on it."""

    async def fail(code: str, by: Actor) -> Answer:
        envelope = await envelope_by_code(code, shop=by.shop)
        _check_at_gate(envelope)
        envelope = await advance(code, Wish(S.AT_BENCH, reason), by=by)
        return about(envelope, await signed(f"Back to the bench · {FAIL_REASONS[reason]}", by), "violet", "hammer")

    return fail


async def ask(code: str, by: Actor) -> Answer:
    """Ask whoever has it to hand it over."""
    envelope, holder = await ask_for(code, by=by)
    return about(envelope, f"Asked. {holder} sees it now; you read the answer here", "violet", "user", view="")


async def give_on(code: str, by: Actor) -> Answer:
    """Hand it to whoever asked."""
    envelope, taker = await give(code, by=by)
    since = await hour(clock.now(), by)
    return about(envelope, f"{taker} has {envelope.number} from now on · {since}", "green", "users")


async def undo(_code: str, by: Actor) -> Answer:
    """Take one's own last scan back."""
    envelope, card = await undo_last(by=by)
    return already(envelope, f"{card} taken back · {standing_words(envelope)}", "arrow-back-up")


async def put_down(_code: str, by: Actor) -> Answer:
    """Nothing in hand."""
    return Answer(f"Nothing in hand, {short(by)}", "slate", "ok", "check", view="")


ACTS: dict[str, Act] = {
    "A-START": start, "A-DONE": finish, "A-FOUND": found, "A-PARTS": parts, "A-HOLD": ask_hold, "A-BACK": back,
    "A-VENDOR": to_vendor, "A-PASS": pass_check, "A-FAIL": ask_fail, "A-ASK": ask, "A-GIVE": give_on,
    "A-UNDO": undo, "A-CLEAR": put_down,
    **{card: hold_for(reason) for card, reason in HOLD_CARDS.items()},
    **{card: fail_for(reason) for card, reason in FAIL_CARDS.items()},
}  # fmt: skip
WITHOUT_ENVELOPE = frozenset({"A-UNDO", "A-CLEAR"})
ONE_BY_ONE = frozenset({"A-FOUND", "A-PARTS", "A-HOLD", "A-PASS", "A-FAIL", "A-ASK", "A-GIVE", *WITHOUT_ENVELOPE})


def check_for_many(card: str) -> None:
    """Refuse a card that needs a person's eyes or words for each piece, when it is scanned for many."""
    if card in ("A-HOLD", "A-FAIL"):
        raise InvalidInput("For many at once, scan the card that has its reason on it.", code="Needs its reason.")
    if card in ONE_BY_ONE:
        raise InvalidInput("That card is for one piece at a time: scan the envelope first.", code="One at a time.")
