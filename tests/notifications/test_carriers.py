"""Texts over real HTTP: one request each, and an honest word on how it ended."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from notifications.carriers import OutboxCarrier, carrier_from, days_around
from notifications.outcomes import (
    Accepted,
    CannotLook,
    NotSent,
    OutgoingText,
    Refused,
    SendOutcome,
    Unknown,
)
from notifications.twilio_carrier import TwilioAccount, TwilioCarrier
from notifications.twilio_wire import TIMEOUT_SECONDS
from tests.notifications.fake_twilio import FakeTwilio
from tests.notifications.fake_twilio_faults import Fault, Refusal
from workshop.errors import InvalidInput
from workshop.settings import Settings

pytestmark = pytest.mark.anyio
MORNING = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
DAYS = days_around(MORNING)


def a_text(to: str = "+12025550123") -> OutgoingText:
    id = uuid4()
    body = f"Your ring is ready at Alder & Finch. Open till 6. Details: https://shop.example/t/{id}"
    return OutgoingText(id, to, body)


def impatient(shop: Settings, api_url: str | None = None) -> TwilioCarrier:
    account = TwilioAccount(
        shop.twilio_account_sid,
        shop.twilio_auth_token,
        shop.twilio_from,
        shop.base_url,
        api_url or shop.twilio_api_url,
    )
    return TwilioCarrier(account, timeout=0.3)


async def test_a_text_is_accepted_with_all_twilio_needs(twilio: FakeTwilio, shop: Settings) -> None:
    text = a_text()
    outcome = await carrier_from(shop).send(text)
    assert isinstance(outcome, Accepted)
    assert outcome == Accepted(next(iter(twilio.messages)), "queued")
    assert twilio.posts == [
        {
            "To": text.to,
            "From": "+12025550100",
            "Body": text.body,
            "ValidityPeriod": "14400",
            "StatusCallback": f"https://shop.example/twilio/status/{text.id}",
        }
    ]


async def test_a_messaging_service_takes_the_place_of_the_number(
    twilio: FakeTwilio, shop: Settings
) -> None:
    service = "MG" + "0" * 32
    carrier = carrier_from(shop.model_copy(update={"twilio_messaging_service_sid": service}))
    assert await carrier.send(a_text()) == Accepted(next(iter(twilio.messages)), "accepted")
    assert twilio.posts[0]["MessagingServiceSid"] == service
    assert "From" not in twilio.posts[0]


async def test_while_rotating_the_first_token_sends(twilio: FakeTwilio, shop: Settings) -> None:
    both = shop.model_copy(update={"twilio_auth_token": f"{twilio.token}, theoldone"})
    assert isinstance(await carrier_from(both).send(a_text()), Accepted)


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.RESET_AFTER, Fault.BAD_JSON])
async def test_a_lost_answer_is_unknown_posted_once_and_found(
    twilio: FakeTwilio, shop: Settings, fault: Fault
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.clock = lambda: MORNING
    twilio.script.append(fault)
    assert isinstance(await carrier.send(text), Unknown)
    assert twilio.posts_of(text.body) == 1
    [accepted] = twilio.accepted_of(text.body)
    assert [found.sid for found in await carrier.look_for(text, DAYS)] == [accepted.sid]
    assert twilio.posts_of(text.body) == 1


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.RESET_BEFORE])
async def test_a_failure_that_may_have_sent_is_unknown_and_looking_finds_nothing(
    twilio: FakeTwilio, shop: Settings, fault: Fault
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.script.append(fault)
    assert isinstance(await carrier.send(text), Unknown)
    assert twilio.posts_of(text.body) == 1
    assert await carrier.look_for(text, DAYS) == []


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.HANG_AFTER])
async def test_no_answer_in_time_is_unknown(
    twilio: FakeTwilio, shop: Settings, fault: Fault
) -> None:
    text = a_text()
    twilio.script.append(fault)
    assert isinstance(await impatient(shop).send(text), Unknown)
    assert twilio.posts_of(text.body) == 1


async def test_no_connection_carries_two_requests(twilio: FakeTwilio, shop: Settings) -> None:
    carrier = carrier_from(shop)
    await carrier.send(a_text())
    await carrier.send(a_text())
    await carrier.look_for(a_text(), DAYS)
    assert len(twilio.callers) == len(set(twilio.callers)) == 6


async def test_a_redirect_is_not_followed(twilio: FakeTwilio, shop: Settings) -> None:
    text = a_text()
    twilio.script.append(Refusal(0, "Moved", status=307))
    assert isinstance(await carrier_from(shop).send(text), Unknown)
    assert twilio.posts_of(text.body) == 1


@pytest.mark.parametrize(("asked", "wait"), [(7, 7.0), (None, 5.0), (86_400, 5.0)])
async def test_too_many_requests_is_safe_to_try_again(
    twilio: FakeTwilio, shop: Settings, asked: int | None, wait: float
) -> None:
    text = a_text()
    twilio.retry_after = asked
    twilio.script.append(Fault.TOO_MANY)
    outcome = await carrier_from(shop).send(text)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == wait
    assert twilio.posts_of(text.body) == 1
    assert isinstance(await carrier_from(shop).send(text), Accepted)


async def test_a_refused_connection_never_sent_anything(twilio: FakeTwilio, shop: Settings) -> None:
    twilio.stop()
    assert isinstance(await carrier_from(shop).send(a_text()), NotSent)


async def test_an_unknown_host_never_got_anything(shop: Settings) -> None:
    outcome = await impatient(shop, "http://nowhere.invalid").send(a_text())
    assert isinstance(outcome, NotSent)


async def test_a_connection_that_does_not_open_in_time_never_sent_anything(shop: Settings) -> None:
    with a_full_doorway() as address:
        assert isinstance(await impatient(shop, address).send(a_text()), NotSent)


async def test_a_broken_tls_greeting_is_unknown(twilio: FakeTwilio, shop: Settings) -> None:
    secure = twilio.url.replace("http:", "https:")
    assert isinstance(await impatient(shop, secure).send(a_text()), Unknown)


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (Refusal(21610, "Attempt to send to unsubscribed recipient"), Refused),
        (Refusal(21211, "Invalid 'To' Phone Number"), Refused),
        (Refusal(20003, "Authenticate", status=401), Refused),
        (Refusal(20404, "Not found", status=404), Refused),
        (Refusal(0, "Request timeout", status=408), Unknown),
        (Refusal(20503, "Service unavailable", status=503), Unknown),
    ],
)
async def test_only_a_definite_no_is_a_refusal(
    twilio: FakeTwilio, shop: Settings, refusal: Refusal, outcome: type[SendOutcome]
) -> None:
    text = a_text()
    twilio.script.append(refusal)
    answer = await carrier_from(shop).send(text)
    assert isinstance(answer, outcome)
    if isinstance(answer, Refused):
        assert answer.code == refusal.code
        assert refusal.message in answer.message
    assert twilio.posts_of(text.body) == 1


async def test_a_number_that_said_stop_is_refused_until_start(
    twilio: FakeTwilio, shop: Settings
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.receive("https://shop.example/twilio/inbound", text.to, "Stop", "+12025550100")
    answer = await carrier.send(text)
    assert isinstance(answer, Refused)
    assert answer.code == 21610
    twilio.receive("https://shop.example/twilio/inbound", text.to, "start", "+12025550100")
    assert isinstance(await carrier.send(text), Accepted)


async def test_the_wrong_token_is_refused(shop: Settings) -> None:
    outcome = await carrier_from(shop.model_copy(update={"twilio_auth_token": "x"})).send(a_text())
    assert isinstance(outcome, Refused)
    assert outcome.code == 20003


@pytest.mark.parametrize("days_later", [-1, 0, 1])
async def test_looking_finds_a_sent_text_on_the_days_around(
    twilio: FakeTwilio, shop: Settings, days_later: int
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.clock = lambda: MORNING + timedelta(days=days_later)
    await carrier.send(text)
    twilio.advance(next(iter(twilio.messages)), "undelivered", 30003)
    [found] = await carrier.look_for(text, DAYS)
    assert (found.status, found.error_code) == ("undelivered", 30003)
    days = [query["DateSent"] for query in twilio.lists if "DateSent" in query]
    assert days == ["2026-12-02", "2026-12-03", "2026-12-04"]


async def test_looking_asks_for_that_phone_only_and_matches_the_exact_words(
    twilio: FakeTwilio, shop: Settings
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    await carrier.send(OutgoingText(uuid4(), text.to, text.body + " "))
    await carrier.send(OutgoingText(uuid4(), "+12025550199", text.body))
    assert await carrier.look_for(text, DAYS) == []
    assert {query["To"] for query in twilio.lists} == {text.to}


async def test_looking_reads_every_page(twilio: FakeTwilio, shop: Settings) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.clock = lambda: MORNING
    for body in [text.body, *(f"Your watch is ready. {number}" for number in range(2100))]:
        form = {"To": text.to, "From": shop.twilio_from, "Body": body}
        twilio.advance(twilio.accept(form).sid, "delivered")
    assert len(await carrier.look_for(text, DAYS)) == 1
    assert [query.get("Page") for query in twilio.lists if "DateSent" in query][1:4] == [
        None, "1", "2",
    ]  # fmt: skip


async def test_two_copies_are_both_reported(twilio: FakeTwilio, shop: Settings) -> None:
    text, carrier = a_text(), carrier_from(shop)
    await carrier.send(text)
    await carrier.send(text)
    assert {found.sid for found in await carrier.look_for(text, DAYS)} == set(twilio.messages)


async def test_a_trial_accounts_prefix_does_not_hide_a_text(
    twilio: FakeTwilio, shop: Settings
) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.trial = True
    await carrier.send(text)
    assert len(await carrier.look_for(text, DAYS)) == 1


async def test_a_list_that_lags_shows_the_text_later(twilio: FakeTwilio, shop: Settings) -> None:
    text, carrier = a_text(), carrier_from(shop)
    twilio.listing_delay = timedelta(minutes=3)
    twilio.clock = lambda: MORNING
    await carrier.send(text)
    assert await carrier.look_for(text, DAYS) == []
    twilio.clock = lambda: MORNING + timedelta(minutes=3)
    assert len(await carrier.look_for(text, DAYS)) == 1


@pytest.mark.parametrize(
    "faults",
    [
        [Fault.ERROR_BEFORE],
        [Fault.TOO_MANY],
        [Fault.RESET_BEFORE],
        [Fault.BAD_JSON],
        [Fault.NONE, Fault.NONE, Fault.NONE, Fault.ERROR_BEFORE],
    ],
)
async def test_half_a_list_is_never_read_as_absence(
    twilio: FakeTwilio, shop: Settings, faults: list[Fault]
) -> None:
    twilio.list_script.extend(faults)
    with pytest.raises(CannotLook):
        await carrier_from(shop).look_for(a_text(), DAYS)


async def test_nothing_configured_keeps_texts_on_the_screen() -> None:
    carrier, text = carrier_from(Settings.model_validate({})), a_text()
    assert isinstance(carrier, OutboxCarrier)
    assert await carrier.send(text) == Accepted(f"outbox-{text.id}", "shown")
    [found] = await carrier.look_for(text, DAYS)
    assert (found.sid, found.status) == (f"outbox-{text.id}", "shown")


async def test_twilio_without_a_sender_says_what_to_set(shop: Settings) -> None:
    with pytest.raises(InvalidInput, match="WORKSHOP_TWILIO_FROM"):
        carrier_from(shop.model_copy(update={"twilio_from": ""}))


def test_the_product_waits_ten_seconds_at_most_for_each_answer() -> None:
    assert TIMEOUT_SECONDS == 10.0


def test_the_days_around_are_gmt_days() -> None:
    late = datetime.fromisoformat("2026-12-31T23:30:00-05:00")
    assert [day.isoformat() for day in days_around(late)] == [
        "2026-12-31", "2027-01-01", "2027-01-02",
    ]  # fmt: skip


@contextmanager
def a_full_doorway() -> Iterator[str]:
    """An address whose waiting line is full, so that connecting there never completes."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
