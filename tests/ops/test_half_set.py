"""Settings that are each right and wrong together are said when the shop opens."""

from typing import Any

import pytest

from workshop.half_set import half_set
from workshop.settings import Settings

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from": "+12025550100"}
OPEN = {"public_url": "https://shop.example"}


def said(**values: Any) -> str:
    return "\n".join(half_set(Settings.model_validate(values)))


def test_nothing_set_and_all_set_need_no_word() -> None:
    assert said() == ""
    assert said(**TWILIO, **OPEN, mail_server="smtp://mail.example", mail_from="a@shop.example",
                label_printer="tcp://192.168.1.50", receipt_printer="usb://04b8:0202") == ""  # fmt: skip
    service = {**TWILIO, "twilio_from": "", "twilio_messaging_service_sid": "MG1"}
    assert said(**service, **OPEN) == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"twilio_account_sid": "AC1"}, "WORKSHOP_TWILIO_AUTH_TOKEN and WORKSHOP_TWILIO_FROM"),
        ({**TWILIO, "twilio_auth_token": ""}, "texts stay on the screen"),
        ({**TWILIO, **OPEN, "twilio_from": ""}, "WORKSHOP_TWILIO_MESSAGING_SERVICE_SID is missing."),
        (TWILIO, "WORKSHOP_PUBLIC_URL must be https"),
        ({"mail_server": "smtp://mail.example"}, "WORKSHOP_MAIL_FROM"),
        ({"label_printer": "192.168.1.50"}, "WORKSHOP_LABEL_PRINTER"),
        ({"receipt_printer": "tcp://host:9100?profile=NO-SUCH"}, "WORKSHOP_RECEIPT_PRINTER"),
    ],
)
def test_what_is_set_by_half_is_named(values: dict[str, str], words: str) -> None:
    assert words in said(**values)
