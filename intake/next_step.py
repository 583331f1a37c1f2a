"""The one thing to do next on a ticket, and everything else an envelope allows: both from the table of moves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from workshop.record.stages import MOVES, Stage, Standing, allowed_moves

S = Stage


@dataclass(frozen=True)
class Step:
    """The main button: a link, or an act posted with these envelope numbers. No `text`: nothing to do here."""

    text: str = ""
    href: str = ""
    post: str = ""
    numbers: list[str] = field(default_factory=list)
    to: str = ""
    why: str = ""


@dataclass(frozen=True)
class Choice:
    """One more thing an envelope allows: its words, and where it is done."""

    to: str
    act: str
    href: str = ""  # a page of its own
    needs_reason: bool = False


def next_step(ticket: str, standings: Sequence[Standing]) -> Step:
    """What the counter does next: what waits for a decision first, handing over last."""
    here = [one for one in standings if one.stage is not S.PICKED_UP]
    if not here:
        return Step(why="Everything has been handed over.")
    for rule in (_returned, _to_estimate, _to_send, _to_queue, _to_answer, _held, _back, _to_check):
        if step := rule(ticket, here):
            return step
    ready = [one.number for one in here if one.stage is S.READY_FOR_PICKUP]
    if ready:
        text = "Hand over" if len(ready) == len(here) else "Hand over what is ready"
        return Step(text, href=f"/tickets/{ticket}/pickup")
    return Step(why=_working(here))


def _move(ticket: str, text: str, to: Stage, some: Sequence[Standing], why: str = "") -> Step | None:
    numbers = [one.number for one in some]
    return Step(text, post=f"/tickets/{ticket}/moves", numbers=numbers, to=to.value, why=why) if numbers else None


def _returned(ticket: str, here: list[Standing]) -> Step | None:
    some = [one for one in here if one.stage in (S.DECLINED, S.CANCELLED)]
    why = "No work is done on it. It goes back as it came, or the estimate is changed."
    return _move(ticket, "Return unrepaired", S.READY_FOR_PICKUP, some, why)


def _to_estimate(ticket: str, here: list[Standing]) -> Step | None:
    some = [one for one in here if one.approval == "missing" and one.stage in (S.RECEIVED, S.ESTIMATING)]
    return _move(ticket, "Work out the price", S.ESTIMATING, some, "This work needs an estimate first.")


def _to_send(ticket: str, here: list[Standing]) -> Step | None:
    waiting = (S.ESTIMATING, S.AWAITING_APPROVAL)
    some = [one for one in here if one.stage in waiting and one.approval in ("draft", "expired")]
    if not some:
        return None
    again = all(one.approval == "expired" for one in some)
    why = (
        "The estimate ran out before an answer." if again else "The price is worked out. The customer has not seen it."
    )
    if again:
        numbers = [one.number for one in some]
        return Step("Send the estimate again", post=f"/tickets/{ticket}/estimate/send", numbers=numbers, why=why)
    # Through the estimate's own page: nobody sends a price that nobody looked at.
    return Step("Check and send the estimate", href=f"/tickets/{ticket}/estimate", why=why)


def _to_queue(ticket: str, here: list[Standing]) -> Step | None:
    some = [
        one for one in here
        if one.stage in (S.RECEIVED, S.APPROVED) and one.approval in ("not_needed", "approved")
    ]  # fmt: skip
    return _move(ticket, "Put in the queue", S.IN_QUEUE, some, "Ready for the bench.")


def _to_answer(ticket: str, here: list[Standing]) -> Step | None:
    if any(one.stage is S.AWAITING_APPROVAL for one in here):
        return Step(
            "Record the answer", href=f"/tickets/{ticket}/estimate#answer", why="Waiting for the customer's word."
        )
    return None


def _held(ticket: str, here: list[Standing]) -> Step | None:
    some = [one for one in here if one.stage is S.ON_HOLD]
    same = [one for one in some if one.held_from == some[0].held_from]
    return _move(ticket, "Take off hold", Stage(same[0].held_from), same) if same else None


def _back(ticket: str, here: list[Standing]) -> Step | None:
    some = [one for one in here if one.stage is S.AT_VENDOR]
    return _move(ticket, "Back from the vendor", S.IN_QUEUE, some, "At the vendor.")


def _to_check(ticket: str, here: list[Standing]) -> Step | None:
    some = [one for one in here if one.stage is S.QUALITY_CHECK]
    return (
        Step("Check quality", href=f"/bench/quality/{some[0].number}", why="Finished at the bench.") if some else None
    )


def _working(here: list[Standing]) -> str:
    at_bench = [one.holder for one in here if one.stage is S.AT_BENCH and one.holder]
    if at_bench:
        return f"Nothing to do here now: at the bench with {at_bench[0]}."
    return "Nothing to do here now: it waits in the queue for the bench."


def choices(ticket: str, standing: Standing, roles: Collection[str]) -> list[Choice]:
    """Every move the table allows this person, each leading to where it is properly done."""
    found = []
    for to in allowed_moves(standing, roles):
        move = MOVES[standing.stage, to]
        href = _own_page(ticket, standing, to)
        found.append(Choice(to.value, move.act, href, move.needs_reason))
    return found


def _own_page(ticket: str, standing: Standing, to: Stage) -> str:
    """Some moves need more than a press: evidence, a signature, somebody's word."""
    start = standing.stage
    if start is S.QUALITY_CHECK and to in (S.READY_FOR_PICKUP, S.AT_BENCH):
        return f"/bench/quality/{standing.number}"
    if to is S.PICKED_UP:
        return f"/tickets/{ticket}/pickup"
    if start is S.AWAITING_APPROVAL and to in (S.APPROVED, S.DECLINED):
        return f"/tickets/{ticket}/estimate#answer"
    if start is S.ESTIMATING and to is S.AWAITING_APPROVAL:
        return f"/tickets/{ticket}/estimate"
    return ""
