"""Idempotency: the same key from the same person answers the same, and does nothing twice."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from workshop import clock
from workshop.db import fetch, fetch_one, joined_transaction
from workshop.errors import InvalidInput

Result = TypeVar("Result")
PAUSES = (0.1, 0.4)  # seconds


@dataclass(frozen=True)
class Answer:
    """What was answered: a status and a body (a redirect's address, or JSON)."""

    status: int
    body: str
    is_replay: bool = False


async def once(
    key: str, *, actor: str, request: bytes, act: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Act under a key, saving the answer in the act's own transaction; a second call gets the first answer.

    A call that comes while the first still runs waits for it. Without a key it just acts. The same
    key with another request is refused (422). A refused act keeps nothing, so its key stays free.
    """
    if not key:
        return await act()
    if len(key) > 100:
        raise InvalidInput("An idempotency key has at most 100 characters.", idempotency_key="Too long.")
    digest = hashlib.sha256(request).hexdigest()
    return await past_deadlock(lambda: _act_under(key, actor, digest, act))


async def past_deadlock(act: Callable[[], Awaitable[Result]]) -> Result:
    """Act, and anew if the database ended it so that somebody else could go on: nothing of it was kept.

    For what is one transaction and not inside another. At most three times, the others first: whoever began anew
    at once could take the row they wake up for, and stand in their way as before.
    """
    for pause in PAUSES:
        try:
            return await act()
        except asyncpg.DeadlockDetectedError:
            await asyncio.sleep(pause)
    return await act()


async def _act_under(key: str, actor: str, digest: str, act: Callable[[], Awaitable[Answer]]) -> Answer:
    async with joined_transaction():
        row = await fetch_one(
            """INSERT INTO saved_answer (key, actor, request_hash, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (actor, key) DO NOTHING RETURNING id""",
            key, actor, digest, clock.now(),
        )  # fmt: skip
        if row is None:
            return await _saved(key, actor, digest)
        answer = await act()
        await fetch(
            "UPDATE saved_answer SET status = $2, body = $3 WHERE id = $1", row["id"], answer.status, answer.body
        )
    return answer


async def _saved(key: str, actor: str, digest: str) -> Answer:
    row = await fetch_one("SELECT * FROM saved_answer WHERE actor = $1 AND key = $2", actor, key)
    assert row is not None
    if row["request_hash"] != digest:
        sentence = "This key was already used for another request. Use a new one."
        raise InvalidInput(sentence, idempotency_key=sentence)
    return Answer(row["status"], row["body"], is_replay=True)
