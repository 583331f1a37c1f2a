"""What an ESC/POS printer says about itself, byte by byte.

Two kinds of answers. DLE EOT is answered at once, whatever is still to be printed: it tells
whether the printer is ready. GS r is answered in its turn, after everything sent before it: it
tells that the work before it is done. (Epson, ESC/POS command reference: DLE EOT, GS r, GS a.)
"""

from escpos.constants import DLE, EOT, GS

ASK_PRINTER = DLE + EOT + b"\x01"
ASK_OFFLINE_CAUSE = DLE + EOT + b"\x02"
ASK_PAPER = DLE + EOT + b"\x04"
ASK_IN_TURN = GS + b"r\x01"
NO_UNASKED_STATUS = GS + b"a\x00"

_PAPER_GONE = 0x0C
_UNASKED_LENGTH = 4


def is_ready_answer(answer: int) -> bool:
    """Whether a byte is an answer to DLE EOT: 0xx1xx10."""
    return answer & 0x93 == 0x12


def is_offline(answer: int) -> bool:
    """From the answer to ASK_PRINTER."""
    return bool(answer & 0x08)


def has_open_cover(answer: int) -> bool:
    """From the answer to ASK_OFFLINE_CAUSE."""
    return bool(answer & 0x04)


def has_error(answer: int) -> bool:
    """From the answer to ASK_OFFLINE_CAUSE: a jammed cutter, a hot head, no voltage."""
    return bool(answer & 0x40)


def stopped_without_paper(answer: int) -> bool:
    """From the answer to ASK_OFFLINE_CAUSE."""
    return bool(answer & 0x20)


def is_out_of_paper(answer: int) -> bool:
    """From the answer to ASK_PAPER."""
    return answer & 0x60 == 0x60


class InTurnAnswers:
    """Picks the answers to GS r out of what a printer sends.

    Some printers report a change of state unasked, four bytes long (the first is 0xx1xx00).
    Taking its later bytes for an answer would confirm a print that stopped half way.
    """

    def __init__(self) -> None:
        self._rest_of_report = 0

    def pick(self, received: bytes) -> list[int]:
        """The answers to GS r among the bytes, in order."""
        return [byte for byte in received if self._is_answer(byte)]

    def _is_answer(self, byte: int) -> bool:
        if self._rest_of_report:
            self._rest_of_report -= 1
            return False
        if byte & 0x93 == 0x10:
            self._rest_of_report = _UNASKED_LENGTH - 1
            return False
        return byte & 0x90 == 0


def ended_without_paper(answer: int) -> bool:
    """From an answer to GS r: the paper ended during the work."""
    return answer & _PAPER_GONE == _PAPER_GONE
