# mypy: disable-error-code="import-untyped"
"""Whether a webhook really comes from Twilio."""

from collections import defaultdict
from collections.abc import Iterable

from twilio.request_validator import RequestValidator, get_signature_algorithm

from workshop.settings import Settings


class _SignedForm(dict[str, list[str]]):
    """Form fields as Twilio signed them: a name may come more than once."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def tokens_of(settings: Settings) -> list[str]:
    """The Twilio tokens we accept, two while rotating; the first one is the one we send with."""
    parts = (part.strip() for part in settings.twilio_auth_token.split(","))
    return [part for part in parts if part]


def is_genuine(
    settings: Settings,
    path: str,
    form: Iterable[tuple[str, str]],
    signature: str | None,
    signature_settings: str | None = None,
) -> bool:
    """Whether Twilio signed this form for this path (with its query) of our public address.

    The public address counts, not the one the request shows: behind a TLS proxy they differ.
    `signature` is `X-Twilio-Signature`, `signature_settings` the newer
    `X-Twilio-Webhooks-Signature-Settings`, which names the algorithm.
    """
    if not signature:
        return False
    url = settings.base_url + path
    fields = _fields(form)
    algorithm = get_signature_algorithm(signature_settings)
    return any(
        RequestValidator(token).validate(url, fields, signature, algorithm)
        for token in tokens_of(settings)
    )


def _fields(form: Iterable[tuple[str, str]]) -> _SignedForm:
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in form:
        fields[name].append(value)
    return _SignedForm(fields)
