"""What a carrier is given, and the four ways a sending can end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text to one phone, or one mail. `to` is E.164 or an address; `body` holds a link no other text has."""

    id: UUID
    to: str
    body: str
    subject: str = ""
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it, under its own id."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier said no for good: trying again would be refused again."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly did not leave, so another try is safe after `retry_after` seconds."""

    retry_after: float
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have left. Never send again before looking for it."""

    why: str


SendOutcome = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text as the carrier's own list shows it."""

    sid: str
    status: str
    error_code: int | None
    created_at: datetime | None


class CannotLook(Exception):
    """The carrier's list could not be read in full. This says nothing about the text."""
