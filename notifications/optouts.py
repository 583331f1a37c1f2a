"""Who asked for silence, and who asked to hear from us again. Inside the caller's transaction."""

from notifications.delivery import State
from notifications.messages import turn
from notifications.obstacles import STOPPED, WORTH_A_CALL
from workshop import clock
from workshop.db import fetch
from workshop.record.customers.customers import permission, record_consent
from workshop.record.events import Actor


async def opt_out(number: str, *, wording: str, how: str, by: Actor | None = None) -> None:
    """No more texts to this number, whoever shares it; those still waiting are stopped too."""
    if not (await permission(number)).is_stopped:
        await record_consent(number, "all", given=False, wording=wording, how=how, by=by)
    waiting = await fetch(
        """SELECT * FROM message WHERE recipient = $1 AND direction = 'out' AND state = 'pending'
           AND purpose <> 'answer' ORDER BY id FOR UPDATE""",
        number,
    )
    for message in waiting:
        await turn(message, State.OPTED_OUT, error=STOPPED, **silent_unless_news(message))


async def opt_in(number: str, *, wording: str, how: str, by: Actor | None = None) -> None:
    """End the silence: what was allowed before it counts again, no more."""
    await record_consent(number, "all", given=True, wording=wording, how=how, by=by)


def silent_unless_news(message: dict[str, object]) -> dict[str, object]:
    """Nobody needs to call about a greeting that was not sent; about a ready ring somebody does."""
    return {} if message["template"] in WORTH_A_CALL else {"seen_at": clock.now()}
