"""What each Twilio code makes the shop do."""

import pytest

from notifications.codes import Trouble, explain


@pytest.mark.parametrize(
    ("code", "kind", "alerts"),
    [
        (21610, Trouble.OPT_OUT, False),
        (21211, Trouble.BAD_NUMBER, False),
        (21614, Trouble.BAD_NUMBER, False),
        (21635, Trouble.BAD_NUMBER, False),
        (30006, Trouble.BAD_NUMBER, False),
        (30003, Trouble.RETRY_BY_PERSON, False),
        (30007, Trouble.CARRIER_PROBLEM, True),
        (30034, Trouble.CARRIER_PROBLEM, True),
        (20003, Trouble.CARRIER_PROBLEM, True),
        (63016, Trouble.TEMPLATE, True),
        (21656, Trouble.TEMPLATE, True),
        (99999, Trouble.UNKNOWN, True),
        (0, Trouble.UNKNOWN, True),
        (None, Trouble.UNKNOWN, True),
    ],
)
def test_each_code_has_its_way_on(code: int | None, kind: Trouble, alerts: bool) -> None:
    explanation = explain(code)
    assert (explanation.kind, explanation.alerts_manager) == (kind, alerts)
    assert explanation.is_opt_out == (code == 21610)
    assert "Call" in explanation.sentence or "call" in explanation.sentence


def test_a_missing_public_address_is_said_in_words() -> None:
    assert "WORKSHOP_PUBLIC_URL" in explain(21609).sentence
