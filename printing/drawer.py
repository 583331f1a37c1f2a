"""The cash drawer hangs on the receipt printer: it opens once, at once, or not at all."""

from datetime import timedelta

from printing.addresses import address_of
from printing.escpos_bytes import kick_drawer_bytes
from printing.locks import alone_with
from printing.outcomes import Result
from printing.printers import PreviewPrinter, Printer, printer_from
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import InvalidInput
from workshop.jobs import enqueue

# Whoever took the money stands there now. Later, an open drawer would be an open invitation.
SOON = timedelta(seconds=15)
AGAIN = timedelta(seconds=1)


async def open_drawer(kick_id: int) -> None:
    """Open the drawer if nobody tried yet and it is still soon. A printer at work is waited for."""
    kick = await fetch_one("SELECT shop, drawer FROM drawer_kick WHERE id = $1", kick_id)
    if kick is None:
        return
    try:
        printer = printer_from(await address_of(kick["shop"], "receipt", kick["drawer"]))
    except InvalidInput:
        await _write_down(kick_id, "failed")
        return
    if isinstance(printer, PreviewPrinter):
        await _write_down(kick_id, "none")
        return
    async with alone_with(printer.device) as is_ours:
        if is_ours:
            await _send(kick_id, printer)
            return
    if await fetch_value("SELECT asked_at > $2 FROM drawer_kick WHERE id = $1", kick_id, clock.now() - SOON):
        await enqueue("kick_drawer", at=clock.now() + AGAIN, kick_id=kick_id, queue="prints")


async def _send(kick_id: int, printer: Printer) -> None:
    # Committed before any byte leaves: a job that runs twice finds it taken.
    is_first = await fetch_value(
        """UPDATE drawer_kick SET state = CASE WHEN asked_at > $2 THEN 'sending' ELSE 'late' END, state_at = $3
           WHERE id = $1 AND state = 'asked' RETURNING state = 'sending'""",
        kick_id, clock.now() - SOON, clock.now(),
    )  # fmt: skip
    if is_first:
        outcome = await printer.send(kick_drawer_bytes(printer.profile))
        is_sent = outcome.result in (Result.CONFIRMED, Result.SENT)
        await _write_down(kick_id, "sent" if is_sent else "failed")


async def _write_down(kick_id: int, state: str) -> None:
    await fetch("UPDATE drawer_kick SET state = $2, state_at = $3 WHERE id = $1", kick_id, state, clock.now())
