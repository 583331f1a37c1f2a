"""The wall: for staff by their session, for a TV by its own read-only token."""

from typing import Any

from litestar import Request, Response, get, post

from bench.board import read_board
from bench.boards import Drawn, boards_of
from bench.displays import (
    THEMES,
    Display,
    add_display,
    displays_of,
    people_to_show,
    revoke_display,
    skills_to_show,
    view_of,
)
from bench.pairing import pairing_code
from bench.views import View
from workshop import clock
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.shop.skills import work_words
from workshop.settings import settings
from workshop.web.auth import ANYONE, MANAGER, STAFF
from workshop.web.forms import form_of
from workshop.web.pages import fill, go, page, templates

Req = Request[Any, Any, Any]
GONE = "This display is not known here any more. Ask a manager for a new link."
DAY = range(7, 19)  # hours of the shop's clock while which a display by the hour is light


@get("/wall", opt={"access": STAFF})
async def show_own_wall(request: Req, by: Actor, view: str = "shop", theme: str = "dark") -> Response[str]:
    """The shop's wall, for whoever is signed in."""
    seen = await view_of(by.shop, view)
    theme = theme if theme in THEMES else "dark"
    return await _wall(request, Display(by.shop, seen, theme), "/live/shop", f"/wall/board?view={view}", by)


@get("/wall/board", opt={"access": STAFF})
async def show_own_board(request: Req, by: Actor, view: str = "shop") -> Response[bytes | str]:
    """The same board read again."""
    return _packed(request, await _drawn(request, by.shop, await view_of(by.shop, view)))


@get("/wall/{token:str}", opt={"access": ANYONE})
async def show_wall(request: Req, token: str) -> Response[str]:
    """The wall of a display that nobody signs in on."""
    return await _wall(request, await _display(request, token), f"/live/wall/{token}", f"/wall/{token}/board", None)


@get("/wall/{token:str}/board", opt={"access": ANYONE})
async def show_board(request: Req, token: str) -> Response[bytes | str]:
    """The display's board read again."""
    display = await _display(request, token)
    return _packed(request, await _drawn(request, display.shop, display.view))


async def _display(request: Req, token: str) -> Display:
    display = await boards_of(request.app.state).display(token)
    if display is None:
        raise NotFound(GONE)
    return display


async def _drawn(request: Req, shop: int, view: View) -> Drawn:
    async def draw() -> str:
        row = await shop_of(shop)
        board = await read_board(row, view)
        here = clock.local(board.as_of, row.zone)
        return templates().get_template("bench/_board.html").render(
            board=board, shop=row, as_of=f"{here:%H:%M:%S}", is_day=here.hour in DAY, today=here.date(), csrf=""
        )  # fmt: skip

    return await boards_of(request.app.state).of(shop, view, draw)


def _packed(request: Req, drawn: Drawn) -> Response[bytes | str]:
    """Packed once for all screens, so the ordinary packing of answers leaves this address out."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(drawn.packed, media_type="text/html; charset=utf-8", headers=headers)
    return Response(drawn.html, media_type="text/html")


async def _wall(request: Req, display: Display, line: str, again: str, by: Actor | None) -> Response[str]:
    shop = await shop_of(display.shop)
    drawn = await _drawn(request, display.shop, display.view)
    here = clock.local(clock.now(), shop.zone)
    is_light = display.theme == "light" or (display.theme == "day" and here.hour in DAY)
    return fill(
        request, "bench/wall.html", shop, inside=drawn.html, line=line, again=again, by=by,
        by_hour=display.theme == "day", theme="light" if is_light else "dark",
        may_add_displays=by is not None and by.is_one_of("manager", "owner"),
    )  # fmt: skip


@get("/wall/displays", opt={"access": MANAGER})
async def show_displays(request: Req, by: Actor) -> Response[str]:
    """Which screens may read the board."""
    return await _displays(request, by)


@post("/wall/displays", opt={"access": MANAGER}, status_code=200)
async def make_display(request: Req, by: Actor) -> Response[str]:
    """A link for one more screen, shown once."""
    form = await form_of(request)
    typed = {name: form.text(name, usual) for name, usual in (("name", ""), ("view", "shop"), ("theme", "dark"))}
    try:
        token = await add_display(typed["name"], by=by, view=typed["view"], theme=typed["theme"])
    except InvalidInput as error:
        return await _displays(request, by, errors=error.fields, typed=typed, status=422)
    return await _displays(request, by, link=f"{settings().base_url}/wall/{token}", code=await pairing_code(token))


@post("/wall/displays/{display:int}/revocations", opt={"access": MANAGER}, status_code=200)
async def end_display(request: Req, display: int, by: Actor) -> Response[Any]:
    """A screen that was sold, lost or moved reads nothing more."""
    name = await revoke_display(display, by=by)
    boards_of(request.app.state).forget_displays()
    return go(request, "/wall/displays", flash=f"“{name}” reads the board no more.")


async def _displays(
    request: Req, by: Actor, *, link: str = "", code: str = "", typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response[str]:  # fmt: skip
    people = [(f"person-{one['id']}", f"Only {one['name']}") for one in await people_to_show(by.shop)]
    skills = [(f"skill-{skill}", f"Only {work_words(skill).lower()}") for skill in await skills_to_show(by.shop)]
    return await page(
        request, "bench/displays.html", status=status, displays=await displays_of(by.shop), link=link,
        code=code, door=f"{settings().base_url}/tv",
        typed=typed or {"name": "", "view": "shop", "theme": "dark"}, errors=errors or {},
        views=[("shop", "The whole shop"), *people, *skills], themes=THEMES, work_words=work_words,
    )  # fmt: skip


HANDLERS = [
    show_own_wall, show_own_board, show_wall, show_board, show_displays, make_display, end_display,
]  # fmt: skip
