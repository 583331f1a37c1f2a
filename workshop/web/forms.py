"""What a form said, and acting on it once."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response

from workshop.record.cards import refuse_cards_in
from workshop.record.keys import Answer, once
from workshop.web.auth import who
from workshop.web.pages import go

_WHOLE = re.compile(r"-?\d{1,11}", re.ASCII)


class Form:
    """The fields of a posted form: trimmed text, lists, ticks."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self._pairs = pairs

    def text(self, name: str, default: str = "") -> str:
        """The last value of a field, trimmed."""
        values = self.texts(name)
        return values[-1] if values else default

    def texts(self, name: str) -> list[str]:
        """All values of a field."""
        return [value.strip() for key, value in self._pairs if key == name and isinstance(value, str)]

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.text(name) not in ("", "0", "no", "false")

    def whole(self, name: str) -> int | None:
        """A whole number, or None."""
        value = self.text(name)
        return int(value) if _WHOLE.fullmatch(value) else None

    def dict(self) -> dict[str, str]:
        """Every text field, the last value of each: what a refused form shows again."""
        return {key: value for key, value in self._pairs if isinstance(value, str)}

    def texts_by_name(self) -> list[tuple[str, str]]:
        """Every text that was sent, with its field."""
        return [(key, value) for key, value in self._pairs if isinstance(value, str)]

    def canonical(self) -> bytes:
        """The request as compared under one idempotency key (tokens left out)."""
        left_out = ("_csrf_token", "idempotency_key")
        return json.dumps([(k, str(v)) for k, v in self._pairs if k not in left_out]).encode()


async def form_of(request: Request[Any, Any, Any]) -> Form:
    """Read the posted form."""
    return Form(list((await request.form()).multi_items()))


async def act_once(
    request: Request[Any, Any, Any], form: Form, act: Callable[[], Awaitable[str]], *, flash: str = "",
    undo_url: Callable[[], str] | None = None,
) -> Response[Any]:  # fmt: skip
    """Carry out a form's act under its key and go where it says; a second press goes there too.

    `undo_url` is asked once the act is done: where the passing word's "Undo" posts to.
    """

    refuse_cards_in(form.texts_by_name())

    async def answer() -> Answer:
        return Answer(303, await act())

    key = form.text("idempotency_key") or request.headers.get("idempotency-key", "")
    path = request.url.path.encode()
    done = await once(
        key, actor=f"staff {who(request).actor.id}", request=path + form.canonical(), act=answer
    )
    return go(request, done.body, flash=flash, undo_url=undo_url() if undo_url else "")
