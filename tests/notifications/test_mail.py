"""Mail to those who want mail: handed over once, and what is not known is a person's to find out."""

import email
import email.policy
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from notifications.mail_carrier import MailCarrier, mail_server
from notifications.mail_words import letter_of, subject_of
from notifications.outcomes import Accepted, NotSent, OutgoingText, Refused, Unknown
from notifications.sending import send_message
from tests.factories import World, an_envelope, passed
from tests.notifications.mail_server import TLS, Fault, MailServer
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import InvalidInput
from workshop.record.customers.customers import NewCustomer
from workshop.record.stages import Stage
from workshop.settings import settings

pytestmark = pytest.mark.anyio
Row = dict[str, Any]
SHOP = "Alder & Finch"
WORDS = "Your ring is ready.\n\nhttps://shop.example/t/abc\n"
TEXT = OutgoingText(uuid.uuid4(), "rosa@example.com", WORDS, "Ready\n· x", SHOP)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer() as one:
        yield one


def carrier(server: MailServer) -> MailCarrier:
    return MailCarrier(mail_server(server.url, "hello@shop.example"))


async def test_a_mail_names_the_shop_its_subject_and_the_link(server: MailServer) -> None:
    assert await carrier(server).send(TEXT) == Accepted(str(TEXT.id), "sent")
    mail = email.message_from_string(server.taken[0], policy=email.policy.default)
    assert mail["From"] == "Alder & Finch <hello@shop.example>"
    assert (mail["To"], mail["Subject"]) == ("rosa@example.com", "Ready · x")
    assert mail["Message-ID"] == f"<{TEXT.id}@shop.example>"
    body = mail.get_body()
    assert body is not None and "https://shop.example/t/abc" in body.get_content()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.LATER, NotSent), (Fault.NO_SUCH, Refused), (Fault.HANGS_UP, NotSent),
        (Fault.HANGS_UP_BEFORE_WORDS, Unknown), (Fault.HANGS_UP_AFTER_WORDS, Unknown), (Fault.REFUSES_WORDS, Refused),
    ],
)  # fmt: skip
async def test_what_a_server_does_is_told_apart(server: MailServer, fault: Fault, outcome: type) -> None:
    server.fault = fault
    assert isinstance(await carrier(server).send(TEXT), outcome)
    assert server.taken == []
    assert len(server.heard) <= 1


async def test_a_server_that_is_not_there_lost_nothing() -> None:
    assert isinstance(await MailCarrier(mail_server("smtp+plain://127.0.0.1:9", "a@b.c")).send(TEXT), NotSent)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_mail_goes_out_behind_tls(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    async with MailServer(scheme=scheme) as server:
        assert await carrier(server).send(TEXT) == Accepted(str(TEXT.id), "sent")
        assert len(server.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(("paper", "trusted"), [("elsewhere", True), ("localhost", False)])
async def test_a_server_we_cannot_tell_for_itself_is_told_nothing(
    scheme: str, paper: str, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:  # the right authority, but the name of another server
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    async with MailServer(scheme=scheme, paper=paper) as server:
        outcome = await carrier(server).send(TEXT)
        assert isinstance(outcome, NotSent) and "certificate" in outcome.why and "localhost" in outcome.why
        assert (server.taken, server.heard) == ([], [])


async def test_a_server_without_tls_is_not_talked_to_where_tls_is_asked_for(server: MailServer) -> None:
    plain = mail_server(server.url.replace("smtp+plain", "smtp"), "hello@shop.example")
    outcome = await MailCarrier(plain).send(TEXT)
    assert isinstance(outcome, NotSent) and "STARTTLS" in outcome.why
    assert server.heard == []


@pytest.mark.parametrize("address", ["josé@example.com", "rosa,bennett@example.com"])
async def test_an_odd_address_goes_to_a_person_not_round_and_round(server: MailServer, address: str) -> None:
    outcome = await carrier(server).send(replace(TEXT, to=address))
    assert isinstance(outcome, Refused | Accepted)
    assert len(server.taken) == isinstance(outcome, Accepted)


@pytest.mark.parametrize("url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://host:port"])
def test_a_setting_that_is_no_mail_server_says_what_is(url: str) -> None:
    with pytest.raises(InvalidInput, match="STARTTLS"):
        mail_server(url, "hello@shop.example")


def test_a_letter_has_no_word_that_only_phones_need() -> None:
    words = "Alder & Finch: we have your ring. Follow it: https://x.example/t/1?ab Reply STOP to end texts."
    letter = letter_of(words, shop=SHOP, address="14 Mulberry Row", phone="(212) 555-0100")
    assert "STOP" not in letter
    assert letter.splitlines()[0].endswith("https://x.example/t/1?ab")
    assert letter.splitlines()[-3:] == [SHOP, "14 Mulberry Row", "(212) 555-0100"]


def test_a_subject_says_the_news_in_the_customers_language() -> None:
    assert subject_of("ready_for_pickup", "en", kind="ring", shop=SHOP) == "Your ring: ready to collect · Alder & Finch"
    assert subject_of("ready_for_pickup", "es", kind="earrings", shop=SHOP).startswith("Puede recoger sus ")


@pytest.fixture
def mailing(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The running product mails through our server."""
    monkeypatch.setenv("WORKSHOP_MAIL_SERVER", server.url)
    monkeypatch.setenv("WORKSHOP_MAIL_FROM", "hello@shop.example")
    settings.cache_clear()
    yield server
    monkeypatch.undo()
    settings.cache_clear()


async def ready(world: World, **customer: str) -> Row:
    """The word that a ring is ready, to a customer who wants mail."""
    fetched = await an_envelope(world, Stage.QUALITY_CHECK, customer=NewCustomer("Bennett", "Rosa", **customer))
    await fetch("UPDATE customer SET preferred_channel = 'email'")
    await passed(fetched.code, world)
    row = await fetch_one("SELECT * FROM message WHERE template = 'ready_for_pickup'")
    assert row is not None
    return row


async def state_of(message: Row) -> str:
    return str(await fetch_value("SELECT state FROM message WHERE id = $1", message["id"]))


async def test_who_prefers_mail_gets_the_news_once_by_mail(world: World, mailing: MailServer) -> None:
    message = await ready(world, phone="212 555 0111", email="rosa@example.com")
    assert (message["channel"], message["recipient"]) == ("email", "rosa@example.com")
    for _ in range(3):
        await send_message(str(message["id"]))
    assert await state_of(message) == "sent"
    [mail] = mailing.taken
    read = email.message_from_string(mail, policy=email.policy.default)
    assert read["Subject"] == "Your ring: ready to collect · Alder & Finch"


async def test_who_has_no_number_gets_mail(world: World, mailing: MailServer) -> None:
    message = await ready(world, email="rosa@example.com")
    await fetch("UPDATE customer SET preferred_channel = 'sms'")
    await send_message(str(message["id"]))
    assert len(mailing.taken) == 1


async def test_a_mail_that_may_have_arrived_is_a_persons_to_find_out(world: World, mailing: MailServer) -> None:
    message = await ready(world, email="rosa@example.com")
    mailing.fault = Fault.HANGS_UP_AFTER_WORDS
    for _ in range(3):
        await send_message(str(message["id"]))
    assert len(mailing.heard) == 1
    assert await state_of(message) == "parked"


async def test_a_server_that_was_away_gets_it_later(world: World, mailing: MailServer) -> None:
    message = await ready(world, email="rosa@example.com")
    mailing.fault = Fault.LATER
    await send_message(str(message["id"]))
    assert await state_of(message) == "pending"
    mailing.fault = Fault.NONE
    await fetch("UPDATE message SET not_before = NULL")
    await send_message(str(message["id"]))
    assert (await state_of(message), len(mailing.taken)) == ("sent", 1)


async def test_with_nothing_set_up_mail_stays_on_the_screen(world: World) -> None:
    message = await ready(world, email="rosa@example.com")
    await send_message(str(message["id"]))
    assert await state_of(message) == "shown"
