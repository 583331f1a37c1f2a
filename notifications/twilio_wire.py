# twilio ships no types, so its classes are unknown to the checker.
# mypy: disable-error-code="import-untyped,misc"
"""The only HTTP client that talks to Twilio: ten seconds, one try, any base address."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
# The library would write phone numbers into our logs.
_SILENT = logging.Logger("twilio, silenced", logging.CRITICAL + 1)


class TooManyRequests(Exception):
    """Twilio did not process the request and asks to wait `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Twilio asks to wait {retry_after:g} s")
        self.retry_after = retry_after


class OneTryHttpClient(HttpClient):
    """One request is one request: no retries, no redirects, no connection used twice."""

    def __init__(self, base_url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(_SILENT, False, timeout)
        self._base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, **rest: Any) -> Response:
        """Twilio's answer; raises TooManyRequests for 429."""
        # A kept-alive connection that the far side drops while we write to it looks exactly
        # like a lost answer. A "Connection: close" of ours does not stop the pool from using it
        # again, so every request gets a client of its own.
        client = TwilioHttpClient(timeout=self.timeout, logger=_SILENT)
        try:
            response = client.request(method, self._rebased(url), **rest)
        finally:
            client.session.close()
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooManyRequests(seconds_to_wait(response.headers))
        return response

    def _rebased(self, url: str) -> str:
        """The same path and query on the configured address."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._base_url}{parts.path}{query}"


def seconds_to_wait(headers: Any) -> float:
    """`Retry-After` in seconds; five when it is missing, a date, or out of reason."""
    try:
        asked = float(headers.get("Retry-After", ""))
    except ValueError:
        return RETRY_SECONDS
    return asked if 0 < asked <= LONGEST_WAIT_SECONDS else RETRY_SECONDS


def never_connected(error: BaseException) -> bool:
    """Whether the connection was never opened, so that nothing can have been sent.

    True for a refused connection, an unknown host and a connect time-out. A TLS failure, a
    reset and a read time-out come later: those may have carried the text.
    """
    if not isinstance(error, RequestsConnectionError) or not error.args:
        return False
    cause = error.args[0]
    # In urllib3 a refused connection and an unknown host are kinds of ConnectTimeoutError.
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, ConnectTimeoutError)
