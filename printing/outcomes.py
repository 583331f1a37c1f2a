"""What became of a print: only what we know, never what we hope."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How sure we are that the paper came out."""

    PREVIEWED = "previewed"  # no printer is set: it is shown on the screen
    CONFIRMED = "confirmed"  # the printer answered after the last line of it
    SENT = "sent"  # all bytes left, to a device that cannot answer
    UNKNOWN = "unknown"  # bytes left, then silence: somebody has to look
    FAILED = "failed"  # nothing was printed


@dataclass(frozen=True)
class Outcome:
    """A result and a sentence for the person at the counter (empty when all is well).

    `waits_for` is set when the printer was not ready and not one byte left: what it waits for.
    """

    result: Result
    reason: str = ""
    waits_for: str = ""


PREVIEWED = Outcome(Result.PREVIEWED)
CONFIRMED = Outcome(Result.CONFIRMED)
SENT = Outcome(Result.SENT, "The printer cannot tell us whether it printed.")


def failed(what: str, remedy: str) -> Outcome:
    """Nothing left for the printer: it is safe to print again, by itself too."""
    return Outcome(Result.FAILED, f"{what} Nothing was printed. {remedy}", waits_for=what)


def unprintable(what: str, remedy: str) -> Outcome:
    """Nothing left, and trying again would change nothing until a person does something."""
    return Outcome(Result.FAILED, f"{what} Nothing was printed. {remedy}")


def unknown(what: str) -> Outcome:
    """Part or all of it left, and nobody but the person at the printer can know."""
    return Outcome(
        Result.UNKNOWN,
        f"{what} It may or may not have printed: look at the printer before printing again.",
    )
