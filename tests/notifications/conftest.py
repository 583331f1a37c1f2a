"""A phone network on this machine, and a shop that texts through it."""

from collections.abc import Iterator

import pytest

from tests.notifications.fake_twilio import FakeTwilio
from workshop.settings import Settings


@pytest.fixture
def anyio_backend() -> str:
    """The loop the product runs on."""
    return "asyncio"


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """A Twilio of our own, listening."""
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def shop(twilio: FakeTwilio) -> Settings:
    """Settings of a shop that texts through it, behind a TLS proxy."""
    return Settings.model_validate(
        {
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": twilio.token,
            "twilio_from": "+12025550100",
            "twilio_api_url": twilio.url,
            "public_url": "https://shop.example",
        }
    )
