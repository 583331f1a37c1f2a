"""The stand-in must be as strict and as awkward as the real thing, or the rest proves nothing."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from notifications.signatures import is_genuine
from tests.notifications.fake_twilio import FakeTwilio, SignedPost
from workshop.settings import Settings

STATUSES = ["queued", "sending", "sent", "delivered", "read"]
FORM = {"To": "+12025550123", "From": "+12025550100", "Body": "Your ring is ready.",
        "StatusCallback": "https://shop.example/twilio/status/1"}  # fmt: skip


def send(twilio: FakeTwilio, **changes: str) -> httpx.Response:
    path = f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    form = {name: value for name, value in (FORM | changes).items() if value}
    auth = (twilio.account_sid, twilio.token)
    return httpx.post(twilio.url + path, data=form, auth=auth, trust_env=False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"ValidityPeriod": "36001"}, 21616),
    ],
)
def test_it_refuses_what_twilio_refuses(
    twilio: FakeTwilio, changes: dict[str, str], code: int
) -> None:
    answer = send(twilio, **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not twilio.messages


def test_it_knows_one_account_and_its_texts(twilio: FakeTwilio) -> None:
    sid = send(twilio).json()["sid"]
    collection = f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages"
    auth = (twilio.account_sid, twilio.token)
    assert httpx.get(f"{collection}/{sid}.json", auth=auth).json()["status"] == "queued"
    assert httpx.get(f"{collection}/SMnone.json", auth=auth).status_code == 404
    assert httpx.get(f"{collection}.json", auth=("AC", "x")).status_code == 401
    assert httpx.post(f"{twilio.url}/elsewhere", data=FORM, auth=auth).status_code == 404


def test_callbacks_come_signed_shuffled_and_doubled(twilio: FakeTwilio, shop: Settings) -> None:
    sid = send(twilio).json()["sid"]
    with a_listening_app() as (base, received):
        twilio.callback_base = base
        assert twilio.deliver(sid, STATUSES, shuffle=3, duplicates=2) == [204] * 10
    assert Counter(post.form["MessageStatus"] for post in received) == dict.fromkeys(STATUSES, 2)
    assert [post.form["MessageStatus"] for post in received] != STATUSES * 2
    assert all(
        is_genuine(shop, post.url, post.form.items(), post.headers["x-twilio-signature"])
        for post in received
    )
    assert twilio.messages[sid].status == "read"


def test_what_it_accepted_outlives_an_outage(twilio: FakeTwilio) -> None:
    send(twilio)
    address = twilio.url
    twilio.stop()
    with pytest.raises(httpx.ConnectError):
        send(twilio)
    twilio.start()
    assert twilio.url == address
    send(twilio)
    assert len(twilio.accepted_of(FORM["Body"])) == twilio.posts_of(FORM["Body"]) == 2


@contextmanager
def a_listening_app() -> Iterator[tuple[str, list[SignedPost]]]:
    """An address that keeps every webhook it is sent."""
    received: list[SignedPost] = []

    class App(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            form = dict(parse_qsl(content, keep_blank_values=True))
            received.append(SignedPost(self.path, form, headers))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any, **__: Any) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), App) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", received
        server.shutdown()
