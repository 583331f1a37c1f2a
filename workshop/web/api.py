"""The JSON door: problem documents (RFC 9457) and answers kept under an Idempotency-Key."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec
from litestar import Request, Response

from workshop.record.cards import refuse_cards_in
from workshop.record.keys import Answer, once
from workshop.web.auth import who

PROBLEM = "application/problem+json"


def problem(status: int, title: str, detail: str, **more: Any) -> Response[bytes]:
    """An error a program can read and a person can understand."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(msgspec.json.encode(body), media_type=PROBLEM, status_code=status)


def _texts(sent: Any, name: str = "body") -> Iterator[tuple[str, str]]:
    """Every text in what was sent, with the name of its field."""
    if isinstance(sent, dict):
        for key, value in sent.items():
            yield from _texts(value, str(key))
    elif isinstance(sent, list):
        for value in sent:
            yield from _texts(value, name)
    elif isinstance(sent, str):
        yield name, sent


async def answer_once(
    request: Request[Any, Any, Any], act: Callable[[], Awaitable[Any]], *, status: int = 200
) -> Response[bytes]:
    """Act under the request's Idempotency-Key; the same key and body get the same status and JSON."""

    body = await request.body()
    refuse_cards_in(_texts(msgspec.json.decode(body)) if body else ())

    async def answer() -> Answer:
        return Answer(status, msgspec.json.encode(await act()).decode())

    done = await once(
        request.headers.get("idempotency-key", ""),
        actor=f"staff {who(request).actor.id}",
        request=request.url.path.encode() + body,
        act=answer,
    )
    headers = {"Idempotent-Replayed": "true"} if done.is_replay else {}
    return Response(done.body.encode(), media_type="application/json", status_code=done.status, headers=headers)
