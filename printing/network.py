"""The printer on the network (port 9100): asked before, asked after, and believed only then.

This is a plain asyncio stream and not python-escpos' `Network`: that one waits 60 s for a dead
printer, takes an empty answer for "plenty of paper", cannot tell "nothing left" from "cut off
half way", and would hold a thread for each silent printer.
"""

import asyncio
from dataclasses import dataclass, field

from printing import status
from printing.locks import only_one
from printing.outcomes import CONFIRMED, Outcome, failed, unknown

READY_SECONDS = 3.0
CONFIRM_SECONDS = 10.0
_QUIET_SECONDS = 0.1


class NotReady(Exception):
    """The printer must not be sent anything; says why, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.outcome = failed(what, remedy)


@dataclass(frozen=True)
class NetworkPrinter:
    """A printer at a host and port. Times are in seconds."""

    host: str
    port: int
    profile: str
    ready_seconds: float = READY_SECONDS
    confirm_seconds: float = CONFIRM_SECONDS

    @property
    def device(self) -> str:
        """The same for every setting that means this printer."""
        return f"tcp {self.host}:{self.port}"

    async def send(self, data: bytes) -> Outcome:
        """Print, one job at a time on this device, and say what is known about the paper."""
        async with only_one(self.device):
            line = Line()
            try:
                return await self._print(line, data)
            finally:
                line.close()

    async def _print(self, line: "Line", data: bytes) -> Outcome:
        try:
            async with asyncio.timeout(self.ready_seconds):
                await line.open(self.host, self.port)
                await check_ready(line)
                answers = await answers_in_turn(line, self.ready_seconds / 3)
        except NotReady as refusal:
            return refusal.outcome
        except (OSError, EOFError):
            return failed(
                f"The printer at {self.host} does not answer.",
                "Check that it is switched on and connected, then print again.",
            )
        # From the next byte on, "nothing was printed" can no longer be said.
        try:
            async with asyncio.timeout(self.confirm_seconds):
                return await _print_and_confirm(line, data, answers)
        except TimeoutError:
            return unknown("The printer took the job but did not say that it is done.")
        except (OSError, EOFError):
            return unknown("The connection to the printer broke while it was printing.")


@dataclass
class Line:
    """One connection, for one job."""

    _answers: status.InTurnAnswers = field(default_factory=status.InTurnAnswers)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def open(self, host: str, port: int) -> None:
        """Connect; raises OSError where nobody listens."""
        self._reader, self._writer = await asyncio.open_connection(host, port)

    async def write(self, data: bytes) -> None:
        """Hand bytes over; returns when the network has taken nearly all of them."""
        assert self._writer is not None
        self._writer.write(data)
        await self._writer.drain()

    async def read(self) -> bytes:
        """What the printer says next; raises EOFError when it has hung up."""
        assert self._reader is not None
        received = await self._reader.read(64)
        if not received:
            raise EOFError
        return received

    async def ask_now(self, question: bytes) -> int:
        """The answer to a DLE EOT question; anything left over from earlier work is passed by."""
        await self.write(question)
        while True:
            received = await self.read()
            self._answers.pick(received)  # keeps its place in a report that goes on
            answers = [byte for byte in received if status.is_ready_answer(byte)]
            if answers:
                return answers[-1]

    async def answer_in_turn(self) -> int:
        """The next answer to GS r."""
        while True:
            answers = self._answers.pick(await self.read())
            if answers:
                return answers[-1]

    async def pass_by_leftovers(self) -> None:
        """Forget answers still under way, until the printer is quiet."""
        while True:
            try:
                async with asyncio.timeout(_QUIET_SECONDS):
                    self._answers.pick(await self.read())
            except TimeoutError:
                return

    def close(self) -> None:
        """Hang up at once; what the network has taken still reaches the printer."""
        if self._writer is not None:
            self._writer.transport.abort()


async def check_ready(line: Line) -> None:
    """Ask for cover, paper and errors; raises NotReady, or TimeoutError when nothing is said."""
    printer = await line.ask_now(status.ASK_PRINTER)
    cause = await line.ask_now(status.ASK_OFFLINE_CAUSE)
    paper = await line.ask_now(status.ASK_PAPER)
    _refuse_if_stopped(printer, cause, paper)


async def answers_in_turn(line: Line, seconds: float) -> bool:
    """Whether the printer answers GS r with nothing of ours before it.

    If it does, earlier work is off its buffer, and no late answer to that work can be taken for
    the answer to ours. If not, it is busy or cannot answer, and we must never say "confirmed".
    """
    await line.write(status.NO_UNASKED_STATUS + status.ASK_IN_TURN)
    try:
        async with asyncio.timeout(seconds):
            await line.answer_in_turn()
    except TimeoutError:
        return False
    await line.pass_by_leftovers()
    return True


def _refuse_if_stopped(printer: int, cause: int, paper: int) -> None:
    if status.has_open_cover(cause):
        raise NotReady("The printer's cover is open.", "Close it, then print again.")
    if status.is_out_of_paper(paper) or status.stopped_without_paper(cause):
        raise NotReady("The printer is out of paper.", "Put in a new roll, then print again.")
    if status.has_error(cause):
        raise NotReady(
            "The printer reports a fault.",
            "Switch it off and on, look for jammed paper, then print again.",
        )
    if status.is_offline(printer):
        raise NotReady(
            "The printer is off line.", "Press its feed button or wait a moment, then print again."
        )


async def _print_and_confirm(line: Line, data: bytes, answers: bool) -> Outcome:
    await line.write(data + status.NO_UNASKED_STATUS + status.ASK_IN_TURN)
    while not answers:
        await line.read()  # hold the line, which is what keeps the job going, until time is up
    answer = await line.answer_in_turn()
    if status.ended_without_paper(answer):
        return unknown("The paper ended while printing.")
    return CONFIRMED
