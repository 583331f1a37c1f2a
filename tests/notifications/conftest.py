"""A phone network on this machine, and a shop that texts through it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar

from tests.factories import World, open_world
from tests.notifications.fake_twilio import FakeTwilio
from workshop import clock
from workshop.settings import Settings, settings

NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)  # a Thursday, 12:00 in New York


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """A Twilio of our own, listening."""
    with FakeTwilio() as fake:
        yield fake


def _values(twilio: FakeTwilio) -> dict[str, Any]:
    return {
        "twilio_account_sid": twilio.account_sid,
        "twilio_auth_token": twilio.token,
        "twilio_from": "+12025550100",
        "twilio_api_url": twilio.url,
        "public_url": "https://shop.example",
    }


@pytest.fixture
def shop(twilio: FakeTwilio) -> Settings:
    """Settings of a shop that texts through it, behind a TLS proxy."""
    return Settings.model_validate(_values(twilio))


@pytest.fixture
def texting(twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTwilio]:
    """The running product texts through our Twilio, as fast as it can."""
    for name, value in (_values(twilio) | {"twilio_texts_a_second": 10_000}).items():
        monkeypatch.setenv(f"WORKSHOP_{name.upper()}", str(value))
    settings.cache_clear()
    yield twilio
    monkeypatch.undo()
    settings.cache_clear()


class Hands:
    """A clock set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        """Later by so much."""
        self.moment += timedelta(**by)

    def to(self, moment: datetime) -> None:
        """Then."""
        self.moment = moment


@pytest.fixture
def hands() -> Iterator[Hands]:
    """Noon of a working day, until it is moved."""
    hands = Hands(NOON)
    clock.run_on(hands)
    yield hands
    clock.run_on_real_time()




@pytest.fixture
async def house(app: Litestar, hands: Hands) -> World:
    """A shop behind the running application, at noon."""
    return await open_world()
