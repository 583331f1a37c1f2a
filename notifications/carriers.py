"""Who carries texts out of the building: nobody (they stay on the screen), or Twilio."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from notifications.mail_carrier import MailCarrier, mail_server
from notifications.outcomes import Accepted, FoundText, OutgoingText, SendOutcome
from notifications.signatures import tokens_of
from notifications.twilio_carrier import TwilioAccount, TwilioCarrier
from workshop.errors import InvalidInput
from workshop.settings import Settings

SHOWN = "shown"


class Carrier(Protocol):
    """Takes one text at a time, and can say later whether it ever had it."""

    async def send(self, text: OutgoingText) -> SendOutcome:
        """Hand over one text, with at most one request."""

    async def look_for(self, text: OutgoingText, days: Collection[date]) -> list[FoundText]:
        """Every copy of this text the carrier knows of these GMT days; CannotLook if unsure."""


class OutboxCarrier:
    """Keeps texts on the shop's own screen. The message row itself is what is shown."""

    async def send(self, text: OutgoingText) -> SendOutcome:
        """Show it."""
        return Accepted(_outbox_sid(text), SHOWN)

    async def look_for(self, text: OutgoingText, days: Collection[date]) -> list[FoundText]:
        """It is always there: the row being asked about is the text on the screen."""
        return [FoundText(_outbox_sid(text), SHOWN, None, None)]


def _outbox_sid(text: OutgoingText) -> str:
    return f"outbox-{text.id}"


def carrier_from(settings: Settings, channel: str = "sms") -> Carrier:
    """The carrier the settings ask for. Raises InvalidInput when Twilio has no sender."""
    if not settings.sends(channel):
        return OutboxCarrier()
    if channel == "email":
        return MailCarrier(mail_server(settings.mail_server, settings.mail_from))
    sender = settings.twilio_messaging_service_sid or settings.twilio_from
    if not sender:
        sentence = (
            "Twilio is set up without a sender, so no text can leave. Nothing was sent. "
            "Set WORKSHOP_TWILIO_FROM or WORKSHOP_TWILIO_MESSAGING_SERVICE_SID."
        )
        raise InvalidInput(sentence, twilio_from=sentence)
    return TwilioCarrier(
        TwilioAccount(
            sid=settings.twilio_account_sid,
            token=tokens_of(settings)[0],
            sender=sender,
            public_url=settings.base_url,
            api_url=settings.twilio_api_url,
        )
    )


def days_around(moment: datetime) -> tuple[date, date, date]:
    """The GMT day of a sending, and its neighbours: clocks differ and queues wait."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=1), day, day + timedelta(days=1)
