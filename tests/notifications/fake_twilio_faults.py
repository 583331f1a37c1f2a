"""What can go wrong at the Twilio stand-in, one entry per request."""

from dataclasses import dataclass
from enum import StrEnum

Form = dict[str, str]


class Fault(StrEnum):
    """What goes wrong with one request; BEFORE means nothing was accepted, AFTER it was."""

    NONE = "none"
    TOO_MANY = "429"
    ERROR_BEFORE = "500 before accepting"
    ERROR_AFTER = "500 after accepting"
    HANG_BEFORE = "no answer, not accepted"
    HANG_AFTER = "no answer, accepted"
    RESET_BEFORE = "reset, not accepted"
    RESET_AFTER = "reset, accepted"
    BAD_JSON = "accepted, unreadable answer"

    @property
    def accepts(self) -> bool:
        """Whether the text goes out all the same."""
        return self in {Fault.NONE, Fault.ERROR_AFTER, Fault.HANG_AFTER, Fault.RESET_AFTER,
                        Fault.BAD_JSON}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A definite no with Twilio's own code."""

    code: int
    message: str = "Refused"
    status: int = 400


Scripted = Fault | Refusal
