"""A printer on a real port: it obeys ESC/POS in order, answers as the manual says, and breaks
in every way the counter has seen."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.printing.escpos_decoder import Command, read_command


class Fault(Enum):
    """What is wrong with it."""

    NONE = auto()
    SLOW = auto()  # prints slowly, then answers
    SILENT = auto()  # takes the connection and says nothing
    HANGS_UP = auto()  # closes each connection at once
    GARBLED = auto()  # answers with what is no status
    PAPER_OUT = auto()
    COVER_OPEN = auto()
    JAMMED = auto()
    OFFLINE = auto()
    NO_ANSWER_IN_TURN = auto()  # answers DLE EOT only
    UNPLUGGED_MID_JOB = auto()
    STOPS_MID_JOB = auto()  # takes the bytes, never gets to the end
    STOPS_AND_REPORTS = auto()  # the same, and reports its cover unasked
    PAPER_ENDS = auto()  # the answer in turn says that the paper ended
    LATE_ANSWER = auto()  # an answer to earlier work comes first, then it stops mid job


_STOPPING = {Fault.STOPS_MID_JOB, Fault.STOPS_AND_REPORTS, Fault.LATE_ANSWER}
_READY = {1: 0x12, 2: 0x12, 4: 0x12}
_ANSWERS = {
    Fault.PAPER_OUT: {1: 0x1A, 2: 0x32, 4: 0x72},
    Fault.COVER_OPEN: {1: 0x1A, 2: 0x16, 4: 0x12},
    Fault.JAMMED: {1: 0x1A, 2: 0x52, 4: 0x12},
    Fault.OFFLINE: {1: 0x1A, 2: 0x12, 4: 0x12},
    Fault.GARBLED: {1: 0xFF, 2: 0xFF, 4: 0xFF},
}
_COVER_REPORT = b"\x38\x00\x00\x00"  # four bytes; the last three look like answers to GS r


@dataclass
class TcpPrinter:
    """Listens while entered. `received` is every byte, `done` the commands carried out."""

    fault: Fault = Fault.NONE
    received: bytearray = field(default_factory=bytearray)
    done: list[Command] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    _open: int = 0
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def __aenter__(self) -> "TcpPrinter":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def document(self) -> bytes:
        """The bytes of what was printed, without the questions around it."""
        asked = {b"\x10\x04", b"\x1dr", b"\x1da"}
        return b"".join(c.name + c.body for c in self.done if c.name not in asked)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connections += 1
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            await self._obey(reader, writer)
        except ConnectionError:
            pass
        finally:
            self._open -= 1
            writer.transport.abort()

    async def _obey(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting, stopped = b"", False
        while self.fault is not Fault.HANGS_UP and (received := await reader.read(4096)):
            self.received += received
            waiting += received
            if self.fault is Fault.SILENT or stopped:
                continue
            while (found := read_command(waiting)) and not stopped:
                waiting = waiting[found[1] :]
                stopped = await self._carry_out(found[0], writer)
            if self.fault is Fault.UNPLUGGED_MID_JOB and waiting[:2] == b"\x1dv":
                return

    async def _carry_out(self, command: Command, writer: asyncio.StreamWriter) -> bool:
        """Do what a command says; true when the printer stops there for good."""
        self.done.append(command)
        if command.name == b"\x10\x04":
            writer.write(bytes([_ANSWERS.get(self.fault, _READY)[command.body[0]]]))
        if command.name == b"\x1dr":
            await self._answer_in_turn(writer)
        if command.name != b"\x1dv" or self.fault not in _STOPPING:
            return False
        if self.fault is Fault.STOPS_AND_REPORTS:
            writer.write(_COVER_REPORT)
        return True

    async def _answer_in_turn(self, writer: asyncio.StreamWriter) -> None:
        if self.fault is Fault.NO_ANSWER_IN_TURN:
            return
        printed = any(command.name == b"\x1dv" for command in self.done)
        if self.fault is Fault.SLOW and printed:
            await asyncio.sleep(0.2)
        ended = self.fault is Fault.PAPER_ENDS and printed
        if self.fault is Fault.LATE_ANSWER:
            writer.write(b"\x00")
            await asyncio.sleep(0.03)
        writer.write(b"\x0c" if ended else b"\x00")
