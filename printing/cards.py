"""Cards on the shop's own printer: each a strip of paper to tape to the bench."""

from collections.abc import Sequence

from anyio import to_thread

from printing.addresses import printer_at
from printing.documents import Document
from printing.escpos_bytes import document_bytes
from printing.locks import alone_with
from printing.outcomes import Outcome, Result, failed
from printing.printers import Printer
from workshop.record.events import Actor

CAME_OUT = (Result.CONFIRMED, Result.SENT)


async def print_cards(cards: Sequence[Document], *, by: Actor) -> tuple[int, Outcome | None]:
    """Print cards (or any other strip of paper) one after the other until one does not come out.

    Gives how many went to the printer, and what became of the last one tried.
    """
    printer = await printer_at(by, "receipt")
    outcome: Outcome | None = None
    async with alone_with(printer.device) as is_ours:
        if not is_ours:
            return 0, failed("The printer is busy with another paper.", "Try again in a moment.")
        for done, card in enumerate(cards):
            outcome = await _print(card, printer)
            if outcome.result not in CAME_OUT:
                return done, outcome
    return len(cards), outcome


async def _print(card: Document, printer: Printer) -> Outcome:
    return await printer.send(await to_thread.run_sync(document_bytes, card, printer.profile))
