# mypy: disable-error-code="import-untyped"
"""Texts through Twilio."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from anyio import to_thread
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from notifications.outcomes import (
    Accepted,
    CannotLook,
    FoundText,
    NotSent,
    OutgoingText,
    Refused,
    SendOutcome,
    Unknown,
)
from notifications.twilio_wire import (
    RETRY_SECONDS,
    TIMEOUT_SECONDS,
    OneTryHttpClient,
    TooManyRequests,
    never_connected,
)

# Four hours: a "ready" text that arrives tomorrow is worse than a phone call today.
VALIDITY_SECONDS = 4 * 60 * 60
PAGE_SIZE = 1000
# Twilio puts this in front of every text of an unpaid account.
TRIAL_PREFIX = "Sent from your Twilio trial account - "
_FAILURES = (TwilioRestException, TwilioServiceException)


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Where and as whom we send. `sender` is a number, or a messaging service (`MG…`)."""

    sid: str
    token: str
    sender: str
    public_url: str
    api_url: str = "https://api.twilio.com"


class TwilioCarrier:
    """Sends each text with one request and says honestly how that ended."""

    def __init__(self, account: TwilioAccount, timeout: float = TIMEOUT_SECONDS) -> None:
        self._account = account
        wire = OneTryHttpClient(account.api_url, timeout)
        # The library would read TWILIO_* from the environment; an entry keeps it from that.
        self._client = Client(
            account.sid, account.token, http_client=wire, environment={"settings": "ours"}
        )

    async def send(self, text: OutgoingText) -> SendOutcome:
        """Hand one text to Twilio, once."""
        return await to_thread.run_sync(self._send, text)

    async def look_for(self, text: OutgoingText, days: Collection[date]) -> list[FoundText]:
        """Every copy of this very text Twilio lists for these GMT days.

        Raises CannotLook when any page is missing: absence must never be read from half a list.
        """
        return await to_thread.run_sync(self._look_for, text, days)

    def _send(self, text: OutgoingText) -> SendOutcome:
        try:
            message = self._client.messages.create(
                to=text.to,
                body=text.body,
                status_callback=self.callback_url(text),
                validity_period=VALIDITY_SECONDS,
                **self._sender(),
            )
        except Exception as error:  # noqa: BLE001 - whatever else went wrong, it may have left
            return _outcome_of(error)
        if not message.sid:
            return Unknown("Twilio's answer held no message id")
        return Accepted(message.sid, message.status or "accepted")

    def _sender(self) -> dict[str, str]:
        if self._account.sender.startswith("MG"):
            return {"messaging_service_sid": self._account.sender}
        return {"from_": self._account.sender}

    def callback_url(self, text: OutgoingText) -> str:
        """Where Twilio reports on this text; the address alone says which one it is."""
        return f"{self._account.public_url.rstrip('/')}/twilio/status/{text.id}"

    def _look_for(self, text: OutgoingText, days: Collection[date]) -> list[FoundText]:
        found = {
            message.sid: _found(message)
            for message in self._listed(text, days)
            if _is_same(message.body, text.body)
        }
        return list(found.values())

    def _listed(self, text: OutgoingText, days: Collection[date]) -> Iterator[Any]:
        try:
            for day in sorted(set(days)):
                # As words: the library turns a date into midnight, which matches nothing.
                yield from self._client.messages.stream(
                    to=text.to, date_sent=day.isoformat(), page_size=PAGE_SIZE
                )
            # A text still waiting in Twilio's queue has no sending date, so no day shows it.
            yield from self._client.messages.stream(to=text.to, page_size=PAGE_SIZE)
        except Exception as error:
            raise CannotLook(f"Twilio's list could not be read: {_reason(error)}") from error


def _outcome_of(error: Exception) -> SendOutcome:
    """Refused or safely unsent only where that is certain; everything else is unknown."""
    if isinstance(error, TooManyRequests):
        return NotSent(error.retry_after, "Twilio asked us to slow down")
    if never_connected(error):
        return NotSent(RETRY_SECONDS, "Twilio could not be reached")
    if isinstance(error, _FAILURES) and _is_definite(error.status):
        return Refused(int(error.code or error.status), _message_of(error))
    return Unknown(_reason(error))


def _is_definite(status: int) -> bool:
    """A 4xx is a no, except 408: a server that gave up waiting does not know either."""
    return (
        HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        and status != HTTPStatus.REQUEST_TIMEOUT
    )


def _message_of(error: Any) -> str:
    return str(getattr(error, "msg", "") or getattr(error, "title", ""))


def _reason(error: Exception) -> str:
    """A short cause for the record, without the address, which holds the account."""
    if isinstance(error, _FAILURES):
        return f"Twilio answered {error.status}"
    return type(error).__name__


def _is_same(listed: str | None, sent: str) -> bool:
    return listed is not None and listed.removeprefix(TRIAL_PREFIX) == sent


def _found(message: Any) -> FoundText:
    return FoundText(message.sid, message.status, message.error_code, message.date_created)
