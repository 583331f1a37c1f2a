"""Documents to print, short and long."""

from collections.abc import Callable, Iterator

import pytest

from printing.documents import ActionCard, ClaimCheck, EnvelopeLabel, Receipt
from tests.printing.samples import a_card, a_claim_check, a_label, a_receipt
from workshop.settings import settings


@pytest.fixture
def label() -> EnvelopeLabel:
    """An ordinary ring to be sized."""
    return a_label()


@pytest.fixture
def documents() -> list[EnvelopeLabel | ClaimCheck | ActionCard | Receipt]:
    """One of each kind."""
    return [a_label(), a_claim_check(), a_card(), a_receipt()]


@pytest.fixture
def set_printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets the shop's printers for one test: `set_printer(label="tcp://...")`."""

    def choose(**urls: str) -> None:
        for name, url in urls.items():
            monkeypatch.setenv(f"WORKSHOP_{name.upper()}_PRINTER", url)
        settings.cache_clear()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()
