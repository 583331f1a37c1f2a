"""The wall: for staff by their session, for a TV by its own read-only token."""

from typing import Any

from litestar import Request, Response, get, post

from bench.board import read_board
from bench.displays import add_display, displays_of, revoke_display
from workshop import clock
from workshop.errors import InvalidInput, NotFound
from workshop.record.envelopes import shop_of
from workshop.record.events import Actor
from workshop.record.staff import display_shop
from workshop.record.tables import Shop
from workshop.settings import settings
from workshop.web.auth import ANYONE, MANAGER, STAFF
from workshop.web.forms import form_of
from workshop.web.pages import go, page


@get("/wall", opt={"access": STAFF})
async def show_own_wall(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The shop's wall, for whoever is signed in."""
    return await _wall(request, await shop_of(by.shop), "bench/wall.html", "/live/shop", "/wall/board", by)


@get("/wall/board", opt={"access": STAFF})
async def show_own_board(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """The same board read again."""
    return await _wall(request, await shop_of(by.shop), "bench/_board.html", "/live/shop", "/wall/board", by)


@get("/wall/{token:str}", opt={"access": ANYONE})
async def show_wall(request: Request[Any, Any, Any], token: str) -> Response[str]:
    """The wall of a display that nobody signs in on."""
    return await _display(request, token, "bench/wall.html")


@get("/wall/{token:str}/board", opt={"access": ANYONE})
async def show_board(request: Request[Any, Any, Any], token: str) -> Response[str]:
    """The display's board read again."""
    return await _display(request, token, "bench/_board.html")


async def _display(request: Request[Any, Any, Any], token: str, template: str) -> Response[str]:
    shop = await display_shop(token)
    if shop is None:
        raise NotFound("This display is not known here any more. Ask a manager for a new link.")
    return await _wall(request, await shop_of(shop), template, f"/live/wall/{token}", f"/wall/{token}/board", None)


async def _wall(
    request: Request[Any, Any, Any], shop: Shop, template: str, line: str, again: str, by: Actor | None
) -> Response[str]:
    board = await read_board(shop)
    return await page(
        request, template, shop=shop, board=board, as_of=f"{clock.local(board.as_of, shop.zone):%H:%M:%S}",
        line=line, again=again, by=by,
        may_add_displays=by is not None and by.is_one_of("manager", "owner"),
    )  # fmt: skip


@get("/wall/displays", opt={"access": MANAGER})
async def show_displays(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """Which screens may read the board."""
    return await _displays(request, by)


@post("/wall/displays", opt={"access": MANAGER}, status_code=200)
async def make_display(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """A link for one more screen, shown once."""
    name = (await form_of(request)).text("name")
    try:
        token = await add_display(name, by=by)
    except InvalidInput as error:
        return await _displays(request, by, errors=error.fields, name=name, status=422)
    return await _displays(request, by, link=f"{settings().base_url}/wall/{token}")


@post("/wall/displays/{display:int}/revocations", opt={"access": MANAGER}, status_code=200)
async def end_display(request: Request[Any, Any, Any], display: int, by: Actor) -> Response[Any]:
    """A screen that was sold, lost or moved reads nothing more."""
    name = await revoke_display(display, by=by)
    return go(request, "/wall/displays", flash=f"“{name}” reads the board no more.")


async def _displays(
    request: Request[Any, Any, Any], by: Actor, *, link: str = "", name: str = "", errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    rows = await displays_of(by.shop)
    return await page(
        request, "bench/displays.html", status=status, displays=rows, link=link, name=name, errors=errors or {}
    )


HANDLERS = [
    show_own_wall, show_own_board, show_wall, show_board, show_displays, make_display, end_display,
]  # fmt: skip
