"""The wire of the Twilio stand-in: paths, basic auth, pages, and broken connections."""

import json
import socket
import struct
from base64 import b64decode
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from tests.notifications.fake_twilio import FakeTwilio, StoredText
    from tests.notifications.fake_twilio_faults import Form, Scripted

MAX_HANG_SECONDS = 60


def handler_for(twilio: "FakeTwilio") -> type[BaseHTTPRequestHandler]:
    """A request handler bound to one account."""

    class Handler(_Handler):
        account = twilio

    return Handler


class Server(ThreadingHTTPServer):
    """A thread per connection, and room for many callers at once."""

    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    account: "FakeTwilio"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Send a text."""
        length = int(self.headers.get("Content-Length", "0"))
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        if not self._may_enter() or self._path() != self._collection():
            return self._refuse(404, 20404, "The requested resource was not found")
        return self._send_text(form)

    def do_GET(self) -> None:
        """List texts, or fetch one."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        if not self._may_enter():
            return None
        if self._path() == self._collection():
            return self._list(query)
        sid = self._path().removeprefix(self._collection()[:-5] + "/").removesuffix(".json")
        text = self.account.messages.get(sid)
        if text is None:
            return self._refuse(404, 20404, "The requested resource was not found")
        return self._answer(200, self._shown(text))

    def _send_text(self, form: "Form") -> None:
        fault = self.account.next_fault(form)
        if not isinstance(fault, str):
            return self._refuse(fault.status, fault.code, fault.message)
        if fault.accepts:
            problem = self.account.problem_with(form)
            if problem:
                return self._refuse(problem.status, problem.code, problem.message)
            text = self.account.accept(form)
            if fault == "none":
                return self._answer(201, self._shown(text))
        return self._break(fault)

    def _list(self, query: "Form") -> None:
        fault = self.account.next_list_fault(query)
        if not isinstance(fault, str):
            return self._refuse(fault.status, fault.code, fault.message)
        if fault != "none":
            return self._break(fault)
        texts = self.account.listed(query.get("To"), query.get("DateSent"))
        size = min(int(query.get("PageSize", "50")), 1000)
        start = int(query.get("Page", "0")) * size
        more = start + size < len(texts)
        page = {
            "messages": [self._shown(text) for text in texts[start : start + size]],
            "page": start // size,
            "page_size": size,
            "next_page_uri": self._next_page(query, start // size + 1) if more else None,
        }
        return self._answer(200, page)

    def _next_page(self, query: "Form", number: int) -> str:
        token = {"Page": str(number), "PageToken": f"PA{number}"}
        return f"{self._collection()}?{urlencode({**query, **token})}"

    def _break(self, fault: "Scripted") -> None:
        name = str(fault)
        if name == "429":
            return self._refuse(429, 20429, "Too many requests", self.account.retry_after)
        if name.startswith("500"):
            return self._refuse(500, 20500, "Internal server error")
        if name.startswith("reset"):
            return self._reset()
        if name.startswith("no answer"):
            self.account.released.wait(MAX_HANG_SECONDS)
            return self._reset()
        return self._write(201, b'{"sid": "SM', None)

    def _reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _may_enter(self) -> bool:
        """Note the caller and check the basic auth; answers 401 itself."""
        self.account.callers.append(self.client_address)
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        expected = f"{self.account.account_sid}:{self.account.token}"
        if scheme == "Basic" and b64decode(secret).decode() == expected:
            return True
        self._refuse(401, 20003, "Authenticate")
        return False

    def _path(self) -> str:
        return urlsplit(self.path).path

    def _collection(self) -> str:
        return f"/2010-04-01/Accounts/{self.account.account_sid}/Messages.json"

    def _refuse(self, status: int, code: int, message: str, retry_after: int | None = None) -> None:
        problem = {"code": code, "message": message, "status": status, "more_info": ""}
        self._write(status, json.dumps(problem).encode(), retry_after)

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        self._write(status, json.dumps(content).encode(), None)

    def _write(self, status: int, content: bytes, retry_after: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(content)
        # The caller closes, as with a server that keeps connections: reuse then shows.
        self.close_connection = False

    def _shown(self, text: "StoredText") -> dict[str, Any]:
        sent = format_datetime(text.sent_at, usegmt=True) if text.sent_at else None
        return {
            "sid": text.sid,
            "account_sid": self.account.account_sid,
            "to": text.to,
            "from": text.sender or None,
            "body": text.body,
            "status": text.status,
            "direction": "outbound-api",
            "error_code": text.error_code,
            "date_created": format_datetime(text.created_at, usegmt=True),
            "date_sent": sent,
        }

    def log_message(self, *_: Any, **__: Any) -> None:
        """Nothing: the test reads what happened from the account."""
