# mypy: disable-error-code="import-untyped"
"""A stateful server that speaks Twilio's Messages API on this machine, faults included.

    with FakeTwilio() as twilio:
        twilio.script.append(Fault.ERROR_AFTER)     # one entry per POST, then all is well
        ...                                         # the product sends
        assert twilio.posts_of(body) == 1
        twilio.deliver(sid, ["queued", "sent", "delivered"], shuffle=seed, duplicates=2)

It can be stopped and started again on the same port; what it accepted stays. Callbacks are
signed for the public address and posted to `callback_base`, as behind a proxy. All calls are
safe from any thread. `deliver` blocks: from a test that shares a loop with the app, post
`callbacks(...)` yourself or run it in a thread.
"""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from tests.notifications.fake_twilio_faults import Fault, Form, Refusal, Scripted
from tests.notifications.fake_twilio_http import Server, handler_for

_OPT_OUT = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
_OPT_IN = {"START", "YES", "UNSTOP"}
_WAITING = {"accepted", "scheduled", "queued"}


@dataclass(frozen=True)
class StoredText:
    """A text as Twilio keeps it. `sent_at` is empty while it waits in the queue."""

    sid: str
    to: str
    sender: str
    body: str
    status: str
    created_at: datetime
    form: Form
    sent_at: datetime | None = None
    error_code: int | None = None


@dataclass(frozen=True)
class SignedPost:
    """A webhook ready to post: the public address it is signed for, its form and headers."""

    url: str
    form: Form
    headers: dict[str, str]


class FakeTwilio:
    """One account: what it was asked, what it accepted, and what it reports back."""

    def __init__(self, token: str = "0123456789abcdef0123456789abcdef") -> None:
        self.account_sid = "AC" + uuid4().hex
        self.token = token
        self.script: deque[Scripted] = deque()
        self.list_script: deque[Scripted] = deque()
        self.choose: Callable[[Form], Scripted] | None = None
        self.retry_after: int | None = 2
        self.blocked: set[str] = set()
        self.listing_delay = timedelta(0)
        self.trial = False
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.callback_base: str | None = None
        self.posts: list[Form] = []
        self.lists: list[Form] = []
        self.callers: list[tuple[str, int]] = []
        self.messages: dict[str, StoredText] = {}
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._server: Server | None = None
        self._port = 0

    # Life

    def start(self) -> Self:
        """Listen on a free port, or again on the one it had."""
        self.released.clear()
        self._server = Server(("127.0.0.1", self._port), handler_for(self))
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Refuse connections and let go of every hanging one."""
        self.released.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """For WORKSHOP_TWILIO_API_URL."""
        return f"http://127.0.0.1:{self._port}"

    # What happened

    def posts_of(self, body: str) -> int:
        """How often sending this body was tried."""
        with self.lock:
            return sum(form.get("Body") == body for form in self.posts)

    def accepted_of(self, body: str) -> list[StoredText]:
        """The copies of this body that went out."""
        with self.lock:
            return [text for text in self.messages.values() if text.form["Body"] == body]

    # The API, called by the HTTP side

    def next_fault(self, form: Form) -> Scripted:
        """Note a POST and say what becomes of it."""
        with self.lock:
            self.posts.append(form)
            if self.script:
                return self.script.popleft()
            return self.choose(form) if self.choose else Fault.NONE

    def next_list_fault(self, query: Form) -> Scripted:
        """Note a listing and say what becomes of it."""
        with self.lock:
            self.lists.append(query)
            return self.list_script.popleft() if self.list_script else Fault.NONE

    def problem_with(self, form: Form) -> Refusal | None:
        """What Twilio would refuse about this request."""
        checks = (
            ("To" not in form, Refusal(21604, "A 'To' phone number is required.")),
            (not form.get("Body"), Refusal(21602, "Message body is required.")),
            (len(form.get("Body", "")) > 1600, Refusal(21617, "The body exceeds 1600 characters.")),
            ("From" not in form and "MessagingServiceSid" not in form,
             Refusal(21603, "A 'From' phone number is required.")),
            (not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36000,
             Refusal(21616, "Validity period out of range.")),
            (form.get("To") in self.blocked,
             Refusal(21610, "Attempt to send to unsubscribed recipient")),
        )  # fmt: skip
        return next((refusal for is_wrong, refusal in checks if is_wrong), None)

    def accept(self, form: Form) -> StoredText:
        """Take a text in."""
        prefix = "Sent from your Twilio trial account - " if self.trial else ""
        text = StoredText(
            sid="SM" + uuid4().hex,
            to=form["To"],
            sender=form.get("From", ""),
            body=prefix + form["Body"],
            status="queued" if "From" in form else "accepted",
            created_at=self.clock(),
            form=form,
        )
        with self.lock:
            self.messages[text.sid] = text
        return text

    def listed(self, to: str | None, day: str | None) -> list[StoredText]:
        """Newest first; texts still queued have no sending day, and lists lag behind."""
        now = self.clock()
        with self.lock:
            texts = list(self.messages.values())
        return [
            text
            for text in reversed(texts)
            if text.created_at + self.listing_delay <= now
            and to in (None, text.to)
            and (day is None or _is_sent_on(text, day))
        ]

    # Webhooks

    def advance(self, sid: str, status: str, error_code: int | None = None) -> None:
        """Change what lists and fetches show, without a callback."""
        with self.lock:
            text = self.messages[sid]
            sent_at = None if status in _WAITING else text.sent_at or self.clock()
            self.messages[sid] = replace(
                text, status=status, sent_at=sent_at, error_code=error_code
            )

    def callbacks(
        self,
        sid: str,
        statuses: Sequence[str],
        *,
        shuffle: int | None = None,
        duplicates: int = 1,
        error_code: int | None = None,
    ) -> list[SignedPost]:
        """Signed status callbacks, each `duplicates` times, shuffled by a seed if given.

        What lists show afterwards is the last status of `statuses`, whatever the order.
        """
        self.advance(sid, statuses[-1], error_code)
        posts = [self._callback(sid, status, error_code) for status in statuses] * duplicates
        if shuffle is not None:
            random.Random(shuffle).shuffle(posts)
        return posts

    def deliver(
        self,
        sid: str,
        statuses: Sequence[str],
        *,
        shuffle: int | None = None,
        duplicates: int = 1,
        error_code: int | None = None,
    ) -> list[int]:
        """Post the callbacks; the HTTP status of each answer, in order of posting."""
        return self.post(
            self.callbacks(
                sid, statuses, shuffle=shuffle, duplicates=duplicates, error_code=error_code
            )
        )

    def receive(self, url: str, sender: str, body: str, to: str, **more: str) -> SignedPost:
        """A customer's text, signed for our webhook `url`. Keywords block and unblock as Twilio."""
        word = body.strip().upper()
        if word in _OPT_OUT:
            self.blocked.add(sender)
        if word in _OPT_IN:
            self.blocked.discard(sender)
        sid = "SM" + uuid4().hex
        form = {"MessageSid": sid, "SmsSid": sid, "SmsStatus": "received", "NumMedia": "0"}
        return self.signed(url, form | {"From": sender, "To": to, "Body": body} | more)

    def signed(self, url: str, form: Form, token: str | None = None) -> SignedPost:
        """Any form, signed for a public address with our token or another."""
        full = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01"} | form
        signature = RequestValidator(self.token if token is None else token).compute_signature(
            url, full
        )
        return SignedPost(url, full, {"X-Twilio-Signature": signature})

    def post(self, posts: Iterable[SignedPost]) -> list[int]:
        """Post them one after another to `callback_base`, else to their own address."""
        with httpx.Client(trust_env=False, timeout=15) as client:
            return [
                client.post(self._target(post.url), data=post.form, headers=post.headers)
                .status_code
                for post in posts
            ]  # fmt: skip

    def _callback(self, sid: str, status: str, error_code: int | None) -> SignedPost:
        text = self.messages[sid]
        form = {"MessageSid": sid, "MessageStatus": status, "SmsSid": sid, "SmsStatus": status}
        if error_code and status in {"failed", "undelivered"}:
            form["ErrorCode"] = str(error_code)
        return self.signed(text.form["StatusCallback"], form | {"To": text.to, "From": text.sender})

    def _target(self, url: str) -> str:
        if not self.callback_base:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.callback_base.rstrip('/')}{parts.path}{query}"


def _is_sent_on(text: StoredText, day: str) -> bool:
    """Only a bare GMT day matches, as with the real one: a midnight instant finds nothing."""
    return text.sent_at is not None and text.sent_at.astimezone(UTC).date().isoformat() == day
