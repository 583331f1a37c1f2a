"""The door of a TV: eight signs from the desk, typed with a remote control, and the wall is there."""

from typing import Any

from litestar import Request, Response, get, post

from bench.pairing import pair
from workshop.errors import InvalidInput, TooMany
from workshop.web.auth import ANYONE, source_of
from workshop.web.forms import form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/tv", opt={"access": ANYONE})
async def show_door(request: Req) -> Response[str]:
    """Where the code is typed."""
    return await _door(request)


@post("/tv", opt={"access": ANYONE}, status_code=200)
async def open_wall(request: Req) -> Response[Any]:
    """The wall of the display with this code."""
    typed = (await form_of(request)).text("code")
    try:
        token = await pair(typed, source=source_of(request))
    except (InvalidInput, TooMany) as error:
        return await _door(request, typed=typed, error=error.message, status=error.status)
    return go(request, f"/wall/{token}")


async def _door(request: Req, *, typed: str = "", error: str = "", status: int = 200) -> Response[str]:
    return await page(request, "bench/tv.html", status=status, typed=typed, error=error, me=None, nav=[])


HANDLERS = [show_door, open_wall]
