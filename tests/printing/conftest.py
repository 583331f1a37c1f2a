"""Documents to print, short and long."""

import pytest

from printing.documents import ActionCard, ClaimCheck, EnvelopeLabel, Receipt
from tests.printing.samples import a_card, a_claim_check, a_label, a_receipt


@pytest.fixture
def label() -> EnvelopeLabel:
    """An ordinary ring to be sized."""
    return a_label()


@pytest.fixture
def documents() -> list[EnvelopeLabel | ClaimCheck | ActionCard | Receipt]:
    """One of each kind."""
    return [a_label(), a_claim_check(), a_card(), a_receipt()]
