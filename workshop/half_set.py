"""Settings that are right each for itself and wrong together: said when the shop opens, in words.

The shop opens all the same. What a printer or Twilio lacks must not keep anybody from taking a ring in.
"""

import importlib
from urllib.parse import urlsplit

from workshop.errors import InvalidInput
from workshop.settings import Settings

_LOCAL = ("127.0.0.1", "localhost", "::1", "")


def half_set(now: Settings) -> list[str]:
    """A sentence for each thing that will not work as its setting promises."""
    return [*_texts(now), *_mail(now), *_printers(now)]


def _texts(now: Settings) -> list[str]:
    names = {
        "WORKSHOP_TWILIO_ACCOUNT_SID": now.twilio_account_sid,
        "WORKSHOP_TWILIO_AUTH_TOKEN": now.twilio_auth_token,
        "WORKSHOP_TWILIO_FROM or WORKSHOP_TWILIO_MESSAGING_SERVICE_SID":
            now.twilio_from or now.twilio_messaging_service_sid,
    }  # fmt: skip
    if not any(names.values()):
        return []
    missing = [name for name, value in names.items() if not value]
    if missing:
        stays = "" if now.sends_texts else ", so texts stay on the screen"
        return [f"Twilio is set up by half: {' and '.join(missing)} is missing{stays}."]
    if not now.is_https and urlsplit(now.twilio_api_url).hostname not in _LOCAL:
        return ["Twilio cannot report to us, nor customers open their links: WORKSHOP_PUBLIC_URL must be https://…"]
    return []


def _mail(now: Settings) -> list[str]:
    if not now.mail_server:
        return []
    try:
        importlib.import_module("notifications.mail_carrier").mail_server(now.mail_server, now.mail_from)
    except InvalidInput as error:
        return [f"No mail goes out. {error.message}"]
    return []


def _printers(now: Settings) -> list[str]:
    printer_from = importlib.import_module("printing.printers").printer_from
    said = []
    addresses = {"WORKSHOP_LABEL_PRINTER": now.label_printer, "WORKSHOP_RECEIPT_PRINTER": now.receipt_printer}
    for name, address in addresses.items():
        try:
            printer_from(address)
        except InvalidInput as error:
            said.append(f"{name}: {error.message}")
    return said
