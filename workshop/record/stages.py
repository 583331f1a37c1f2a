"""The path of an envelope: one table of moves that buttons, API, scans and tests all read."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from workshop.errors import Forbidden, NotAllowed


class Stage(StrEnum):
    """Where an envelope stands. The words on screen are in `WORDS`."""

    RECEIVED = "received"
    ESTIMATING = "estimating"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    IN_QUEUE = "in_queue"
    AT_BENCH = "at_bench"
    QUALITY_CHECK = "quality_check"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    AT_VENDOR = "at_vendor"
    ON_HOLD = "on_hold"
    DECLINED = "declined"
    CANCELLED = "cancelled"


S = Stage
CLOSED = frozenset({S.PICKED_UP})
OPEN = frozenset(Stage) - CLOSED
HOLD_REASONS = {
    "customer": "Waiting for the customer",
    "part": "Waiting for a part",
    "stone": "Waiting for a stone",
    "manager": "Waiting for the manager",
}

COUNTER = frozenset({"counter", "manager", "owner"})
BENCH = frozenset({"bench", "manager", "owner"})
FLOOR = COUNTER | BENCH
MANAGER = frozenset({"manager", "owner"})


@dataclass(frozen=True)
class Word:
    """How a stage is said to staff (one word, one colour, one icon) and to the customer."""

    label: str
    colour: str
    icon: str
    customer: str


WORDS = {
    S.RECEIVED: Word("Received", "slate", "package-import", "received"),
    S.ESTIMATING: Word("Estimating", "slate", "receipt", "received"),
    S.AWAITING_APPROVAL: Word("Waiting for approval", "violet", "hourglass", "received"),
    S.APPROVED: Word("Approved", "slate", "check", "received"),
    S.IN_QUEUE: Word("In queue", "slate", "list", "received"),
    S.AT_BENCH: Word("At bench", "amber", "hammer", "being_repaired"),
    S.AT_VENDOR: Word("At vendor", "violet", "truck-delivery", "being_repaired"),
    S.ON_HOLD: Word("On hold", "violet", "player-pause", "being_repaired"),
    S.QUALITY_CHECK: Word("Quality check", "teal", "checklist", "quality_check"),
    S.READY_FOR_PICKUP: Word("Ready to collect", "green", "shopping-bag-check", "ready_for_pickup"),
    S.PICKED_UP: Word("Picked up", "muted", "checks", "picked_up"),
    S.DECLINED: Word("Declined", "muted", "x", "received"),
    S.CANCELLED: Word("Cancelled", "muted", "ban", "received"),
}
CUSTOMER_STEPS = ("received", "being_repaired", "quality_check", "ready_for_pickup")


@dataclass(frozen=True)
class Move:
    """One allowed move: the act as a button says it, and who may."""

    act: str
    roles: frozenset[str]
    needs_reason: bool = False


MOVES: dict[tuple[Stage, Stage], Move] = {
    (S.RECEIVED, S.ESTIMATING): Move("Work out the price", FLOOR),
    (S.RECEIVED, S.IN_QUEUE): Move("Put in the queue", FLOOR),
    (S.ESTIMATING, S.AWAITING_APPROVAL): Move("Send for approval", FLOOR),
    (S.AWAITING_APPROVAL, S.APPROVED): Move("Record the approval", COUNTER),
    (S.AWAITING_APPROVAL, S.DECLINED): Move("Record the refusal", COUNTER),
    (S.AWAITING_APPROVAL, S.ESTIMATING): Move("Change the estimate", FLOOR),
    (S.APPROVED, S.IN_QUEUE): Move("Put in the queue", FLOOR),
    (S.APPROVED, S.ESTIMATING): Move("Change the estimate", FLOOR),
    (S.IN_QUEUE, S.AT_BENCH): Move("Start work", BENCH),
    (S.IN_QUEUE, S.ESTIMATING): Move("Change the estimate", FLOOR),
    (S.IN_QUEUE, S.AT_VENDOR): Move("Send to a vendor", FLOOR),
    (S.AT_BENCH, S.QUALITY_CHECK): Move("Done, to quality check", BENCH),
    (S.AT_BENCH, S.ESTIMATING): Move("Report a finding", BENCH),
    (S.AT_BENCH, S.IN_QUEUE): Move("Put back in the queue", BENCH),
    (S.AT_BENCH, S.AT_VENDOR): Move("Send to a vendor", BENCH),
    (S.AT_VENDOR, S.IN_QUEUE): Move("Back from the vendor", FLOOR),
    (S.AT_VENDOR, S.QUALITY_CHECK): Move("Back and finished", FLOOR),
    (S.QUALITY_CHECK, S.READY_FOR_PICKUP): Move("Pass", BENCH | COUNTER),
    (S.QUALITY_CHECK, S.AT_BENCH): Move("Fail, back to the bench", BENCH | COUNTER, True),
    (S.READY_FOR_PICKUP, S.PICKED_UP): Move("Hand over", COUNTER),
    (S.READY_FOR_PICKUP, S.IN_QUEUE): Move("Not right, back to the bench", COUNTER, True),
    (S.DECLINED, S.ESTIMATING): Move("Change the estimate", FLOOR),
    (S.DECLINED, S.READY_FOR_PICKUP): Move("Return unrepaired", COUNTER),
    (S.CANCELLED, S.READY_FOR_PICKUP): Move("Return unrepaired", COUNTER),
}
HOLDABLE = (
    S.RECEIVED, S.ESTIMATING, S.AWAITING_APPROVAL, S.APPROVED, S.IN_QUEUE, S.AT_BENCH, S.QUALITY_CHECK,
)  # fmt: skip
SPOKEN = (S.AWAITING_APPROVAL, S.APPROVED, S.DECLINED)  # by question and answer: no hand need be on the piece
CANCELLABLE = (S.RECEIVED, S.ESTIMATING, S.AWAITING_APPROVAL, S.APPROVED, S.IN_QUEUE, S.ON_HOLD)
for _stage in HOLDABLE:
    MOVES[_stage, S.ON_HOLD] = Move("Put on hold", FLOOR, True)
    MOVES[S.ON_HOLD, _stage] = Move("Take off hold", FLOOR)
for _stage in CANCELLABLE:
    MOVES[_stage, S.CANCELLED] = Move("Cancel the work", COUNTER, True)


@dataclass(frozen=True)
class Standing:
    """Everything about an envelope that a move depends on."""

    number: str
    stage: Stage
    held_from: str = ""
    approval: str = "not_needed"  # not_needed, missing, draft, sent, approved, declined, expired
    open_tasks: int = 0
    worked_by: int | None = None
    makers: frozenset[int] = frozenset()  # everybody who had it at their bench
    maker_may_pass: bool = False
    is_checked: bool = False  # quality evidence is given with this very move
    on_its_way: str = ""  # to which shop, while it travels there
    is_packed: bool = False  # it leaves or comes back on a packing list with this very move
    is_collected: bool = False  # collector, signature and balance are given with this very move
    holder: str = ""  # "Kai, since 14:02", for the refusal


def allowed_moves(standing: Standing, roles: Collection[str]) -> list[Stage]:
    """The stages this envelope can go to next by somebody with these roles, as the table has them."""
    return [
        to
        for (start, to), move in MOVES.items()
        if start is standing.stage and _may(move, roles) and _returns_whence(standing, to)
    ]


def check_move(standing: Standing, to: Stage, *, by: int, roles: Collection[str], reason: str) -> Move:
    """Refuse a move that the table, the person's role or the facts forbid, saying what to do instead.

    Raises NotAllowed (409) with the allowed moves, or Forbidden (403).
    """
    allowed = [stage.value for stage in allowed_moves(standing, roles)]
    move = MOVES.get((standing.stage, to))
    if move is None or not _returns_whence(standing, to):
        raise NotAllowed(_no_such_move(standing, to, allowed), allowed)
    if not _may(move, roles):
        raise Forbidden(f"“{move.act}” is for {_people(move.roles)}. Ask one of them.")
    lacks_reason = move.needs_reason and not reason.strip()
    obstacle = _obstacle(standing, to, by) or (_reason_advice(standing, to) if lacks_reason else "")
    if obstacle:
        raise NotAllowed(obstacle, allowed)
    return move


def _may(move: Move, roles: Collection[str]) -> bool:
    return not move.roles.isdisjoint(roles)


def _returns_whence(standing: Standing, to: Stage) -> bool:
    """Off hold, an envelope goes back to where it was held, or is cancelled."""
    if standing.stage is not S.ON_HOLD or to is S.CANCELLED:
        return True
    return to.value == standing.held_from


def _obstacle(standing: Standing, to: Stage, by: int) -> str:
    """What stands in the way although the table has the move; empty if nothing does."""
    if standing.on_its_way and to not in SPOKEN:
        return f"{standing.number} is on its way to {standing.on_its_way}. It is scanned in there first."
    waits = standing.approval not in ("not_needed", "approved")
    goes_to_work = to in (S.APPROVED, S.IN_QUEUE, S.AT_BENCH, S.AT_VENDOR)
    goes_back = standing.stage in (S.QUALITY_CHECK, S.ON_HOLD)  # to where it already was allowed
    if waits and goes_to_work and not goes_back:
        return _APPROVAL_ADVICE[standing.approval]
    if S.AT_VENDOR in (standing.stage, to) and not standing.is_packed:
        return _PACKING_ADVICE[to is S.AT_VENDOR]
    if to is S.AWAITING_APPROVAL and standing.approval != "sent":
        return "The estimate has not gone to the customer. Send it, then it waits for an answer."
    if to is S.DECLINED and standing.approval != "declined":
        return "No refusal is recorded. Write down the customer's answer on the estimate."
    if to is S.READY_FOR_PICKUP and standing.stage is S.QUALITY_CHECK:
        return _quality_obstacle(standing, by)
    if to is S.PICKED_UP and not standing.is_collected:
        return "Handing over needs the collector, the balance and a signature. Use the pickup page."
    return ""


_PACKING_ADVICE = {
    True: "Nothing leaves without a packing list. Scan the envelope and then the vendor’s card.",
    False: "It is out on a packing list. Receive it back there.",
}
_APPROVAL_ADVICE = {
    "missing": "This work needs an estimate first. Work out the price and send it for approval.",
    "draft": "The estimate has not gone to the customer. Send it for approval.",
    "sent": "The customer has not answered the estimate. No work before approval.",
    "declined": "The customer declined the estimate. Change it, or return the piece unrepaired.",
    "expired": "The estimate ran out before an answer. Send it again.",
}


def _quality_obstacle(standing: Standing, by: int) -> str:
    if by in standing.makers | {standing.worked_by} and not standing.maker_may_pass:
        return "You did this work, so somebody else checks it. Ask a colleague to pass it."
    if not standing.is_checked:
        return "Passing needs the list ticked, the stones counted and the after photos."
    return ""


def _no_such_move(standing: Standing, to: Stage, allowed: list[str]) -> str:
    now = WORDS[standing.stage].label.lower()
    holder = f" ({standing.holder})" if standing.holder else ""
    if standing.stage is to:
        return f"{standing.number} is already: {now}{holder}."
    if advice := _bench_advice(standing, to):
        return f"{standing.number} · {WORDS[standing.stage].label}{holder}. {advice}"
    if not allowed:
        if standing.stage is S.PICKED_UP:
            return f"{standing.number} was handed to the customer. If you hold it, tell a manager now."
        return f"{standing.number} is: {now}{holder}. Nothing more can be done with it from here."
    choices = ", ".join(WORDS[Stage(value)].label.lower() for value in allowed)
    wanted = WORDS[to].label.lower()
    return f"{standing.number} is: {now}{holder}. It cannot go to “{wanted}”. From here: {choices}."


def _reason_advice(standing: Standing, to: Stage) -> str:
    if (standing.stage, to) == (S.QUALITY_CHECK, S.AT_BENCH):
        return f"{standing.number} waits at quality check. Not right? Scan QC FAIL: that needs a reason."
    return "Say why: this move needs a reason."


def _bench_advice(standing: Standing, to: Stage) -> str:
    """What to do instead where START or DONE comes at the wrong moment: short, it is read at arm's length."""
    if to not in (S.AT_BENCH, S.QUALITY_CHECK):
        return ""
    if standing.stage in (S.ESTIMATING, S.AWAITING_APPROVAL, S.DECLINED):
        return _APPROVAL_ADVICE.get(standing.approval, "No work before the price is agreed. Take another piece.")
    if standing.stage is S.ON_HOLD:
        return "Scan BACK to take it off hold first."
    if to is S.QUALITY_CHECK:
        not_begun = standing.stage in (S.RECEIVED, S.APPROVED, S.IN_QUEUE)
        return "Nobody has started it. Scan START first." if not_begun else ""
    return _NOT_TO_BENCH.get(standing.stage, "")


_NOT_TO_BENCH = {
    S.AT_VENDOR: "Do you hold it? Then scan BACK first, and START after.",
    S.READY_FOR_PICKUP: "It is finished. If it is not right, give it to the counter.",
    S.CANCELLED: "The work is called off. Give it to the counter.",
}


def _people(roles: Collection[str]) -> str:
    return ", ".join(role for role in ("counter", "bench", "manager", "owner") if role in roles)


def ticket_stage(stages: Collection[Stage]) -> Stage:
    """A ticket stands where its least advanced open envelope stands."""
    order = (
        S.ON_HOLD, S.AWAITING_APPROVAL, S.ESTIMATING, S.RECEIVED, S.DECLINED, S.CANCELLED, S.APPROVED,
        S.IN_QUEUE, S.AT_VENDOR, S.AT_BENCH, S.QUALITY_CHECK, S.READY_FOR_PICKUP, S.PICKED_UP,
    )  # fmt: skip
    return min(stages, key=order.index)
