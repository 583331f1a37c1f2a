"""What Twilio reports about a text of ours: stored once, in any order, never believed backwards."""

from uuid import UUID

import structlog

from notifications.codes import explain
from notifications.delivery import LOST, State, settle
from notifications.messages import Row, locked, note, turn
from notifications.optouts import opt_out
from workshop import clock
from workshop.db import fetch_one, transaction

log = structlog.get_logger()


async def take_report(message_id: UUID, sid: str, status: str, error_code: int | None) -> None:
    """Keep one callback and let it raise the message's state; a repeated one does nothing."""
    async with transaction():
        is_new = await fetch_one(
            """INSERT INTO delivery_report (carrier_id, status, message, error_code, at)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT delivery_report_once DO NOTHING
               RETURNING id""",
            sid, status, message_id, error_code, clock.now(),
        )  # fmt: skip
        if is_new is None:
            return
        message = await locked(message_id)
        if message is None:
            log.warning("a report about no text of ours", sid=sid, status=status)
            return
        if message["carrier_id"] not in ("", sid):
            # The earlier try did arrive after all: the customer has it twice. Somebody should know.
            log.error("a text left twice", message=str(message_id), sid=sid, first=message["carrier_id"])
        await _apply(message, sid, status, error_code)


async def _apply(message: Row, sid: str, status: str, error_code: int | None) -> None:
    state = settle(State(message["state"]), status)
    known: dict[str, object] = {"carrier_id": message["carrier_id"] or sid, "next_look_at": None}
    if status in LOST:
        meaning = explain(error_code)
        known |= {"error_code": error_code, "error": meaning.sentence}
        if meaning.is_opt_out:
            await opt_out(message["recipient"], wording=f"Twilio reported {error_code}", how="carrier")
        if meaning.alerts_manager:
            log.error("texts do not get through", code=error_code, message=str(message["id"]))
    elif state not in LOST:
        known |= {"error": ""}
    if state != message["state"]:
        await turn(message, state, lease_until=None, **known)
    else:
        await note(message, **known)
