"""Open pages listen here: one line per page, "changed" and a tick."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Router, get
from litestar.response import Stream

from workshop.errors import Forbidden
from workshop.live import SHARED
from workshop.record.shop.staff import display_shop
from workshop.web.auth import ANYONE, STAFF, who

NO_BUFFER = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@get("/live/shop", opt={"access": STAFF}, media_type="text/event-stream")
async def shop_changes(request: Request[Any, Any, Any]) -> Stream:
    """Changes of the shop of whoever is signed in, as event `board`."""
    live = request.app.state.live
    return Stream(live.changes(who(request).actor.shop, "board"), media_type="text/event-stream", headers=NO_BUFFER)


@get("/live/alarms", opt={"access": STAFF}, media_type="text/event-stream")
async def alarm_changes(request: Request[Any, Any, Any]) -> Stream:
    """Only the alarms of that shop, as event `alarm`: for the bell on every page."""
    live = request.app.state.live
    changes = live.changes(who(request).actor.shop, "alarm", only="alarm_")
    return Stream(changes, media_type="text/event-stream", headers=NO_BUFFER)


@get("/live/wall/{token:str}", opt={"access": ANYONE}, media_type="text/event-stream")
async def wall_changes(request: Request[Any, Any, Any], token: str) -> Stream:
    """The same for a wall display, which has only its own read-only token."""
    shop = await display_shop(token)
    if shop is None:
        raise Forbidden("This display is not known here any more.")
    changes = _while_known(request.app.state.live.changes(shop, "board", pace=SHARED), token)
    return Stream(changes, media_type="text/event-stream", headers=NO_BUFFER)


async def _while_known(changes: AsyncIterator[str], token: str) -> AsyncIterator[str]:
    """A display that is switched off hears it, and then nothing any more."""
    async for said in changes:
        yield said
        if "display_revoked" in said and await display_shop(token) is None:
            return


router = Router("/", route_handlers=[shop_changes, alarm_changes, wall_changes])
