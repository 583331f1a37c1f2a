"""The customer's word on a version: approved or declined, on their page, by phone or here; written down once."""

from dataclasses import dataclass
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.prices.work import NewTask, add_task, price_task
from workshop.record.shop.approvals import Request, require_approval
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Estimate
from workshop.record.tickets.locks import envelope_spoken_of, locked
from workshop.record.tickets.shift import shift
from workshop.record.tickets.signatures import keep_signature

FEE = "XX-DIAG"  # for looking and reckoning when no work follows; a later approval credits it


@dataclass(frozen=True)
class Spoken:
    """How a spoken answer came: the number called, and what they said in their words."""

    number: str = ""
    said: str = ""


async def answer_estimate(
    estimate_id: int,
    *,
    approve: bool,
    name: str,
    how: str,
    by: Actor,
    signature: str = "",
    typed_name_signs: bool = False,
    address: str = "",
    spoken: Spoken = Spoken(),
) -> Estimate:
    """Write down the customer's word on a version: approve or decline. The same word twice is one.

    A page answer needs a typed name and a drawn signature; who cannot draw ticks that the typed name
    is their signature (an electronic signature may be any such mark, 15 USC 7006(5)). At the counter an
    approval is signed for; by phone it stands whom staff spoke to, and at which number. An answer to an
    older version is refused: the customer must see what holds.
    """
    refuse_card_number(spoken.said, "said")
    async with transaction():
        estimate, envelope = await _locked_estimate(estimate_id, by)
        wanted = "approved" if approve else "declined"
        if estimate.state == wanted:
            return estimate
        _check_answer(estimate, name)
        if envelope.stage in (Stage.CANCELLED, Stage.READY_FOR_PICKUP, Stage.PICKED_UP):
            raise Conflict("This work was called off before the answer. Nothing was changed; please call us.")
        if not approve and _is_held_for_answer(envelope):  # what is declined waits for nothing any more
            await shift(envelope, Stage(envelope.held_from), by=by, reason="The customer declined")
        if envelope.stage == Stage.ESTIMATING:  # being looked at again, but not changed: the answer holds
            await shift(envelope, Stage.AWAITING_APPROVAL, by=by)
        estimate.state, estimate.answered_at, estimate.how = wanted, clock.now(), how
        estimate.answered_by, estimate.address = name.strip(), address
        estimate.spoken_number, estimate.said = spoken.number, spoken.said.strip()[:300]
        estimate.staff = by.id or None
        must_sign = approve and (how == "counter" or (how == "link" and not typed_name_signs))
        is_drawn = bool(signature) or must_sign
        if is_drawn:
            estimate.signature = await keep_signature(signature, name)
        await estimate.save()
        await record(
            f"estimate_{wanted}", shop=envelope.shop, by=by if by.id else None, envelope=envelope,
            version=estimate.version, how=how, who=name.strip(), total=estimate.total_cents,
            signed="drawn" if is_drawn else "typed" if typed_name_signs else "",
            number=spoken.number[-4:], said=estimate.said,
        )  # fmt: skip
        await _move_on(envelope, approve, by)
    return estimate


def _is_held_for_answer(envelope: Envelope) -> bool:
    before = (Stage.AWAITING_APPROVAL, Stage.ESTIMATING)
    return envelope.stage == Stage.ON_HOLD and envelope.held_from in before


async def _move_on(envelope: Envelope, approve: bool, by: Actor) -> None:
    """To where the answer leads. What is on hold stays there, and goes on as approved when the hold ends."""
    if _is_held_for_answer(envelope):
        await fetch("UPDATE envelope SET held_from = $2 WHERE id = $1", envelope.id, Stage.APPROVED.value)
    if envelope.stage == Stage.AWAITING_APPROVAL:
        await shift(envelope, Stage.APPROVED if approve else Stage.DECLINED, by=by)
        if not approve:
            await _charge_fee(envelope, by)


async def _charge_fee(envelope: Envelope, by: Actor) -> None:
    """The shop's fee for looking and reckoning, where it has one; never twice."""
    cents = await fetch_value("SELECT decline_fee_cents FROM shop WHERE id = $1", envelope.shop)
    has_one = await fetch_value(
        "SELECT EXISTS (SELECT FROM task WHERE envelope = $1 AND code = $2 AND NOT is_dropped)", envelope.id, FEE
    )
    if not cents or has_one:
        return
    priced = await price_task(NewTask(FEE, price_cents=cents), shop=envelope.shop)
    task = await add_task(priced, envelope=envelope.id)
    who = by if by.id else None
    await record("fee_charged", shop=envelope.shop, by=who, envelope=envelope, task=task.id, cents=cents)


async def credit_fee(envelope: Envelope) -> None:
    """The fee falls away when the work is reckoned again: it is credited on approval. Inside a transaction."""
    await fetch(
        """UPDATE task SET is_dropped = true WHERE envelope = $1 AND code = $2 AND done_at IS NULL
           AND EXISTS (SELECT FROM event e WHERE e.envelope = $1 AND e.name = 'fee_charged'
                       AND e.data->>'task' = task.id::text)""",
        envelope.id, FEE,
    )  # fmt: skip


async def waive_fee(code: str, *, reason: str, by: Actor) -> None:
    """No fee after all, at a manager's word (NeedsManager)."""
    if not reason.strip():
        raise InvalidInput("Say why.", reason="Say why: it stands in the history.")
    refuse_card_number(reason, "reason")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        row = await fetch_one(
            "SELECT id, price_cents FROM task WHERE envelope = $1 AND code = $2 AND NOT is_dropped", envelope.id, FEE
        )
        if row is None or envelope.stage == Stage.PICKED_UP:
            raise Conflict("There is no fee on this piece that could be waived.")
        asked = Request("fee", envelope.number, row["price_cents"], reason.strip()[:300])
        await require_approval(asked, by=by, field="reason", envelope=envelope)
        await fetch("UPDATE task SET is_dropped = true WHERE id = $1", row["id"])
        await record(
            "fee_waived", shop=by.shop, by=by, envelope=envelope, cents=row["price_cents"], reason=reason.strip()
        )


def _check_answer(estimate: Estimate, name: str) -> None:
    if estimate.state == "superseded":
        raise Conflict("There is a newer estimate. Please look at that one.")
    if estimate.state != "sent":
        raise Conflict(f"This estimate was already {estimate.state}.")
    if estimate.expires_at and estimate.expires_at < clock.now():
        raise Conflict("This estimate has run out. Ask us for a fresh one; nothing was changed.")
    if len(name.strip()) < 2:
        raise InvalidInput("Whose word is it? Write the name.", name="Write the name.")


async def _locked_estimate(estimate_id: int, by: Actor) -> tuple[Estimate, Envelope]:
    of = await fetch_value("SELECT envelope FROM estimate WHERE id = $1", estimate_id)
    if of is None:
        raise NotFound("There is no such estimate.")
    envelope = await envelope_spoken_of(of, shop=by.shop)
    estimate = await Estimate.objects().get(Estimate.id == estimate_id)
    assert estimate is not None
    return estimate, envelope


def changes_between(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """What one version has other than the one before: (added, changed or dropped; line; cents more or less)."""
    was, now = {line["task"]: line for line in before}, {line["task"]: line for line in after}
    added = [("added", line["name"], line["cents"]) for task, line in now.items() if task not in was]
    dropped = [("dropped", line["name"], -line["cents"]) for task, line in was.items() if task not in now]
    changed = [
        ("changed", line["name"], line["cents"] - was[task]["cents"])
        for task, line in now.items() if task in was and line["cents"] != was[task]["cents"]
    ]  # fmt: skip
    return added + changed + dropped
